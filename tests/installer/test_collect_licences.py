"""Licences: of each package that the program runs on there is a line and a text, of the pinned version."""

import re
import zipfile
from email.message import Message
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROW = re.compile(
    r"^\| (?P<name>\S+) \| (?P<version>\S+) \| (?P<licence>[^|]+) \| \[text\]\((?P<text>packages/[^)]+)\) \|$",
    re.MULTILINE,
)


@pytest.fixture
def licences(checkout: Path) -> Path:
    """Return the folder of the licences."""
    return checkout / "resources" / "licences"


def _rows(licences: Path) -> list[re.Match[str]]:
    return list(ROW.finditer((licences / "NOTICE.md").read_text(encoding="utf-8")))


def _pinned(checkout: Path) -> dict[str, str]:
    lines = (checkout / "installer" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


def test_every_package_has_its_line_of_the_pinned_version(
    checkout: Path, licences: Path, collect_licences: ModuleType
) -> None:
    pinned = _pinned(checkout)
    expected = {name: pinned[name] for name in collect_licences.run_time_packages()}
    listed = {canonicalize_name(row["name"]): row["version"] for row in _rows(licences)}
    assert listed == expected, "run installer/collect_licences.py again"


def test_every_line_has_its_text(licences: Path) -> None:
    wrong = []
    for row in _rows(licences):
        text = (licences / row["text"]).read_text(encoding="utf-8")
        if not text.startswith(f"{row['name']} {row['version']}\nLicence: {row['licence']}\n"):
            wrong.append(row["name"])
    assert wrong == []


def test_no_text_is_left_of_a_package_that_is_gone(licences: Path) -> None:
    named = {row["text"].removeprefix("packages/") for row in _rows(licences)}
    assert {file.name for file in (licences / "packages").iterdir()} == named


def test_what_the_notice_names_is_there(licences: Path) -> None:
    notice = (licences / "NOTICE.md").read_text(encoding="utf-8")
    assert [link for link in re.findall(r"\]\(([^)]+)\)", notice) if not (licences / link).is_file()] == []


def test_every_font_and_icon_set_has_its_licence_named(checkout: Path, licences: Path) -> None:
    own = {file.name for file in licences.glob("*.txt")}
    notice = (licences / "NOTICE.md").read_text(encoding="utf-8")
    assert [name for name in sorted(own) if f"({name})" not in notice] == []


def test_an_unclear_licence_is_refused(collect_licences: ModuleType) -> None:
    metadata = Message()
    metadata["License"] = "Copyright (c) somebody\nPermission is granted"
    with pytest.raises(collect_licences.LicenceMissing, match="not clear"):
        collect_licences.licence_word("some-package", metadata)


def test_a_package_without_a_text_is_refused(collect_licences: ModuleType) -> None:
    package = collect_licences.Package("some-package", "1.0", "MIT", {})
    with pytest.raises(collect_licences.LicenceMissing, match="ships no licence text"):
        collect_licences.text_of(package)


def test_a_wheel_is_read_like_an_installed_package(tmp_path: Path, collect_licences: ModuleType) -> None:
    with zipfile.ZipFile(tmp_path / "some_package-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("some_package-1.0.dist-info/METADATA", "Name: some-package\nVersion: 1.0\nLicense: MIT\n")
        wheel.writestr("some_package-1.0.dist-info/licenses/LICENSE", "Do as you please.  \n")
        wheel.writestr("some_package/licence_reader.py", "pass")
    package = collect_licences.find("some-package", tmp_path)
    text = collect_licences.text_of(package)
    assert text.startswith("some-package 1.0\nLicence: MIT\n")
    assert "Do as you please.\n" in text
    assert "licence_reader" not in text


def test_writing_again_takes_away_what_is_gone(tmp_path: Path, collect_licences: ModuleType) -> None:
    start, end = collect_licences.MARKS
    (tmp_path / "NOTICE.md").write_text(f"before\n{start}\nold\n{end}\nafter\n", encoding="utf-8")
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "gone.txt").touch()
    collect_licences.write([collect_licences.Package("New_one", "2.0", "MIT", {"LICENSE": "text"})], tmp_path)
    assert [file.name for file in (tmp_path / "packages").iterdir()] == ["new-one.txt"]
    notice = (tmp_path / "NOTICE.md").read_text(encoding="utf-8")
    assert "| New_one | 2.0 | MIT | [text](packages/new-one.txt) |" in notice
    assert notice.startswith("before\n")
    assert notice.endswith("after\n")
    assert "old" not in notice

"""The structure of the house: floors, names, sizes, what a wheel carries, and what may stand in no file."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

LONGEST_MODULE = 400
FORBIDDEN_NAMES = {"base", "common", "helpers", "manager", "misc", "utils"}
# Of the machine somebody works on: it helps no reader, and it goes stale.
LEAKS = re.compile(r"(?<![\w.~])/(?:root|work|home/\w+|Users/\w+)/|[a-z]:\\users\\", re.IGNORECASE)
THIRD_PARTY = ("resources/licences/packages/", "resources/licences/texts/")
TEXT_FILES = {".cfg", ".json", ".md", ".py", ".qss", ".svg", ".toml", ".txt", ".yaml", ".yml", ""}

FIRST_IMPORTS = """
import sys
{importing}
order = list(sys.modules)
first = {{name: order.index(name) for name in ("onnxruntime", "PySide6") if name in order}}
print(first.get("onnxruntime", -1), first.get("PySide6", -1))
"""


def _modules(checkout: Path) -> list[Path]:
    return sorted((checkout / "inspector").rglob("*.py"))


def _kept_files(checkout: Path) -> list[Path]:
    """Return the files that are part of the project: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is not a git checkout, so what belongs to the project cannot be told")
    return [path for name in listed.stdout.split("\0") if name and (path := checkout / name).is_file()]


def test_the_floors_are_kept(checkout: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports.exe" if sys.platform == "win32" else "lint-imports")
    done = subprocess.run([str(lint)], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_module_is_too_long(checkout: Path) -> None:
    lengths = {path.relative_to(checkout).as_posix(): path.read_bytes().count(b"\n") for path in _modules(checkout)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_module_has_a_name_that_says_nothing(checkout: Path) -> None:
    assert [path for path in _modules(checkout) if FORBIDDEN_NAMES & {path.stem, path.parent.name}] == []


def test_only_the_cameras_open_a_video_source(checkout: Path) -> None:
    """What no import contract can say, since every room may import cv2."""
    cameras = checkout / "inspector" / "cameras"
    users = [path for path in _modules(checkout) if "VideoCapture" in path.read_text(encoding="utf-8")]
    assert [path for path in users if cameras not in path.parents] == []


def test_every_folder_with_modules_is_a_package(checkout: Path) -> None:
    folders = {path.parent for path in _modules(checkout)}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("importing", ["import inspector.ui.app", "import inspector.cli"])
def test_onnxruntime_is_imported_before_qt(importing: str) -> None:
    """On Windows the other order fails to load onnxruntime's library, deep inside the program."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_IMPORTS.format(importing=importing)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    onnxruntime, qt = map(int, done.stdout.split())
    assert qt == -1 or -1 < onnxruntime < qt


def test_no_file_names_a_machine_or_a_package_host(checkout: Path) -> None:
    found = []
    for path in _kept_files(checkout):
        name = path.relative_to(checkout).as_posix()
        if path.suffix not in TEXT_FILES or name.startswith(THIRD_PARTY) or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if match := LEAKS.search(line):
                found.append(f"{name}:{number}: {match[0]}")
    assert found == []


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with what is installed here and return the folder it was unpacked into."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def _assets(folder: Path) -> dict[str, bytes]:
    """Return the files of resources/ and models/ in a folder, as they should be in a wheel."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for part in ("resources", "models")
        for path in (folder / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_resources_and_models(unpacked: Path, checkout: Path) -> None:
    assert _assets(unpacked / "inspector") == _assets(checkout)


def test_the_wheel_carries_every_module(unpacked: Path, checkout: Path) -> None:
    built = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("inspector/**/*.py")}
    missing = {path.relative_to(checkout).as_posix() for path in _modules(checkout)} - built
    assert missing == set()


def test_the_wheel_installs_nothing_else(unpacked: Path) -> None:
    (metadata,) = unpacked.glob("*.dist-info")
    assert {path.name for path in unpacked.iterdir()} == {"inspector", metadata.name}
    assert (metadata / "licenses" / "LICENSE").is_file()


def test_assets_are_found_in_an_unpacked_wheel(unpacked: Path) -> None:
    program = "from inspector import assets; print(assets.resource('licences', 'NOTICE.md')); print(assets.model())"
    done = subprocess.run([sys.executable, "-c", program], cwd=unpacked, capture_output=True, text=True, check=True)
    notice, models = map(Path, done.stdout.splitlines())
    assert notice == unpacked / "inspector" / "resources" / "licences" / "NOTICE.md"
    assert notice.is_file()
    assert models == unpacked / "inspector" / "models"
    assert models.is_dir()


def test_assets_are_found_in_a_checkout(checkout: Path) -> None:
    program = "from inspector import assets; print(assets.resource('licences', 'NOTICE.md'))"
    done = subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == checkout / "resources" / "licences" / "NOTICE.md"

"""Collect the licences of the packages that Inspector runs on: their texts, and the table in NOTICE.md.

    .venv/bin/python installer/collect_licences.py [--wheels FOLDER]

Reads the metadata of the installed packages. The packages for Windows alone are not installed on Linux: their wheels
are read from FOLDER (`pip download --platform win_amd64 --only-binary=:all: --no-deps --dest FOLDER PACKAGE==VERSION`).
Writes `resources/licences/packages/NAME.txt` and the table between the two marks of `resources/licences/NOTICE.md`.
"""

import argparse
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOUSE = Path(__file__).resolve().parents[1]
LICENCES = HOUSE / "resources" / "licences"
PROJECT = "inspector-station"
PLATFORMS = ("linux", "win32")
MARKS = ("<!-- packages: written by installer/collect_licences.py -->", "<!-- end of packages -->")

# What stands in for a package that is installed only on the other system; both declare the same needs.
TWINS = {
    "onnxruntime-directml": "onnxruntime",
    "onnxruntime": "onnxruntime-directml",
    "opencv-python": "opencv-python-headless",
    "opencv-python-headless": "opencv-python",
}
# Where a package's metadata is vague or offers a choice, what it is, read from its licence text.
STATED = {
    "colorama": "BSD-3-Clause",
    "flatbuffers": "Apache-2.0",
    "mpmath": "BSD-3-Clause",
    "onnxruntime": "MIT",
    "onnxruntime-directml": "MIT; the library DirectML.dll inside: Microsoft's own terms",
    "opencv-python": "Apache-2.0; FFmpeg inside: LGPL-2.1-or-later",
    "opencv-python-headless": "Apache-2.0; FFmpeg inside: LGPL-2.1-or-later",
    "protobuf": "BSD-3-Clause",
    "pyserial": "BSD-3-Clause",
    "pyside6-essentials": "LGPL-3.0-only",
    "reportlab": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "shiboken6": "LGPL-3.0-only",
    "sympy": "BSD-3-Clause",
    "tomli-w": "MIT",
    "tzdata": "Apache-2.0",
    "viva-genicam": "MIT",
}
# Packages that ship no text of their own, and the whole text that applies, in resources/licences/texts/.
WHOLE_TEXTS = {
    "flatbuffers": ("Apache-2.0.txt",),
    "pyserial": ("BSD-3-Clause-pyserial.txt",),
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "viva-genicam": ("MIT-viva-genicam.txt",),
}


class LicenceMissing(Exception):
    """A package whose licence cannot be told, in one sentence."""


@dataclass(frozen=True)
class Package:
    """One package: its licence as a short word, and the texts that it ships, by their path inside it."""

    name: str
    version: str
    licence: str
    texts: dict[str, str]

    @property
    def key(self) -> str:
        """The name in its canonical form, which names the file."""
        return str(canonicalize_name(self.name))


def closure(names: Iterable[str], platform: str) -> set[str]:
    """Return the packages that these need on a platform, themselves included, as the installed ones declare it.

    `platform` is a value of `sys.platform`; `names` may carry extras, as in `name[extra]`.
    """
    there = {
        **{name: str(value) for name, value in default_environment().items()},
        "sys_platform": platform,
        "platform_system": "Windows" if platform == "win32" else "Linux",
        "os_name": "nt" if platform == "win32" else "posix",
    }
    waiting = [Requirement(name) for name in names]
    found: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        key = (str(canonicalize_name(wanted.name)), frozenset(wanted.extras))
        if key in found:
            continue
        found.add(key)
        extras = wanted.extras or {""}
        waiting += [
            need
            for need in _needs(key[0])
            if need.marker is None or any(need.marker.evaluate({**there, "extra": extra}) for extra in extras)
        ]
    return {name for name, _ in found}


def _needs(name: str) -> list[Requirement]:
    """Return what a package declares; nothing where neither it nor its twin is installed."""
    for candidate in (name, TWINS.get(name, name)):
        try:
            return [Requirement(line) for line in distribution(candidate).requires or []]
        except PackageNotFoundError:
            continue
    return []


def run_time_packages() -> list[str]:
    """Return the names of all packages that the program runs on, on either system."""
    return sorted(set().union(*(closure([PROJECT], platform) for platform in PLATFORMS)) - {PROJECT})


def is_licence(path: str) -> bool:
    """Say whether a file of a package is a licence, going by its name."""
    file = PurePosixPath(path)
    name = file.name.lower()
    telling = any(word in name for word in ("licen", "copying", "notice"))
    return telling and file.suffix in ("", ".txt", ".md", ".rst", ".eigen", ".apache", ".bsd", ".APACHE", ".BSD")


def licence_word(name: str, metadata: Message) -> str:
    """Return the licence of a package as a short word. Raises LicenceMissing where nothing tells it."""
    stated = STATED.get(str(canonicalize_name(name)))
    expression = stated or metadata.get("License-Expression") or metadata.get("License")
    if not expression or "\n" in expression or len(expression) > 80:
        raise LicenceMissing(f"the licence of {name} is not clear from its metadata; read its text and state it here")
    return str(expression)


def installed(found: Distribution) -> Package:
    """Return what an installed package says of its licence."""
    metadata = Parser().parsestr(found.read_text("METADATA") or "")
    name = metadata["Name"]
    texts = {
        str(file): Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")
        for file in found.files or ()
        if is_licence(str(file))
    }
    return Package(name, found.version, licence_word(name, metadata), texts)


def from_wheel(wheel: Path) -> Package:
    """Return what a package in a wheel says of its licence."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata_file = next(name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(metadata_file).decode("utf-8"))
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in names if is_licence(name)}
    return Package(metadata["Name"], metadata["Version"], licence_word(metadata["Name"], metadata), texts)


def find(name: str, wheels: Path | None) -> Package:
    """Return a package, installed or as a wheel in the folder. Raises LicenceMissing where it is neither."""
    try:
        return installed(distribution(name))
    except PackageNotFoundError:
        pass
    for wheel in sorted(wheels.glob("*.whl")) if wheels else []:
        if canonicalize_name(wheel.name.split("-")[0]) == name:
            return from_wheel(wheel)
    raise LicenceMissing(f"{name} is not installed here: download its wheel and name its folder with --wheels")


def text_of(package: Package) -> str:
    """Return the file that is kept of a package. Raises LicenceMissing where there is no text."""
    parts = [f"{package.name} {package.version}\nLicence: {package.licence}\n"]
    kept: set[str] = set()
    for path, text in sorted(package.texts.items()):
        if text.strip() not in kept:
            parts.append(f"{'=' * 80}\n{path}\n{'=' * 80}\n{_tidy(text)}")
            kept.add(text.strip())
    parts += [
        f"The package ships no text of its own; its licence is texts/{name} beside this folder.\n"
        for name in WHOLE_TEXTS.get(package.key, ())
    ]
    if len(parts) == 1:
        raise LicenceMissing(f"{package.name} ships no licence text; add the whole text to texts/ and say so here")
    return "\n".join(parts)


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\f", "\n").splitlines()).strip() + "\n"


def table(packages: Iterable[Package]) -> str:
    """Return the table of NOTICE.md."""
    rows = ["| package | version | licence | text |", "| --- | --- | --- | --- |"]
    rows += [
        f"| {package.name} | {package.version} | {package.licence} | [text](packages/{package.key}.txt) |"
        for package in packages
    ]
    return "\n".join(rows)


def write(packages: list[Package], folder: Path) -> None:
    """Write the texts and the table, and take away the texts of packages that are gone."""
    texts = folder / "packages"
    texts.mkdir(exist_ok=True)
    for gone in {file.stem for file in texts.glob("*.txt")} - {package.key for package in packages}:
        (texts / f"{gone}.txt").unlink()
    for package in packages:
        (texts / f"{package.key}.txt").write_text(text_of(package), encoding="utf-8", newline="\n")
    notice = folder / "NOTICE.md"
    before, rest = notice.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    whole = f"{before}{MARKS[0]}\n{table(packages)}\n{MARKS[1]}{after}"
    notice.write_text(whole, encoding="utf-8", newline="\n")


def main() -> int:
    """Collect everything; return the exit code."""
    parser = argparse.ArgumentParser(description="Collect the licences of the packages that Inspector runs on.")
    parser.add_argument("--wheels", type=Path, help="folder with wheels of packages that are not installed here")
    wheels: Path | None = parser.parse_args().wheels
    try:
        packages = [find(name, wheels) for name in run_time_packages()]
        write(packages, LICENCES)
    except LicenceMissing as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"{len(packages)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())

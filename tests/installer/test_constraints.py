"""The pins: complete, the same everywhere they stand, and of the environment that the tests run in."""

import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LINE = re.compile(r'[A-Za-z0-9._-]+==[0-9A-Za-z.]+(; sys_platform [!=]= "win32")?')


def _pins(checkout: Path) -> list[Requirement]:
    lines = (checkout / "installer" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def _project(checkout: Path) -> list[Requirement]:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in [*project["dependencies"], *project["optional-dependencies"]["test"]]]


def test_a_line_is_a_name_a_version_and_perhaps_a_system(checkout: Path) -> None:
    lines = (checkout / "installer" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    odd = [line for line in lines if not line.startswith("#") and not LINE.fullmatch(line)]
    assert odd == []


def test_everything_that_is_needed_is_pinned(checkout: Path, collect_licences: ModuleType) -> None:
    for platform in ("linux", "win32"):
        pinned = {
            canonicalize_name(pin.name)
            for pin in _pins(checkout)
            if pin.marker is None or pin.marker.evaluate({"sys_platform": platform})
        }
        needed = collect_licences.closure(["inspector-station[test]", "hatchling", "editables"], platform) - {
            collect_licences.PROJECT
        }
        assert needed == pinned, platform


def test_what_the_project_names_is_pinned_alike(checkout: Path) -> None:
    pinned = {(canonicalize_name(pin.name), str(pin.specifier), str(pin.marker)) for pin in _pins(checkout)}
    named = {(canonicalize_name(one.name), str(one.specifier), str(one.marker)) for one in _project(checkout)}
    assert named <= pinned


def test_both_systems_run_the_same_onnxruntime(checkout: Path) -> None:
    versions = {str(pin.specifier) for pin in _pins(checkout) if pin.name.startswith("onnxruntime")}
    assert len(versions) == 1


def test_the_tests_run_with_the_pinned_versions(checkout: Path) -> None:
    here = [pin for pin in _pins(checkout) if pin.marker is None or pin.marker.evaluate({"sys_platform": sys.platform})]
    different = [f"{pin.name} {version(pin.name)}" for pin in here if not pin.specifier.contains(version(pin.name))]
    assert different == []

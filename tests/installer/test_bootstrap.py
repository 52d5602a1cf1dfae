"""Setting up from a source tree: what is installed when, and what a person is told."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

LOCKED_OUT = ["libxcb-cursor.so.0", "libEGL.so.1"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Make a source tree of nothing but its pins."""
    (tmp_path / "installer").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / "installer" / "constraints.txt").write_text("numpy==2.4.6\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def environment(bootstrap: ModuleType, house: Path) -> Any:
    return bootstrap.VirtualEnvironment(house / ".venv", windows=False)


@pytest.fixture
def installs(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Let nothing be downloaded; return what pip was asked for, a list a call."""
    asked: list[list[str]] = []

    def create(environment: Any) -> None:
        environment.python.parent.mkdir(parents=True, exist_ok=True)
        environment.python.touch()

    monkeypatch.setattr(bootstrap, "create", create)
    monkeypatch.setattr(bootstrap, "install", lambda _, arguments: asked.append(list(arguments)))
    return asked


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_a_python_that_fits_is_taken(bootstrap: ModuleType, version: tuple[int, int]) -> None:
    bootstrap.check_python(version, wide=True)


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 14)])
def test_a_python_that_does_not_fit_is_refused(bootstrap: ModuleType, version: tuple[int, int]) -> None:
    with pytest.raises(bootstrap.SetupFailed, match=rf"needs Python 3\.11, .* this is {version[0]}\.{version[1]}"):
        bootstrap.check_python(version, wide=True)


def test_a_python_of_32_bits_is_refused(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.SetupFailed, match="64-bit"):
        bootstrap.check_python((3, 12), wide=False)


def test_the_first_start_installs_by_the_constraints(
    bootstrap: ModuleType,
    house: Path,
    environment: Any,
    installs: list[list[str]],
) -> None:
    bootstrap.ensure_installed(environment, house, with_tests=False)
    constraints = ["--constraint", str(house / "installer" / "constraints.txt")]
    assert installs == [
        [*constraints, "hatchling", "editables"],
        [*constraints, "--no-build-isolation", "--editable", str(house)],
    ]


def test_the_second_start_installs_nothing(
    bootstrap: ModuleType,
    house: Path,
    environment: Any,
    installs: list[list[str]],
) -> None:
    bootstrap.ensure_installed(environment, house, with_tests=True)
    installs.clear()
    bootstrap.ensure_installed(environment, house, with_tests=True)
    bootstrap.ensure_installed(environment, house, with_tests=False)
    assert installs == []


def test_the_test_tools_come_when_they_are_asked_for(
    bootstrap: ModuleType,
    house: Path,
    environment: Any,
    installs: list[list[str]],
) -> None:
    bootstrap.ensure_installed(environment, house, with_tests=False)
    installs.clear()
    bootstrap.ensure_installed(environment, house, with_tests=True)
    assert installs[-1][-1] == f"{house}[test]"


@pytest.mark.parametrize("pins", ["pyproject.toml", "installer/constraints.txt"])
def test_changed_pins_are_installed(
    bootstrap: ModuleType,
    house: Path,
    environment: Any,
    installs: list[list[str]],
    pins: str,
) -> None:
    bootstrap.ensure_installed(environment, house, with_tests=False)
    installs.clear()
    (house / pins).write_text("changed\n", encoding="utf-8")
    bootstrap.ensure_installed(environment, house, with_tests=False)
    assert len(installs) == 2


def test_an_interrupted_installation_is_gone_on_with(
    bootstrap: ModuleType,
    house: Path,
    environment: Any,
    installs: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bootstrap.ensure_installed(environment, house, with_tests=False)
    (house / "pyproject.toml").write_text("changed\n", encoding="utf-8")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.ensure_installed(environment, house, with_tests=False)
    (house / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    installs.clear()
    bootstrap.ensure_installed(environment, house, with_tests=False)
    assert len(installs) == 2, "the old stamp must not survive an installation that was begun"


def test_a_moved_source_tree_is_installed_anew(bootstrap: ModuleType, house: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("pyproject.toml", "installer"):
        (moved / name).symlink_to(house / name)
    assert bootstrap.fingerprint(house, (3, 11)) != bootstrap.fingerprint(moved, (3, 11))


def test_an_environment_of_another_python_does_not_fit(bootstrap: ModuleType, environment: Any) -> None:
    environment.python.parent.mkdir(parents=True)
    environment.python.touch()
    (environment.folder / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n", encoding="utf-8")
    assert environment.fits((3, 11))
    assert not environment.fits((3, 12))
    environment.python.unlink()
    assert not environment.fits((3, 11)), "an environment whose interpreter is gone is broken"


def test_commands_lie_where_the_system_puts_them(bootstrap: ModuleType, tmp_path: Path) -> None:
    windows = bootstrap.VirtualEnvironment(tmp_path, windows=True)
    linux = bootstrap.VirtualEnvironment(tmp_path, windows=False)
    assert windows.python == tmp_path / "Scripts" / "python.exe"
    assert windows.script("lint-imports") == tmp_path / "Scripts" / "lint-imports.exe"
    assert linux.python == tmp_path / "bin" / "python"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (["WARNING: Retrying after connection broken by 'NewConnectionError'", "ERROR: No matching"], "to the network"),
        (["ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"], "disk is full"),
        (["Collecting numpy", "ERROR: No matching distribution found for numpy==9"], "No matching distribution found"),
        ([], "pip gave no reason"),
    ],
)
def test_why_pip_failed_is_one_sentence(bootstrap: ModuleType, said: list[str], sentence: str) -> None:
    assert sentence in bootstrap.why_pip_failed(said)


def test_pip_that_fails_is_reported_with_its_log(bootstrap: ModuleType, tmp_path: Path) -> None:
    environment = bootstrap.VirtualEnvironment(Path(sys.prefix), windows=os.name == "nt")
    elsewhere = _with_log(bootstrap, environment, tmp_path / "install.log")
    with pytest.raises(bootstrap.SetupFailed, match=r"install\.log"):
        bootstrap.install(elsewhere, ["--no-index", "no-such-package-here"])
    assert "no-such-package-here" in (tmp_path / "install.log").read_text(encoding="utf-8")


def _with_log(bootstrap: ModuleType, environment: Any, log: Path) -> Any:
    class Elsewhere(bootstrap.VirtualEnvironment):  # type: ignore[name-defined, misc]
        """An environment whose log is not written into it."""

        @property
        def log(self) -> Path:
            return log

    return Elsewhere(environment.folder, environment.windows)


def test_missing_libraries_are_named(bootstrap: ModuleType) -> None:
    def load(name: str) -> None:
        if name in LOCKED_OUT:
            raise OSError(name)

    assert sorted(bootstrap.missing_libraries(load)) == sorted(LOCKED_OUT)


def test_root_installs_system_packages(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        done.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name)
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    bootstrap.install_system_packages(["libegl1"], "libEGL.so.1")
    assert done == [["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "libegl1"]]


def test_anybody_else_is_told_the_line_to_run(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name)
    with pytest.raises(bootstrap.SetupFailed, match=r"sudo apt-get install --yes libegl1$"):
        bootstrap.install_system_packages(["libegl1"], "libEGL.so.1")


def test_a_system_without_apt_is_told_what_it_lacks(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    with pytest.raises(bootstrap.SetupFailed, match=r"lacks libEGL\.so\.1"):
        bootstrap.install_system_packages(["libegl1"], "libEGL.so.1")


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("win32", {}, True),
    ],
)
def test_a_display_is_seen(bootstrap: ModuleType, platform: str, environment: dict[str, str], expected: bool) -> None:
    assert bootstrap.has_display(platform, environment) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], True),
        (["--data", "D"], True),
        (["--version"], False),
        (["doctor"], False),
        (["run", "--headless"], False),
        (["run"], True),
    ],
)
def test_only_the_window_needs_its_libraries(bootstrap: ModuleType, arguments: list[str], expected: bool) -> None:
    assert bootstrap.opens_window(arguments) is expected


def _bootstrap(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return subprocess.run(
        [sys.executable, str(checkout / "installer" / "bootstrap.py"), *arguments],
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
def test_without_a_display_one_line_names_the_headless_command(checkout: Path) -> None:
    done = _bootstrap(checkout, "run")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no display" in done.stderr
    assert "run run --camera folder:PATH --recipe FILE --headless" in done.stderr


def test_help_is_given_and_wrong_usage_is_said(checkout: Path) -> None:
    assert "run [ARGUMENT...]" in _bootstrap(checkout, "--help").stdout
    for arguments in ([], ["fly"]):
        wrong = _bootstrap(checkout, *arguments)
        assert (wrong.returncode, wrong.stdout) == (2, "")
        assert "usage:" in wrong.stderr

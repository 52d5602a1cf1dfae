"""Set Inspector up from its source tree and start it, or run its tests.

    python installer/bootstrap.py run [ARGUMENT...]     start Inspector; arguments go to the program
    python installer/bootstrap.py test [ARGUMENT...]    run every check; with arguments only pytest, with them

Needs nothing but Python's standard library. The packages go into `.venv`, at the versions of `constraints.txt`; once
that is done it is not done again until the pins change. It must parse on older versions of Python, to refuse them
with a sentence.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

HOUSE = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = (3, 11), (3, 13)
BUILD_TOOLS = ("hatchling", "editables")

# What PySide6's modules and its xcb, offscreen and image plugins need from the system, and the Debian package of each.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
SIGNS_OF_NO_NETWORK = (
    "connection broken by",
    "connectionerror",
    "connecttimeout",
    "name resolution",
    "network is unreachable",
    "proxyerror",
    "readtimeout",
)


class SetupFailed(Exception):
    """Why it cannot go on, in one sentence for a person."""


@dataclass(frozen=True)
class VirtualEnvironment:
    """The folder with the program's own packages, laid out as the system does it."""

    folder: Path
    windows: bool

    @property
    def python(self) -> Path:
        """The interpreter inside."""
        return self.script("python")

    @property
    def stamp(self) -> Path:
        """The file that says which pins are completely installed."""
        return self.folder / "inspector.stamp"

    @property
    def log(self) -> Path:
        """What the package installer said last."""
        return self.folder / "install.log"

    def script(self, name: str) -> Path:
        """Return the path of a command inside."""
        return self.folder / "Scripts" / f"{name}.exe" if self.windows else self.folder / "bin" / name

    def fits(self, version: Sequence[int]) -> bool:
        """Say whether the folder holds an interpreter of that major and minor version."""
        settings = self.folder / "pyvenv.cfg"
        if not self.python.exists() or not settings.is_file():
            return False
        wanted = f"version = {version[0]}.{version[1]}."
        return any(line.startswith(wanted) for line in settings.read_text(encoding="utf-8").splitlines())


def say(sentence: str) -> None:
    """Tell the person in front of the machine something."""
    print(f"inspector: {sentence}", file=sys.stderr, flush=True)


def check_python(version: Sequence[int], wide: bool) -> None:
    """Raise SetupFailed unless the program can run on this Python; `wide` says that it is a 64-bit one."""
    found = f"{version[0]}.{version[1]}"
    known = "3.11, 3.12 or 3.13"
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        raise SetupFailed(f"Inspector needs Python {known} and this is {found}; start this file with one of those.")
    if not wide:
        raise SetupFailed(f"Inspector needs a 64-bit Python {known} and this one has 32 bits; install the 64-bit one.")


def fingerprint(house: Path, version: Sequence[int]) -> str:
    """Return a hash of everything that decides what has to be installed, the place of the source tree included."""
    digest = hashlib.sha256(f"{version[0]}.{version[1]} {house}".encode())
    for pins in ("pyproject.toml", "installer/constraints.txt"):
        digest.update((house / pins).read_bytes())
    return digest.hexdigest()


def is_installed(environment: VirtualEnvironment, wanted: str, with_tests: bool) -> bool:
    """Say whether the stamp promises these pins, and the test tools if they are asked for."""
    try:
        words = environment.stamp.read_text(encoding="utf-8").split()
    except OSError:
        return False
    return words[:1] == [wanted] and (not with_tests or "test" in words) and environment.python.exists()


def ensure_installed(environment: VirtualEnvironment, house: Path, with_tests: bool) -> None:
    """Install the pins unless they are. Interrupted, it goes on at the next start, since the stamp comes last."""
    wanted = fingerprint(house, sys.version_info[:2])
    if is_installed(environment, wanted, with_tests):
        return
    started = time.monotonic()
    say(f"setting up in {environment.folder}; this takes a few minutes the first time")
    environment.stamp.unlink(missing_ok=True)
    create(environment)
    constraints = str(house / "installer" / "constraints.txt")
    project = f"{house}[test]" if with_tests else str(house)
    install(environment, ["--constraint", constraints, *BUILD_TOOLS])
    install(environment, ["--constraint", constraints, "--no-build-isolation", "--editable", project])
    environment.stamp.write_text(f"{wanted} {'run test' if with_tests else 'run'}\n", encoding="utf-8")
    say(f"set up in {time.monotonic() - started:.0f} s")


def create(environment: VirtualEnvironment) -> None:
    """Make the virtual environment, or make it anew where it is broken or of another Python."""
    if environment.fits(sys.version_info[:2]) and _succeeds([str(environment.python), "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        install_system_packages([package], "Python's venv module")
    say(f"making {environment.folder}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(environment.folder)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        said = (made.stderr or made.stdout).strip().splitlines()
        raise SetupFailed(f"{environment.folder} could not be made: {said[-1] if said else 'no reason was given'}")


def install(environment: VirtualEnvironment, arguments: Sequence[str]) -> None:
    """Let pip install into the environment; only ready-made packages, so that nothing is compiled for hours.

    Raises SetupFailed with the reason in one sentence; everything pip said stands in the environment's log.
    """
    command = [str(environment.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar=off", "--only-binary=:all:", *arguments]
    lines: list[str] = []
    with (
        environment.log.open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PIP_USER": "0", "PYTHONIOENCODING": "utf-8"},
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            lines.append(line.strip())
            if lines[-1].startswith(("Downloading", "Installing collected packages")):
                print(f"  {lines[-1][:110]}", file=sys.stderr, flush=True)
    if process.returncode != 0:
        raise SetupFailed(f"{why_pip_failed(lines)} (all that pip said: {environment.log})")


def why_pip_failed(lines: Iterable[str]) -> str:
    """Return the reason in one sentence, read from what pip said."""
    said = list(lines)
    everything = "\n".join(said).lower()
    if any(sign in everything for sign in SIGNS_OF_NO_NETWORK):
        return (
            "The package index cannot be reached: connect this machine to the network and start this again; "
            "it goes on where it stopped."
        )
    if "no space left" in everything:
        return "The disk is full: free 2 GB and start this again; it goes on where it stopped."
    errors = [line for line in said if line.startswith("ERROR:")]
    return f"The packages could not be installed: {errors[0] if errors else 'pip gave no reason.'}"


def missing_libraries(load: Callable[[str], object]) -> list[str]:
    """Return which of the system's shared libraries cannot be loaded; `load` raises OSError for such a one."""
    missing = []
    for name in LIBRARIES:
        try:
            load(name)
        except OSError:
            missing.append(name)
    return missing


def ensure_libraries() -> None:
    """Install the shared libraries that the window needs where they are missing, or say how. Linux only."""
    missing = missing_libraries(ctypes.CDLL)
    if not missing:
        return
    install_system_packages(sorted({LIBRARIES[name] for name in missing}), f"{', '.join(missing)}")
    left = missing_libraries(ctypes.CDLL)
    if left:
        raise SetupFailed(f"These shared libraries are still missing after their packages were installed: {left}.")


def install_system_packages(packages: Sequence[str], what: str) -> None:
    """Install Debian packages as root; otherwise raise SetupFailed with the one line that does it."""
    if shutil.which("apt-get") is None:
        raise SetupFailed(f"This system lacks {what}; install it with the system's package manager.")
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        line = f"sudo apt-get update && sudo apt-get install --yes {' '.join(packages)}"
        raise SetupFailed(f"This system lacks {what}. Run this line and start again:\n{line}")
    say(f"installing with apt-get: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], command):
        done = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith("E:")] or ["no reason was given"]
        raise SetupFailed(f"apt-get could not install {' '.join(packages)}: {said[0]}")


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Say whether a window can be opened, as far as the environment tells."""
    if not platform.startswith("linux"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def opens_window(arguments: list[str]) -> bool:
    """Say whether the program, started with these arguments, will open its window."""
    if arguments[:1] == ["run"]:
        return not {"--headless", "-h", "--help"} & set(arguments)
    return not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version"))


def become(command: Sequence[str]) -> int:
    """Run the command in place of this process where the system can do that, else wait for it; return its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(command[0], list(command))
    with subprocess.Popen(list(command)) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the program got it as well and decides what it means


def run(environment: VirtualEnvironment, arguments: list[str]) -> int:
    """Start the program. Without arguments it opens its window, which needs a display and Qt's libraries."""
    if not arguments and not has_display(sys.platform, os.environ):
        raise SetupFailed(
            "There is no display here to open the window on; without one use: python installer/bootstrap.py run "
            "run --camera folder:PATH --recipe FILE --headless"
        )
    ensure_installed(environment, HOUSE, with_tests=False)
    if opens_window(arguments) and sys.platform.startswith("linux"):
        ensure_libraries()
    return become([str(environment.python), "-P", "-m", "inspector", *arguments])


def test(environment: VirtualEnvironment, arguments: list[str]) -> int:
    """Run every check, the tests last; with arguments only the tests, with them."""
    ensure_installed(environment, HOUSE, with_tests=True)
    if sys.platform.startswith("linux"):
        ensure_libraries()
    os.chdir(HOUSE)
    python = str(environment.python)
    if arguments:
        return become([python, "-m", "pytest", *arguments])
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "import contracts": [str(environment.script("lint-imports"))],
    }
    failed = [name for name, command in checks.items() if not _check(name, command)]
    covered = ["--cov", "--cov-report=term", "-p", "tests.fixtures.coverage_floors"]
    tests = subprocess.run([python, "-m", "pytest", *covered], check=False).returncode
    if failed:
        say(f"failed: {', '.join(failed)}")
    return tests or int(bool(failed))


def _check(name: str, command: Sequence[str]) -> bool:
    """Run one check; show what it says only where it fails."""
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    passed = done.returncode == 0
    if not passed:
        sys.stdout.flush()
        sys.stdout.buffer.write(done.stdout)  # as it is: a console's own encoding may lack some of its characters
    print(f"{name}: {'passed' if passed else 'FAILED'} ({time.monotonic() - started:.1f} s)", flush=True)
    return passed


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main(arguments: list[str]) -> int:
    """Do what the command line asks; return the exit code: 0 done, 1 failed, 2 wrong usage."""
    commands = {"run": run, "test": test}
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if not arguments or arguments[0] not in commands:
        print("usage: python installer/bootstrap.py {run,test} [ARGUMENT...]", file=sys.stderr)
        return 2
    environment = VirtualEnvironment(HOUSE / ".venv", windows=os.name == "nt")
    try:
        check_python(sys.version_info[:2], wide=sys.maxsize > 2**32)
        return commands[arguments[0]](environment, arguments[1:])
    except SetupFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("interrupted; start this again and it goes on where it stopped")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What this machine gives the station: packages, accelerators, and whether the demo recipe proves itself on each.

Nothing heavy is imported before it is looked at, so that the doctor can still speak where a package is broken.
"""

import importlib
import platform
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from inspector import __version__
from inspector.assets import model
from inspector.vision.errors import ModelFileRefused, NoAccelerator

if TYPE_CHECKING:
    from inspector.vision.choice import Tried


class PackageState(StrEnum):
    """Whether a package can be used. BROKEN is installed, but it cannot be loaded."""

    WORKING = "working"
    BROKEN = "broken"
    ABSENT = "absent"


@dataclass(frozen=True)
class Package:
    """One package that the station stands on. `distribution` is empty and `version` too where it is absent."""

    name: str
    distribution: str
    version: str
    state: PackageState
    message: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """What was found. `accelerators` are all that were tried with the demo recipe, `chosen` is empty if none passed.

    `problems` are sentences: everything that a person should look at. Where the demo recipe is refused or no
    accelerator passes, `accelerators` is empty and the problem says what each did.
    """

    program: str
    python: str
    platform: str
    packages: tuple[Package, ...]
    providers: tuple[str, ...]
    accelerators: tuple["Tried", ...]
    chosen: str
    why: str
    problems: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        """Whether parts could be judged here."""
        return bool(self.chosen)

    def lines(self) -> list[str]:
        """Return the findings for a person, a line each."""
        found = [f"Inspector {self.program}, Python {self.python}, {self.platform}", "", "Packages:"]
        found += [f"  {one.name:<14} {one.version:<12} {one.state} {one.message}".rstrip() for one in self.packages]
        found += ["", f"onnxruntime offers: {', '.join(self.providers) or 'nothing'}", "", "Accelerators:"]
        found += [
            f"  {one.accelerator:<14} {'passed' if one.accepted else 'refused'}: {one.why}" for one in self.accelerators
        ]
        found += [f"  {self.why}" if self.chosen else "  none can judge", ""]
        return found + [f"Problem: {problem}" for problem in self.problems or ("none found",)]


@dataclass(frozen=True)
class _Proof:
    providers: tuple[str, ...] = ()
    accelerators: tuple["Tried", ...] = ()
    chosen: str = ""
    why: str = ""
    problem: str = ""


# In this order: onnxruntime has to be loaded before Qt, or it cannot be loaded on Windows.
_PACKAGES = (
    ("numpy", "numpy", ("numpy",)),
    ("onnxruntime", "onnxruntime", ("onnxruntime-directml", "onnxruntime")),
    ("OpenCV", "cv2", ("opencv-python", "opencv-python-headless")),
    ("onnx", "onnx", ("onnx",)),
    ("scikit-learn", "sklearn", ("scikit-learn",)),
    ("SQLAlchemy", "sqlalchemy", ("SQLAlchemy",)),
    ("ReportLab", "reportlab", ("reportlab",)),
    ("Qt", "PySide6.QtWidgets", ("PySide6-Essentials", "PySide6")),
    ("pyqtgraph", "pyqtgraph", ("pyqtgraph",)),
)
_NEEDED_TO_JUDGE = frozenset({"numpy", "onnxruntime", "OpenCV"})


def diagnose(demo: Path | None = None) -> Diagnosis:
    """Look at the packages, and prove the demo recipe (or another recipe file) on every accelerator.

    Never raises because of what it finds.
    """
    packages = tuple(_package(name, module, distributions) for name, module, distributions in _PACKAGES)
    problems = [problem for package in packages for problem in _package_problems(package)]
    problems += [problem for _, _, distributions in _PACKAGES for problem in _doubled(distributions)]
    broken = [one.name for one in packages if one.name in _NEEDED_TO_JUDGE and one.state is not PackageState.WORKING]
    proof = _Proof() if broken else _prove(demo or model("demo", "demo.recipe"))
    if proof.problem:
        problems.append(proof.problem)
    return Diagnosis(
        program=__version__,
        python=platform.python_version(),
        platform=platform.platform(),
        packages=packages,
        providers=proof.providers,
        accelerators=proof.accelerators,
        chosen=proof.chosen,
        why=proof.why,
        problems=tuple(problems),
    )


def _package(name: str, module: str, distributions: tuple[str, ...]) -> Package:
    installed = _installed(distributions)
    distribution = installed[0] if installed else ""
    version = metadata.version(distribution) if distribution else ""
    try:
        loaded = importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 - a broken library fails in any way it likes
        state = PackageState.BROKEN if installed else PackageState.ABSENT
        return Package(name, distribution, version, state, str(error) if installed else "")
    # A frozen build carries no distributions, only modules.
    return Package(name, distribution, version or str(getattr(loaded, "__version__", "")), PackageState.WORKING)


def _installed(distributions: tuple[str, ...]) -> list[str]:
    found = []
    for distribution in distributions:
        try:
            metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
        found.append(distribution)
    return found


def _package_problems(package: Package) -> list[str]:
    if package.state is PackageState.BROKEN:
        return [f"{package.name} is installed, but it cannot be loaded ({package.message}); install it again."]
    if package.state is PackageState.ABSENT:
        return [f"{package.name} is not installed; set the station up again."]
    return []


def _doubled(distributions: tuple[str, ...]) -> list[str]:
    """Say when two distributions overwrite each other's files: both bring the same module."""
    installed = _installed(distributions)
    if len(installed) < 2 or "PySide6" in installed:  # PySide6 only adds to its Essentials
        return []
    return [f"{' and '.join(installed)} are both installed and overwrite each other; remove all and install one."]


def _prove(path: Path) -> _Proof:
    from inspector.vision.accelerator import offered_providers
    from inspector.vision.choice import choose_accelerator
    from inspector.vision.model_file import read_model_file

    providers = offered_providers()
    try:
        network, choice = choose_accelerator(read_model_file(path))
    except (ModelFileRefused, NoAccelerator) as error:
        return _Proof(providers, problem=str(error))
    network.close()
    return _Proof(providers, choice.tried, choice.name, choice.why)

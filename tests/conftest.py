"""What all tests share: an offscreen window system, guards against what a test leaves behind, and common fixtures.

- `expected_logs` (always on): a log record of level WARNING or above fails the test unless it was expected by
  `expected_logs.append(pattern)` (must come) or `expected_logs.allow(pattern)` (may come), searched for in
  `LEVEL logger: message`.
- `no_left_over_threads`, `no_left_over_processes`, `no_left_over_qt` (always on): what a test starts, it ends. Warnings
  of Qt itself fail a test as well, through pytest-qt.
- `fake_clock`: a clock that only the test moves. `shared_images`: the folder of the shared picture sets.
"""

import os
from pathlib import Path

# QT_QPA_PLATFORM=xcb (or windows) asks for a run in real windows.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import onnxruntime  # noqa: F401 - before Qt: on Windows the other order fails to load the library
import pytest

_HOUSE = Path(__file__).resolve().parents[1]

pytest_plugins = [
    "tests.fixtures.clock",
    "tests.fixtures.gige",
    "tests.fixtures.leaks",
    "tests.fixtures.logs",
    "tests.fixtures.qt_leaks",
]
if (_HOUSE / "tests" / "fixtures" / "tiny_recipe.py").exists():
    pytest_plugins.append("tests.fixtures.tiny_recipe")


def _shared_images() -> Path:
    """Return where the shared picture sets should be: INSPECTOR_SHARED_IMAGES, or beside the checkout."""
    asked = os.environ.get("INSPECTOR_SHARED_IMAGES")
    return Path(asked) if asked else _HOUSE.parent / "shared" / "images"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `shared_images` where the shared picture sets are not."""
    if item.get_closest_marker("shared_images") and not _shared_images().is_dir():
        pytest.skip(f"the shared pictures are not at {_shared_images()}; INSPECTOR_SHARED_IMAGES can name the folder")


@pytest.fixture(scope="session")
def shared_images() -> Path:
    """Return the folder of the shared picture sets; mark the test `shared_images` too."""
    folder = _shared_images()
    if not folder.is_dir():
        pytest.skip(f"the shared pictures are not at {folder}; INSPECTOR_SHARED_IMAGES can name the folder")
    return folder


@pytest.fixture
def checkout() -> Path:
    """Return the top folder of the source tree."""
    return _HOUSE

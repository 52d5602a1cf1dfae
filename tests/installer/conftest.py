"""The files of installer/ are scripts, not a package; here they are loaded by their path."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _load(name: str) -> ModuleType:
    path = Path(__file__).parents[2] / "installer" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(f"installer_{name}", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # dataclasses look their own module up
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def bootstrap() -> ModuleType:
    """Return installer/bootstrap.py as a module."""
    return _load("bootstrap")


@pytest.fixture(scope="session")
def collect_licences() -> ModuleType:
    """Return installer/collect_licences.py as a module."""
    return _load("collect_licences")

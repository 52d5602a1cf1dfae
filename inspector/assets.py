"""Where the files that belong to the program are found: in a checkout, a wheel and a frozen build alike."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def _folder(name: str) -> Path:
    inside: Traversable = files("inspector").joinpath(name)
    if inside.is_dir():
        return Path(str(inside))
    return Path(str(files("inspector"))).parent / name


def resource(*parts: str) -> Path:
    """Return the path of a file or folder under resources/."""
    return _folder("resources").joinpath(*parts)


def model(*parts: str) -> Path:
    """Return the path of a file or folder under models/."""
    return _folder("models").joinpath(*parts)

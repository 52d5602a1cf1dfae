"""Recipe files to be altered."""

from pathlib import Path

import pytest

from tests.fixtures.recipe_parts import RecipeParts
from tests.fixtures.tiny_recipe import write_tiny_recipe


@pytest.fixture
def recipe_path(tmp_path: Path) -> Path:
    """Return the path of a good recipe file with an umlaut in its name."""
    path = tmp_path / "Größe.recipe"
    write_tiny_recipe(path)
    return path


@pytest.fixture
def parts(recipe_path: Path) -> RecipeParts:
    """Return the entries of a good recipe file."""
    return RecipeParts(recipe_path)

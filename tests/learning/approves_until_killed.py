"""Approves the newest candidate again and again, each time dying one touch of a file later. Run by test_desk.py.

python approves_until_killed.py DATA RECIPE

Each time is a process of its own, which dies without a word. Prints how it ended and the content hash of the recipe
file, until one lives or the new version is active.
"""

import os
import shutil
import sys
from pathlib import Path

from inspector.domain.clock import SystemClock
from inspector.learning.desk import open_desk
from inspector.learning.shelf import VERSIONS
from inspector.vision.model_file import read_model_file

_KILLED, _WRITTEN_IN_PLACE = 9, 77
_READING = {"r", "rb"}
_TOUCHES = {"open", "os.rename", "os.remove", "os.mkdir"}


def main() -> None:
    data, recipe = Path(sys.argv[1]), Path(sys.argv[2])
    before = read_model_file(recipe).content_hash
    for step in range(1, 100):
        # What the one before had kept already would be a step less.
        shutil.rmtree(recipe.with_name(recipe.name + VERSIONS), ignore_errors=True)
        process = os.fork()
        if process == 0:
            approve(data, recipe, step)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        now = read_model_file(recipe).content_hash
        os.write(1, f"{code} {now}\n".encode())
        if code == 0 or now != before:
            break


def approve(data: Path, recipe: Path, step: int) -> None:
    """Approve, and die at that touch of anything beside the recipe; never returns."""
    seen = 0

    def touched(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        beside = event in _TOUCHES and str(arguments[0]).startswith(str(recipe.parent))
        if beside and not (event == "open" and arguments[1] in _READING):
            if event == "open" and str(arguments[0]) == str(recipe):
                os._exit(_WRITTEN_IN_PLACE)
            seen += 1
            if seen == step:
                os._exit(_KILLED)

    with open_desk(data, SystemClock()) as desk:
        sys.addaudithook(touched)
        desk.approve(recipe, None, "Sue", "better")
        os._exit(0)


if __name__ == "__main__":
    main()

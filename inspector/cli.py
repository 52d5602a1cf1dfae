"""The command line: `inspector` opens the window, `inspector COMMAND` works without one.

Exit codes: 0 done, 1 failed, 2 wrong usage. Messages go to standard error, data to standard output.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from types import ModuleType

from inspector import __version__
from inspector.commands import (
    approve,
    ask,
    cameras,
    codes,
    doctor,
    evaluate,
    explain,
    import_model,
    judge,
    learn,
    lock,
    override,
    report,
    rollback,
    teach,
    thresholds,
    validate,
    window,
)
from inspector.commands import run as run_command
from inspector.domain.refusal import Refusal

_COMMANDS: tuple[ModuleType, ...] = (
    *(run_command, judge, explain),
    *(teach, evaluate, thresholds, lock, validate, import_model),
    *(ask, override, learn, approve, rollback),
    *(report, cameras, codes, doctor),
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="inspector", description="Quality-inspection station. Without a command it opens the window."
    )
    parser.add_argument("--version", action="version", version=f"inspector {__version__}")
    window.add_arguments(parser)
    parser.set_defaults(execute=window.execute)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for module in _COMMANDS:
        command: argparse.ArgumentParser = module.register(commands)
        command.set_defaults(execute=module.execute)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    options = build_parser().parse_args(arguments)
    try:
        return int(options.execute(options))
    except Refusal as refusal:
        return _failed(str(refusal))
    except KeyboardInterrupt:
        return _failed("stopped before it was done")
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _failed(sentence: str) -> int:
    sys.stderr.write(f"inspector: {sentence}\n")
    return 1

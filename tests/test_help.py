"""The documents are true: links lead somewhere, and the command line is described as it is."""

import argparse
import re
from pathlib import Path

import pytest

from inspector import settings
from inspector.cli import build_parser

LINK = re.compile(r"\]\(([^)#:]+)\)")
OPTION = re.compile(r"`?(--[a-z][a-z-]+)")
SECTION = re.compile(r"^## inspector ?(?P<command>[a-z]*)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def _help(checkout: Path) -> Path:
    return checkout / "resources" / "help"


def _parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command, and the one of no command under an empty name."""
    whole = build_parser()
    (commands,) = [action for action in whole._actions if isinstance(action, argparse._SubParsersAction)]
    return {"": whole, **commands.choices}


def _options(parser: argparse.ArgumentParser) -> set[str]:
    return {text for action in parser._actions for text in action.option_strings if text.startswith("--")} - {"--help"}


def _sections(checkout: Path) -> dict[str, str]:
    page = (_help(checkout) / "command-line.md").read_text(encoding="utf-8")
    return {section["command"]: section["text"] for section in SECTION.finditer(page)}


def test_links_lead_somewhere(checkout: Path) -> None:
    pages = [checkout / "README.md", checkout / "CHANGELOG.md", *_help(checkout).glob("*.md")]
    dead = [
        f"{page.name}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).is_file()
    ]
    assert dead == []


def test_every_command_is_described(checkout: Path) -> None:
    assert set(_sections(checkout)) == set(_parsers())


@pytest.mark.parametrize("command", sorted(_parsers()))
def test_the_options_of_a_command_are_described_as_they_are(checkout: Path, command: str) -> None:
    described = set(OPTION.findall(_sections(checkout)[command]))
    others = {"--jsonl"} if command == "judge" else set()  # named there to compare with
    assert described - others == _options(_parsers()[command])


def test_every_setting_is_described(checkout: Path) -> None:
    page = (_help(checkout) / "first-start.md").read_text(encoding="utf-8")
    remembered = {"camera", "recipe", "operator"}  # kept by the station itself
    names = {name for name in settings.Settings.__dataclass_fields__ if name not in remembered}
    assert {name for name in names if f"`{name}`" not in page} == set()

"""Looking codes up from the command line."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.codes.tables import CATALOGUE_FILE
from inspector.commands import codes
from inspector.commands.failure import CommandFailed

Look = Callable[..., int]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def look_up(*arguments: str) -> int:
        parser = argparse.ArgumentParser()
        codes.register(parser.add_subparsers())
        return codes.execute(parser.parse_args(["codes", *arguments, "--data", str(tmp_path)]))

    return look_up


def test_by_word_and_by_code(look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    assert look("naics", "fabricated metal") == 0
    assert capsys.readouterr().out == "332  Fabricated Metal Product Manufacturing\n"
    assert look("SIC", "34", "--json") == 0
    title = "Fabricated Metal Products, Except Machinery and Transportation Equipment"
    assert json.loads(capsys.readouterr().out) == [{"system": "SIC", "code": "34", "title": title}]


def test_a_deeper_code_has_the_title_above_it(look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    assert look("NAICS", "332722") == 0
    assert capsys.readouterr().out == "332722  Fabricated Metal Product Manufacturing\n"


def test_codes_without_titles_are_checked(look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    assert look("UNSPSC", "31161500") == 0
    assert capsys.readouterr().out == "31161500\n"
    with pytest.raises(CommandFailed, match="UNSPSC has no code '3116'"):
        look("UNSPSC", "3116")
    with pytest.raises(CommandFailed, match="the titles of ISIC are not shipped; give a code to have it checked"):
        look("ISIC")


def test_the_own_catalogue(look: Look, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandFailed, match=r"the own catalogue is empty; put a file codes\.csv"):
        look("OWN")
    (tmp_path / CATALOGUE_FILE).write_text("code,title\nS.1,Scratch\nS.1.2,Deep scratch\n", encoding="utf-8")
    assert look("own") == 0
    assert capsys.readouterr().out == "S.1    Scratch\nS.1.2  Deep scratch\n"
    with pytest.raises(CommandFailed, match="OWN has no code that begins with 'dent' and no title that holds it"):
        look("own", "dent")


def test_a_system_that_is_none(look: Look) -> None:
    with pytest.raises(CommandFailed, match="There is no system of codes 'GTIN'"):
        look("gtin", "1")

"""Numbers on the command line: what is taken, and that the refusal is a sentence and no trace."""

import argparse
from collections.abc import Callable

import pytest

from inspector.commands.number_option import degrees, milliseconds, positive, seed


def test_numbers_are_taken() -> None:
    assert (positive("1"), seed("0"), milliseconds("2.5"), degrees("180")) == (1, 0, 2.5, 180)


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (positive, "0", "'0' is no whole number of 1 or more"),
        (positive, "abc", "'abc' is no whole number of 1 or more"),
        (seed, "-5", "'-5' is no whole number of 0 or more"),
        (milliseconds, "abc", "'abc' is no number of milliseconds above 0"),
        (milliseconds, "nan", "'nan' is no number of milliseconds above 0"),
        (milliseconds, "inf", "'inf' is no number of milliseconds above 0"),
        (degrees, "181", "'181' is no turn from 0 to 180 degrees"),
        (degrees, "nan", "'nan' is no turn from 0 to 180 degrees"),
    ],
)
def test_another_number_is_refused_in_a_sentence(kind: Callable[[str], float], text: str, sentence: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=sentence):
        kind(text)

"""What a number on the command line may be, and the sentence that refuses another."""

import argparse
import math


def positive(text: str) -> int:
    """Return a whole number of 1 or more."""
    return _whole(text, 1)


def seed(text: str) -> int:
    """Return a whole number of 0 or more: random numbers begin at no other."""
    return _whole(text, 0)


def milliseconds(text: str) -> float:
    """Return a finite time above 0 ms."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of milliseconds above 0")
    return number


def degrees(text: str) -> float:
    """Return a turn from 0 to 180 degrees."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 180:
        raise argparse.ArgumentTypeError(f"'{text}' is no turn from 0 to 180 degrees")
    return number


def _whole(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number of {least} or more")
    return number

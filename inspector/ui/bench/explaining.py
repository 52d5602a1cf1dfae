"""Why a part was judged as it was, in the language of the window. Pure, so that it can be tested."""

from collections.abc import Mapping
from math import atan2, degrees
from types import MappingProxyType

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from inspector.domain.explanation import deciding_sentence
from inspector.domain.placement import Placement
from inspector.domain.verdict import Deciding, Judgement, Rule
from inspector.ui.words import class_words, percent

_SCENE: Mapping[str, object] = MappingProxyType(
    {
        "light": QT_TRANSLATE_NOOP("Explaining", "Brightness"),
        "red": QT_TRANSLATE_NOOP("Explaining", "Colour, red"),
        "blue": QT_TRANSLATE_NOOP("Explaining", "Colour, blue"),
        "contrast": QT_TRANSLATE_NOOP("Explaining", "Contrast"),
        "focus": QT_TRANSLATE_NOOP("Explaining", "Focus"),
        "white": QT_TRANSLATE_NOOP("Explaining", "Overexposed"),
        "black": QT_TRANSLATE_NOOP("Explaining", "Black"),
        "spot": QT_TRANSLATE_NOOP("Explaining", "Brightness at a spot"),
        "across": QT_TRANSLATE_NOOP("Explaining", "Moved sideways"),
        "down": QT_TRANSLATE_NOOP("Explaining", "Moved up or down"),
        "turn": QT_TRANSLATE_NOOP("Explaining", "Turned"),
        "likeness": QT_TRANSLATE_NOOP("Explaining", "Likeness"),
        "drift": QT_TRANSLATE_NOOP("Explaining", "Appearance"),
    }
)
_SAID_BY_THE_SENTENCE = frozenset({Rule.DEFECT, Rule.GOOD, Rule.MARGIN, Rule.ANOMALY})
_MOST_OFF = 3
_STRAIGHT = 0.05  # degrees


def why(judgement: Judgement) -> str:
    """Return which threshold decided and by how much, or else what the station said; an empty text for neither."""
    deciding = judgement.deciding
    if deciding is None:
        return judgement.message
    sentence = deciding_sentence(deciding, said, share=percent, score=score, points=one_digit)
    if judgement.message and deciding.rule not in _SAID_BY_THE_SENTENCE:
        return f"{judgement.message}\n{sentence}"
    return sentence


def limit_words(deciding: Deciding) -> str:
    """Return what stands at the limit's mark."""
    return score(deciding.limit) if is_score(deciding) else percent(deciding.limit)


def is_score(deciding: Deciding) -> bool:
    """Say whether its figures are no share of 1."""
    return deciding.rule in (Rule.ANOMALY, Rule.SCENE)


def scene_off(judgement: Judgement, tolerance: float = 1.0) -> tuple[tuple[str, float], ...]:
    """Return what of the scene is off, the furthest first: in words, and as a share of what it may be, 1 or more."""
    shares = {name: abs(share) / tolerance for name, share in judgement.scene.items()}
    off = sorted((one for one in shares.items() if one[1] >= 1), key=lambda one: -one[1])
    return tuple((scene_words(name), share) for name, share in off[:_MOST_OFF])


def scene_words(name: str) -> str:
    """Return what a figure of the scene check is called; its name may be followed by a place."""
    known = _SCENE.get(name.split(" ", maxsplit=1)[0])
    return class_words(name) if known is None else said(str(known))


def found_words(placement: Placement) -> str:
    """Return how surely the part was found and how it lies turned; an empty text where nothing was looked for."""
    a, _, _, d, _, _ = placement.matrix
    turn = degrees(atan2(d, a))
    if placement.certainty >= 1 and abs(turn) < _STRAIGHT:
        return ""
    certain = said("{0} certain").format(percent(placement.certainty, 0))
    turned = said("turned {0}°").format(one_digit(turn)) if abs(turn) >= _STRAIGHT else said("not turned")
    return f"{certain}, {turned}"


def score(value: float) -> str:
    """Return a figure such as the anomaly score."""
    return QLocale().toString(value, "f", 2)


def one_digit(value: float) -> str:
    """Return a distance."""
    return QLocale().toString(value, "f", 1)


def said(text: str) -> str:
    """Return a text in the language of the window."""
    return QCoreApplication.translate("Explaining", text)

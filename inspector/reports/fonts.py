"""The letters of a report: each stretch of a text in a font that has them, so that no name prints as boxes.

Latin, Greek and Cyrillic letters come from Noto Sans, Chinese and Japanese ones from Droid Sans Fallback. Both are
embedded into the file as subsets. A character that neither font has is printed by its number, as `[U+D55C]`.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from inspector.assets import resource

REGULAR = "InspectorSans"
BOLD = "InspectorSansBold"
FALLBACK = "InspectorFallback"
_FILES = {REGULAR: "NotoSans-Regular.ttf", BOLD: "NotoSans-Bold.ttf", FALLBACK: "DroidSansFallbackFull.ttf"}
ELLIPSIS = "\u2026"


@dataclass(frozen=True)
class Run:
    """A stretch of text in one font. `stroked` asks for a thickened outline, where the font has no bold face."""

    text: str
    font: str
    stroked: bool = False


class Typeface:
    """Measures, shortens and wraps text, and splits it into runs. Sizes and widths are in points."""

    def __init__(self) -> None:
        """Load the fonts. Raises FileNotFoundError where the program's font files are missing."""
        fonts = {name: _registered(name, file) for name, file in _FILES.items()}
        self._glyphs: dict[str, frozenset[int]] = {
            name: frozenset(code for code, glyph in font.face.charToGlyph.items() if glyph)
            for name, font in fonts.items()
        }

    def runs(self, text: str, bold: bool = False) -> tuple[Run, ...]:
        """Return the text as runs in the order of printing; their texts together are what is printed."""
        first = BOLD if bold else REGULAR
        letters = [(letter, self._font(letter, first)) for letter in self._printable(text, first)]
        return tuple(
            Run("".join(letter for letter, _ in group), font, stroked=bold and font == FALLBACK)
            for font, group in groupby(letters, key=lambda pair: pair[1])
        )

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Return how wide the text is printed."""
        return sum(float(pdfmetrics.stringWidth(run.text, run.font, size)) for run in self.runs(text, bold))

    def shortened(self, text: str, size: float, room: float, bold: bool = False, keep_end: bool = False) -> str:
        """Return the text, or as much of it as fits into `room` with an ellipsis.

        `keep_end` cuts in the middle, for serial numbers and file names, which differ at their ends.
        """
        text = unicodedata.normalize("NFC", text)
        if self.width(text, size, bold) <= room:
            return text
        low, high = 0, len(text) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(_cut(text, middle, keep_end), size, bold) <= room:
                low = middle
            else:
                high = middle - 1
        return _cut(text, low, keep_end)

    def wrapped(self, text: str, size: float, room: float, bold: bool = False) -> tuple[str, ...]:
        """Return the text as lines that fit into `room`, broken at spaces, within a word only where it is too long."""
        lines: list[str] = []
        line = ""
        for word in text.split():
            joined = f"{line} {word}" if line else word
            if self.width(joined, size, bold) <= room:
                line = joined
                continue
            if line:
                lines.append(line)
            *full, line = self._pieces(word, size, room, bold)
            lines.extend(full)
        return (*lines, line) if line else tuple(lines)

    def _pieces(self, word: str, size: float, room: float, bold: bool) -> list[str]:
        pieces: list[str] = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter, size, bold) > room:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def _printable(self, text: str, first: str) -> Iterator[str]:
        for letter in unicodedata.normalize("NFC", text):
            if letter.isspace():
                yield " "
            elif unicodedata.category(letter).startswith("C") or not self._has(letter, first):
                yield from f"[U+{ord(letter):04X}]"
            else:
                yield letter

    def _has(self, letter: str, first: str) -> bool:
        code = ord(letter)
        return code in self._glyphs[first] or code in self._glyphs[FALLBACK]

    def _font(self, letter: str, first: str) -> str:
        return first if ord(letter) in self._glyphs[first] else FALLBACK


def _cut(text: str, count: int, keep_end: bool) -> str:
    """Return `count` letters of the text and an ellipsis for the rest, never leaving an accent without its letter."""
    tail = count // 2 if keep_end else 0
    head = count - tail
    while head > 0 and head < len(text) and unicodedata.combining(text[head]):
        head -= 1
    end = text[len(text) - tail :] if tail else ""
    return text[:head].rstrip() + ELLIPSIS + end.lstrip()


def _registered(name: str, file: str) -> TTFont:
    """Return the font under this name; reportlab keeps one list of fonts for the whole process."""
    if name not in pdfmetrics.getRegisteredFontNames():
        path = resource("fonts", file)
        if not path.is_file():
            raise FileNotFoundError(
                f"The program's font {file} is missing from {path.parent}; install the program anew."
            )
        pdfmetrics.registerFont(TTFont(name, str(path)))
    return pdfmetrics.getFont(name)

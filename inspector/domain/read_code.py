"""A code that was read from a picture."""

from dataclasses import dataclass

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class ReadCode:
    """One bar code or matrix code.

    `text` is what it says, as it was encoded, `symbology` its kind, such as `DataMatrix`. `corners` are its four
    corners `(x, y)` in pixels of the whole picture, in turn, beginning at the code's own top left.
    """

    text: str
    symbology: str
    corners: Corners = ()

    @property
    def label(self) -> str:
        """What is written into records: the text on one line."""
        return one_line(self.text)

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its corners `(x, y)`, in pixels of the whole picture. Raises ZeroDivisionError without any."""
        return (
            sum(x for x, _ in self.corners) / len(self.corners),
            sum(y for _, y in self.corners) / len(self.corners),
        )


def one_line(text: str) -> str:
    """Return the text with one space for each break and control sign between words.

    Codes of the GS1 part their fields by a control sign, and a matrix code may hold several lines.
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())

"""From pieces of a page to pages: what fits stays together, what does not flows on, what is left over is shared out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from inspector.reports.sheet import Box, Sheet

Draw = Callable[[Sheet, Box], None]


@dataclass(frozen=True)
class Piece:
    """A part of a page. `height` is the least it needs, in points.

    `stretch` is its share in the room left over on its page, `most` the height it does not grow beyond.
    `split`, where it can be cut, is handed a height and returns the part that fits into it and the rest, or None where
    nothing would fit.
    """

    height: float
    draw: Draw
    stretch: float = 0.0
    most: float = float("inf")
    split: Callable[[float], "tuple[Piece, Piece] | None"] | None = None


@dataclass(frozen=True)
class Placed:
    """A piece and where on its page it stands, measured from the top of the page's room."""

    piece: Piece
    top: float
    height: float


def flow(pieces: Sequence[Piece], first_room: float, room: float, gap: float) -> tuple[tuple[Placed, ...], ...]:
    """Return the pages. `first_room` and `room` are the heights of the first and of each further page, in points."""
    pages: list[list[Piece]] = [[]]
    waiting = list(pieces)
    while waiting:
        piece = waiting.pop(0)
        left = (first_room if len(pages) == 1 else room) - sum(placed.height + gap for placed in pages[-1])
        if piece.height <= left:
            pages[-1].append(piece)
            continue
        halves = piece.split(left) if piece.split is not None else None
        if halves is not None:
            pages[-1].append(halves[0])
            waiting.insert(0, halves[1])
        elif pages[-1]:
            waiting.insert(0, piece)
        else:
            # Higher than a whole page: it gets one, and what hangs over is the piece's own fault.
            pages[-1].append(piece)
        if waiting:
            pages.append([])
    return tuple(_placed(page, first_room if index == 0 else room, gap) for index, page in enumerate(pages))


def _placed(pieces: Sequence[Piece], room: float, gap: float) -> tuple[Placed, ...]:
    grown = _stretched(pieces, room - sum(piece.height for piece in pieces) - gap * (len(pieces) - 1))
    placed: list[Placed] = []
    top = 0.0
    for piece in grown:
        placed.append(Placed(piece, top, piece.height))
        top += piece.height + gap
    return tuple(placed)


def _stretched(pieces: Sequence[Piece], surplus: float) -> list[Piece]:
    shares = sum(piece.stretch for piece in pieces)
    if surplus <= 0 or shares == 0:
        return list(pieces)
    return [replace(piece, height=min(piece.most, piece.height + surplus * piece.stretch / shares)) for piece in pieces]

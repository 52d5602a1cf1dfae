"""Pieces to pages."""

from inspector.reports.flow import Piece, Placed, flow
from inspector.reports.sheet import Box, Sheet


def draw(sheet: Sheet, box: Box) -> None:
    raise AssertionError("laying out draws nothing")


def list_piece(rows: int) -> Piece:
    def split(height: float) -> tuple[Piece, Piece] | None:
        fitting = int(height / 10)
        return (list_piece(fitting), list_piece(rows - fitting)) if 0 < fitting < rows else None

    return Piece(rows * 10.0, draw, split=split)


def heights(pages: tuple[tuple[Placed, ...], ...]) -> list[list[float]]:
    return [[placed.height for placed in page] for page in pages]


def test_what_fits_stands_on_one_page_one_below_the_other() -> None:
    pages = flow([Piece(20, draw), Piece(30, draw)], 100, 100, 5)
    assert [[(placed.top, placed.height) for placed in page] for page in pages] == [[(0, 20), (25, 30)]]


def test_room_left_over_goes_to_what_can_grow_and_no_further_than_it_may() -> None:
    assert heights(flow([Piece(20, draw), Piece(30, draw, stretch=1)], 100, 100, 5)) == [[20, 75]]
    assert heights(flow([Piece(20, draw), Piece(30, draw, stretch=1, most=40)], 100, 100, 5)) == [[20, 40]]


def test_what_does_not_fit_goes_on_the_next_page() -> None:
    assert heights(flow([Piece(60, draw), Piece(60, draw), Piece(20, draw)], 100, 100, 5)) == [[60], [60, 20]]


def test_a_list_is_cut_where_the_page_ends() -> None:
    assert heights(flow([Piece(60, draw), list_piece(30)], 100, 90, 5)) == [[60, 30], [90], [90], [90]]


def test_a_page_filled_exactly_is_one_page() -> None:
    assert heights(flow([Piece(60, draw), Piece(35, draw)], 100, 100, 5)) == [[60, 35]]


def test_a_piece_higher_than_a_page_gets_one_of_its_own() -> None:
    assert heights(flow([Piece(300, draw), Piece(10, draw)], 100, 100, 5)) == [[300], [10]]

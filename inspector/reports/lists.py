"""What follows the figures: pictures of NG parts, events, full lists of names, the signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from inspector.reports.figures import HEADING
from inspector.reports.flow import Piece
from inspector.reports.fonts import Typeface
from inspector.reports.model import CodeCount, EventLine, PictureFault, ShiftReport, Thumbnail
from inspector.reports.sheet import DARK, MIDDLE, PALE, RULE, Box, Sheet, Style
from inspector.reports.words import Words, changes_clocks, offset

_VALUE = Style(7.5)
_NOTE = Style(6.5, colour=DARK)
_IN_A_ROW = 8
_PICTURE = 52.0
_PITCH = 9.8
_HEAD = 14.0
_SIGNATURE = 67.0


def thumbnails(report: ShiftReport, words: Words, width: float) -> Piece | None:
    """Return the row of pictures of NG parts, None where there is none."""
    shown = report.thumbnails
    if not shown:
        return None
    cell = (width + 5) / _IN_A_ROW
    picture = min(_PICTURE, cell - 5)
    title = words.thumbnails.format(shown=len(shown), all=words.number(report.counts.ng))
    moment = _Moments(report)

    def draw(sheet: Sheet, box: Box) -> None:
        sheet.text(box.left, box.top + 9, title, HEADING)
        for index, thumbnail in enumerate(shown):
            place = Box(box.left + index * cell, box.top + _HEAD, cell - 5, picture)
            _draw_picture(sheet, place, thumbnail, words)
            _draw_caption(sheet, place, thumbnail, moment.of(thumbnail.time), words)

    return Piece(_HEAD + picture + 26, draw)


def _draw_picture(sheet: Sheet, place: Box, thumbnail: Thumbnail, words: Words) -> None:
    sheet.rectangle(place, thick=0.4, colour=RULE, fill=PALE)
    if thumbnail.pixels is not None:
        sheet.picture(place.inset(0.5, 0.5), thumbnail.pixels)
        return
    sheet.line([(place.left, place.top), (place.right, place.bottom)], thick=0.4, colour=RULE)
    sheet.line([(place.left, place.bottom), (place.right, place.top)], thick=0.4, colour=RULE)
    middle = place.left + place.width / 2
    text = words.picture_altered if thumbnail.fault is PictureFault.ALTERED else words.picture_missing
    lines = sheet.typeface.wrapped(text, _NOTE.size, place.width - 6)[:4]
    top = place.top + place.height / 2 - len(lines) * 4
    sheet.rectangle(Box(place.left + 2, top - 1.5, place.width - 4, len(lines) * 8 + 2), colour=None, fill=PALE)
    for index, line in enumerate(lines):
        sheet.text(middle, top + 6 + index * 8, line, _NOTE, align="centre", room=place.width - 4)


def _draw_caption(sheet: Sheet, place: Box, thumbnail: Thumbnail, moment: str, words: Words) -> None:
    baseline = place.bottom + 8
    chance = "" if thumbnail.probability is None else words.percent(thumbnail.probability, 0)
    used = sheet.text(place.right, baseline, chance, Style(6.5), align="right") + (2 if chance else 0)
    sheet.text(place.left, baseline, words.reason(thumbnail.reason), Style(7, True), room=place.width - used)
    serial = thumbnail.serial or words.without_serial.format(sequence=thumbnail.sequence)
    sheet.text(place.left, baseline + 8.2, serial, Style(7), room=place.width, keep_end=True)
    sheet.text(place.left, baseline + 16, moment, _NOTE, room=place.width)


class _Moments:
    """Prints moments of the period no longer than needed: with the day and the offset only where they vary."""

    def __init__(self, report: ShiftReport) -> None:
        self._zone = ZoneInfo(report.span.zone)
        start, end = report.span.start.astimezone(self._zone), report.span.end.astimezone(self._zone)
        self._dated = (end.date() - start.date()).days > 1
        self._shifted = changes_clocks(start, end, self._zone)

    def of(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        day = f"{local:%m-%d} " if self._dated else ""
        return f"{day}{local:%H:%M:%S}" + (f" ({offset(local)})" if self._shifted else "")


def events(report: ShiftReport, words: Words, typeface: Typeface) -> Piece:
    """Return the list of events; it goes on on the next page where it is long."""
    moments = _Moments(report)
    several_lanes = len({event.lane for event in report.events if event.lane}) > 1
    rows = [
        _EventRow(moments.of(event.time), words.events_by_kind[event.kind], _told(event, several_lanes, moments, words))
        for event in report.events
    ]
    left_out = (
        words.events_left_out.format(count=words.number(report.events_left_out)) if report.events_left_out else ""
    )
    if not rows:
        return _line_piece(words.events, words.no_events)
    room = max(typeface.width(row.moment, _VALUE.size) for row in rows) + 8
    return _events_piece(words.events, rows, left_out, room, words)


@dataclass(frozen=True)
class _EventRow:
    moment: str
    kind: str
    text: str


def _told(event: EventLine, several_lanes: bool, moments: _Moments, words: Words) -> str:
    text = event.text[:1].upper() + event.text[1:]
    if event.end is not None:
        form = words.outage_goes_on if event.goes_on else words.outage
        text = form.format(end=moments.of(event.end), lasting=words.lasting_exactly(event.lasted), text=text)
    return f"{event.lane}: {text}" if several_lanes and event.lane else text


def _line_piece(title: str, text: str) -> Piece:
    def draw(sheet: Sheet, box: Box) -> None:
        used = sheet.text(box.left, box.top + 9, title, HEADING)
        sheet.text(box.left + used + 10, box.top + 9, text, _VALUE, room=box.width - used - 10)

    return Piece(_HEAD - 2, draw)


def _events_piece(
    title: str, rows: Sequence[_EventRow], left_out: str, room: float, words: Words, goes_on: bool = False
) -> Piece:
    lines = len(rows) + (1 if left_out else 0)

    def draw(sheet: Sheet, box: Box) -> None:
        sheet.text(box.left, box.top + 9, title, HEADING)
        if goes_on:
            sheet.text(box.right, box.top + 9, words.goes_on, _NOTE, align="right")
        baseline = box.top + _HEAD + 7
        for row in rows:
            sheet.text(box.left, baseline, row.moment, _VALUE)
            sheet.text(box.left + room, baseline, row.kind, Style(7.5, True), room=86)
            sheet.text(box.left + room + 90, baseline, row.text, _VALUE, room=box.width - room - 90)
            baseline += _PITCH
        if left_out:
            sheet.text(box.left, baseline, left_out, Style(7.5, colour=MIDDLE))

    def split(height: float) -> tuple[Piece, Piece] | None:
        fitting = int((height - _HEAD) / _PITCH)
        if not 1 <= fitting < len(rows):
            return None
        rest = _events_piece(words.events_continued, rows[fitting:], left_out, room, words)
        return _events_piece(title, rows[:fitting], "", room, words, goes_on=True), rest

    return Piece(_HEAD + lines * _PITCH, draw, split=split)


def by_code(report: ShiftReport, words: Words) -> Piece | None:
    """Return the parts by industry code, a line a code; None where no class carries one."""
    if not report.codes:
        return None
    return _lines_piece(words.codes, [_code_line(one, words) for one in report.codes])


def _code_line(one: CodeCount, words: Words) -> str:
    place = one.code if one.wider == one.code else f"{one.code} ({one.wider})"
    title = f"  {one.title}" if one.title else ""
    return f"{one.system} {place}: {words.number(one.count)}{title}"


def full_list(title: str, names: Sequence[str], typeface: Typeface, width: float) -> Piece:
    """Return all names of a list that the head of the report could only begin."""
    lines = typeface.wrapped(", ".join(names), _VALUE.size, width)
    return _lines_piece(title, lines)


def _lines_piece(title: str, lines: Sequence[str]) -> Piece:
    def draw(sheet: Sheet, box: Box) -> None:
        sheet.text(box.left, box.top + 9, title, HEADING)
        for index, line in enumerate(lines):
            sheet.text(box.left, box.top + _HEAD + 7 + index * _PITCH, line, _VALUE, room=box.width)

    def split(height: float) -> tuple[Piece, Piece] | None:
        fitting = int((height - _HEAD) / _PITCH)
        if fitting < 1 or fitting >= len(lines):
            return None
        return _lines_piece(title, lines[:fitting]), _lines_piece(title, lines[fitting:])

    return Piece(_HEAD + len(lines) * _PITCH, draw, split=split)


def signatures(words: Words) -> Piece:
    """Return the three blocks to sign under a shift report."""
    blocks = (
        (words.signature_operator, words.signature_operator_meaning),
        (words.signature_leader, words.signature_leader_meaning),
        (words.signature_quality, words.signature_quality_meaning),
    )
    return signature_blocks(blocks, words)


def signature_blocks(blocks: Sequence[tuple[str, str]], words: Words) -> Piece:
    """Return blocks to sign, each `(who, what the signature means)`, with name, role and date to fill in."""

    def draw(sheet: Sheet, box: Box) -> None:
        gap = 12.0
        width = (box.width - gap * (len(blocks) - 1)) / len(blocks)
        for index, (title, meaning) in enumerate(blocks):
            _draw_signature(
                sheet, Box(box.left + index * (width + gap), box.top, width, box.height), title, meaning, words
            )

    return Piece(_SIGNATURE, draw)


def _draw_signature(sheet: Sheet, box: Box, title: str, meaning: str, words: Words) -> None:
    sheet.text(box.left, box.top + 8, title, HEADING)
    sheet.text(box.left, box.top + 16.5, meaning, _NOTE, room=box.width)
    half = box.width / 2
    upper, lower = box.top + 36, box.bottom - 8.5
    for left, right, baseline, label in (
        (box.left, box.left + half - 5, upper, words.signature_name),
        (box.left + half + 5, box.right, upper, words.signature_role),
        (box.left, box.right, lower, words.signature_date),
    ):
        sheet.line([(left, baseline), (right, baseline)], thick=0.6)
        sheet.text(left, baseline + 6.8, label, Style(6, colour=DARK))

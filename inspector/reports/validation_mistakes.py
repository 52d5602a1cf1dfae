"""The worst mistakes of a validation with their pictures, the heat map beside where there is one."""

from collections.abc import Sequence

import cv2
import numpy as np

from inspector.domain.frame import Pixels
from inspector.quality.validation import Mistake, Validation
from inspector.reports.figures import HEADING
from inspector.reports.flow import Piece
from inspector.reports.sheet import DARK, PALE, RULE, Box, Sheet, Style
from inspector.reports.validation_words import ValidationWords
from inspector.reports.words import Words

_IN_A_ROW = 6
_IN_A_ROW_WITH_HEAT = 4
_HEAD = 14.0
_PICTURE = 60.0
_ROW = _PICTURE + 36.0
_GAP = 7.0
_LONGEST_SIDE = 240
_DARKENED = 0.7
_NOTE = Style(6.5, colour=DARK)
_VALUE = Style(7)


def mistake_rows(validation: Validation, words: Words, own: ValidationWords) -> tuple[Piece, ...]:
    """Return the worst mistakes as one row, and the others as rows that may stand on another page.

    One line where there is no mistake.
    """
    mistakes = validation.mistakes
    if not mistakes:
        return (_no_mistakes(own),)
    heat = validation.subject.recipe.anomaly.limit if any(one.heat_map is not None for one in mistakes) else None
    in_a_row = _IN_A_ROW if heat is None else _IN_A_ROW_WITH_HEAT
    total = words.number(sum(validation.mistaken.values()))
    title = own.mistakes.format(shown=len(mistakes), all=total, kinds=own.counted(validation.mistaken))
    rows = [mistakes[start : start + in_a_row] for start in range(0, len(mistakes), in_a_row)]
    first = _rows(title, rows[:1], heat, words, own)
    return (first, _rows(own.mistakes_continued, rows[1:], heat, words, own)) if rows[1:] else (first,)


def _no_mistakes(own: ValidationWords) -> Piece:
    title = own.mistakes.partition("(")[0].strip()

    def draw(sheet: Sheet, box: Box) -> None:
        used = sheet.text(box.left, box.top + 9, title, HEADING)
        sheet.text(box.left + used + 10, box.top + 9, own.no_mistakes, Style(7.5))

    return Piece(_HEAD - 2, draw)


def _rows(
    title: str, rows: Sequence[Sequence[Mistake]], heat: float | None, words: Words, own: ValidationWords
) -> Piece:
    in_a_row = _IN_A_ROW if heat is None else _IN_A_ROW_WITH_HEAT

    def draw(sheet: Sheet, box: Box) -> None:
        used = sheet.text(box.left, box.top + 9, title, HEADING, room=box.width)
        room = max(1.0, box.width - used - 8)
        sheet.text(box.right, box.top + 9, own.mistakes_note, _NOTE, align="right", room=room)
        cell = (box.width + _GAP) / in_a_row
        for down, row in enumerate(rows):
            for across, mistake in enumerate(row):
                left, top = box.left + across * cell, box.top + _HEAD + down * _ROW
                place = Box(left, top, cell - _GAP, _PICTURE)
                _draw_pictures(sheet, place, mistake, heat)
                _draw_caption(sheet, place, mistake, words, own)

    def split(height: float) -> tuple[Piece, Piece] | None:
        fitting = int((height - _HEAD) / _ROW)
        if not 1 <= fitting < len(rows):
            return None
        return _rows(title, rows[:fitting], heat, words, own), _rows(
            own.mistakes_continued, rows[fitting:], heat, words, own
        )

    return Piece(_HEAD + len(rows) * _ROW, draw, split=split)


def _draw_pictures(sheet: Sheet, place: Box, mistake: Mistake, heat: float | None) -> None:
    part = _shrunk(mistake.part)
    shown = [part]
    if heat is not None:
        shown.append(part if mistake.heat_map is None else _heated(part, mistake.heat_map, heat))
    width = place.width / len(shown)
    for index, pixels in enumerate(shown):
        box = Box(place.left + index * width, place.top, width, place.height)
        sheet.rectangle(box, thick=0.4, colour=RULE, fill=PALE)
        sheet.picture(box.inset(0.5, 0.5), pixels)


def _draw_caption(sheet: Sheet, place: Box, mistake: Mistake, words: Words, own: ValidationWords) -> None:
    sure = ""
    if mistake.confidence is not None:
        sure = own.sure.format(chance=words.percent(mistake.confidence, 0))
    elif mistake.anomaly_score is not None:
        sure = own.score.format(score=words.number(mistake.anomaly_score, 2))
    baseline = place.bottom + 8
    used = sheet.text(place.right, baseline, sure, _NOTE, align="right") + (3 if sure else 0)
    kind = own.kinds[mistake.kind]
    sheet.text(place.left, baseline, kind, Style(7, True), room=place.width - used)
    true = own.is_said.format(true=mistake.class_name)
    said = own.named.format(said=words.reason(mistake.said))
    sheet.text(place.left, baseline + 8, true, _VALUE, room=place.width, keep_end=True)
    sheet.text(place.left, baseline + 15.6, said, _VALUE, room=place.width, keep_end=True)
    sheet.text(place.left, baseline + 23, mistake.name, _NOTE, room=place.width, keep_end=True)


def _shrunk(pixels: Pixels) -> Pixels:
    """Return the picture no larger than it can be printed, so that the file stays small."""
    scale = _LONGEST_SIDE / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _heated(part: Pixels, heat_map: Pixels, limit: float) -> Pixels:
    """Return the darkened grey picture with what is abnormal shining through it, brighter the more it is.

    Where the score reaches `limit` (0 to 1, as the map's 0 to 255), a white line goes round it.
    """
    grey = part if part.ndim == 2 else cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    heat = np.asarray(cv2.resize(heat_map, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    coloured = cv2.cvtColor(cv2.applyColorMap(heat, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    weight = heat[..., None].astype(np.float32) / 255
    mixed = (1 - weight) * _DARKENED * grey[..., None].astype(np.float32) + weight * coloured.astype(np.float32)
    heated = np.rint(mixed).astype(np.uint8)
    over = (heat >= limit * 255).astype(np.uint8)
    outlines, _ = cv2.findContours(over, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(heated, outlines, -1, (255.0, 255.0, 255.0), 1), dtype=np.uint8)

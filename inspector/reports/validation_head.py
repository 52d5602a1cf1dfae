"""The head of a validation report: which recipe on which parts, and the figures that are read first."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from inspector.quality.rates import Rate
from inspector.quality.sample_size import highest_rate
from inspector.quality.validation import Score, Validation
from inspector.reports.flow import Piece
from inspector.reports.masthead import NOTHING, SHORT_HASH, draw_demo_tag
from inspector.reports.sheet import BLACK, DARK, RULE, VERMILION, Box, Sheet, Style, Symbol
from inspector.reports.validation_words import ValidationWords
from inspector.reports.words import Words, day_and_time

_TITLE = Style(17, True)
_LABEL = Style(7, colour=DARK)
_VALUE = Style(8)
_NOTE = Style(7, colour=DARK)
_PITCH = 10.5
_FACTS_TOP = 33.0
_LABEL_WIDTH = 58.0
_GAP = 12.0
_BAND = 58.0


def validation_head(validation: Validation, words: Words, own: ValidationWords, zone: ZoneInfo) -> Piece:
    """Return the head: title, and the papers of recipe, set and report in three columns."""
    columns = _facts(validation, words, own, zone)
    rows = max(len(column) for column in columns)

    def draw(sheet: Sheet, box: Box) -> None:
        _draw_title(sheet, box, validation, words, own)
        width = (box.width - 2 * _GAP) / 3
        for index, facts in enumerate(columns):
            left = box.left + index * (width + _GAP)
            baseline = box.top + _FACTS_TOP + 9
            for label, value in facts:
                sheet.text(left, baseline, label, _LABEL, room=_LABEL_WIDTH - 2)
                sheet.text(left + _LABEL_WIDTH, baseline, value, _VALUE, room=width - _LABEL_WIDTH)
                baseline += _PITCH

    return Piece(_FACTS_TOP + rows * _PITCH + 2, draw)


def _draw_title(sheet: Sheet, box: Box, validation: Validation, words: Words, own: ValidationWords) -> None:
    sheet.text(box.left, box.top + 7, own.document, Style(8, colour=DARK))
    left = box.left
    recipe = validation.subject.recipe
    if recipe.simulated:
        left += draw_demo_tag(sheet, left, box.top + 11, 16, words) + 7
    title = own.title.format(product=recipe.product, number=recipe.version.number)
    sheet.text(left, box.top + 25, title, _TITLE, room=box.right - left, keep_end=True)
    sheet.line([(box.left, box.top + 30.5), (box.right, box.top + 30.5)], thick=1.4)


def _facts(
    validation: Validation, words: Words, own: ValidationWords, zone: ZoneInfo
) -> tuple[tuple[tuple[str, str], ...], ...]:
    subject, part_set = validation.subject, validation.part_set
    recipe = subject.recipe
    thresholds = own.thresholds_value.format(
        ok=words.number(recipe.thresholds.ok, 2), ng=words.number(recipe.thresholds.ng, 2)
    )
    anomaly = NOTHING
    if any(one.score is Score.ANOMALY for one in validation.distributions):
        limit = words.number(recipe.anomaly.limit, 2)
        anomaly = own.anomaly_value.format(limit=limit, verdict=recipe.anomaly.verdict)
    locked = own.not_locked
    if part_set.sealed is not None:
        locked = own.locked.format(moment=f"{part_set.sealed.astimezone(zone):%Y-%m-%d}")
    return (
        (
            (own.author, recipe.version.author or NOTHING),
            (own.taught, own.taught_pictures.format(count=words.number(subject.taught))),
            (own.backbone, subject.backbone),
            (own.thresholds, thresholds),
            (own.anomaly_limit, anomaly),
        ),
        (
            (own.part_set, locked),
            (own.seal if part_set.sealed else own.set_hash, part_set.sha256[: 2 * SHORT_HASH]),
            (own.pictures, words.number(part_set.pictures)),
            (own.parts, words.number(part_set.parts)),
            (own.classes, words.number(len(part_set.per_class))),
        ),
        (
            (own.made, day_and_time(validation.made, zone)),
            (own.software, f"{words.program} {validation.software}"),
            (own.accelerator, validation.latency.accelerator),
            (own.recipe_hash, subject.content_hash[: 2 * SHORT_HASH]),
            (own.model_hash, subject.model_hash[: 2 * SHORT_HASH]),
        ),
    )


@dataclass(frozen=True)
class _Tile:
    """One of the figures that are read first; `lines` stand under it."""

    title: str
    figure: str
    lines: tuple[str, str]
    symbol: Symbol | None = None


def figure_band(validation: Validation, words: Words, own: ValidationWords) -> Piece:
    """Return the band that is read first: escape, overkill, CHECK, what was right, how far the sides lie apart."""
    tiles = _tiles(validation, words, own)

    def draw(sheet: Sheet, box: Box) -> None:
        width = (box.width + 4) / len(tiles)
        for index, tile in enumerate(tiles):
            _draw_tile(sheet, Box(box.left + index * width, box.top, width - 4, box.height), tile)

    return Piece(_BAND, draw)


def _tiles(validation: Validation, words: Words, own: ValidationWords) -> tuple[_Tile, ...]:
    figures = validation.figures
    if figures.escape is None or figures.overkill is None:
        lone = (own.no_sides.format(verdict=validation.subject.recipe.classes[0].verdict), "")
        sides = (_Tile(own.escape, NOTHING, lone), _Tile(own.overkill, NOTHING, lone))
        separation = _Tile(own.auroc, NOTHING, lone)
    else:
        sides = (
            _marked(_rate_tile(own.escape, own.escape_note, figures.escape, words, own), figures.escape),
            _marked(_rate_tile(own.overkill, own.overkill_note, figures.overkill, words, own), figures.overkill),
        )
        separation = _separation_tile(validation, words, own)
    return (
        *sides,
        _rate_tile(own.check, own.parts_note, figures.check, words, own),
        _rate_tile(own.right_class, own.parts_note, figures.named_rightly, words, own),
        separation,
    )


def _rate_tile(title: str, note: str, rate: Rate | None, words: Words, own: ValidationWords) -> _Tile:
    if rate is None or rate.low is None or rate.high is None:
        return _Tile(title, NOTHING, (own.nothing_seen, ""))
    counted = own.of.format(x=words.number(rate.x), n=words.number(rate.n))
    if rate.x == 0:
        sure = own.at_most.format(bound=words.percent(highest_rate(rate.x, rate.n), 1))
    else:
        sure = own.between.format(low=words.percent(rate.low, 1), high=words.percent(rate.high, 1))
    return _Tile(title, words.percent(rate.value, 1), (f"{counted} {note}", sure))


def _marked(tile: _Tile, rate: Rate) -> _Tile:
    """Return the tile with a warning where what it counts did happen."""
    return replace(tile, symbol=Symbol.WARNING) if rate.x else tile


def _separation_tile(validation: Validation, words: Words, own: ValidationWords) -> _Tile:
    by_score = [
        (note, value)
        for note, value in (
            (own.auroc_note, validation.figures.auroc),
            (own.anomaly_auroc_note, validation.figures.anomaly_auroc),
        )
        if value is not None
    ]
    if not by_score:
        return _Tile(own.auroc, NOTHING, (own.nothing_seen, ""))
    (note, value), *further = by_score
    second = "".join(f"{other} {words.number(also, 3)}" for other, also in further)
    return _Tile(own.auroc, words.number(value, 3), (own.auroc_of.format(score=note), second))


def _draw_tile(sheet: Sheet, box: Box, tile: _Tile) -> None:
    sheet.rectangle(box, thick=0.6, colour=RULE)
    left = box.left + 6
    if tile.symbol is not None:
        sheet.symbol(tile.symbol, left + 4.5, box.top + 10.5, 9, VERMILION)
        left += 14
    sheet.text(left, box.top + 13.5, tile.title, Style(9, True, BLACK), room=box.right - left - 3)
    size = min(18.0, 18.0 * (box.width - 10) / max(1.0, sheet.typeface.width(tile.figure, 18, True)))
    sheet.text(box.left + 6, box.top + 34, tile.figure, Style(size, True))
    for index, line in enumerate(tile.lines):
        sheet.text(box.left + 6, box.top + 44.5 + index * 8.8, line, _NOTE, room=box.width - 8)

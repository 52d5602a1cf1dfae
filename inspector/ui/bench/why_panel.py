"""Why one part was judged as it was: the threshold that decided, what else was measured, what it resembles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from inspector.domain.frame import Pixels
from inspector.domain.verdict import Deciding, Judgement, Rule, Verdict
from inspector.ui.bench.explaining import is_score, limit_words, said, scene_off, score, why
from inspector.ui.bench.part_verdict import ProbabilityBars
from inspector.ui.bench.similar_row import SimilarRow
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.threshold_bar import Measure, ThresholdBar
from inspector.ui.words import class_words, percent

_SCENE_BARS = 3
_FEW_CLASSES, _MANY_CLASSES = 3, 6
_SMALL, _LARGE = 84, 116
_LOW = 540
"""Below this height there is room for the lesser of the two."""


@dataclass(frozen=True, eq=False)
class Background:
    """What is at hand of the recipe that a part was judged by.

    `anomaly_limit` and `scene_tolerance` are its own; `thumbnails` its taught pictures by number. `same_recipe` says
    whether it is still the one in use: only then are those known.
    """

    same_recipe: bool = False
    anomaly_limit: float | None = None
    scene_tolerance: float = 1.0
    thumbnails: Mapping[int, Pixels] = field(default_factory=lambda: MappingProxyType({}))


class WhyPanel(QScrollArea):
    """Everything that speaks for or against a part, the deciding thing first. It scrolls where room is short."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.MEDIUM)
        self.sentence = self._text(inner)
        self.deciding = ThresholdBar(look, inner)
        self.anomaly = ThresholdBar(look, inner)
        self.scene = [ThresholdBar(look, inner) for _ in range(_SCENE_BARS)]
        self.bars = ProbabilityBars(look, inner)
        self._similar_title = Line(look, inner, bold=True)
        self._similar_note = self._text(inner, muted=True)
        self.similar = SimilarRow(look, inner)
        for widget in (self.sentence, self.deciding, *self.scene, self.anomaly, self.bars):
            self._column.addWidget(widget)
        for widget in (self._similar_title, self.similar, self._similar_note):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.setWidget(inner)
        look.changed.connect(self._colour)
        self._colour()

    def show_judgement(self, judgement: Judgement, background: Background) -> None:
        """Explain another part."""
        text = why(judgement)
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))
        self.deciding.show_measure(_deciding(judgement))
        self.anomaly.show_measure(_anomaly(judgement, background))
        off = scene_off(judgement, background.scene_tolerance)
        for place, bar in enumerate(self.scene):
            bar.show_measure(_scene(*off[place]) if place < len(off) else None)
        self.bars.show_probabilities(tuple(judgement.probabilities.items()))
        self.bars.setVisible(bool(judgement.probabilities))
        self._show_similar(judgement, background)
        self.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show less where room is short, so that what the part resembles is seen without scrolling."""
        low = self.height() < _LOW
        self.bars.set_most(_FEW_CLASSES if low else _MANY_CLASSES)
        self.similar.set_picture_height(_SMALL if low else _LARGE)
        self._column.activate()  # at once: the scroll bar comes and goes by what is asked for now
        super().resizeEvent(event)

    @property
    def note(self) -> str:
        """What is said of the taught pictures."""
        return self._similar_note.text()

    def _show_similar(self, judgement: Judgement, background: Background) -> None:
        judged = judgement.verdict is not Verdict.ERROR
        self._similar_title.set_text(_tr("Taught pictures most like it"))
        self._similar_title.setVisible(judged)
        self.similar.show_similar(judgement.similar if judged else (), background.thumbnails)
        note = ""
        if judged and not judgement.similar:
            note = _tr("None are at hand: this recipe carries no taught pictures.")
        elif judged and not background.same_recipe:
            note = _tr("Their names only: the recipe that judged this part is no longer the one in use.")
        self._similar_note.setText(note)
        self._similar_note.setVisible(bool(note))

    def _text(self, parent: QWidget, *, muted: bool = False) -> QLabel:
        label = QLabel(parent)
        label.setFont(font(TextSize.CAPTION if muted else TextSize.BODY))
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        return label

    def _colour(self) -> None:
        self._similar_note.setStyleSheet(f"color: {self._look.theme.muted}")


def _deciding(judgement: Judgement) -> Measure | None:
    deciding = judgement.deciding
    if deciding is None:
        return None
    reached = deciding.value >= deciding.limit
    abnormal = reached and deciding.rule in (Rule.DEFECT, Rule.ANOMALY, Rule.WATCHED, Rule.SCENE)
    return Measure(
        title=_title(deciding, judgement),
        value=deciding.value,
        limit=deciding.limit,
        full=_full(deciding.value, deciding.limit) if is_score(deciding) else 1.0,
        value_words=score(deciding.value) if is_score(deciding) else percent(deciding.value),
        limit_words=said("limit {0}").format(limit_words(deciding)),
        colour_of=judgement.verdict if abnormal else None,
    )


def _title(deciding: Deciding, judgement: Judgement) -> str:
    titles = {
        Rule.DEFECT: said("Defective"),
        Rule.GOOD: said("Good"),
        Rule.ANOMALY: said("Anomaly score"),
        Rule.MARGIN: said("Sure"),
        Rule.SCENE: said("Scene"),
        Rule.PLACE: said("Found"),
    }
    return titles.get(deciding.rule) or class_words(judgement.class_name or "")


def _anomaly(judgement: Judgement, background: Background) -> Measure | None:
    """Return the anomaly score's bar where the score has not decided, for then it is the bar above."""
    value, deciding = judgement.anomaly_score, judgement.deciding
    if value is None or (deciding is not None and deciding.rule is Rule.ANOMALY):
        return None
    limit = background.anomaly_limit
    over = limit is not None and value >= limit
    return Measure(
        title=said("Anomaly score"),
        value=value,
        limit=limit,
        full=_full(value, limit or 0.5),
        value_words=score(value),
        limit_words="" if limit is None else said("limit {0}").format(score(limit)),
        colour_of=Verdict.CHECK if over else None,
    )


def _scene(name: str, share: float) -> Measure:
    return Measure(
        title=name,
        value=share,
        limit=1.0,
        full=_full(share, 1.0),
        value_words=said("{0} times the limit").format(score(share)),
        limit_words=said("limit"),
        colour_of=Verdict.CHECK,
    )


def _full(value: float, limit: float) -> float:
    """Return the end of a scale on which both can be told apart."""
    return max(2 * limit, 1.15 * value)


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhyPanel", text)

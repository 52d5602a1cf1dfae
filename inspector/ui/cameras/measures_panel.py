"""The right column of the set-up screen: what the picture measures, how the pictures come in, what the way carries."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from inspector.cameras.network_load import FULL, CardLoad
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.verdict import Verdict
from inspector.ui.cameras.clipping_key import ClippingKey
from inspector.ui.cameras.histogram import HistogramChart
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.card import Card
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.threshold_bar import Measure, ThresholdBar
from inspector.ui.widgets.translated import Translated
from inspector.ui.words import number, percent
from inspector.vision.picture_health import PictureHealth

_CARDS = 2
_FIGURES, _FIGURES_A_ROW = 5, 3
_RESET_WIDTH = 108
_NOTHING = "–"


@dataclass(frozen=True)
class Inflow:
    """How pictures come in: frames a second, what the driver counted, bytes of a picture, bytes a second on the way.

    None: not known.
    """

    rate: float | None = None
    counts: CameraCounts | None = None
    payload: int | None = None
    bytes_a_second: float | None = None


class Figure(QWidget):
    """A small name over a figure."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = Line(look, self, size=TextSize.CAPTION, role="muted")
        self.value = Line(look, self, size=TextSize.HEADING, bold=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(self.value)


class MeasuresPanel(Translated):
    """Histogram, focus, clipping; frames, incomplete, dropped, resends; data and network cards."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._best = 0.0
        self._sharpness: float | None = None
        self._inflow = Inflow()
        self._loads: tuple[CardLoad, ...] | None = ()
        card = Card(self)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.histogram = HistogramChart(look, card)
        self.clipping = ClippingKey(look, card)
        self.focus = ThresholdBar(look, card)
        self.reset = Button(look, "rotate-ccw", card)
        self.reset.setFixedWidth(_RESET_WIDTH)
        self.reset.acted.connect(self.forget_best)
        self.figures = [Figure(look, card) for _ in range(_FIGURES)]
        self.data = Line(look, card, bold=True)
        self.cards = [ThresholdBar(look, card) for _ in range(_CARDS)]
        self.advice = QLabel(card)
        self.advice.setWordWrap(True)
        self.advice.setTextFormat(Qt.TextFormat.PlainText)
        self._arrange(card)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        names = (
            self.tr("Frames/s"),
            self.tr("Frames"),
            self.tr("Incomplete"),
            self.tr("Dropped"),
            self.tr("Resends"),
        )
        tips = (
            self.tr("Whole pictures a second, over the last two seconds"),
            self.tr("Whole pictures since the camera was opened"),
            self.tr("Pictures with holes; they are never judged as a part"),
            self.tr("Pictures that never came, or were given up for lack of room"),
            self.tr("Packets that were asked for again; the way to the camera loses some"),
        )
        for figure, name, tip in zip(self.figures, names, tips, strict=True):
            figure.name.set_text(name)
            figure.setToolTip(tip)
        self.reset.set_words(
            self.tr("Reset"), tip=self.tr("Forget the best focus so far"), name=self.tr("Reset the best focus")
        )
        self._show_focus()
        self._show_inflow()
        self._show_loads()

    def show_health(self, health: PictureHealth | None) -> None:
        """Show what the newest picture measures, or that there is none."""
        self.histogram.show_health(health)
        self.clipping.show_shares(None if health is None else (health.too_bright, health.too_dark))
        self._sharpness = None if health is None else health.sharpness
        self._best = max(self._best, self._sharpness or 0.0)
        self._show_focus()

    def show_inflow(self, inflow: Inflow) -> None:
        """Show how pictures come in."""
        if inflow != self._inflow:
            self._inflow = inflow
            self._show_inflow()

    def show_loads(self, loads: Sequence[CardLoad] | None) -> None:
        """Show how full the network cards are that cameras are on; None where a camera's card is not known."""
        wanted = None if loads is None else tuple(loads)
        if wanted != self._loads:
            self._loads = wanted
            self._show_loads()

    def forget_best(self) -> None:
        """Begin anew with the best focus: another scene, another lens."""
        self._best = self._sharpness or 0.0
        self._show_focus()

    @property
    def best(self) -> float:
        """The best focus so far."""
        return self._best

    def _arrange(self, card: Card) -> None:
        focusing = QHBoxLayout()
        focusing.setSpacing(Space.MEDIUM)
        focusing.addWidget(self.focus, 1)
        focusing.addWidget(self.reset)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.SMALL)
        grid.setVerticalSpacing(Space.HAIR)
        for place, figure in enumerate(self.figures):
            grid.addWidget(figure, *divmod(place, _FIGURES_A_ROW))
            grid.setColumnStretch(place % _FIGURES_A_ROW, 1)
        card.column.addWidget(self.histogram, 1)
        card.column.addWidget(self.clipping)
        card.column.addLayout(focusing)
        card.column.addLayout(grid)
        card.column.addWidget(self.data)
        for bar in self.cards:
            card.column.addWidget(bar)
        card.column.addWidget(self.advice)

    def _show_focus(self) -> None:
        if self._sharpness is None:
            self.focus.show_measure(Measure(self.tr("Focus"), 0.0, None, 1.0, _NOTHING))
            return
        share = self._sharpness / self._best if self._best else 0.0
        self.focus.show_measure(
            Measure(
                self.tr("Focus"),
                self._sharpness,
                self._best,
                max(self._best * 1.1, 1e-9),
                percent(share, 0),
                self.tr("best {0}").format(QLocale().toString(self._best, "g", 4)),
            )
        )

    def _show_inflow(self) -> None:
        inflow = self._inflow
        counts = inflow.counts
        values = [_NOTHING if inflow.rate is None else QLocale().toString(inflow.rate, "f", 1)]
        if counts is None:
            values += [_NOTHING] * (_FIGURES - 1)
        else:
            resends = _NOTHING if counts.resends is None else number(counts.resends)
            values += [number(counts.frames), number(counts.incomplete), number(counts.dropped), resends]
        for figure, value in zip(self.figures, values, strict=True):
            figure.value.set_text(value)
        if inflow.bytes_a_second is None or inflow.payload is None:
            self.data.set_text(self.tr("Data rate: not known"))
        else:
            rate, size = _millions(inflow.bytes_a_second), _millions(inflow.payload)
            self.data.set_text(self.tr("Data: {0} MB/s ({1} MB a picture)").format(rate, size))

    def _show_loads(self) -> None:
        loads = self._loads or ()
        for place, bar in enumerate(self.cards):
            bar.show_measure(self._measure(loads[place]) if place < len(loads) else None)
        full = [load.card.name for load in loads if load.full]
        if full:
            text = self.tr(
                "{0} is too full: lower the frame rate, take a smaller region or a format of 8 bits, or give each "
                "camera a network card of its own."
            )
            self.advice.setText(text.format(", ".join(full)))
        else:
            self.advice.setText(self.tr("Network card: not known") if self._loads is None else "")
        self.advice.setVisible(bool(self.advice.text()))

    def _measure(self, load: CardLoad) -> Measure:
        title = self.tr("{0}, cameras: {1}").format(load.card.name, load.cameras)
        if load.card.speed is None or load.share is None:
            words = self.tr("{0} MB/s, link not known").format(_millions(load.rate))
            return Measure(title, 0.0, None, 1.0, words)
        speed = self.tr("{0} of {1} MB/s").format(_millions(load.rate), _millions(load.card.speed))
        colour = Verdict.CHECK if load.full else None
        return Measure(title, load.share, FULL, 1.1, speed, percent(FULL, 0), colour)


def _millions(value: float) -> str:
    return QLocale().toString(value / 1e6, "f", 1)

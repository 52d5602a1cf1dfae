"""One part, opened from the film strip: its picture large, and everything that is known of it."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, QSize, Qt, QTimerEvent
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from inspector.domain.inspection import Inspection
from inspector.domain.recipe import Region
from inspector.domain.verdict import Verdict
from inspector.inspection.shown import ShownPart
from inspector.ui.bench.heat_row import HeatRow
from inspector.ui.look import Look
from inspector.ui.scaling import PictureThread, Scene
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.overlay import Overlay
from inspector.ui.widgets.picture_view import PictureView
from inspector.ui.widgets.verdict_mark import paint_mark
from inspector.ui.words import class_words, date_and_time, number, percent, reason_words, verdict_word

_FACTS_WIDTH = 340
_NAME_WIDTH = 108
_MOST_BARS = 6
_BAR_ROW = 34


def _no_frame() -> None:
    """There is no live picture here."""


class VerdictBand(QWidget):
    """The part's verdict in one line, coloured as on the bench."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._verdict = Verdict.OK
        self._reason = ""
        self.setFixedHeight(72)
        look.changed.connect(self.update)

    def show_verdict(self, verdict: Verdict, reason: str) -> None:
        """Show another part's verdict."""
        self._verdict, self._reason = verdict, reason
        self.setAccessibleName(f"{verdict_word(verdict)} {reason}".strip())
        self.setToolTip(reason)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the band."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._look.theme.verdicts[self._verdict]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.fill))
        painter.drawRoundedRect(self.rect(), Space.RADIUS, Space.RADIUS)
        mark = QRectF(Space.LARGE, 16, 40, 40)
        paint_mark(painter, self._verdict, mark, colours.ink, colours.fill)
        painter.setPen(QColor(colours.ink))
        left = mark.right() + Space.MEDIUM
        room = self.width() - left - Space.MEDIUM
        painter.setFont(font(TextSize.FIGURE, bold=True))
        word = QRectF(left, 7 if self._reason else 0, room, 34 if self._reason else self.height())
        painter.drawText(word, Qt.AlignmentFlag.AlignVCenter, verdict_word(self._verdict))
        reason_font = font(TextSize.BODY, bold=True)
        painter.setFont(reason_font)
        shown = QFontMetrics(reason_font).elidedText(self._reason, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, 40, room, 22), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class ProbabilityBars(QWidget):
    """How probable the station found each class, the most probable first."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._bars: tuple[tuple[str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_probabilities(self, bars: Sequence[tuple[str, float]]) -> None:
        """Show these classes with their probabilities (0 to 1)."""
        self._bars = tuple(sorted(bars, key=lambda bar: -bar[1])[:_MOST_BARS])
        self.setAccessibleName(", ".join(f"{class_words(name)} {percent(share)}" for name, share in self._bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a line a class."""
        return QSize(0, _BAR_ROW * len(self._bars))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a name, a figure and a bar for each class."""
        painter = QPainter(self)
        theme = self._look.theme
        text_font = font(TextSize.BODY)
        painter.setFont(text_font)
        metrics = QFontMetrics(text_font)
        for index, (name, share) in enumerate(self._bars):
            line = QRectF(0, index * _BAR_ROW, self.width(), 20)
            figure = percent(share)
            painter.setPen(QColor(theme.text))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
            room = int(line.width()) - metrics.horizontalAdvance(figure) - Space.MEDIUM
            shown = metrics.elidedText(class_words(name), Qt.TextElideMode.ElideRight, room)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            groove = QRectF(0, line.bottom() + 2, self.width(), 5)
            painter.fillRect(groove, QColor(theme.pressed))
            painter.fillRect(QRectF(groove.left(), groove.top(), groove.width() * share, 5), QColor(theme.chart_line))
        painter.end()


class PartDetail(Overlay):
    """Shows one of the parts that were on the strip when it was touched; the arrows go to its neighbours."""

    def __init__(
        self,
        look: Look,
        window: QWidget,
        parts: Sequence[ShownPart],
        place: int,
        *,
        region_of: Callable[[Inspection], Region | None],
        zone: ZoneInfo,
    ) -> None:
        """Open on `parts[place]`; the newest part comes first. `region_of` gives what was judged of the picture."""
        super().__init__(look, window, width=1120, height=720)
        self._parts = tuple(parts)
        self._index = place
        self._region_of = region_of
        self._zone = zone
        self._pictures = PictureThread(_no_frame)
        self._timer = self.startTimer(33)
        self.sheet.column.addLayout(self._head())
        row = QHBoxLayout()
        row.setSpacing(Space.LARGE)
        row.addLayout(self._picture_side(), 1)
        row.addWidget(self._facts_side())
        self.sheet.column.addLayout(row, 1)
        self._show()
        self.close_button.setFocus()

    @property
    def part(self) -> ShownPart:
        """The part that is shown."""
        return self._parts[self._index]

    def go(self, step: int) -> None:
        """Show the part so many places on, towards the older ones; at an end nothing happens."""
        index = self._index + step
        if 0 <= index < len(self._parts):
            self._index = index
            self._show()

    def dismiss(self) -> None:
        """Close it and end its thread."""
        self.killTimer(self._timer)
        self._pictures.close()
        super().dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the arrow keys go from part to part."""
        steps = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}
        if event.key() in steps:
            self.go(steps[event.key()])
            event.accept()
            return
        super().keyPressEvent(event)

    def timerEvent(self, event: QTimerEvent) -> None:
        """Put up the picture when it is ready."""
        ready = self._pictures.answer()
        if ready is not None:
            self.picture.show_picture(ready)
            self._heat.follow_picture()

    def _go_newer(self) -> None:
        self.go(-1)

    def _go_older(self) -> None:
        self.go(1)

    def _head(self) -> QHBoxLayout:
        self._title = Line(self._look, self.sheet, size=TextSize.TITLE, bold=True)
        self.newer = Button(self._look, "chevron-left", self.sheet, glove=True)
        self.newer.set_words(self.tr("Newer"))
        self.newer.acted.connect(self._go_newer)
        self.older = Button(self._look, "chevron-right", self.sheet, glove=True)
        self.older.set_words(self.tr("Older"))
        self.older.acted.connect(self._go_older)
        self.close_button = Button(self._look, "x", self.sheet, kind="primary", glove=True)
        self.close_button.set_words(self.tr("Close"))
        self.close_button.acted.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self._title, 1)
        for button in (self.newer, self.older, self.close_button):
            row.addWidget(button)
        return row

    def _picture_side(self) -> QVBoxLayout:
        self.picture = PictureView(self._look, self.sheet)
        self.picture.resized.connect(self._ask_for_picture)
        self._heat = HeatRow(self.picture, self.sheet)
        column = QVBoxLayout()
        column.setSpacing(Space.SMALL)
        column.addWidget(self.picture, 1)
        column.addWidget(self._heat)
        return column

    def _facts_side(self) -> QWidget:
        side = QWidget(self.sheet)
        side.setFixedWidth(_FACTS_WIDTH)
        self._band = VerdictBand(self._look, side)
        self._message = QLabel(side)
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._bars = ProbabilityBars(self._look, side)
        inner = QWidget(side)
        self._facts = QGridLayout(inner)
        self._facts.setContentsMargins(0, 0, Space.SMALL, 0)
        self._facts.setHorizontalSpacing(Space.MEDIUM)
        self._facts.setVerticalSpacing(Space.SMALL)
        self._facts.setColumnStretch(1, 1)
        self._lines: list[tuple[Line, Line]] = []
        for row in range(10):
            name = Line(self._look, inner, role="muted")
            value = Line(self._look, inner, elide=Qt.TextElideMode.ElideMiddle)
            name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            name.setFixedWidth(_NAME_WIDTH)
            self._facts.addWidget(name, row, 0)
            self._facts.addWidget(value, row, 1)
            self._lines.append((name, value))
        self._facts.setRowStretch(10, 1)
        scroll = QScrollArea(side)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.LARGE)
        column.addWidget(self._band)
        column.addWidget(self._message)
        column.addWidget(self._bars)
        column.addWidget(scroll, 1)
        return side

    def _show(self) -> None:
        inspection = self.part.inspection
        judgement = inspection.judgement
        self._title.set_text(self.tr("Part {0}").format(number(inspection.sequence)))
        self._band.show_verdict(judgement.verdict, reason_words(judgement.reason) if judgement.reason else "")
        self._message.setText(judgement.message)
        self._message.setVisible(bool(judgement.message))
        self._bars.show_probabilities(tuple(judgement.probabilities.items()))
        facts = self._facts_of(inspection)
        for index, (name, value) in enumerate(self._lines):
            name.set_text(facts[index][0] if index < len(facts) else "")
            value.set_text(facts[index][1] if index < len(facts) else "")
        self.newer.block("" if self._index > 0 else self.tr("This is the newest part of those that were on the strip."))
        last = self._index + 1 >= len(self._parts)
        self.older.block(self.tr("This is the oldest part of those that were on the strip.") if last else "")
        self.picture.show_picture(None)
        self._heat.follow_picture()
        self.picture.show_region(self._region_of(inspection))
        self.picture.set_empty_words(*self._why_no_picture())
        self.picture.set_badge(self.tr("DEMO – no real parts") if inspection.context.simulated else "")
        self._ask_for_picture()

    def _why_no_picture(self) -> tuple[str, str]:
        if self.part.picture is None and self.part.thumbnail is None:
            return self.tr("No picture"), self.tr("The camera gave none for this part.")
        return "", ""

    def _ask_for_picture(self) -> None:
        part = self.part
        pixels = part.picture.pixels if part.picture is not None else part.thumbnail
        if pixels is None:
            return
        heat_map = part.inspection.judgement.heat_map
        region = self._region_of(part.inspection) or Region()
        self._pictures.ask(self.picture.room(), Scene(pixels, part.inspection.source, region, heat_map))

    def _facts_of(self, inspection: Inspection) -> list[tuple[str, str]]:
        context = inspection.context
        timings = inspection.judgement.timings
        facts = [
            (self.tr("Time"), date_and_time(inspection.time, self._zone)),
            (self.tr("Serial"), context.serial),
            (self.tr("Lot"), context.lot),
            (self.tr("Operator"), context.operator),
            (self.tr("Recipe"), self.tr("{0}, version {1}").format(context.product, context.recipe_version)),
            (self.tr("Camera"), inspection.camera),
            (self.tr("Source"), inspection.source),
            (self.tr("Picture kept"), inspection.picture.path if inspection.picture is not None else self.tr("no")),
            (self.tr("Accelerator"), context.accelerator),
            (self.tr("Took"), self.tr("{0} ms").format(number(round(timings.total)))),
        ]
        return [(name, value) for name, value in facts if value]

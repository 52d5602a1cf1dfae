"""What the record of one part says besides the verdict: when, under whom, by what, and where the picture is."""

from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QWidget

from inspector.domain.inspection import Inspection
from inspector.ui.bench.explaining import found_words
from inspector.ui.look import Look
from inspector.ui.theme import Space
from inspector.ui.widgets.line import Line
from inspector.ui.words import date_and_time, number

_NAME_WIDTH = 112
_ROWS = 14


class RecordPanel(QScrollArea):
    """Names and values under one another; what is empty takes no line."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, Space.SMALL, 0)
        grid.setHorizontalSpacing(Space.MEDIUM)
        grid.setVerticalSpacing(Space.SMALL)
        grid.setColumnStretch(1, 1)
        self.lines: list[tuple[Line, Line]] = []
        for row in range(_ROWS):
            name = Line(look, inner, role="muted")
            value = Line(look, inner, elide=Qt.TextElideMode.ElideMiddle)
            name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            name.setFixedWidth(_NAME_WIDTH)
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1)
            self.lines.append((name, value))
        grid.setRowStretch(_ROWS, 1)
        self.setWidget(inner)

    def show_inspection(self, inspection: Inspection, zone: ZoneInfo) -> None:
        """Show another part's record."""
        facts = _facts(inspection, zone)
        for row, (name, value) in enumerate(self.lines):
            name.set_text(facts[row][0] if row < len(facts) else "")
            value.set_text(facts[row][1] if row < len(facts) else "")


def _facts(inspection: Inspection, zone: ZoneInfo) -> list[tuple[str, str]]:
    context, judgement = inspection.context, inspection.judgement
    placement = judgement.placement
    kept = inspection.picture.path if inspection.picture is not None else _tr("no")
    facts = [
        (_tr("Time"), date_and_time(inspection.time, zone)),
        (_tr("Serial"), context.serial),
        (_tr("Lot"), context.lot),
        (_tr("Operator"), context.operator),
        (_tr("Recipe"), _tr("{0}, version {1}").format(context.product, context.recipe_version)),
        (_tr("Zone"), judgement.zone),
        (_tr("Part found"), found_words(placement) if placement is not None else ""),
        (_tr("Camera"), inspection.camera),
        (_tr("Source"), inspection.source),
        (_tr("Picture kept"), kept),
        (_tr("Accelerator"), context.accelerator),
        (_tr("Took"), _tr("{0} ms").format(number(round(judgement.timings.total)))),
    ]
    return [(name, value) for name, value in facts if value]


def _tr(text: str) -> str:
    return QCoreApplication.translate("RecordPanel", text)

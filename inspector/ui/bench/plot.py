"""What the charts of the bench have in common: a quiet plot, made once, that never reacts to a stray finger."""

from typing import Any

import pyqtgraph
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, Theme, font
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.translated import Translated


def pen(colour: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen that keeps its width at every zoom."""
    made = QPen(QColor(colour), width, style)
    made.setCosmetic(True)
    return made


class Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot without menu, mouse, buttons or automatic prefixes."""

    def __init__(self, parent: QWidget, axes: dict[str, Any] | None = None) -> None:
        box = pyqtgraph.ViewBox(enableMenu=False, enableMouse=False)
        super().__init__(parent, background=None, viewBox=box, axisItems=axes or {})
        # pyqtgraph makes a menu for every plot, as a window of its own that nobody deletes; so it goes with the plot.
        menu = self.getPlotItem().ctrlMenu
        menu.setParent(self, menu.windowFlags())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setAntialiasing(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickFont=font(TextSize.CAPTION), tickLength=0, tickTextOffset=6)

    def minimumSizeHint(self) -> QSize:
        """Let the plot shrink with its window."""
        return QSize(120, 48)

    def wear(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.setBackground(theme.card)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pen(theme.line))
            axis.setTextPen(QColor(theme.muted))


class Chart(Translated):
    """A chart with a title, a line under it that says how to read it, and a plot. Sub-classes feed the plot."""

    def __init__(self, look: Look, parent: QWidget | None = None, axes: dict[str, Any] | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.title = Line(look, self, size=TextSize.BODY, bold=True)
        self.reading = Line(look, self, size=TextSize.CAPTION, role="muted")
        self.plot = Plot(self, axes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.reading)
        column.addSpacing(Space.HAIR)
        column.addWidget(self.plot, 1)
        policy = self.plot.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.plot.setSizePolicy(policy)
        self.plot.hide()
        look.changed.connect(self.wear)

    def wear(self) -> None:
        """Take the theme's colours."""
        self.plot.wear(self.look.theme)

    def show_plot(self, filled: bool) -> None:
        """Show the plot only where there is something on it; an empty one would look like a fault."""
        if self.plot.isHidden() == filled:
            self.plot.setVisible(filled)

    def minimumSizeHint(self) -> QSize:
        """Let the chart shrink with its window."""
        return QSize(160, 88)

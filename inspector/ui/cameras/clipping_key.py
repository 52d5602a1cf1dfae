"""How much of the picture is clipped, each kind beside the stripes that mark it in the picture."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.ui.cameras.live_pictures import BRIGHT_COLOUR, DARK_COLOUR
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.translated import Translated
from inspector.ui.words import percent

_SWATCH = 22
_LINE = 26
_STRIPE = 6


class ClippingKey(Translated):
    """Two lines: too bright and too dark, in per cent of the pixels."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shares: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)
        self.retranslate()

    @property
    def shares(self) -> tuple[float, float] | None:
        """What is shown: too bright, too dark (0 to 1)."""
        return self._shares

    def retranslate(self) -> None:
        """Set the words anew."""
        self.setToolTip(
            self.tr(
                "Too bright: a colour of the pixel stands at 255. Too dark: all its colours stand at 0. "
                "What is clipped can no longer be told apart."
            )
        )
        self._describe()

    def show_shares(self, shares: tuple[float, float] | None) -> None:
        """Show the shares of pixels that are too bright and too dark, None where there is no picture."""
        if shares != self._shares:
            self._shares = shares
            self._describe()

    def words(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Return name and figure of both lines."""
        bright, dark = (None, None) if self._shares is None else self._shares
        return (
            (self.tr("Too bright (255)"), percent(bright, 2)),
            (self.tr("Too dark (0)"), percent(dark, 2)),
        )

    def sizeHint(self) -> QSize:
        """Ask for two lines."""
        return QSize(160, 2 * _LINE)

    def minimumSizeHint(self) -> QSize:
        """Ask for the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the swatches and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = (BRIGHT_COLOUR, DARK_COLOUR)
        for number, ((name, figure), colour) in enumerate(zip(self.words(), colours, strict=True)):
            self._paint_swatch(painter, QRectF(0.5, number * _LINE + 4.5, _SWATCH, _LINE - 9), colour, number == 0)
            line = QRectF(_SWATCH + Space.SMALL, number * _LINE, self.width() - _SWATCH - Space.SMALL, _LINE)
            self._paint_words(painter, line, name, figure)
        painter.end()

    def _paint_swatch(self, painter: QPainter, place: QRectF, colour: str, rising: bool) -> None:
        painter.save()
        painter.fillRect(place, QColor(self._look.theme.picture_ground))
        painter.setClipRect(place)
        painter.setPen(QPen(QColor(colour), 3))
        slant = place.height() if rising else -place.height()
        for step in range(-4, 9):
            x = place.left() + step * _STRIPE
            painter.drawLine(QPointF(x, place.bottom()), QPointF(x + slant, place.top()))
        painter.restore()

    def _paint_words(self, painter: QPainter, line: QRectF, name: str, figure: str) -> None:
        theme = self._look.theme
        bold = font(TextSize.BODY, bold=True)
        painter.setFont(bold)
        painter.setPen(QColor(theme.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
        room = int(line.width()) - QFontMetrics(bold).horizontalAdvance(figure) - Space.SMALL
        plain = font(TextSize.BODY)
        painter.setFont(plain)
        shown = QFontMetrics(plain).elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)

    def _describe(self) -> None:
        self.setAccessibleName("; ".join(f"{name} {figure}" for name, figure in self.words()))
        self.update()

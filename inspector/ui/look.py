"""The look in use: who paints asks it for colours and icons, and hears when it changes."""

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from inspector.assets import resource
from inspector.ui.theme import FONT_FAMILIES, THEMES, TextSize, Theme, ThemeName, font, palette, style_sheet

_FONT_FILES = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "DroidSansFallbackFull.ttf")
_SHARPEST = 3.0
"""Icons are drawn once at this many device pixels per logical one and scaled down, so every screen gets a crisp one."""


class Look(QObject):
    """The theme in use, its icons, and the one place that changes them."""

    changed = Signal()

    def __init__(self, application: QApplication, name: ThemeName) -> None:
        super().__init__()
        self._application = application
        self._icons: dict[tuple[str, str], QIcon] = {}
        self.theme: Theme = THEMES[name]
        load_fonts()
        self._apply()

    def use(self, name: ThemeName) -> None:
        """Change over to the theme of that name, in every open window."""
        if name == self.theme.name:
            return
        self.theme = THEMES[name]
        self._apply()
        self.changed.emit()

    def icon(self, name: str, colour: str) -> QIcon:
        """Return the icon of resources/icons in that colour; greyed where it is used disabled."""
        known = self._icons.get((name, colour))
        if known is None:
            known = QIcon(draw_icon(name, colour))
            known.addPixmap(draw_icon(name, self.theme.faint), QIcon.Mode.Disabled)
            self._icons[name, colour] = known
        return known

    def _apply(self) -> None:
        self._icons.clear()
        self._application.setPalette(palette(self.theme))
        self._application.setFont(font(TextSize.BODY))
        self._application.setStyleSheet(style_sheet(self.theme))


def load_fonts() -> None:
    """Make the shipped fonts known to Qt, so that every bench shows the same letters. Doing so twice is harmless."""
    if set(FONT_FAMILIES) <= set(QFontDatabase.families()):
        return
    for file in _FONT_FILES:
        QFontDatabase.addApplicationFont(str(resource("fonts", file)))


def draw_icon(name: str, colour: str, size: int = 24) -> QPixmap:
    """Return an icon of resources/icons in that colour, `size` logical pixels square."""
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(source.encode("utf-8")))
    pixels = round(size * _SHARPEST)
    pixmap = QPixmap(QSize(pixels, pixels))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(_SHARPEST)
    return pixmap

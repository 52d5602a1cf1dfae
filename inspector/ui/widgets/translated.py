"""Words that can change their language while the window is open."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget


class Translated(QWidget):
    """A widget with words of its own. It sets them all in `retranslate`, at the start and when the language changes."""

    def retranslate(self) -> None:
        """Set every word of this widget anew."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        """Hear of a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

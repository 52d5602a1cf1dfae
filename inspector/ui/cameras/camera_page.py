"""The set-up screen of the cameras: live picture, measures, features, and what the recipe wants of them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from inspector.domain.camera_feature import FeatureDifference
from inspector.ui.cameras.feature_panel import FeaturePanel
from inspector.ui.cameras.feature_words import difference_words
from inspector.ui.cameras.measures_panel import MeasuresPanel
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button, Segments
from inspector.ui.widgets.card import Card
from inspector.ui.widgets.field import Field
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.page import Page
from inspector.ui.widgets.picture_view import PictureView

_MEASURES_WIDTH = (300, 480)
_EMPTY_WIDTH = 560
_MOST_CHOICE_WIDTH = 420
_SHOWN_DIFFERENCES = 2


class CameraPage(Page):
    """One lane's camera. With two lanes a choice between them stands at the top."""

    lane_chosen = Signal(int)
    camera_wanted = Signal()
    keep_wanted = Signal()
    adopt_wanted = Signal()
    refused = Signal(str)

    def __init__(self, look: Look, lanes: Sequence[str], parent: QWidget | None = None) -> None:
        """Make the page; `lanes` are the names of the station's lanes."""
        super().__init__(parent)
        self._look = look
        self._lanes = tuple(lanes)
        self._empty_words = ("", "")
        self._differences: tuple[FeatureDifference, ...] = ()
        self._has_recipe = False
        self._running = False
        self.lanes = Segments(look, len(self._lanes), self)
        self.lanes.chosen.connect(self.lane_chosen)
        self.lanes.setVisible(len(self._lanes) > 1)
        self.lanes.setMaximumWidth(_MOST_CHOICE_WIDTH)
        self.camera = Field(look, self, sign="chevron-down", width=260)
        self.camera.clicked.connect(self.camera_wanted)
        self.marking = Button(look, "triangle-alert", self)
        self.marking.setCheckable(True)
        self.picture = PictureView(look, self)
        self.picture.set_heat_opacity(1.0)
        self.measures = MeasuresPanel(look, self)
        self.features = FeaturePanel(look, self)
        self.features.refused.connect(self.refused)
        self.differences = QLabel(self)
        self.differences.setWordWrap(True)
        self.differences.setTextFormat(Qt.TextFormat.PlainText)
        self.differences.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.adopt = Button(look, "rotate-ccw", self, glove=True)
        self.keep = Button(look, "check", self, kind="primary", glove=True)
        self._heading = Line(look, self, bold=True)
        self._caution = Line(look, self, size=TextSize.CAPTION, role="muted", alignment=Qt.AlignmentFlag.AlignRight)
        self.choose = Button(look, "camera", self, kind="primary", glove=True)
        self.choose.acted.connect(self.camera_wanted)
        for button, signal in ((self.adopt, self.adopt_wanted), (self.keep, self.keep_wanted)):
            button.acted.connect(signal)
            button.refused.connect(self.refused)
        self._contents = QStackedWidget(self)
        self._content, self._empty = self._full(), self._nothing()
        self._contents.addWidget(self._content)
        self._contents.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        column.setSpacing(Space.SMALL)
        column.addLayout(self._top_row())
        column.addWidget(self._contents, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.lanes.set_words(*(self.tr("Lane {0}").format(name) for name in self._lanes))
        self.camera.set_words(self.tr("Camera"), self.tr("Choose a camera"))
        self.marking.set_words(
            self.tr("Mark clipping"), tip=self.tr("Mark what is too bright or too dark in the picture with stripes")
        )
        self.picture.setAccessibleName(self.tr("Picture"))
        self._heading.set_text(self.tr("Settings of the camera"))
        self.adopt.set_words(
            self.tr("Set as the recipe wants"), tip=self.tr("Set each of these features to the value in the recipe")
        )
        self.keep.set_words(
            self.tr("Keep in the recipe"),
            tip=self.tr("Make a new version of the recipe that sets its camera like this"),
        )
        self.choose.set_words(self.tr("Choose a camera"))
        self._show_differences()
        self._show_caution()

    def show_empty(self, title: str, text: str) -> None:
        """Say that there is no camera to set up, and why."""
        self.camera.set_value("")
        self.marking.hide()
        self._title.setText(title)
        self._text.setText(text)
        self._contents.setCurrentWidget(self._empty)

    def show_content(self) -> None:
        """Show picture, measures and features."""
        self.marking.show()
        self._contents.setCurrentWidget(self._content)

    @property
    def empty(self) -> bool:
        """Whether there is no camera to set up."""
        return self._contents.currentWidget() is self._empty

    def show_differences(self, differences: Sequence[FeatureDifference], *, has_recipe: bool) -> None:
        """Show what is not as the recipe wants it."""
        wanted = tuple(differences)
        if (wanted, has_recipe) != (self._differences, self._has_recipe):
            self._differences, self._has_recipe = wanted, has_recipe
            self._show_differences()

    def show_running(self, running: bool) -> None:
        """Warn that parts are judged while the camera is being set."""
        if running != self._running:
            self._running = running
            self._show_caution()

    def _show_differences(self) -> None:
        unlike = self._differences
        self.differences.setText(self._differences_text())
        problems = [f"{difference_words(one)}. {one.problem}".strip() for one in unlike]
        self.differences.setToolTip("\n".join(problems))
        settable = any(one.found is not None for one in unlike)
        self.adopt.block("" if settable else self.differences.text())

    def _differences_text(self) -> str:
        unlike = self._differences
        if unlike:
            first = "\n".join(difference_words(one) for one in unlike[:_SHOWN_DIFFERENCES])
            rest = len(unlike) - _SHOWN_DIFFERENCES
            return first if rest <= 0 else "\n".join((first, self.tr("and {0} more").format(rest)))
        if self._has_recipe:
            return self.tr("The camera is set as the recipe wants it.")
        return self.tr("There is no recipe that wants anything of the camera.")

    def _show_caution(self) -> None:
        self._caution.set_text(
            self.tr("The station is running: a change counts for the next part at once.") if self._running else ""
        )

    def _full(self) -> QWidget:
        content = QWidget(self)
        left = QVBoxLayout()
        left.setSpacing(Space.MEDIUM)
        left.addWidget(self._picture_card(), 60)
        left.addWidget(self._feature_card(), 40)
        left.addLayout(self._bottom_row())
        self.measures.setMinimumWidth(_MEASURES_WIDTH[0])
        self.measures.setMaximumWidth(_MEASURES_WIDTH[1])
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.MEDIUM)
        row.addLayout(left, 75)
        row.addWidget(self.measures, 25)
        return content

    def _top_row(self) -> QHBoxLayout:
        """Return what is there with a camera and without one."""
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self.lanes, 3)
        row.addWidget(self.camera, 4)
        row.addStretch(2)
        row.addWidget(self.marking)
        return row

    def _picture_card(self) -> Card:
        card = Card(self)
        card.column.addWidget(self.picture, 1)
        return card

    def _feature_card(self) -> Card:
        card = Card(self)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self._heading, 2)
        row.addWidget(self._caution, 3)
        card.column.addLayout(row)
        card.column.addWidget(self.features, 1)
        return card

    def _bottom_row(self) -> QHBoxLayout:
        strip = Card(self, margin=0)
        strip.column.setContentsMargins(Space.MEDIUM, 0, Space.MEDIUM, 0)
        strip.column.addWidget(self.differences)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(strip, 1)
        row.addWidget(self.adopt)
        row.addWidget(self.keep)
        return row

    def _nothing(self) -> QWidget:
        empty = QFrame(self)
        inner = Card(empty, margin=Space.HUGE)
        inner.setFixedWidth(_EMPTY_WIDTH)
        inner.column.setSpacing(Space.LARGE)
        self._title = QLabel(inner)
        self._title.setFont(font(TextSize.TITLE, bold=True))
        self._title.setWordWrap(True)
        self._text = QLabel(inner)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        inner.column.addWidget(self._title)
        inner.column.addWidget(self._text)
        inner.column.addWidget(self.choose)
        outer = QVBoxLayout(empty)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        outer.addWidget(inner, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(1)
        return empty

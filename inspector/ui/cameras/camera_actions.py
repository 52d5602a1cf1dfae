"""What a person does on the set-up screen, done to the camera and to the recipe."""

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inspector.cameras.camera import CameraIdentity
from inspector.domain.camera_feature import Feature, FeatureSetting, FeatureValue
from inspector.domain.station_state import StationState
from inspector.inspection.camera_settings import working_order
from inspector.learning.desk import Switched
from inspector.station import Station
from inspector.station_lane import StationLane
from inspector.ui.bench.saying import sentence
from inspector.ui.bridge import Bridge
from inspector.ui.cameras.camera_binding import CameraBinding
from inspector.ui.cameras.camera_page import CameraPage
from inspector.ui.cameras.feature_chooser import FeatureChooser
from inspector.ui.cameras.feature_writer import FeatureWriter
from inspector.ui.look import Look
from inspector.ui.widgets.message_bar import Level, Message, MessageBar

_SECONDS_A_READING = 2


class CameraActions(QObject):
    """Reads and changes the features of the chosen lane's camera, and keeps them in its recipe.

    `opened` carries each sheet before it is shown.
    """

    opened = Signal(object)

    def __init__(
        self,
        station: Station,
        bridge: Bridge,
        look: Look,
        window: QWidget,
        page: CameraPage,
        binding: CameraBinding,
        messages: MessageBar,
        choose_camera: Callable[[int], None],
    ) -> None:
        """Put the page to work; `choose_camera` opens the choice of cameras of the lane with that number."""
        super().__init__(window)
        self._station = station
        self._bridge = bridge
        self._look = look
        self._window = window
        self._page = page
        self._binding = binding
        self._messages = messages
        self._choose_camera = choose_camera
        self._chosen = 0
        self._camera: CameraIdentity | None = None
        self._features: tuple[Feature, ...] = ()
        self._settable = True
        self._reading = False
        self._keeping = False
        self._seconds = 0
        self.writer = FeatureWriter(bridge, self)
        self.writer.written.connect(self._take_one)
        self.writer.refused.connect(self._take_refusal)
        self.writer.settled.connect(self._read)
        page.features.changed.connect(self._change)
        page.features.choice_wanted.connect(self._open_choice)
        page.refused.connect(self._note)
        page.lane_chosen.connect(self.use_lane)
        page.camera_wanted.connect(self._want_camera)
        page.adopt_wanted.connect(self._adopt)
        page.keep_wanted.connect(self._keep)
        bridge.second_passed.connect(self._second)

    def show_now(self) -> None:
        """Show the camera as it is now; called when the screen comes into sight."""
        self._follow_camera()
        self._show_rest()
        self._read()

    def use_lane(self, number: int) -> None:
        """Set up another lane's camera."""
        self._chosen = number
        self._take_camera()
        self._read()

    @property
    def lane(self) -> StationLane:
        """The lane whose camera is set up."""
        return self._station.lanes[self._chosen]

    def _second(self) -> None:
        if not self._page.isVisible():
            return
        self._follow_camera()
        self._show_rest()
        self._seconds += 1
        if self._seconds % _SECONDS_A_READING == 0:
            self._read()

    def _follow_camera(self) -> None:
        if self.lane.camera != self._camera:
            self._take_camera()

    def _take_camera(self) -> None:
        """Begin anew with the camera that the lane has now, or with none."""
        lane, page = self.lane, self._page
        self._camera = lane.camera
        self._features, self._settable, self._reading = (), True, False
        self.writer.aim(None if self._camera is None else self._sender(lane))
        self._binding.use_lane(self._chosen)
        page.features.show_sentence("" if self._camera is None else self.tr("The camera is being read…"))
        self._show_rest()

    def _sender(self, lane: StationLane) -> "Callable[[str, FeatureValue], Future[Feature]]":
        def send(name: str, value: FeatureValue) -> "Future[Feature]":
            return lane.lane.controls.change(name, value, self._station.settings.operator)

        return send

    def _show_rest(self) -> None:
        """Show what changes slowly: which camera, what the recipe wants, what can be done."""
        lane, page, camera = self.lane, self._page, self._camera
        if camera is None:
            page.show_empty(*self._why_empty())
            return
        page.show_content()
        page.camera.set_value(camera.name)
        page.picture.set_badge(self.tr("DEMO – no real parts") if camera.simulated else "")
        page.picture.set_empty_words(self.tr("No picture yet"), self.tr("The camera has not given a picture so far."))
        page.show_running(lane.lane.executing)
        page.show_differences(lane.lane.camera_differences, has_recipe=lane.recipe is not None)
        page.keep.block(self._why_not_keep())

    def _why_empty(self) -> tuple[str, str]:
        lane = self.lane.lane
        if lane.outage is not None:
            text = self.tr("{0} It is looked for without a pause; nothing has to be pressed.")
            return self.tr("The camera is away"), text.format(sentence(lane.outage.reason))
        if lane.state is StationState.ERROR:
            return self.tr("The camera is away"), sentence(lane.why)
        return self.tr("No camera"), self.tr(
            "Choose the camera that shall be set up. Its picture appears here at once."
        )

    def _why_not_keep(self) -> str:
        if self._keeping:
            return self.tr("The settings are being kept; wait for it.")
        if self.lane.recipe is None:
            return self.tr("Choose a recipe on the bench first; the settings are kept in it.")
        if not self._features:
            return self._page.features.sentence or self.tr("The camera has not been read yet.")
        return ""

    def _read(self) -> None:
        """Read all features, unless this camera has none, is just being read, or is just being set."""
        if self._camera is None or not self._settable or self._reading or not self.writer.idle:
            return
        self._reading = True
        camera = self._camera

        def done(features: tuple[Feature, ...]) -> None:
            if camera == self._camera:
                self._reading = False
                self._show_features(features)

        def failed(error: BaseException) -> None:
            if camera == self._camera:
                self._reading = False
                self._show_failure(error)

        self._bridge.follow(self.lane.lane.controls.features(), done, failed)

    def _show_features(self, features: tuple[Feature, ...]) -> None:
        self._features = features
        self._binding.take_features(features)
        if features:
            busy = frozenset(one.name for one in features if self.writer.waits_for(one.name))
            self._page.features.show_features(features, busy)
        else:
            self._settable = False
            self._page.features.show_sentence(self.tr("This camera has nothing that can be set from here."))
        self._show_rest()

    def _show_failure(self, error: BaseException) -> None:
        """Say why nothing can be set: the camera has nothing to set, or it has just gone."""
        if not self._features:
            self._settable = False
            self._page.features.show_sentence(sentence(str(error)))
            self._show_rest()

    def _change(self, name: str, value: FeatureValue) -> None:
        self._messages.clear(self._key(name))
        self.writer.put(name, value)

    def _take_one(self, feature: Feature) -> None:
        features = tuple(feature if one.name == feature.name else one for one in self._features)
        self._show_features(features)

    def _take_refusal(self, name: str, why: str) -> None:
        """Say why, and let the row jump back to what the camera has."""
        self._messages.show_message(Message(self._key(name), Level.WARNING, sentence(why)))
        self._show_features(self._features)

    def _open_choice(self, feature: Feature) -> None:
        chooser = FeatureChooser(self._look, self._window, feature)
        chooser.chosen.connect(self._change)
        self.opened.emit(chooser)
        chooser.open()

    def _want_camera(self) -> None:
        self._choose_camera(self._chosen)

    def _adopt(self) -> None:
        """Set one feature after the other as the recipe wants it."""
        wanted = [
            FeatureSetting(one.name, one.wanted)
            for one in self.lane.lane.camera_differences
            if one.found is not None or one.name in {feature.name for feature in self._features}
        ]
        self.writer.put_all(working_order(wanted))

    def _keep(self) -> None:
        """Have the recipe want its camera as it is: every feature that can be changed."""
        settings = tuple(FeatureSetting(one.name, one.value) for one in self._features if one.writable)
        key = f"keep {self.lane.name}"
        self._keeping = True
        self._show_rest()
        text = self.tr("The settings are being kept in the recipe; it proves itself on this computer.")
        self._messages.show_message(Message(key, Level.NOTE, text))

        def done(switched: Switched) -> None:
            self._keeping = False
            said = self.tr("Version {0} of the recipe sets its camera like this.").format(switched.now.number)
            self._messages.show_message(Message(key, Level.NOTE, said))
            self._show_rest()

        def failed(error: BaseException) -> None:
            self._keeping = False
            self._messages.show_message(Message(key, Level.WARNING, sentence(str(error))))
            self._show_rest()

        self._bridge.follow(self.lane.keep_camera_settings(settings, self._station.settings.operator), done, failed)

    def _note(self, text: str) -> None:
        self._messages.show_message(Message("note", Level.NOTE, text))

    def _key(self, name: str) -> str:
        return f"feature {self.lane.name} {name}"

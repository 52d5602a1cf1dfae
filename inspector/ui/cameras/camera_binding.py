"""The live picture and the figures of one lane's camera, brought to the set-up screen. Nothing here waits."""

from collections.abc import Callable, Sequence
from time import monotonic

from PySide6.QtCore import QObject

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.network_load import CardLoad, NetworkCard, card_towards, loads
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature
from inspector.station import Station
from inspector.station_lane import StationLane
from inspector.ui.bridge import Bridge
from inspector.ui.cameras.camera_page import CameraPage
from inspector.ui.cameras.live_pictures import LivePictures, Wish
from inspector.ui.cameras.measures_panel import Inflow
from inspector.ui.cameras.rates import ByteRate, FrameRate, payload, wanted_rate

_TICKS_A_PICTURE = 2
_NETWORK_DRIVERS = frozenset({"gige", "gige2", "pylon", "gentl"})

CardOf = Callable[[str], NetworkCard | None]


class _LaneFlow:
    """What one lane's camera sends; asked for once a second, one question at a time."""

    def __init__(self, lane: StationLane) -> None:
        self.lane = lane
        self.counts: CameraCounts | None = None
        self.rate = ByteRate()
        self._identity: CameraIdentity | None = None
        self._asking = False
        self._silent = False

    def ask(self, bridge: Bridge) -> None:
        """Ask for the counts, unless this camera has said before that it keeps none."""
        identity = self.lane.camera
        if identity != self._identity:
            self._identity, self._silent = identity, False
            self.counts, self.rate = None, ByteRate()
        if identity is None or self._silent or self._asking:
            return
        self._asking = True

        def done(counts: CameraCounts) -> None:
            self._asking = False
            if identity == self._identity:
                self.counts = counts
                self.rate.note(counts, monotonic())

        def failed(_error: BaseException) -> None:
            self._asking = False
            self._silent = identity == self._identity

        bridge.follow(self.lane.lane.controls.counts(), done, failed)


class CameraBinding(QObject):
    """Feeds picture and measures of the chosen lane, fifteen pictures and five measures a second at most."""

    def __init__(
        self, station: Station, bridge: Bridge, page: CameraPage, parent: QObject, card_of: CardOf = card_towards
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._page = page
        self._card_of = card_of
        self._flows = tuple(_LaneFlow(lane) for lane in station.lanes)
        self._chosen = 0
        self._camera: CameraIdentity | None = None
        self._features: tuple[Feature, ...] = ()
        self._frame_rate = FrameRate()
        self._ticks = 0
        self._looking = False
        self._pictures = LivePictures()
        bridge.ticked.connect(self._tick)
        bridge.second_passed.connect(self._second)

    def close(self) -> None:
        """End the thread that makes pictures ready."""
        self._pictures.close()

    def use_lane(self, number: int) -> None:
        """Show another lane's camera."""
        self._chosen = number
        self.forget()

    def forget(self) -> None:
        """Show nothing of the camera that was there before."""
        self._camera = self._lane.camera
        self._features = ()
        self._frame_rate = FrameRate()
        self._page.picture.show_picture(None)
        self._page.measures.show_health(None)
        self._page.measures.forget_best()
        self._page.measures.show_inflow(Inflow())
        self._page.measures.show_loads(())

    def take_features(self, features: Sequence[Feature]) -> None:
        """Reckon the data rate by these features."""
        self._features = tuple(features)

    @property
    def _lane(self) -> StationLane:
        return self._flows[self._chosen].lane

    def _tick(self) -> None:
        self._ticks += 1
        if not self._page.isVisible() or self._ticks % _TICKS_A_PICTURE:
            return
        page, lane = self._page, self._lane
        made = self._pictures.answer()
        if made is not None and self._camera is not None and made.frame.camera == self._camera.address:
            page.picture.show_picture(made.ready)
            if made.health is not None:
                page.measures.show_health(made.health)
        frame = lane.lane.live.peek()
        if frame is not None and self._camera is not None and frame.camera == self._camera.address:
            self._frame_rate.note(frame)
        recipe = lane.recipe
        region = None if recipe is None else recipe.region
        page.picture.show_region(region)
        self._pictures.ask(Wish(lane.lane.live.peek, page.picture.room(), region, page.marking.isChecked()))

    def _second(self) -> None:
        if not self._page.isVisible():
            return
        for flow in self._flows:
            flow.ask(self._bridge)
        self._show_inflow()
        self._look_at_cards()

    def _show_inflow(self) -> None:
        flow = self._flows[self._chosen]
        rate = self._frame_rate.value(monotonic())
        self._page.measures.show_inflow(Inflow(rate, flow.counts, self._payload(), self._sent(flow)))

    def _payload(self) -> int | None:
        frame = self._lane.lane.live.peek()
        fits = frame is not None and self._camera is not None and frame.camera == self._camera.address
        return payload(self._features, frame if fits else None)

    def _sent(self, flow: _LaneFlow) -> float | None:
        """Return the bytes a second that a lane's camera sends, or is set to send where that is more."""
        measured = flow.rate.value
        if flow is not self._flows[self._chosen]:
            return measured
        size, rate = self._payload(), wanted_rate(self._features, self._frame_rate.value(monotonic()))
        reckoned = None if size is None or rate is None else size * rate
        return max((one for one in (measured, reckoned) if one is not None), default=None)

    def _look_at_cards(self) -> None:
        """Have the network cards looked up aside: the system's files may take a moment."""
        streams = [
            (camera.place, self._sent(flow) or 0.0)
            for flow in self._flows
            if (camera := flow.lane.camera) is not None and camera.driver in _NETWORK_DRIVERS and camera.place
        ]
        if self._looking or not streams:
            if not streams:
                self._page.measures.show_loads(())
            return
        self._looking = True

        def done(found: tuple[CardLoad, ...]) -> None:
            self._looking = False
            self._page.measures.show_loads(found or None)

        def failed(_error: BaseException) -> None:
            self._looking = False

        card_of = self._card_of
        self._bridge.aside(lambda: loads(streams, card_of), done, failed)

"""The side of a lane that its camera's thread talks to."""

from inspector.cameras.camera import Delivery, Preview
from inspector.domain.frame import Frame
from inspector.domain.station_state import StationState
from inspector.domain.verdict import Reason
from inspector.inspection.feed import CameraFeed
from inspector.inspection.lane_core import LaneCore


class CameraSide:
    """Takes pictures, shows them and has those judged that are somebody's part. Meets `FeedSink`.

    What a camera says that was replaced meanwhile is left out.
    """

    def __init__(self, core: LaneCore) -> None:
        self._core = core

    def opened(self, feed: CameraFeed) -> None:
        """Note that the camera is there."""
        core = self._core
        with core.lock:
            if feed is not core.feed:
                return
            core.opened = True
            core.become_ready_under_lock()
        core.log.camera_opened(feed.camera.identity)
        core.tell()

    def wants(self, feed: CameraFeed) -> bool:
        """Say whether a source that stands still shall move on."""
        core = self._core
        with core.lock:
            return feed is core.feed and core.desk.wants_picture(core.inference.has_room(core.name))

    def take(self, feed: CameraFeed, delivery: Delivery) -> bool:
        """Show a picture and, if it is somebody's part, have it judged; False when a recording should wait with it."""
        core = self._core
        preview = isinstance(delivery, Preview)
        capture = delivery.frame if isinstance(delivery, Preview) else delivery
        recorded = feed.camera.waits
        with core.lock:
            if feed is not core.feed:
                return True
            trigger = core.desk.for_picture(capture, recorded, preview)
        if recorded and trigger is None and not preview:
            return False
        if isinstance(capture, Frame):
            core.live.put(capture)
        if trigger is not None:
            core.hand_over(feed.camera.identity, trigger, capture)
        return True

    def ended(self, feed: CameraFeed) -> None:
        """Note that the source is through: the run ends when all its parts have their records."""
        core, why = self._core, "the camera has no more pictures"
        with core.lock:
            if feed is not core.feed:
                return
            given_up = core.desk.finish(why)
            core.finish_under_lock()
        core.log.camera_ended(feed.camera.identity)
        core.record_without_picture(given_up, Reason.CAMERA_FAULT, why)
        core.tell()

    def failed(self, feed: CameraFeed, why: str, opened: bool) -> None:
        """Note that the camera could not be opened or is lost."""
        core = self._core
        with core.lock:
            if feed is not core.feed:
                return
            core.feed, core.opened = None, False
            given_up = core.fail_under_lock(why) if opened else core.desk.end()
            if core.state is StationState.PREOPERATIONAL:
                core.states.become(StationState.PREOPERATIONAL, why)
        core.log.camera_lost(feed.camera.identity, why)
        core.record_without_picture(given_up, Reason.CAMERA_FAULT, why)
        core.tell()

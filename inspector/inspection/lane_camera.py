"""The side of a lane that its camera's thread talks to."""

from inspector.cameras.camera import Delivery, Preview
from inspector.domain.frame import Capture, Frame, FrameFault
from inspector.domain.recipe import Recipe, TriggerMode
from inspector.domain.station_state import StationState
from inspector.domain.verdict import Reason
from inspector.inspection.camera_desk import wait_for
from inspector.inspection.feed import CameraFeed
from inspector.inspection.lane_core import LaneCore
from inspector.inspection.part import PartTrigger

_COME_BY_THEMSELVES = frozenset({TriggerMode.LINE, TriggerMode.PRESENCE})
"""The modes in which a part that passes while the camera is being set is lost for good, and needs its record."""


class CameraSide:
    """Takes pictures, shows them and has those judged that are somebody's part. Meets `FeedSink`.

    What a camera says that was replaced meanwhile is left out.
    """

    def __init__(self, core: LaneCore) -> None:
        self._core = core
        self._adjusted_to: Recipe | None = None

    def adjust(self, feed: CameraFeed) -> None:
        """Set the camera as the recipe wants it, before its first picture. Raises CameraUnavailable."""
        core = self._core
        with core.lock:
            if feed is not core.feed:
                return
            self._adjusted_to = core.recipe
        wait_for(core.camera_desk.set_up(feed.camera))

    def opened(self, feed: CameraFeed) -> None:
        """Note that the camera is there, or there again."""
        core, identity = self._core, feed.camera.identity
        with core.lock:
            if feed is not core.feed:
                return
            outage = core.camera_is_there_under_lock(feed.camera)
            if core.recipe is not self._adjusted_to:
                core.set_camera_under_lock()
        if outage is None:
            core.log.camera_opened(identity)
        else:
            core.log.camera_back(identity, outage)
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
        seen = feed is core.feed and self._seen(capture)
        with core.lock:
            if feed is not core.feed:
                return True
            setting = core.camera_desk.setting
            trigger = self._trigger_under_lock(capture, recorded, preview, seen)
            if trigger is not None:
                core.software.settle_under_lock(trigger)
            looked_at = core.presence is not None and core.desk.accepting
        if recorded and trigger is None and not preview and not looked_at:
            return False
        if isinstance(capture, Frame):
            core.live.put(capture)
        if trigger is not None:
            core.hand_over(feed.camera.identity, trigger, _not_usable(capture) if setting else capture)
        core.software.send()
        return True

    def _seen(self, capture: Capture) -> bool:
        """Say whether a part has come to rest in this picture. Without the lock, since it takes milliseconds."""
        presence = self._core.presence
        return presence is not None and isinstance(capture, Frame) and presence.seen(capture)

    def _trigger_under_lock(self, capture: Capture, recorded: bool, preview: bool, seen: bool) -> PartTrigger | None:
        """Return the trigger that this picture is for; None when it is nobody's part."""
        core, desk = self._core, self._core.desk
        if core.camera_desk.setting and desk.mode not in _COME_BY_THEMSELVES:
            return None
        if not core.software.is_for_next_under_lock(capture):
            return None
        return desk.for_picture(capture, recorded, preview, seen)

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
            core.drop_feed_under_lock()
            given_up = core.fail_under_lock(why) if opened else core.desk.end()
            if core.state is StationState.PREOPERATIONAL:
                core.states.become(StationState.PREOPERATIONAL, why)
        core.log.camera_lost(feed.camera.identity, why)
        core.record_without_picture(given_up, Reason.CAMERA_FAULT, why)
        core.tell()

    def lost(self, feed: CameraFeed, why: str) -> None:
        """Note that the camera is away and is tried again. A run goes on; whoever waits for a picture gets none."""
        core, identity = self._core, feed.camera.identity
        with core.lock:
            if feed is not core.feed:
                return
            begins = core.camera_is_away_under_lock(identity, why)
            given_up = core.give_up_waiting_under_lock()
        if begins:
            core.log.camera_lost(identity, why)
        core.record_without_picture(given_up, Reason.CAMERA_FAULT, why)
        core.tell()


def _not_usable(capture: Capture) -> FrameFault:
    """Return, instead of a picture that was taken while the camera was being set, that there is none."""
    why = "the camera was just being set for the recipe"
    return FrameFault(capture.sequence, capture.monotonic, capture.time, capture.camera, why, capture.source)

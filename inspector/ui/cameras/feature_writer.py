"""Changes on their way to the camera: the last value wins, and there are no more than a camera can take."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from inspector.domain.camera_feature import Feature, FeatureSetting, FeatureValue
from inspector.ui.bridge import Bridge

_LEAST_MILLISECONDS = 200

Change = Callable[[str, FeatureValue], "Future[Feature]"]


class FeatureWriter(QObject):
    """Sends one change at a time, at most five a second; a newer value for a feature takes the waiting one's place.

    `written` carries the feature as read back, `refused` a feature's name and the sentence why not, `settled` comes
    when nothing waits any more. Nothing of a camera that was left is told.
    """

    written = Signal(object)
    refused = Signal(str, str)
    settled = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._change: Change | None = None
        self._waiting: dict[str, FeatureValue] = {}
        self._under_way = ""
        self._age = QElapsedTimer()
        bridge.ticked.connect(self._tick)

    def aim(self, change: Change | None) -> None:
        """Send to another camera from now on, or to none; what still waits is forgotten."""
        self._change = change
        self._waiting.clear()
        self._under_way = ""

    def put(self, name: str, value: FeatureValue) -> None:
        """Have a feature set."""
        if self._change is not None:
            self._waiting[name] = value
            self._tick()

    def put_all(self, settings: Sequence[FeatureSetting]) -> None:
        """Have several features set, one after the other."""
        for setting in settings:
            self.put(setting.name, setting.value)

    def waits_for(self, name: str) -> bool:
        """Say whether a newer value of a feature has yet to be sent or answered."""
        return name in self._waiting or name == self._under_way

    @property
    def idle(self) -> bool:
        """Whether nothing waits or is under way."""
        return not self._waiting and not self._under_way

    def _tick(self) -> None:
        if self._change is None or self._under_way or not self._waiting:
            return
        if self._age.isValid() and not self._age.hasExpired(_LEAST_MILLISECONDS):
            return
        name = next(iter(self._waiting))
        value = self._waiting.pop(name)
        self._under_way = name
        self._age.start()
        change = self._change

        def done(feature: Feature) -> None:
            if self._finish(change):
                self.written.emit(feature)
                self._tell_settled()

        def failed(error: BaseException) -> None:
            if self._finish(change):
                self.refused.emit(name, str(error))
                self._tell_settled()

        self._bridge.follow(change(name, value), done, failed)

    def _finish(self, change: Change) -> bool:
        """Note the answer; False where it came from a camera that was left."""
        if change is not self._change:
            return False
        self._under_way = ""
        return True

    def _tell_settled(self) -> None:
        if self.idle:
            self.settled.emit()

"""A camera that is driven through GenICam, whatever library stands below: its session, and what is asked of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from inspector.cameras.camera import CameraIdentity, CameraUnavailable, Delivery
from inspector.cameras.genicam_device import GenicamDevice
from inspector.cameras.genicam_features import GenicamFeatures, NodeFailed
from inspector.cameras.genicam_pictures import PictureQueue, delivery_of
from inspector.cameras.genicam_reception import Reception
from inspector.cameras.pixels import PixelFormatUnknown, format_code
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature, FeatureRefused, FeatureValue, checked_value
from inspector.domain.clock import Clock

RESTARTS = frozenset({"PixelFormat", "Width", "Height", "GevSCPSPacketSize", "GevSCPD", "TriggerMode"})
"""What is changed with the stream at rest: a camera locks it then, or pictures of before and after must not mix."""

_PACE = frozenset({"ExposureTime", "ExposureAuto", "AcquisitionFrameRate"})
_CLOSE_SECONDS = 0.3
_TRIGGER_SECONDS = 2.0
_LONGEST_USUAL_PERIOD = 10.0

_Answer = TypeVar("_Answer")


class GenicamCamera:
    """One session with a GenICam camera. Meets `AdjustableCamera`.

    `connect` finds and opens the device, or raises CameraUnavailable. `settings` are features that the address asks
    for, set each time it is opened.
    """

    def __init__(
        self,
        identity: CameraIdentity,
        clock: Clock,
        connect: Callable[[], GenicamDevice],
        settings: tuple[tuple[str, FeatureValue], ...] = (),
    ) -> None:
        self._identity = identity
        self._connect = connect
        self._settings = settings
        self._negotiate = True
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._sends = threading.Event()
        self._device: GenicamDevice | None = None
        self._queue = PictureQueue()
        self._reception = Reception(identity.name, clock, self._queue, self._tend)

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is; with vendor, model and place once it was open."""
        return self._identity

    @property
    def waits(self) -> bool:
        """False: a camera goes on by itself."""
        return False

    @property
    def controls(self) -> "GenicamCamera":
        """What can be asked and set while it is open: this object itself."""
        return self

    def open(self) -> None:
        """Find the camera and take hold of it. Raises CameraUnavailable while it is away or another's."""
        with self._held():
            if self._device is not None or self._closed.is_set():
                return
            self._device = self._connect()
            self._identity = replace(self._device.identity, address=self._identity.address)
            try:
                for name, value in self._settings:
                    self._set_of_address(name, value)
            except CameraUnavailable:
                self._let_go()
                raise

    def frames(self) -> Iterator[Delivery]:
        """Return pictures as they come, of a free-running camera the newest, of a triggered one each in its order.

        Raises CameraUnavailable when the camera is lost, which is noticed within three seconds.
        """
        with self._held():
            if self._closed.is_set():
                return
            self._queue.clear()
            self._asked(self._start)
        try:
            while (arrival := self._queue.take()) is not None:
                yield delivery_of(arrival, self._identity.address)
        finally:
            self._stop_unless_lost()

    def close(self) -> None:
        """Let the camera go and end `frames`. Where another call waits for the camera just now, that one lets it go."""
        self._closed.set()
        self._queue.close()
        if self._lock.acquire(timeout=_CLOSE_SECONDS):
            try:
                self._let_go()
            finally:
                self._lock.release()

    def features(self) -> tuple[Feature, ...]:
        """Read all features that matter to an inspection. Raises CameraUnavailable."""
        with self._held():
            return tuple(map(self._changeable, self._asked(lambda device: _features_of(device).all())))

    def change(self, name: str, value: FeatureValue) -> Feature:
        """Check and set one feature and return it as read back. Raises FeatureRefused, CameraUnavailable.

        What a camera locks while it sends is changed with the stream at rest, which goes on afterwards.
        """
        with self._held():
            feature = self._asked(lambda device: self._change(device, name, value), FeatureRefused)
            if name == "GevSCPSPacketSize":
                self._negotiate = False
            return self._changeable(feature)

    def trigger(self) -> bool:
        """Have the camera take its next picture; False unless it waits for a software trigger.

        One that is just being started is waited for. Raises CameraUnavailable.
        """
        with self._held():
            if not self._asked(_software_triggered):
                return False
        if not self._sends.wait(_TRIGGER_SECONDS):
            raise CameraUnavailable(f"the {self._identity.name} takes no pictures yet; begin to take them first")
        with self._held():
            return self._asked(lambda device: device.nodes.execute("TriggerSoftware"))

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in since the camera was opened."""
        return self._reception.counts()

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the device; where the camera was closed meanwhile, let it go afterwards."""
        with self._lock:
            try:
                yield
            finally:
                if self._closed.is_set():
                    self._let_go()

    def _asked(
        self,
        ask: Callable[[GenicamDevice], _Answer],
        refusal: type[CameraUnavailable] | type[FeatureRefused] = CameraUnavailable,
    ) -> _Answer:
        """Ask the device, which the caller holds; where that fails, say whether it is lost or what it refused."""
        device, name = self._device, self._identity.name
        if device is None:
            raise CameraUnavailable(f"the {name} is not open; open it first")
        if self._reception.lost:
            raise CameraUnavailable(self._reception.lost)
        try:
            return ask(device)
        except NodeFailed as failure:
            why = device.trouble()
            if why:
                self._reception.lose(why)
                raise CameraUnavailable(why) from failure
            raise refusal(f"the {name} refused what was asked of it: {failure}") from failure

    def _set_of_address(self, name: str, value: FeatureValue) -> None:
        try:
            self._asked(lambda device: _features_of(device).change(name, value))
        except FeatureRefused as refused:
            raise CameraUnavailable(f"camera address '{self._identity.address}': {refused}") from refused
        if name == "GevSCPSPacketSize":
            self._negotiate = False

    def _change(self, device: GenicamDevice, name: str, value: FeatureValue) -> Feature:
        features = _features_of(device)
        if not self._reception.running:
            return features.change(name, value)
        now = features.find(name)
        if now is not None and (name in RESTARTS or not now.writable):
            return self._change_at_rest(device, features, name, value)
        feature = features.change(name, value)
        if name in _PACE:
            self._reception.expect(_period(features))
        return feature

    def _change_at_rest(
        self, device: GenicamDevice, features: GenicamFeatures, name: str, value: FeatureValue
    ) -> Feature:
        """Change a feature with the stream at rest. What is refused stops no stream if it can be told before."""
        now = features.find(name)
        if now is not None:
            checked_value(self._changeable(now), value)
        self._stop()
        try:
            return features.change(name, value)
        finally:
            self._start_again(device)

    def _start_again(self, device: GenicamDevice) -> None:
        try:
            self._start(device)
        except NodeFailed as failure:
            # Whoever waits for the next picture must not wait for ever.
            self._reception.lose(device.trouble() or f"the {self._identity.name} did not start again: {failure}")

    def _changeable(self, feature: Feature) -> Feature:
        """Return a feature that is locked only because the stream runs as the changeable one that it is."""
        locked = self._reception.running and feature.name in RESTARTS and not feature.writable
        return replace(feature, writable=True) if locked else feature

    def _start(self, device: GenicamDevice) -> None:
        mode = device.nodes.read("AcquisitionMode")
        if mode is not None and mode.value != "Continuous" and "Continuous" in mode.choices:
            device.nodes.write("AcquisitionMode", "Continuous")
        features = _features_of(device)
        trigger_mode = features.find("TriggerMode")
        triggered = trigger_mode is not None and trigger_mode.value == "On"
        self._queue.keep_every(triggered)
        self._reception.expect(None if triggered else _period(features))
        self._reception.start(device, self._negotiate)
        self._sends.set()

    def _stop(self) -> None:
        self._sends.clear()
        if self._device is not None and self._reception.running:
            self._reception.stop(answers=not self._reception.lost and not self._device.trouble())

    def _stop_unless_lost(self) -> None:
        """Stop the stream. Of a lost camera a call may wait for seconds in vain: then closing it does the rest."""
        if self._lock.acquire(blocking=not self._reception.lost):
            try:
                self._stop()
            finally:
                if self._closed.is_set():
                    self._let_go()
                self._lock.release()

    def _tend(self) -> None:
        """Have the device kept hold of, unless somebody asks it something just now."""
        if self._lock.acquire(blocking=False):
            try:
                if self._device is not None:
                    self._device.tend()
            finally:
                self._lock.release()

    def _let_go(self) -> None:
        if self._device is not None:
            self._stop()
            self._device.close()
            self._device = None


def _features_of(device: GenicamDevice) -> GenicamFeatures:
    return GenicamFeatures(device.nodes, _readable)


def _readable(pixel_format: str) -> bool:
    try:
        format_code(pixel_format)
    except PixelFormatUnknown:
        return False
    return True


def _software_triggered(device: GenicamDevice) -> bool:
    features = _features_of(device)
    mode, source = features.find("TriggerMode"), features.find("TriggerSource")
    return mode is not None and mode.value == "On" and source is not None and source.value == "Software"


def _period(features: GenicamFeatures) -> float:
    """Return after how many seconds a free-running camera sends its next picture, at the latest."""
    rate, exposure = features.find("AcquisitionFrameRate"), features.find("ExposureTime")
    seconds = [0.0]
    if rate is not None and isinstance(rate.value, int | float) and rate.value > 0:
        seconds.append(1 / rate.value)
    if exposure is not None and isinstance(exposure.value, int | float):
        seconds.append(exposure.value / 1e6)
    return max(seconds) if len(seconds) > 1 else _LONGEST_USUAL_PERIOD

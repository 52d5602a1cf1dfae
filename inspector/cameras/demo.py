"""The demo camera: steel flanges on an indexing belt, some of them defective, the same for ever for one seed."""

from collections.abc import Iterator

from inspector.cameras.address import Address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable, Delivery, Preview
from inspector.cameras.demo_scene import MOVING_SHARE, DemoScene
from inspector.cameras.pace import Pace
from inspector.domain.clock import Clock
from inspector.domain.frame import Frame, Pixels

OPTIONS = frozenset({"fps", "parts", "count"})

_FRAMES_PER_SECOND = 20.0
_PARTS_PER_SECOND = 1.0
_TRIGGER_SHARE = MOVING_SHARE + 0.15
_FEWEST_FRAMES_A_PART = 4


class DemoCamera:
    """`demo:SEED?fps=20&parts=1&count=0`: so many parts a second, seen at `fps`; ends after `count` parts (0: never).

    It behaves as a camera with a light barrier: the picture of a part at rest is a frame, once for each part; what is
    seen while the belt runs is a preview. With `parts=0` there is no belt: each picture asked for is the next part.
    """

    def __init__(self, address: Address, clock: Clock) -> None:
        address.check_options(OPTIONS)
        if not address.target.isdecimal():
            raise CameraUnavailable(
                f"'{address.text}': the demo camera needs a whole number as its seed, such as demo:7"
            )
        self._seed = int(address.target)
        self._fps = address.number("fps", _FRAMES_PER_SECOND)
        self._parts = address.number("parts", _PARTS_PER_SECOND)
        self._count = address.number("count", 0)
        if self._parts > 0 and self._fps < _FEWEST_FRAMES_A_PART * self._parts:
            raise CameraUnavailable(f"'{address.text}': fps must be at least {_FEWEST_FRAMES_A_PART} times parts")
        self._identity = CameraIdentity("demo", address.text, f"Demo {self._seed}", simulated=True)
        self._clock = clock
        self._pace = Pace(self._fps if self._parts > 0 else 0, clock)

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is; always simulated."""
        return self._identity

    @property
    def waits(self) -> bool:
        """True without a belt: the next part comes when it is asked for."""
        return self._parts == 0

    def open(self) -> None:
        """Do nothing: there is no device. The scene is drawn by `frames`."""

    def frames(self) -> Iterator[Delivery]:
        """Return one frame for each part at rest, with previews between them as the belt moves."""
        scene = DemoScene(self._seed)
        deliveries = self._without_belt(scene) if self.waits else self._on_belt(scene)
        for delivery in deliveries:
            yield delivery
            if self._pace.stopped:
                return

    def close(self) -> None:
        """End `frames`."""
        self._pace.stop()

    def _without_belt(self, scene: DemoScene) -> Iterator[Delivery]:
        index = 0
        while self._pace.wait() and not self._through(index):
            yield self._frame(scene.still(index), index, f"part-{index + 1:06d}")
            index += 1

    def _on_belt(self, scene: DemoScene) -> Iterator[Delivery]:
        sequence, delivered = 0, 0
        while self._pace.wait():
            index, phase = divmod(sequence * self._parts / self._fps, 1.0)
            if self._through(int(index)):
                return
            picture = scene.moving(int(index), phase)
            if phase >= _TRIGGER_SHARE and delivered == int(index):
                yield self._frame(picture, sequence, f"part-{delivered + 1:06d}")
                delivered += 1
                scene.prepare(delivered)
            else:
                yield Preview(self._frame(picture, sequence, ""))
            sequence += 1

    def _through(self, index: int) -> bool:
        return 0 < self._count <= index

    def _frame(self, pixels: Pixels, sequence: int, source: str) -> Frame:
        return Frame(pixels, sequence, self._clock.monotonic(), self._clock.now(), self._identity.address, source)


def render_part(seed: int, index: int, class_name: str | None = None) -> tuple[Pixels, str]:
    """Return part `index` of `demo:SEED` at rest and its true class, or drawn as another class of `PART_CLASSES`.

    Pixels are uint8 RGB `1024 x 1280 x 3`, equal to the frame that the camera delivers. For many parts keep one
    `DemoScene`: it prepares belt and light once.
    """
    scene = DemoScene(seed)
    true_class = class_name or scene.class_of(index)
    return scene.still(index, true_class), true_class

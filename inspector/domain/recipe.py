"""What to look for and how to decide. Immutable once saved: a change makes a new version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from inspector.domain.camera_feature import FeatureSetting
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Reason, Verdict

OK_CLASS_NAMES = frozenset({"good", "ok", "normal"})


class RecipeInvalid(Refusal, ValueError):
    """A recipe that contradicts itself; the message says where and how to mend it."""


class Severity(StrEnum):
    """How much a defect matters to whoever uses the part."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Disposition(StrEnum):
    """What becomes of a part with this defect."""

    ACCEPT = "accept"
    HOLD = "hold"
    REWORK = "rework"
    SCRAP = "scrap"


class RecipeKind(StrEnum):
    """What a recipe tells apart.

    DEFECTS: good parts and kinds of defects. IDENTITY: which product this is; all classes mean OK, the lot says which
    one is expected. SCENE: what a fixed camera shows; a class is allowed (OK), watched (CHECK) or alarmed (NG).
    """

    DEFECTS = "defects"
    IDENTITY = "identity"
    SCENE = "scene"


@dataclass(frozen=True)
class IndustryCode:
    """A code of a product or defect in a standard or in the company's own catalogue, such as UNSPSC `31161500`."""

    system: str
    code: str


@dataclass(frozen=True)
class PartClass:
    """One class that the recipe knows. `colour` is `#RRGGBB`.

    `verdict` is OK or NG, in scenes also CHECK for what is only watched. `threshold` is the probability from which this
    defect alone means NG, beside the recipe's own threshold for all defects together; None leaves it at that.
    """

    name: str
    code: str
    verdict: Verdict
    colour: str
    severity: Severity = Severity.MAJOR
    disposition: Disposition = Disposition.HOLD
    threshold: float | None = None
    codes: tuple[IndustryCode, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what a record could not be read back from."""
        if not self.name.strip():
            raise RecipeInvalid("a class needs a name")
        if self.name in set(Reason):
            raise RecipeInvalid(f"a class may not be called '{self.name}': the station uses that word as a reason")
        if self.verdict is Verdict.ERROR:
            raise RecipeInvalid(f"class '{self.name}' cannot mean ERROR")
        if self.threshold is not None and not 0 < self.threshold <= 1:
            raise RecipeInvalid(f"the threshold of class '{self.name}' lies within 0 to 1, not at {self.threshold}")


@dataclass(frozen=True)
class Region:
    """The part of the picture that is judged, as fractions of its width and height, so that it fits any resolution."""

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a region that leaves the picture or is empty."""
        inside = 0 <= self.left < 1 and 0 <= self.top < 1 and self.width > 0 and self.height > 0
        if not inside or self.left + self.width > 1 + 1e-9 or self.top + self.height > 1 + 1e-9:
            raise RecipeInvalid(f"the region {self} does not lie inside the picture")

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return `(left, top, right, bottom)` in pixels of a picture of that size; at least one pixel each way."""
        left = min(round(self.left * width), width - 1)
        top = min(round(self.top * height), height - 1)
        right = max(left + 1, min(width, round((self.left + self.width) * width)))
        bottom = max(top + 1, min(height, round((self.top + self.height) * height)))
        return left, top, right, bottom


@dataclass(frozen=True)
class Thresholds:
    """How sure the station must be, as probabilities of a whole side (all OK classes, all NG classes).

    OK is said from `ok` upwards, NG from `ng` upwards; whatever reaches neither is CHECK `unsure`. `ok` is the higher
    one by default because an escape costs more than a second look. The two may not both be reachable at once.
    """

    ok: float = 0.8
    ng: float = 0.6

    def __post_init__(self) -> None:
        """Refuse thresholds under which a part could be OK and NG at once."""
        if not (0 < self.ok <= 1 and 0 < self.ng <= 1 and self.ok + self.ng > 1):
            raise RecipeInvalid(f"thresholds ok={self.ok} and ng={self.ng}: each within 0 to 1, together more than 1")


@dataclass(frozen=True)
class AnomalyRule:
    """What an anomaly means when no known defect was found.

    The score is 0 for an average good part and 0.5 at the limit that teaching suggests. From `limit` upwards a part is
    `verdict` (CHECK or NG) `anomaly`; from `doubt` upwards, where that is lower, it is CHECK `unsure`.
    """

    limit: float = 0.5
    doubt: float = 0.5
    verdict: Verdict = Verdict.CHECK

    def __post_init__(self) -> None:
        """Refuse limits in the wrong order and verdicts that an anomaly cannot have."""
        if not 0 < self.doubt <= self.limit:
            raise RecipeInvalid(
                f"anomaly: doubt={self.doubt} and limit={self.limit} must be more than 0 and in that order"
            )
        if self.verdict not in (Verdict.CHECK, Verdict.NG):
            raise RecipeInvalid(f"an anomaly means CHECK or NG, not {self.verdict}")


@dataclass(frozen=True)
class SceneRule:
    """When the picture, and not the part, is called changed.

    `parts` parts in a row must lie off the taught scene by more than `tolerance` times what the taught pictures vary.
    """

    watched: bool = True
    tolerance: float = 1.0
    parts: int = 3

    def __post_init__(self) -> None:
        """Refuse a check that never or always speaks."""
        if not self.tolerance > 0 or self.parts < 1:
            raise RecipeInvalid("the scene check needs a tolerance above 0 and at least one part")


class LocatingMethod(StrEnum):
    """How the part is found in the picture.

    FIXED: it always lies in the region. BLOB: the largest thing that differs from the ground, turned upright. TEMPLATE:
    the taught outline, moved and slightly turned. FEATURES: by its marks, moved, turned and scaled.
    """

    FIXED = "fixed"
    BLOB = "blob"
    TEMPLATE = "template"
    FEATURES = "features"


@dataclass(frozen=True)
class Locating:
    """How the part is found. `turn` is by how many degrees it may lie turned; `certainty` what a find needs, 0 to 1."""

    method: LocatingMethod = LocatingMethod.FIXED
    turn: float = 15.0
    certainty: float = 0.5

    def __post_init__(self) -> None:
        """Refuse turns and certainties that mean nothing."""
        if not 0 <= self.turn <= 180 or not 0 < self.certainty <= 1:
            raise RecipeInvalid("locating: turn lies within 0 to 180 degrees, certainty within 0 to 1")


@dataclass(frozen=True)
class Mask:
    """An area of the part's picture that does not matter: a polygon of at least three points, as fractions of it."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        """Refuse what encloses nothing or lies outside."""
        if len(self.points) < 3 or not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in self.points):
            raise RecipeInvalid("a mask needs at least three points inside the picture")


@dataclass(frozen=True)
class Variation:
    """What may differ between good parts, so that teaching may show it to the network: mirrored, turned, lit, noisy."""

    mirror: bool = True
    turn: bool = True
    light: bool = True
    noise: bool = True


@dataclass(frozen=True)
class Zone:
    """A named area that is judged by itself."""

    name: str
    region: Region

    def __post_init__(self) -> None:
        """Refuse an area that could not be told from another."""
        if not self.name.strip():
            raise RecipeInvalid("a zone needs a name")


class TriggerMode(StrEnum):
    """What makes a part be judged.

    EACH_FRAME: every picture. SOFTWARE: button, key or foot pedal. LINE: the camera's own trigger line. INTERVAL: the
    clock. PRESENCE: a part that has come to rest in the region. SCAN: a scanned code, which becomes the serial.
    """

    EACH_FRAME = "each-frame"
    SOFTWARE = "software"
    LINE = "line"
    INTERVAL = "interval"
    PRESENCE = "presence"
    SCAN = "scan"


@dataclass(frozen=True)
class PresenceRule:
    """When a free-running camera sees a new part.

    It must fill the middle of `region`, or `share` of its area, unlike the empty place; lie still for `rest` seconds;
    and leave before the next one counts. `sensitivity` (0 to 1) is how faint a part may be against its ground.
    """

    region: Region = Region()
    share: float = 0.05
    rest: float = 0.25
    sensitivity: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what would never or always see a part."""
        if not 0 < self.share < 1 or not 0 < self.sensitivity < 1 or self.rest < 0:
            raise RecipeInvalid("presence: share and sensitivity lie within 0 to 1, rest is 0 s or more")


@dataclass(frozen=True)
class Trigger:
    """How parts are triggered. `interval` is in seconds, for `INTERVAL` only; `timeout` how long a frame may take."""

    mode: TriggerMode = TriggerMode.SOFTWARE
    interval: float = 1.0
    timeout: float = 2.0
    presence: PresenceRule = PresenceRule()

    def __post_init__(self) -> None:
        """Refuse times that would never or always fire."""
        if not (self.interval > 0 and self.timeout > 0):
            raise RecipeInvalid("a trigger's interval and timeout are longer than 0 s")


class CodeTarget(StrEnum):
    """What a code read from the picture becomes."""

    SERIAL = "serial"
    LOT = "lot"


@dataclass(frozen=True)
class CodeReading:
    """Which code on the part is read, and what for.

    `region` is where it stands, in the whole picture; `symbologies` are names such as `DataMatrix`, none of them means
    any. A part whose `required` code cannot be read is CHECK `code_unread`, unless it is NG.
    """

    region: Region = Region()
    symbologies: tuple[str, ...] = ()
    target: CodeTarget = CodeTarget.SERIAL
    required: bool = False


@dataclass(frozen=True)
class PicturePolicy:
    """Which pictures are kept. NG, CHECK and ERROR are kept, lossless; of OK, one in `one_in_ok` (0 = none).

    `none` keeps no picture at all: for scenes in which people are seen.
    """

    one_in_ok: int = 0
    none: bool = False

    def keeps(self, verdict: Verdict, sequence: int) -> bool:
        """Say whether the picture of part `sequence` is kept."""
        if self.none:
            return False
        if verdict is not Verdict.OK:
            return True
        return self.one_in_ok > 0 and sequence % self.one_in_ok == 0


@dataclass(frozen=True)
class RecipeVersion:
    """Which version of a recipe this is, who made it and why. `parent` is the content hash of the one before."""

    number: int
    author: str
    reason: str
    created: datetime
    parent: str = ""


_MEANINGS = MappingProxyType(
    {
        RecipeKind.DEFECTS: frozenset({Verdict.OK, Verdict.NG}),
        RecipeKind.IDENTITY: frozenset({Verdict.OK}),
        RecipeKind.SCENE: frozenset({Verdict.OK, Verdict.CHECK, Verdict.NG}),
    }
)


@dataclass(frozen=True)
class Recipe:
    """What to look for in one product and how to decide. `classes` stand in the order of the model's outputs.

    A recipe may know good parts alone: then only an anomaly makes it say otherwise. `ignored` lies in the part's
    picture. `milliseconds` is what judging one part may take, for teaching to choose the network by. `camera` is what
    the camera is set to, `reading` which code is read from the part.
    """

    product: str
    classes: tuple[PartClass, ...]
    version: RecipeVersion
    region: Region = Region()
    thresholds: Thresholds = Thresholds()
    trigger: Trigger = Trigger()
    pictures: PicturePolicy = PicturePolicy()
    simulated: bool = False
    kind: RecipeKind = RecipeKind.DEFECTS
    anomaly: AnomalyRule = AnomalyRule()
    scene: SceneRule = SceneRule()
    locating: Locating = Locating()
    ignored: tuple[Mask, ...] = ()
    variation: Variation = Variation()
    zones: tuple[Zone, ...] = ()
    milliseconds: float = 100.0
    camera: tuple[FeatureSetting, ...] = ()
    reading: CodeReading | None = None

    def __post_init__(self) -> None:
        """Refuse a recipe whose classes cannot be told apart or contradict its kind."""
        names = [part_class.name for part_class in self.classes]
        _require_different("class", names)
        _require_different("zone", [zone.name for zone in self.zones])
        _require_different("camera feature", [setting.name for setting in self.camera])
        if not names or (len(names) == 1 and self.classes[0].verdict is not Verdict.OK):
            raise RecipeInvalid("a recipe needs good parts, or at least two classes")
        for part_class in self.classes:
            if part_class.verdict not in _MEANINGS[self.kind]:
                raise RecipeInvalid(
                    f"class '{part_class.name}' cannot mean {part_class.verdict} in a recipe of {self.kind}"
                )
        if not self.milliseconds > 0:
            raise RecipeInvalid("judging a part may take more than 0 ms")

    def part_class(self, name: str) -> PartClass:
        """Return the class of that name. Raises KeyError with the known names."""
        for part_class in self.classes:
            if part_class.name == name:
                return part_class
        raise KeyError(f"no class '{name}'; known: {', '.join(c.name for c in self.classes)}")


def _require_different(what: str, names: Sequence[str]) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise RecipeInvalid(f"{what} names must differ; twice: {', '.join(doubled)}")


def verdict_of_class_name(name: str) -> Verdict:
    """Return what a folder name means where nobody said otherwise: good, ok and normal are OK, all else NG."""
    return Verdict.OK if name.strip().lower() in OK_CLASS_NAMES else Verdict.NG

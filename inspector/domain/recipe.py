"""What to look for and how to decide. Immutable once saved: a change makes a new version."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


@dataclass(frozen=True)
class PartClass:
    """One class that the recipe knows, good or defective. `verdict` is OK or NG; `colour` is `#RRGGBB`."""

    name: str
    code: str
    verdict: Verdict
    colour: str
    severity: Severity = Severity.MAJOR
    disposition: Disposition = Disposition.HOLD

    def __post_init__(self) -> None:
        """Refuse what a record could not be read back from."""
        if not self.name.strip():
            raise RecipeInvalid("a class needs a name")
        if self.name in set(Reason):
            raise RecipeInvalid(f"a class may not be called '{self.name}': the station uses that word as a reason")
        if self.verdict not in (Verdict.OK, Verdict.NG):
            raise RecipeInvalid(f"class '{self.name}' must mean OK or NG, not {self.verdict}")


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


class TriggerMode(StrEnum):
    """What makes a part be judged."""

    EACH_FRAME = "each-frame"
    SOFTWARE = "software"
    INTERVAL = "interval"


@dataclass(frozen=True)
class Trigger:
    """How parts are triggered. `interval` is in seconds, for `INTERVAL` only; `timeout` how long a frame may take."""

    mode: TriggerMode = TriggerMode.SOFTWARE
    interval: float = 1.0
    timeout: float = 2.0

    def __post_init__(self) -> None:
        """Refuse times that would never or always fire."""
        if self.interval <= 0 or self.timeout <= 0:
            raise RecipeInvalid("a trigger's interval and timeout are longer than 0 s")


@dataclass(frozen=True)
class PicturePolicy:
    """Which pictures are kept. NG, CHECK and ERROR are always kept, lossless; of OK, one in `one_in_ok` (0 = none)."""

    one_in_ok: int = 0

    def keeps(self, verdict: Verdict, sequence: int) -> bool:
        """Say whether the picture of part `sequence` is kept."""
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


@dataclass(frozen=True)
class Recipe:
    """What to look for in one product and how to decide. `classes` stand in the order of the model's outputs."""

    product: str
    classes: tuple[PartClass, ...]
    version: RecipeVersion
    region: Region = Region()
    thresholds: Thresholds = Thresholds()
    trigger: Trigger = Trigger()
    pictures: PicturePolicy = PicturePolicy()
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse a recipe whose classes cannot be told apart."""
        names = [part_class.name for part_class in self.classes]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise RecipeInvalid(f"class names must differ; twice: {', '.join(doubled)}")
        if len(names) < 2:
            raise RecipeInvalid("a recipe needs at least two classes")

    def part_class(self, name: str) -> PartClass:
        """Return the class of that name. Raises KeyError with the known names."""
        for part_class in self.classes:
            if part_class.name == name:
                return part_class
        raise KeyError(f"no class '{name}'; known: {', '.join(c.name for c in self.classes)}")


def verdict_of_class_name(name: str) -> Verdict:
    """Return what a folder name means where nobody said otherwise: good, ok and normal are OK, all else NG."""
    return Verdict.OK if name.strip().lower() in OK_CLASS_NAMES else Verdict.NG

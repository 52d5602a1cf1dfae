"""What the station says of a part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from inspector.domain.frame import Pixels
from inspector.domain.placement import Placement
from inspector.domain.read_code import ReadCode


class Verdict(StrEnum):
    """The four answers. ERROR is no judgement: it is not an NG and never looks like an OK."""

    OK = "OK"
    NG = "NG"
    CHECK = "CHECK"
    ERROR = "ERROR"


class Reason(StrEnum):
    """The reasons that are not the name of a defect class. No class may take one of these names."""

    ANOMALY = "anomaly"
    UNSURE = "unsure"
    SCENE_CHANGED = "scene_changed"
    NO_PART = "no_part"
    WRONG_PRODUCT = "wrong_product"
    CODE_UNREAD = "code_unread"
    CODE_DIFFERS = "code_differs"
    CAMERA_FAULT = "camera_fault"
    MODEL_FAULT = "model_fault"
    OVERRUN = "overrun"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Timings:
    """How long each stage of one part took, in milliseconds.

    `waiting` is from trigger to the start of judging, `prepare` from the frame's pixels to the network's input,
    `network` the accelerator's run, `decide` the rules and reading codes, `commit` from judged to committed on disk,
    `total` from trigger to published.
    """

    waiting: float = 0.0
    prepare: float = 0.0
    network: float = 0.0
    decide: float = 0.0
    commit: float = 0.0
    total: float = 0.0


class Rule(StrEnum):
    """The rule that decided on a part."""

    DEFECT = "defect"
    GOOD = "good"
    ANOMALY = "anomaly"
    MARGIN = "margin"
    PRODUCT = "product"
    WATCHED = "watched"
    SCENE = "scene"
    PLACE = "place"


@dataclass(frozen=True)
class Deciding:
    """Which threshold decided, and by how much: `value` was compared with `limit`, both in the rule's own unit."""

    rule: Rule
    value: float
    limit: float


@dataclass(frozen=True)
class SimilarPicture:
    """A taught picture that resembles the judged part; `similarity` is the cosine of their features, 1 for the same.

    `number` is its place among the taught pictures of the model file.
    """

    number: int
    name: str
    class_name: str
    similarity: float


@dataclass(frozen=True, eq=False)
class Judgement:
    """One part judged.

    `reason` is the defect class or a `Reason`; it is empty for OK. `class_name` is the most probable class, None when
    nothing was judged. `probabilities` go by class name and sum to 1. `anomaly_score` and `heat_map` (uint8 `h x w`, at
    the resolution of the network's map, 255 = most abnormal) are None where the recipe's model has none.
    `message` is one sentence for a person, for ERROR and CHECK. `deciding` is the threshold that decided. `similar` are
    the taught pictures most like this part, the likest first. `part_picture` is what the network saw (uint8
    `H x W x 3`), `placement` where that lies in the frame. `scene` holds the scene check's figures, each as a share of
    what it may be: beyond -1 and 1 it is off. `zone` names the zone that the verdict is of, where the recipe has zones.
    `codes` are those read from the picture, the part's own first.
    """

    verdict: Verdict
    reason: str = ""
    class_name: str | None = None
    probabilities: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    anomaly_score: float | None = None
    heat_map: Pixels | None = None
    message: str = ""
    timings: Timings = Timings()
    deciding: Deciding | None = None
    similar: tuple[SimilarPicture, ...] = ()
    part_picture: Pixels | None = None
    placement: Placement | None = None
    scene: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    zone: str = ""
    codes: tuple[ReadCode, ...] = ()

"""What a model file says of itself: where it comes from and how good it was when it was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from inspector.vision.scene import SceneReference

# The layout of the model file as this program writes it.
SCHEMA = 3


@dataclass(frozen=True)
class BackboneReference:
    """The pretrained network under the taught head; `sha256` is of its file, hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True)
class TrainingSet:
    """What the recipe was taught on.

    `picture_hashes` are the SHA-256 of each taught file's bytes, so that a later evaluation can tell whether a picture
    was taught; `sha256` is over those hashes and their classes. `per_class` counts pictures by class name, `groups`
    counts parts where several pictures show one part. `method` names the teaching method and its version.
    """

    sha256: str
    pictures: int
    per_class: Mapping[str, int]
    groups: int
    seed: int
    method: str
    picture_hashes: tuple[str, ...]


@dataclass(frozen=True)
class HeldOut:
    """How well the taught recipe did on pictures that it had not seen.

    `accuracy` and `macro_f1` lie within 0 to 1. `escape` and `overkill` are `(x, n)`: how many bad parts were called
    good out of how many bad ones, and the reverse; None where the recipe has no OK or no NG class. `method` says how
    the pictures were held out.
    """

    pictures: int
    accuracy: float
    macro_f1: float
    escape: tuple[int, int] | None
    overkill: tuple[int, int] | None
    method: str


@dataclass(frozen=True)
class Manifest:
    """The papers of one model file. `model_sha256` is of the graph's bytes; `created` is UTC.

    `schema` numbers the layout of the file (`SCHEMA` for a new one), `program` names the program and version that wrote
    it. The network takes `input_height x input_width` RGB; `classes` stand in the order of its outputs. `scene` is how
    the taught pictures looked, None where that was not measured.
    """

    schema: int
    input_height: int
    input_width: int
    classes: tuple[str, ...]
    backbone: BackboneReference
    model_sha256: str
    training: TrainingSet
    held_out: HeldOut
    created: datetime
    program: str
    scene: SceneReference | None = None

    def __post_init__(self) -> None:
        """Refuse sizes and times that mean nothing."""
        if self.input_height < 1 or self.input_width < 1:
            raise ValueError(f"the network's input is {self.input_height} x {self.input_width}: each must be 1 or more")
        if self.created.tzinfo is None:
            raise ValueError("the manifest's time of creation is UTC, not naive")

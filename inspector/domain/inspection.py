"""The record of one judged part, and of what else happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from inspector.domain.frame import Pixels
from inspector.domain.verdict import Judgement


class TriggerSource(StrEnum):
    """Who or what asked for this part to be judged."""

    FRAME = "frame"
    OPERATOR = "operator"
    LINE = "line"
    INTERVAL = "interval"
    PRESENCE = "presence"
    SCAN = "scan"


@dataclass(frozen=True)
class PartContext:
    """What is known of a part besides its picture: whose it is and under which recipe and hand it was judged.

    `recipe_hash` is the content hash of the whole recipe file, `model_hash` of the graph alone, both as hexadecimal
    SHA-256.
    """

    lane: str
    product: str
    recipe_version: int
    recipe_hash: str
    model_hash: str
    accelerator: str
    operator: str = ""
    lot: str = ""
    serial: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class StoredPicture:
    """Where a kept picture lies: `path` relative to the picture folder, with `/`, and the SHA-256 of the file."""

    path: str
    sha256: str
    lossless: bool


@dataclass(frozen=True, eq=False)
class Inspection:
    """One trigger's one record. Append-only.

    `id` is unique for ever, `sequence` counts the station's triggers without a gap and gives the order (not the clock).
    `time` is the trigger's moment in UTC. `picture` is None where the recipe's policy keeps none.
    """

    id: str
    sequence: int
    time: datetime
    trigger: TriggerSource
    camera: str
    source: str
    context: PartContext
    judgement: Judgement
    picture: StoredPicture | None = None


@dataclass(frozen=True, eq=False)
class JudgedPart:
    """An inspection on its way to the journal, with the pixels that may have to be kept.

    `pixels` is the whole frame as judged, None where there was none. `keep` is what the recipe's picture policy said.
    `triggered` is the trigger's moment on the monotonic clock in seconds, so that the journal can close the timings.
    """

    inspection: Inspection
    pixels: Pixels | None
    keep: bool
    triggered: float


class EventKind(StrEnum):
    """What besides parts is kept in the journal."""

    STATION_STARTED = "station_started"
    STATION_CLOSED = "station_closed"
    STATE_CHANGED = "state_changed"
    RECIPE_ACTIVATED = "recipe_activated"
    RECIPE_REFUSED = "recipe_refused"
    CAMERA_OPENED = "camera_opened"
    CAMERA_LOST = "camera_lost"
    CAMERA_BACK = "camera_back"
    CAMERA_CHANGED = "camera_changed"
    CAMERA_ENDED = "camera_ended"
    ACCELERATOR_CHOSEN = "accelerator_chosen"
    ACCELERATOR_FAILED = "accelerator_failed"
    STORAGE_FAILED = "storage_failed"
    STORAGE_RECOVERED = "storage_recovered"
    SCANNER_PROBLEM = "scanner_problem"
    CLOCK_JUMPED = "clock_jumped"
    PROGRAM_FAULT = "program_fault"
    REPORT_MADE = "report_made"
    CANDIDATE_MADE = "candidate_made"
    CANDIDATE_REFUSED = "candidate_refused"
    CANDIDATE_APPROVED = "candidate_approved"
    RECIPE_ROLLED_BACK = "recipe_rolled_back"
    RECIPE_CHANGED = "recipe_changed"


@dataclass(frozen=True)
class Event:
    """Something that happened to the station. `text` is one sentence for a person, `details` for a program."""

    kind: EventKind
    time: datetime
    text: str
    lane: str = ""
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

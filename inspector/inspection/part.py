"""From a trigger to the record that it must have."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from inspector.cameras.camera import CameraIdentity
from inspector.domain.frame import Capture, Frame, FrameFault
from inspector.domain.inspection import Inspection, JudgedPart, PartContext, TriggerSource
from inspector.domain.recipe import CodeReading, CodeTarget, Recipe
from inspector.domain.verdict import Judgement, Reason, Verdict
from inspector.records.journal import Journal
from inspector.records.waiting_line import JournalClosed
from inspector.vision.choice import AcceleratorChoice
from inspector.vision.code_decision import code_for_record
from inspector.vision.model_file import ModelFile

_LOG = logging.getLogger("inspector.inspection")


@dataclass(frozen=True)
class PartTrigger:
    """Somebody asked for a part to be judged. From here on it must get exactly one record.

    `time` is UTC, `monotonic` the same moment in seconds of the monotonic clock. Operator, lot, serial and the product
    that was expected are as they were then.
    """

    sequence: int
    time: datetime
    monotonic: float
    source: TriggerSource
    operator: str = ""
    lot: str = ""
    serial: str = ""
    expected: str = ""


@dataclass(frozen=True, eq=False)
class PartJob:
    """A trigger and what the camera `camera` of lane `lane` delivered for it, on the way to the judge."""

    lane: str
    camera: CameraIdentity
    trigger: PartTrigger
    capture: Capture


@dataclass(frozen=True, eq=False)
class RecipeInUse:
    """The recipe file by which a lane judges, and the accelerator on which."""

    model_file: ModelFile
    accelerator: AcceleratorChoice

    @property
    def recipe(self) -> Recipe:
        """The recipe in the file."""
        return self.model_file.recipe


def error(reason: Reason, message: str) -> Judgement:
    """Return the judgement of a part that could not be judged."""
    return Judgement(Verdict.ERROR, str(reason), message=message)


def camera_fault(capture: Capture) -> Judgement | None:
    """Return why this is no picture to judge by, None when it is one."""
    if isinstance(capture, FrameFault):
        return error(Reason.CAMERA_FAULT, capture.message)
    if capture.incomplete:
        return error(Reason.CAMERA_FAULT, "the picture came incomplete from the camera")
    return None


def judged_part(job: PartJob, in_use: RecipeInUse, judgement: Judgement, waiting: float = 0.0) -> JudgedPart:
    """Return the part for the journal. `waiting` is the time from trigger to the start of judging, in seconds.

    Pixels go along only where the recipe keeps the picture. A code read from the part becomes its serial or lot where
    none was given with the trigger; where one was, they must agree.
    """
    recipe = in_use.recipe
    judgement, trigger = _labelled(judgement, job.trigger, recipe.reading)
    keep = recipe.pictures.keeps(judgement.verdict, trigger.sequence)
    frame = job.capture if isinstance(job.capture, Frame) else None
    inspection = Inspection(
        id=uuid4().hex,
        sequence=trigger.sequence,
        time=trigger.time,
        trigger=trigger.source,
        camera=job.camera.address,
        source=job.capture.source,
        context=PartContext(
            lane=job.lane,
            product=recipe.product,
            recipe_version=recipe.version.number,
            recipe_hash=in_use.model_file.content_hash,
            model_hash=in_use.model_file.manifest.model_sha256,
            accelerator=in_use.accelerator.name,
            operator=trigger.operator,
            lot=trigger.lot,
            serial=trigger.serial,
            simulated=recipe.simulated or job.camera.simulated,
        ),
        judgement=replace(judgement, timings=replace(judgement.timings, waiting=max(0.0, waiting * 1000))),
    )
    return JudgedPart(inspection, frame.pixels if frame is not None and keep else None, keep, trigger.monotonic)


def _labelled(judgement: Judgement, trigger: PartTrigger, reading: CodeReading | None) -> tuple[Judgement, PartTrigger]:
    """Return both with the code that was read from the part."""
    if reading is not None and reading.target is CodeTarget.LOT:
        judgement, lot = code_for_record(judgement, reading, trigger.lot)
        return judgement, replace(trigger, lot=lot)
    judgement, serial = code_for_record(judgement, reading, trigger.serial)
    return judgement, replace(trigger, serial=serial)


def submit(journal: Journal, part: JudgedPart) -> None:
    """Hand a part to the journal. It is closed last of all; should it not be, the loss is said aloud."""
    try:
        journal.submit(part)
    except JournalClosed:
        _LOG.critical("part %d has no record: the journal was closed before the lane", part.inspection.sequence)

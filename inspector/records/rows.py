"""Between the words of the house and the rows of the tables.

What goes in comes out equal, but for what is only shown: heat map, part's picture and place, similar pictures, scene.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from inspector.domain.correction import Override
from inspector.domain.inspection import Event, EventKind, Inspection, PartContext, StoredPicture, TriggerSource
from inspector.domain.shift import Shift
from inspector.domain.verdict import Deciding, Judgement, Rule, Timings, Verdict

Values = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class RecipeRecord:
    """One version of a recipe as the journal keeps it. `recipe_json` is the recipe whole, as in its file."""

    content_hash: str
    model_hash: str
    product: str
    number: int
    author: str
    reason: str
    created: datetime
    recipe_json: str


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"the moment {moment.isoformat()} has no time zone; records are in UTC")
    return (moment - _EPOCH) // _MICROSECOND


def moment(count: int) -> datetime:
    """Return the UTC moment of that many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=count)


def storable(text: str) -> str:
    r"""Return the text as every database takes it.

    A file name that is no UTF-8 reaches Python with lone surrogates in it, which become `\udce9` spelled out.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def context_values(inspection: Inspection) -> Values:
    """Return the row of what this part has in common with others."""
    context = inspection.context
    return {
        "lane": storable(context.lane),
        "camera": storable(inspection.camera),
        "product": storable(context.product),
        "recipe_version": context.recipe_version,
        "recipe_hash": context.recipe_hash,
        "model_hash": context.model_hash,
        "accelerator": storable(context.accelerator),
        "operator": storable(context.operator),
        "lot": storable(context.lot),
        "simulated": context.simulated,
    }


def inspection_values(inspection: Inspection, context: int) -> Values:
    """Return the row of a part; `context` is the number of what it has in common with others."""
    judgement = inspection.judgement
    timings = judgement.timings
    deciding = judgement.deciding
    picture = inspection.picture
    return {
        "sequence": inspection.sequence,
        "id": inspection.id,
        "time": microseconds(inspection.time),
        "context": context,
        "trigger": inspection.trigger.value,
        "source": storable(inspection.source),
        "serial": storable(inspection.context.serial),
        "verdict": judgement.verdict.value,
        "reason": judgement.reason,
        "class_name": judgement.class_name,
        "probabilities": dict(judgement.probabilities),
        "anomaly_score": judgement.anomaly_score,
        "deciding_rule": deciding.rule.value if deciding else None,
        "deciding_value": deciding.value if deciding else None,
        "deciding_limit": deciding.limit if deciding else None,
        "zone": storable(judgement.zone) or None,
        "message": storable(judgement.message),
        "waiting_ms": timings.waiting,
        "prepare_ms": timings.prepare,
        "network_ms": timings.network,
        "decide_ms": timings.decide,
        "picture_path": picture.path if picture else None,
        "picture_sha256": picture.sha256 if picture else None,
        "picture_lossless": picture.lossless if picture else None,
    }


def inspection_of(row: Row[Any]) -> Inspection:
    """Return the part of a row that joins the part with what it has in common with others."""
    context = PartContext(
        row.lane,
        row.product,
        row.recipe_version,
        row.recipe_hash,
        row.model_hash,
        row.accelerator,
        row.operator,
        row.lot,
        row.serial,
        row.simulated,
    )
    judgement = Judgement(
        Verdict(row.verdict),
        row.reason,
        row.class_name,
        MappingProxyType(row.probabilities),
        row.anomaly_score,
        None,
        row.message,
        Timings(row.waiting_ms, row.prepare_ms, row.network_ms, row.decide_ms),
        Deciding(Rule(row.deciding_rule), row.deciding_value, row.deciding_limit) if row.deciding_rule else None,
        zone=row.zone or "",
    )
    picture = StoredPicture(row.picture_path, row.picture_sha256, row.picture_lossless) if row.picture_path else None
    return Inspection(
        row.id,
        row.sequence,
        moment(row.time),
        TriggerSource(row.trigger),
        row.camera,
        row.source,
        context,
        judgement,
        picture,
    )


def override_values(override: Override) -> Values:
    """Return the row of a person's decision."""
    return {
        "id": override.id,
        "inspection": override.inspection,
        "time": microseconds(override.time),
        "verdict": override.verdict.value,
        "class_name": None if override.class_name is None else storable(override.class_name),
        "person": storable(override.by),
        "reason": storable(override.reason),
        "picture_path": override.picture.path if override.picture else None,
        "picture_sha256": override.picture.sha256 if override.picture else None,
    }


def override_of(row: Row[Any]) -> Override:
    """Return the person's decision of a row."""
    picture = StoredPicture(row.picture_path, row.picture_sha256, lossless=True) if row.picture_path else None
    return Override(
        row.inspection,
        Verdict(row.verdict),
        row.class_name,
        row.person,
        row.reason,
        moment(row.time),
        picture,
        row.id,
    )


def event_values(event: Event, identity: str) -> Values:
    """Return the row of an event; `identity` tells it from every other one."""
    return {
        "id": identity,
        "time": microseconds(event.time),
        "kind": event.kind.value,
        "lane": storable(event.lane),
        "text": storable(event.text),
        "details": {name: storable(value) for name, value in event.details.items()},
    }


def event_of(row: Row[Any]) -> Event:
    """Return the event of a row."""
    details: Mapping[str, str] = MappingProxyType(row.details)
    return Event(EventKind(row.kind), moment(row.time), row.text, row.lane, details)


def recipe_values(record: RecipeRecord) -> Values:
    """Return the row of a recipe version."""
    return {
        "content_hash": record.content_hash,
        "model_hash": record.model_hash,
        "product": record.product,
        "number": record.number,
        "author": record.author,
        "reason": record.reason,
        "created": microseconds(record.created),
        "recipe": record.recipe_json,
    }


def recipe_of(row: Row[Any]) -> RecipeRecord:
    """Return the recipe version of a row."""
    return RecipeRecord(
        row.content_hash,
        row.model_hash,
        row.product,
        row.number,
        row.author,
        row.reason,
        moment(row.created),
        row.recipe,
    )


def shift_values(shift: Shift) -> Values:
    """Return the row of a shift."""
    return {
        "name": shift.name,
        "date": shift.date.isoformat(),
        "start": microseconds(shift.start),
        "end": microseconds(shift.end),
        "zone": shift.zone,
    }


def shift_of(row: Row[Any]) -> Shift:
    """Return the shift of a row."""
    return Shift(row.name, date.fromisoformat(row.date), moment(row.start), moment(row.end), row.zone)

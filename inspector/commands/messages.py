"""The JSON objects that the commands print."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from inspector.domain.inspection import Inspection
from inspector.domain.verdict import Judgement


def judgement_message(source: str, judgement: Judgement) -> dict[str, Any]:
    """Return what was said of one picture; `reason`, `class`, `deciding`, `zone` are null where there is none."""
    deciding = judgement.deciding
    return {
        "source": source,
        "verdict": str(judgement.verdict),
        "reason": judgement.reason or None,
        "class": judgement.class_name,
        "probabilities": dict(judgement.probabilities),
        "anomaly_score": judgement.anomaly_score,
        "deciding": None
        if deciding is None
        else {"rule": str(deciding.rule), "value": deciding.value, "limit": deciding.limit},
        "similar": [
            {"picture": one.name, "class": one.class_name, "similarity": one.similarity} for one in judgement.similar
        ],
        "codes": [
            {"text": one.text, "symbology": one.symbology, "corners": [list(corner) for corner in one.corners]}
            for one in judgement.codes
        ],
        "zone": judgement.zone or None,
        "message": judgement.message or None,
    }


def inspection_message(inspection: Inspection) -> dict[str, Any]:
    """Return the same object for a recorded part, with its id, sequence, time, lane, lot and serial."""
    message = judgement_message(inspection.source, inspection.judgement)
    context = inspection.context
    return message | {
        "id": inspection.id,
        "sequence": inspection.sequence,
        "time": inspection.time.isoformat(),
        "lane": context.lane,
        "lot": context.lot,
        "serial": context.serial,
    }


def print_json(value: Mapping[str, Any] | list[dict[str, Any]]) -> None:
    """Print one indented JSON value to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_line(value: Mapping[str, Any]) -> None:
    """Print one JSON object as one line, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()

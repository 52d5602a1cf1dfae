"""From the documents of an older model file to the next schema, as parsed JSON."""

from typing import Any


def anomaly_kinds_and_locating(parsed: dict[str, Any]) -> dict[str, Any]:
    """Return the documents of schema 1 as schema 2: what was not there yet stands as it worked without."""
    recipe, manifest = parsed["recipe"], parsed["manifest"]
    recipe |= {
        "kind": "defects",
        "anomaly": {"limit": 0.5, "doubt": 0.5, "verdict": "CHECK"},
        "scene": {"watched": True, "tolerance": 1.0, "parts": 3},
        "locating": {"method": "fixed", "turn": 15.0, "certainty": 0.5},
        "ignored": [],
        "variation": {"mirror": True, "turn": True, "light": True, "noise": True},
        "zones": [],
        "milliseconds": 100.0,
    }
    recipe["pictures"] |= {"none": False}
    for part_class in recipe["classes"]:
        part_class |= {"threshold": None, "codes": []}
    manifest |= {"schema": 2, "scene": None}
    for expectation in parsed["golden"]:
        expectation |= {"anomaly_score": None}
    return parsed


def cameras_and_codes(parsed: dict[str, Any]) -> dict[str, Any]:
    """Return the documents of schema 2 as schema 3: nothing set at the camera, no code read, presence by default."""
    whole = {"left": 0.0, "top": 0.0, "width": 1.0, "height": 1.0}
    parsed["recipe"] |= {"camera": [], "reading": None}
    parsed["recipe"]["trigger"] |= {"presence": {"region": whole, "share": 0.05, "rest": 0.25, "sensitivity": 0.5}}
    parsed["manifest"] |= {"schema": 3}
    return parsed

import json
from dataclasses import replace
from datetime import timedelta

from inspector.quality.validation import Latency, Stage
from tests.fixtures.validations import MADE, a_validation


def test_the_json_holds_everything_but_the_pictures() -> None:
    found = json.loads(json.dumps(a_validation(heat=True).as_json()))
    assert found["schema"] == 1
    assert found["recipe"]["product"] == "Bearing cap"
    assert found["set"] == {
        "locked": True, "sealed": MADE.isoformat(), "sha256": "ef" * 32, "pictures": 120, "parts": 120,
        "per_class": {"good": 40, "dent": 40, "scratch": 40},
    }  # fmt: skip
    assert [one["score"] for one in found["histograms"]] == ["bad", "anomaly"]
    assert found["histograms"][0]["lines"] == {"ok": 0.2, "ng": 0.6}
    assert found["mistakes"][0] == {
        "name": "scratch/part-0000.png", "kind": "escape", "class": "scratch", "verdict": "OK", "said": "good",
        "confidence": None, "anomaly_score": 0.4,
    }  # fmt: skip
    assert found["mistaken"] == {"escape": 2, "overkill": 0, "wrong_class": 0}
    assert found["comparison"]["by_mistake"] == {
        "both": 109, "only_this": 9, "only_other": 0, "neither": 2, "p_value": 2 / 2**9
    }  # fmt: skip
    assert found["accelerators"]["equal_verdicts"] == 120
    assert found["latency"]["stages_ms"]["network"]["median"] == 6.1


def test_what_was_not_done_is_null() -> None:
    found = json.loads(json.dumps(a_validation(compared=False, accelerator="cpu").as_json()))
    assert (found["comparison"], found["accelerators"]) == (None, None)


def test_the_hash_is_of_what_was_found_and_not_of_times() -> None:
    validation = a_validation()
    slower = replace(validation, latency=Latency("cpu", 120, {"network": Stage(99.0, 999.0)}), accelerators=None)
    later = replace(slower, made=MADE + timedelta(days=1))
    assert later.content_hash == validation.content_hash
    assert a_validation(wrong=3).content_hash != validation.content_hash
    assert replace(validation, notes=("x",)).content_hash != validation.content_hash

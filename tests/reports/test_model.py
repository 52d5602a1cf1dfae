"""The content hash: every figure counts, the copy does not."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from inspector.domain.inspection import EventKind
from inspector.domain.shift import ShiftPattern
from inspector.domain.verdict import Verdict
from inspector.reports.model import Issue, PictureFault, ShiftReport, Step, canonical_json


def altered(value: Any) -> Any:
    """Return another value of the same kind."""
    samples: dict[type, Any] = {
        bool: lambda: not value,
        int: lambda: value + 1,
        float: lambda: value + 1e-9,
        str: lambda: value + "x",
        datetime: lambda: value + timedelta(microseconds=1),
        date: lambda: value + timedelta(days=1),
        Verdict: lambda: Verdict.ERROR,
        Step: lambda: Step.DAY,
        EventKind: lambda: EventKind.PROGRAM_FAULT,
        type(None): lambda: 1,
        tuple: lambda: value[1:] if value else (1,),
    }
    return samples[type(value)]()


def variants(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return copies of a dataclass tree, each with one leaf altered."""
    if isinstance(value, tuple) and value:
        inner = [
            (where, (*value[:index], changed, *value[index + 1 :]))
            for index, item in enumerate(value)
            for where, changed in variants(item, f"{path}[{index}]")
        ]
        return [*inner, (f"{path} shorter", value[1:])]
    if is_dataclass(value) and not isinstance(value, type):
        return [
            (where, replace(value, **{part.name: changed}))
            for part in fields(value)
            if part.metadata.get("content", True)
            for where, changed in variants(getattr(value, part.name), f"{path}.{part.name}")
        ]
    return [(path, altered(value))]


def test_every_single_figure_name_and_moment_changes_the_hash(report: ShiftReport) -> None:
    found = variants(report)
    hashes = {where: changed.content_hash for where, changed in found}
    assert len(found) > 150
    assert [where for where, digest in hashes.items() if digest == report.content_hash] == []
    assert len(set(hashes.values())) == len(hashes)


def test_a_second_copy_of_the_same_content_has_the_same_hash(report: ShiftReport) -> None:
    again = replace(report, issue=Issue("R-2", datetime(2027, 1, 1, tzinfo=UTC), "9.9", 12))
    assert again.content_hash == report.content_hash


def test_thumbnails_count_by_the_hash_of_their_files(report: ShiftReport) -> None:
    thumbnail = report.thumbnails[0]
    other_pixels = replace(report, thumbnails=(replace(thumbnail, pixels=np.zeros((2, 2), np.uint8)),))
    assert other_pixels.content_hash == report.content_hash
    assert replace(report, thumbnails=(replace(thumbnail, sha256="1" * 64),)).content_hash != report.content_hash
    assert replace(report, thumbnails=(replace(thumbnail, fault=PictureFault.ALTERED),)).content_hash != (
        report.content_hash
    )


def test_a_moment_counts_whatever_its_time_zone(report: ShiftReport, pattern: ShiftPattern) -> None:
    local = replace(report.span, start=report.span.start.astimezone(pattern.zone))
    assert replace(report, span=local).content_hash == report.content_hash


def test_the_canonical_json_is_one_line_of_sorted_keys_and_letters_as_they_are(report: ShiftReport) -> None:
    text = canonical_json(replace(report, operators=("检验员",)))
    assert "\n" not in text
    assert "检验员" in text
    plain = json.loads(text)
    assert list(plain) == sorted(plain)
    assert plain["span"]["start"] == "2026-10-24T20:00:00+00:00"
    assert "issue" not in plain


def test_a_figure_that_is_no_number_is_refused(report: ShiftReport) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        _ = replace(report, trend=replace(report.trend, mean=float("nan"))).content_hash


def test_durations_are_true_on_the_nights_when_the_clocks_change(report: ShiftReport, pattern: ShiftPattern) -> None:
    for day, hours in ((date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 6, 1), 8)):
        shift = pattern.named(day, "Night")
        span = replace(report.span, start=shift.start.astimezone(pattern.zone), end=shift.end.astimezone(pattern.zone))
        assert span.duration == timedelta(hours=hours)


def test_one_simulated_part_makes_a_demo_report(report: ShiftReport) -> None:
    assert not report.simulated
    assert replace(report, completeness=replace(report.completeness, simulated=1)).simulated

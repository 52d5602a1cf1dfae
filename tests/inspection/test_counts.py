"""The live counts of a shift."""

from inspector.domain.inspection import Inspection, PartContext, TriggerSource
from inspector.domain.verdict import Judgement, Verdict
from inspector.inspection.counts import LiveCounts
from tests.fixtures.clock import START

CONTEXT = PartContext("1", "tiny", 1, "a", "b", "cpu")


def part(verdict: str, reason: str = "", class_name: str | None = None) -> Inspection:
    judgement = Judgement(Verdict(verdict), reason, class_name)
    return Inspection("x", 1, START, TriggerSource.FRAME, "hand:1", "", CONTEXT, judgement)


def test_parts_are_counted_by_verdict_class_and_reason() -> None:
    counts = LiveCounts()
    for one in [
        part("OK", "", "good"),
        part("OK", "", "good"),
        part("NG", "scratch", "scratch"),
        part("CHECK", "unsure", "scratch"),
        part("ERROR", "overrun"),
    ]:
        counts.add(one)
    now = counts.snapshot()
    assert dict(now.verdicts) == {"OK": 2, "NG": 1, "CHECK": 1, "ERROR": 1}
    assert dict(now.classes) == {"good": 2, "scratch": 2}
    assert dict(now.reasons) == {("NG", "scratch"): 1, ("CHECK", "unsure"): 1, ("ERROR", "overrun"): 1}
    assert now.trend == (0.0, 0.0, 1 / 3, 1 / 4)


def test_the_trend_moves_over_its_window_and_keeps_its_last_points() -> None:
    counts = LiveCounts(window=4, points=3)
    for verdict in ["NG", "NG", "OK", "OK", "OK", "NG"]:
        counts.add(part(verdict))
    now = counts.snapshot()
    assert now.trend == (0.5, 0.25, 0.25)
    assert now.window == 4


def test_groups_are_full_and_errors_are_in_none() -> None:
    counts = LiveCounts(group=3, groups=2)
    for verdict in ["NG", "ERROR", "OK", "OK", "NG", "NG", "CHECK", "OK", "OK", "NG", "NG"]:
        counts.add(part(verdict))
    now = counts.snapshot()
    assert now.defective == (2, 1)
    assert now.inspected == (3, 3)


def test_a_snapshot_stays_as_it_was_and_a_new_shift_begins_at_nothing() -> None:
    counts = LiveCounts(group=1)
    counts.add(part("NG", "scratch", "scratch"))
    before = counts.snapshot()
    counts.add(part("NG", "scratch", "scratch"))
    assert before.verdicts[Verdict.NG] == 1
    assert before.defective == (1,)
    counts.clear()
    assert counts.snapshot() == LiveCounts(group=1).snapshot()


def test_counts_go_on_from_what_the_records_hold() -> None:
    counts = LiveCounts(window=4, group=2)
    counts.add(part("NG", "dent", "dent"))
    held = {Verdict.OK: 7, Verdict.NG: 2, Verdict.CHECK: 0, Verdict.ERROR: 1}
    counts.resume(held, {"good": 7, "scratch": 2}, {(Verdict.NG, "scratch"): 2}, [False, True, True])
    counts.add(part("NG", "scratch", "scratch"))
    now = counts.snapshot()
    assert dict(now.verdicts) == {"OK": 7, "NG": 3, "CHECK": 0, "ERROR": 1}
    assert dict(now.classes) == {"good": 7, "scratch": 3}
    assert dict(now.reasons) == {("NG", "scratch"): 3}
    assert now.trend == (0.0, 0.5, 2 / 3, 3 / 4)
    assert now.defective == (1, 2)

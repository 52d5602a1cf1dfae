"""Recipes that contradict themselves are refused, with a sentence."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.recipe import (
    PartClass,
    PicturePolicy,
    Recipe,
    RecipeInvalid,
    RecipeVersion,
    Region,
    Thresholds,
    Trigger,
    verdict_of_class_name,
)
from inspector.domain.verdict import Reason, Verdict

VERSION = RecipeVersion(1, "Ada", "first", datetime(2026, 1, 1, tzinfo=UTC))
GOOD = PartClass("good", "D00", Verdict.OK, "#00ff00")
SCRATCH = PartClass("scratch", "D01", Verdict.NG, "#ff0000")
fractions = st.floats(0, 1)


class TestPartClass:
    @pytest.mark.parametrize("name", ["", "  "])
    def test_needs_a_name(self, name: str) -> None:
        with pytest.raises(RecipeInvalid, match="a class needs a name"):
            PartClass(name, "D00", Verdict.OK, "#000000")

    @pytest.mark.parametrize("reason", list(Reason))
    def test_may_not_be_called_like_a_reason(self, reason: Reason) -> None:
        with pytest.raises(RecipeInvalid, match=f"may not be called '{reason}'"):
            PartClass(str(reason), "D00", Verdict.NG, "#000000")

    @pytest.mark.parametrize("verdict", [Verdict.CHECK, Verdict.ERROR])
    def test_means_ok_or_ng(self, verdict: Verdict) -> None:
        with pytest.raises(RecipeInvalid, match=f"must mean OK or NG, not {verdict}"):
            PartClass("odd", "D00", verdict, "#000000")


class TestRegion:
    def test_the_whole_picture(self) -> None:
        assert Region().pixels(640, 480) == (0, 0, 640, 480)

    def test_a_part_of_it(self) -> None:
        assert Region(0.25, 0.5, 0.5, 0.25).pixels(640, 480) == (160, 240, 480, 360)

    @given(fractions, fractions, fractions, fractions, st.integers(1, 5000), st.integers(1, 5000))
    def test_lies_in_any_picture_and_is_never_empty(
        self, left: float, top: float, right: float, bottom: float, width: int, height: int
    ) -> None:
        try:
            region = Region(left, top, right - left, bottom - top)
        except RecipeInvalid:
            return
        x0, y0, x1, y1 = region.pixels(width, height)
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height

    @pytest.mark.parametrize(
        "edges", [(-0.1, 0, 1, 1), (0, 1, 1, 1), (0, 0, 0, 1), (0, 0, 1, -1), (0.5, 0, 0.6, 1), (0, 0.5, 1, 0.6)]
    )
    def test_outside_is_refused(self, edges: tuple[float, float, float, float]) -> None:
        with pytest.raises(RecipeInvalid, match="does not lie inside the picture"):
            Region(*edges)


class TestThresholds:
    @pytest.mark.parametrize(("ok", "ng"), [(0.5, 0.5), (0, 1), (1, 0), (1.1, 0.5), (0.4, 0.6)])
    def test_both_reachable_at_once_or_never_are_refused(self, ok: float, ng: float) -> None:
        with pytest.raises(RecipeInvalid, match="each within 0 to 1, together more than 1"):
            Thresholds(ok, ng)

    @given(st.floats(0.001, 1), st.floats(0.001, 1), fractions)
    def test_no_part_is_ok_and_ng_at_once(self, ok: float, ng: float, p_ok: float) -> None:
        try:
            thresholds = Thresholds(ok, ng)
        except RecipeInvalid:
            return
        assert not (p_ok >= thresholds.ok and 1 - p_ok >= thresholds.ng)


@pytest.mark.parametrize(("interval", "timeout"), [(0, 1), (-1, 1), (1, 0)])
def test_triggers_need_time(interval: float, timeout: float) -> None:
    with pytest.raises(RecipeInvalid, match="longer than 0 s"):
        Trigger(interval=interval, timeout=timeout)


@pytest.mark.parametrize("one_in_ok", [0, 1, 3])
def test_what_is_not_ok_is_always_kept_and_ok_as_asked(one_in_ok: int) -> None:
    policy = PicturePolicy(one_in_ok)
    for verdict in (Verdict.NG, Verdict.CHECK, Verdict.ERROR):
        assert all(policy.keeps(verdict, sequence) for sequence in range(1, 7))
    kept = [sequence for sequence in range(1, 7) if policy.keeps(Verdict.OK, sequence)]
    assert kept == {0: [], 1: [1, 2, 3, 4, 5, 6], 3: [3, 6]}[one_in_ok]


class TestRecipe:
    def test_finds_its_classes(self) -> None:
        recipe = Recipe("Bracket", (GOOD, SCRATCH), VERSION)
        assert recipe.part_class("scratch") is SCRATCH
        with pytest.raises(KeyError, match="no class 'dent'; known: good, scratch"):
            recipe.part_class("dent")

    def test_needs_two_classes(self) -> None:
        with pytest.raises(RecipeInvalid, match="at least two classes"):
            Recipe("Bracket", (GOOD,), VERSION)

    def test_classes_must_differ(self) -> None:
        with pytest.raises(RecipeInvalid, match="class names must differ; twice: good"):
            Recipe("Bracket", (GOOD, SCRATCH, GOOD), VERSION)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("good", Verdict.OK),
        (" OK ", Verdict.OK),
        ("Normal", Verdict.OK),
        ("goods", Verdict.NG),
        ("scratch", Verdict.NG),
    ],
)
def test_what_a_folder_name_means(name: str, verdict: Verdict) -> None:
    assert verdict_of_class_name(name) is verdict

"""Recipes that contradict themselves are refused, with a sentence."""

from datetime import UTC, datetime
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.recipe import (
    AnomalyRule,
    IndustryCode,
    Locating,
    LocatingMethod,
    Mask,
    PartClass,
    PicturePolicy,
    Recipe,
    RecipeInvalid,
    RecipeKind,
    RecipeVersion,
    Region,
    SceneRule,
    Thresholds,
    Trigger,
    Zone,
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

    def test_cannot_mean_error(self) -> None:
        with pytest.raises(RecipeInvalid, match="class 'odd' cannot mean ERROR"):
            PartClass("odd", "D00", Verdict.ERROR, "#000000")

    @pytest.mark.parametrize("threshold", [0, -0.1, 1.01, nan])
    def test_its_threshold_is_a_probability(self, threshold: float) -> None:
        with pytest.raises(RecipeInvalid, match=f"the threshold of class 'odd' lies within 0 to 1, not at {threshold}"):
            PartClass("odd", "D00", Verdict.NG, "#000000", threshold=threshold)

    def test_may_have_a_threshold_and_codes(self) -> None:
        odd = PartClass("odd", "D00", Verdict.NG, "#000000", threshold=1, codes=(IndustryCode("UNSPSC", "31161500"),))
        assert (odd.threshold, odd.codes[0].system) == (1, "UNSPSC")


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


class TestAnomalyRule:
    @pytest.mark.parametrize(("limit", "doubt"), [(0.5, 0), (0.5, -1), (0.4, 0.5), (nan, 0.5), (0.5, nan)])
    def test_limits_in_the_wrong_order_are_refused(self, limit: float, doubt: float) -> None:
        with pytest.raises(RecipeInvalid, match=f"doubt={doubt} and limit={limit} must be more than 0 and in that"):
            AnomalyRule(limit, doubt)

    @pytest.mark.parametrize("verdict", [Verdict.OK, Verdict.ERROR])
    def test_an_anomaly_is_checked_or_refused(self, verdict: Verdict) -> None:
        with pytest.raises(RecipeInvalid, match=f"an anomaly means CHECK or NG, not {verdict}"):
            AnomalyRule(verdict=verdict)

    def test_is_checked_at_the_suggested_limit_where_nobody_said_otherwise(self) -> None:
        assert AnomalyRule() == AnomalyRule(0.5, 0.5, Verdict.CHECK)


@pytest.mark.parametrize(("tolerance", "parts"), [(0, 3), (-1, 3), (nan, 3), (1, 0)])
def test_a_scene_check_that_never_or_always_speaks_is_refused(tolerance: float, parts: int) -> None:
    with pytest.raises(RecipeInvalid, match="a tolerance above 0 and at least one part"):
        SceneRule(tolerance=tolerance, parts=parts)


@pytest.mark.parametrize(("turn", "certainty"), [(-1, 0.5), (181, 0.5), (nan, 0.5), (15, 0), (15, 1.1), (15, nan)])
def test_locating_that_means_nothing_is_refused(turn: float, certainty: float) -> None:
    with pytest.raises(RecipeInvalid, match="turn lies within 0 to 180 degrees, certainty within 0 to 1"):
        Locating(LocatingMethod.BLOB, turn, certainty)


@pytest.mark.parametrize("points", [(), ((0, 0), (1, 1)), ((0, 0), (1, 0), (1, 1.1)), ((-0.1, 0), (1, 0), (1, 1))])
def test_a_mask_encloses_something_inside_the_picture(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(RecipeInvalid, match="a mask needs at least three points inside the picture"):
        Mask(points)
    assert Mask(((0, 0), (1, 0), (1, 1))).points[2] == (1, 1)


@pytest.mark.parametrize(("interval", "timeout"), [(0, 1), (-1, 1), (1, 0), (nan, 1), (1, nan)])
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


def test_where_nothing_is_kept_nothing_is_kept() -> None:
    assert not any(PicturePolicy(1, none=True).keeps(verdict, sequence) for verdict in Verdict for sequence in (1, 2))


class TestRecipe:
    def test_finds_its_classes(self) -> None:
        recipe = Recipe("Bracket", (GOOD, SCRATCH), VERSION)
        assert recipe.part_class("scratch") is SCRATCH
        with pytest.raises(KeyError, match="no class 'dent'; known: good, scratch"):
            recipe.part_class("dent")

    @pytest.mark.parametrize("classes", [(), (SCRATCH,)])
    def test_needs_good_parts_or_two_classes(self, classes: tuple[PartClass, ...]) -> None:
        with pytest.raises(RecipeInvalid, match="a recipe needs good parts, or at least two classes"):
            Recipe("Bracket", classes, VERSION)

    def test_may_know_good_parts_alone(self) -> None:
        assert Recipe("Bracket", (GOOD,), VERSION).part_class("good") is GOOD

    @pytest.mark.parametrize(
        ("kind", "refused"),
        [(RecipeKind.DEFECTS, [Verdict.CHECK]), (RecipeKind.IDENTITY, [Verdict.CHECK, Verdict.NG]),
         (RecipeKind.SCENE, [])],
    )  # fmt: skip
    def test_classes_mean_what_the_kind_allows(self, kind: RecipeKind, refused: list[Verdict]) -> None:
        for verdict in (Verdict.OK, Verdict.NG, Verdict.CHECK):
            odd = PartClass("odd", "D02", verdict, "#0000ff")
            if verdict in refused:
                with pytest.raises(RecipeInvalid, match=f"'odd' cannot mean {verdict} in a recipe of {kind}"):
                    Recipe("Bracket", (GOOD, odd), VERSION, kind=kind)
            else:
                assert Recipe("Bracket", (GOOD, odd), VERSION, kind=kind).kind is kind

    def test_zones_have_names_that_differ(self) -> None:
        with pytest.raises(RecipeInvalid, match="a zone needs a name"):
            Zone(" ", Region())
        with pytest.raises(RecipeInvalid, match="zone names must differ; twice: aisle"):
            Recipe("Hall", (GOOD,), VERSION, zones=(Zone("aisle", Region()), Zone("aisle", Region())))

    @pytest.mark.parametrize("milliseconds", [0, -1, nan])
    def test_judging_takes_time(self, milliseconds: float) -> None:
        with pytest.raises(RecipeInvalid, match="more than 0 ms"):
            Recipe("Bracket", (GOOD, SCRATCH), VERSION, milliseconds=milliseconds)

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

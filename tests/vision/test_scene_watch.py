from types import MappingProxyType

import pytest

from inspector.domain.recipe import SceneRule
from inspector.vision.scene import Band, SceneReference
from inspector.vision.scene_watch import SceneWatch

NAMES = (
    *("light", "red", "blue", "contrast", "focus", "white", "black", "across", "down", "turn", "likeness", "drift"),
    *("spot 0 0", "spot 6 6"),
)
REFERENCE = SceneReference(30, MappingProxyType({name: Band(0.0, 0.2, 0.2) for name in NAMES}))


def watch(**rule: float) -> SceneWatch:
    return SceneWatch(REFERENCE, SceneRule(**rule))  # type: ignore[arg-type]


def test_it_speaks_with_the_last_of_so_many_parts_in_a_row() -> None:
    watched = watch(parts=4)

    said = [watched.look({"light": -1.5}) for _ in range(5)]

    assert said[:3] == ["", "", ""]
    assert said[3] == said[4] == "The light is 26% darker than when this recipe was taught; check lamp and exposure."


def test_a_part_as_taught_in_between_starts_anew() -> None:
    watched = watch(parts=3)

    said = [watched.look({"light": share}) for share in (2.0, 2.0, 0.1, 2.0, 2.0, 0.0, 2.0)]

    assert said == [""] * 7


def test_the_next_part_as_taught_is_judged_normally() -> None:
    watched = watch(parts=2)
    for _ in range(6):
        watched.look({"focus": -3.0})

    assert watched.look({"focus": -0.1}) == ""
    assert watched.look({"focus": -3.0}) == ""


@pytest.mark.parametrize("figures", [[{"light": 2.0}, {"light": -2.0}], [{"light": 2.0}, {"focus": -2.0}]])
def test_parts_that_are_off_in_different_ways_are_parts(figures: list[dict[str, float]]) -> None:
    watched = watch(parts=2)

    assert {watched.look(figures[n % 2]) for n in range(20)} == {""}


def test_a_small_change_shows_on_average() -> None:
    watched = watch(parts=3)

    said = [watched.look({"light": share}) for share in (1.1, 0.9, 1.2, 0.95, 1.3)]

    assert said[:4] == [""] * 4
    assert "brighter" in said[4]


def test_one_extreme_part_does_not_make_an_average() -> None:
    watched = watch(parts=3)

    assert {watched.look({"light": share}) for share in (9.0, 0.5, 0.6, 0.5, 9.0, 0.5, 0.5, 0.6)} == {""}


def test_what_defects_move_too_is_never_judged_on_average() -> None:
    watched = watch(parts=3)

    assert {watched.look({"spot 0 0": share}) for share in (1.1, 0.9, 1.2, 0.95, 1.3)} == {""}


def test_the_tolerance_widens_the_limits() -> None:
    wide = watch(parts=1, tolerance=2.0)

    assert wide.look({"light": 1.9}) == ""
    assert wide.look({"light": 2.1})


def test_an_unwatched_scene_never_speaks() -> None:
    assert {watch(watched=False).look({"light": 9.0}) for _ in range(9)} == {""}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("share", [-1.4, 1.4])
def test_each_figure_has_a_sentence_that_says_how_to_mend_it(name: str, share: float) -> None:
    said = watch(parts=1).look({name: share})

    assert said.endswith(".")
    assert "check" in said or "clean" in said
    assert "taught" in said


def test_the_cause_is_named_before_what_follows_from_it() -> None:
    assert "moved to the left by 22%" in watch(parts=1).look({"spot 0 0": 2.0, "across": -1.1, "likeness": -2.1})
    assert "lower right" in watch(parts=1).look({"spot 6 6": -4.0, "across": 1.1, "spot 0 0": 1.1})

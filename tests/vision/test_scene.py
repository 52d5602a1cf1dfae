import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from pydantic import TypeAdapter

from inspector.domain.recipe import Region, SceneRule
from inspector.pictures import read_picture
from inspector.vision.preprocessing import prepare
from inspector.vision.scene import Band, SceneGauge, SceneReference, measure_scene
from inspector.vision.scene_watch import SceneWatch
from tests.fixtures.moved_parts import move_of, moved

SIZE = 160


def part(number: int, defect: bool = False) -> np.ndarray:
    """Return a part that always lies in its place, lit nearly the same, with a mark in another place on each."""
    random = np.random.default_rng(number)
    picture = np.full((SIZE, SIZE, 3), (60, 62, 66), float)
    picture[30:130, 20:140] = (150, 140, 130)
    picture[40:60, 30:90] = (90, 60, 50)
    picture[100:112, 100:130] = (200, 200, 190)
    picture[70:120:4, 30:80] -= 30
    x, y = random.integers(40, 120, 2)
    cv2.circle(picture, (int(x), int(y)), 4, (100, 100, 100), -1)
    if defect:
        x, y = random.integers(50, 110, 2)
        cv2.line(picture, (int(x) - 20, int(y)), (int(x) + 20, int(y) + 9), (20, 20, 20), 5)
    lit = picture * random.normal(1, 0.02)
    return np.clip(np.rint(lit + random.normal(0, 2, picture.shape)), 0, 255).astype(np.uint8)


def embedding_of(number: int) -> np.ndarray:
    return np.random.default_rng(number).normal(0.5, 1, 200).astype(np.float32)


def lit(factor: float) -> object:
    return lambda image: np.clip(image * factor, 0, 255).astype(np.uint8)


def coloured(image: np.ndarray) -> np.ndarray:
    return np.clip(image * np.array([1.12, 1.0, 0.88]), 0, 255).astype(np.uint8)


def knocked(across: float, down: float, degrees: float) -> object:
    return lambda image: moved(image, move_of(image, across * SIZE, down * SIZE, degrees))


def blurred(image: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(image, (0, 0), 2)


def dirty(image: np.ndarray) -> np.ndarray:
    down, across = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    share = 0.5 / (1 + np.exp((np.hypot(across - 0.35, down - 0.6) - 0.15) * 40))
    return np.clip(image * (1 - share[:, :, None]), 0, 255).astype(np.uint8)


CHANGES = [
    (lit(0.7), "darker"),
    (lit(1.3), "brighter"),
    (coloured, "white balance"),
    (knocked(0.05, 0, 0), "moved to the right by 5%"),
    (knocked(0, -0.07, 0), "moved up by 7%"),
    (knocked(0, 0, 4), "turned by 4 degrees"),
    (blurred, "less sharp"),
    (dirty, "left of the picture"),
    (lit(2.2), "er"),
]
NAMES = ["dark", "bright", "colour", "right", "up", "turn", "blur", "dirt", "over-exposed"]


@pytest.fixture(scope="module")
def reference() -> SceneReference:
    return measure_scene([part(n) for n in range(40)], np.stack([embedding_of(n) for n in range(40)]))


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=NAMES)
def test_a_changed_scene_is_told_within_five_parts_and_forgotten_with_the_next(
    reference: SceneReference, change: object, words: str
) -> None:
    gauge, watch = SceneGauge(reference), SceneWatch(reference, SceneRule())
    assert callable(change)

    before = [watch.look(gauge.figures(part(n), embedding_of(n))) for n in range(100, 108)]
    changed = [watch.look(gauge.figures(change(part(n)), embedding_of(n))) for n in range(108, 113)]
    after = watch.look(gauge.figures(part(113), embedding_of(113)))

    assert before == [""] * 8
    assert words in changed[-1]
    assert after == ""


def test_neither_good_nor_defective_parts_are_a_changed_scene(reference: SceneReference) -> None:
    gauge, watch = SceneGauge(reference), SceneWatch(reference, SceneRule())

    said = [watch.look(gauge.figures(part(n, defect=n % 3 > 0), embedding_of(n))) for n in range(200, 400)]

    assert set(said) == {""}


def test_few_taught_pictures_do_not_make_it_twitchy() -> None:
    for first in range(0, 40, 5):
        taught = measure_scene([part(n) for n in range(first, first + 5)], None)
        gauge, watch = SceneGauge(taught), SceneWatch(taught, SceneRule())

        said = [watch.look(gauge.figures(part(n, defect=n % 2 > 0), None)) for n in range(500, 530)]

        assert set(said) == {""}


def test_few_taught_pictures_leave_wider_limits_than_many() -> None:
    random = np.random.default_rng(0)
    images = [lit(float(random.normal(1, 0.12)))(part(n)) for n in range(200)]  # type: ignore[operator]

    few = [measure_scene(images[first : first + 6], None).bands["light"] for first in range(0, 120, 6)]
    many = measure_scene(images, None).bands["light"]

    assert np.median([band.below for band in few]) > 1.15 * many.below
    assert np.median([band.above for band in few]) > 1.15 * many.above
    assert sum(band.below < 0.8 * many.below for band in few) <= 2


def test_one_taught_picture_is_enough_to_see_a_lamp_go_out() -> None:
    taught = measure_scene([part(0)], embedding_of(0)[None])
    gauge, watch = SceneGauge(taught), SceneWatch(taught, SceneRule())

    said = [watch.look(gauge.figures(lit(0.2)(part(n)), embedding_of(n))) for n in range(1, 4)]  # type: ignore[operator]

    assert said[-1]
    assert [watch.look(gauge.figures(part(n), embedding_of(n))) for n in range(5, 25)] == [""] * 20


def test_another_product_is_told_by_what_the_network_sees(reference: SceneReference) -> None:
    gauge = SceneGauge(reference)

    figures = gauge.figures(part(1), embedding_of(1) * 8 + 3)

    assert figures["drift"] > 1
    assert all(share < 1 for name, share in figures.items() if name != "drift")


def test_figures_are_shares_of_their_limit_with_a_sign(reference: SceneReference) -> None:
    gauge = SceneGauge(reference)

    darker, brighter = gauge.figures(lit(0.6)(part(1)), None), gauge.figures(lit(1.4)(part(1)), None)  # type: ignore[operator]

    assert darker["light"] < -1
    assert brighter["light"] > 1
    assert "drift" not in darker


def test_sharper_is_not_worse(reference: SceneReference) -> None:
    sharp = part(1).astype(float)
    sharper = np.clip(sharp + 2 * (sharp - cv2.GaussianBlur(sharp, (0, 0), 1)), 0, 255).astype(np.uint8)

    assert SceneGauge(reference).figures(sharper, None)["focus"] == 0


def test_where_taught_pictures_do_not_agree_in_position_it_is_not_watched() -> None:
    random = np.random.default_rng(0)
    scattered = [random.integers(0, 255, (64, 64, 3), dtype=np.uint8) for _ in range(12)]
    flat = [np.full((64, 64, 3), 90, np.uint8)] * 3

    for taught in (measure_scene(scattered, None), measure_scene(flat, None)):
        assert taught.picture == ()
        assert not {"across", "down", "turn", "likeness"} & set(taught.bands)


def test_the_reference_comes_out_of_json_as_it_went_in(reference: SceneReference) -> None:
    adapter = TypeAdapter(SceneReference)
    text = json.dumps(adapter.dump_python(reference, mode="json"))

    back = adapter.validate_python(json.loads(text))

    assert back == reference
    assert len(text) < 12_000
    assert adapter.dump_python(back, mode="json") == json.loads(text)


def test_measuring_twice_gives_the_same(reference: SceneReference) -> None:
    again = measure_scene([part(n) for n in range(40)], np.stack([embedding_of(n) for n in range(40)]))

    assert again == reference
    assert SceneGauge(again).figures(part(7), embedding_of(7)) == SceneGauge(reference).figures(
        part(7), embedding_of(7)
    )


def test_a_band_is_one_at_either_limit() -> None:
    band = Band(middle=10, below=2, above=4)

    assert (band.share(8), band.share(10), band.share(14)) == (-1, 0, 1)


def test_the_scene_of_no_pictures_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one picture"):
        measure_scene([], None)


@pytest.mark.parametrize("shape", [(32, 32), (20, 300), (700, 500)])
def test_any_size_of_the_networks_input_is_measured(shape: tuple[int, int]) -> None:
    images = [np.random.default_rng(n).integers(0, 256, (*shape, 3), dtype=np.uint8) for n in range(3)]

    figures = SceneGauge(measure_scene(images, None)).figures(images[0], None)

    assert all(abs(share) <= 1 for share in figures.values())


@pytest.mark.shared_images
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("mvtec-hazelnut-mini", ("dark", "bright", "colour", "blur", "over-exposed")),
        ("screws-present", ("blur", "dirt", "over-exposed")),
    ],
)
def test_real_changes_are_told_and_real_parts_are_not(shared_images: Path, name: str, changes: tuple[str, ...]) -> None:
    classes = [one for one in sorted((shared_images / name).iterdir()) if one.name.startswith(("good", "screws_"))]
    paths = [path for folder in classes for path in sorted(folder.iterdir())[:: 1 if len(classes) == 1 else 2]]
    np.random.default_rng(0).shuffle(paths)  # type: ignore[arg-type]
    images = [prepare(read_picture(path), Region(), SIZE, SIZE) for path in paths]
    taught, others = images[:30], images[30:]
    reference = measure_scene(taught, None)
    gauge = SceneGauge(reference)

    calm = SceneWatch(reference, SceneRule())
    assert {calm.look(gauge.figures(image, None)) for image in others} == {""}
    for change, name_of_change in zip(CHANGES, NAMES, strict=True):
        if name_of_change in changes:
            watch = SceneWatch(reference, SceneRule())
            assert callable(change[0])
            said = [watch.look(gauge.figures(change[0](image), None)) for image in others[:5]]
            assert any(said), name_of_change

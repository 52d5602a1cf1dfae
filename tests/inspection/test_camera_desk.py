"""What is set at a lane's camera, by its recipe and by hand, and what is known of it."""

from collections.abc import Callable

import pytest

from inspector.cameras.camera import CameraUnavailable
from inspector.domain.camera_feature import FeatureDifference, FeatureRefused, FeatureSetting
from inspector.domain.inspection import EventKind
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.vision.model_file import ModelFile
from tests.inspection.hand_played import (
    PATIENCE,
    Bench,
    ComingAndGoing,
    HandCamera,
    SettableCamera,
    eventually,
    exposure,
    said,
    wanting,
)

MakeRecipe = Callable[..., ModelFile]
WANTED = FeatureSetting("ExposureTime", 2000.0)


def settable() -> SettableCamera:
    return SettableCamera(features=[exposure(5000.0)])


@pytest.fixture
def exposed(tiny_model_file: MakeRecipe) -> ModelFile:
    return wanting(tiny_model_file(trigger=Trigger(TriggerMode.EACH_FRAME)), WANTED)


def now(camera: HandCamera) -> object:
    assert isinstance(camera, SettableCamera)
    return camera.controls.known["ExposureTime"].value


def test_a_camera_is_set_as_it_is_opened_and_it_is_written_down(bench: Bench, exposed: ModelFile) -> None:
    camera = bench.ready(settable(), exposed)
    assert now(camera) == 2000.0
    assert camera.controls.threads == {"camera desk of lane 1"}
    assert bench.lane.camera_differences == ()
    event = bench.wait_event(EventKind.CAMERA_CHANGED)
    assert event.text == "camera 'hand' was set for the recipe: ExposureTime from 5000.0 to 2000.0"
    assert event.details == {"camera": "hand:hand", "differences": "", "ExposureTime": "2000.0"}


def test_a_camera_is_set_before_its_first_picture_is_judged(bench: Bench, exposed: ModelFile) -> None:
    bench.lane.activate(exposed).result(PATIENCE)
    camera = settable()
    camera.controls.gate.clear()
    opening = bench.lane.open_camera(camera)
    eventually(lambda: camera.controls.threads)
    assert camera.asked == 0
    assert not opening.done()
    assert bench.lane.state == "Preoperational"
    camera.controls.gate.set()
    opening.result(PATIENCE)
    eventually(lambda: camera.asked == 1)


def test_a_recipe_that_is_activated_sets_the_open_camera(
    bench: Bench, by_button: ModelFile, exposed: ModelFile
) -> None:
    camera = bench.ready(settable(), by_button)
    assert now(camera) == 5000.0
    bench.lane.activate(exposed).result(PATIENCE)
    eventually(lambda: now(camera) == 2000.0)


def test_a_picture_that_is_taken_while_the_camera_is_being_set_is_nobodys_part(
    bench: Bench, each_frame: ModelFile, tiny_model_file: MakeRecipe
) -> None:
    camera = bench.ready(settable(), each_frame)
    bench.lane.start()
    camera.controls.gate.clear()
    recipe = wanting(tiny_model_file(trigger=Trigger(TriggerMode.EACH_FRAME), number=2), WANTED)
    bench.lane.activate(recipe).result(PATIENCE)
    too_early = camera.show("scratch")
    eventually(lambda: bench.lane.live.peek() is too_early)
    camera.controls.gate.set()
    eventually(lambda: not bench.lane.controls.setting)
    camera.show("good")
    assert said(bench.wait_published(1)) == [(1, "OK", "")]


def test_a_part_that_passes_the_line_while_the_camera_is_being_set_is_an_error(
    bench: Bench, each_frame: ModelFile, tiny_model_file: MakeRecipe
) -> None:
    camera = bench.ready(settable(), each_frame)
    bench.lane.start()
    camera.controls.gate.clear()
    recipe = wanting(tiny_model_file(trigger=Trigger(TriggerMode.LINE), number=2), WANTED)
    bench.lane.activate(recipe).result(PATIENCE)
    camera.show("good")
    part = bench.wait_published(1)[0]
    assert (part.judgement.reason, part.judgement.message) == (
        "camera_fault",
        "the camera was just being set for the recipe",
    )
    camera.controls.gate.set()
    eventually(lambda: not bench.lane.controls.setting)
    camera.show("good")
    assert said(bench.wait_published(2))[1] == (2, "OK", "")


def test_all_is_set_again_when_the_camera_is_back(bench: Bench, exposed: ModelFile) -> None:
    again = ComingAndGoing(settable)
    camera = bench.ready(settable(), exposed, again=again)
    bench.lane.start()
    camera.fail(CameraUnavailable("gone"))
    eventually(lambda: again.made and bench.lane.camera is not None)
    assert again.newest is not camera
    assert now(again.newest) == 2000.0


def test_what_the_camera_does_not_take_is_kept_as_a_difference_and_written_down(
    bench: Bench, tiny_model_file: MakeRecipe
) -> None:
    wanted = (FeatureSetting("ExposureTime", 2e6), FeatureSetting("Gain", 3.0))
    camera = bench.ready(settable(), wanting(tiny_model_file(), *wanted))
    problem = "ExposureTime lies within 10 to 1e+06 us at this camera, not at 2e+06"
    assert bench.lane.camera_differences == (
        FeatureDifference("ExposureTime", 2e6, 5000.0, problem),
        FeatureDifference("Gain", 3.0, None),
    )
    event = bench.wait_event(EventKind.CAMERA_CHANGED)
    assert event.text == (
        "camera 'hand' is not as the recipe wants it: "
        f"ExposureTime 2000000.0 ({problem}); Gain 3.0 (it has no such feature)"
    )
    assert event.details["differences"] == "ExposureTime Gain"
    assert now(camera) == 5000.0
    assert bench.lane.state == "Ready"


def test_a_camera_without_anything_to_set_says_so_but_a_recording_does_not(bench: Bench, exposed: ModelFile) -> None:
    bench.ready(HandCamera(), exposed)
    assert [difference.name for difference in bench.lane.camera_differences] == ["ExposureTime"]
    assert "cannot be set from here" in bench.wait_event(EventKind.CAMERA_CHANGED).text
    bench.lane.open_camera(HandCamera("recording", waits=True)).result(PATIENCE)
    assert bench.lane.camera_differences == ()
    bench.lane.open_camera(HandCamera("drawn", simulated=True)).result(PATIENCE)
    assert bench.lane.camera_differences == ()


def test_a_camera_that_is_lost_while_it_is_being_set(bench: Bench, each_frame: ModelFile, exposed: ModelFile) -> None:
    camera = bench.ready(settable(), each_frame)
    camera.controls.failure = CameraUnavailable("it does not answer")
    bench.lane.activate(exposed).result(PATIENCE)
    eventually(lambda: not bench.lane.controls.setting)
    assert bench.lane.camera_differences == (FeatureDifference("ExposureTime", 2000.0, None, "it does not answer"),)
    refusing = settable()
    refusing.controls.failure = CameraUnavailable("it does not answer")
    with pytest.raises(CameraUnavailable, match="it does not answer"):
        bench.lane.open_camera(refusing).result(PATIENCE)
    assert bench.lane.state == "Preoperational"


def test_reading_and_changing_by_hand(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(settable(), by_button)
    controls = bench.lane.controls
    assert [feature.name for feature in controls.features().result(PATIENCE)] == ["ExposureTime"]
    assert controls.counts().result(PATIENCE).frames == 7
    assert controls.change("ExposureTime", 8000.0, by="Ada").result(PATIENCE).value == 8000.0
    event = bench.wait_event(EventKind.CAMERA_CHANGED)
    assert event.text == "ExposureTime of camera 'hand' was changed from 5000.0 to 8000.0 by Ada"
    assert event.details == {
        "camera": "hand:hand", "feature": "ExposureTime", "before": "5000.0", "after": "8000.0", "by": "Ada"
    }  # fmt: skip
    controls.change("ExposureTime", 8000.0).result(PATIENCE)  # is so already
    with pytest.raises(FeatureRefused, match="lies within"):
        controls.change("ExposureTime", 1.0).result(PATIENCE)
    assert bench.journal.flush(PATIENCE)
    assert [event.kind for event in bench.events].count(EventKind.CAMERA_CHANGED) == 1
    assert camera.controls.threads == {"camera desk of lane 1"}


def test_a_change_by_hand_against_the_recipe_is_a_difference_until_it_is_undone(
    bench: Bench, exposed: ModelFile
) -> None:
    bench.ready(settable(), exposed)
    bench.lane.controls.change("ExposureTime", 8000.0).result(PATIENCE)
    assert bench.lane.camera_differences == (FeatureDifference("ExposureTime", 2000.0, 8000.0),)
    bench.lane.controls.change("ExposureTime", 2000.0).result(PATIENCE)
    assert bench.lane.camera_differences == ()


def test_asking_where_there_is_nothing_to_ask(bench: Bench) -> None:
    with pytest.raises(CameraUnavailable, match="there is no camera to be set"):
        bench.lane.controls.features().result(PATIENCE)
    bench.lane.open_camera(HandCamera()).result(PATIENCE)
    with pytest.raises(CameraUnavailable, match="'hand' has nothing that can be set"):
        bench.lane.controls.counts().result(PATIENCE)


def test_asking_does_not_wait_for_the_camera(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(settable(), by_button)
    camera.controls.gate.clear()
    asked = bench.lane.controls.features()
    assert not asked.done()
    bench.lane.start()
    bench.lane.stop()
    camera.controls.gate.set()
    assert asked.result(PATIENCE)


def test_closing_while_the_camera_is_being_set_leaves_nothing_behind(
    make_bench: Callable[..., Bench], exposed: ModelFile
) -> None:
    bench = make_bench()
    bench.lane.activate(exposed).result(PATIENCE)
    busy = settable()
    busy.controls.gate.clear()
    bench.lane.open_camera(busy)
    eventually(lambda: busy.controls.threads)
    asked = bench.lane.controls.features()
    busy.controls.failure = CameraUnavailable("it was closed")
    busy.controls.gate.set()
    bench.lane.close()
    with pytest.raises((CameraUnavailable, RuntimeError)):
        asked.result(PATIENCE)

"""A lane from trigger to record, when all goes well."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inspector.cameras.discovery import open_camera
from inspector.domain.inspection import EventKind, TriggerSource
from inspector.domain.recipe import PicturePolicy, Trigger, TriggerMode
from inspector.domain.verdict import Verdict
from inspector.inspection.lane import NotReady
from inspector.pictures import encode_png
from inspector.records.queries import Period, Records
from inspector.vision.model_file import ModelFile
from tests.fixtures.logs import ExpectedLogs
from tests.fixtures.tiny_recipe import picture_of
from tests.inspection.hand_played import PATIENCE, Bench, HandCamera, eventually, said

MakeRecipe = Callable[..., ModelFile]


@pytest.fixture
def each_frame(tiny_model_file: MakeRecipe) -> ModelFile:
    return tiny_model_file(trigger=Trigger(TriggerMode.EACH_FRAME))


@pytest.fixture
def by_button(tiny_model_file: MakeRecipe) -> ModelFile:
    return tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE))


def test_a_folder_is_judged_whole_and_recorded_in_order(bench: Bench, each_frame: ModelFile, tmp_path: Path) -> None:
    pictures = tmp_path / "parts"
    pictures.mkdir()
    for number, class_name in enumerate(["good", "scratch", "good", "scratch"], start=1):
        (pictures / f"{number}.png").write_bytes(encode_png(picture_of(class_name)))
    (pictures / "5.png").write_bytes(b"no picture")
    lane = bench.lane
    lane.activate(each_frame).result(PATIENCE)
    lane.open_camera(open_camera(f"folder:{pictures}")).result(PATIENCE)
    lane.set_context(operator="Ada", lot="L7", serial="S1")
    eventually(lambda: lane.state == "Ready")
    lane.start()
    assert lane.ended.wait(PATIENCE)
    assert lane.state == "Ready"
    parts = bench.wait_published(5)
    assert [part.source for part in parts] == [str(pictures / f"{number}.png") for number in range(1, 6)]
    assert said(parts) == [
        (1, "OK", ""),
        (2, "NG", "scratch"),
        (3, "OK", ""),
        (4, "NG", "scratch"),
        (5, "ERROR", "camera_fault"),
    ]
    assert parts[4].judgement.message.startswith("5.png: ")
    first = parts[0]
    assert first.trigger is TriggerSource.FRAME
    assert first.camera == f"folder:{pictures}"
    assert (first.context.product, first.context.recipe_version, first.context.accelerator) == ("tiny", 1, "cpu")
    assert first.context.recipe_hash == each_frame.content_hash
    assert first.context.model_hash == each_frame.manifest.model_sha256
    assert [part.context.operator for part in parts] == ["Ada"] * 5
    assert [part.context.serial for part in parts] == ["S1", "", "", "", ""]
    assert not first.context.simulated
    assert first.judgement.timings.total > first.judgement.timings.network > 0
    assert bench.states() == [
        "Preoperational", "Preoperational", "Initialized", "Ready", "ContinuousExecution", "Ready"
    ]  # fmt: skip
    kinds = [event.kind for event in bench.events if event.kind is not EventKind.STATE_CHANGED]
    assert kinds == [
        EventKind.RECIPE_ACTIVATED,
        EventKind.ACCELERATOR_CHOSEN,
        EventKind.CAMERA_OPENED,
        EventKind.CAMERA_ENDED,
    ]
    totals = Records(bench.database).totals(Period(first.time, bench.clock.now()))
    assert (totals.triggers, totals.records, totals.error) == (5, 5, 1)


def test_a_recording_begins_anew_at_the_next_start(bench: Bench, each_frame: ModelFile, tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.png").write_bytes(encode_png(picture_of("good")))
    bench.lane.activate(each_frame).result(PATIENCE)
    bench.lane.open_camera(open_camera(f"folder:{tmp_path / 'parts'}")).result(PATIENCE)
    for number in (1, 2):
        bench.lane.start()
        assert bench.lane.ended.wait(PATIENCE)
        assert bench.wait_published(number)[-1].source == str(tmp_path / "parts" / "a.png")


def test_what_is_kept_is_what_was_judged(bench: Bench, tiny_model_file: MakeRecipe) -> None:
    recipe = tiny_model_file(trigger=Trigger(TriggerMode.EACH_FRAME), pictures=PicturePolicy(one_in_ok=2))
    camera = bench.ready(HandCamera(), recipe)
    bench.lane.start()
    for class_name in ("good", "good", "scratch"):
        camera.show(class_name)
    parts = bench.wait_published(3)
    assert [part.picture is not None for part in parts] == [False, True, True]
    stored = parts[2].picture
    assert stored is not None
    assert stored.lossless
    assert np.array_equal(bench.journal._pictures.read(stored), picture_of("scratch"))


def test_the_operators_trigger_takes_the_next_picture(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(simulated=True), by_button)
    camera.show("scratch")  # before the start: only to look at
    bench.lane.start()
    camera.show("scratch")  # before the trigger: the same
    eventually(lambda: camera.asked == 3, "taking both pictures")
    sequence = bench.lane.trigger()
    shown = camera.show("good")
    part = bench.wait_published(1)[0]
    assert (part.sequence, part.judgement.verdict, part.trigger) == (sequence, Verdict.OK, TriggerSource.OPERATOR)
    assert part.time <= shown.time
    assert part.context.simulated
    assert bench.lane.recent.of(sequence) is shown
    assert bench.lane.live.peek() is shown
    assert bench.lane.outstanding == 0


def test_a_picture_from_before_the_trigger_is_not_taken_for_it(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start()
    early = camera.frame("scratch")
    bench.lane.trigger()
    camera._coming.put(early)
    camera.show("good")
    assert said(bench.wait_published(1)) == [(1, "OK", "")]


def test_two_triggers_take_two_pictures(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start()
    assert [bench.lane.trigger(), bench.lane.trigger()] == [1, 2]
    camera.show("good")
    camera.show("scratch")
    camera.show("scratch")
    assert said(bench.wait_published(2)) == [(1, "OK", ""), (2, "NG", "scratch")]


def test_a_trigger_asks_a_recording_for_one_picture(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(waits=True), by_button)
    for class_name in ("good", "scratch", "good"):
        camera.show(class_name)
    bench.lane.start()
    assert camera.asked == 0
    for number, verdict in enumerate(["OK", "NG"], start=1):
        assert bench.lane.trigger() == number
        assert said(bench.wait_published(number))[-1][:2] == (number, verdict)
        assert camera.asked == number
    bench.lane.stop()


def test_previews_are_shown_and_never_counted(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(), each_frame)
    bench.lane.start()
    camera.show("scratch", preview=True)
    camera.show("good")
    last = camera.show("scratch", preview=True)
    eventually(lambda: bench.lane.live.peek() is last, "the last preview in the live view")
    assert said(bench.wait_published(1)) == [(1, "OK", "")]


def test_a_recording_with_previews_goes_on(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(waits=True), each_frame)
    camera.show("scratch", preview=True)
    camera.show("good")
    bench.lane.start()
    assert said(bench.wait_published(1)) == [(1, "OK", "")]


def test_a_preview_serves_whoever_asks_for_it(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start()
    bench.lane.trigger()
    camera.show("scratch", preview=True)
    assert said(bench.wait_published(1)) == [(1, "NG", "scratch")]


def test_by_the_clock(bench: Bench, tiny_model_file: MakeRecipe) -> None:
    recipe = tiny_model_file(trigger=Trigger(TriggerMode.INTERVAL, interval=0.02, timeout=PATIENCE))
    camera = bench.ready(HandCamera(waits=True), recipe)
    for class_name in ("good", "scratch", "good"):
        camera.show(class_name)
    camera.end()
    bench.lane.start(count=3)
    parts = bench.wait_published(3)
    assert [part.trigger for part in parts] == [TriggerSource.INTERVAL] * 3
    assert said(parts) == [(1, "OK", ""), (2, "NG", "scratch"), (3, "OK", "")]
    assert (parts[2].time - parts[0].time).total_seconds() > 0.02  # a late one does not shift those that follow
    assert bench.lane.ended.wait(PATIENCE)


def test_a_run_of_so_many_parts_ends_by_itself(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(), each_frame)
    bench.lane.start(count=2)
    for _ in range(5):
        camera.show()
    assert bench.lane.ended.wait(PATIENCE)
    assert bench.lane.state == "Ready"
    assert len(bench.wait_published(2)) == 2
    bench.lane.start(count=1)
    assert bench.lane.state == "SingleExecution"
    camera.show()
    eventually(lambda: bench.lane.state == "Ready")
    bench.wait_published(3)


def test_the_triggers_of_a_counted_run_all_get_their_picture(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start(count=1)
    bench.lane.trigger()
    with pytest.raises(NotReady, match="number of parts asked for is reached"):
        bench.lane.trigger()
    assert bench.lane.executing
    camera.show("scratch")
    assert bench.lane.ended.wait(PATIENCE)
    assert said(bench.wait_published(1)) == [(1, "NG", "scratch")]


def test_the_recipes_trigger_can_be_overruled(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    assert bench.lane.trigger_mode is TriggerMode.SOFTWARE
    bench.lane.set_trigger_mode(TriggerMode.EACH_FRAME)
    bench.lane.start()
    with pytest.raises(NotReady, match="judged already"):
        bench.lane.trigger()
    camera.show("good")
    bench.wait_published(1)
    bench.lane.set_trigger_mode(None)
    assert bench.lane.trigger_mode is TriggerMode.SOFTWARE


def test_another_recipe_takes_over_between_two_parts(
    bench: Bench, each_frame: ModelFile, tmp_path: Path, tiny_model_file: MakeRecipe
) -> None:
    camera = bench.ready(HandCamera(), each_frame)
    reverse = tiny_model_file(tmp_path / "b.recipe", classes=("dent", "good"), number=2)
    bench.lane.start()
    bench.judge.gate.clear()
    camera.show("good")
    camera.show("good")
    eventually(lambda: bench.lane.outstanding == 2)
    change = bench.lane.activate(reverse)  # waits behind the two
    bench.lane.set_trigger_mode(TriggerMode.EACH_FRAME)
    bench.judge.gate.set()
    change.result(PATIENCE)
    camera.show("good")
    parts = bench.wait_published(3)
    assert said(parts) == [(1, "OK", ""), (2, "OK", ""), (3, "NG", "dent")]
    assert [part.context.recipe_version for part in parts] == [1, 1, 2]
    assert bench.lane.executing
    assert bench.judges[0].closed
    recipe = bench.lane.recipe
    assert recipe is not None
    assert recipe.version.number == 2


def test_nothing_starts_without_camera_and_recipe(bench: Bench, by_button: ModelFile) -> None:
    lane = bench.lane
    assert lane.state == "Preoperational"
    with pytest.raises(NotReady, match="cannot start: it is Preoperational"):
        lane.start()
    with pytest.raises(NotReady, match="start it first"):
        lane.trigger()
    with pytest.raises(ValueError, match="at least one part"):
        lane.start(count=0)
    lane.stop()
    lane.reset()
    assert lane.state == "Preoperational"
    assert (lane.camera, lane.recipe, lane.accelerator) == (None, None, None)
    bench.ready(HandCamera(), by_button)
    assert lane.camera is not None
    with pytest.raises(NotReady, match="start it first"):
        lane.trigger()
    lane.start()
    with pytest.raises(NotReady, match="cannot start: it is ContinuousExecution"):
        lane.start()
    with pytest.raises(NotReady, match="in a run; stop it first"):
        lane.open_camera(HandCamera())


def test_another_camera_is_opened_after_the_first_was_let_go(bench: Bench, by_button: ModelFile) -> None:
    first = bench.ready(HandCamera("first"), by_button)
    second = HandCamera("second")
    second.opening.clear()
    opening = bench.lane.open_camera(second)
    assert bench.lane.state == "Preoperational"
    assert bench.lane.camera is None
    assert first.closed.is_set()
    second.opening.set()
    assert opening.result(PATIENCE).name == "second"
    eventually(lambda: bench.lane.state == "Ready")


def test_two_lanes_share_the_sequence_and_the_inference_thread(
    bench: Bench, each_frame: ModelFile, tmp_path: Path, tiny_model_file: MakeRecipe
) -> None:
    other = bench.add_lane("2")
    reverse = tiny_model_file(tmp_path / "b.recipe", classes=("dent", "good"), trigger=Trigger(TriggerMode.EACH_FRAME))
    cameras = [bench.ready(HandCamera("a"), each_frame), bench.ready(HandCamera("b"), reverse, other)]
    bench.lane.start()
    other.start()
    for camera in cameras * 3:
        camera.show("good")
    parts = bench.wait_published(6)
    assert sorted(part.sequence for part in parts) == [1, 2, 3, 4, 5, 6]
    by_lane = {lane: [str(p.judgement.verdict) for p in parts if p.context.lane == lane] for lane in ("1", "2")}
    assert by_lane == {"1": ["OK"] * 3, "2": ["NG"] * 3}
    assert {name for judge in bench.judges for name in judge.threads} == {"inference"}
    with pytest.raises(ValueError, match="called '2' already"):
        bench.add_lane("2")


def test_a_subscriber_that_is_slow_or_raises_holds_up_nothing(
    bench: Bench, each_frame: ModelFile, expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("ERROR inspector.subscribers: a subscriber failed on StationChange")

    def raising(change: object) -> None:
        raise RuntimeError("the lamp is broken")

    bench.lane.states.subscribe(raising)
    camera = bench.ready(HandCamera(), each_frame)
    bench.lane.start()
    camera.show()
    bench.wait_published(1)

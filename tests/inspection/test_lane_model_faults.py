"""A model, an accelerator or a recipe that fails: the part has its record, and the lane goes on or says why not."""

from collections.abc import Callable

import pytest

from inspector.domain.inspection import EventKind
from inspector.vision.errors import AcceleratorFailed, NoAccelerator
from inspector.vision.model_file import ModelFile
from tests.fixtures.logs import ExpectedLogs
from tests.inspection.hand_played import PATIENCE, Bench, HandCamera, eventually, said

MakeRecipe = Callable[..., ModelFile]


def test_an_accelerator_that_breaks_is_replaced_and_the_part_judged(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(), each_frame)
    broken = bench.judge
    broken.choice = type(broken.choice)("directml:0", "the fastest", ())
    broken.failures.append(AcceleratorFailed("directml:0 failed while running: device removed"))
    bench.lane.start()
    camera.show("scratch")
    camera.show("good")
    parts = bench.wait_published(2)
    assert said(parts) == [(1, "NG", "scratch"), (2, "OK", "")]
    assert bench.opened_with == [("auto", frozenset()), ("auto", frozenset({"directml:0"}))]
    assert broken.closed
    assert parts[0].context.accelerator == "cpu"
    assert "device removed" in bench.wait_event(EventKind.ACCELERATOR_FAILED).text
    chosen = [event for event in bench.events if event.kind is EventKind.ACCELERATOR_CHOSEN]
    assert len(chosen) == 2
    accelerator = bench.lane.accelerator
    assert accelerator is not None
    assert accelerator.name == "cpu"
    assert bench.lane.executing


def test_a_processor_that_breaks_is_tried_once_more(
    bench: Bench, each_frame: ModelFile, expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("part 2 could not be judged")
    camera = bench.ready(HandCamera(), each_frame)
    bench.judge.failures.append(AcceleratorFailed("out of memory"))
    bench.lane.start()
    camera.show()
    bench.wait_published(1)
    assert bench.opened_with[-1] == ("auto", frozenset())
    bench.judge.failures.append(AcceleratorFailed("out of memory"))
    bench.refusals.append(NoAccelerator("nothing is left"))
    camera.show("scratch")
    part = bench.wait_published(2)[1]
    assert (part.judgement.reason, part.judgement.message) == ("model_fault", "nothing is left")
    eventually(lambda: bench.lane.state == "Error")
    assert bench.lane.why == "nothing is left"
    assert part.picture is not None
    bench.lane.reset()  # opens the same recipe again
    eventually(lambda: bench.lane.state == "Ready")
    bench.lane.start()
    camera.show("scratch")
    assert said(bench.wait_published(3))[2] == (3, "NG", "scratch")


def test_three_parts_in_a_row_that_cannot_be_judged(
    bench: Bench, each_frame: ModelFile, expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("could not be judged")
    camera = bench.ready(HandCamera(), each_frame)
    bench.judge.failures += [ValueError("one"), ValueError("two")]
    bench.lane.start()
    for _ in range(3):
        camera.show()
    parts = bench.wait_published(3)
    assert said(parts) == [(1, "ERROR", "model_fault"), (2, "ERROR", "model_fault"), (3, "OK", "")]
    assert parts[0].judgement.message == "one"
    assert bench.lane.executing
    bench.judge.failures += [ValueError(f"fault {number}") for number in range(3)]
    for _ in range(3):
        camera.show()
    eventually(lambda: bench.lane.state == "Error")
    assert bench.lane.why == "3 parts in a row could not be judged: fault 2"
    assert [verdict for _, verdict, _ in said(bench.wait_published(6))[3:]] == ["ERROR"] * 3
    bench.lane.reset()
    bench.lane.start()
    bench.judge.failures.append(ValueError("once more"))
    camera.show()
    bench.wait_published(7)
    assert bench.lane.executing


def test_a_recipe_that_is_refused_leaves_the_one_before(bench: Bench, each_frame: ModelFile) -> None:
    bench.refusals.append(NoAccelerator("nothing can run it"))
    with pytest.raises(NoAccelerator):
        bench.lane.activate(each_frame).result(PATIENCE)
    assert (bench.lane.state, bench.lane.why) == ("Preoperational", "nothing can run it")
    camera = bench.ready(HandCamera(), each_frame)
    bench.lane.start()
    bench.refusals.append(NoAccelerator("nothing can run it"))
    with pytest.raises(NoAccelerator):
        bench.lane.activate(each_frame).result(PATIENCE)
    assert bench.wait_event(EventKind.RECIPE_REFUSED).text == "nothing can run it"
    camera.show("scratch")
    assert said(bench.wait_published(1)) == [(1, "NG", "scratch")]

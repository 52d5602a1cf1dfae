"""The inference thread at the edges that a lane does not reach."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError

import pytest

from inspector.domain.recipe import Trigger, TriggerMode
from inspector.inspection.inference import InferenceClosed
from inspector.vision.errors import AcceleratorFailed, NoAccelerator
from inspector.vision.model_file import ModelFile
from tests.fixtures.logs import ExpectedLogs
from tests.inspection.hand_played import PATIENCE, Bench, HandCamera, eventually, said

MakeRecipe = Callable[..., ModelFile]


@pytest.fixture
def each_frame(tiny_model_file: MakeRecipe) -> ModelFile:
    return tiny_model_file(trigger=Trigger(TriggerMode.EACH_FRAME))


@pytest.fixture
def busy(bench: Bench, each_frame: ModelFile) -> HandCamera:
    """A lane in a run whose first part is being judged, until the gate opens."""
    camera = bench.ready(HandCamera(), each_frame)
    bench.lane.start()
    bench.judge.gate.clear()
    camera.show()
    eventually(bench.judge.busy.is_set)
    return camera


def test_an_activation_can_be_taken_back_before_its_turn(bench: Bench, busy: HandCamera, each_frame: ModelFile) -> None:
    change = bench.lane.activate(each_frame)
    assert change.cancel()
    bench.judge.gate.set()
    bench.wait_published(1)
    assert len(bench.judges) == 1
    with pytest.raises(CancelledError):
        change.result()


def test_closing_refuses_an_activation_that_waits(bench: Bench, busy: HandCamera, each_frame: ModelFile) -> None:
    waiting = bench.lane.activate(each_frame)
    bench.lane.close()
    threading.Timer(0.05, bench.judge.gate.set).start()
    bench.inference.close()
    with pytest.raises(InferenceClosed):
        waiting.result(PATIENCE)
    assert bench.judges[0].closed
    assert not bench.inference.has_room("1")


def test_parts_behind_the_one_that_lost_the_judge_get_their_records(
    bench: Bench, busy: HandCamera, expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("part 1 could not be judged")
    busy.show("good")
    eventually(lambda: bench.lane.outstanding == 2)
    bench.judge.failures.append(AcceleratorFailed("device removed"))
    bench.refusals.append(NoAccelerator("nothing is left"))
    bench.judge.gate.set()
    parts = bench.wait_published(2)
    assert said(parts) == [(1, "ERROR", "model_fault"), (2, "ERROR", "model_fault")]
    assert parts[1].judgement.message == "no accelerator is left that can run the model"


def test_a_judge_that_cannot_be_closed_is_left_behind(
    bench: Bench, each_frame: ModelFile, expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("the accelerator could not be let go")
    camera = bench.ready(HandCamera(), each_frame)

    def close() -> None:
        raise OSError("the driver is gone")

    bench.judge.close = close  # type: ignore[method-assign]
    bench.lane.activate(each_frame).result(PATIENCE)
    bench.lane.start()
    camera.show()
    bench.wait_published(1)


def test_a_fault_of_the_program_does_not_end_the_thread(
    bench: Bench, each_frame: ModelFile, expected_logs: ExpectedLogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_logs.append("a fault of the program in the inference thread")
    camera = bench.ready(HandCamera(), each_frame)
    listener = bench.inference._seats["1"].listener
    real = listener.part_judged
    faults = [RuntimeError("a mistake")]

    def part_judged(judgement: object) -> None:
        if faults:
            raise faults.pop()
        real(judgement)  # type: ignore[arg-type]

    monkeypatch.setattr(listener, "part_judged", part_judged)
    bench.lane.start()
    camera.show()
    camera.show()
    assert said(bench.wait_published(2)) == [(1, "OK", ""), (2, "OK", "")]


def test_a_part_after_the_journal_was_closed_is_said_aloud(
    bench: Bench, busy: HandCamera, expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("CRITICAL inspector.inspection: part 1 has no record: the journal was closed before the lane")
    expected_logs.append("not in the journal, which was closed before the lane: Halted: just so")
    expected_logs.allow("not in the journal")
    assert bench.journal.close() == 0
    bench.judge.gate.set()
    bench.lane.hold("just so")


def test_a_judgement_that_never_comes_back_is_given_up(
    bench: Bench, busy: HandCamera, expected_logs: ExpectedLogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_logs.append("CRITICAL inspector.inspection: a judgement or the disk has not come back")
    monkeypatch.setattr("inspector.inspection.inference._LONGEST_LAST_PART", 0.05)
    bench.lane.close()
    bench.inference.close()
    bench.judge.gate.set()

"""The state machine: allowed changes only, told in order."""

import threading

import pytest

from inspector.domain.station_state import StationState, TransitionRefused
from inspector.inspection.states import StateMachine, StationChange


def test_changes_are_told_after_they_were_made_and_in_order() -> None:
    machine = StateMachine("1")
    heard: list[StationChange] = []
    machine.changes.subscribe(heard.append)
    machine.become(StationState.INITIALIZED, "a")
    machine.become(StationState.READY, "b")
    assert heard == []
    machine.tell()
    machine.tell()
    assert heard == [StationChange("1", StationState.INITIALIZED, "a"), StationChange("1", StationState.READY, "b")]


def test_what_opc_does_not_know_is_refused_and_changes_nothing() -> None:
    machine = StateMachine("1")
    with pytest.raises(TransitionRefused):
        machine.become(StationState.CONTINUOUS_EXECUTION, "started")
    assert machine.current.state is StationState.PREOPERATIONAL


def test_the_reason_alone_may_change() -> None:
    machine = StateMachine("1")
    machine.become(StationState.PREOPERATIONAL, "the camera is being opened")
    assert machine.current.why == "the camera is being opened"


def test_a_change_made_while_telling_is_told_by_whoever_tells() -> None:
    machine = StateMachine("1")
    heard: list[str] = []

    def listen(change: StationChange) -> None:
        heard.append(change.why)
        if change.why == "a":
            other = threading.Thread(target=change_and_tell)
            other.start()
            other.join(5)  # the other thread does not wait for this one
            assert not other.is_alive()

    def change_and_tell() -> None:
        machine.become(StationState.READY, "b")
        machine.tell()

    heard_after_it: list[str] = []
    machine.changes.subscribe(listen)
    machine.changes.subscribe(lambda change: heard_after_it.append(change.why))
    machine.become(StationState.INITIALIZED, "a")
    machine.tell()
    assert heard == heard_after_it == ["a", "b"]


def test_telling_all_waits_for_the_thread_that_tells() -> None:
    machine = StateMachine("1")
    heard: list[str] = []
    telling, go_on = threading.Event(), threading.Event()

    def listen(change: StationChange) -> None:
        telling.set()
        assert go_on.wait(20)
        heard.append(change.why)

    machine.changes.subscribe(listen)
    machine.become(StationState.INITIALIZED, "a")
    teller = threading.Thread(target=machine.tell)
    teller.start()
    assert telling.wait(20)
    machine.become(StationState.PREOPERATIONAL, "closing")
    threading.Timer(0.05, go_on.set).start()
    machine.tell_all()
    assert heard == ["a", "closing"]
    teller.join()

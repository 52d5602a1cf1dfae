"""The bookkeeping of triggers, on times that the test makes up."""

import itertools
import math

import numpy as np
import pytest

from inspector.domain.frame import Frame
from inspector.domain.inspection import TriggerSource
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.inspection.triggers import Interval, Labels, TriggerDesk
from tests.fixtures.clock import START


def frame(monotonic: float) -> Frame:
    return Frame(np.zeros((2, 2), np.uint8), 0, monotonic, START, "hand:1")


@pytest.fixture
def desk() -> TriggerDesk:
    sequences = itertools.count(1)
    return TriggerDesk(lambda: next(sequences))


def test_an_interval_falls_due_at_once_and_does_not_drift() -> None:
    interval = Interval(100.0)
    assert not interval.due(99.9, 0.5)
    assert interval.due(100.0, 0.5)
    fired = []
    for step in range(1000):
        now = 100.0 + 0.013 * step
        if interval.due(now, 0.5):
            fired.append(now)
    assert len(fired) == 25
    assert all(0 <= now - (100.0 + 0.5 * number) < 0.0131 for number, now in enumerate(fired, start=1))


def test_what_an_interval_missed_is_left_out() -> None:
    interval = Interval(0.0)
    assert interval.due(0.0, 1.0)
    assert interval.due(5.3, 1.0)
    assert not interval.due(5.9, 1.0)
    assert interval.next == 6.0
    assert Interval().next == math.inf


def test_nothing_is_triggered_outside_of_a_run(desk: TriggerDesk) -> None:
    desk.overruled = TriggerMode.EACH_FRAME
    assert desk.for_picture(frame(1), recorded=True, preview=False) is None
    assert not desk.wants_picture(room=True)
    assert not desk.accepting
    assert not desk.through
    assert desk.finish("over") == []
    assert desk.ending == ""


def test_each_frame_counts_and_a_preview_does_not(desk: TriggerDesk) -> None:
    desk.trigger = Trigger(TriggerMode.EACH_FRAME)
    desk.begin(2, 0.0)
    assert desk.wants_picture(room=True)
    assert not desk.wants_picture(room=False)
    assert desk.for_picture(frame(1), recorded=False, preview=True) is None
    first = desk.for_picture(frame(2), recorded=False, preview=False)
    assert first is not None
    assert (first.sequence, first.monotonic, first.source) == (1, 2, TriggerSource.FRAME)
    assert desk.for_picture(frame(3), recorded=False, preview=False) is not None
    assert not desk.accepting
    assert desk.for_picture(frame(4), recorded=False, preview=False) is None
    assert not desk.through
    desk.recorded(1)
    desk.recorded(2)
    assert desk.through
    assert desk.end() == []
    assert not desk.through


def test_waiting_triggers_come_first_in_their_order(desk: TriggerDesk) -> None:
    desk.begin(None, 0.0)
    desk.await_picture(TriggerSource.OPERATOR, START, 10.0)
    desk.await_picture(TriggerSource.OPERATOR, START, 11.0)
    assert desk.wants_picture(room=False)
    assert desk.for_picture(frame(9.9), recorded=False, preview=False) is None
    taken = desk.for_picture(frame(9.9), recorded=True, preview=False)
    assert taken is not None
    assert taken.sequence == 1
    taken = desk.for_picture(frame(12), recorded=False, preview=True)
    assert taken is not None
    assert taken.sequence == 2
    assert desk.for_picture(frame(13), recorded=False, preview=False) is None


def test_late_triggers_expire_one_by_one(desk: TriggerDesk) -> None:
    desk.trigger = Trigger(TriggerMode.SOFTWARE, timeout=2.0)
    desk.begin(None, 0.0)
    assert desk.next_due() == math.inf
    desk.await_picture(TriggerSource.OPERATOR, START, 10.0)
    desk.await_picture(TriggerSource.OPERATOR, START, 11.0)
    assert desk.next_due() == 12.0
    assert desk.expired(11.9) == []
    assert [late.sequence for late in desk.expired(12.0)] == [1]
    assert desk.next_due() == 13.0
    assert [trigger.sequence for trigger in desk.end()] == [2]
    assert desk.outstanding == 2


def test_the_clock_triggers_only_in_its_mode_and_in_a_run(desk: TriggerDesk) -> None:
    desk.trigger = Trigger(TriggerMode.INTERVAL, interval=1.0)
    assert not desk.interval_due(0.0)
    desk.begin(None, 5.0)
    assert desk.next_due() == 5.0
    assert desk.interval_due(5.0)
    assert not desk.interval_due(5.5)
    desk.overruled = TriggerMode.SOFTWARE
    assert not desk.interval_due(7.0)
    desk.overruled = None
    desk.finish("no more pictures")
    assert not desk.interval_due(8.0)
    assert desk.ending == "no more pictures"


def test_the_expected_product_stays_until_the_next_lot(desk: TriggerDesk) -> None:
    desk.begin(None, 0.0)
    desk.labels = Labels(lot="L1", expected="cola")
    first = desk.await_picture(TriggerSource.OPERATOR, START, 1.0)
    second = desk.await_picture(TriggerSource.OPERATOR, START, 2.0)
    assert (first.expected, second.expected) == ("cola", "cola")


def test_a_serial_is_of_one_part(desk: TriggerDesk) -> None:
    desk.begin(None, 0.0)
    desk.labels = Labels("Ada", "L1", "S1")
    first = desk.await_picture(TriggerSource.OPERATOR, START, 1.0)
    second = desk.await_picture(TriggerSource.OPERATOR, START, 2.0)
    assert (first.operator, first.lot, first.serial) == ("Ada", "L1", "S1")
    assert (second.operator, second.lot, second.serial) == ("Ada", "L1", "")


def test_each_frame_of_a_line_trigger_is_a_part(desk: TriggerDesk) -> None:
    desk.trigger = Trigger(TriggerMode.LINE)
    desk.begin(None, 0.0)
    assert desk.wants_picture(room=True)
    assert desk.for_picture(frame(1), recorded=False, preview=True) is None
    taken = desk.for_picture(frame(2), recorded=False, preview=False)
    assert taken is not None
    assert (taken.monotonic, taken.source) == (2, TriggerSource.LINE)


def test_in_presence_mode_the_pictures_of_parts_are_parts(desk: TriggerDesk) -> None:
    desk.trigger = Trigger(TriggerMode.PRESENCE)
    desk.begin(2, 0.0)
    assert desk.for_picture(frame(1), recorded=False, preview=False) is None
    taken = desk.for_picture(frame(2), recorded=False, preview=False, present=True)
    assert taken is not None
    assert (taken.sequence, taken.monotonic, taken.source) == (1, 2, TriggerSource.PRESENCE)
    assert desk.for_picture(frame(3), recorded=False, preview=True, present=True) is not None
    assert desk.for_picture(frame(4), recorded=False, preview=False, present=True) is None


def test_presence_counts_in_its_own_mode_only(desk: TriggerDesk) -> None:
    desk.trigger = Trigger(TriggerMode.SOFTWARE)
    desk.begin(None, 0.0)
    assert desk.for_picture(frame(1), recorded=False, preview=False, present=True) is None
    assert not desk.wants_picture(room=True)


def test_the_button_works_in_presence_mode_and_does_not_double_a_part(desk: TriggerDesk) -> None:
    desk.trigger = Trigger(TriggerMode.PRESENCE)
    desk.begin(None, 0.0)
    desk.await_picture(TriggerSource.OPERATOR, START, 10.0)
    taken = desk.for_picture(frame(11), recorded=False, preview=False, present=True)
    assert taken is not None
    assert taken.source is TriggerSource.OPERATOR
    assert desk.outstanding == 1


def test_a_scan_waits_for_its_picture_and_is_the_serial_of_that_part(desk: TriggerDesk) -> None:
    desk.trigger = Trigger(TriggerMode.SCAN)
    desk.begin(None, 0.0)
    desk.labels = Labels("Ada", "L1", "left over")
    desk.scanned("4006381333931", START, 10.0)
    assert desk.for_picture(frame(9), recorded=False, preview=False) is None
    taken = desk.for_picture(frame(11), recorded=False, preview=False)
    assert taken is not None
    assert (taken.serial, taken.lot, taken.source) == ("4006381333931", "L1", TriggerSource.SCAN)
    assert desk.await_picture(TriggerSource.OPERATOR, START, 12.0).serial == ""

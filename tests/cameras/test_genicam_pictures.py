import threading
from datetime import UTC, datetime

import numpy as np
import pytest

from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.genicam_pictures import (
    TRIGGERED_KEPT,
    Arrival,
    BlockNumbers,
    PictureQueue,
    RawPicture,
    delivery_of,
)
from inspector.cameras.pixels import format_code
from inspector.domain.frame import Frame, FrameFault

MONO8 = format_code("Mono8")


def _raw(data: bytes = bytes(range(12)), complete: bool = True, code: int = MONO8) -> RawPicture:
    return RawPicture(data, code, 4, 3, 1, complete)


def _arrival(sequence: int, raw: RawPicture | None = None) -> Arrival:
    return Arrival(raw or _raw(), sequence, float(sequence), datetime(2026, 1, 1, tzinfo=UTC))


def test_block_numbers_become_a_sequence_with_the_gaps_in_it() -> None:
    numbers = BlockNumbers()
    assert [numbers.widen(block) for block in (1, 2, 5, 6)] == [0, 1, 4, 5]


def test_sixteen_bit_numbers_go_round_without_a_zero() -> None:
    numbers = BlockNumbers()
    assert [numbers.widen(block) for block in (65533, 65534, 65535, 1, 2)] == [0, 1, 2, 3, 4]
    numbers = BlockNumbers()
    assert [numbers.widen(block) for block in (65534, 2)] == [0, 3]


def test_wider_numbers_do_not_go_round() -> None:
    numbers = BlockNumbers()
    assert [numbers.widen(block) for block in (2**40, 2**40 + 1)] == [0, 1]


def test_the_sequence_grows_over_a_restart_and_what_comes_twice() -> None:
    numbers = BlockNumbers()
    assert [numbers.widen(block) for block in (1, 2, 2)] == [0, 1, 2]
    numbers.restarted()
    assert numbers.widen(1) == 3


def test_of_a_free_running_camera_the_newest_wins() -> None:
    queue = PictureQueue()
    for sequence in range(5):
        queue.put(_arrival(sequence))
    newest = queue.take()
    assert newest is not None
    assert newest.sequence == 4


def test_of_a_triggered_camera_all_come_in_order_and_none_is_forgotten() -> None:
    queue = PictureQueue()
    queue.keep_every(True)
    for sequence in range(TRIGGERED_KEPT + 3):
        queue.put(_arrival(sequence))
    taken = [queue.take() for _ in range(TRIGGERED_KEPT + 3)]
    assert [arrival.sequence for arrival in taken if arrival] == list(range(TRIGGERED_KEPT + 3))
    deliveries = [delivery_of(arrival, "gige:1") for arrival in taken if arrival]
    assert [isinstance(delivery, FrameFault) for delivery in deliveries] == [False] * TRIGGERED_KEPT + [True] * 3


def test_pictures_from_before_the_trigger_are_no_parts() -> None:
    queue = PictureQueue()
    queue.put(_arrival(1))
    queue.keep_every(True)
    queue.put(_arrival(2))
    queue.keep_every(True)
    taken = queue.take()
    assert taken is not None
    assert taken.sequence == 2


def test_a_loss_comes_after_the_pictures_before_it_and_the_first_reason_counts() -> None:
    queue = PictureQueue()
    queue.put(_arrival(1))
    queue.fail(CameraUnavailable("first"))
    queue.fail(CameraUnavailable("second"))
    assert queue.take() is not None
    with pytest.raises(CameraUnavailable, match="first"):
        queue.take()


def test_closing_ends_a_wait() -> None:
    queue = PictureQueue()
    taken: list[Arrival | None] = []
    thread = threading.Thread(target=lambda: taken.append(queue.take()))
    thread.start()
    queue.close()
    thread.join(2)
    assert taken == [None]
    queue.put(_arrival(1))
    assert queue.take() is None


def test_a_picture_is_delivered_as_a_frame() -> None:
    frame = delivery_of(_arrival(7), "gige:1")
    assert isinstance(frame, Frame)
    assert np.array_equal(frame.pixels, np.arange(12, dtype=np.uint8).reshape(3, 4))
    assert (frame.sequence, frame.monotonic, frame.camera, frame.incomplete) == (7, 7.0, "gige:1", False)


def test_an_incomplete_picture_is_marked_and_black_where_nothing_came() -> None:
    frame = delivery_of(_arrival(1, _raw(b"\xff" * 5, complete=False)), "gige:1")
    assert isinstance(frame, Frame)
    assert frame.incomplete
    assert frame.pixels.ravel().tolist() == [255] * 5 + [0] * 7


@pytest.mark.parametrize("raw", [_raw(b"\xff" * 5), _raw(code=0x01080099), _raw(complete=False, code=0x01080099)])
def test_what_cannot_be_read_is_a_fault(raw: RawPicture) -> None:
    fault = delivery_of(_arrival(1, raw), "gige:1")
    assert isinstance(fault, FrameFault)
    assert "cannot be read" in fault.message

"""How long a camera that is away is left alone."""

import pytest

from inspector.inspection.retry import USUAL_PAUSES, RetryPauses, Tries, is_held

HEARTBEAT = 3.0
SOONEST_BACK = 3.0


def test_the_usual_pauses_keep_both_promises() -> None:
    assert USUAL_PAUSES.held > HEARTBEAT
    assert USUAL_PAUSES.away < SOONEST_BACK / 2


def test_a_loss_is_followed_by_a_try_at_once_and_then_by_even_pauses() -> None:
    tries = Tries(RetryPauses(1.0, 4.0))
    assert tries.pause("no picture for 2 s", opened=True) == 0
    assert [tries.pause("it is not found", opened=False) for _ in range(50)] == [1.0] * 50


@pytest.mark.parametrize("why", ["it is held by another program", "in use by 10.0.0.3", "used by another application"])
def test_a_device_that_is_held_is_left_alone_for_longer_than_its_heartbeat(why: str) -> None:
    tries = Tries(USUAL_PAUSES)
    assert is_held(why)
    assert [tries.pause(why, opened=False) for _ in range(3)] == [4.0] * 3
    assert tries.pause("it is not found", opened=False) == 1.0


def test_a_camera_that_is_lost_again_before_its_first_picture_is_tried_ever_more_seldom() -> None:
    tries = Tries(RetryPauses(1.0, 4.0))
    assert [tries.pause("lost", opened=True) for _ in range(5)] == [0.0, 2.0, 4.0, 4.0, 4.0]
    tries.worked()
    assert tries.pause("lost", opened=True) == 0.0


def test_a_loss_for_another_reason_is_no_device_that_is_held() -> None:
    assert not is_held("the camera 'gige:1' gave no picture for 2 s and does not answer")

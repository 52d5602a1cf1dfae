from inspector.cameras.frame_age import FrameAge
from tests.fixtures.clock import FakeClock


def test_a_camera_that_sends_is_not_asked(fake_clock: FakeClock) -> None:
    age = FrameAge(fake_clock)
    for _ in range(10):
        fake_clock.advance(0.9)
        age.arrived()
        assert not age.asks()


def test_a_silent_one_is_asked_once_a_second(fake_clock: FakeClock) -> None:
    age = FrameAge(fake_clock)
    asked = []
    for eighth in range(1, 26):
        fake_clock.advance(0.125)
        if age.asks():
            asked.append(eighth)
    assert asked == [8, 16, 24]


def test_the_age_is_that_of_the_last_picture(fake_clock: FakeClock) -> None:
    age = FrameAge(fake_clock)
    fake_clock.advance(4)
    assert age.asks()
    assert age.seconds == 4
    age.arrived()
    assert age.seconds == 0


def test_it_is_stuck_after_five_seconds_or_five_periods(fake_clock: FakeClock) -> None:
    age = FrameAge(fake_clock)
    fake_clock.advance(5.5)
    assert age.stuck(0.05)
    assert not age.stuck(2.0)
    fake_clock.advance(5)
    assert age.stuck(2.0)

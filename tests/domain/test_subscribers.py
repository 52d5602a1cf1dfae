"""Telling others: in order, whatever one of them does."""

from typing import Any

from inspector.domain.subscribers import Subscribers


def test_all_are_told_in_order() -> None:
    told: list[tuple[str, int]] = []
    subscribers: Subscribers[int] = Subscribers()
    subscribers.subscribe(lambda item: told.append(("first", item)))
    subscribers.subscribe(lambda item: told.append(("second", item)))
    subscribers.publish(1)
    subscribers.publish(2)
    assert told == [("first", 1), ("second", 1), ("first", 2), ("second", 2)]


def test_who_left_is_told_no_more() -> None:
    told: list[int] = []
    subscribers: Subscribers[int] = Subscribers()
    leave = subscribers.subscribe(told.append)
    subscribers.publish(1)
    leave()
    leave()
    subscribers.publish(2)
    assert told == [1]


def test_one_may_leave_while_told() -> None:
    told: list[str] = []
    subscribers: Subscribers[int] = Subscribers()

    def once(_: int) -> None:
        told.append("once")
        leave()

    leave = subscribers.subscribe(once)
    subscribers.subscribe(lambda _: told.append("always"))
    subscribers.publish(1)
    subscribers.publish(2)
    assert told == ["once", "always", "always"]


def test_one_that_fails_disturbs_nobody_and_stays(expected_logs: Any) -> None:
    expected_logs.append("ERROR inspector.subscribers: a subscriber failed on int")
    told: list[int] = []
    subscribers: Subscribers[int] = Subscribers()

    def fail(item: int) -> None:
        told.append(-item)
        raise OSError("broken lamp")

    subscribers.subscribe(fail)
    subscribers.subscribe(told.append)
    subscribers.publish(1)
    subscribers.publish(2)
    assert told == [-1, 1, -2, 2]

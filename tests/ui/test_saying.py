"""What the big panel says in each state: never an old verdict as if it were news."""

from zoneinfo import ZoneInfo

import pytest

from inspector.domain.inspection import Inspection
from inspector.domain.recipe import TriggerMode
from inspector.domain.station_state import EXECUTING, StationState
from inspector.domain.verdict import Reason, Verdict
from inspector.ui.bench.saying import Situation, saying, sentence
from inspector.ui.bench.verdict_panel import Shown
from tests.ui.staging import inspection as part

ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def english(look: object) -> None:
    """Numbers are written in the window's language."""


def said(
    state: StationState,
    newest: Inspection | None = None,
    *,
    mode: TriggerMode = TriggerMode.SOFTWARE,
    of_this_run: bool = True,
    missing: str = "",
) -> Shown:
    return saying(Situation(state, "the cable is out", mode, newest, of_this_run, missing), ZONE)


def test_a_part_of_this_run_is_said_loudly() -> None:
    shown = said(StationState.CONTINUOUS_EXECUTION, part())
    assert (shown.verdict, shown.word, shown.headline) == (Verdict.NG, "NG", "rolled-in scale")
    assert shown.detail == "Part 1,284  ·  14:03:22  ·  98.5 % sure"
    assert not shown.stale


def test_a_check_says_what_to_do_and_claims_no_certainty() -> None:
    shown = said(StationState.CONTINUOUS_EXECUTION, part(Verdict.CHECK))
    assert shown.headline == "Not sure: look at the part"
    assert "sure" not in shown.detail


def test_an_error_of_a_part_says_its_reason() -> None:
    shown = said(StationState.CONTINUOUS_EXECUTION, part(Verdict.ERROR, reason=Reason.OVERRUN))
    assert (shown.verdict, shown.headline) == (Verdict.ERROR, "Parts came too fast")


@pytest.mark.parametrize("state", [StationState.READY, StationState.INITIALIZED])
def test_after_the_stop_the_last_verdict_is_quiet(state: StationState) -> None:
    shown = said(state, part())
    assert shown.stale
    assert shown.detail.startswith("Last part")


@pytest.mark.parametrize("state", sorted(EXECUTING))
def test_a_new_run_waits_for_its_own_first_part(state: StationState) -> None:
    shown = said(state, part(Verdict.OK), of_this_run=False)
    assert shown.verdict is None
    assert shown.word == "Waiting for the first part"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (TriggerMode.SOFTWARE, "press Trigger"),
        (TriggerMode.EACH_FRAME, "Every picture"),
        (TriggerMode.INTERVAL, "even"),
    ],
)
def test_a_new_run_says_how_parts_are_triggered(mode: TriggerMode, words: str) -> None:
    assert words in said(StationState.CONTINUOUS_EXECUTION, None, mode=mode, of_this_run=False).headline


def test_a_fault_of_the_station_covers_a_good_part() -> None:
    shown = said(StationState.ERROR, part(Verdict.OK))
    assert (shown.verdict, shown.detail) == (Verdict.ERROR, "The cable is out.")


def test_a_held_station_says_so_instead_of_a_verdict() -> None:
    shown = said(StationState.HALTED, part(Verdict.OK))
    assert (shown.verdict, shown.word, shown.headline) == (None, "On hold", "The cable is out.")


def test_a_station_that_is_not_ready_says_what_it_needs() -> None:
    assert said(StationState.PREOPERATIONAL, missing="Choose a camera first.").headline == "Choose a camera first."
    assert said(StationState.PREOPERATIONAL).headline == "The cable is out."


def test_before_the_first_part_of_all_it_says_what_to_press() -> None:
    assert said(StationState.READY).headline == "Press Start to begin."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("held", "Held."),
        ("Is it?", "Is it?"),
        ("cut.recipe is cut off", "cut.recipe is cut off."),
        ("done.", "Done."),
        ("读取失败。", "读取失败。"),
    ],
)
def test_a_sentence_begins_large_and_ends(text: str, expected: str) -> None:
    assert sentence(text) == expected

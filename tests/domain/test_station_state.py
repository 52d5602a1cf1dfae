"""The station's states and the ways between them, spelled out once more by hand."""

import pytest

from inspector.domain.station_state import EXECUTING, OPERATIONAL, StationState, TransitionRefused, check_transition

S = StationState
ALLOWED = {
    S.PREOPERATIONAL: {S.INITIALIZED, S.HALTED, S.ERROR},
    S.INITIALIZED: {S.READY, S.HALTED, S.ERROR, S.PREOPERATIONAL},
    S.READY: {S.INITIALIZED, S.SINGLE_EXECUTION, S.CONTINUOUS_EXECUTION, S.HALTED, S.ERROR, S.PREOPERATIONAL},
    S.SINGLE_EXECUTION: {S.READY, S.INITIALIZED, S.HALTED, S.ERROR, S.PREOPERATIONAL},
    S.CONTINUOUS_EXECUTION: {S.READY, S.INITIALIZED, S.HALTED, S.ERROR, S.PREOPERATIONAL},
    S.HALTED: {S.PREOPERATIONAL},
    S.ERROR: {S.PREOPERATIONAL, S.HALTED},
}


@pytest.mark.parametrize("current", list(S))
@pytest.mark.parametrize("following", list(S))
def test_ways(current: StationState, following: StationState) -> None:
    if following in ALLOWED[current]:
        check_transition(current, following)
        return
    with pytest.raises(TransitionRefused, match=f"the station is {current} and cannot become {following}"):
        check_transition(current, following)


def test_what_is_operational() -> None:
    assert {S.SINGLE_EXECUTION, S.CONTINUOUS_EXECUTION} == EXECUTING
    assert {S.INITIALIZED, S.READY} | EXECUTING == OPERATIONAL

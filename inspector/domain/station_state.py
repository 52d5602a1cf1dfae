"""The station's states, by their names in OPC 40100-1, and which may follow which."""

from enum import StrEnum


class StationState(StrEnum):
    """VisionStateMachineType and, inside Operational, VisionAutomaticModeStateMachineType."""

    PREOPERATIONAL = "Preoperational"
    HALTED = "Halted"
    ERROR = "Error"
    INITIALIZED = "Initialized"
    READY = "Ready"
    SINGLE_EXECUTION = "SingleExecution"
    CONTINUOUS_EXECUTION = "ContinuousExecution"


class TransitionRefused(RuntimeError):
    """A change of state that the state machine does not know."""


EXECUTING = frozenset({StationState.SINGLE_EXECUTION, StationState.CONTINUOUS_EXECUTION})
OPERATIONAL = EXECUTING | {StationState.INITIALIZED, StationState.READY}

_FOLLOWERS: dict[StationState, frozenset[StationState]] = {
    StationState.PREOPERATIONAL: frozenset({StationState.INITIALIZED, StationState.HALTED, StationState.ERROR}),
    StationState.INITIALIZED: frozenset({StationState.READY}),
    StationState.READY: frozenset({StationState.INITIALIZED}) | EXECUTING,
    StationState.SINGLE_EXECUTION: frozenset({StationState.READY, StationState.INITIALIZED}),
    StationState.CONTINUOUS_EXECUTION: frozenset({StationState.READY, StationState.INITIALIZED}),
    StationState.HALTED: frozenset({StationState.PREOPERATIONAL}),
    StationState.ERROR: frozenset({StationState.PREOPERATIONAL, StationState.HALTED}),
}
_FROM_OPERATIONAL = frozenset({StationState.HALTED, StationState.ERROR, StationState.PREOPERATIONAL})


def check_transition(current: StationState, following: StationState) -> None:
    """Raise TransitionRefused unless `following` may come after `current` (OPC 40100-1, 8.2 and 8.3)."""
    allowed = _FOLLOWERS[current]
    if current in OPERATIONAL:
        allowed = allowed | _FROM_OPERATIONAL
    if following not in allowed:
        raise TransitionRefused(f"the station is {current} and cannot become {following}")

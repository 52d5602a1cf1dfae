"""The side of a lane that the inference thread talks to."""

from inspector.domain.station_state import StationState
from inspector.domain.verdict import Judgement, Reason
from inspector.inspection.lane_core import LaneCore
from inspector.inspection.part import PartTrigger, RecipeInUse
from inspector.vision.model_file import ModelFile

FAULTS_IN_A_ROW = 3


class JudgeSide:
    """Keeps the lane's recipe and stops the lane when its model fails. Meets `LaneListener`."""

    def __init__(self, core: LaneCore) -> None:
        self._core = core

    def recipe_activated(self, in_use: RecipeInUse) -> None:
        """Note the recipe in use."""
        core = self._core
        with core.lock:
            core.in_use = in_use
            core.desk.trigger = in_use.recipe.trigger
            core.judge_lost, core.faults_in_a_row = False, 0
            core.watch_presence_under_lock()
            core.set_camera_under_lock()
            core.become_ready_under_lock()
        core.log.recipe_activated(in_use.model_file, in_use.accelerator)
        core.tell()

    def recipe_refused(self, model_file: ModelFile, why: str) -> None:
        """Note that the recipe before stays in use, if there was one."""
        core = self._core
        core.log.recipe_refused(model_file, why)
        with core.lock:
            if core.state is StationState.PREOPERATIONAL:
                core.states.become(StationState.PREOPERATIONAL, why)
        core.tell()

    def accelerator_failed(self, why: str) -> None:
        """Write into the journal that the accelerator broke."""
        self._core.log.accelerator_failed(why)

    def accelerator_replaced(self, in_use: RecipeInUse) -> None:
        """Note the other accelerator."""
        core = self._core
        with core.lock:
            core.in_use = in_use
        core.log.accelerator_chosen(in_use.accelerator)

    def judge_lost(self, why: str) -> None:
        """Go to Error: nothing is left that can judge."""
        core = self._core
        with core.lock:
            core.judge_lost = True
            given_up = core.fail_under_lock(why)
        core.record_without_picture(given_up, Reason.STOPPED, why)
        core.tell()

    def part_judged(self, judgement: Judgement) -> None:
        """Ask the camera for more; go to Error when part after part cannot be judged."""
        core = self._core
        given_up: list[PartTrigger] = []
        with core.lock:
            failed = judgement.reason == Reason.MODEL_FAULT
            core.faults_in_a_row = core.faults_in_a_row + 1 if failed else 0
            if core.faults_in_a_row >= FAULTS_IN_A_ROW and core.state is not StationState.ERROR:
                why = f"{FAULTS_IN_A_ROW} parts in a row could not be judged: {judgement.message}"
                given_up = core.fail_under_lock(why)
            feed = core.feed
        core.record_without_picture(given_up, Reason.STOPPED, "the station stopped because the model fails")
        if failed:
            core.tell()
        elif feed is not None:
            feed.wake()

"""The one thread of a station that opens, runs and closes judges, for all its lanes in turn."""

import logging
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from inspector.domain.clock import Clock
from inspector.domain.frame import Frame
from inspector.domain.verdict import Judgement, Reason
from inspector.inspection.part import PartJob, RecipeInUse, camera_fault, error, judged_part, submit
from inspector.records.journal import Journal
from inspector.vision.choice import AcceleratorChoice
from inspector.vision.errors import AcceleratorFailed
from inspector.vision.judge import Judge
from inspector.vision.model_file import ModelFile

_LOG = logging.getLogger("inspector.inspection")
_CPU = "cpu"
_LONGEST_LAST_PART = 30.0


class JudgeOpener(Protocol):
    """What makes a judge of a model file; `inspector.vision.judge.open_judge` in the station."""

    def __call__(self, model_file: ModelFile, wanted: str, excluded: frozenset[str]) -> Judge:
        """Return a judge on the accelerator `wanted` that is none of `excluded`."""
        ...


class LaneListener(Protocol):
    """What a lane is told by the inference thread, on that thread. Each must return at once."""

    def recipe_activated(self, in_use: RecipeInUse) -> None:
        """Note that the next parts are judged by this recipe, on this accelerator."""
        ...

    def recipe_refused(self, model_file: ModelFile, why: str) -> None:
        """Note that the recipe cannot be used and the one before stays."""
        ...

    def accelerator_failed(self, why: str) -> None:
        """Note that the accelerator broke at a part, and another one is being looked for."""
        ...

    def accelerator_replaced(self, in_use: RecipeInUse) -> None:
        """Note that judging goes on, on another accelerator."""
        ...

    def judge_lost(self, why: str) -> None:
        """Note that nothing is left to judge with: every further part will be ERROR."""
        ...

    def part_judged(self, judgement: Judgement) -> None:
        """Note that a part is with the journal, and there is room for the next."""
        ...


class InferenceClosed(RuntimeError):
    """The station is closing; no recipe is activated any more."""


@dataclass(frozen=True, eq=False)
class _Activation:
    model_file: ModelFile
    wanted: str
    future: "Future[AcceleratorChoice]"


@dataclass(eq=False)
class _Seat:
    """A lane's place in the thread: what waits, in order, and what it is judged with."""

    listener: LaneListener
    waiting: deque[PartJob | _Activation] = field(default_factory=deque)
    parts_waiting: int = 0
    judge: Judge | None = None
    in_use: RecipeInUse | None = None
    wanted: str = "auto"
    excluded: frozenset[str] = frozenset()


class InferenceThread:
    """Judges parts one after the other, lanes taking turns, each lane's parts in order.

    Each lane has room for so many waiting parts of its own, so that a lane that is flooded costs no other a part. A new
    recipe waits in the same line as the parts, so what was triggered before it is judged by the one before. An
    accelerator that breaks is left out from then on and the part is judged once more on another one.
    """

    def __init__(self, journal: Journal, clock: Clock, open_judge: JudgeOpener, room: int = 8) -> None:
        self._journal = journal
        self._clock = clock
        self._open_judge = open_judge
        self._room = room
        self._changed = threading.Condition()
        self._seats: dict[str, _Seat] = {}
        self._turns: deque[str] = deque()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="inference", daemon=True)

    def start(self) -> None:
        """Start judging. Raises RuntimeError when called twice."""
        self._thread.start()

    def attach(self, lane: str, listener: LaneListener) -> None:
        """Give a lane its place. Raises ValueError when there is one of that name."""
        with self._changed:
            if lane in self._seats:
                raise ValueError(f"there is a lane called '{lane}' already")
            self._seats[lane] = _Seat(listener)
            self._turns.append(lane)

    def activate(self, lane: str, model_file: ModelFile, wanted: str = "auto") -> "Future[AcceleratorChoice]":
        """Judge the lane's further parts by this recipe; returns at once.

        The future brings the accelerator that was chosen, or the exception for which the recipe was refused; then the
        recipe before stays in use.
        """
        future: Future[AcceleratorChoice] = Future()
        with self._changed:
            if self._closing:
                future.set_exception(InferenceClosed("the station is closing"))
            else:
                self._seats[lane].waiting.append(_Activation(model_file, wanted, future))
                self._changed.notify()
        return future

    def submit(self, job: PartJob) -> bool:
        """Let a part wait for its turn; False when its lane has no room left or the thread is closing. Never waits."""
        with self._changed:
            seat = self._seats[job.lane]
            if self._closing or seat.parts_waiting >= self._room:
                return False
            seat.waiting.append(job)
            seat.parts_waiting += 1
            self._changed.notify()
            return True

    def has_room(self, lane: str) -> bool:
        """Say whether a part of this lane would be taken now."""
        with self._changed:
            return not self._closing and self._seats[lane].parts_waiting < self._room

    def close(self) -> None:
        """Finish the part that is being judged, record those that wait as ERROR `stopped`, close the judges and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(_LONGEST_LAST_PART)
            if self._thread.is_alive():
                _LOG.critical(
                    "a judgement or the disk has not come back for %.0f s and is given up", _LONGEST_LAST_PART
                )

    def _run(self) -> None:
        while True:
            with self._changed:
                seat = self._next_seat()
                while seat is None and not self._closing:
                    self._changed.wait()
                    seat = self._next_seat()
                if seat is None or self._closing:
                    break
                item = seat.waiting.popleft()
                seat.parts_waiting -= isinstance(item, PartJob)
            try:
                if isinstance(item, PartJob):
                    self._judge_part(seat, item)
                else:
                    self._activate(seat, item)
            except Exception:  # noqa: BLE001 - the other parts and lanes still need this thread
                _LOG.exception("a fault of the program in the inference thread")
        self._leave()

    def _next_seat(self) -> _Seat | None:
        """Return the next lane in turn for which something waits."""
        for _ in range(len(self._turns)):
            name = self._turns[0]
            self._turns.rotate(-1)
            if self._seats[name].waiting:
                return self._seats[name]
        return None

    def _leave(self) -> None:
        for seat in self._seats.values():
            for item in seat.waiting:
                if isinstance(item, _Activation):
                    item.future.set_exception(InferenceClosed("the station is closing"))
                else:
                    self._record(seat, item, error(Reason.STOPPED, "the station was closed before this part's turn"))
            seat.waiting.clear()
            self._close_judge(seat)

    def _activate(self, seat: _Seat, activation: _Activation) -> None:
        model_file = activation.model_file
        if not activation.future.set_running_or_notify_cancel():
            return
        try:
            judge = self._open_judge(model_file, activation.wanted, frozenset())
        except Exception as refusal:  # noqa: BLE001 - whatever is wrong with a recipe, the one before stays
            seat.listener.recipe_refused(model_file, _sentence(refusal))
            activation.future.set_exception(refusal)
            return
        self._close_judge(seat)
        seat.judge, seat.wanted, seat.excluded = judge, activation.wanted, frozenset()
        seat.in_use = RecipeInUse(model_file, judge.choice)
        seat.listener.recipe_activated(seat.in_use)
        activation.future.set_result(judge.choice)

    def _judge_part(self, seat: _Seat, job: PartJob) -> None:
        started = self._clock.monotonic()
        judgement = camera_fault(job.capture) or self._judged(seat, job)
        self._record(seat, job, judgement, started - job.trigger.monotonic)
        seat.listener.part_judged(judgement)

    def _judged(self, seat: _Seat, job: PartJob) -> Judgement:
        """Judge a frame, once more on another accelerator if the first breaks; ERROR `model_fault` if that fails."""
        assert isinstance(job.capture, Frame)
        try:
            if seat.judge is None:
                return error(Reason.MODEL_FAULT, "no accelerator is left that can run the model")
            try:
                return seat.judge.judge(job.capture.pixels, job.trigger.expected)
            except AcceleratorFailed as failure:
                self._replace_judge(seat, seat.judge, failure)
                return seat.judge.judge(job.capture.pixels, job.trigger.expected)
        except Exception as fault:  # noqa: BLE001 - whatever the model does, the part gets its record
            _LOG.exception("part %d could not be judged", job.trigger.sequence)
            return error(Reason.MODEL_FAULT, _sentence(fault))

    def _replace_judge(self, seat: _Seat, broken: Judge, failure: AcceleratorFailed) -> None:
        """Open the same model without the accelerator that broke. The processor is tried again: there is no other."""
        seat.listener.accelerator_failed(str(failure))
        if broken.choice.name != _CPU:
            seat.excluded |= {broken.choice.name}
        self._close_judge(seat)
        wanted = "auto" if seat.excluded else seat.wanted
        try:
            seat.judge = self._open_judge(broken.model_file, wanted, seat.excluded)
        except Exception as nothing_left:
            seat.listener.judge_lost(_sentence(nothing_left))
            raise
        seat.in_use = RecipeInUse(broken.model_file, seat.judge.choice)
        seat.listener.accelerator_replaced(seat.in_use)

    def _record(self, seat: _Seat, job: PartJob, judgement: Judgement, waiting: float = 0.0) -> None:
        assert seat.in_use is not None, "a lane triggers only with a recipe"
        submit(self._journal, judged_part(job, seat.in_use, judgement, waiting))

    def _close_judge(self, seat: _Seat) -> None:
        judge, seat.judge = seat.judge, None
        if judge is None:
            return
        try:
            judge.close()
        except Exception:  # noqa: BLE001 - whatever a driver does at its end, the others go on
            _LOG.exception("the accelerator could not be let go")


def _sentence(fault: Exception) -> str:
    return str(fault) or type(fault).__name__

"""Learning at a running station: the same desk, on the lane's recipe, without disturbing the lane."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path

from inspector.domain.camera_feature import FeatureSetting
from inspector.domain.clock import Clock
from inspector.domain.correction import Override
from inspector.domain.inspection import Event, EventKind
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Verdict
from inspector.inspection.lane import Lane
from inspector.learning.ask import questions
from inspector.learning.desk import Desk, Switched
from inspector.learning.informative import Question
from inspector.learning.process import LearnedAside, LearningProcess, learning_command
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records
from inspector.teaching.progress import Progress
from inspector.vision.model_file import ModelFile, read_model_file


class NoRecipeToLearn(Refusal, RuntimeError):
    """No recipe is in use, so there is nothing to ask about, to learn for or to switch."""


class LearningUnderWay(Refusal, RuntimeError):
    """A candidate is being made already."""


class LaneInProduction:
    """A lane as the desk sees it."""

    def __init__(self, lane: Lane, accelerator: Callable[[], str]) -> None:
        """Stand for a lane; `accelerator` gives the name of the one wanted."""
        self._lane = lane
        self._accelerator = accelerator

    def content_hash(self) -> str:
        """Return that of the recipe in use, empty while there is none."""
        return self._lane.content_hash

    def activate(self, model_file: ModelFile) -> None:
        """Judge further parts by this version, from between two parts on. Raises where it is refused."""
        self._lane.activate(model_file, self._accelerator()).result()


class LearningAtStation:
    """What the window offers a person to learn by. Every call returns at once, with a Future where it takes longer."""

    def __init__(
        self,
        data: Path,
        journal: Journal,
        records: Records,
        pictures: PictureStore,
        clock: Clock,
        lane: Lane,
        worker: Executor,
        accelerator: Callable[[], str],
    ) -> None:
        """Put it together; `worker` runs what may take a while, one after the other."""
        self._data = data
        self._journal = journal
        self._records = records
        self._pictures = pictures
        self._clock = clock
        self._lane = lane
        self._worker = worker
        self._desk = Desk(journal, records, pictures, clock, LaneInProduction(lane, accelerator))
        self._recipe: Path | None = None
        self._process: LearningProcess | None = None

    def follow(self, recipe: Path) -> None:
        """Note the file of the recipe that is in use from now on."""
        self._recipe = recipe

    def decide(
        self, sequence: int, verdict: Verdict, class_name: str | None, by: str, reason: str
    ) -> "Future[Override]":
        """Record a person's decision on a part, with its picture where that is still at hand; raises as `Desk` does."""
        frame = self._lane.recent.of(sequence)
        decide = partial(self._desk.decide, recipe=self._lane.recipe, pixels=None if frame is None else frame.pixels)
        return self._worker.submit(decide, sequence, verdict, class_name, by, reason)

    def ask(self, limit: int = 10) -> "Future[tuple[Question, ...]]":
        """Bring the parts that a person should decide on first."""
        recipe = self._recipe_in_use()
        return self._worker.submit(lambda: questions(self._records, self._pictures, read_model_file(recipe), limit))

    def learn(self, author: str, progress: Callable[[Progress], None] = lambda _: None) -> LearningProcess:
        """Begin to make a candidate, in a process of its own. Raises LearningUnderWay, NoRecipeToLearn."""
        recipe = self._recipe_in_use()
        if self._process is not None and not self._process.future.done():
            raise LearningUnderWay("a candidate is being made already; wait for it or cancel it")
        self._process = LearningProcess(learning_command(self._data, recipe, author), progress)
        self._process.future.add_done_callback(partial(self._note_candidate, author))
        return self._process

    def approve(self, number: int | None, by: str, reason: str) -> "Future[Switched]":
        """Let a candidate replace the active version; raises as `Desk` does."""
        return self._worker.submit(self._desk.approve, self._recipe_in_use(), number, by, reason)

    def roll_back(self, by: str, reason: str, number: int | None = None) -> "Future[Switched]":
        """Go back to an earlier version; raises as `Desk` does."""
        return self._worker.submit(self._desk.roll_back, self._recipe_in_use(), by, reason, number)

    def keep_camera(self, settings: tuple[FeatureSetting, ...], by: str) -> "Future[Switched]":
        """Have the recipe in use want its camera set like this from now on; raises as `Desk` does."""
        return self._worker.submit(self._desk.keep_camera, self._recipe_in_use(), settings, by)

    def close(self) -> None:
        """Stop learning and wait until its process is gone."""
        if self._process is not None:
            self._process.close()

    def _recipe_in_use(self) -> Path:
        if self._recipe is None:
            raise NoRecipeToLearn("no recipe is in use; choose one first")
        return self._recipe

    def _note_candidate(self, author: str, future: "Future[LearnedAside]") -> None:
        if future.exception() is not None:
            return
        made = future.result()
        details = {"number": str(made.number), "by": author, "corrected": str(made.corrected)}
        text = f"candidate {made.number} was made from {made.pictures} pictures, {made.corrected} of them corrected"
        self._journal.record_event(Event(EventKind.CANDIDATE_MADE, self._clock.now(), text, self._lane.name, details))

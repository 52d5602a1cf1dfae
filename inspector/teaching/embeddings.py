"""From picture files to features: read, found, seen in several views, run through the backbones."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.pictures import PictureUnreadable, decode
from inspector.teaching.dataset import Sample
from inspector.teaching.progress import Watch
from inspector.teaching.thumbnail import thumbnail
from inspector.teaching.views import View, view_of
from inspector.vision.accelerator import CPU, Session
from inspector.vision.preparation import Preparation

_STAGE = "reading pictures"
_MOST_WORKERS = 8

Outputs = Mapping[str, NDArray[np.float32]]
_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """A picture as the network takes it, uint8 `height x width x 3`, and the SHA-256 of its file.

    `problem` is empty, or says why the part was not found in it.
    """

    pixels: Pixels
    sha256: str
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Embedded:
    """One sample's features, `[V, F]` float32 for its V `views`, and the SHA-256 of its file.

    `thumbnail` is the part's picture, small.
    """

    sample: Sample
    sha256: str
    views: tuple[View, ...]
    features: NDArray[np.float32]
    thumbnail: Pixels


class Workers:
    """Runs one graph on all cores: a session on one thread each.

    That is faster than one session on all cores, and makes the results the same to the bit whatever their number.
    """

    def __init__(self, graph: bytes, size: tuple[int, int], most: int = _MOST_WORKERS) -> None:
        """Open the graph for pictures of that height and width. Raises AcceleratorFailed as `Session` does."""
        count = max(1, min(os.cpu_count() or 1, _MOST_WORKERS, most))
        self._sessions: SimpleQueue[Session] = SimpleQueue()
        self._opened = [Session(graph, CPU, size, threads=1) for _ in range(count)]
        for session in self._opened:
            self._sessions.put(session)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="teaching")

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End threads and sessions."""
        self._pool.shutdown(cancel_futures=True)
        for session in self._opened:
            session.close()

    def run(self, images: Pixels) -> dict[str, NDArray[np.float32]]:
        """Return the graph's outputs for images uint8 `[N, height, width, 3]`, one after the other."""
        session = self._sessions.get()
        try:
            return session.run(images)
        finally:
            self._sessions.put(session)

    def results(
        self, work: Callable[[_Task], _Result], tasks: Sequence[_Task], stage: str, watch: Watch
    ) -> list[_Result | PictureUnreadable]:
        """Return what `work` makes of each task, or why its picture cannot be read. Raises TeachingCancelled."""
        futures = [self._pool.submit(work, task) for task in tasks]
        found: list[_Result | PictureUnreadable] = []
        try:
            for place, future in enumerate(futures):
                watch.step(stage, place, len(tasks))
                try:
                    found.append(future.result())
                except PictureUnreadable as error:
                    found.append(error)
        finally:
            for future in futures:
                future.cancel()
        watch.step(stage, len(tasks), len(tasks))
        return found

    def outputs(self, images: Pixels) -> Outputs:
        """Return the graph's outputs for images uint8 `[N, height, width, 3]`, on all cores."""
        rows = list(self._pool.map(lambda image: self.run(image[None]), images))
        return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def read_prepared(path: Path, preparation: Preparation) -> ReadPicture:
    """Return a picture file as the network takes it. Raises PictureUnreadable with the reason, without the name."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PictureUnreadable(f"it cannot be read ({error.strerror or error})") from error
    prepared = preparation.prepare(decode(data))
    return ReadPicture(prepared.image, hashlib.sha256(data).hexdigest(), prepared.problem)


def embed(
    graph: bytes,
    samples: Sequence[Sample],
    views: Sequence[tuple[View, ...]],
    preparation: Preparation,
    watch: Watch,
    stage: str = _STAGE,
) -> tuple[tuple[Embedded, ...], tuple[str, ...]]:
    """Return the features of each usable sample in the views given for it, and a sentence for each that is not.

    `graph` gives `embedding`. A picture in which the part is not found is not used. Raises TeachingCancelled, and
    AcceleratorFailed as `Session` does.
    """

    def work(task: tuple[Sample, tuple[View, ...]]) -> Embedded:
        sample, seen = task
        picture = read_prepared(sample.path, preparation)
        if picture.problem:
            raise PictureUnreadable(picture.problem.rstrip("."))
        images = np.stack([view_of(picture.pixels, view) for view in seen])
        return Embedded(sample, picture.sha256, seen, workers.run(images)["embedding"], thumbnail(picture.pixels))

    with Workers(graph, (preparation.height, preparation.width), len(samples)) as workers:
        found = workers.results(work, list(zip(samples, views, strict=True)), stage, watch)
    embedded = tuple(one for one in found if isinstance(one, Embedded))
    problems = tuple(
        f"{sample.class_name}/{sample.path.name} was left out: {one}."
        for sample, one in zip(samples, found, strict=True)
        if isinstance(one, PictureUnreadable)
    )
    return embedded, problems

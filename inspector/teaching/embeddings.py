"""From picture files to features: read, seen in several views, run through the backbone."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Region
from inspector.pictures import PictureUnreadable, decode
from inspector.teaching.backbone import INPUT_HEIGHT, INPUT_WIDTH
from inspector.teaching.dataset import Sample
from inspector.teaching.progress import Watch
from inspector.teaching.views import View, view_of
from inspector.vision.accelerator import CPU, Session
from inspector.vision.preprocessing import prepare

_STAGE = "reading pictures"
_MOST_WORKERS = 8


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """A picture as the network takes it, uint8 `INPUT_HEIGHT x INPUT_WIDTH x 3`, and the SHA-256 of its file."""

    pixels: Pixels
    sha256: str


@dataclass(frozen=True, eq=False)
class Embedded:
    """One sample's features, `[V, F]` float32 for its V `views`, and the SHA-256 of its file."""

    sample: Sample
    sha256: str
    views: tuple[View, ...]
    features: NDArray[np.float32]


def read_prepared(path: Path, region: Region) -> ReadPicture:
    """Return a picture file as the network takes it. Raises PictureUnreadable with the reason, without the name."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PictureUnreadable(f"it cannot be read ({error.strerror or error})") from error
    pixels = prepare(decode(data), region, INPUT_HEIGHT, INPUT_WIDTH)
    return ReadPicture(pixels, hashlib.sha256(data).hexdigest())


def embed(
    graph: bytes, samples: Sequence[Sample], views: Sequence[tuple[View, ...]], region: Region, watch: Watch
) -> tuple[tuple[Embedded, ...], tuple[str, ...]]:
    """Return the features of each readable sample in the views given for it, and a sentence for each unreadable one.

    `graph` gives `embedding`. Each core runs a session of its own on one thread, which is faster than one session on
    all cores and makes the features the same to the bit whatever the number of cores.
    Raises TeachingCancelled, and AcceleratorFailed as `Session` does.
    """
    embedded: list[Embedded] = []
    problems: list[str] = []
    workers = min(os.cpu_count() or 1, _MOST_WORKERS, len(samples))
    sessions: SimpleQueue[Session] = SimpleQueue()
    for _ in range(workers):
        sessions.put(Session(graph, CPU, (INPUT_HEIGHT, INPUT_WIDTH), threads=1))

    def work(sample: Sample, seen: tuple[View, ...]) -> Embedded:
        picture = read_prepared(sample.path, region)
        images = np.stack([view_of(picture.pixels, view) for view in seen])
        session = sessions.get()
        try:
            return Embedded(sample, picture.sha256, seen, session.run(images)["embedding"])
        finally:
            sessions.put(session)

    with ThreadPoolExecutor(workers, thread_name_prefix="teaching") as pool:
        tasks = [pool.submit(work, sample, seen) for sample, seen in zip(samples, views, strict=True)]
        try:
            for place, (sample, task) in enumerate(zip(samples, tasks, strict=True)):
                watch.step(_STAGE, place, len(samples))
                try:
                    embedded.append(task.result())
                except PictureUnreadable as error:
                    problems.append(f"{sample.class_name}/{sample.path.name} was left out: {error}.")
        finally:
            pool.shutdown(cancel_futures=True)
    watch.step(_STAGE, len(samples), len(samples))
    return tuple(embedded), tuple(problems)

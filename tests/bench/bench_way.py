"""Measures the whole way of a part against the bare network, in one run: throughput, latency, memory.

    python tests/bench/bench_way.py --recipe FILE [--parts 20000] [--folder FOLDER]

The whole way is frame handed over, judged, committed to disk, published. The bare network is `Network.run` of the same
graph on the same prepared picture. Both take turns, so that what else the machine does meets both alike. Frames are
1280 x 1024 colour from the demo camera's scene.

Everything is written below FOLDER (a temporary one unless said otherwise; 20,000 parts leave 3 GB of pictures) and
removed. Goals: throughput ratio <= 1.20, latency ratio <= 1.5, memory growth from 2,000 to 20,000 parts <= 5 MB.
"""

import argparse
import itertools
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.demo_part import DEFECTS, GOOD
from inspector.cameras.demo_scene import DemoScene
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Frame, Pixels
from inspector.domain.inspection import Inspection, TriggerSource
from inspector.domain.recipe import TriggerMode
from inspector.inspection.inference import InferenceThread
from inspector.inspection.lane import Lane
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.vision.choice import choose_accelerator
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile, read_model_file
from inspector.vision.preprocessing import prepare

ROUNDS = 12
PARTS_A_ROUND = 40
RENDERED = 16
MEMORY_MARK = 2000
SAMPLES = 9


class MemoryCamera:
    """Stands still until asked and hands over rendered pictures; copies of them if asked, as a driver would."""

    def __init__(self, pictures: Sequence[Pixels], copies: bool) -> None:
        self.identity = CameraIdentity("memory", "memory:", "memory", simulated=True)
        self.waits = True
        self._pictures = pictures
        self._copies = copies
        self._clock = SystemClock()
        self._closed = False

    def open(self) -> None:
        """Do nothing."""

    def frames(self) -> Iterator[Frame]:
        """Return frames for ever, stamped when they are handed over."""
        for sequence in itertools.count():
            pixels = self._pictures[sequence % len(self._pictures)]
            if self._copies:
                pixels = pixels.copy()
            if self._closed:
                return
            yield Frame(pixels, sequence, self._clock.monotonic(), self._clock.now(), self.identity.address)

    def close(self) -> None:
        """End the frames."""
        self._closed = True


@dataclass
class Published:
    """What came out of the way, of all rounds."""

    total: list[float]
    stages: dict[str, list[float]]
    verdicts: dict[str, int]


class Way:
    """A station's lane from camera to journal, without a window."""

    def __init__(self, folder: Path, model_file: ModelFile, pictures: Sequence[Pixels], copies: bool = False) -> None:
        clock = SystemClock()
        self.database = Database.open(folder / "journal.sqlite")
        self.journal = Journal(self.database, PictureStore.open(folder / "pictures"), clock)
        self.inference = InferenceThread(self.journal, clock, open_judge)
        sequences = itertools.count(1)
        self.lane = Lane("1", self.inference, self.journal, clock, lambda: next(sequences))
        self.published = Published([], {}, {})
        self.deepest = 0
        self._came = threading.Event()
        self.forget_figures = self.journal.inspections.subscribe(self._note)
        self.journal.start()
        self.inference.start()
        self.lane.activate(model_file).result()
        self.lane.open_camera(MemoryCamera(pictures, copies)).result()
        while self.lane.state != "Ready":
            time.sleep(0.01)

    def run(self, parts: int) -> float:
        """Judge so many parts as fast as they go; return the seconds until the last was published."""
        self.lane.set_trigger_mode(TriggerMode.EACH_FRAME)
        started = time.perf_counter()
        self.lane.start(count=parts)
        while not self.lane.ended.wait(0.05):
            self.deepest = max(self.deepest, self.lane.outstanding)
        return time.perf_counter() - started

    def run_singly(self, parts: int) -> list[float]:
        """Judge so many parts one after the other; return the milliseconds from frame to published of each."""
        self.lane.set_trigger_mode(TriggerMode.SOFTWARE)
        self.lane.start()
        first = len(self.published.total)
        for _ in range(parts):
            self._came.clear()
            self.lane.trigger(TriggerSource.OPERATOR)
            self._came.wait()
        self.lane.stop()
        return self.published.total[first:]

    def close(self) -> None:
        """Let everything go."""
        self.lane.close()
        self.inference.close()
        self.journal.close()
        self.database.close()

    def _note(self, inspection: Inspection) -> None:
        timings = inspection.judgement.timings
        self.published.total.append(timings.total)
        for name in ("waiting", "prepare", "network", "decide", "commit"):
            self.published.stages.setdefault(name, []).append(getattr(timings, name))
        verdict = str(inspection.judgement.verdict)
        self.published.verdicts[verdict] = self.published.verdicts.get(verdict, 0) + 1
        self._came.set()


class Bare:
    """The network alone."""

    def __init__(self, model_file: ModelFile, picture: Pixels) -> None:
        self._network, self.choice = choose_accelerator(model_file)
        height, width = self._network.input_size
        self._image = prepare(picture, model_file.recipe.region, height, width)[None]

    def run(self, times: int) -> list[float]:
        """Return the milliseconds of each run."""
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            self._network.run(self._image)
            taken.append((time.perf_counter() - started) * 1000)
        return taken

    def close(self) -> None:
        """Let the network go."""
        self._network.close()


def compare(folder: Path, model_file: ModelFile, pictures: Sequence[Pixels], what: str) -> None:
    """Print both ratios for these pictures."""
    bare, way = Bare(model_file, pictures[0]), Way(folder, model_file, pictures)
    bare.run(10)
    way.run(10)
    network, each, latency = [], [], []
    first = len(way.published.total)
    for _ in range(ROUNDS):
        network.append(statistics.fmean(bare.run(PARTS_A_ROUND)))
        each.append(way.run(PARTS_A_ROUND) * 1000 / PARTS_A_ROUND)
        network.append(statistics.fmean(bare.run(PARTS_A_ROUND)))
        latency += way.run_singly(PARTS_A_ROUND)
    bare_ms, part_ms, single_ms = map(statistics.median, (network, each, latency))
    print(f"\n{what} ({bare.choice.name}, {len(way.published.total) - first} parts: {way.published.verdicts})")
    print(f"  network alone        {bare_ms:7.2f} ms")
    print(f"  a part, in a stream  {part_ms:7.2f} ms   ratio {part_ms / bare_ms:.2f} (goal 1.20)")
    print(f"  a part, alone        {single_ms:7.2f} ms   ratio {single_ms / bare_ms:.2f} (goal 1.50)")
    stages = {name: np.percentile(values[first:], (50, 99)) for name, values in way.published.stages.items()}
    print("  stages, median/p99:  " + ", ".join(f"{name} {a:.2f}/{b:.2f}" for name, (a, b) in stages.items()))
    print(f"  most parts under way {way.deepest}, dropped live frames {way.lane.live.dropped}")
    way.close()
    bare.close()


def remember(folder: Path, model_file: ModelFile, pictures: Sequence[Pixels], parts: int) -> None:
    """Print the resident memory after 2,000 parts and at the end."""
    way = Way(folder, model_file, pictures, copies=True)
    way.forget_figures()
    way.run(MEMORY_MARK - SAMPLES * PARTS_A_ROUND)
    early = resident(way)
    way.run(parts - MEMORY_MARK - SAMPLES * PARTS_A_ROUND)
    late = resident(way)
    print(f"\nresident memory after {MEMORY_MARK} parts {early:.1f} MB, after {parts} {late:.1f} MB")
    print(f"  growth {late - early:.1f} MB (goal 5)")
    way.close()


def resident(way: Way) -> float:
    """Return the resident memory in MB, the median over some more parts: buffers of pictures come and go."""
    samples = []
    for _ in range(SAMPLES):
        way.run(PARTS_A_ROUND)
        samples.append(psutil.Process().memory_info().rss / 1e6)
    return statistics.median(samples)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--parts", type=int, default=0, help="measure memory over so many parts, at least 4000")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    model_file = read_model_file(options.recipe)
    # Of OK no picture is kept here, so that the first comparison writes none at all.
    model_file = replace(model_file, recipe=replace(model_file.recipe, pictures=type(model_file.recipe.pictures)(0)))
    scene = DemoScene(7)
    good = [scene.still(index, GOOD) for index in range(RENDERED)]
    mixed = [*good[: RENDERED - 2], scene.still(RENDERED, DEFECTS[1]), scene.still(RENDERED + 1, DEFECTS[2])]
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="inspector-bench-") as name:
        for place, (what, pictures) in enumerate(
            {"good parts": good, "one part in eight defective, its picture kept": mixed}.items()
        ):
            folder = Path(name) / str(place)
            folder.mkdir()
            compare(folder, model_file, pictures, what)
        if options.parts:
            (Path(name) / "memory").mkdir()
            remember(Path(name) / "memory", model_file, mixed, options.parts)


if __name__ == "__main__":
    main()

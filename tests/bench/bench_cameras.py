"""Measures the camera drivers against the GigE Vision device of the tests, on loopback in an own network namespace.

    python tests/bench/bench_cameras.py [--drivers gige,gige2] [--only rates,losses,triggers,outages,ages]
        [--seconds 5] [--kills 20] [--packets 1400,8000]

- rates: pictures and MB a second and the receiving process's CPU at 1280 x 1024 and 2448 x 2048, Mono8: at 30 pictures
  a second over a wire of 1 Gbit/s, and as many as wires of 1 and 5 Gbit/s carry.
- losses: whole and incomplete pictures at 0, 1, 2 and 5 % of packets lost, with resends.
- triggers: from the software trigger to the picture in hand; the exposure is 0.1 ms.
- outages: the device is killed with SIGKILL and started again 1 s after that was noticed. Goals: 3 s and 3 s.
- ages: how old the newest picture is, by the stamp that the device writes into it, looked at 500 times a second, and
  how old pictures are when somebody takes them who needs three periods for each. Goal: never older than 2 periods.

Linux, as root (or under `unshare -rn`). The device is another process on the same cores.
"""

import argparse
import queue
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # tests.fixtures, when run as a script

from inspector.cameras.camera import AdjustableCamera, CameraIdentity, Delivery
from inspector.cameras.discovery import open_camera
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.frame import Frame
from inspector.inspection.feed import CameraFeed
from tests.fixtures.gige import start_device
from tests.fixtures.gige_device.own_network import enter_own_network

SIZES = ((1280, 1024), (2448, 2048))
PACES = ((30, 1000), (1000, 1000), (1000, 5000))
"""Pictures a second that the device is asked for, and Mbit a second that its wire carries."""
LOSSES = (0.0, 0.01, 0.02, 0.05)
SERIAL = "BENCH"
PICTURES = 8
GOAL_NOTICED, GOAL_BACK = 3.0, 3.0
_PATIENCE = 20.0


def main() -> None:
    """Print a table for each kind of measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drivers", default="gige,gige2")
    parser.add_argument("--only", default="rates,losses,triggers,outages,ages")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--packets", default="1400,8000", help="packet sizes in bytes")
    asked = parser.parse_args()
    problem = enter_own_network()
    if problem:
        raise SystemExit(problem)
    packets = [int(packet) for packet in asked.packets.split(",")]
    measurements: dict[str, Callable[[Path, str], None]] = {
        "rates": lambda folder, driver: measure_rates(folder, driver, packets, asked.seconds),
        "losses": lambda folder, driver: measure_losses(folder, driver, asked.seconds),
        "triggers": measure_triggers,
        "outages": lambda folder, driver: measure_outages(folder, driver, asked.kills),
        "ages": lambda folder, driver: measure_ages(folder, driver, asked.seconds),
    }
    with tempfile.TemporaryDirectory() as temporary:
        for name in asked.only.split(","):
            for driver in asked.drivers.split(","):
                measurements[name](Path(temporary), driver)


def pictures_of(folder: Path, size: tuple[int, int]) -> Path:
    """Return a folder of drawn pictures of a size, made when they are first asked for."""
    width, height = size
    place = folder / f"{width}x{height}"
    if not place.is_dir():
        place.mkdir()
        dice = np.random.default_rng(3)
        for number in range(PICTURES):
            picture = dice.integers(0, 64, (height, width), dtype=np.uint8)
            cv2.putText(picture, f"PART {number}", (100, height // 2), cv2.FONT_HERSHEY_SIMPLEX, 6, 255, 20)
            cv2.imwrite(str(place / f"{number}.bmp"), picture)
    return place


@contextmanager
def device(folder: Path, **options: object) -> Iterator[None]:
    """Have a device run for a while."""
    running = start_device(folder, serial=SERIAL, **options)
    try:
        yield
    finally:
        running.kill()


@contextmanager
def opened(address: str) -> Iterator[AdjustableCamera]:
    """Hold a camera for a while."""
    camera = open_camera(address)
    if not isinstance(camera, AdjustableCamera):
        raise SystemExit(f"{address} has no features")
    camera.open()
    try:
        yield camera
    finally:
        camera.close()


@dataclass(frozen=True)
class Reception:
    """What came in so many seconds, and the CPU seconds that it took this process."""

    seconds: float
    cpu: float
    before: CameraCounts
    after: CameraCounts

    def difference(self, name: str) -> int:
        """Return by how much a count has grown; -1 where the driver does not know."""
        before, after = getattr(self.before, name), getattr(self.after, name)
        return -1 if after is None else int(after) - int(before or 0)

    def rate(self, name: str) -> float:
        """Return by how much a count has grown in a second."""
        return float(self.difference(name) / self.seconds)


def receive(address: str, seconds: float) -> Reception:
    """Take pictures for so many seconds, after the device has made all of them ready."""
    with opened(address) as camera:
        frames = camera.frames()
        for _ in range(PICTURES + 2):
            next(frames)
        before, cpu, started = camera.controls.counts(), _cpu_seconds(), time.perf_counter()
        while time.perf_counter() - started < seconds:
            next(frames)
        took, used, after = time.perf_counter() - started, _cpu_seconds() - cpu, camera.controls.counts()
        return Reception(took, used, before, after)


def _cpu_seconds() -> float:
    times = psutil.Process().cpu_times()
    return times.user + times.system


def measure_rates(folder: Path, driver: str, packets: Sequence[int], seconds: float) -> None:
    """Print pictures, MB and CPU at each size, packet size and pace."""
    print(f"\nrates of {driver}, Mono8, {seconds:g} s each; CPU is that of the receiving process, % of one core")
    print("       size  packet  asked  Mbit/s     fps    MB/s  CPU %  incomplete  dropped")
    for size in SIZES:
        for packet in packets:
            for fps, link in PACES:
                with device(pictures_of(folder, size), exposure=10, fps=fps, link=link):
                    result = receive(f"{driver}:{SERIAL}?packet={packet}", seconds)
                rates = [
                    result.difference("frames") / result.seconds,
                    result.difference("bytes") / result.seconds / 1e6,
                ]
                lost = [result.difference(name) for name in ("incomplete", "dropped")]
                cpu = 100 * result.cpu / result.seconds
                place = f"{size[0]:>6}x{size[1]} {packet:>7} {fps:>6} {link:>7}"
                print("{} {:>7.1f} {:>7.1f} {:>6.1f} {:>11} {:>8}".format(place, *rates, cpu, *lost), flush=True)


def measure_losses(folder: Path, driver: str, seconds: float) -> None:
    """Print what became of the pictures when packets are lost, at 1280 x 1024 and 20 pictures a second."""
    print(f"\nlosses with {driver}, 1280x1024 Mono8 at 20 fps, packets of 1400 bytes, {seconds:g} s each, with resends")
    print(f"{'loss':>5} {'whole':>6} {'incomplete':>11} {'dropped':>8} {'asked again':>12} {'recovered':>10}")
    for loss in LOSSES:
        with device(pictures_of(folder, SIZES[0]), fps=20, loss=loss):
            result = receive(f"{driver}:{SERIAL}?packet=1400", seconds)
        counts = [result.difference(name) for name in ("frames", "incomplete", "dropped", "resends", "recovered")]
        print("{:>4.0f}% {:>6} {:>11} {:>8} {:>12} {:>10}".format(100 * loss, *counts), flush=True)


def measure_triggers(folder: Path, driver: str, times: int = 100) -> None:
    """Print how long it takes from the software trigger to the picture in hand."""
    for size in SIZES:
        with device(pictures_of(folder, size), exposure=100, link=1000), opened(f"{driver}:{SERIAL}") as camera:
            camera.controls.change("TriggerMode", "On")
            camera.controls.change("TriggerSource", "Software")
            came: queue.Queue[float] = queue.Queue()
            thread = threading.Thread(target=_note_moments, args=(camera, came))
            thread.start()
            took = []
            for number in range(times + PICTURES):
                started = time.perf_counter()
                camera.controls.trigger()
                moment = came.get(timeout=_PATIENCE)
                if number >= PICTURES:
                    took.append(1000 * (moment - started))
            extra = came.qsize()
            camera.close()
            thread.join()
        print(
            f"\ntriggers of {driver}, {size[0]}x{size[1]} Mono8 over 1 Gbit/s, {times} times: median"
            f" {statistics.median(took):.1f} ms, 99th of 100 {sorted(took)[-2]:.1f} ms; {extra} pictures too many",
            flush=True,
        )


def _note_moments(camera: AdjustableCamera, came: "queue.Queue[float]") -> None:
    for _ in camera.frames():
        came.put(time.perf_counter())


@dataclass(eq=False)
class Witness:
    """The sink of a feed: notes when pictures come and when the camera is lost."""

    pictures: "queue.Queue[float]" = field(default_factory=queue.Queue)
    losses: "queue.Queue[tuple[float, str]]" = field(default_factory=queue.Queue)
    there: bool = False

    def adjust(self, feed: CameraFeed) -> None:
        """Set nothing."""

    def opened(self, feed: CameraFeed) -> None:  # noqa: ARG002 - a FeedSink
        """Note that it is there."""
        self.there = True

    def wants(self, feed: CameraFeed) -> bool:  # noqa: ARG002 - a FeedSink
        """Say yes."""
        return True

    def take(self, feed: CameraFeed, delivery: Delivery) -> bool:  # noqa: ARG002 - a FeedSink
        """Note a whole picture."""
        if isinstance(delivery, Frame) and not delivery.incomplete:
            self.pictures.put(time.perf_counter())
        return True

    def ended(self, feed: CameraFeed) -> None:
        """Do nothing; such a camera has no end."""

    def failed(self, feed: CameraFeed, why: str, opened: bool) -> None:  # noqa: ARG002 - a FeedSink
        """Note the loss."""
        self.lost(feed, why)

    def lost(self, feed: CameraFeed, why: str) -> None:  # noqa: ARG002 - a FeedSink
        """Note the first moment of a loss; that it is still away is no news."""
        if self.there:
            self.there = False
            self.losses.put((time.perf_counter(), why))

    def forget_pictures(self) -> None:
        """Forget those that have come so far."""
        while not self.pictures.empty():
            self.pictures.get()


def measure_outages(folder: Path, driver: str, kills: int) -> None:
    """Print how soon a killed device is missed and, started again, sends pictures again."""
    place, address = pictures_of(folder, SIZES[0]), f"{driver}:{SERIAL}"
    witness = Witness()
    running = start_device(place, serial=SERIAL)
    feed = CameraFeed(open_camera(address), witness, again=lambda: open_camera(address))
    noticed, back = [], []
    try:
        future: Future[CameraIdentity] = feed.start()
        future.result(_PATIENCE)
        for _ in range(kills):
            witness.forget_pictures()
            witness.pictures.get(timeout=_PATIENCE)
            killed = time.perf_counter()
            running.kill()
            moment, _ = witness.losses.get(timeout=_PATIENCE)
            noticed.append(moment - killed)
            time.sleep(1.0)
            witness.forget_pictures()
            running = start_device(place, serial=SERIAL)
            started = time.perf_counter()
            back.append(witness.pictures.get(timeout=_PATIENCE) - started)
    finally:
        feed.close()
        running.kill()
    print(f"\noutages of {driver}, {kills} kills")
    for name, seconds, goal in (("noticed after", noticed, GOAL_NOTICED), ("pictures after restart", back, GOAL_BACK)):
        verdict = "met" if max(seconds) <= goal else "MISSED"
        print(
            f"  {name:<23} median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s;"
            f" goal {goal:g} s {verdict}",
            flush=True,
        )


def measure_ages(folder: Path, driver: str, seconds: float, frames_per_second: int = 30) -> None:
    """Print the age of the newest picture, and that of pictures taken by somebody who is slow."""
    period = 1 / frames_per_second
    options = {"fps": frames_per_second, "exposure": 10, "stamp": True}
    with device(pictures_of(folder, SIZES[0]), **options), opened(f"{driver}:{SERIAL}") as camera:
        latest: list[Frame] = []
        thread = threading.Thread(target=_keep_latest, args=(camera, latest))
        thread.start()
        time.sleep(2.0)
        ages = []
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            time.sleep(0.002)
            ages.append(_age(latest[0]))
        camera.close()
        thread.join()
    with device(pictures_of(folder, SIZES[0]), **options), opened(f"{driver}:{SERIAL}") as camera:
        frames = camera.frames()
        taken: list[float] = []
        while len(taken) < PICTURES + seconds / (3 * period):
            frame = next(frames)
            if isinstance(frame, Frame):
                taken.append(_age(frame))
            time.sleep(3 * period)
    print(f"\nages with {driver}, 1280x1024 Mono8 at {frames_per_second} fps; goal 2 periods")
    for name, found in (("newest picture, any time", ages), ("picture taken by the slow", taken[PICTURES:])):
        worst = max(found) / period
        print(
            f"  {name:<26} median {statistics.median(found) / period:.2f} periods, worst {worst:.2f} of {len(found)};"
            f" {'met' if worst <= 2 else 'MISSED'}",
            flush=True,
        )


def _keep_latest(camera: AdjustableCamera, latest: list[Frame]) -> None:
    for delivery in camera.frames():
        if isinstance(delivery, Frame) and not delivery.incomplete:
            latest[:] = [delivery]


def _age(frame: Frame) -> float:
    """Return the seconds since the device has taken a picture, by the stamp in its first line."""
    stamp = frame.pixels[0, :16].view("<u8")
    return (time.monotonic_ns() - int(stamp[1])) / 1e9


if __name__ == "__main__":
    main()

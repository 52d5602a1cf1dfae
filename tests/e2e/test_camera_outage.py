"""A GigE camera is killed and started anew five times in a run: each trigger has its record and none is a wrong OK."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import cv2
import pytest

from inspector.cameras.address import parse_address
from inspector.cameras.camera import Camera
from inspector.cameras.gige import gige_camera
from inspector.domain.camera_feature import FeatureSetting
from inspector.domain.clock import SystemClock
from inspector.domain.inspection import EventKind
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.domain.verdict import Verdict
from inspector.inspection.retry import USUAL_PAUSES
from inspector.vision.model_file import ModelFile
from tests.fixtures.gige import RunningDevice
from tests.fixtures.tiny_recipe import picture_of
from tests.inspection.hand_played import PATIENCE, Bench, eventually, wanting

SERIAL = "OUTAGE1"
OUTAGES = 5
NOTICED_SECONDS = 3.0
FRAMES_AGAIN_SECONDS = 3.0
SET_UP = {"ExposureTime": 7000.0, "TriggerMode": "On", "TriggerSource": "Software"}
PICTURES = 100

StartDevice = Callable[..., RunningDevice]


class Run:
    """A run of software triggers; knows what was asked for and which picture each part was judged by."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.triggered: list[int] = []
        self.judged_by: dict[int, int] = {}

    def trigger(self, parts: int = 1) -> list[Verdict]:
        """Trigger parts in a row, wait for their records and return the verdicts, in order."""
        asked = [self.bench.lane.trigger() for _ in range(parts)]
        self.triggered += asked
        return [self.verdict(sequence) for sequence in asked]

    def verdict(self, sequence: int) -> Verdict:
        eventually(lambda: any(part.sequence == sequence for part in self.bench.published), f"part {sequence}")
        frame = self.bench.lane.recent.of(sequence)
        if frame is not None:
            self.judged_by[sequence] = int((frame.pixels[0, :PICTURES] == 1).nonzero()[0][0])
        return next(part.judgement.verdict for part in self.bench.published if part.sequence == sequence)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of pictures, each good one followed by a bad one, numbered by a dark pixel in their first row."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(PICTURES):
        picture = picture_of("scratch" if number % 2 else "good", height=240, width=320)[..., 0].copy()
        picture[0, number] = 1
        cv2.imwrite(str(pictures / f"{number:03d}.png"), picture)
    return pictures


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "bench").mkdir()
    bench = Bench(tmp_path / "bench", pauses=USUAL_PAUSES)
    bench.start()
    yield bench
    bench.close()


def expected(number: int) -> Verdict:
    return Verdict.NG if number % 2 else Verdict.OK


@pytest.mark.own_network
def test_five_outages_in_a_run(
    bench: Bench,
    gige_device: StartDevice,
    folder: Path,
    tiny_model_file: Callable[..., ModelFile],
) -> None:
    lane, run = bench.lane, Run(bench)

    def camera() -> Camera:
        return gige_camera(parse_address(f"gige:{SERIAL}"), SystemClock())

    device = gige_device(folder, serial=SERIAL, fps=25)
    settings = [FeatureSetting(name, value) for name, value in SET_UP.items()]
    recipe = wanting(tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=2.0)), *settings)
    lane.activate(recipe).result(PATIENCE)
    lane.open_camera(camera(), camera).result(PATIENCE)
    eventually(lambda: lane.state == "Ready")
    lane.start()
    assert run.trigger(6) == [expected(number) for number in range(6)]
    noticed, frames_again = [], []
    for _ in range(OUTAGES):
        device.kill()
        killed = monotonic()
        lost = [lane.trigger() for _ in range(2)]
        run.triggered += lost
        eventually(lambda: lane.outage, "the loss")
        noticed.append(monotonic() - killed)
        assert [run.verdict(sequence) for sequence in lost] == [Verdict.ERROR] * 2
        assert run.trigger(2) == [Verdict.ERROR] * 2
        sleep(0.7)
        device = gige_device(folder, serial=SERIAL, fps=25)
        back = monotonic()
        while run.trigger() == [Verdict.ERROR]:
            sleep(0.05)
        frames_again.append(monotonic() - back)
        assert run.judged_by[run.triggered[-1]] == 0
        assert run.trigger(5) == [expected(number) for number in range(1, 6)]
        held = {feature.name: feature.value for feature in lane.controls.features().result(PATIENCE)}
        assert {name: held[name] for name in SET_UP} == SET_UP
    lane.stop()
    assert max(noticed) <= NOTICED_SECONDS, noticed
    assert max(frames_again) <= FRAMES_AGAIN_SECONDS, frames_again
    check_records(bench, run)
    check_events(bench)


def check_records(bench: Bench, run: Run) -> None:
    """Each trigger has one record, each judged part the picture of its own trigger and the verdict of that picture."""
    parts = bench.wait_published(len(run.triggered))
    assert sorted(part.sequence for part in parts) == run.triggered == list(range(1, len(parts) + 1))
    verdicts = {part.sequence: part.judgement.verdict for part in parts}
    for sequence, verdict in verdicts.items():
        number = run.judged_by.get(sequence)
        assert verdict is (Verdict.ERROR if number is None else expected(number))
    assert list(run.judged_by.values()) == list(range(6)) * (OUTAGES + 1)
    assert {part.judgement.reason for part in parts if part.judgement.verdict is Verdict.ERROR} == {"camera_fault"}


def check_events(bench: Bench) -> None:
    """The journal has each outage with its start, end and reason."""
    kinds = [event.kind for event in bench.events if event.kind in (EventKind.CAMERA_LOST, EventKind.CAMERA_BACK)]
    assert kinds == [EventKind.CAMERA_LOST, EventKind.CAMERA_BACK] * OUTAGES
    for back in (event for event in bench.events if event.kind is EventKind.CAMERA_BACK):
        lasted = datetime.fromisoformat(back.details["end"]) - datetime.fromisoformat(back.details["start"])
        assert 0.5 < lasted.total_seconds() < 10
        assert SERIAL in back.details["reason"]
    assert bench.states().count("Error") == 0

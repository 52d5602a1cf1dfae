"""Cameras behind a vendor's GenTL producer: found, set, followed, and what becomes of a producer that misbehaves."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from itertools import islice
from pathlib import Path

import psutil
import pytest

from inspector.cameras import gentl
from inspector.cameras.address import parse_address
from inspector.cameras.camera import AdjustableCamera, CameraUnavailable
from inspector.cameras.gentl import discover_gentl, gentl_camera, known_producers, reports
from inspector.domain.camera_feature import FeatureRefused
from inspector.domain.clock import SystemClock
from tests.cameras.conformance import Taker, picture
from tests.cameras.devices_gentl import viky, workers

pytest.importorskip("harvesters", reason="harvesters is not installed: pip install harvesters")

_COMPILER = shutil.which("cc")
needs_compiler = pytest.mark.skipif(_COMPILER is None, reason="there is no C compiler here")

BAD_PRODUCERS = {
    "crashes": "#include <stdlib.h>\nstatic __attribute__((constructor)) void begin(void) { *(volatile int *)8 = 1; }",
    "hangs": "#include <unistd.h>\nstatic __attribute__((constructor)) void begin(void) { for (;;) pause(); }",
    "floods": (
        "#include <stdio.h>\nstatic __attribute__((constructor)) void begin(void) "
        '{ for (int i = 0; i < 400000; i++) { puts("a line of a producer that talks"); fputs("x\\n", stderr); } }'
    ),
}


def camera_of(serial: str = "1", producer: Path | None = None, seconds: float = 15.0) -> AdjustableCamera:
    address = f"gentl:{serial}?producer={producer or viky()}"
    return gentl_camera(parse_address(address), SystemClock(), seconds=seconds)


@pytest.fixture
def bad(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a shared library that does no good when it is loaded."""
    assert _COMPILER is not None
    source = tmp_path / "bad.c"
    source.write_text(BAD_PRODUCERS[request.param])
    library = tmp_path / f"{request.param}.cti"
    subprocess.run([_COMPILER, "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return library


def test_cameras_are_found_with_their_serials() -> None:
    found = discover_gentl([viky()])
    assert [identity.serial for identity in found] == ["0", "1", "2"]
    assert {(identity.vendor, identity.model, identity.place) for identity in found} == {
        ("Machine Vision Games Ltd.", "Viky", "viky.cti")
    }
    assert found[1].address == f"gentl:1?producer={viky()}"
    assert found[1].simulated
    assert workers() == []


def test_an_address_found_opens_the_camera_and_so_does_the_bare_serial() -> None:
    for address, producers in ((f"gentl:2?producer={viky()}", ()), ("gentl:2", (viky(),))):
        camera = gentl_camera(parse_address(address), SystemClock(), producers)
        camera.open()
        assert (camera.identity.serial, camera.identity.model) == ("2", "Viky")
        assert picture(next(camera.frames())).pixels.shape == (400, 400, 3)
        camera.close()


def test_format_and_size_are_changed_while_pictures_come() -> None:
    camera = camera_of()
    camera.open()
    with Taker(camera).taking() as taker:
        assert taker.wait_for(2, 5), taker.loss
        assert camera.controls.change("PixelFormat", "Mono8").value == "Mono8"
        assert camera.controls.change("Width", 240).value == 240
        assert camera.controls.change("AcquisitionFrameRate", 50.0).value == 50.0
        so_far = len(taker.deliveries)
        assert taker.wait_for(so_far + 3, 5), taker.loss
        assert taker.frames[-1].pixels.shape == (400, 240)
        with pytest.raises(FeatureRefused, match="Width lies within 100 to 800"):
            camera.controls.change("Width", 99999)
        names = [feature.name for feature in camera.controls.features()]
        assert names == ["PixelFormat", "Width", "Height", "AcquisitionFrameRate"]
        assert not camera.controls.trigger()
        counts = camera.controls.counts()
        assert counts.frames >= 5
        assert counts.bytes > counts.frames * 400 * 240
        assert counts.dropped == 0


def test_pictures_are_the_same_as_harvesters_own() -> None:
    """Its first picture after a start is the same each time: what came through two processes is what was sent."""
    camera = camera_of("0")
    camera.open()
    ours = picture(next(camera.frames())).pixels
    camera.close()
    program = (
        "import sys; from harvesters.core import Harvester\n"
        "harvester = Harvester(); harvester.add_file(sys.argv[1]); harvester.update()\n"
        "camera = harvester.create({'serial_number': '0'}); camera.start()\n"
        "with camera.fetch(timeout=5) as buffer:\n"
        "    sys.stdout.buffer.write(buffer.payload.components[0].data.tobytes())\n"
        "camera.destroy(); harvester.reset()"
    )
    done = subprocess.run([sys.executable, "-c", program, str(viky())], capture_output=True, check=True, timeout=30)
    theirs = done.stdout
    assert len(theirs) == 400 * 400 * 4
    assert ours[..., 0].tobytes() == theirs[0::4]
    assert ours[..., 1].tobytes() == theirs[1::4]
    assert ours[..., 2].tobytes() == theirs[2::4]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals")
@pytest.mark.parametrize(
    ("how", "message"), [("SIGKILL", "has crashed"), ("SIGSEGV", "has crashed"), ("SIGSTOP", "has not answered")]
)
def test_a_producer_that_dies_or_stands_still_is_noticed_and_can_be_opened_again(how: str, message: str) -> None:
    camera = camera_of()
    camera.open()
    with Taker(camera).taking() as taker:
        assert taker.wait_for(3, 5), taker.loss
        (worker,) = workers()
        began = time.monotonic()
        worker.send_signal(signal.Signals[how])
        assert taker.wait_for_end(4)
        assert time.monotonic() - began < 3.0
        assert message in taker.loss
        assert f"GenTL producer '{viky()}'" in taker.loss
        with pytest.raises(CameraUnavailable, match="GenTL producer"):
            camera.controls.features()
    assert not worker.is_running()
    again = camera_of()
    again.open()
    assert picture(next(again.frames())).pixels.any()
    again.close()
    assert workers() == []


@needs_compiler
@pytest.mark.parametrize(
    ("bad", "message"),
    [("crashes", r"crashes\.cti' has crashed \(SIGSEGV\)"), ("hangs", r"hangs\.cti' has not answered for 2 s")],
    indirect=["bad"],
)
def test_one_bad_producer_hides_no_others_and_is_named(bad: Path, message: str) -> None:
    first, second = reports([bad, viky()], seconds=2.0)
    assert first.cameras == ()
    assert [identity.serial for identity in second.cameras] == ["0", "1", "2"]
    with pytest.raises(CameraUnavailable, match=message):
        camera_of("1", bad, seconds=2.0).open()
    assert workers() == []


@needs_compiler
@pytest.mark.parametrize("bad", ["floods"], indirect=True)
def test_what_a_producer_prints_blocks_nothing(bad: Path) -> None:
    """It writes 11 MB, far more than a pipe holds; being no producer it is refused, or genicam falls over it."""
    began = time.monotonic()
    (report,) = reports([bad])
    assert f"the GenTL producer '{bad}'" in report.problem
    assert "has not answered" not in report.problem
    assert time.monotonic() - began < 8


def test_a_file_that_is_no_producer_and_one_that_is_not_there(tmp_path: Path) -> None:
    fake = tmp_path / "fake.cti"
    fake.write_bytes(b"this is no library")
    (report,) = reports([fake])
    assert f"the GenTL producer '{fake}' cannot be used" in report.problem
    with pytest.raises(CameraUnavailable, match="cannot be used"):
        camera_of("1", fake).open()
    with pytest.raises(CameraUnavailable, match="there is no GenTL producer"):
        camera_of("1", tmp_path / "gone.cti").open()
    both = gentl_camera(parse_address("gentl:77"), SystemClock(), [fake, viky()])
    with pytest.raises(CameraUnavailable, match=r"no GenTL producer sees a camera 77 .*fake\.cti"):
        both.open()
    beside = gentl_camera(parse_address("gentl:1"), SystemClock(), [fake, viky()])
    beside.open()
    beside.close()
    assert workers() == []


def test_producers_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.cti", "a.cti", "readme.txt"):
        (tmp_path / name).touch()
    folders = os.pathsep.join((str(tmp_path), "", str(tmp_path / "gone")))
    monkeypatch.setenv("GENICAM_GENTL64_PATH", folders)
    assert known_producers([tmp_path / "z.cti", tmp_path / "b.cti"]) == tuple(
        tmp_path / name for name in ("z.cti", "b.cti", "a.cti")
    )
    monkeypatch.setenv("GENICAM_GENTL64_PATH", "")
    assert discover_gentl() == ()
    with pytest.raises(CameraUnavailable, match=r"no GenTL producer is known; .*\.cti"):
        gentl_camera(parse_address("gentl:1"), SystemClock()).open()


@pytest.mark.parametrize(
    ("address", "message"), [("gentl:", "names no camera"), ("gentl:1?packet=1500", "no option 'packet'")]
)
def test_an_address_that_says_nothing(address: str, message: str) -> None:
    with pytest.raises(CameraUnavailable, match=message):
        gentl_camera(parse_address(address), SystemClock())


def test_a_missing_library_is_said_with_the_line_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gentl.problem() == ""
    monkeypatch.setattr(gentl, "LIBRARIES", ("harvesters", "no_such_library"))
    assert gentl.problem() == 'no_such_library missing; install with: pip install "inspector-station[gentl]"'


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="handles are counted in /proc")
def test_opened_and_closed_again_and_again_leaves_nothing() -> None:
    def left() -> tuple[int, int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), len(workers())

    before = left()
    for _ in range(6):
        camera = camera_of()
        camera.open()
        assert len(list(islice(camera.frames(), 2))) == 2
        camera.close()
    assert left() == before


HOLDER = """
import sys, time
from inspector.cameras.address import parse_address
from inspector.cameras.gentl import gentl_camera
from inspector.domain.clock import SystemClock
camera = gentl_camera(parse_address(sys.argv[1]), SystemClock())
camera.open()
frames = camera.frames()
next(frames)
print("taking", flush=True)
time.sleep(60)
"""


def test_the_worker_ends_when_the_station_is_killed(checkout: Path) -> None:
    command = [sys.executable, "-c", HOLDER, f"gentl:1?producer={viky()}"]
    with subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True) as station:
        assert station.stdout is not None
        assert station.stdout.readline() == "taking\n"
        (worker,) = psutil.Process(station.pid).children()
        station.kill()
        gone, _ = psutil.wait_procs([worker], timeout=3)
        assert gone == [worker]


def test_the_worker_knows_neither_the_window_nor_the_accelerator(checkout: Path) -> None:
    program = (
        "import sys; import inspector.cameras.gentl_worker, harvesters.core\n"
        "print([name for name in ('PySide6', 'onnxruntime', 'cv2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

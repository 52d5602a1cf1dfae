"""Recorded pictures as a camera: folders, lists, videos."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.cameras.camera import Camera, CameraUnavailable
from inspector.cameras.discovery import open_camera
from inspector.domain.frame import Frame, FrameFault
from inspector.pictures import encode_png
from tests.fixtures.clock import FakeClock


def picture(level: int, height: int = 12, width: int = 16) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def write(path: Path, level: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_png(picture(level)))


def opened(address: str, clock: FakeClock) -> Camera:
    camera = open_camera(address, clock)
    camera.open()
    return camera


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures in sub-folders, in no order, with much else beside them."""
    parts = tmp_path / "Teile 零件"
    for level, name in enumerate(["good/part10.png", "good/part2.png", "bad/Part1.PNG", "bad/deep/a.png", "z.png"]):
        write(parts / name, 10 * level)
    for name in ["masks/part2.png", "good/annotations/x.png", ".hidden/y.png", "good/.z.png"]:
        write(parts / name, 255)
    (parts / "files.csv").write_text("file,group\n")
    (parts / "broken.png").write_bytes(b"this is no picture")
    return parts


def test_a_folder_in_natural_order_without_masks(folder: Path, fake_clock: FakeClock) -> None:
    camera = opened(f"folder:{folder}", fake_clock)
    captures = list(camera.frames())
    assert [Path(capture.source).relative_to(folder).as_posix() for capture in captures] == [
        "bad/deep/a.png",
        "bad/Part1.PNG",
        "broken.png",
        "good/part2.png",
        "good/part10.png",
        "z.png",
    ]
    assert [capture.sequence for capture in captures] == list(range(6))
    assert {capture.camera for capture in captures} == {f"folder:{folder}"}
    assert {capture.time for capture in captures} == {fake_clock.now()}
    first, broken = captures[0], captures[2]
    assert isinstance(first, Frame)
    assert np.array_equal(first.pixels, picture(30))
    assert isinstance(broken, FrameFault)
    assert broken.message.startswith("broken.png: ")
    assert camera.identity.name == "Teile 零件"
    assert not camera.identity.simulated


def test_a_picture_that_goes_away_meanwhile_is_a_fault(folder: Path, fake_clock: FakeClock) -> None:
    camera = opened(f"folder:{folder}", fake_clock)
    (folder / "z.png").unlink()
    last = list(camera.frames())[-1]
    assert isinstance(last, FrameFault)
    assert "z.png cannot be read" in last.message


def test_a_list_in_its_own_order(folder: Path, fake_clock: FakeClock) -> None:
    listed = folder / "today.txt"
    listed.write_text(f"# by hand\nz.png\n\n  good/part2.png  \n{folder / 'bad' / 'Part1.PNG'}\ngone.png\n", "utf-8")
    captures = list(opened(f"list:{listed}", fake_clock).frames())
    assert [capture.source for capture in captures] == [
        str(folder / "z.png"),
        str(folder / "good" / "part2.png"),
        str(folder / "bad" / "Part1.PNG"),
        str(folder / "gone.png"),
    ]
    assert [isinstance(capture, Frame) for capture in captures] == [True, True, True, False]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "belt.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25, (64, 48))
    for level in (0, 100, 200):
        frame = np.zeros((48, 64, 3), np.uint8)
        frame[:, :, 2] = level  # red, for OpenCV
        writer.write(frame)
    writer.release()
    return path


def test_a_video_frame_by_frame(video: Path, fake_clock: FakeClock) -> None:
    frames = list(opened(f"video:{video}", fake_clock).frames())
    assert [frame.source for frame in frames] == ["belt.avi#000000", "belt.avi#000001", "belt.avi#000002"]
    reds = [int(frame.pixels[:, :, 0].mean()) for frame in frames if isinstance(frame, Frame)]
    assert np.allclose(reds, [0, 100, 200], atol=8)


def test_loop_begins_again_until_closed(video: Path, fake_clock: FakeClock) -> None:
    camera = opened(f"video:{video}?loop=1", fake_clock)
    frames = camera.frames()
    sources = [next(frames).source for _ in range(4)]
    assert sources[3] == sources[0] == "belt.avi#000000"
    camera.close()
    assert next(frames, None) is None


def test_frames_can_be_taken_anew(folder: Path, fake_clock: FakeClock) -> None:
    camera = opened(f"folder:{folder}", fake_clock)
    assert len(list(camera.frames())) == len(list(camera.frames())) == 6


@pytest.mark.parametrize(
    ("options", "waits"), [("", True), ("?fps=5", True), ("?loop=1", True), ("?fps=5&loop=1", False)]
)
def test_only_a_paced_loop_runs_on_by_itself(folder: Path, options: str, waits: bool, fake_clock: FakeClock) -> None:
    assert open_camera(f"folder:{folder}{options}", fake_clock).waits is waits


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("folder:", "names no path"),
        ("folder:{tmp}/gone", "there is no folder"),
        ("folder:{tmp}/empty", "there is no picture in"),
        ("list:{tmp}/gone.txt", "cannot be read"),
        ("list:{tmp}/empty.txt", "names no picture"),
        ("video:{tmp}/gone.mp4", "there is no video file"),
        ("video:{tmp}/empty.txt", "is no video that can be read"),
    ],
)
def test_what_cannot_be_opened(tmp_path: Path, address: str, message: str, fake_clock: FakeClock) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.txt").write_text("# nothing\n")
    with pytest.raises(CameraUnavailable, match=message):
        opened(address.format(tmp=tmp_path), fake_clock)


def test_frames_before_open_and_a_loop_over_nothing_are_refused(video: Path, fake_clock: FakeClock) -> None:
    with pytest.raises(CameraUnavailable, match="must be opened"):
        next(open_camera(f"video:{video}", fake_clock).frames())
    camera = opened(f"video:{video}?loop=1", fake_clock)
    video.unlink()
    with pytest.raises(CameraUnavailable, match="no picture any more"):
        next(camera.frames())


@pytest.mark.shared_images
def test_a_real_animated_gif(shared_images: Path, fake_clock: FakeClock) -> None:
    path = shared_images / "part-videos" / "intel_bolt-multi-size-detection.gif"
    frames = list(opened(f"video:{path}", fake_clock).frames())
    assert len(frames) > 20
    assert all(isinstance(frame, Frame) and (frame.width, frame.height) == (480, 270) for frame in frames)

"""Linux: serial number and port from sysfs, and who holds a device."""

import errno
import os
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Video4Linux is Linux' own", allow_module_level=True)

from inspector.cameras import usb_linux
from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.usb_devices import find_device, unique_name
from inspector.cameras.usb_linux import LinuxHost
from tests.cameras.devices_usb import PlayedListing, plug


def played(tmp_path: Path, *listed: PlayedListing) -> LinuxHost:
    return LinuxHost(lambda _: listed, tmp_path / "video4linux", tmp_path / "proc")


def test_serial_port_and_maker_come_from_sysfs(tmp_path: Path) -> None:
    host = played(tmp_path, plug(tmp_path / "video4linux", 2, "1-1.4", "B2"), plug(tmp_path / "video4linux", 0, "1-1"))
    first, second = host.devices("v4l2")
    assert (first.serial, first.places) == ("", ("1-1", "1-1:1.0", "1-1:1.0#0"))
    assert (second.serial, second.places[0], second.vendor, second.model) == ("B2", "1-1.4", "Maker", "Cam")
    assert second.name == "Cam"
    assert [unique_name(device, (first, second)) for device in (first, second)] == ["1-1", "B2"]


def test_two_cameras_change_places_and_keep_their_names(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    hosts = (
        played(before, plug(before / "video4linux", 0, "1-1", "A1"), plug(before / "video4linux", 2, "1-2", "B2")),
        played(after, plug(after / "video4linux", 0, "1-1", "B2"), plug(after / "video4linux", 2, "1-2", "A1")),
    )
    paths = [find_device("A1", "usb:A1", host.devices("v4l2")).path for host in hosts]
    assert paths == ["/dev/video0", "/dev/video2"]


def test_a_camera_is_gone_with_its_entry(tmp_path: Path) -> None:
    host = played(tmp_path, plug(tmp_path / "video4linux", 0, "1-1", "A1"))
    (device,) = host.devices("v4l2")
    assert host.present(device)
    (tmp_path / "video4linux" / "video0").unlink()
    assert not host.present(device)
    assert host.devices("v4l2") == (), "its device file may stay for a moment"
    plug(tmp_path / "video4linux", 0, "1-2", "B2")
    assert not host.present(device), "another camera got the same number"


def test_a_camera_that_is_not_on_usb_is_known_by_its_place(tmp_path: Path) -> None:
    node = tmp_path / "video4linux" / "video0"
    (tmp_path / "devices" / "vivid.0").mkdir(parents=True)
    node.mkdir(parents=True)
    (node / "device").symlink_to(tmp_path / "devices" / "vivid.0")
    (device,) = played(tmp_path, PlayedListing(0, "vivid", "/dev/video0")).devices("v4l2")
    assert unique_name(device, (device,)) == "vivid.0"


def test_who_holds_a_camera_is_read_from_the_processes(tmp_path: Path) -> None:
    host = played(tmp_path, plug(tmp_path / "video4linux", 0, "1-1", "A1"))
    (device,) = host.devices("v4l2")
    for process, name, file in (
        (os.getpid(), "ourselves", device.path),
        (77, "cat", "/x"),
        (78, "cheese", device.path),
    ):
        folder = tmp_path / "proc" / str(process)
        (folder / "fd").mkdir(parents=True)
        (folder / "comm").write_text(f"{name}\n")
        (folder / "fd" / "3").symlink_to(file)
    (tmp_path / "proc" / "self").mkdir()
    (tmp_path / "proc" / "79").mkdir()
    assert host.used_by(device) == "cheese"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (errno.EBUSY, r"'Cam' at /dev/video0 is in use by another program; close it there"),
        (errno.EACCES, "add the user to the group video"),
        (errno.ENODEV, "was unplugged just now"),
        (errno.EIO, r"could not be opened \(Input/output error\)"),
    ],
)
def test_why_a_camera_cannot_be_opened(
    error: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "proc").mkdir()
    host = played(tmp_path, plug(tmp_path / "video4linux", 0, "1-1", "A1"))
    monkeypatch.setattr(usb_linux, "try_to_take", lambda _: error)
    with pytest.raises(CameraUnavailable, match=sentence):
        host.opened(host.devices("v4l2")[0])


def test_a_camera_that_our_own_hanging_driver_holds_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = played(tmp_path, plug(tmp_path / "video4linux", 0, "1-1", "A1"))
    ourselves = tmp_path / "proc" / str(os.getpid()) / "fd"
    ourselves.mkdir(parents=True)
    (ourselves / "3").symlink_to("/dev/video0")
    monkeypatch.setattr(usb_linux, "try_to_take", lambda _: errno.EBUSY)
    with pytest.raises(CameraUnavailable, match="is still held by this program"):
        host.opened(host.devices("v4l2")[0])


def test_a_file_that_is_no_camera_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "video0"
    file.touch()
    plug(tmp_path / "video4linux", 0, "1-1")
    host = played(tmp_path, PlayedListing(0, "file", str(file)))
    with pytest.raises(CameraUnavailable, match="could not be opened"):
        host.opened(host.devices("v4l2")[0])

"""What is done in the guest: the station's `usb` driver against two real UVC cameras on an emulated bus.

Prints one line `RESULT {...}` for each finding; `tests/uvc/test_uvc.py` says what they must be.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from inspector.cameras.address import parse_address
from inspector.cameras.camera import CameraUnavailable, Delivery
from inspector.cameras.usb import UsbCamera, discover
from inspector.domain.camera_feature import FeatureRefused
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Frame
from tests.uvc.pictures import recognised

SERIALS = ("LAB-A", "LAB-B")
_PORTS = {"LAB-A": 3240, "LAB-B": 3241}
_HOUSE = Path(__file__).resolve().parents[2]


def result(name: str, **findings: object) -> None:
    """Print one finding."""
    print("RESULT", json.dumps({"name": name, **findings}), flush=True)  # noqa: T201


class Bus:
    """Two cameras that can be plugged in and pulled out."""

    def __init__(self, lab: Path) -> None:
        version = os.uname().release
        for module in ("vhci-hcd", "uvcvideo"):
            subprocess.run(["modprobe", "-d", str(lab / "kernel"), "-S", version, module], check=True)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        self._environment = {**os.environ, "PYTHONPATH": f"{lab / 'site'}:{_HOUSE}"}
        self.heard: dict[str, list[str]] = {serial: [] for serial in SERIALS}
        self.devices = {serial: self._device(serial) for serial in SERIALS}

    def plug(self, serial: str) -> None:
        """Plug a camera in and wait for its device file."""
        attach = ["usbip", "--tcp-port", str(_PORTS[serial]), "attach", "-r", "127.0.0.1", "-b", "1-1"]
        # The kernel's side needs a moment after a plug was pulled.
        wait_for(lambda: subprocess.run(attach, check=False, capture_output=True).returncode == 0)
        wait_for(lambda: serial in (found.serial for found in discover()))

    def pull(self, serial: str) -> None:
        """Pull a camera out."""
        ports = Path("/sys/devices/platform/vhci_hcd.0/status").read_text().splitlines()[1:]
        used = [line.split() for line in ports if line.split()[2] == "006"]
        by_serial = {_serial_at(columns[-1]): int(columns[1]) for columns in used}
        subprocess.run(["usbip", "detach", "-p", f"{by_serial[serial]:02d}"], check=True, capture_output=True)

    def end(self) -> None:
        """End both devices."""
        for device in self.devices.values():
            device.kill()
            device.wait()

    def _device(self, serial: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.uvc.device", serial, str(_PORTS[serial])]
        device = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self._environment, cwd=_HOUSE)
        assert device.stdout is not None
        ready = device.stdout.readline()
        if not ready.startswith("READY"):
            raise RuntimeError(f"the device {serial} did not start: {ready}")
        listener = threading.Thread(target=self._listen, args=(serial, device.stdout), daemon=True)
        listener.start()
        return device

    def _listen(self, serial: str, lines: Iterator[str]) -> None:
        for line in lines:
            self.heard[serial].append(line.strip())


def _serial_at(bus: str) -> str:
    return (Path("/sys/bus/usb/devices") / bus / "serial").read_text().strip()


def wait_for(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until a condition holds. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)


def opened(address: str, patient: float = 0.0) -> UsbCamera:
    """Return an open camera; where it is not there yet, a new one is tried again for so many seconds."""
    deadline = time.monotonic() + patient
    while True:
        camera = UsbCamera(parse_address(address), SystemClock())
        try:
            camera.open()
        except CameraUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return camera


def seen(frames: Iterator[Delivery], count: int) -> dict[str, object]:
    """Return what was recognised on the next pictures."""
    begin, found = time.monotonic(), []
    for _ in range(count):
        frame = next(frames)
        assert isinstance(frame, Frame)
        found.append(recognised(frame.pixels, SERIALS))
    return {
        "serials": sorted({serial for serial, _, _ in found}),
        "numbers": [number for _, number, _ in found],
        "error": round(max(error for _, _, error in found), 2),
        "fps": round(count / (time.monotonic() - begin), 1),
    }


def formats() -> None:
    """Read both formats and say what was asked and got."""
    for name in ("mjpg", "yuy2"):
        camera = opened(f"usb:LAB-A?format={name}&size=320x240")
        frames = camera.frames()
        findings = seen(frames, 12)
        shape = {feature.name: feature.value for feature in camera.controls.features()}
        camera.close()
        list(frames)
        counts = camera.controls.counts()
        result(name, **findings, format=shape["PixelFormat"], size=[shape["Width"], shape["Height"]],
               damaged=counts.incomplete)  # fmt: skip
    camera = opened("usb:LAB-A?format=yuy2&size=1280x1024&fps=60")
    result("unlike", differences=[[one.name, one.wanted, one.found] for one in camera.controls.unlike_address()])
    camera.close()
    list(camera.frames())


def controls(bus: Bus) -> None:
    """Read and set controls; the device says what reached it."""
    camera = opened("usb:LAB-A?size=320x240")
    before = {feature.name: feature for feature in camera.controls.features()}
    result("controls", found={
        name: [feature.value, feature.minimum, feature.maximum, feature.increment, feature.unit, feature.writable]
        for name, feature in before.items()
    })  # fmt: skip
    refusals = []
    for name, value in (("ExposureTime", 20_000.0), ("Gain", 101), ("Focus", 3), ("ExposureAuto", "Maybe")):
        try:
            camera.controls.change(name, value)
        except FeatureRefused as refused:
            refusals.append(str(refused))
    changed = [
        camera.controls.change(name, value).value
        for name, value in (
            ("ExposureAuto", "Off"),
            ("ExposureTime", 20_000.0),
            ("Gain", 50),
            ("BalanceWhiteAuto", "Off"),
        )
    ]
    wait_for(lambda: len(bus.heard["LAB-A"]) >= 4)
    result("changed", values=changed, refusals=refusals, heard=bus.heard["LAB-A"])
    camera.close()
    list(camera.frames())


def in_use() -> None:
    """Have another program hold the camera."""
    path = _device_file("LAB-B")
    program = f"import cv2,time;c=cv2.VideoCapture('{path}',200);c.read();print('HELD',flush=True);time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    other.stdout.readline()
    holder = [found.used_by for found in discover() if found.serial == "LAB-B"]
    try:
        opened("usb:LAB-B")
    except CameraUnavailable as error:
        result("in use", said=str(error), listed=holder)
    other.kill()
    other.wait()
    camera = opened("usb:LAB-B", patient=5)
    result("let go", **seen(camera.frames(), 2))
    camera.close()


def _device_file(serial: str) -> str:
    """Return where the pictures of a camera come out; its second file is for what it says of them."""
    for node in Path("/sys/class/video4linux").iterdir():
        own = (node / "device").resolve().parent / "serial"
        if own.read_text().strip() == serial and (node / "index").read_text().strip() == "0":
            return f"/dev/{node.name}"
    raise FileNotFoundError(serial)


def unplugged(bus: Bus, times: int) -> None:
    """Pull the camera out while it is read and plug it in again."""
    for _ in range(times):
        camera = opened("usb:LAB-A")
        frames = camera.frames()
        next(frames)
        pulling = threading.Thread(target=bus.pull, args=("LAB-A",))
        begin = time.monotonic()
        pulling.start()
        said = lost(frames)
        noticed = time.monotonic() - begin
        pulling.join()
        away = ""
        try:
            opened("usb:LAB-A")
        except CameraUnavailable as error:
            away = str(error)
        bus.plug("LAB-A")
        begin = time.monotonic()
        camera = opened("usb:LAB-A", patient=15)
        result("unplugged", noticed=round(noticed, 2), said=said, away=away, back=round(time.monotonic() - begin, 2),
               **seen(camera.frames(), 2))  # fmt: skip
        camera.close()


def silent(bus: Bus) -> None:
    """Have the camera stay on the bus and send nothing."""
    camera = opened("usb:LAB-A")
    frames = camera.frames()
    next(frames)
    bus.devices["LAB-A"].send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    said = lost(frames)
    noticed = time.monotonic() - begin
    held = ""
    try:
        opened("usb:LAB-A")
    except CameraUnavailable as error:
        held = str(error)
    bus.devices["LAB-A"].send_signal(signal.SIGCONT)
    camera = opened("usb:LAB-A", patient=15)
    result("silent", noticed=round(noticed, 2), said=said, held=held, **seen(camera.frames(), 2))
    camera.close()


def lost(frames: Iterator[Delivery]) -> str:
    """Read until the camera is lost and return what is said then."""
    try:
        for _ in frames:
            pass
    except CameraUnavailable as error:
        return str(error)
    return ""


def swapped(bus: Bus) -> None:
    """Plug both in again in the other order: each serial number still brings its own camera's pictures."""
    for order in (("LAB-A", "LAB-B"), ("LAB-B", "LAB-A")):
        bus.pull("LAB-A")
        bus.pull("LAB-B")
        wait_for(lambda: not list(Path("/dev").glob("video*")))
        for serial in order:
            bus.plug(serial)
        files = {serial: _device_file(serial) for serial in SERIALS}
        pictures = {}
        for serial in SERIALS:
            camera = opened(f"usb:{serial}", patient=5)
            pictures[serial] = seen(camera.frames(), 2)["serials"]
            camera.close()
        result("swapped", files=files, pictures=pictures)


def captures() -> list[str]:
    """Return the threads that still read a camera."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("capture")]


def main() -> None:
    """Run all, with so many plugs pulled as asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lab", type=Path)
    parser.add_argument("--times", type=int, default=2)
    asked = parser.parse_args()
    bus = Bus(asked.lab)
    try:
        for serial in SERIALS:
            bus.plug(serial)
        result("found", cameras=[[one.address, one.name, one.serial, one.place, one.vendor] for one in discover()])
        formats()
        controls(bus)
        in_use()
        unplugged(bus, asked.times)
        swapped(bus)
        silent(bus)
        wait_for(lambda: not captures())
        result("threads", left=captures())
    finally:
        bus.end()


if __name__ == "__main__":
    main()

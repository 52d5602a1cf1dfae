"""Boots the prepared kernel in an emulated computer on the host's own files and runs one command there."""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.uvc.prepare import kernel_version

_CONTROL_CODES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")


def run_in_guest(lab: Path, command: Sequence[str], timeout: float) -> str:
    """Run a command as root of the guest and return what it printed, both streams together.

    The guest has no network card and sees the host's files read-only; what it writes is gone with it. No word of the
    command may hold a space or a comma. Raises RuntimeError where it does not come up or the command fails, and
    TimeoutExpired.
    """
    if any(" " in word or "," in word for word in command):
        raise ValueError("a word of the guest's command holds a space or a comma")
    version = kernel_version(lab)
    machine = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "2048", "-smp", "2"]
    quiet = ["-nographic", "-no-reboot", "-nic", "none"]
    kernel = ["-kernel", str(lab / "kernel" / "boot" / f"vmlinuz-{version}"), "-initrd", str(lab / "first-root.cpio")]
    files = "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
    words = f"console=ttyS0 quiet loglevel=3 panic=-1 guestcommand={','.join(command)}"
    asked = [*machine, *quiet, *kernel, "-virtfs", files, "-append", words]
    run = subprocess.run(
        asked, capture_output=True, text=True, errors="replace", timeout=timeout, check=False, stdin=subprocess.DEVNULL
    )
    said = _CONTROL_CODES.sub("", run.stdout)
    if "GUEST ENDED 0" not in said:
        raise RuntimeError(f"the guest did not do its work:\n{said[-4000:]}\n{run.stderr[-1000:]}")
    return said.partition("GUEST UP")[2]


def main() -> None:
    """Run the scenario in the guest and print what it found."""
    parser = argparse.ArgumentParser(description="Proves the usb driver on emulated UVC cameras.")
    parser.add_argument("folder", type=Path, help="made by python -m tests.uvc.prepare")
    parser.add_argument("--times", type=int, default=2, help="how often a plug is pulled")
    asked = parser.parse_args()
    print(run_in_guest(asked.folder.resolve(), scenario(asked.folder.resolve(), asked.times), 900))  # noqa: T201


def scenario(lab: Path, times: int) -> list[str]:
    """Return the command that runs the scenario in the guest."""
    house = Path(__file__).resolve().parents[2]
    python = ["env", f"PYTHONPATH={house}", "OPENCV_LOG_LEVEL=OFF", "PYTHONDONTWRITEBYTECODE=1", sys.executable]
    return [*python, "-m", "tests.uvc.scenario", str(lab), "--times", str(times)]


if __name__ == "__main__":
    main()

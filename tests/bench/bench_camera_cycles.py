"""Opens a GigE camera, takes a picture and closes it again, a thousand times: what grows?

    python -m tests.bench.bench_camera_cycles gige 1000

Starts its own device in a network of its own. Prints memory, handles and threads every hundredth time.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

from inspector.cameras.address import parse_address
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.gige import gige_camera
from inspector.cameras.gige2 import gige2_camera
from inspector.domain.clock import SystemClock
from tests.fixtures.gige import start_device
from tests.fixtures.gige_device.own_network import enter_own_network

_DRIVERS = {"gige": gige_camera, "gige2": gige2_camera}
_EVERY = 100


def _cycle(camera: GenicamCamera) -> None:
    camera.open()
    next(iter(camera.frames()))
    camera.close()


def _report(number: int, began: float) -> None:
    process = psutil.Process()
    size = process.memory_info().rss / 2**20
    each = (time.monotonic() - began) / max(1, number)
    print(
        f"{number:5} cycles: {size:7.1f} MB, {process.num_fds()} files, {process.num_threads()} threads, {each:.2f} s"
    )


def main() -> int:
    """Run the cycles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("driver", choices=sorted(_DRIVERS))
    parser.add_argument("cycles", type=int)
    arguments = parser.parse_args()
    reason = enter_own_network()
    if reason:
        print(reason, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        picture = np.random.default_rng(1).integers(0, 256, (480, 640), dtype=np.uint8)
        cv2.imwrite(str(Path(folder) / "0.png"), picture)
        device = start_device(Path(folder), serial="CYCLES1", fps=50)
        try:
            began = time.monotonic()
            for number in range(arguments.cycles + 1):
                if number % _EVERY == 0 or number == 10:
                    _report(number, began)
                _cycle(_DRIVERS[arguments.driver](parse_address(f"{arguments.driver}:CYCLES1"), SystemClock()))
        finally:
            device.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())

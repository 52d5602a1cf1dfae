"""Measures how long a picture of each pixel format takes from the camera's bytes to grey or RGB.

    python tests/bench/bench_pixels.py [--width 2448] [--height 2048] [--rounds 25]

Random bytes; every round makes a new picture, as the drivers do. Goal: a median of 8 ms or less for packed Bayer of
12 bits.
"""

import argparse
import statistics
import time

import numpy as np

from inspector.cameras.pixels import SUPPORTED, bytes_of_picture, format_name, picture_of

GOAL_MS = 8.0


def measure(code: int, width: int, height: int, rounds: int) -> list[float]:
    """Return the milliseconds of each round."""
    data = np.random.default_rng(0).integers(0, 256, bytes_of_picture(code, width, height), dtype=np.uint8)
    took = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        picture_of(data, code, width, height)
        took.append(1000 * (time.perf_counter() - start))
    return took[1:]


def main() -> None:
    """Print one line a format."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=2448)
    parser.add_argument("--height", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=25)
    asked = parser.parse_args()
    print(f"{'format':20} {'median':>8} {'fastest':>8} ms at {asked.width} x {asked.height}")
    for name, code in sorted((format_name(code), code) for code in SUPPORTED):
        took = measure(code, asked.width, asked.height, asked.rounds)
        late = (
            "  over the goal"
            if name.startswith("Bayer") and "12p" in name.lower() and statistics.median(took) > GOAL_MS
            else ""
        )
        print(f"{name:20} {statistics.median(took):8.2f} {min(took):8.2f}{late}")


if __name__ == "__main__":
    main()

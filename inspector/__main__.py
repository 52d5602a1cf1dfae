"""The door: `python -m inspector` and the `inspector` command."""

import os
import signal
import sys

from inspector.cli import run


def main() -> None:
    """Run the command line and end with its exit code."""
    # A damaged picture is said once, in our words; set before OpenCV is loaded.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
    # Otherwise Media Foundation takes up to a minute to open some cameras.
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    # Asked to end by the system is the same wish as Ctrl-C: finish the part, record it, close.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

"""How the pictures of a camera come in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CameraCounts:
    """Counted since the camera was opened.

    `frames` came whole; `incomplete` came with holes in them and are never judged; `dropped` never came or were given
    up for lack of a buffer; `bytes` is what came over the wire, pictures alone. `resends` counts packets that were
    asked for again and `recovered` those that came then; `lost_packets` those missing for good. None: this driver does
    not know.
    """

    frames: int = 0
    incomplete: int = 0
    dropped: int = 0
    bytes: int = 0
    resends: int | None = None
    recovered: int | None = None
    lost_packets: int | None = None

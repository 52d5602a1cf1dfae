"""The network's anomaly map, brought back to the frame that the part lies in."""

import cv2
import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.placement import Placement


def heat_in_frame(heat_map: Pixels, placement: Placement, frame_height: int, frame_width: int) -> Pixels:
    """Return the map, uint8 `h x w` over the whole part's picture, as it lies in the frame: uint8, the frame's size.

    Each cell's centre comes to lie on the centre of what it stands for; between them the heat is interpolated. It is 0
    outside the part's picture.
    """
    part = cv2.resize(heat_map, (placement.width, placement.height), interpolation=cv2.INTER_LINEAR)
    # In two steps: OpenCV counts places in 32nds of the source's pixels, which for a map's large cells is too coarse.
    a, b, c, d, e, f = placement.matrix
    to_frame = np.array([[a, b, c], [d, e, f]])
    size = (frame_width, frame_height)
    heat = cv2.warpAffine(part, to_frame, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = np.zeros((frame_height, frame_width), np.uint8)
    corners = np.rint(np.array(placement.corners()) * 256).astype(np.int32)
    cv2.fillConvexPoly(inside, corners, 1, shift=8)
    return np.asarray(heat * inside, dtype=np.uint8)

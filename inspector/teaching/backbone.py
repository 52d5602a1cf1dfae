"""The pretrained network under every taught recipe."""

import hashlib
from dataclasses import dataclass

from inspector import assets

INPUT_HEIGHT = 224
INPUT_WIDTH = 224


@dataclass(frozen=True, eq=False)
class Backbone:
    """An ONNX graph: input `image`, uint8 `[N, H, W, 3]` RGB, outputs `embedding` `[N, D]` and `maps` `[N, C, h, w]`.

    `sha256` is of its bytes, hexadecimal.
    """

    name: str
    graph: bytes
    sha256: str
    maps: tuple[str, ...]


def load_backbone() -> Backbone:
    """Return the backbone that the program carries. Raises FileNotFoundError when the installation is not whole."""
    graph = assets.model("efficientnet_lite0", "backbone.onnx").read_bytes()
    return Backbone("efficientnet_lite0", graph, hashlib.sha256(graph).hexdigest(), ("feat_s8", "feat_s16", "feat_s32"))

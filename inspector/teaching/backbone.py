"""The pretrained networks under every taught recipe."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from inspector import assets

FAST = "efficientnet_lite0"
ACCURATE = "dinov2_s14_d8"

TILE = 224
"""The side of the square pictures that both networks were trained at, and of each tile."""


@dataclass(frozen=True)
class Shape:
    """What a backbone takes and gives.

    `strides` holds its maps by name, and how many pixels of the picture one cell of each stands for; `pooled` are those
    of which the embedding does not hold enough yet. Both sides of the picture must be multiples of `multiple`; one that
    is `fixed` takes `TILE x TILE` only.
    """

    strides: Mapping[str, int]
    pooled: tuple[str, ...]
    multiple: int
    fixed: bool = False


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        FAST: Shape(
            MappingProxyType({"feat_s8": 8, "feat_s16": 16, "feat_s32": 32}), ("feat_s8", "feat_s16", "feat_s32"), 32
        ),
        # Its embedding is the class token with mean and maximum of its last map.
        ACCURATE: Shape(MappingProxyType({"dino_l4": 14, "dino_l6": 14, "dino_l8": 14}), (), TILE, fixed=True),
    }
)
"""The backbones that the program carries."""


@dataclass(frozen=True, eq=False)
class Backbone:
    """An ONNX graph: input `image`, uint8 `[N, H, W, 3]` RGB, outputs `embedding` `[N, D]` and `maps` `[N, C, h, w]`.

    `strides` says for each map how many pixels of the picture one of its cells stands for, `pooled` names the maps that
    become features. `sha256` is of the graph's bytes, hexadecimal.
    """

    name: str
    graph: bytes
    sha256: str
    strides: Mapping[str, int]
    pooled: tuple[str, ...]

    @property
    def maps(self) -> tuple[str, ...]:
        """The names of its maps."""
        return tuple(self.strides)


def load_backbone(name: str = FAST) -> Backbone:
    """Return a backbone that the program carries. Raises FileNotFoundError when the installation is not whole."""
    graph = assets.model(name, "backbone.onnx").read_bytes()
    return Backbone(name, graph, hashlib.sha256(graph).hexdigest(), SHAPES[name].strides, SHAPES[name].pooled)

"""The features of each place of the part: the backbone's maps on one grid, measured by what is usual on good parts.

A channel counts by how far it leaves what good parts show, so a faint defect stands out as well as a loud one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from onnx import AttributeProto, GraphProto, helper

from inspector.teaching.backbone import Backbone
from inspector.teaching.graph_parts import constant, node, remember

LOCAL = "local"
"""The tensor of the graph that holds them, `[N, K, h, w]`."""

GRID = 16
"""How many pixels of the picture one place stands for."""

LIMIT = 8.0
"""Beyond so many standard deviations of good parts nothing more is learned."""

_COMPONENTS: Mapping[int, int] = MappingProxyType({8: 60, 16: 96, 32: 128})  # kept of a map, by its stride
_LEAST_SPREAD = 0.1  # of the median channel's: a channel that hardly moves must not be blown up
_WHITENING_FLOOR = 0.01  # of the mean variance

Single = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """What places of one map add up to: their `count`, the sums of their values `[C]` and of the products `[C, C]`."""

    count: int
    values: Doubles
    products: Doubles

    def __add__(self, other: "Moments") -> "Moments":
        """Return the moments of both."""
        return Moments(self.count + other.count, self.values + other.values, self.products + other.products)


@dataclass(frozen=True, eq=False)
class LocalMap:
    """One map of the backbone and how its channels are whitened: `weights` `[K, C]`, `bias` `[K]`."""

    name: str
    stride: int
    weights: Single
    bias: Single


@dataclass(frozen=True, eq=False)
class LocalFeatures:
    """How the features of the places are made; `size` is how many numbers each place has."""

    maps: tuple[LocalMap, ...]

    @property
    def size(self) -> int:
        """How many numbers each place has."""
        return sum(len(one.bias) for one in self.maps)


def moments_of(outputs: Mapping[str, Single], backbone: Backbone) -> dict[str, Moments]:
    """Return the moments of each map `[N, C, h, w]` of the backbone that local features are made of."""
    found = {}
    for name, stride in _used(backbone):
        values = outputs[name] if stride >= GRID else _brought_down(outputs[name], GRID // stride)
        flat = values.transpose(0, 2, 3, 1).reshape(-1, values.shape[1])
        found[name] = Moments(len(flat), flat.sum(axis=0, dtype=np.float64), (flat.T @ flat).astype(np.float64))
    return found


def whitened_by(moments: Mapping[str, Moments], backbone: Backbone) -> LocalFeatures:
    """Return the local features under which places with these moments are uncorrelated and spread alike."""
    return LocalFeatures(tuple(_whitened(name, stride, moments[name]) for name, stride in _used(backbone)))


def add_local_features(graph: GraphProto, features: LocalFeatures) -> None:
    """Add the nodes that make `LOCAL` `[N, K, h, w]` out of the maps, which are in the graph under their own names."""
    parts = [_added(graph, one) for one in features.maps]
    low, high = remember(graph, np.array(-LIMIT, np.float32), "local_low"), "local_high"
    remember(graph, np.array(LIMIT, np.float32), high)
    graph.node.append(node("Concat", parts, "local_joined", axis=1))
    graph.node.append(node("Clip", ["local_joined", low, high], LOCAL))


def listed(local: Single) -> NDArray[np.float16]:
    """Return the tensor `LOCAL` `[N, K, h, w]` place by place, `[N, h * w, K]`, in half the memory."""
    count, size = local.shape[:2]
    return np.ascontiguousarray(local.reshape(count, size, -1).transpose(0, 2, 1).astype(np.float16))


def _used(backbone: Backbone) -> Sequence[tuple[str, int]]:
    return [(name, stride) for name, stride in backbone.strides.items() if stride in _COMPONENTS]


def _brought_down(values: Single, factor: int) -> Single:
    """Return means and maxima over squares of `factor` x `factor` cells, `[N, 2 C, h, w]`: a defect fills few cells."""
    count, channels, height, width = values.shape
    cells = values.reshape(count, channels, height // factor, factor, width // factor, factor)
    return np.concatenate([cells.mean(axis=(3, 5)), cells.max(axis=(3, 5))], axis=1)


def _whitened(name: str, stride: int, moments: Moments) -> LocalMap:
    mean = moments.values / moments.count
    covariance = moments.products / moments.count - np.outer(mean, mean)
    spread = np.sqrt(np.maximum(np.diag(covariance), 0))
    spread = np.maximum(spread, _LEAST_SPREAD * np.median(spread) + 1e-6)
    variances, directions = np.linalg.eigh(covariance / np.outer(spread, spread))
    kept = min(_COMPONENTS[stride], len(mean))
    variances, directions = np.maximum(variances[::-1][:kept], 0), directions[:, ::-1][:, :kept]
    factors = 1 / np.sqrt(variances + _WHITENING_FLOOR * variances.mean() + 1e-6)
    weights = (directions * factors).T / spread
    return LocalMap(name, stride, weights.astype(np.float32), (-weights @ mean).astype(np.float32))


def _added(graph: GraphProto, one: LocalMap) -> str:
    """Add the nodes of one map; return the tensor's name, `[N, k, h, w]` on the grid."""
    source = one.name
    if one.stride < GRID:
        cells = [GRID // one.stride] * 2
        mean, highest = f"local_{one.name}_mean", f"local_{one.name}_max"
        graph.node.append(node("AveragePool", [source], mean, kernel_shape=cells, strides=cells))
        graph.node.append(node("MaxPool", [source], highest, kernel_shape=cells, strides=cells))
        source = f"local_{one.name}_both"
        graph.node.append(node("Concat", [mean, highest], source, axis=1))
    weights = remember(graph, one.weights[:, :, None, None], f"local_{one.name}_weights")
    bias = remember(graph, one.bias, f"local_{one.name}_bias")
    whitened = f"local_{one.name}_whitened"
    graph.node.append(node("Conv", [source, weights, bias], whitened))
    if one.stride <= GRID:
        return whitened
    factor = one.stride / GRID
    scales = remember(graph, constant([1, 1, factor, factor]), f"local_{one.name}_scales")
    resized = node("Resize", [whitened, "", scales], f"local_{one.name}_resized")
    resized.attribute.extend(_nearest())
    graph.node.append(resized)
    return f"local_{one.name}_resized"


def _nearest() -> list[AttributeProto]:
    """Return what makes each cell fill its square of the grid."""
    words = {"coordinate_transformation_mode": "asymmetric", "mode": "nearest", "nearest_mode": "floor"}
    return [helper.make_attribute(name, word) for name, word in words.items()]

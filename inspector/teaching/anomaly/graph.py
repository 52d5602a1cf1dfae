"""What is known of good parts as nodes of a recipe's graph: outputs `anomaly_map` and `anomaly_score`.

Plain `ai.onnx` operators of opset 17 that DirectML runs; no element-wise operator joins two computed tensors.
`anomaly_model` does the same sums in numpy.
"""

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from inspector.teaching.anomaly.model import LEAST_SQUARE, AnomalyModel, Bank, Component, Gaussian

ANOMALY_MAP = "anomaly_map"
ANOMALY_SCORE = "anomaly_score"

_NAME = "anomaly"


def add_anomaly(graph: ModelProto, model: AnomalyModel) -> None:
    """Add the nodes that turn the tensors called as the model's maps, `[N, C, h, w]`, into the two outputs."""
    writer = _Writer(graph)
    parts = [_component(writer, one, f"{_NAME}_{number}") for number, one in enumerate(model.components)]
    total = parts[0]
    if len(parts) > 1:
        joined = writer.node("Concat", parts, f"{_NAME}_joined", axis=1)
        axes = writer.constant(f"{_NAME}_axes", np.array([1], dtype=np.int64))
        total = writer.node("ReduceSum", [joined, axes], f"{_NAME}_sum", keepdims=1)
    height, width = len(model.components[0].rows), len(model.components[0].columns)
    shape = writer.constant(f"{_NAME}_shape", np.array([-1, height, width], dtype=np.int64))
    flat = writer.node("Reshape", [total, shape], f"{_NAME}_flat")
    offset = writer.constant(f"{_NAME}_offset", np.array(model.offset, dtype=np.float32))
    writer.node("Add", [flat, offset], ANOMALY_MAP)
    writer.node("ReduceMax", [ANOMALY_MAP], ANOMALY_SCORE, axes=[1, 2], keepdims=0)
    graph.graph.output.append(helper.make_tensor_value_info(ANOMALY_MAP, TensorProto.FLOAT, ["N", height, width]))
    graph.graph.output.append(helper.make_tensor_value_info(ANOMALY_SCORE, TensorProto.FLOAT, ["N"]))


class _Writer:
    """Writes nodes and constants into a graph."""

    def __init__(self, graph: ModelProto) -> None:
        self._graph = graph.graph

    def node(self, kind: str, inputs: list[str], output: str, **attributes: int | list[int]) -> str:
        node = helper.make_node(kind, inputs, [output], name=output)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in sorted(attributes.items()))
        self._graph.node.append(node)
        return output

    def constant(self, name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        self._graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def _component(writer: _Writer, one: Component, name: str) -> str:
    """Return the tensor `[N, 1, H, W]` of one component."""
    weights = writer.constant(f"{name}_weights", one.projection.weights[:, :, None, None])
    bias = writer.constant(f"{name}_bias", one.projection.bias)
    projected = writer.node("Conv", [one.map_name, weights, bias], f"{name}_projected")
    if one.neighbours:
        pooling: dict[str, int | list[int]] = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 0}
        projected = writer.node("AveragePool", [projected], f"{name}_averaged", **pooling)
    if isinstance(one.normal, Bank):
        squares = _bank(writer, one.normal, projected, name)
    else:
        squares = _gaussian(writer, one.normal, projected, (one.rows.shape[1], one.columns.shape[1]), name)
    positive = writer.node("Relu", [squares], f"{name}_positive")
    least = writer.constant(f"{name}_least", np.array(LEAST_SQUARE, dtype=np.float32))
    rooted = writer.node("Sqrt", [writer.node("Add", [positive, least], f"{name}_raised")], f"{name}_distance")
    centre = writer.constant(f"{name}_centre", np.array(one.centre, dtype=np.float32))
    scale = writer.constant(f"{name}_scale", np.array(one.scale, dtype=np.float32))
    scaled = writer.node("Mul", [writer.node("Sub", [rooted, centre], f"{name}_centred"), scale], f"{name}_scaled")
    tall = writer.node("MatMul", [writer.constant(f"{name}_rows", one.rows[None, None]), scaled], f"{name}_tall")
    return writer.node("MatMul", [tall, writer.constant(f"{name}_columns", one.columns.T)], f"{name}_resized")


def _bank(writer: _Writer, bank: Bank, projected: str, name: str) -> str:
    """Return squared distances `[N, 1, h, w]`: |a|^2 - 2 max(a.b - |b|^2 / 2) over the bank's b."""
    vectors = writer.constant(f"{name}_bank", bank.vectors[:, :, None, None])
    halved = writer.constant(f"{name}_halved", -(bank.vectors**2).sum(axis=1) / np.float32(2))
    likeness = writer.node("Conv", [projected, vectors, halved], f"{name}_likeness")
    nearest = writer.node("ReduceMax", [likeness], f"{name}_nearest", axes=[1], keepdims=1)
    length = writer.node("ReduceSumSquare", [projected], f"{name}_length", axes=[1], keepdims=1)
    both = writer.node("Concat", [length, nearest], f"{name}_both", axis=1)
    signs = writer.constant(f"{name}_signs", np.array([1, -2], dtype=np.float32).reshape(1, 2, 1, 1))
    return writer.node("Conv", [both, signs], f"{name}_squares")


def _gaussian(writer: _Writer, normal: Gaussian, projected: str, size: tuple[int, ...], name: str) -> str:
    """Return squared Mahalanobis distances `[N, 1, h, w]`; the positions are the batch of one MatMul."""
    positions, dimensions = normal.mean.shape
    first = writer.node("Transpose", [projected], f"{name}_turned", perm=[2, 3, 0, 1])
    shape = writer.constant(f"{name}_positions", np.array([positions, -1, dimensions], dtype=np.int64))
    listed = writer.node("Reshape", [first, shape], f"{name}_listed")
    whitening = writer.constant(f"{name}_whitening", normal.whitening)
    whitened = writer.node("MatMul", [listed, whitening], f"{name}_whitened")
    mean = writer.constant(f"{name}_mean", normal.mean[:, None])
    apart = writer.node("Sub", [whitened, mean], f"{name}_apart")
    squares = writer.node("ReduceSumSquare", [apart], f"{name}_summed", axes=[2], keepdims=0)
    back = writer.node("Transpose", [squares], f"{name}_back", perm=[1, 0])
    shape = writer.constant(f"{name}_size", np.array([-1, 1, *size], dtype=np.int64))
    return writer.node("Reshape", [back, shape], f"{name}_squares")

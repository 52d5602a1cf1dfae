"""What can be told of somebody's own network by looking at it, so that a person is asked as little as possible."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from onnx import NodeProto, numpy_helper

from inspector.teaching.importing.mapping import CHANNELS, Answer, ImportRefused, Layout
from inspector.teaching.importing.source import ImportSource, shape_words
from inspector.vision.imported_graph import ImportedGraphFails, Port

USUAL_SIZES = (224, 256, 299, 192, 160, 128, 96, 64, 32, 28, 240, 260, 288, 300, 320, 384, 448, 480, 512, 640)
"""Sides of square pictures that networks commonly take, the commonest first."""

MOST_FEATURES = 8192

_ALIKE = frozenset({"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast", "Dropout"})
_SOFTMAX = frozenset({"Softmax", "Sigmoid"})
_AFTER_THE_HEAD = (
    _ALIKE
    | _SOFTMAX
    | {"LogSoftmax", "Add", "Mul", "Div", "Clip", "Relu", "GlobalAveragePool", "ReduceMean", "AveragePool"}
)
_HEADS = frozenset({"Gemm", "MatMul", "Conv"})
_ARITHMETIC = frozenset({"Sub", "Div", "Mul", "Add", "BatchNormalization"})
_LARGE, _SMALL = 10.0, 0.02


@dataclass(frozen=True)
class Shaped:
    """How the input lies: its layout, its colours (1 or 3) and its size, None where the network leaves that open."""

    layout: Layout
    channels: int
    height: int | None
    width: int | None


def layout_of(source: ImportSource) -> Layout | None:
    """Return the layout that the input's shape or the first operator shows; None where nothing does."""
    shape = source.input.shape
    colours = {Layout.NCHW: shape[1], Layout.NHWC: shape[3]}
    fitting = [layout for layout, side in colours.items() if side in (1, CHANNELS)]
    if len(fitting) == 1:
        return fitting[0]
    open_ones = [layout for layout, side in colours.items() if side is None]
    return None if not (fitting or open_ones) else _layout_by_first_operator(source)


def shaped(source: ImportSource, layout: Layout) -> Shaped:
    """Return how the input lies in that layout. Raises ImportRefused where it takes no picture so."""
    _, *sides = source.input.shape
    channels, height, width = sides if layout is Layout.NCHW else (sides[2], sides[0], sides[1])
    if channels not in (1, CHANNELS, None):
        raise ImportRefused(
            f"As {layout}, {source.name} takes pictures of {channels} colours ({shape_words(source.input.shape)}); "
            "only 3 or 1 can be fed. Is it the other layout?"
        )
    return Shaped(layout, channels or CHANNELS, height, width)


def size_of(source: ImportSource, shape: Shaped) -> tuple[int, int] | None:
    """Return the only size that the network takes; None where it takes several. Raises ImportRefused if none fits."""
    if shape.height is not None and shape.width is not None:
        return shape.height, shape.width
    graph = source.opened()
    fitting: list[tuple[int, int]] = []
    for side in USUAL_SIZES:
        height, width = shape.height or side, shape.width or side
        try:
            graph.run(blank(source, shape, height, width))
        except ImportedGraphFails:
            continue
        fitting.append((height, width))
        if len(fitting) > 1:
            return None
    if not fitting:
        raise ImportRefused(
            f"{source.name} leaves the size of its pictures open ({shape_words(source.input.shape)}), and no usual one "
            "fits; give it with --input-size HEIGHTxWIDTH."
        )
    return fitting[0]


def blank(source: ImportSource, shape: Shaped, height: int, width: int) -> np.ndarray:
    """Return a grey picture as the network takes it, as often as its batch is large."""
    sides = (shape.channels, height, width) if shape.layout is Layout.NCHW else (height, width, shape.channels)
    return np.full((source.input.shape[0] or 1, *sides), 0.5, source.kind)


def outputs_that_answer(source: ImportSource, sizes: dict[str, int], classes: int) -> tuple[str, ...]:
    """Return the outputs with one number a class (`sizes` are numbers a picture); of two classes, one number does."""
    fitting = tuple(port.name for port in source.outputs if sizes.get(port.name) == classes)
    if not fitting and classes == 2:
        fitting = tuple(port.name for port in source.outputs if sizes.get(port.name) == 1)
    return fitting


def answer_of(source: ImportSource, output: str) -> Answer:
    """Return whether an output is probabilities already: whether a softmax or sigmoid gives it."""
    producers = _producers(source)
    node = producers.get(output)
    while node is not None and node.op_type in _ALIKE:
        node = producers.get(node.input[0])
    return Answer.PROBABILITIES if node is not None and node.op_type in _SOFTMAX else Answer.LOGITS


def own_normalisation(source: ImportSource) -> str:
    """Return `raw` or `unit` where the network begins by shifting and scaling pixels itself, else an empty text.

    Which of the two shows in its numbers: those made for pixels from 0 to 255 are far larger or far smaller than those
    made for 0 to 1.
    """
    constants = _constants(source)
    for node in _first_operators(source):
        if node.op_type not in _ARITHMETIC:
            continue
        names = node.input[3:4] if node.op_type == "BatchNormalization" else node.input
        values = np.concatenate([np.abs(constants[name]).ravel() for name in names if name in constants] or [[]])
        if values.size:
            return "raw" if values.max() > _LARGE or 0 < values.min() < _SMALL else "unit"
    return ""


def _constants(source: ImportSource) -> dict[str, np.ndarray]:
    graph = source.model.graph
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.HasField("t"):
                found[node.output[0]] = numpy_helper.to_array(attribute.t)
    return found


def penultimate(source: ImportSource, output: str) -> str:
    """Return the tensor that the last layer reads, which says most of a picture; the output itself where none is found.

    It walks back from the answer over what only reshapes or squashes to the last dense or 1 x 1 layer.
    """
    producers = _producers(source)
    node = producers.get(output)
    while node is not None and node.op_type in _AFTER_THE_HEAD:
        computed = [name for name in node.input if name in producers]
        node = producers[computed[0]] if computed else None
    return node.input[0] if node is not None and node.op_type in _HEADS else output


def _producers(source: ImportSource) -> dict[str, NodeProto]:
    """Return the node that computes each tensor; constants count as not computed."""
    nodes = source.model.graph.node
    return {name: node for node in nodes if node.op_type != "Constant" for name in node.output}


def _first_operators(source: ImportSource) -> Sequence[NodeProto]:
    """Return the nodes that read the input, through what leaves the numbers as they are."""
    found: list[NodeProto] = []
    names = {source.input.name}
    for node in source.model.graph.node:
        if names.intersection(node.input):
            if node.op_type in _ALIKE or node.op_type == "Transpose":
                names.update(node.output)
            found.append(node)
    return found


def _layout_by_first_operator(source: ImportSource) -> Layout | None:
    for node in _first_operators(source):
        if node.op_type == "Transpose":
            (order,) = [list(item.ints) for item in node.attribute if item.name == "perm"] or [[]]
            return Layout.NHWC if order == [0, 3, 1, 2] else Layout.NCHW
        if node.op_type == "Conv":
            return Layout.NCHW
    return None


def port_words(port: Port) -> str:
    """Return an output as a person reads it."""
    return f"'{port.name}' ({shape_words(port.shape)})"

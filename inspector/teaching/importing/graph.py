"""A recipe's graph around somebody's own network: pictures in as the station has them, probabilities out.

Only operators that mean the same from opset 7 to 21 are added, because the network keeps its own opset.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, compose, helper, numpy_helper

from inspector.teaching.importing.guess import MOST_FEATURES, Shaped, blank, penultimate
from inspector.teaching.importing.mapping import (
    CHANNELS,
    LUMA,
    Answer,
    Colour,
    ImportMapping,
    ImportRefused,
    Layout,
)
from inspector.teaching.importing.source import ImportSource, nodes_below
from inspector.vision.imported_graph import ImportedGraph, ImportedGraphFails

_PREFIX = "imported/"
_IR_VERSION = 8
_NEVER_0 = 1e-12
_MAP_RANK = 4


@dataclass(frozen=True, eq=False)
class Embedding:
    """The tensor that tells pictures apart, and how it becomes one row: `pooled` where it is still a map."""

    name: str
    features: int
    pooled: bool


def output_sizes(source: ImportSource, shape: Shaped, height: int, width: int) -> dict[str, int]:
    """Return how many numbers each output has for one picture of that size. Raises ImportRefused."""
    batch = source.input.shape[0] or 1
    try:
        given = source.opened().run(blank(source, shape, height, width))
    except ImportedGraphFails as error:
        raise ImportRefused(f"{source.name} cannot be run on pictures of {height} x {width}: {error}.") from error
    return {name: value.size // batch for name, value in given.items() if value.size % batch == 0}


def find_embedding(source: ImportSource, mapping: ImportMapping, shape: Shaped) -> Embedding:
    """Return what the last layer reads, or the answer itself where that is not there or too large."""
    wanted = penultimate(source, mapping.output)
    batch = source.input.shape[0] or 1
    traced = _traced(source, (wanted,), blank(source, shape, mapping.height, mapping.width))
    value = traced.get(wanted)
    if value is not None and wanted != source.input.name and value.shape[:1] == (batch,):
        if value.ndim == _MAP_RANK and value.shape[2:] != (1, 1) and value.shape[1] <= MOST_FEATURES:
            return Embedding(wanted, value.shape[1], pooled=True)
        if value.size // batch <= MOST_FEATURES:
            return Embedding(wanted, value.size // batch, pooled=False)
    return Embedding(mapping.output, traced[mapping.output].size // batch, pooled=False)


def wrap(source: ImportSource, mapping: ImportMapping, embedding: Embedding, classes: int) -> bytes:
    """Return the recipe's graph: input `image`, outputs `probabilities` `[N, classes]` and `embedding` `[N, D]`.

    A network whose batch is fixed at more than one is fed one picture where it bears that; else the picture is given
    to it as often as it wants. Raises ImportRefused when the whole does not hold together.
    """
    batch = source.input.shape[0] or 1
    graph = _composed(source, mapping, embedding, classes, copies=1)
    if batch > 1 and not _works(graph, mapping, classes):
        graph = _composed(source, mapping, embedding, classes, copies=batch)
    if not _works(graph, mapping, classes):
        raise ImportRefused(f"{source.name} cannot be put into a recipe's form: its graph does not fit together then.")
    return graph


class _Part:
    """Nodes one after the other, each with a name of its own."""

    def __init__(self, name: str) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self._name = name

    def then(self, kind: str, inputs: Sequence[str], output: str = "", **attributes: int | list[int]) -> str:
        """Add a node and return its output's name."""
        output = output or f"{self._name}/{len(self.nodes)}_{kind}"
        node = helper.make_node(kind, list(inputs), [output], name=output)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in sorted(attributes.items()))
        self.nodes.append(node)
        return output

    def constant(self, values: NDArray[np.generic]) -> str:
        """Add a constant and return its name."""
        name = f"{self._name}/constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def _composed(
    source: ImportSource, mapping: ImportMapping, embedding: Embedding, classes: int, *, copies: int
) -> bytes:
    model = compose.add_prefix(source.model, _PREFIX)
    graph = model.graph
    before, after = _Part("feed"), _Part("read")
    _feed(before, source, mapping, copies)
    row = _row(after, f"{_PREFIX}{mapping.output}", mapping.numbers, copies)
    _probabilities(after, row, mapping.answer, mapping.numbers, classes)
    name = f"{_PREFIX}{embedding.name}"
    pooled = after.then("GlobalAveragePool", [name]) if embedding.pooled else name
    after.then("Identity", [_row(after, pooled, embedding.features, copies)], "embedding")
    inner = list(graph.node)
    for field in (graph.node, graph.output, graph.value_info, graph.input):
        del field[:]
    graph.node.extend([*before.nodes, *inner, *after.nodes])
    graph.initializer.extend([*before.constants, *after.constants])
    picture: list[str | int | None] = ["N", mapping.height, mapping.width, CHANNELS]
    graph.input.append(helper.make_tensor_value_info("image", TensorProto.UINT8, picture))
    for output, size in (("probabilities", classes), ("embedding", embedding.features)):
        graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", size]))
    graph.name = "inspector_imported"
    return _bytes(model, source)


def _feed(part: _Part, source: ImportSource, mapping: ImportMapping, copies: int) -> None:
    """Go from `image`, uint8 RGB, to the network's input: colours, numbers, order of sides, batch."""
    values = "image"
    if mapping.colour is Colour.BGR:
        values = part.then("Gather", [values, part.constant(np.array([2, 1, 0], np.int64))], axis=3)
    if mapping.colour is Colour.GREY or source.kind != "uint8":
        values = part.then("Cast", [values], to=TensorProto.FLOAT)
    if mapping.colour is Colour.GREY:
        values = part.then("MatMul", [values, part.constant(np.asarray(LUMA, np.float32)[:, None])])
    if source.kind != "uint8":
        mean, factor = mapping.normalisation.fitted(1 if mapping.colour is Colour.GREY else CHANNELS)
        values = part.then("Sub", [values, part.constant(mean)])
        values = part.then("Mul", [values, part.constant(factor)])
    elif mapping.colour is Colour.GREY:
        values = part.then("Add", [values, part.constant(np.array([0.5], np.float32))])  # rounds, a cast cuts off
    if mapping.layout is Layout.NCHW:
        values = part.then("Transpose", [values], perm=[0, 3, 1, 2])
    if copies > 1:
        values = part.then("Concat", [values] * copies, axis=0)
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(source.kind))
    part.then("Cast", [values], f"{_PREFIX}{source.input.name}", to=kind)


def _row(part: _Part, name: str, size: int, copies: int) -> str:
    """Return the tensor as float32 `[N, size]`; of several copies of one picture, the first one's."""
    values = part.then("Cast", [name], to=TensorProto.FLOAT)
    values = part.then("Reshape", [values, part.constant(np.array([-1, size], np.int64))])
    return part.then("Gather", [values, part.constant(np.array([0], np.int64))], axis=0) if copies > 1 else values


def _probabilities(part: _Part, row: str, answer: Answer, size: int, classes: int) -> None:
    if size != classes:  # one number stands for no and yes
        yes = row if answer is Answer.PROBABILITIES else part.then("Sigmoid", [row])
        no = part.then("Add", [part.then("Neg", [yes]), part.constant(np.ones(1, np.float32))])
        part.then("Concat", [no, yes], "probabilities", axis=1)
        return
    if answer is Answer.PROBABILITIES:
        # The softmax of logarithms is the numbers themselves, added up to exactly 1 whatever was rounded before.
        positive = part.then("Add", [row, part.constant(np.array([_NEVER_0], np.float32))])
        row = part.then("Log", [positive])
    part.then("Softmax", [row], "probabilities", axis=1)


def _works(graph: bytes, mapping: ImportMapping, classes: int) -> bool:
    try:
        given = ImportedGraph(graph).run(np.zeros((1, mapping.height, mapping.width, CHANNELS), np.uint8))
    except ImportedGraphFails:
        return False
    return given["probabilities"].shape == (1, classes) and given["embedding"].shape[:1] == (1,)


def _traced(
    source: ImportSource, wanted: Sequence[str], picture: NDArray[np.generic]
) -> dict[str, NDArray[np.generic]]:
    """Return what the network computes for these tensors; those that no output can be made of are left out."""
    model = ModelProto()
    model.CopyFrom(source.model)
    known = {port.name for port in model.graph.output}
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted if name not in known)
    try:
        return ImportedGraph(model.SerializeToString()).run(picture)
    except ImportedGraphFails:
        return source.opened().run(picture)


def _bytes(model: ModelProto, source: ImportSource) -> bytes:
    used = {node.domain for node in nodes_below(model.graph)}
    imports = [item for item in model.opset_import if item.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(imports)
    model.ir_version = max(model.ir_version, _IR_VERSION)
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise ImportRefused(
            f"{source.name} is not valid ONNX: {str(error).splitlines()[0]}; export it again."
        ) from error
    return bytes(model.SerializeToString(deterministic=True))

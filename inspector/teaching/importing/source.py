"""Somebody's own ONNX file, read and looked at before anything is made of it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, external_data_helper, inliner

from inspector.teaching.importing.mapping import ImportRefused
from inspector.vision.imported_graph import ImportedGraph, ImportedGraphFails, Port

OLDEST_OPSET = 7
USUAL_OPSET = 17
NEWEST_OPSET = 21

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "tensor(float)": "float32",
        "tensor(float16)": "float16",
        "tensor(double)": "float64",
        "tensor(uint8)": "uint8",
    }
)
"""The input types that can be fed, as onnxruntime names them, with numpy's names."""

_PLAIN_DOMAINS = frozenset({"", "ai.onnx"})
_PICTURE_RANK = 4


@dataclass(frozen=True, eq=False)
class ImportSource:
    """A network that could become a recipe. `model` is its graph with everything in it, to be copied and never altered.

    `kind` is numpy's name of its input's type, `notes` are sentences on what should be known.
    """

    name: str
    sha256: str
    model: ModelProto
    opset: int
    input: Port
    kind: str
    outputs: tuple[Port, ...]
    notes: tuple[str, ...] = ()

    def opened(self) -> ImportedGraph:
        """Return the graph, open. Raises ImportRefused."""
        try:
            return ImportedGraph(self.model.SerializeToString())
        except ImportedGraphFails as error:
            raise ImportRefused(f"{self.name} cannot be opened: {error}.") from error


def read_source(path: Path) -> ImportSource:
    """Read an ONNX file and refuse what cannot become a recipe. Raises ImportRefused with one sentence."""
    name = path.name
    data = _bytes_of(path)
    model = _parsed(name, data)
    _load_external(model, path)
    model = _inlined(name, model)
    _require_plain_operators(name, model)
    opset = _opset(name, model)
    try:
        graph = ImportedGraph(model.SerializeToString())
    except ImportedGraphFails as error:
        raise ImportRefused(f"{name} is an ONNX file, but it cannot be opened: {error}.") from error
    taken = _only_input(name, graph.inputs)
    notes = []
    if opset > USUAL_OPSET:
        notes.append(
            f"{name} uses opset {opset}; recipes use {USUAL_OPSET} at most, so it runs on the processor here, but a "
            "graphics adapter may refuse it. Export it again with opset 17 if you can."
        )
    outputs = tuple(port for port in graph.outputs if port.kind.startswith("tensor("))
    if not outputs:
        raise ImportRefused(f"{name} gives no plain numbers ({graph.outputs[0].kind}); export it without a ZipMap.")
    return ImportSource(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        model=model,
        opset=opset,
        input=taken,
        kind=TYPES[taken.kind],
        outputs=outputs,
        notes=tuple(notes),
    )


def nodes_below(graph: GraphProto) -> Iterator[NodeProto]:
    """Yield all nodes, also those of inner graphs."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in (*attribute.graphs, *((attribute.g,) if attribute.HasField("g") else ())):
                yield from nodes_below(inner)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ImportRefused(f"There is no file {path}; check the name.") from error
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error.strerror or error}.") from error


def _parsed(name: str, data: bytes) -> ModelProto:
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # protobuf's own, which has no public name here
        raise ImportRefused(f"{name} is no ONNX file, or it is damaged; export the network again as ONNX.") from error
    if not model.graph.node or not model.graph.output:
        raise ImportRefused(f"{name} is no ONNX file, or there is no network in it; export it again as ONNX.")
    return model


def _load_external(model: ModelProto, path: Path) -> None:
    """Take in weights that lie in files of their own beside the model."""
    files = sorted(
        {
            external_data_helper.ExternalDataInfo(tensor).location
            for tensor in _tensors(model.graph)
            if external_data_helper.uses_external_data(tensor)
        }
    )
    if not files:
        return
    advice = "put it beside the model, or save the model as one file"
    for file in files:
        if not path.parent.joinpath(file).is_file():
            raise ImportRefused(
                f"{path.name} keeps its weights in a file of their own, '{file}', which is not there; {advice}."
            )
    try:
        external_data_helper.load_external_data_for_model(model, str(path.parent))
    except (OSError, ValueError, onnx.checker.ValidationError) as error:
        raise ImportRefused(
            f"The weights of {path.name} in '{files[0]}' cannot be read ({error}); {advice}."
        ) from error


def _tensors(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for node in nodes_below(graph):
        for attribute in node.attribute:
            yield from (*attribute.tensors, *((attribute.t,) if attribute.HasField("t") else ()))
            for inner in (*attribute.graphs, *((attribute.g,) if attribute.HasField("g") else ())):
                yield from inner.initializer


def _inlined(name: str, model: ModelProto) -> ModelProto:
    """Replace the model's own functions by what they stand for."""
    if not model.functions:
        return model
    try:
        return inliner.inline_local_functions(model)
    except Exception as error:  # the inliner raises what its C++ side throws
        raise ImportRefused(
            f"{name} has functions of its own that cannot be resolved ({error}); export it without."
        ) from error


def _require_plain_operators(name: str, model: ModelProto) -> None:
    used = {(node.domain, node.op_type) for node in nodes_below(model.graph)}
    foreign = sorted((domain, operator) for domain, operator in used if domain not in _PLAIN_DOMAINS)
    if foreign:
        domain, operator = foreign[0]
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise ImportRefused(
            f"{name} uses the operator '{operator}' of '{domain}'{more}, which not every station has; "
            "export it with plain ONNX operators only."
        )


def _opset(name: str, model: ModelProto) -> int:
    versions = [item.version for item in model.opset_import if item.domain in _PLAIN_DOMAINS]
    opset = int(max(versions, default=0))
    if not OLDEST_OPSET <= opset <= NEWEST_OPSET:
        raise ImportRefused(
            f"{name} uses opset {opset}; what can be imported is {OLDEST_OPSET} to {NEWEST_OPSET}, best is "
            f"{USUAL_OPSET}. Export it again."
        )
    return opset


def _only_input(name: str, inputs: tuple[Port, ...]) -> Port:
    if len(inputs) != 1:
        names = ", ".join(f"'{port.name}'" for port in inputs) or "none"
        raise ImportRefused(
            f"{name} has {len(inputs)} inputs ({names}); a recipe's network takes one picture and no more."
        )
    (taken,) = inputs
    if taken.kind not in TYPES:
        raise ImportRefused(
            f"The input '{taken.name}' of {name} is {taken.kind}; only float32, float16, float64 and uint8 can be fed."
        )
    if len(taken.shape) != _PICTURE_RANK:
        raise ImportRefused(
            f"The input '{taken.name}' of {name} has {len(taken.shape)} dimensions ({shape_words(taken.shape)}); "
            "a picture has four: batch, height, width and colours."
        )
    return taken


def shape_words(shape: tuple[int | None, ...]) -> str:
    """Return a shape as a person reads it, `?` for a free side."""
    return " x ".join("?" if side is None else str(side) for side in shape) or "a single number"

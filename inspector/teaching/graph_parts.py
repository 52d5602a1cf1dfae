"""Small pieces that ONNX graphs are put together from."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from inspector.teaching.backbone import Backbone


class BackboneUnfit(ValueError):
    """A backbone that recipes cannot be composed with."""


def node(kind: str, inputs: Sequence[str], output: str, **attributes: int | list[int]) -> NodeProto:
    """Return a node named as its one output."""
    return node_of_several(kind, inputs, [output], **attributes)


def node_of_several(
    kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: int | list[int]
) -> NodeProto:
    """Return a node named as the first of its outputs; its attributes in order, so that its bytes are the same."""
    made = helper.make_node(kind, list(inputs), list(outputs), name=outputs[0])
    made.attribute.extend(helper.make_attribute(name, value) for name, value in sorted(attributes.items()))
    return made


def constant(values: Sequence[float]) -> NDArray[np.float32]:
    """Return float32 values `[n]`."""
    return np.array(values, dtype=np.float32)


def remember(graph: GraphProto, values: NDArray[np.generic], name: str) -> str:
    """Keep an array in the graph and return its name."""
    graph.initializer.append(numpy_helper.from_array(values, name))
    return name


def floats(name: str, shape: Sequence[str | int | None]) -> ValueInfoProto:
    """Return the description of a float32 output."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def inserted(graph: GraphProto, backbone: Backbone, image: str, renamed: Mapping[str, str]) -> dict[str, str]:
    """Add a backbone's nodes that read `image`; return what each of its tensors is called in the graph.

    `renamed` says how some of them shall be called; all others get the backbone's name in front, so that two backbones
    do not meet.
    """
    model = onnx.load_model_from_string(backbone.graph)
    names = {"": "", model.graph.input[0].name: image} | dict(renamed)
    for known in model.graph.initializer:
        names.setdefault(known.name, f"{backbone.name}/{known.name}")
        known.name = names[known.name]
    for item in model.graph.node:
        for tensors in (item.input, item.output):
            for place, name in enumerate(tensors):
                tensors[place] = names.setdefault(name, f"{backbone.name}/{name}")
        item.name = f"{backbone.name}/{item.name}"
    graph.initializer.extend(model.graph.initializer)
    graph.node.extend(model.graph.node)
    return names


def checked_bytes(model: ModelProto) -> bytes:
    """Return the model's bytes, the same for the same model. Raises BackboneUnfit when it is no valid ONNX."""
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise BackboneUnfit(f"the composed graph is not valid: {error}") from error
    return bytes(model.SerializeToString(deterministic=True))

"""One ONNX graph out of a backbone, pooling and a taught head, so that the accelerator runs all of it.

Plain `ai.onnx` operators of opset 17 that DirectML runs; no element-wise operator joins two computed tensors.
"""

from collections.abc import Sequence

import onnx
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from inspector.teaching.backbone import INPUT_HEIGHT, INPUT_WIDTH, Backbone
from inspector.teaching.head import Head

EMBEDDING = "embedding"
PROBABILITIES = "probabilities"

_OPSET = 17
_IR_VERSION = 8
_BACKBONE_EMBEDDING = "backbone_embedding"


class BackboneUnfit(ValueError):
    """A backbone that recipes cannot be composed with."""


def features_graph(backbone: Backbone) -> bytes:
    """Return the graph that gives what a head is taught on: output `embedding` `[N, F]`.

    It is the backbone's embedding followed by the mean and the maximum of each of its maps over all positions. The
    maximum keeps a small defect that the mean would drown. Raises BackboneUnfit.
    """
    return _bytes(_with_features(backbone))


def compose(backbone: Backbone, head: Head) -> bytes:
    """Return a recipe's graph: outputs `probabilities` `[N, C]` and `embedding` `[N, F]`, the head's features.

    Raises BackboneUnfit, also where the head was taught on features of another size.
    """
    model = _with_features(backbone)
    features = model.graph.output[0].type.tensor_type.shape.dim[1].dim_value
    if features != head.mean.size:
        raise BackboneUnfit(f"the head takes {head.mean.size} features, {backbone.name} gives {features}")
    graph = model.graph
    constants = {
        "taught_mean": head.mean[None],
        "taught_scale": head.scale[None],
        "taught_weights": head.weights,
        "taught_bias": head.bias,
    }
    graph.initializer.extend(numpy_helper.from_array(values, name) for name, values in constants.items())
    graph.node.extend(
        [
            _node("Sub", [EMBEDDING, "taught_mean"], "taught_centred"),
            _node("Mul", ["taught_centred", "taught_scale"], "taught_standardised"),
            _node("Gemm", ["taught_standardised", "taught_weights", "taught_bias"], "taught_logits", transB=1),
            _node("Softmax", ["taught_logits"], PROBABILITIES, axis=1),
        ]
    )
    graph.output.insert(0, _floats(PROBABILITIES, ["N", head.bias.size]))
    return _bytes(model)


def _with_features(backbone: Backbone) -> ModelProto:
    """Return the backbone with the features as its only output, for pictures of the station's size."""
    model = onnx.load_model_from_string(backbone.graph)
    graph = model.graph
    channels = _channels(model, backbone)
    _rename(graph.node, EMBEDDING, _BACKBONE_EMBEDDING)
    pooled = [_BACKBONE_EMBEDDING]
    for name in backbone.maps:
        pooled += [f"{name}_mean", f"{name}_max"]
        graph.node.append(_node("ReduceMean", [name], f"{name}_mean", axes=[2, 3], keepdims=0))
        graph.node.append(_node("ReduceMax", [name], f"{name}_max", axes=[2, 3], keepdims=0))
    graph.node.append(_node("Concat", pooled, EMBEDDING, axis=1))
    size = channels[EMBEDDING] + 2 * sum(channels[name] for name in backbone.maps)
    del graph.output[:]
    graph.output.append(_floats(EMBEDDING, ["N", size]))
    del graph.input[:]
    shape: list[str | int | None] = ["N", INPUT_HEIGHT, INPUT_WIDTH, 3]
    graph.input.append(helper.make_tensor_value_info("image", TensorProto.UINT8, shape))
    graph.name = "inspector_recipe"
    return model


def _channels(model: ModelProto, backbone: Backbone) -> dict[str, int]:
    """Return the channels of each output, after checking that the backbone is what it should be."""
    if [(item.domain, item.version <= _OPSET) for item in model.opset_import] != [("", True)]:
        raise BackboneUnfit(f"{backbone.name} needs more than the plain operators of opset {_OPSET}")
    if [known.name for known in model.graph.input] != ["image"] or model.ir_version > _IR_VERSION:
        raise BackboneUnfit(f"{backbone.name} must have one input 'image' and IR version {_IR_VERSION} at most")
    channels = {
        output.name: output.type.tensor_type.shape.dim[1].dim_value
        for output in model.graph.output
        if len(output.type.tensor_type.shape.dim) > 1
    }
    for name in (EMBEDDING, *backbone.maps):
        if not channels.get(name):
            raise BackboneUnfit(f"{backbone.name} has no output '{name}' with a fixed number of channels")
    return channels


def _rename(nodes: Sequence[NodeProto], old: str, new: str) -> None:
    """Rename a tensor, and the node that is called so."""
    for node in nodes:
        if node.name == old:
            node.name = new
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == old:
                    names[place] = new


def _node(kind: str, inputs: list[str], output: str, **attributes: int | list[int]) -> NodeProto:
    node = helper.make_node(kind, inputs, [output], name=output)
    node.attribute.extend(helper.make_attribute(name, value) for name, value in sorted(attributes.items()))
    return node


def _floats(name: str, shape: Sequence[str | int]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _bytes(model: ModelProto) -> bytes:
    """Return the model's bytes, the same for the same model. Raises BackboneUnfit when it is no valid ONNX."""
    try:
        onnx.checker.check_model(model, full_check=True)
    except onnx.checker.ValidationError as error:
        raise BackboneUnfit(f"the composed graph is not valid: {error}") from error
    return bytes(model.SerializeToString(deterministic=True))

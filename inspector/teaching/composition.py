"""One ONNX graph out of backbones, tiles, pooling and a taught head, so that the accelerator runs all of it.

Plain `ai.onnx` operators of opset 17 that DirectML runs; no element-wise operator of ours joins two computed tensors.
"""

from collections.abc import Mapping, Sequence

import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper

from inspector.teaching.backbone import Backbone
from inspector.teaching.feature_plan import FeaturePlan
from inspector.teaching.graph_parts import BackboneUnfit, checked_bytes, constant, floats, inserted, node, remember
from inspector.teaching.head import Head
from inspector.teaching.local_features import GRID, LOCAL, LocalFeatures, add_local_features
from inspector.teaching.mixed_head import LocalPart, add_local_logits
from inspector.teaching.tiling import cut, merged_embedding, stitched

__all__ = ["BackboneUnfit", "compose", "composed", "features_graph", "maps_graph", "places"]

EMBEDDING = "embedding"
PROBABILITIES = "probabilities"
IMAGE = "image"

_OPSET = 17
_IR_VERSION = 8

Backbones = Mapping[str, Backbone]


def features_graph(plan: FeaturePlan, backbones: Backbones, local: LocalFeatures | None = None) -> bytes:
    """Return the graph that gives what a head is taught on: outputs `embedding` `[N, F]` and, if asked, `local`.

    It is each backbone's embedding (of tiles their mean and maximum), followed by the mean, the maximum and the root
    mean square of its pooled maps over all positions. The maximum keeps a small defect that the mean would drown; the
    root mean square says how much a channel varies. `local` `[N, K, h, w]` are the features of each place. Raises
    BackboneUnfit.
    """
    model = _with_features(plan, backbones)
    if local is not None:
        add_local_features(model.graph, local)
        model.graph.output.append(floats(LOCAL, ["N", local.size, plan.height // GRID, plan.width // GRID]))
    return checked_bytes(model)


def places(plan: FeaturePlan) -> int:
    """Return how many places local features have under a plan."""
    return (plan.height // GRID) * (plan.width // GRID)


def maps_graph(plan: FeaturePlan, backbones: Backbones) -> bytes:
    """Return the same graph that also gives each map `[N, C, h, w]` under its own name, stitched over the tiles."""
    model = _with_features(plan, backbones)
    names = [name for backbone in plan.backbones for name in backbones[backbone].maps]
    model.graph.output.extend(floats(name, ["N", None, None, None]) for name in names)
    return checked_bytes(model)


def composed(plan: FeaturePlan, backbones: Backbones, head: Head, local: LocalPart | None = None) -> ModelProto:
    """Return a recipe's graph: outputs `probabilities` `[N, C]` and `embedding` `[N, F]`, the head's features.

    The logits of the `local` part are added to the head's.
    Its maps are there under their own names for what is added to it. Raises BackboneUnfit, also where the head was
    taught on features of another size.
    """
    model = _with_features(plan, backbones)
    features = model.graph.output[0].type.tensor_type.shape.dim[1].dim_value
    if features != head.mean.size:
        raise BackboneUnfit(f"the head takes {head.mean.size} features, {plan} gives {features}")
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
            node("Sub", [EMBEDDING, "taught_mean"], "taught_centred"),
            node("Mul", ["taught_centred", "taught_scale"], "taught_standardised"),
            node("Gemm", ["taught_standardised", "taught_weights", "taught_bias"], "taught_logits", transB=1),
        ]
    )
    logits = "taught_logits" if local is None else add_local_logits(graph, local, "taught_logits", places(plan))
    graph.node.append(node("Softmax", [logits], PROBABILITIES, axis=1))
    graph.output.insert(0, floats(PROBABILITIES, ["N", head.bias.size]))
    return model


def compose(plan: FeaturePlan, backbones: Backbones, head: Head, local: LocalPart | None = None) -> bytes:
    """Return the bytes of `composed`."""
    return checked_bytes(composed(plan, backbones, head, local))


def _with_features(plan: FeaturePlan, backbones: Backbones) -> ModelProto:
    """Return a graph with the features as its only output."""
    graph = helper.make_graph([], "inspector_recipe", [], [])
    shape: list[str | int | None] = ["N", plan.height, plan.width, 3]
    graph.input.append(helper.make_tensor_value_info(IMAGE, TensorProto.UINT8, shape))
    tiles = cut(graph, plan, IMAGE) if plan.tiles > 1 else IMAGE
    pooled: list[str] = []
    size = 0
    for name in plan.backbones:
        names, channels = _backbone_features(graph, plan, backbones[name], tiles)
        pooled += names
        size += channels
    graph.node.append(node("Concat", pooled, EMBEDDING, axis=1))
    graph.output.append(floats(EMBEDDING, ["N", size]))
    return helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="inspector-station",
    )


def _backbone_features(
    graph: onnx.GraphProto, plan: FeaturePlan, backbone: Backbone, image: str
) -> tuple[list[str], int]:
    """Add a backbone and its pooling; return the names of its features and how many numbers they are together."""
    channels = _channels(backbone)
    outputs = [EMBEDDING, *backbone.maps]
    tiled = plan.tiles > 1
    found = inserted(graph, backbone, image, {name: f"{name}_of_tiles" if tiled else name for name in backbone.maps})
    features = merged_embedding(graph, plan, found[EMBEDDING]) if tiled else [found[EMBEDDING]]
    size = channels[EMBEDDING] * len(features)
    for name in outputs[1:]:
        if tiled:
            stitched(graph, plan, found[name], name, backbone.strides[name])
        if name in backbone.pooled:
            features += _pooled(graph, name, plan.height * plan.width // backbone.strides[name] ** 2)
            size += 3 * channels[name]
    return features, size


def _pooled(graph: onnx.GraphProto, name: str, cells: int) -> list[str]:
    """Add mean, maximum and root of the mean square of a map over its positions."""
    share = remember(graph, constant([1 / cells**0.5]), f"{name}_share")
    graph.node.extend(
        [
            node("ReduceMean", [name], f"{name}_mean", axes=[2, 3], keepdims=0),
            node("ReduceMax", [name], f"{name}_max", axes=[2, 3], keepdims=0),
            node("ReduceL2", [name], f"{name}_length", axes=[2, 3], keepdims=0),
            node("Mul", [f"{name}_length", share], f"{name}_root_mean_square"),
        ]
    )
    return [f"{name}_mean", f"{name}_max", f"{name}_root_mean_square"]


def _channels(backbone: Backbone) -> dict[str, int]:
    """Return the channels of each output, after checking that the backbone is what it should be."""
    model = onnx.load_model_from_string(backbone.graph)
    if [(item.domain, item.version <= _OPSET) for item in model.opset_import] != [("", True)]:
        raise BackboneUnfit(f"{backbone.name} needs more than the plain operators of opset {_OPSET}")
    if [known.name for known in model.graph.input] != [IMAGE] or model.ir_version > _IR_VERSION:
        raise BackboneUnfit(f"{backbone.name} must have one input 'image' and IR version {_IR_VERSION} at most")
    channels = {output.name: _fixed_side(output) for output in model.graph.output}
    for name in (EMBEDDING, *backbone.maps):
        if not channels.get(name):
            raise BackboneUnfit(f"{backbone.name} has no output '{name}' with a fixed number of channels")
    return channels


def _fixed_side(output: onnx.ValueInfoProto) -> int:
    sides: Sequence[onnx.TensorShapeProto.Dimension] = output.type.tensor_type.shape.dim
    return int(sides[1].dim_value) if len(sides) > 1 else 0

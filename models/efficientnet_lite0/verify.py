"""Check that backbone.onnx equals EfficientNet-Lite0 as the source framework computes it.

    pip install -r requirements.txt
    python verify.py

1. The converted graph in float32 against the torch model: logits and embedding at most 1e-4 apart, the maps at most
   1e-4 of their largest value (they reach 40 and more, where float32 itself is not finer).
2. The shipped graph (weights stored as float16) against that float32 graph: at most 1e-2 of the largest value apart,
   the cosine of each output at least 0.99999.
3. The shipped file against a fresh conversion: the same bytes.
Prints the figures of card.md; ends with exit code 1 when one of them is out of bounds.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from convert import MEAN, SCALE, Backbone, load_weights, weights_file
from efficientnet_lite_pytorch import EfficientNet  # type: ignore[import-untyped]
from numpy.typing import NDArray

Outputs = Mapping[str, NDArray[np.float32]]

SHIPPED = Path(__file__).with_name("backbone.onnx")
SIDES = (224, 320)
LARGEST_DIFFERENCE = 1e-4
LARGEST_DIFFERENCE_SHIPPED = 1e-2
SMALLEST_COSINE_SHIPPED = 0.99999
LAST_BLOCK_OF_STRIDE = {"feat_s8": 4, "feat_s16": 10, "feat_s32": 15}


def pictures(side: int) -> list[NDArray[np.uint8]]:
    """Return made pictures, side x side x 3: a ramp, seeded noise, smooth blobs, black and white."""
    generator = np.random.default_rng(0)
    rows, columns = np.mgrid[0:side, 0:side] / (side - 1)
    ramp = np.stack([rows, columns, (rows + columns) / 2], axis=2) * 255
    noise = generator.integers(0, 256, (side, side, 3))
    blobs = np.zeros((side, side, 3))
    for _ in range(40):
        centre, radius, colour = generator.random(2), generator.uniform(0.02, 0.2), generator.uniform(0, 255, 3)
        distance = (rows - centre[0]) ** 2 + (columns - centre[1]) ** 2
        blobs += np.exp(-distance / (2 * radius**2))[:, :, None] * colour
    made = [ramp, noise, np.clip(blobs, 0, 255), np.zeros((side, side, 3)), np.full((side, side, 3), 255)]
    return [picture.round().astype(np.uint8) for picture in made]


def source_outputs(model: Any, picture: NDArray[np.uint8]) -> Outputs:  # noqa: ANN401 - the source is untyped
    """Return what the source framework computes, features taken by hooks on its own blocks."""
    found: dict[str, torch.Tensor] = {}
    modules = {name: model._blocks[number] for name, number in LAST_BLOCK_OF_STRIDE.items()}  # noqa: SLF001
    modules["embedding"] = model._avg_pooling  # noqa: SLF001
    hooks = [
        module.register_forward_hook(lambda _module, _inputs, output, name=name: found.update({name: output}))
        for name, module in modules.items()
    ]
    normalised = (torch.from_numpy(picture).permute(2, 0, 1)[None].to(torch.float32) - MEAN) * SCALE
    with torch.no_grad():
        found["logits"] = model(normalised)
    for hook in hooks:
        hook.remove()
    found["embedding"] = found["embedding"].flatten(1)
    return {name: tensor.numpy() for name, tensor in found.items()}


def graph_outputs(graph: bytes, picture: NDArray[np.uint8]) -> Outputs:
    """Return what onnxruntime computes on the processor."""
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"image": picture[None]}), strict=True))


def largest_difference(expected: NDArray[np.float32], found: NDArray[np.float32], *, relative: bool) -> float:
    """Return the largest absolute difference, or its share of the largest expected value."""
    return float(np.abs(expected - found).max() / (np.abs(expected).max() if relative else 1.0))


def cosine(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Return the cosine of the angle between two outputs, seen as vectors."""
    a, b = first.ravel().astype(np.float64), second.ravel().astype(np.float64)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def converted_graph() -> bytes:
    """Return the graph in float32, with ImageNet's logits."""
    model: onnx.ModelProto = Backbone(load_weights()).build(with_logits=True, half_precision_weights=False)
    return bytes(model.SerializeToString(deterministic=True))


def check_against_source(graph: bytes) -> bool:
    """Compare the float32 graph with the torch model."""
    good = True
    state = torch.load(weights_file(), map_location="cpu", weights_only=True)
    for side in SIDES:
        model = EfficientNet.from_name("efficientnet-lite0", image_size=side)
        model.load_state_dict(state)
        model.eval()
        worst: dict[str, float] = {}
        for picture in pictures(side):
            source, ours = source_outputs(model, picture), graph_outputs(graph, picture)
            for name, values in source.items():
                difference = largest_difference(values, ours[name], relative=name.startswith("feat_"))
                worst[name] = max(worst.get(name, 0.0), difference)
        good = good and max(worst.values()) <= LARGEST_DIFFERENCE
        print(f"float32 graph against torch, {side} x {side}: largest difference", _figures(worst))
    return good


def check_shipped(graph: bytes) -> bool:
    """Compare the shipped file with the float32 graph."""
    shipped = SHIPPED.read_bytes()
    good = True
    for side in SIDES:
        relative: dict[str, float] = {}
        angles: dict[str, float] = {}
        for picture in pictures(side):
            exact, ours = graph_outputs(graph, picture), graph_outputs(shipped, picture)
            for name, values in ours.items():
                difference = largest_difference(exact[name], values, relative=True)
                relative[name] = max(relative.get(name, 0.0), difference)
                angles[name] = min(angles.get(name, 1.0), cosine(exact[name], values))
        good = good and max(relative.values()) <= LARGEST_DIFFERENCE_SHIPPED
        good = good and min(angles.values()) >= SMALLEST_COSINE_SHIPPED
        print(f"shipped graph against float32, {side} x {side}: relative difference", _figures(relative))
        print(f"shipped graph against float32, {side} x {side}: smallest cosine", _figures(angles, ".7f"))
    return good


def check_reproduced() -> bool:
    """Compare the shipped file with a fresh conversion."""
    fresh = Backbone(load_weights()).build(with_logits=False, half_precision_weights=True)
    same = bool(fresh.SerializeToString(deterministic=True) == SHIPPED.read_bytes())
    print("shipped file against a fresh conversion:", "the same bytes" if same else "DIFFERENT")
    print("SHA-256", hashlib.sha256(SHIPPED.read_bytes()).hexdigest(), SHIPPED.stat().st_size, "bytes")
    return same


def main() -> None:
    """Run all checks."""
    graph = converted_graph()
    results = [check_against_source(graph), check_shipped(graph), check_reproduced()]
    print("all within bounds" if all(results) else "OUT OF BOUNDS")
    sys.exit(0 if all(results) else 1)


def _figures(values: Mapping[str, float], form: str = ".1e") -> str:
    return ", ".join(f"{name} {value:{form}}" for name, value in sorted(values.items()))


if __name__ == "__main__":
    main()

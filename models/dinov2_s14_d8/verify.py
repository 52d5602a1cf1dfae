"""Check that backbone.onnx equals the first eight blocks of its source.

    pip install --no-deps -r requirements.txt
    python verify.py

1. The converted graph in float32, with all twelve blocks, against the source's own last normalised tokens: at
   most 1e-3 apart, the cosine at least 0.99999. That proves weights, positions, order and scales.
2. The shipped graph (linear layers in 7 bits) against the float32 graph of eight blocks at 224 x 224: the cosine of
   each map and of the embedding at least 0.995 on made pictures.
3. The shipped file against a fresh conversion: the same bytes.
Prints the figures of card.md; ends with exit code 1 when one of them is out of bounds.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from convert import DEVIATION, MEAN, SIZE, Backbone, load_weights, source_file
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Outputs = Mapping[str, Floats]

SHIPPED = Path(__file__).with_name("backbone.onnx")
SOURCE_BLOCKS = 12
LARGEST_DIFFERENCE = 1e-3
SMALLEST_COSINE = 0.99999
SMALLEST_COSINE_SHIPPED = 0.995


def pictures(side: int) -> list[NDArray[np.uint8]]:
    """Return made pictures, side x side x 3: a ramp, seeded noise, smooth blobs."""
    generator = np.random.default_rng(0)
    rows, columns = np.mgrid[0:side, 0:side] / (side - 1)
    ramp = np.stack([rows, columns, (rows + columns) / 2], axis=2) * 255
    noise = generator.integers(0, 256, (side, side, 3))
    blobs = np.zeros((side, side, 3))
    for _ in range(40):
        centre, radius, colour = generator.random(2), generator.uniform(0.02, 0.2), generator.uniform(0, 255, 3)
        distance = (rows - centre[0]) ** 2 + (columns - centre[1]) ** 2
        blobs += np.exp(-distance / (2 * radius**2))[:, :, None] * colour
    return [picture.round().astype(np.uint8) for picture in (ramp, noise, np.clip(blobs, 0, 255))]


def source_tokens(picture: NDArray[np.uint8]) -> Floats:
    """Return the tokens `[1, 1 + patches, 384]` after the source's last normalisation, read out of its own graph."""
    model = onnx.load(source_file())
    last = [node.output[0] for node in model.graph.node if node.name.startswith("/backbone/layernorm/")][-1]
    del model.graph.output[:]
    model.graph.output.append(onnx.helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    normalised = ((picture - MEAN) / DEVIATION).astype(np.float32).transpose(2, 0, 1)[None]
    return np.asarray(session.run([last], {session.get_inputs()[0].name: normalised})[0])


def graph_outputs(graph: bytes, picture: NDArray[np.uint8]) -> Outputs:
    """Return what onnxruntime computes on the processor."""
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"image": picture[None]}), strict=True))


def cosine(first: Floats, second: Floats) -> float:
    """Return the cosine of the angle between two outputs, seen as vectors."""
    a, b = first.ravel().astype(np.float64), second.ravel().astype(np.float64)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def converted(*, quantised: bool, depth: int) -> bytes:
    """Return a fresh conversion."""
    model = Backbone(load_weights(), quantised=quantised, depth=depth).build()
    return bytes(model.SerializeToString(deterministic=True))


def check_against_source() -> bool:
    """Compare all twelve blocks in float32 with the source, by the embedding's class token and mean of the patches."""
    graph = converted(quantised=False, depth=SOURCE_BLOCKS)
    worst, angle = 0.0, 1.0
    for picture in pictures(SIZE):
        tokens = source_tokens(picture)[0]
        expected = np.concatenate([tokens[0], tokens[1:].mean(axis=0), tokens[1:].max(axis=0)])
        found = graph_outputs(graph, picture)["embedding"][0]
        worst, angle = max(worst, float(np.abs(expected - found).max())), min(angle, cosine(expected, found))
    print(f"float32 graph against the source: largest difference {worst:.1e}, smallest cosine {angle:.7f}")
    return worst <= LARGEST_DIFFERENCE and angle >= SMALLEST_COSINE


def check_shipped(fresh: bytes) -> bool:
    """Compare the shipped file with the float32 graph of as many blocks."""
    exact = converted(quantised=False, depth=8)
    angles: dict[str, float] = {}
    for picture in pictures(SIZE):
        ours = graph_outputs(fresh, picture)
        for name, values in graph_outputs(exact, picture).items():
            angles[name] = min(angles.get(name, 1.0), cosine(values, ours[name]))
    figures = ", ".join(f"{name} {value:.5f}" for name, value in sorted(angles.items()))
    print(f"shipped graph against float32, {SIZE} x {SIZE}: smallest cosine {figures}")
    return min(angles.values()) >= SMALLEST_COSINE_SHIPPED


def check_reproduced(shipped: bytes) -> bool:
    """Compare the shipped file with a fresh conversion."""
    same = converted(quantised=True, depth=8) == shipped
    print("shipped file against a fresh conversion:", "the same bytes" if same else "DIFFERENT")
    print("SHA-256", hashlib.sha256(shipped).hexdigest(), len(shipped), "bytes")
    return same


def main() -> None:
    """Run all checks."""
    shipped = SHIPPED.read_bytes()
    results = [check_against_source(), check_shipped(shipped), check_reproduced(shipped)]
    print("all within bounds" if all(results) else "OUT OF BOUNDS")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

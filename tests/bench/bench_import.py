"""Imports a real network as its owner would and compares: `python tests/bench/bench_import.py [--images FOLDER]`.

The network is the shipped backbone with the pixels' normalisation cut off and a head taught on `neu-steel` behind it,
as a float NCHW classifier of opset 17. Its owner reads pictures with OpenCV and shrinks them linearly, other than the
station does, and writes down what it said of parts that it was not taught on.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression

from inspector import assets
from inspector.pictures import read_picture
from inspector.vision.judge import open_judge
from inspector.vision.model_file import read_model_file

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "images"
SIZE = 224
TAUGHT, SHOWN = 10, 20


def bare_backbone() -> ModelProto:
    """Return the backbone from its normalised pixels on: input `pixels`, float NCHW, output `embedding`."""
    model = onnx.load_model_from_string(assets.model("efficientnet_lite0", "backbone.onnx").read_bytes())
    graph = model.graph
    (last,) = [node for node in graph.node if "image_scale" in node.input]
    kept = [node for node in graph.node if not {"image", "image_mean", "image_scale"} & set(node.input)]
    kept = [node for node in kept if node.output[0] != "image_nchw"]
    for node in kept:
        node.input[:] = ["pixels" if name == last.output[0] else name for name in node.input]
    outputs = [output for output in graph.output if output.name == "embedding"]
    del graph.node[:], graph.input[:], graph.output[:]
    graph.node.extend(node for node in kept if not node.output[0].startswith("feat_"))
    graph.input.append(helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["batch", 3, SIZE, SIZE]))
    graph.output.extend(outputs)
    return model


def with_head(model: ModelProto, weights: NDArray[np.float64], bias: NDArray[np.float64]) -> ModelProto:
    """Return the classifier: scores and softmax behind the embedding."""
    graph = model.graph
    for name, values in (("head_w", weights), ("head_b", bias)):
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float32), name))
    graph.node.append(helper.make_node("Gemm", ["embedding", "head_w", "head_b"], ["scores"], transB=1))
    graph.node.append(helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(bias)]))
    onnx.checker.check_model(model, full_check=True)
    return model


def own_input(path: Path) -> NDArray[np.float32]:
    """Return a picture as the network's owner feeds it."""
    pixels = cv2.cvtColor(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    resized = cv2.resize(pixels, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return ((resized - 127) / 128).transpose(2, 0, 1)[None]


def opened(graph: bytes) -> onnxruntime.InferenceSession:
    """Return a session on one thread, so that two can be compared on a machine that does other things too."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, ["CPUExecutionProvider"])


def own_answers(model: ModelProto, output: str, paths: Sequence[Path]) -> NDArray[np.float32]:
    """Return what the network says by itself of each picture."""
    session = opened(model.SerializeToString())
    return np.stack([session.run([output], {"pixels": own_input(path)})[0][0] for path in paths])


def compared_times(alone: bytes, wrapped: bytes, rounds: int = 60) -> tuple[float, float]:
    """Return the median milliseconds of the network by itself and inside the recipe, run in turn."""
    pixels = np.zeros((1, 3, SIZE, SIZE), np.float32)
    image = np.zeros((1, SIZE, SIZE, 3), np.uint8)
    runs = (opened(alone), {"pixels": pixels}), (opened(wrapped), {"image": image})
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for (session, given), taken in zip(runs, times, strict=True):
            started = time.perf_counter()
            session.run(None, given)
            taken.append(time.perf_counter() - started)
    first, second = (float(np.median(taken[5:]) * 1000) for taken in times)
    return first, second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, default=BESIDE_THE_CHECKOUT)
    images = parser.parse_args().images / "neu-steel"
    labels = sorted(folder.name for folder in images.iterdir() if folder.is_dir())
    of_class = {label: sorted(images.joinpath(label).glob("*.jpg")) for label in labels}
    for paths in of_class.values():
        np.random.default_rng(0).shuffle(paths)  # type: ignore[arg-type] # a list may be shuffled
    taught = [(path, label) for label in labels for path in of_class[label][:TAUGHT]]
    shown = [(path, label) for label in labels for path in of_class[label][TAUGHT : TAUGHT + SHOWN]]
    backbone = bare_backbone()
    features = own_answers(backbone, "embedding", [path for path, _ in taught])
    mean, scale = features.mean(axis=0), 1 / (features.std(axis=0) + 1e-6)
    head = LogisticRegression(C=0.1, max_iter=2000).fit((features - mean) * scale, [label for _, label in taught])
    weights = head.coef_ * scale
    model = with_head(backbone, weights, head.intercept_ - weights @ mean)
    answers = own_answers(model, "probabilities", [path for path, _ in shown])
    with tempfile.TemporaryDirectory() as folder:
        _import_and_compare(Path(folder), model, labels, shown, answers)


def _import_and_compare(
    home: Path,
    model: ModelProto,
    labels: Sequence[str],
    shown: Sequence[tuple[Path, str]],
    answers: NDArray[np.float32],
) -> None:
    onnx.save_model(model, str(home / "steel.onnx"))
    (home / "labels.txt").write_text("\n".join(labels), encoding="utf-8")
    with (home / "samples.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", *labels])
        writer.writerows([str(path), *row.tolist()] for (path, _), row in zip(shown, answers, strict=True))
    out = home / "steel.recipe"
    command = [sys.executable, "-m", "inspector", "import", str(home / "steel.onnx"), "--labels"]
    command += [str(home / "labels.txt"), "--samples", str(home / "samples.csv"), "--out", str(out)]
    started = time.perf_counter()
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    print(done.stderr, f"import took {time.perf_counter() - started:.1f} s, exit code {done.returncode}")
    said = json.loads(done.stdout)
    print("mapping   ", said["mapping"])
    print("agreement ", said["agreement"], "of", said["samples"], "differing:", len(said["differing"]))
    right = np.mean([labels[row.argmax()] == label for row, (_, label) in zip(answers, shown, strict=True)])
    print(f"accuracy   by itself {right:.3f}")
    if said["recipe"] is None:
        return
    model_file = read_model_file(out)
    judge = open_judge(model_file, "cpu")
    judged = [judge.judge(read_picture(path)) for path, _ in shown]
    judge.close()
    found = np.array([[one.probabilities[label] for label in labels] for one in judged])
    same = np.mean(found.argmax(axis=1) == answers.argmax(axis=1))
    right = np.mean([one.class_name == label for one, (_, label) in zip(judged, shown, strict=True)])
    largest = np.abs(found - answers).max()
    print(f"accuracy   imported  {right:.3f}; same class {same:.3f}; largest difference {largest:.4f}")
    alike = np.mean([one.similar[1].class_name == label for one, (_, label) in zip(judged, shown, strict=True)])
    print(f"similar    the likest other sample is of the same class in {alike:.3f}")
    alone, wrapped = compared_times(model.SerializeToString(), model_file.graph)
    print(f"network    by itself {alone:.2f} ms, imported {wrapped:.2f} ms: {wrapped / alone:.2f} times")


if __name__ == "__main__":
    main()

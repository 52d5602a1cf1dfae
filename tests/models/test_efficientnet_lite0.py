import hashlib
import json
import re
from pathlib import Path

import numpy as np
import onnx
import pytest

from inspector.assets import model, resource
from inspector.vision.accelerator import CPU, Session

FOLDER = model("efficientnet_lite0")
GOLDEN = Path(__file__).with_name("efficientnet_lite0_embedding.json")


def generated_picture() -> np.ndarray:
    """Return a picture 224 x 224 x 3 from integer arithmetic alone: the same on every machine and numpy."""
    rows, columns = np.mgrid[0:224, 0:224]
    planes = [(rows * 3 + columns) % 256, (rows * columns // 64) % 256, ((rows // 16 + columns // 16) % 2) * 200 + 20]
    return np.stack(planes, axis=2).astype(np.uint8)


@pytest.fixture(scope="module")
def graph() -> bytes:
    return (FOLDER / "backbone.onnx").read_bytes()


def test_the_card_names_the_file_that_is_there(graph: bytes) -> None:
    card = (FOLDER / "card.md").read_text(encoding="utf-8")

    assert hashlib.sha256(graph).hexdigest() in card
    assert f"{len(graph):,} bytes" in card


def test_the_card_and_the_script_name_the_same_source() -> None:
    script = (FOLDER / "convert.py").read_text(encoding="utf-8")
    named = re.search(r'WEIGHTS_SHA256 = "([0-9a-f]{64})"', script)

    assert named is not None
    assert named[1] in (FOLDER / "card.md").read_text(encoding="utf-8")


def test_its_licence_is_shipped() -> None:
    assert "ML Illustrated" in resource("licences", "efficientnet-lite0-weights.txt").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in resource("licences", "efficientnet-lite0-apache-2.0.txt").read_text("utf-8")


def test_its_graph_is_what_every_accelerator_runs(graph: bytes) -> None:
    loaded = onnx.load_model_from_string(graph)
    opsets = {opset.domain: opset.version for opset in loaded.opset_import}
    image = loaded.graph.input[0]

    assert opsets.keys() == {""}
    assert opsets[""] <= 17
    assert loaded.ir_version <= 8
    assert {node.domain for node in loaded.graph.node} == {""}
    assert (image.name, image.type.tensor_type.elem_type) == ("image", onnx.TensorProto.UINT8)
    assert [side.dim_param or side.dim_value for side in image.type.tensor_type.shape.dim] == ["N", "H", "W", 3]
    assert [output.name for output in loaded.graph.output] == ["embedding", "feat_s8", "feat_s16", "feat_s32"]


def test_its_embedding_has_not_changed(graph: bytes) -> None:
    outputs = Session(graph, CPU, size=(224, 224), threads=1).run(generated_picture()[None])
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))

    np.testing.assert_allclose(outputs["embedding"][0], golden["shipped"], atol=1e-3)


def test_its_embedding_is_that_of_the_source_framework(graph: bytes) -> None:
    """The weights are stored in half precision, so this cannot be as close as verify.py is with the float32 graph."""
    embedding = Session(graph, CPU, size=(224, 224), threads=1).run(generated_picture()[None])["embedding"][0]
    source = np.array(json.loads(GOLDEN.read_text(encoding="utf-8"))["torch"])

    cosine = embedding @ source / np.linalg.norm(embedding) / np.linalg.norm(source)
    assert cosine > 0.9999
    assert np.abs(embedding - source).max() < 0.01 * np.abs(source).max()


def test_its_maps_have_the_shapes_that_teaching_relies_on(graph: bytes) -> None:
    outputs = Session(graph, CPU, size=(224, 224), threads=1).run(generated_picture()[None])

    assert {name: values.shape for name, values in outputs.items()} == {
        "embedding": (1, 1280),
        "feat_s8": (1, 40, 28, 28),
        "feat_s16": (1, 112, 14, 14),
        "feat_s32": (1, 320, 7, 7),
    }

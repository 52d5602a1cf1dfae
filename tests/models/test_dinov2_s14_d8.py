import hashlib
import re

import numpy as np
import onnx
import pytest

from inspector.assets import model, resource
from inspector.vision.accelerator import CPU, Session

FOLDER = model("dinov2_s14_d8")


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


def test_its_licences_are_shipped() -> None:
    weights = resource("licences", "dinov2-s14-d8-weights.txt").read_text(encoding="utf-8")
    assert "Jules Goueffon" in weights
    assert "Meta Platforms" in weights
    assert "Version 2.0, January 2004" in resource("licences", "dinov2-apache-2.0.txt").read_text("utf-8")


def test_its_graph_is_what_every_accelerator_runs(graph: bytes) -> None:
    loaded = onnx.load_model_from_string(graph)
    image = loaded.graph.input[0]
    assert [(opset.domain, opset.version) for opset in loaded.opset_import] == [("", 17)]
    assert loaded.ir_version <= 8
    assert {node.domain for node in loaded.graph.node} == {""}
    assert (image.name, image.type.tensor_type.elem_type) == ("image", onnx.TensorProto.UINT8)
    assert [side.dim_param or side.dim_value for side in image.type.tensor_type.shape.dim] == ["N", 224, 224, 3]
    assert [output.name for output in loaded.graph.output] == ["dino_l4", "dino_l6", "dino_l8", "embedding"]


def test_its_maps_and_embedding_have_the_shapes_that_teaching_relies_on(graph: bytes) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, 224, 224, 3)).astype(np.uint8)
    session = Session(graph, CPU, threads=1)
    outputs = session.run(picture)
    session.close()
    patches = outputs["dino_l8"].reshape(1, 384, 256)
    assert {name: values.shape[1:] for name, values in outputs.items()} == {
        "dino_l4": (384, 16, 16),
        "dino_l6": (384, 16, 16),
        "dino_l8": (384, 16, 16),
        "embedding": (1152,),
    }
    assert outputs["embedding"][:, 384:768] == pytest.approx(patches.mean(axis=2), abs=1e-4)
    assert outputs["embedding"][:, 768:] == pytest.approx(patches.max(axis=2), abs=1e-4)

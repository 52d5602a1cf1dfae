from dataclasses import replace

import numpy as np
import onnx
import pytest

from inspector.teaching.backbone import Backbone, load_backbone
from inspector.teaching.composition import BackboneUnfit, compose, features_graph
from inspector.teaching.head import Head
from inspector.vision.accelerator import CPU, Network, Session

SIZE = 224
PLAIN_OPERATORS = {
    "Add", "Cast", "Clip", "Concat", "Conv", "Flatten", "Gemm", "GlobalAveragePool", "Identity", "Mul", "ReduceMax",
    "ReduceMean", "Softmax", "Sub", "Transpose",
}  # fmt: skip


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return load_backbone()


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, SIZE, SIZE, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def features(backbone: Backbone, pictures: np.ndarray) -> np.ndarray:
    session = Session(features_graph(backbone), CPU, threads=1)
    found = session.run(pictures)["embedding"]
    session.close()
    return found


def head_for(features: np.ndarray, classes: int) -> Head:
    random = np.random.default_rng(classes)
    scale = 1 / (features.std(axis=0) + 0.1)
    weights = random.normal(0, 0.05, (classes, features.shape[1]))
    return Head(
        features.mean(axis=0), scale.astype(np.float32), weights.astype(np.float32), np.zeros(classes, np.float32)
    )


def test_the_features_are_the_embedding_and_each_map_pooled(
    backbone: Backbone, pictures: np.ndarray, features: np.ndarray
) -> None:
    session = Session(backbone.graph, CPU, (SIZE, SIZE), threads=1)
    outputs = session.run(pictures)
    session.close()
    parts = [outputs["embedding"]]
    for name in backbone.maps:
        parts += [outputs[name].mean(axis=(2, 3)), outputs[name].max(axis=(2, 3))]
    assert features == pytest.approx(np.concatenate(parts, axis=1), abs=1e-4)


@pytest.mark.parametrize("classes", [2, 7])
def test_the_graph_gives_the_heads_probabilities(
    backbone: Backbone, pictures: np.ndarray, features: np.ndarray, classes: int
) -> None:
    head = head_for(features, classes)
    network = Network(compose(backbone, head), CPU, threads=1)
    output = network.run(pictures)
    network.close()
    assert output.embedding == pytest.approx(features, abs=1e-5)
    assert output.probabilities == pytest.approx(head.probabilities(features), abs=1e-5)


def test_the_graph_is_plain_and_the_same_to_the_byte(backbone: Backbone, features: np.ndarray) -> None:
    head = head_for(features, 3)
    graph = compose(backbone, head)
    assert graph == compose(backbone, head)
    model = onnx.load_model_from_string(graph)
    assert [(item.domain, item.version) for item in model.opset_import] == [("", 17)]
    assert {node.op_type for node in model.graph.node} <= PLAIN_OPERATORS
    shapes = {
        value.name: [dimension.dim_param or dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }
    assert shapes == {"image": ["N", SIZE, SIZE, 3], "probabilities": ["N", 3], "embedding": ["N", features.shape[1]]}


def test_no_operator_of_the_head_joins_two_computed_tensors(backbone: Backbone, features: np.ndarray) -> None:
    model = onnx.load_model_from_string(compose(backbone, head_for(features, 3)))
    constants = {one.name for one in model.graph.initializer}
    taught = [node for node in model.graph.node if node.op_type in ("Sub", "Mul") and node.name.startswith("taught")]
    assert len(taught) == 2
    assert all(node.input[1] in constants for node in taught)


def test_what_does_not_fit_is_refused(backbone: Backbone, features: np.ndarray) -> None:
    head = head_for(features, 3)
    with pytest.raises(BackboneUnfit, match="takes 5 features"):
        compose(backbone, replace(head, mean=np.zeros(5, np.float32)))
    with pytest.raises(BackboneUnfit, match="no output 'feat_s4'"):
        features_graph(replace(backbone, maps=("feat_s4",)))
    model = onnx.load_model_from_string(backbone.graph)
    model.opset_import[0].version = 18
    with pytest.raises(BackboneUnfit, match="opset 17"):
        features_graph(replace(backbone, graph=model.SerializeToString()))
    model = onnx.load_model_from_string(backbone.graph)
    model.graph.input[0].name = "picture"
    with pytest.raises(BackboneUnfit, match="one input 'image'"):
        features_graph(replace(backbone, graph=model.SerializeToString()))
    model = onnx.load_model_from_string(backbone.graph)
    del model.graph.node[10]
    with pytest.raises(BackboneUnfit, match="not valid"):
        features_graph(replace(backbone, graph=model.SerializeToString()))

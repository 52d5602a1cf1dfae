"""Somebody's own network, looked at and wrapped: what is told of it by looking, and graphs of unusual build."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from inspector.teaching.importing.graph import find_embedding, wrap
from inspector.teaching.importing.guess import (
    answer_of,
    blank,
    layout_of,
    own_normalisation,
    penultimate,
    shaped,
    size_of,
)
from inspector.teaching.importing.mapping import (
    NORMALISATIONS,
    Answer,
    Colour,
    ImportMapping,
    ImportRefused,
    Layout,
    Normalisation,
    network_input,
    probabilities_of,
)
from inspector.teaching.importing.recipe import made_up
from inspector.teaching.importing.search import answers
from inspector.teaching.importing.source import ImportSource, read_source
from inspector.vision.accelerator import CPU, Network
from tests.fixtures.foreign_models import foreign_model, write_model


def small(
    nodes: list[NodeProto],
    shape: list[int | str],
    output: str,
    constants: dict[str, np.ndarray] | None = None,
    kind: int = TensorProto.FLOAT,
) -> ModelProto:
    """Return a network of these nodes with the input `image` and three answers."""
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("image", kind, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(values), name) for name, values in (constants or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def source_of(model: ModelProto, folder: Path) -> ImportSource:
    return read_source(write_model(folder, model))


def mapping_of(source: ImportSource, numbers: int, output: str = "", **options: object) -> ImportMapping:
    layout = layout_of(source)
    assert layout is not None
    height, width = size_of(source, shaped(source, layout)) or (8, 8)
    name = output or source.outputs[0].name
    mapping = ImportMapping(layout, Colour.RGB, Normalisation(), height, width, name, numbers, answer_of(source, name))
    return replace(mapping, **options)


def same_as_before(source: ImportSource, mapping: ImportMapping, classes: int) -> int:
    """Wrap the network, require that it gives what it gave, and return the size of its embedding."""
    embedding = find_embedding(source, mapping, shaped(source, mapping.layout))
    network = Network(wrap(source, mapping, embedding, classes), CPU, threads=1)
    answer = answers(source, source.opened(), mapping)
    for image in made_up(mapping):
        output = network.run(image[None])
        assert output.probabilities[0] == pytest.approx(answer(image), abs=2e-4)
        assert output.embedding.shape == (1, embedding.features)
    network.close()
    return embedding.features


WEIGHTS = np.random.default_rng(5).normal(size=(3, 3)).astype(np.float32)
POOLED = [
    helper.make_node("GlobalAveragePool", ["image"], ["pooled"]),
    helper.make_node("Flatten", ["pooled"], ["flat"]),
]
HEAD = helper.make_node("MatMul", ["flat", "weights"], ["scores"])


def test_names_that_the_recipe_uses_itself_are_no_trouble(tmp_path: Path) -> None:
    nodes = [*POOLED, HEAD, helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1)]
    source = source_of(small(nodes, [1, 3, 8, 8], "probabilities", {"weights": WEIGHTS}), tmp_path)
    assert same_as_before(source, mapping_of(source, 3), 3) == 3


def test_one_colour_is_fed_with_grey(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("MaxPool", ["image"], ["low"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Flatten", ["low"], ["flat"]),
        HEAD,
    ]
    weights = np.random.default_rng(5).normal(size=(4, 3)).astype(np.float32)
    source = source_of(small(nodes, ["n", 1, 8, 8], "scores", {"weights": weights}), tmp_path)
    mapping = mapping_of(source, 3, colour=Colour.GREY, normalisation=Normalisation((0.4,), (0.2,)))
    assert same_as_before(source, mapping, 3) == 4


@pytest.mark.parametrize("colour", [Colour.RGB, Colour.BGR, Colour.GREY])
def test_whole_numbers_stay_whole(tmp_path: Path, colour: Colour) -> None:
    channels = 1 if colour is Colour.GREY else 3
    nodes = [helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT)]
    nodes += [helper.make_node("GlobalAveragePool", ["float"], ["pooled"]), POOLED[1], HEAD]
    nodes += [helper.make_node("Mul", ["scores", "share"], ["small"])]
    constants = {"weights": WEIGHTS[:channels], "share": np.float32(0.02)}
    source = source_of(small(nodes, [1, channels, 8, 8], "small", constants, TensorProto.UINT8), tmp_path)
    same_as_before(source, mapping_of(source, 3, colour=colour), 3)


def test_weights_may_stand_among_the_inputs_as_they_once_did(tmp_path: Path) -> None:
    model = small([*POOLED, HEAD], [1, 3, 8, 8], "scores", {"weights": WEIGHTS})
    model.ir_version = 3
    model.opset_import[0].version = 9
    model.graph.input.append(helper.make_tensor_value_info("weights", TensorProto.FLOAT, [3, 3]))
    source = source_of(model, tmp_path)
    assert same_as_before(source, mapping_of(source, 3), 3) == 3


def test_functions_of_its_own_are_resolved(tmp_path: Path) -> None:
    model = small(
        [*POOLED, helper.make_node("Score", ["flat", "weights"], ["scores"], domain="own")], [1, 3, 8, 8], "scores"
    )
    model.graph.initializer.append(numpy_helper.from_array(WEIGHTS, "weights"))
    body = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    imports = [helper.make_opsetid("", 13)]
    model.functions.append(helper.make_function("own", "Score", ["x", "w"], ["y"], body, imports))
    model.opset_import.append(helper.make_opsetid("own", 1))
    source = source_of(model, tmp_path)
    assert same_as_before(source, mapping_of(source, 3), 3) == 3


def test_a_branch_inside_is_taken_along(tmp_path: Path) -> None:
    def branch(name: str, factor: float) -> onnx.GraphProto:
        constant = numpy_helper.from_array(np.float32(factor), f"factor_{name}")
        node = helper.make_node("Mul", ["flat", f"factor_{name}"], [f"out_{name}"])
        output = helper.make_tensor_value_info(f"out_{name}", TensorProto.FLOAT, None)
        return helper.make_graph([node], name, [], [output], [constant])

    nodes = [
        *POOLED,
        helper.make_node("ReduceMax", ["flat"], ["largest"], axes=[0, 1], keepdims=0),
        helper.make_node("Greater", ["largest", "half"], ["bright"]),
        helper.make_node("If", ["bright"], ["chosen"], then_branch=branch("a", 2), else_branch=branch("b", -3)),
        helper.make_node("MatMul", ["chosen", "weights"], ["scores"]),
    ]
    constants = {"weights": WEIGHTS, "half": np.float32(0.5)}
    source = source_of(small(nodes, [1, 3, 8, 8], "scores", constants), tmp_path)
    same_as_before(source, mapping_of(source, 3), 3)


def test_what_the_last_convolution_reads_is_pooled(tmp_path: Path) -> None:
    kernels = {
        "first": np.random.default_rng(1).normal(size=(10, 3, 3, 3)).astype(np.float32),
        "last": np.random.default_rng(2).normal(size=(3, 10, 1, 1)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["image", "first"], ["seen"]),
        helper.make_node("Relu", ["seen"], ["active"]),
        helper.make_node("Conv", ["active", "last"], ["maps"]),
        helper.make_node("GlobalAveragePool", ["maps"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Softmax", ["flat"], ["out"], axis=1),
    ]
    source = source_of(small(nodes, ["n", 3, 16, 16], "out", kernels), tmp_path)
    assert penultimate(source, "out") == "active"
    assert same_as_before(source, mapping_of(source, 3), 3) == 10


def test_where_nothing_smaller_is_there_the_answer_is_the_embedding(tmp_path: Path) -> None:
    weights = np.random.default_rng(2).normal(size=(3 * 64 * 64, 3)).astype(np.float32) / 100
    nodes = [helper.make_node("Flatten", ["image"], ["flat"]), HEAD]
    source = source_of(small(nodes, [1, 3, 64, 64], "scores", {"weights": weights}), tmp_path)
    assert same_as_before(source, mapping_of(source, 3), 3) == 3


@pytest.mark.parametrize(
    ("shape", "layout"),
    [
        ([1, 3, 20, 30], Layout.NCHW),
        ([1, 20, 30, 3], Layout.NHWC),
        (["n", "h", "w", 3], Layout.NHWC),
        ([1, 1, 28, 28], Layout.NCHW),
        ([1, 5, 20, 30], None),
    ],
)
def test_the_layout_shows_in_the_shape(tmp_path: Path, shape: list[int | str], layout: Layout | None) -> None:
    nodes = [helper.make_node("Identity", ["image"], ["out"])]
    assert layout_of(source_of(small(nodes, shape, "out"), tmp_path)) is layout


@pytest.mark.parametrize(("order", "layout"), [([0, 3, 1, 2], Layout.NHWC), ([0, 2, 3, 1], Layout.NCHW)])
def test_or_in_the_first_operator(tmp_path: Path, order: list[int], layout: Layout) -> None:
    nodes = [helper.make_node("Transpose", ["image"], ["out"], perm=order)]
    assert layout_of(source_of(small(nodes, ["a", "b", "c", "d"], "out"), tmp_path)) is layout


def test_another_layout_than_the_colours_allow_is_refused(tmp_path: Path) -> None:
    source = source_of(foreign_model(), tmp_path)
    with pytest.raises(ImportRefused, match="only 3 or 1 can be fed"):
        shaped(source, Layout.NHWC)


@pytest.mark.parametrize(
    ("constants", "own"),
    [
        ({"a": np.float32(127.5), "b": np.float32(1 / 127.5)}, "raw"),
        ({"a": np.zeros(1, np.float32), "b": np.float32(1 / 255)}, "raw"),
        ({"a": np.full((1, 3, 1, 1), 0.485, np.float32), "b": np.float32(4.4)}, "unit"),
    ],
)
def test_a_network_that_normalises_by_itself_is_noticed(
    tmp_path: Path, constants: dict[str, np.ndarray], own: str
) -> None:
    first, second = ("Sub", "Mul") if constants["a"].any() else ("Mul", "Sub")
    names = ("a", "b") if constants["a"].any() else ("b", "a")
    nodes = [
        helper.make_node(first, ["image", names[0]], ["one"]),
        helper.make_node(second, ["one", names[1]], ["out"]),
    ]
    assert own_normalisation(source_of(small(nodes, [1, 3, 8, 8], "out", constants), tmp_path)) == own
    assert own_normalisation(source_of(foreign_model(), tmp_path)) == ""


def test_a_free_size_that_only_one_picture_fits_is_found(tmp_path: Path) -> None:
    weights = np.ones((3 * 32 * 32, 3), np.float32)
    nodes = [helper.make_node("Flatten", ["image"], ["flat"]), HEAD]
    source = source_of(small(nodes, ["n", 3, "h", "w"], "scores", {"weights": weights}), tmp_path)
    assert size_of(source, shaped(source, Layout.NCHW)) == (32, 32)
    odd = {"weights": np.ones((3 * 31 * 31, 3), np.float32)}
    source = source_of(small(nodes, ["n", 3, "h", "w"], "scores", odd), tmp_path)
    with pytest.raises(ImportRefused, match="no usual one fits"):
        size_of(source, shaped(source, Layout.NCHW))


def test_pictures_are_fed_as_they_should_be() -> None:
    image = np.zeros((2, 4, 3), np.uint8)
    image[:] = (255, 51, 0)
    mapping = ImportMapping(Layout.NCHW, Colour.BGR, NORMALISATIONS["imagenet"], 2, 4, "out", 3, Answer.LOGITS)
    fed = network_input(image, mapping, "float32")
    assert fed.shape == (1, 3, 2, 4)
    expected = [(0 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    assert fed[0, :, 1, 2] == pytest.approx(expected, abs=1e-5)
    grey = network_input(image, replace(mapping, colour=Colour.GREY, layout=Layout.NHWC), "uint8")
    assert (grey.shape, int(grey[0, 0, 0, 0])) == ((1, 2, 4, 1), round(0.299 * 255 + 0.587 * 51))


def test_answers_become_probabilities() -> None:
    assert probabilities_of(np.array([0.0, 1000.0]), Answer.LOGITS, 2) == pytest.approx([0, 1])
    assert probabilities_of(np.array([0.2, 0.7999]), Answer.PROBABILITIES, 2).sum() == pytest.approx(1)
    assert probabilities_of(np.array([[0.3]]), Answer.PROBABILITIES, 2) == pytest.approx([0.7, 0.3])
    assert probabilities_of(np.array([[0.0]]), Answer.LOGITS, 2) == pytest.approx([0.5, 0.5])
    assert probabilities_of(np.array([-999.0]), Answer.LOGITS, 2) == pytest.approx([1, 0])


def test_a_blank_picture_has_the_batch_that_is_wanted(tmp_path: Path) -> None:
    source = source_of(foreign_model(batch=4, layout="nhwc"), tmp_path)
    assert blank(source, shaped(source, Layout.NHWC), 16, 16).shape == (4, 16, 16, 3)

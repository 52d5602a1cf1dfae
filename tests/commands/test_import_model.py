"""`inspector import`: a trained ONNX classifier of any kind becomes a recipe, or says in one sentence why not."""

import argparse
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from inspector.commands import import_model
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Verdict
from inspector.pictures import read_picture
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile, read_model_file
from tests.fixtures.foreign_models import LABELS, foreign_model, write_labels, write_model, write_samples


def call(*arguments: object) -> int:
    """Run the command as the command line does."""
    parser = argparse.ArgumentParser()
    import_model.register(parser.add_subparsers())
    return import_model.execute(parser.parse_args(["import", *map(str, arguments)]))


class Bench:
    """A folder with labels, samples and what becomes of a model there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.labels = write_labels(folder)
        self.samples = write_samples(folder)
        self.out = folder / "out.recipe"

    def imports(self, model: onnx.ModelProto, *options: object, samples: bool = True) -> ModelFile:
        """Import the model and return the recipe file, read."""
        path = write_model(self.folder, model)
        checked = ["--samples", self.samples] if samples else []
        assert call(path, "--labels", self.labels, "--out", self.out, *checked, *options) == 0
        return read_model_file(self.out)

    def refuses(self, model: onnx.ModelProto, *options: object) -> str:
        """Import what cannot be imported and return the sentence."""
        with pytest.raises(Refusal) as caught:
            self.imports(model, *options)
        assert not self.out.exists()
        return str(caught.value)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    return Bench(tmp_path)


KINDS: list[dict[str, Any]] = [
    {},
    {"layout": "nhwc"},
    {"softmax": False},
    {"kind": "float16"},
    {"kind": "float64"},
    {"kind": "uint8", "layout": "nhwc"},
    {"batch": 1},
    {"batch": 4},
    {"batch": 4, "fixed_reshape": True},
    {"spatial_output": True},
    {"opset": 7},
    {"opset": 11, "softmax": False},
    {"opset": 17},
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_classifier_of_each_kind_judges_as_it_did(bench: Bench, kind: dict[str, Any]) -> None:
    model_file = bench.imports(foreign_model(**kind))
    assert [one.name for one in model_file.recipe.classes] == list(LABELS)
    assert model_file.manifest.held_out.accuracy == 1.0
    assert (model_file.manifest.backbone.name, model_file.manifest.training.pictures) == ("imported", 0)
    assert len(model_file.golden) == 8
    assert len(model_file.golden[0].embedding) == 8  # the hidden layer's, not the answer
    judge = open_judge(model_file, "cpu")
    for label, path in ((name, bench.folder / f"{place:02d}-{name}.png") for place, name in enumerate(LABELS)):
        judgement = judge.judge(read_picture(path))
        assert (judgement.class_name, judgement.verdict, judgement.reason) == (label, Verdict.NG, label)
        assert (judgement.anomaly_score, judgement.heat_map) == (None, None)
    judge.close()


def test_the_samples_find_colours_and_normalisation(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    write_samples(bench.folder, probabilities=True)
    bench.imports(foreign_model(), "--json")
    captured = capsys.readouterr()
    mapping = json.loads(captured.out)["mapping"]
    assert (mapping["colour"], mapping["mean"], mapping["scale"]) == ("rgb", [0.5], [0.5])
    assert captured.err == "judging the samples: 12 of 12\n"
    bench.imports(_blue_first(foreign_model()), "--json")
    assert json.loads(capsys.readouterr().out)["mapping"]["colour"] == "bgr"


def test_where_classes_alone_do_not_tell_two_ways_apart_it_says_so(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.imports(foreign_model())
    captured = capsys.readouterr()
    assert "2 ways of feeding agree with as many samples" in captured.err
    assert "rgb, symmetric" in captured.out


def _blue_first(model: onnx.ModelProto) -> onnx.ModelProto:
    for tensor in model.graph.initializer:
        if tensor.name == "hidden_weights":
            values = numpy_helper.to_array(tensor)[::-1].copy()
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    return model


def test_a_free_size_must_be_said_and_is_taken(bench: Bench) -> None:
    assert "--input-size" in bench.refuses(foreign_model(size=None))
    model_file = bench.imports(foreign_model(size=None), "--input-size", "20x30")
    assert (model_file.manifest.input_height, model_file.manifest.input_width) == (20, 30)


def test_one_number_for_two_classes(bench: Bench) -> None:
    model = foreign_model(classes=1, softmax=False)
    model.graph.node.append(helper.make_node("Sigmoid", ["scores"], ["yes"]))
    model.graph.output[0].name = "yes"
    write_labels(bench.folder, ("not red", "red"))
    lines = [line for line in bench.samples.read_text(encoding="utf-8").splitlines() if "green" not in line]
    text = "\n".join(lines).replace(",blue", ",not red").replace(",dark", ",not red")
    bench.samples.write_text(text, encoding="utf-8")
    model_file = bench.imports(model)
    assert model_file.manifest.classes == ("not red", "red")


def test_opset_18_and_above_is_said(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.imports(foreign_model(opset=20))
    assert "uses opset 20" in capsys.readouterr().err


def test_probabilities_as_samples_are_compared(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.imports(foreign_model(), "--normalisation", "symmetric", "--colour", "rgb")
    judge = open_judge(read_model_file(bench.out), "cpu")
    paths = sorted(bench.folder.glob("*.png"))
    rows = [[path.name, *judge.judge(read_picture(path)).probabilities.values()] for path in paths]
    judge.close()
    rows[0][1:] = [0.0, 1.0, 0.0, 0.0]
    rows[1][1:] = [0.2, 0.7, 0.1, 0.0]
    header = ";".join(("file", *LABELS))
    lines = [";".join(str(value).replace(".", ",", value != row[0]) for value in row) for row in rows]
    bench.samples.write_text("\n".join((header, *lines)), encoding="utf-8")
    capsys.readouterr()
    with pytest.raises(Refusal, match=r"only 83\.3% of the samples agree where 95\.0% are wanted"):
        call(bench.folder / "colours.onnx", "--labels", bench.labels, "--out", bench.out, "--samples", bench.samples)
    printed = capsys.readouterr().out
    assert "00-red.png: red" in printed
    assert "instead of green" in printed
    assert "01-green.png: green" in printed
    assert "a probability is off by" in printed


def test_what_disagrees_is_written_only_when_accepted(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ("--normalisation", "unit")
    assert "agree" in bench.refuses(foreign_model(), *wrong)
    assert "dark" in capsys.readouterr().out
    model_file = bench.imports(foreign_model(), *wrong, "--accept")
    assert model_file.manifest.held_out.accuracy == pytest.approx(0.75)


def test_without_samples_it_must_be_accepted(bench: Bench) -> None:
    path = write_model(bench.folder, foreign_model())
    options = ("--labels", bench.labels, "--out", bench.out, "--normalisation", "symmetric")
    with pytest.raises(Refusal, match="not checked"):
        call(path, *options)
    assert not bench.out.exists()
    assert call(path, *options, "--accept") == 0
    model_file = read_model_file(bench.out)
    assert [picture.name for picture in model_file.golden] == ["made-up 1", "made-up 3"]  # the other is a close call
    assert (model_file.manifest.held_out.pictures, model_file.taught) == (0, ())


def test_without_samples_the_normalisation_must_be_said(bench: Bench) -> None:
    path = write_model(bench.folder, foreign_model())
    with pytest.raises(Refusal, match="--normalisation"):
        call(path, "--labels", bench.labels, "--out", bench.out, "--accept")


def test_the_samples_are_kept_to_be_shown_beside_a_part(bench: Bench) -> None:
    taught = bench.imports(foreign_model()).taught
    assert [(one.name, one.class_name) for one in taught[:2]] == [("00-red.png", "red"), ("01-green.png", "green")]
    assert taught[0].embedding.shape == (8,)


def test_the_version_counts_on(bench: Bench) -> None:
    first = bench.imports(foreign_model(), "--verdict", "dark=OK", "--product", "Colours")
    second = bench.imports(foreign_model(), "--product", "Colours")
    assert (first.recipe.version.number, second.recipe.version.number) == (1, 2)
    assert second.recipe.version.parent == first.content_hash
    assert second.recipe.part_class("dark").verdict is Verdict.OK


def test_a_recipe_of_identity_calls_every_class_good(bench: Bench) -> None:
    recipe = bench.imports(foreign_model(), "--kind", "identity").recipe
    assert {one.verdict for one in recipe.classes} == {Verdict.OK}


def test_questions_are_asked_on_a_terminal(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("16x16\nnonsense\n\nsymmetric\ndark\n"))
    model_file = bench.imports(foreign_model(size=None), "--accept", samples=False)
    asked = capsys.readouterr().err
    assert "at which one was it trained" in asked
    assert asked.count("In which order does it take the colours?") == 2
    assert "How were the pixels normalised" in asked
    assert "Which of these mean a good part" in asked
    assert model_file.recipe.part_class("dark").verdict is Verdict.OK
    monkeypatch.setattr("sys.stdin", Terminal(""))
    with pytest.raises(Refusal, match="no answer was given"):
        bench.imports(foreign_model(size=None), "--accept", samples=False)


def _custom(model: onnx.ModelProto) -> onnx.ModelProto:
    model.graph.node[-1].domain = "com.example"
    model.opset_import.append(helper.make_opsetid("com.example", 1))
    return model


def _two_inputs(model: onnx.ModelProto) -> onnx.ModelProto:
    model.graph.input.append(helper.make_tensor_value_info("other", TensorProto.FLOAT, [1, 3]))
    return model


def _integers(model: onnx.ModelProto) -> onnx.ModelProto:
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.INT32
    model.graph.node.insert(0, helper.make_node("Cast", ["input"], ["cast"], to=TensorProto.FLOAT))
    model.graph.node[1].input[0] = "cast"
    return model


def _flat(model: onnx.ModelProto) -> onnx.ModelProto:
    graph = helper.make_graph(
        [helper.make_node("Softmax", ["input"], ["probs"], axis=1)],
        "flat",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 4])],
        [helper.make_tensor_value_info("probs", TensorProto.FLOAT, [1, 4])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def _sigmoids(model: onnx.ModelProto) -> onnx.ModelProto:
    model.graph.node[-1].CopyFrom(helper.make_node("Sigmoid", ["scores"], ["probs"]))
    return model


def _old(model: onnx.ModelProto) -> onnx.ModelProto:
    model.opset_import[0].version = 6
    return model


def _five_colours(model: onnx.ModelProto) -> onnx.ModelProto:
    """Give it a picture of five colours of which it takes the first three."""
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 5
    model.graph.initializer.append(numpy_helper.from_array(np.arange(3), "first"))
    model.graph.node.insert(0, helper.make_node("Gather", ["input", "first"], ["three"], axis=1))
    model.graph.node[1].input[0] = "three"
    return model


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_custom, "operator 'Softmax' of 'com.example'"),
        (_two_inputs, "has 2 inputs ('input', 'other')"),
        (_integers, "tensor(int32); only float32"),
        (_flat, "has 2 dimensions (1 x 4)"),
        (_sigmoids, "does not lie within 0 to 1 and add up to 1"),
        (_old, "uses opset 6"),
        (_five_colours, "pictures of 5 colours"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_imported_is_one_sentence(bench: Bench, change: Any, words: str) -> None:
    said = bench.refuses(change(foreign_model()), *(("--layout", "nchw") if change is _five_colours else ()))
    assert words in said
    assert said.startswith(("colours.onnx", "The", "As"))
    assert "\n" not in said


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (LABELS[:3], "4 numbers a picture ('probs'), but there are 3 labels: 1 label missing"),
        ((*LABELS, "white", "black"), "2 labels too many"),
        (("red", "red", "blue", "dark"), "'red' stands twice"),
        (("red", "", "blue", "dark"), "Label 2 in labels.txt is empty"),
        (("red",), "has 1 labels"),
        (("red", "green", "blue", "anomaly"), "No class may be called 'anomaly'"),
    ],
)
def test_wrong_labels_are_one_sentence(bench: Bench, labels: tuple[str, ...], words: str) -> None:
    path = write_model(bench.folder, foreign_model())
    write_labels(bench.folder, labels)
    with pytest.raises(Refusal) as caught:
        call(path, "--labels", bench.labels, "--out", bench.out, "--accept", "--normalisation", "unit")
    assert words in str(caught.value)


def test_labels_may_be_json(bench: Bench, tmp_path: Path) -> None:
    bench.labels = tmp_path / "labels.json"
    for document in (list(LABELS), {str(place): name for place, name in enumerate(LABELS)}):
        bench.labels.write_text(json.dumps(document), encoding="utf-8")
        assert bench.imports(foreign_model()).manifest.classes == LABELS
    for text, words in (("{", "no JSON"), ('{"1": "a", "2": "b"}', "from 0 on"), ("[1, 2]", "no list of names")):
        bench.labels.write_text(text, encoding="utf-8")
        with pytest.raises(Refusal, match=words):
            bench.imports(foreign_model())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("picture_name,class\na.png,red\n", "no column 'file'"),
        ("file,colour\n00-red.png,red\n", "no column 'class', and none with the probabilities of 'red'"),
        ("file,class\n00-red.png,purple\n", "The class 'purple' in line 2 of samples.csv is none of the labels"),
        ("file,class\nnowhere.png,red\n", "The picture 'nowhere.png' of line 2 of samples.csv is not there"),
        ("file,class\n", "names no pictures"),
        ("file,red,green,blue,dark\n00-red.png,1,0,x,0\n", "is no number"),
        ("file,red,green,blue,dark\n00-red.png,1,1,0,0\n", "add up to 1"),
    ],
)
def test_wrong_samples_are_one_sentence(bench: Bench, text: str, words: str) -> None:
    bench.samples.write_text(text, encoding="utf-8")
    assert words in bench.refuses(foreign_model())


def test_a_place_that_cannot_be_written_is_one_sentence(bench: Bench) -> None:
    bench.out = bench.samples / "x.recipe"
    assert "cannot be written" in bench.refuses(foreign_model())


def test_a_sample_that_cannot_be_read_counts_against_it(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    (bench.folder / "00-red.png").write_bytes(b"no picture")
    assert "91.7%" in bench.refuses(foreign_model())
    assert "00-red.png" in capsys.readouterr().err


def test_a_file_that_is_no_network_is_one_sentence(bench: Bench) -> None:
    path = bench.folder / "model.onnx"
    for data in (b"", b"no network at all"):
        path.write_bytes(data)
        with pytest.raises(Refusal, match=r"model\.onnx is no ONNX file"):
            call(path, "--labels", bench.labels, "--out", bench.out)
    with pytest.raises(Refusal, match="There is no file"):
        call(bench.folder / "gone.onnx", "--labels", bench.labels, "--out", bench.out)


def test_weights_in_a_file_of_their_own_are_taken_in_or_missed(bench: Bench) -> None:
    path = bench.folder / "colours.onnx"
    kept = {"save_as_external_data": True, "location": "weights.bin", "size_threshold": 0}
    onnx.save_model(foreign_model(), str(path), **kept)
    options = (path, "--labels", bench.labels, "--out", bench.out, "--samples", bench.samples)
    assert call(*options) == 0
    assert read_model_file(bench.out).manifest.held_out.accuracy == 1.0
    (bench.folder / "weights.bin").unlink()
    with pytest.raises(Refusal, match=r"in a file of their own, 'weights\.bin', which is not there"):
        call(*options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--layout", "nhwc"), "As nhwc"),
        (("--colour", "grey"), "three colours"),
        (("--input-size", "32x32"), "takes pictures of 16 x 16 only"),
        (("--input-size", "wide"), "is no size"),
        (("--output", "other"), "has no output 'other'"),
        (("--mean", "1,2", "--scale", "1"), "--mean has 2 numbers"),
        (("--scale", "0"), "no scale 0"),
        (("--verdict", "purple=OK"), "names none of the labels"),
        (("--verdict", "red=GOOD"), "means OK or NG"),
        (("--crop", "0"), "--crop 0"),
        (("--agreement", "2"), "--agreement 2"),
        (("--normalisation", "unit", "--mean", "0"), "either it or those"),
    ],
)
def test_options_that_do_not_fit_are_one_sentence(bench: Bench, options: tuple[str, ...], words: str) -> None:
    assert words in bench.refuses(foreign_model(), *options)


def test_a_layout_that_does_not_show_must_be_said(bench: Bench) -> None:
    said = bench.refuses(_five_colours(foreign_model()))
    assert said.startswith("In which order does colours.onnx take the sides of a picture (? x 5 x 16 x 16)?")
    assert said.endswith("say it with --layout (nchw, nhwc).")


def test_whole_numbers_cannot_be_normalised(bench: Bench) -> None:
    said = bench.refuses(foreign_model(kind="uint8", layout="nhwc"), "--normalisation", "imagenet")
    assert "whole numbers from 0 to 255" in said

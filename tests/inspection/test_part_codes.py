"""A code on the part, from its picture to its record."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp

from inspector.domain.frame import Pixels
from inspector.domain.inspection import EventKind, Inspection
from inspector.domain.recipe import CodeReading, CodeTarget, Trigger, TriggerMode
from inspector.inspection.lane import Lane
from inspector.vision.code_symbologies import SymbologyUnknown
from inspector.vision.model_file import ModelFile
from tests.fixtures.tiny_recipe import level_of
from tests.inspection.hand_played import PATIENCE, Bench, HandCamera, said

MakeRecipe = Callable[..., ModelFile]


def part(class_name: str, text: str = "") -> Pixels:
    """Return a picture that the tiny recipe takes for that class, with a code on it or none."""
    picture = np.full((400, 600, 3), level_of(class_name), np.uint8)
    if text:
        code = np.array(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix).to_image(scale=4), np.uint8)
        picture[20 : 20 + code.shape[0], 30 : 30 + code.shape[1]] = code[..., None]
    return picture


class CodeBench:
    """A lane that judges each frame, of a recipe that reads codes."""

    def __init__(self, bench: Bench, make: MakeRecipe) -> None:
        self.bench = bench
        self.make = make
        self.camera = HandCamera()

    def start(self, reading: CodeReading | None) -> Lane:
        self.bench.ready(self.camera, self.recipe(reading))
        self.bench.lane.start()
        return self.bench.lane

    def recipe(self, reading: CodeReading | None) -> ModelFile:
        model_file = self.make(trigger=Trigger(TriggerMode.EACH_FRAME))
        return replace(model_file, recipe=replace(model_file.recipe, reading=reading))

    def show(self, pixels: Pixels) -> None:
        self.camera._coming.put(replace(self.camera.frame(), pixels=pixels))

    def judged(self, number: int) -> list[Inspection]:
        return sorted(self.bench.wait_published(number), key=lambda one: one.sequence)


@pytest.fixture
def codes(bench: Bench, tiny_model_file: MakeRecipe) -> CodeBench:
    return CodeBench(bench, tiny_model_file)


def test_a_code_becomes_the_serial(codes: CodeBench) -> None:
    codes.start(CodeReading())
    for pixels in (part("good", "SN-1"), part("scratch", "SN-2"), part("good")):
        codes.show(pixels)
    parts = codes.judged(3)
    assert said(parts) == [(1, "OK", ""), (2, "NG", "scratch"), (3, "OK", "")]
    assert [(one.context.serial, one.context.lot) for one in parts] == [("SN-1", ""), ("SN-2", ""), ("", "")]
    assert [code.symbology for code in parts[0].judgement.codes] == ["DataMatrix"]
    assert parts[0].judgement.timings.decide > 0


def test_a_code_becomes_the_lot(codes: CodeBench) -> None:
    codes.start(CodeReading(target=CodeTarget.LOT))
    codes.show(part("good", "LOT 5"))
    (one,) = codes.judged(1)
    assert (one.context.serial, one.context.lot) == ("", "LOT 5")


def test_a_required_code_that_cannot_be_read_is_check(codes: CodeBench) -> None:
    codes.start(CodeReading(required=True))
    for pixels in (part("good"), part("scratch"), part("good", "SN-3")):
        codes.show(pixels)
    codes.camera.spoil("the cable is loose")
    parts = codes.judged(4)
    assert said(parts) == [
        (1, "CHECK", "code_unread"),
        (2, "NG", "scratch"),
        (3, "OK", ""),
        (4, "ERROR", "camera_fault"),
    ]
    assert parts[0].picture is not None, "a part that a person must decide on keeps its picture"
    assert parts[1].judgement.message == "No code could be read for the serial."


def test_a_serial_given_before_stays_and_must_agree(codes: CodeBench) -> None:
    lane = codes.start(CodeReading())
    for number, (serial, text) in enumerate([("SN-4", "SN-4"), ("SN-5", "SN-6"), ("SN-7", "")], start=1):
        lane.set_context(serial=serial)
        codes.show(part("good", text))
        codes.judged(number)
    parts = codes.judged(3)
    assert said(parts) == [(1, "OK", ""), (2, "CHECK", "code_differs"), (3, "OK", "")]
    assert [one.context.serial for one in parts] == ["SN-4", "SN-5", "SN-7"]


def test_a_recipe_without_reading_reads_nothing(codes: CodeBench) -> None:
    codes.start(None)
    codes.show(part("good", "SN-8"))
    (one,) = codes.judged(1)
    assert (one.context.serial, one.judgement.codes) == ("", ())


def test_a_recipe_that_wants_an_unknown_kind_of_code_is_refused(codes: CodeBench) -> None:
    activation = codes.bench.lane.activate(codes.recipe(CodeReading(symbologies=("DotCodes",))))
    with pytest.raises(SymbologyUnknown):
        activation.result(PATIENCE)
    assert "no kind of code called 'DotCodes'" in codes.bench.wait_event(EventKind.RECIPE_REFUSED).text

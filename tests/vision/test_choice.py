import dataclasses
from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import pytest

from inspector.domain.frame import Pixels
from inspector.domain.verdict import Verdict
from inspector.vision.accelerator import CPU, Accelerator, Network, NetworkOutput
from inspector.vision.choice import choose_accelerator
from inspector.vision.errors import AcceleratorFailed, ModelFileRefused, NoAccelerator
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile, read_model_file
from tests.fixtures.recipe_parts import RecipeParts
from tests.fixtures.tiny_recipe import tiny_graph

FAST = Accelerator("directml:0", "Pretended", MappingProxyType({"device_id": "0"}))
SLOW = Accelerator("directml:1", "Pretended", MappingProxyType({"device_id": "1"}))


class PretendedNetwork(Network):
    """The tiny network on the processor, said to be on another accelerator, with a change of what it gives.

    Time is not real: each run moves the clock by as much as the accelerator is said to need.
    """

    opened: list["PretendedNetwork"] = []  # noqa: RUF012 - emptied by the fixture

    def __init__(
        self,
        graph: bytes,
        pretended: Accelerator,
        pass_time: Callable[[], None],
        change: Callable[[NetworkOutput], NetworkOutput],
    ) -> None:
        super().__init__(graph, CPU, threads=1)
        self._pretended, self._pass_time, self._change = pretended, pass_time, change
        self.closed = False
        self.opened.append(self)

    @property
    def accelerator(self) -> Accelerator:
        return self._pretended

    def run(self, images: Pixels) -> NetworkOutput:
        self._pass_time()
        return self._change(super().run(images))

    def close(self) -> None:
        self.closed = True
        super().close()


def unchanged(output: NetworkOutput) -> NetworkOutput:
    return output


class Bench:
    """Accelerators with the time that each takes, in ms, and what each does to the results."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = 0.0
        self.changes: dict[str, Callable[[NetworkOutput], NetworkOutput]] = {}
        self.milliseconds = {"directml:0": 2.0, "directml:1": 30.0, "cpu": 10.0}
        self.unopenable: dict[str, str] = {}
        PretendedNetwork.opened.clear()
        monkeypatch.setattr("inspector.vision.choice.time.perf_counter", lambda: self._now)

    def open(self, graph: bytes, accelerator: Accelerator) -> Network:
        if accelerator.name in self.unopenable:
            raise AcceleratorFailed(self.unopenable[accelerator.name])

        def pass_time() -> None:
            self._now += self.milliseconds[accelerator.name] / 1000

        return PretendedNetwork(graph, accelerator, pass_time, self.changes.get(accelerator.name, unchanged))

    def still_open(self) -> list[str]:
        return [network.accelerator.name for network in PretendedNetwork.opened if not network.closed]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


@pytest.fixture
def model_file(tiny_model_file: Callable[..., ModelFile]) -> ModelFile:
    return tiny_model_file()


def shifted(output: NetworkOutput) -> NetworkOutput:
    moved = output.probabilities.copy()
    moved[:, 0] -= 0.002 * np.sign(moved[:, 0] - 0.5)
    moved[:, 1] += 0.002 * np.sign(moved[:, 0] - 0.5)
    return dataclasses.replace(output, probabilities=moved)


def test_the_fastest_is_taken_and_the_others_are_let_go(model_file: ModelFile, bench: Bench) -> None:
    network, choice = choose_accelerator(model_file, "auto", (SLOW, FAST, CPU), bench.open)

    assert choice.name == network.accelerator.name == "directml:0"
    assert [(one.accelerator, one.accepted) for one in choice.tried] == [
        ("directml:1", True),
        ("directml:0", True),
        ("cpu", True),
    ]
    assert [one.milliseconds for one in choice.tried] == pytest.approx([30.0, 2.0, 10.0])
    assert choice.why == (
        "directml:0 gives the golden results in 2.0 ms a picture (the fastest that does; directml:1: gives the golden "
        "results in 30.0 ms a picture; cpu: gives the golden results in 10.0 ms a picture)."
    )
    assert bench.still_open() == ["directml:0"]


def test_the_processor_is_taken_when_it_is_the_fastest(model_file: ModelFile, bench: Bench) -> None:
    bench.milliseconds["directml:0"] = 50.0

    assert choose_accelerator(model_file, "auto", (FAST, SLOW, CPU), bench.open)[1].name == "cpu"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (shifted, "differs by 0.002 in its probabilities"),
        (
            lambda output: dataclasses.replace(output, probabilities=np.zeros_like(output.probabilities)),
            "differs by 1 in its probabilities",
        ),
        (
            lambda output: dataclasses.replace(output, embedding=output.embedding * np.float32(1.02)),
            "differs in its embedding",
        ),
        (
            lambda output: dataclasses.replace(output, embedding=np.full_like(output.embedding, np.nan)),
            "differs in its embedding",
        ),
        (
            lambda output: dataclasses.replace(output, probabilities=output.probabilities[:, :1]),
            "gives 1 probabilities",
        ),
        (
            lambda output: dataclasses.replace(output, probabilities=output.probabilities + np.float32(0.0009)),
            "gives impossible probabilities",
        ),
    ],
)
def test_one_whose_results_differ_is_refused_however_fast(
    model_file: ModelFile, bench: Bench, change: Callable[[NetworkOutput], NetworkOutput], why: str
) -> None:
    bench.changes["directml:0"] = change

    network, choice = choose_accelerator(model_file, "auto", (FAST, CPU), bench.open)

    assert network.accelerator == CPU
    assert not choice.tried[0].accepted
    assert choice.tried[0].milliseconds is None
    assert choice.tried[0].why.startswith(f"golden picture 1 ('good') {why}")
    assert "directml:0: golden picture 1" in choice.why
    assert bench.still_open() == ["cpu"]


def test_small_differences_of_another_accelerator_are_accepted(model_file: ModelFile, bench: Bench) -> None:
    bench.changes["directml:0"] = lambda output: dataclasses.replace(
        output, embedding=output.embedding * np.float32(1.005)
    )

    assert choose_accelerator(model_file, "auto", (FAST, CPU), bench.open)[1].name == "directml:0"


def test_another_verdict_is_refused_even_for_almost_the_same_numbers(model_file: ModelFile, bench: Bench) -> None:
    edge = (0.8, 0.2)
    first = dataclasses.replace(model_file.golden[0], probabilities=edge, verdict=Verdict.OK)
    on_the_edge = dataclasses.replace(model_file, golden=(first,))

    def give(*values: float) -> Callable[[NetworkOutput], NetworkOutput]:
        return lambda output: dataclasses.replace(output, probabilities=np.array([values]))

    bench.changes = {"cpu": give(*edge), "directml:0": give(0.7999, 0.2001)}

    choice = choose_accelerator(on_the_edge, "auto", (FAST, CPU), bench.open)[1]

    assert choice.tried[0].why == "golden picture 1 ('good') is judged CHECK unsure instead of OK"


def test_one_that_cannot_be_opened_or_breaks_is_told_and_left_out(model_file: ModelFile, bench: Bench) -> None:
    def broken(_output: NetworkOutput) -> NetworkOutput:
        raise AcceleratorFailed("directml:1 failed while running: removed")

    bench.unopenable["directml:0"] = "directml:0 was asked for, but onnxruntime silently fell back to CPU"
    bench.changes["directml:1"] = broken

    choice = choose_accelerator(model_file, "auto", (FAST, SLOW, CPU), bench.open)[1]

    assert choice.name == "cpu"
    assert [one.why for one in choice.tried[:2]] == [
        "directml:0 was asked for, but onnxruntime silently fell back to CPU",
        "directml:1 failed while running: removed",
    ]
    assert bench.still_open() == ["cpu"]


def test_none_left_is_said_in_one_sentence(model_file: ModelFile, bench: Bench) -> None:
    bench.changes["directml:0"] = shifted
    bench.unopenable["directml:1"] = "directml:1 cannot open the model: 80004005"

    with pytest.raises(NoAccelerator) as caught:
        choose_accelerator(model_file, "directml", (FAST, SLOW, CPU), bench.open)

    message = str(caught.value)
    assert "directml:0: golden picture 1 ('good') differs" in message
    assert "directml:1: directml:1 cannot open the model" in message
    assert bench.still_open() == []


@pytest.mark.parametrize(
    ("wanted", "taken"), [("cpu", "cpu"), ("directml:1", "directml:1"), ("directml", "directml:0")]
)
def test_what_is_wanted_is_taken(model_file: ModelFile, bench: Bench, wanted: str, taken: str) -> None:
    choice = choose_accelerator(model_file, wanted, (SLOW, FAST, CPU), bench.open)[1]

    assert choice.name == taken
    assert f"'{wanted}' is set" in choice.why


def test_what_is_wanted_but_not_there_is_said(model_file: ModelFile) -> None:
    with pytest.raises(NoAccelerator, match=r"'directml:3' is not available \(available: cpu\)"):
        choose_accelerator(model_file, "directml:3", (CPU,))
    with pytest.raises(NoAccelerator, match="available: none"):
        choose_accelerator(model_file, "auto", ())


@pytest.mark.parametrize(
    ("byte", "named"),
    [(3, "cpu gave numbers for 'probabilities' that are not finite"), (2, "golden picture 1 ('good') differs")],
)
def test_a_weight_that_was_flipped_and_sealed_again_is_refused_by_the_golden_pictures(
    parts: RecipeParts, byte: int, named: str
) -> None:
    parts.flip_weight(parts.entries["model.onnx"].index(np.float32(1 / 3).tobytes()) + byte)
    model_file = read_model_file(parts.write_sealed())

    with pytest.raises(ModelFileRefused) as caught:
        choose_accelerator(model_file)

    message = str(caught.value)
    assert message.startswith(f"The network of 'tiny' is not what it was when it was taught ({named}")
    assert message.endswith("take the original file or teach the recipe again.")
    with pytest.raises(ModelFileRefused):
        open_judge(model_file)


def test_when_the_processor_differs_another_accelerator_does_not_save_the_model(
    model_file: ModelFile, bench: Bench
) -> None:
    bench.changes["cpu"] = shifted

    with pytest.raises(ModelFileRefused, match="golden picture 1"):
        choose_accelerator(model_file, "auto", (FAST, CPU), bench.open)


def test_a_network_that_the_processor_cannot_open_is_the_models_fault(model_file: ModelFile) -> None:
    with pytest.raises(ModelFileRefused, match="cpu cannot open the model"):
        choose_accelerator(dataclasses.replace(model_file, graph=b"no graph"))


def test_a_network_of_another_size_than_the_manifest_says_is_refused(model_file: ModelFile) -> None:
    with pytest.raises(ModelFileRefused, match="the manifest says otherwise"):
        choose_accelerator(dataclasses.replace(model_file, graph=tiny_graph(2, 64)))

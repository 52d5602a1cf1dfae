from types import MappingProxyType
from typing import Any

import numpy as np
import onnxruntime
import pytest

from inspector.assets import model
from inspector.vision import accelerator as accelerator_module
from inspector.vision.accelerator import (
    CPU,
    CPU_PROVIDER,
    DIRECTML_PROVIDER,
    Accelerator,
    Network,
    Session,
    available_accelerators,
)
from inspector.vision.errors import AcceleratorFailed
from tests.fixtures.tiny_recipe import picture_of, tiny_graph

DIRECTML = Accelerator("directml:0", DIRECTML_PROVIDER, MappingProxyType({"device_id": "0"}))


class FailingSession:
    """A session that opens as asked and breaks when it is run, counting how often that was tried."""

    runs = 0

    def __init__(self, graph: bytes, options: Any, **_rest: Any) -> None:
        self._real = onnxruntime.InferenceSession.__wrapped__(graph, options, providers=[CPU_PROVIDER])

    def get_providers(self) -> list[str]:
        return [DIRECTML_PROVIDER, CPU_PROVIDER]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def run(self, *_arguments: Any) -> Any:
        type(self).runs += 1
        raise RuntimeError("887A0005 the device was removed\nwith more lines")


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that puts another class in the place of onnxruntime's session, DirectML being offered."""
    real = onnxruntime.InferenceSession

    def pretend(replacement: Any) -> None:
        replacement.__wrapped__ = real
        monkeypatch.setattr(onnxruntime, "InferenceSession", replacement)
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [DIRECTML_PROVIDER, CPU_PROVIDER])

    return pretend


def images(*names: str) -> np.ndarray:
    return np.stack([picture_of(name, height=32, width=32) for name in names])


def test_the_processor_is_always_there_and_comes_last() -> None:
    assert available_accelerators()[-1] == CPU


def test_graphics_adapters_are_listed_by_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hardware:
        vendor = "Maker"

        def __init__(self, name: str) -> None:
            self.metadata = {"Description": name} if name else {}

    class Device:
        def __init__(self, provider: str, number: str, name: str) -> None:
            self.ep_name, self.ep_options, self.device = provider, {"device_id": number}, Hardware(name)

    devices = [
        Device(DIRECTML_PROVIDER, "1", ""),
        Device(CPU_PROVIDER, "0", "x"),
        Device(DIRECTML_PROVIDER, "0", "Arc"),
    ]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [DIRECTML_PROVIDER, CPU_PROVIDER])
    monkeypatch.setattr(onnxruntime, "get_ep_devices", lambda: devices)

    found = available_accelerators()

    assert [(one.name, dict(one.options), one.description) for one in found[:-1]] == [
        ("directml:0", {"device_id": "0"}, "Arc"),
        ("directml:1", {"device_id": "1"}, "Maker"),
    ]
    monkeypatch.setattr(onnxruntime, "get_ep_devices", list)
    assert [one.name for one in available_accelerators()] == ["directml:0", "cpu"]


def test_several_pictures_give_rows_in_their_order() -> None:
    network = Network(tiny_graph(2), CPU, threads=1)

    output = network.run(images("good", "scratch", "good"))

    assert output.probabilities.shape == (3, 2)
    assert output.embedding.shape == (3, 4)
    assert output.probabilities.argmax(axis=1).tolist() == [0, 1, 0]
    assert output.probabilities.dtype == output.embedding.dtype == np.float32
    assert output.anomaly_map is None
    assert output.anomaly_score is None
    assert network.input_size == (32, 32)


def test_maps_of_abnormality_are_handed_on() -> None:
    output = Network(tiny_graph(2, 64, heat_map=True), CPU, threads=1).run(np.full((1, 64, 64, 3), 51, np.uint8))

    assert output.anomaly_map is not None
    assert output.anomaly_score is not None
    assert output.anomaly_map.shape == (1, 16, 16)
    assert output.anomaly_score.tolist() == pytest.approx([0.2])


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((1, 32, 31, 3), np.uint8),
        np.zeros((32, 32, 3), np.uint8),
        np.zeros((0, 32, 32, 3), np.uint8),
        np.zeros((1, 32, 32, 3), np.float32),
    ],
)
def test_a_callers_mistake_does_not_end_the_session(wrong: np.ndarray) -> None:
    network = Network(tiny_graph(2), CPU, threads=1)

    with pytest.raises(ValueError, match="takes uint8"):
        network.run(wrong)

    assert network.run(images("good")).probabilities.argmax() == 0


def test_after_an_exception_the_session_is_never_entered_again(pretended: Any) -> None:
    pretended(FailingSession)
    FailingSession.runs = 0
    network = Network(tiny_graph(2), DIRECTML)

    with pytest.raises(AcceleratorFailed, match=r"^directml:0 failed while running: 887A0005 the device was removed$"):
        network.run(images("good"))
    with pytest.raises(AcceleratorFailed, match="887A0005"):
        network.run(images("good"))

    assert FailingSession.runs == 1


def test_numbers_that_are_not_finite_end_the_session(pretended: Any) -> None:
    class Garbage(FailingSession):
        def run(self, *arguments: Any) -> Any:
            return [np.full((1, 2), np.nan, np.float32) for _ in arguments[0]]

    pretended(Garbage)
    network = Network(tiny_graph(2), DIRECTML)

    with pytest.raises(AcceleratorFailed, match="directml:0 gave numbers for 'probabilities' that are not finite"):
        network.run(images("good"))
    with pytest.raises(AcceleratorFailed, match="not finite"):
        network.run(images("good"))


def test_a_closed_network_says_so() -> None:
    network = Network(tiny_graph(2), CPU, threads=1)
    network.close()
    network.close()

    with pytest.raises(AcceleratorFailed, match="the session on cpu is closed"):
        network.run(images("good"))


def test_a_silent_fallback_is_seen(pretended: Any) -> None:
    class Fallback(FailingSession):
        def get_providers(self) -> list[str]:
            return [CPU_PROVIDER]

    pretended(Fallback)

    with pytest.raises(AcceleratorFailed, match="directml:0 was asked for, but onnxruntime silently fell back to CPU"):
        Network(tiny_graph(2), DIRECTML)


def test_a_device_that_cannot_be_opened_is_no_silent_fallback(
    pretended: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    class Unopenable:
        def __init__(self, *_arguments: Any, **options: Any) -> None:
            assert options["enable_fallback"] == 0  # else onnxruntime prints and goes on with the processor
            raise RuntimeError("80004005 no device")

    pretended(Unopenable)

    with pytest.raises(AcceleratorFailed, match=r"^directml:0 cannot open the model: 80004005 no device$"):
        Network(tiny_graph(2), DIRECTML)
    assert capsys.readouterr().out == ""


def test_a_provider_that_is_not_installed_is_said() -> None:
    unknown = Accelerator("cuda:0", "CUDAExecutionProvider")

    with pytest.raises(AcceleratorFailed, match="cuda:0 is not part of the onnxruntime that is installed"):
        Network(tiny_graph(2), unknown)


def test_a_graph_that_is_none_is_refused() -> None:
    with pytest.raises(AcceleratorFailed, match=r"^cpu cannot open the model: .*protobuf"):
        Network(b"no graph", CPU)


def test_a_graph_without_probabilities_is_no_recipes() -> None:
    graph = tiny_graph(2).replace(b"probabilities", b"probabilitiez")

    with pytest.raises(AcceleratorFailed, match="no output probabilities"):
        Network(graph, CPU)


def test_free_sides_must_be_fixed() -> None:
    backbone = model("efficientnet_lite0", "backbone.onnx").read_bytes()

    with pytest.raises(AcceleratorFailed, match=r"instead of \[1, height, width, 3\]"):
        Session(backbone, CPU)
    session = Session(backbone, CPU, size=(64, 96), threads=1)
    outputs = session.run(np.zeros((2, 64, 96, 3), np.uint8))
    assert {name: values.shape for name, values in outputs.items()} == {
        "embedding": (2, 1280),
        "feat_s8": (2, 40, 8, 12),
        "feat_s16": (2, 112, 4, 6),
        "feat_s32": (2, 320, 2, 3),
    }


def test_directml_gets_the_options_that_it_demands(pretended: Any) -> None:
    seen: dict[str, Any] = {}

    class Watching(FailingSession):
        def __init__(self, graph: bytes, options: Any, **rest: Any) -> None:
            super().__init__(graph, options, **rest)
            seen.update(rest, options=options)

    pretended(Watching)
    Network(tiny_graph(2), DIRECTML)

    assert seen["providers"] == [(DIRECTML_PROVIDER, {"device_id": "0"})]
    assert seen["options"].execution_mode == onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    assert seen["options"].enable_mem_pattern is False
    assert seen["options"].get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_telemetry_is_off_before_any_session() -> None:
    source = accelerator_module.__loader__.get_source(accelerator_module.__name__)  # type: ignore[union-attr]

    assert source.index("\nonnxruntime.disable_telemetry_events()") < source.index("class Session")

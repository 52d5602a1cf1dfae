"""The only place that opens sessions of onnxruntime, and the rules under which they may be used.

onnxruntime must be imported before Qt: on Windows the other order fails to load its library.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.vision.errors import AcceleratorFailed

CPU_PROVIDER = "CPUExecutionProvider"
DIRECTML_PROVIDER = "DmlExecutionProvider"

_ERRORS_ONLY = 3

# Nothing leaves the bench: Microsoft's builds would report events to Windows' own telemetry.
onnxruntime.disable_telemetry_events()
# A machine without a graphics device is no reason for a warning on the console.
onnxruntime.set_default_logger_severity(_ERRORS_ONLY)


@dataclass(frozen=True)
class Accelerator:
    """Something that can run a network: `cpu` or `directml:N`, where N is the number of the graphics adapter.

    `provider` and `options` are what onnxruntime calls it. `description` is for a person.
    """

    name: str
    provider: str
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    description: str = ""


CPU = Accelerator("cpu", CPU_PROVIDER, description="processor")


@dataclass(frozen=True, eq=False)
class NetworkOutput:
    """What the network said of N pictures, all float32.

    `probabilities` is `[N, C]` in the order of the recipe's classes, `embedding` `[N, D]`. `anomaly_score` `[N]` and
    `anomaly_map` `[N, h, w]`, scaled so that 0 is normal and 1 certainly abnormal, are None where the model has none.
    """

    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32]
    anomaly_score: NDArray[np.float32] | None = None
    anomaly_map: NDArray[np.float32] | None = None


def offered_providers() -> tuple[str, ...]:
    """Return the execution providers that the installed onnxruntime brings, by its own names."""
    return tuple(onnxruntime.get_available_providers())


def available_accelerators() -> tuple[Accelerator, ...]:
    """Return what onnxruntime offers on this machine that the station uses, the processor last.

    A graphics adapter that is listed need not work; only running the golden pictures on it tells.
    """
    found: list[Accelerator] = []
    if DIRECTML_PROVIDER in offered_providers():
        adapters = _directml_adapters()
        found += [
            Accelerator(
                f"directml:{number}", DIRECTML_PROVIDER, MappingProxyType({"device_id": str(number)}), description
            )
            for number, description in sorted(adapters.items())
        ]
    return (*found, CPU)


class Session:
    """One graph, open on one accelerator, for one picture at a time.

    The graph's input is `image`, uint8 `[N, H, W, 3]` RGB; its free dimensions are fixed when it is opened, which is
    what DirectML needs to run fast: N to 1, H and W to `size`. A session is entered by one thread at a time. After
    any failure it is dropped for ever, because using a DirectML session again after one can end the process.
    """

    def __init__(
        self,
        graph: bytes,
        accelerator: Accelerator,
        size: tuple[int, int] | None = None,
        threads: int | None = None,
    ) -> None:
        """Open the graph. `threads` is for the processor only; None takes all cores.

        Raises AcceleratorFailed when the graph cannot be opened or would silently run elsewhere than asked.
        """
        self.accelerator = accelerator
        self._lock = threading.Lock()
        self._failure = ""
        self._session: onnxruntime.InferenceSession | None = _open(graph, accelerator, size, threads)
        self._outputs = [output.name for output in self._session.get_outputs()]
        shape = self._session.get_inputs()[0].shape
        if len(shape) != 4 or shape[3] != 3 or not all(isinstance(side, int) for side in shape):
            self.close()
            raise AcceleratorFailed(f"the graph's input is {shape} instead of [1, height, width, 3] with fixed sides")
        self.input_height, self.input_width = int(shape[1]), int(shape[2])

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the graph's outputs, in its order."""
        return tuple(self._outputs)

    def run(self, images: Pixels) -> dict[str, NDArray[np.float32]]:
        """Run the graph on each picture and return its outputs by name, stacked along the first dimension.

        `images` is uint8 `[N, input_height, input_width, 3]` RGB. Raises ValueError for another shape or type, and
        AcceleratorFailed after anything else, also when a result is not a finite number.
        """
        expected = (self.input_height, self.input_width, 3)
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != expected or not len(images):
            raise ValueError(f"the network takes uint8 [N, {expected}], not {images.dtype} {images.shape}")
        with self._lock:
            if self._session is None:
                raise AcceleratorFailed(self._failure)
            try:
                rows = [self._session.run(self._outputs, {"image": image[None]}) for image in images]
            except Exception as error:  # onnxruntime raises many kinds, and every one of them ends the session
                raise self._drop(f"{self.accelerator.name} failed while running: {_first_line(error)}") from error
            outputs = {name: np.concatenate([row[place] for row in rows]) for place, name in enumerate(self._outputs)}
            for name, values in outputs.items():
                if not np.isfinite(values).all():
                    raise self._drop(f"{self.accelerator.name} gave numbers for '{name}' that are not finite")
        return outputs

    def close(self) -> None:
        """Let the accelerator go. Further runs raise AcceleratorFailed."""
        with self._lock:
            if self._session is not None:
                self._failure = f"the session on {self.accelerator.name} is closed"
                self._session = None

    def _drop(self, message: str) -> AcceleratorFailed:
        self._failure = message
        self._session = None
        return AcceleratorFailed(message)


class Network:
    """The graph of a recipe, open on one accelerator. The rules of `Session` hold."""

    def __init__(self, graph: bytes, accelerator: Accelerator, threads: int | None = None) -> None:
        """Open the graph. Raises AcceleratorFailed as `Session` does, or when the graph is not that of a recipe."""
        self._session = Session(graph, accelerator, threads=threads)
        missing = {"probabilities", "embedding"} - set(self._session.output_names)
        if missing:
            self._session.close()
            raise AcceleratorFailed(f"the graph has no output {' and no '.join(sorted(missing))}")

    @property
    def accelerator(self) -> Accelerator:
        """What the network runs on."""
        return self._session.accelerator

    @property
    def input_size(self) -> tuple[int, int]:
        """Height and width of the pictures that it takes."""
        return self._session.input_height, self._session.input_width

    def run(self, images: Pixels) -> NetworkOutput:
        """Judge N pictures, uint8 `[N, height, width, 3]` RGB, one after the other.

        Raises ValueError for another shape or type, and AcceleratorFailed after anything else.
        """
        outputs = self._session.run(images)
        return NetworkOutput(
            probabilities=outputs["probabilities"],
            embedding=outputs["embedding"],
            anomaly_score=outputs.get("anomaly_score"),
            anomaly_map=outputs.get("anomaly_map"),
        )

    def close(self) -> None:
        """Let the accelerator go. Further runs raise AcceleratorFailed."""
        self._session.close()


def _open(
    graph: bytes, accelerator: Accelerator, size: tuple[int, int] | None, threads: int | None
) -> onnxruntime.InferenceSession:
    if accelerator.provider not in offered_providers():
        raise AcceleratorFailed(f"{accelerator.name} is not part of the onnxruntime that is installed")
    try:
        session = onnxruntime.InferenceSession(
            graph,
            _session_options(size, threads),
            providers=[(accelerator.provider, dict(accelerator.options))],
            enable_fallback=0,  # the fallback would print to standard output and hide the failure
        )
    except Exception as error:
        raise AcceleratorFailed(f"{accelerator.name} cannot open the model: {_first_line(error)}") from error
    used = session.get_providers()[0]
    if used != accelerator.provider:
        raise AcceleratorFailed(f"{accelerator.name} was asked for, but onnxruntime silently fell back to {used}")
    return session


def _session_options(size: tuple[int, int] | None, threads: int | None) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL  # DirectML allows no other
    options.enable_mem_pattern = False  # nor this
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    # Threads that wait by spinning take the cores from camera, journal and window. Measured with the shipped backbone
    # on 2 cores, spinning / not: alone 5.2 / 5.8 ms a picture, beside one busy process 28 / 14 ms; processor time of a
    # picture at 25 pictures a second 41 / 10 ms.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_free_dimension_override_by_name("N", 1)
    if size is not None:
        options.add_free_dimension_override_by_name("H", size[0])
        options.add_free_dimension_override_by_name("W", size[1])
    return options


def _directml_adapters() -> dict[int, str]:
    """Return the graphics adapters by number, as DirectML counts them, with a name for a person."""
    adapters: dict[int, str] = {}
    for device in onnxruntime.get_ep_devices():
        if device.ep_name == DIRECTML_PROVIDER:
            number = int(device.ep_options.get("device_id", "0"))
            adapters[number] = str(device.device.metadata.get("Description", "")) or str(device.device.vendor)
    return adapters or {0: "graphics adapter"}


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]

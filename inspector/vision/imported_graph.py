"""A person's own graph, run as it is on the processor: to see what it takes and gives, and to compare with."""

from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inspector.domain.refusal import Refusal

_ERRORS_ONLY = 3


class ImportedGraphFails(Refusal, RuntimeError):
    """The graph cannot be opened or run; the message is the reason, to be put into a sentence with the file's name."""


@dataclass(frozen=True)
class Port:
    """An input or output: `kind` as onnxruntime calls it (`tensor(float)`), `shape` with None for a free dimension."""

    name: str
    kind: str
    shape: tuple[int | None, ...]


class ImportedGraph:
    """An open graph of any layout. Only ever on the processor; a recipe's own graph runs in `Network`."""

    def __init__(self, graph: bytes) -> None:
        """Open the graph. Raises ImportedGraphFails."""
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises many kinds
            raise ImportedGraphFails(_first_line(error)) from error

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What it takes."""
        return tuple(_port(one) for one in self._session.get_inputs())

    @property
    def outputs(self) -> tuple[Port, ...]:
        """What it gives."""
        return tuple(_port(one) for one in self._session.get_outputs())

    def run(self, values: NDArray[np.generic]) -> dict[str, NDArray[np.generic]]:
        """Run it on its one input, of the shape and type that it takes; return the outputs that are arrays by name.

        Raises ImportedGraphFails.
        """
        try:
            given = self._session.run(None, {self._session.get_inputs()[0].name: values})
        except Exception as error:  # onnxruntime raises many kinds
            raise ImportedGraphFails(_first_line(error)) from error
        names = [one.name for one in self._session.get_outputs()]
        return {name: value for name, value in zip(names, given, strict=True) if isinstance(value, np.ndarray)}


def _port(found: onnxruntime.NodeArg) -> Port:
    shape = tuple(side if isinstance(side, int) else None for side in found.shape or ())
    return Port(found.name, found.type, shape)


def _first_line(error: Exception) -> str:
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return text.rstrip(".")

"""Writing an ONNX graph by hand: standard operators only, so that every execution provider runs it alike."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
SMALLEST_HALVED = 1024  # elements; below, storing in half precision saves nothing and costs exactness


class GraphWriter:
    """Collects nodes, constants, inputs and outputs of one graph."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, NDArray[np.generic]] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def add_input(self, name: str, element_type: int, shape: Sequence[int | str]) -> str:
        """Declare an input of the graph and return its name. A string in the shape is a free dimension."""
        self._inputs.append(helper.make_tensor_value_info(name, element_type, list(shape)))
        return name

    def add_output(self, name: str, shape: Sequence[int | str]) -> None:
        """Declare a float32 output of the graph, which some node already computes."""
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        """Keep an array in the graph and return its name."""
        if name in self._constants:
            raise ValueError(f"two constants are called '{name}'")
        self._constants[name] = values
        return name

    def node(
        self,
        operator: str,
        inputs: Sequence[str],
        output: str,
        **attributes: Any,  # noqa: ANN401 - each operator has its own
    ) -> str:
        """Add a node named as its one output and return that name."""
        self.node_of_several(operator, inputs, [output], **attributes)
        return output

    def node_of_several(
        self,
        operator: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        **attributes: Any,  # noqa: ANN401 - each operator has its own
    ) -> None:
        """Add a node named as the first of its outputs."""
        self._nodes.append(helper.make_node(operator, list(inputs), list(outputs), name=outputs[0], **attributes))

    def model(self, properties: Mapping[str, str], *, half_precision_weights: bool) -> onnx.ModelProto:
        """Return the checked model.

        With `half_precision_weights`, large float32 constants are stored as float16 and cast back by the graph: half
        the file, while everything is still computed in float32 (the cast is folded away when a session is opened).
        """
        initializers: list[onnx.TensorProto] = []
        casts: list[onnx.NodeProto] = []
        for name, values in self._constants.items():
            if half_precision_weights and values.dtype == np.float32 and values.size >= SMALLEST_HALVED:
                stored = f"{name}_half"
                initializers.append(numpy_helper.from_array(values.astype(np.float16), stored))
                casts.append(helper.make_node("Cast", [stored], [name], name=f"{name}_cast", to=TensorProto.FLOAT))
            else:
                initializers.append(numpy_helper.from_array(values, name))
        graph = helper.make_graph(casts + self._nodes, self._name, self._inputs, self._outputs, initializers)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="inspector-station",
        )
        helper.set_model_props(model, dict(properties))
        onnx.checker.check_model(model, full_check=True)
        return model

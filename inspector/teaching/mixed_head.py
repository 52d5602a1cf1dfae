"""The taught part as it judges: the head on pooled features and, where that helps, the one that goes place by place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto

from inspector.teaching.graph_parts import node, remember
from inspector.teaching.head import Floats, Head, softmax
from inspector.teaching.local_features import LOCAL, LocalFeatures, add_local_features
from inspector.teaching.local_head import LocalHead


@dataclass(frozen=True, eq=False)
class LocalPart:
    """What looks place by place: its features, its head, and the factor by which its logits count."""

    features: LocalFeatures
    head: LocalHead
    factor: float


@dataclass(frozen=True, eq=False)
class MixedHead:
    """The head on pooled features, calibrated, to whose logits those of the `local` part are added."""

    pooled: Head
    local: LocalPart | None = None

    def probabilities(self, features: NDArray[np.float32], places: NDArray[np.float16] | None = None) -> Floats:
        """Return the probabilities `[N, C]` of features `[N, F]` and of the features of places `[N, P, K]`."""
        logits = self.pooled.logits(features)
        if self.local is not None and places is not None:
            logits = logits + self.local.factor * self.local.head.logits(places)
        return softmax(logits)


def add_local_logits(graph: GraphProto, part: LocalPart, logits: str, positions: int) -> str:
    """Add the nodes that add the part's logits to `logits` `[N, C]`; return the name of the sum.

    `positions` is how many places the picture has.
    """
    add_local_features(graph, part.features)
    classes = len(part.head.bias)
    weights = remember(graph, part.head.weights[:, :, None, None], "local_weights")
    identity = np.eye(classes, dtype=np.float32)
    both = remember(graph, np.concatenate([identity, identity * np.float32(part.factor)]), "local_shares")
    bias = (part.head.bias - np.log(positions)) * part.factor
    added = remember(graph, bias.astype(np.float32), "local_bias")
    graph.node.extend(
        [
            node("Conv", [LOCAL, weights], "local_scores"),
            node("ReduceLogSumExp", ["local_scores"], "local_pooled", axes=[2, 3], keepdims=0),
            node("Concat", [logits, "local_pooled"], "local_both", axis=1),
            node("Gemm", ["local_both", both, added], "mixed_logits"),
        ]
    )
    return "mixed_logits"

"""Tiles inside the graph: the picture is cut, its tiles run as one batch, what they give is put together again."""

import numpy as np
from onnx import GraphProto

from inspector.teaching.backbone import TILE
from inspector.teaching.feature_plan import FeaturePlan
from inspector.teaching.graph_parts import node, node_of_several, remember


def cut(graph: GraphProto, plan: FeaturePlan, image: str) -> str:
    """Add the nodes that cut `image` `[N, H, W, 3]` into tiles, row by row; return their batch `[tiles * N, ...]`."""
    step = TILE - plan.overlap
    axes = remember(graph, np.array([1, 2], np.int64), "tile_axes")
    tiles = []
    for row in range(plan.rows):
        for column in range(plan.columns):
            name = f"tile_{row}_{column}"
            start = np.array([row * step, column * step], np.int64)
            starts, ends = remember(graph, start, f"{name}_start"), remember(graph, start + TILE, f"{name}_end")
            graph.node.append(node("Slice", [image, starts, ends, axes], name))
            tiles.append(name)
    graph.node.append(node("Concat", tiles, "tiles", axis=0))
    return "tiles"


def merged_embedding(graph: GraphProto, plan: FeaturePlan, embedding: str) -> list[str]:
    """Add mean and maximum over the tiles of an embedding `[tiles * N, D]`; return the names of both `[N, D]`."""
    pieces = _split(graph, plan, embedding)
    level = [f"{piece}_level" for piece in pieces]
    axis = remember(graph, np.array([0], np.int64), f"{embedding}_axis")
    graph.node.extend(node("Unsqueeze", [piece, axis], name) for piece, name in zip(pieces, level, strict=True))
    graph.node.extend(
        [
            node("Concat", level, f"{embedding}_by_tile", axis=0),
            node("ReduceMean", [f"{embedding}_by_tile"], f"{embedding}_mean", axes=[0], keepdims=0),
            node("ReduceMax", [f"{embedding}_by_tile"], f"{embedding}_max", axes=[0], keepdims=0),
        ]
    )
    return [f"{embedding}_mean", f"{embedding}_max"]


def stitched(graph: GraphProto, plan: FeaturePlan, tiles: str, name: str, stride: int) -> None:
    """Add the nodes that put a map `[tiles * N, C, h, w]` together into `name` `[N, C, H, W]`.

    Where two tiles overlap, each gives the half that lies farther from its edge.
    """
    cells, shared = TILE // stride, plan.overlap // stride
    axes = remember(graph, np.array([2, 3], np.int64), f"{name}_axes")
    pieces = _split(graph, plan, tiles)
    rows = []
    for row in range(plan.rows):
        line = []
        for column in range(plan.columns):
            piece = pieces[row * plan.columns + column]
            (top, bottom), (left, right) = (
                _kept(row, plan.rows, cells, shared),
                _kept(column, plan.columns, cells, shared),
            )
            starts = remember(graph, np.array([top, left], np.int64), f"{piece}_start")
            ends = remember(graph, np.array([bottom, right], np.int64), f"{piece}_end")
            graph.node.append(node("Slice", [piece, starts, ends, axes], f"{piece}_kept"))
            line.append(f"{piece}_kept")
        graph.node.append(node("Concat", line, f"{name}_row_{row}", axis=3))
        rows.append(f"{name}_row_{row}")
    graph.node.append(node("Concat", rows, name, axis=2))


def _split(graph: GraphProto, plan: FeaturePlan, batch: str) -> list[str]:
    """Add the node that parts a batch by tile; return the names of the pieces, each `[N, ...]`."""
    pieces = [f"{batch}_{number}" for number in range(plan.tiles)]
    graph.node.append(node_of_several("Split", [batch], pieces, axis=0))
    return pieces


def _kept(place: int, count: int, cells: int, shared: int) -> tuple[int, int]:
    """Return from which to which cell a tile is kept along one axis."""
    before = shared - shared // 2 if place > 0 else 0
    after = shared // 2 if place < count - 1 else 0
    return before, cells - after

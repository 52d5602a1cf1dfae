"""What a recipe's network looks with: which backbones, at which resolution, in how many tiles."""

from dataclasses import dataclass

from inspector.teaching.backbone import ACCURATE, FAST, SHAPES, TILE

OVERLAP = 32
"""How many pixels neighbouring tiles share, so that no defect is seen only at an edge."""


class PlanImpossible(ValueError):
    """A feature plan that no graph can be made of."""


@dataclass(frozen=True)
class FeaturePlan:
    """The network takes `height x width` pixels and looks at them with each of the `backbones`.

    With one row and one column the picture is seen whole. Otherwise it is cut into `rows x columns` tiles of
    `TILE x TILE` inside the graph. Tiles overlap by `OVERLAP` pixels, but for the accurate backbone: its patches of 14
    pixels fit no overlap that fits the fast one's cells too, so there they lie side by side.
    """

    backbones: tuple[str, ...] = (FAST,)
    rows: int = 1
    columns: int = 1
    height: int = TILE
    width: int = TILE

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit. Raises PlanImpossible."""
        if not self.backbones or len(set(self.backbones)) != len(self.backbones):
            raise PlanImpossible(f"a plan needs backbones, each once, not {self.backbones}")
        if self.tiles > 1:
            expected = tuple(count * TILE - (count - 1) * self.overlap for count in (self.rows, self.columns))
            if (self.height, self.width) != expected:
                raise PlanImpossible(f"{self.rows} x {self.columns} tiles make {expected}, not {self.size}")
            return
        for name in self.backbones:
            shape = SHAPES[name]
            sides_fit = not (self.height % shape.multiple or self.width % shape.multiple)
            if not sides_fit or (shape.fixed and self.size != (TILE, TILE)):
                raise PlanImpossible(f"{name} does not take {self.height} x {self.width}")

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the network's input."""
        return self.height, self.width

    @property
    def tiles(self) -> int:
        """How many tiles the picture is cut into."""
        return self.rows * self.columns

    @property
    def overlap(self) -> int:
        """How many pixels neighbouring tiles share."""
        return 0 if ACCURATE in self.backbones else OVERLAP

    @property
    def cost(self) -> float:
        """About how long it takes, as a multiple of the fast backbone at `TILE x TILE`."""
        areas = self.tiles if self.tiles > 1 else self.height * self.width / TILE**2
        return areas * (5.0 if ACCURATE in self.backbones else 1.0)

    def __str__(self) -> str:
        """Return it in words for a person."""
        word = "accurate" if ACCURATE in self.backbones else "fast"
        tiles = f" in {self.rows} x {self.columns} tiles" if self.tiles > 1 else ""
        return f"{word} at {self.height} x {self.width}{tiles}"


def tiled(backbones: tuple[str, ...], rows: int, columns: int) -> FeaturePlan:
    """Return the plan of so many tiles, its size made to fit."""
    overlap = 0 if ACCURATE in backbones else OVERLAP
    sides = [count * TILE - (count - 1) * overlap for count in (rows, columns)]
    return FeaturePlan(backbones, rows, columns, *sides)

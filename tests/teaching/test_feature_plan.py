import pytest

from inspector.teaching.backbone import ACCURATE, FAST
from inspector.teaching.feature_plan import FeaturePlan, PlanImpossible, tiled


def test_a_plan_says_what_it_is() -> None:
    assert str(FeaturePlan()) == "fast at 224 x 224"
    assert str(tiled((FAST,), 3, 3)) == "fast at 608 x 608 in 3 x 3 tiles"
    assert str(tiled((FAST, ACCURATE), 2, 2)) == "accurate at 448 x 448 in 2 x 2 tiles"


def test_what_costs_more_is_dearer() -> None:
    plans = [
        FeaturePlan(), FeaturePlan(height=320, width=320), FeaturePlan((FAST, ACCURATE)), tiled((FAST,), 3, 3),
        tiled((FAST, ACCURATE), 2, 2),
    ]  # fmt: skip
    costs = [plan.cost for plan in plans]
    assert costs == sorted(costs)
    assert costs[0] == 1


@pytest.mark.parametrize(
    ("backbones", "rows", "columns", "height", "width"),
    [
        ((), 1, 1, 224, 224),
        ((FAST, FAST), 1, 1, 224, 224),
        ((FAST,), 1, 1, 250, 224),
        ((FAST, ACCURATE), 1, 1, 448, 448),
        ((FAST,), 2, 2, 448, 448),
        ((FAST, ACCURATE), 2, 2, 416, 416),
    ],
)
def test_what_no_graph_can_be_made_of_is_refused(
    backbones: tuple[str, ...], rows: int, columns: int, height: int, width: int
) -> None:
    with pytest.raises(PlanImpossible):
        FeaturePlan(backbones, rows, columns, height, width)

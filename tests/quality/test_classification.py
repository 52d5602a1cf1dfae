import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_score, recall_score, roc_auc_score

from inspector.quality.classification import auroc, confusion, escape, overkill
from inspector.quality.rates import wilson

CLASSES = ("a", "b", "c")
PAIRS = st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES)), min_size=1, max_size=80)


@given(pairs=PAIRS)
def test_figures_are_those_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    truths, predictions = [true for true, _ in pairs], [predicted for _, predicted in pairs]
    counted = confusion(truths, predictions, CLASSES)
    expected = confusion_matrix(truths, predictions, labels=CLASSES)
    assert [[counted.counts[true][predicted] for predicted in CLASSES] for true in CLASSES] == expected.tolist()
    assert counted.n == len(pairs)
    assert counted.accuracy == pytest.approx(accuracy_score(truths, predictions))
    assert counted.macro_f1 == pytest.approx(f1_score(truths, predictions, average="macro", zero_division=0))
    wanted = {"labels": list(CLASSES), "average": None, "zero_division": 0}
    precisions, recalls = precision_score(truths, predictions, **wanted), recall_score(truths, predictions, **wanted)
    for place, name in enumerate(CLASSES):
        figures = counted.figures(name)
        assert (figures.precision.value or 0.0) == pytest.approx(precisions[place])
        assert (figures.recall.value or 0.0) == pytest.approx(recalls[place])
        assert figures.n == figures.recall.n == truths.count(name)


@given(parts=st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=60))
def test_auroc_is_that_of_scikit_learn_also_with_ties(parts: list[tuple[int, bool]]) -> None:
    scores, bad = [score / 5 for score, _ in parts], [flag for _, flag in parts]
    if len(set(bad)) < 2:
        assert auroc(scores, bad) is None
    else:
        assert auroc(scores, bad) == pytest.approx(roc_auc_score(bad, scores))


def test_rates_carry_their_interval() -> None:
    figures = confusion(["a"] * 3 + ["b"], ["a", "a", "b", "b"], ("a", "b")).figures("a")
    assert figures.precision == wilson(2, 2)
    assert figures.recall == wilson(2, 3)


def test_nothing_judged_and_unknown_names_are_errors() -> None:
    empty = confusion([], [], CLASSES)
    with pytest.raises(ValueError, match="no accuracy"):
        _ = empty.accuracy
    with pytest.raises(ValueError, match="no macro F1"):
        _ = empty.macro_f1
    assert empty.figures("a").recall.value is None
    with pytest.raises(ValueError, match="not among the classes: z"):
        confusion(["a"], ["z"], CLASSES)
    with pytest.raises(KeyError):
        empty.figures("z")


def test_a_part_that_a_person_must_decide_is_neither_escape_nor_overkill() -> None:
    bad = [True, True, True, False, False]
    assert escape(bad, called_good=[True, False, False, True, False]) == wilson(1, 3)
    assert overkill(bad, called_bad=[False, True, False, False, True]) == wilson(1, 2)
    assert escape([False], [True]).value is None
    assert overkill([True], [True]).value is None


def test_scores_that_cannot_be_ranked_are_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        auroc([0.1, float("nan")], [True, False])
    with pytest.raises(ValueError, match="2 scores for 1 parts"):
        auroc([0.1, 0.2], [True])
    assert auroc(np.array([np.inf, -np.inf]).tolist(), [True, False]) == 1.0

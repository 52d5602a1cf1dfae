import numpy as np

from inspector.teaching.anomaly.coreset import coreset, sample


def vectors(count: int, dimensions: int = 8) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, dimensions)).astype(np.float32)


def test_few_vectors_are_all_kept() -> None:
    few = vectors(5)
    assert coreset(few, 5, np.random.default_rng(0)) is few
    assert sample(few, 9, np.random.default_rng(0)) is few


def test_a_coreset_is_bounded_and_made_of_the_vectors() -> None:
    many = vectors(400, 50)
    kept = coreset(many, 40, np.random.default_rng(0))
    assert kept.shape == (40, 50)
    assert {row.tobytes() for row in kept} <= {row.tobytes() for row in many}
    assert len({row.tobytes() for row in kept}) == 40


def test_a_coreset_covers_better_than_a_sample() -> None:
    many = np.concatenate([vectors(500) * 0.01, vectors(20) + 30])
    kept = coreset(many, 12, np.random.default_rng(0))
    picked = sample(many, 12, np.random.default_rng(0))

    def farthest(few: np.ndarray) -> float:
        return float(np.linalg.norm(many[:, None] - few[None], axis=2).min(axis=1).max())

    assert farthest(kept) < farthest(picked)
    assert (kept.max(axis=1) > 10).sum() >= 5


def test_the_same_seed_gives_the_same() -> None:
    many = vectors(200)
    one, other = (coreset(many, 20, np.random.default_rng(7)) for _ in range(2))
    assert (one == other).all()


def test_equal_vectors_do_no_harm() -> None:
    assert coreset(np.ones((50, 4), np.float32), 10, np.random.default_rng(0)).shape == (10, 4)

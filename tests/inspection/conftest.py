"""A running bench for each test that asks for one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspector.domain.recipe import Trigger, TriggerMode
from inspector.vision.model_file import ModelFile
from tests.inspection.hand_played import PATIENCE, Bench


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return a function that makes a running bench; all are closed at the end."""
    benches: list[Bench] = []

    def make(**options: int) -> Bench:
        folder = tmp_path / f"bench{len(benches)}"
        folder.mkdir()
        benches.append(Bench(folder, **options))
        benches[-1].start()
        return benches[-1]

    yield make
    for bench in benches:
        bench.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


@pytest.fixture
def each_frame(tiny_model_file: Callable[..., ModelFile]) -> ModelFile:
    return tiny_model_file(trigger=Trigger(TriggerMode.EACH_FRAME))


@pytest.fixture
def by_button(tiny_model_file: Callable[..., ModelFile]) -> ModelFile:
    return tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=PATIENCE))

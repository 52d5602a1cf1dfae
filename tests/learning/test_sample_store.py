"""The taught pictures beside the recipe."""

from pathlib import Path

import pytest

from inspector.learning.sample_store import SampleStore, SampleStoreInvalid
from inspector.pictures import encode_png
from inspector.teaching.dataset import read_dataset
from tests.fixtures.tiny_recipe import picture_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data set of two classes; two pictures show the same part."""
    for name in ("good", "scratch"):
        (tmp_path / "set" / name).mkdir(parents=True)
    for number in range(3):
        (tmp_path / "set" / "good" / f"{number}.png").write_bytes(encode_png(picture_of("good", height=40 + number)))
    (tmp_path / "set" / "scratch" / "0.PNG").write_bytes(encode_png(picture_of("scratch")))
    (tmp_path / "set" / "files.csv").write_text("file,group\ngood/0.png,a\ngood/1.png,a\n")
    return tmp_path / "set"


@pytest.fixture
def store(tmp_path: Path) -> SampleStore:
    return SampleStore(tmp_path / "housing.recipe")


def test_what_was_taken_in_outlives_its_folder(folder: Path, store: SampleStore) -> None:
    original = read_dataset(folder)
    contents = {sample.path.read_bytes(): sample.class_name for sample in original.samples}
    assert store.take_in(original) == 4
    for path in folder.rglob("*.*"):
        path.unlink()
    samples = store.samples()
    assert {sample.path.read_bytes(): sample.class_name for sample in samples} == contents
    groups = [sample.group for sample in samples]
    assert groups.count("a") == 2
    assert len(set(groups)) == 3


def test_taking_in_again_adds_what_is_new_and_relabels_what_is_known(folder: Path, store: SampleStore) -> None:
    store.take_in(read_dataset(folder))
    (folder / "good" / "2.png").rename(folder / "scratch" / "2.png")
    (folder / "good" / "9.png").write_bytes(encode_png(picture_of("good", height=99)))
    assert store.take_in(read_dataset(folder)) == 1
    assert [one.class_name for one in store.index() if one.name.endswith("/2.png")] == ["scratch"]


def test_files_without_a_label_are_found_by_their_hash(folder: Path, store: SampleStore) -> None:
    path = folder / "good" / "0.png"
    (kept,) = store.take_in_files([path])
    assert kept.read_bytes() == path.read_bytes()
    assert store.picture(kept.stem) == kept
    assert store.picture("0" * 64) is None
    assert store.index() == ()


@pytest.mark.parametrize("content", ["{", '{"format": "another", "schema": 1}', "[]", '{"format": 1}'])
def test_a_damaged_index_is_refused(store: SampleStore, content: str) -> None:
    store.folder.mkdir()
    (store.folder / "index.json").write_text(content)
    with pytest.raises(SampleStoreInvalid, match=r"index\.json"):
        store.index()


def test_a_disk_that_refuses_says_so(folder: Path, store: SampleStore) -> None:
    store.folder.write_text("a file where the folder should be")
    with pytest.raises(SampleStoreInvalid, match=r"index\.json cannot be read"):
        store.take_in(read_dataset(folder))
    with pytest.raises(SampleStoreInvalid, match="a corrected picture cannot be kept"):
        store.take_in_files([folder / "good" / "0.png"])
    store.folder.unlink()
    store.folder.mkdir()
    (store.folder / "pictures").write_text("a file where the folder should be")
    with pytest.raises(SampleStoreInvalid, match="the taught pictures cannot be kept"):
        store.take_in(read_dataset(folder))

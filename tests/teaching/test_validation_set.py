import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.pictures import encode_png
from inspector.teaching.dataset import Dataset, read_dataset
from inspector.teaching.evaluation import file_hash
from inspector.teaching.validation_set import (
    INDEX,
    Locked,
    LockedSetInvalid,
    is_locked_set,
    lock,
    locked_hashes,
    read_locked_set,
    set_folder,
    without_locked,
)
from tests.fixtures.clock import FakeClock

PICTURES = 10


def write_set(folder: Path, classes: tuple[str, ...] = ("good", "hole"), count: int = PICTURES, first: int = 0) -> None:
    for place, name in enumerate(classes):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(first, first + count):
            pixels = np.full((4, 4), place, np.uint8)
            pixels[0] = np.frombuffer(number.to_bytes(4, "big"), np.uint8)
            (folder / name / f"{number:02d}.png").write_bytes(encode_png(pixels))


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    write_set(tmp_path / "set")
    return read_dataset(tmp_path / "set")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return set_folder(tmp_path / "part.recipe")


def locked(dataset: Dataset, folder: Path, **options: Any) -> Locked:
    options = {"product": "part", "author": "A. Tester", "clock": FakeClock(), "share": 0.2} | options
    return lock(dataset, folder, **options)


def test_a_locked_set_is_read_back_as_it_was_sealed(dataset: Dataset, folder: Path) -> None:
    done = locked(dataset, folder)
    read = read_locked_set(folder)
    assert read == done.locked
    assert folder.name == "part.recipe.validation"
    assert read.per_class == {"good": 2, "hole": 2}
    assert (read.product, read.author, done.added, done.problems) == ("part", "A. Tester", 4, ())
    assert locked_hashes(folder) == {file_hash(sample) for sample in read.samples}
    assert all(read.names[sample.path].startswith(f"{sample.class_name}/") for sample in read.samples)
    # The pictures are copies, so that the set outlives the folder that they came from.
    assert all(folder in sample.path.parents for sample in read.samples)


def test_the_rest_may_be_taught_and_nothing_else(dataset: Dataset, folder: Path) -> None:
    locked(dataset, folder)
    kept, problems = without_locked(dataset.samples, folder)
    assert Counter(sample.class_name for sample in kept) == {"good": 8, "hole": 8}
    assert not {file_hash(sample) for sample in kept} & locked_hashes(folder)
    assert problems == ("Left out of teaching: 4 pictures of the locked validation set part.recipe.validation.",)


def test_without_a_set_everything_may_be_taught(dataset: Dataset, folder: Path) -> None:
    assert not is_locked_set(folder)
    assert locked_hashes(folder) == frozenset()
    assert without_locked(dataset.samples, folder) == (dataset.samples, ())


def test_parts_are_never_divided_not_even_by_a_picture_that_came_later(tmp_path: Path, folder: Path) -> None:
    write_set(tmp_path / "set", count=12)
    rows = [f"{name}/{number:02d}.png,{name}-{number // 3}" for name in ("good", "hole") for number in range(12)]
    (tmp_path / "set" / "files.csv").write_text("file,group\n" + "\n".join(rows))
    dataset = read_dataset(tmp_path / "set")
    done = locked(dataset, folder)
    groups = {one.group for one in done.locked.pictures}
    kept, _ = without_locked(dataset.samples, folder)
    assert len(groups) == 2
    assert not groups & {sample.group for sample in kept}
    assert len(kept) + len(done.locked.pictures) == len(dataset.samples)

    write_set(tmp_path / "later", count=2, first=50)
    group = sorted(groups)[0]
    (tmp_path / "later" / "files.csv").write_text(f"file,group\ngood/50.png,{group}\n")
    later = read_dataset(tmp_path / "later")
    kept, _ = without_locked(later.samples, folder)
    assert [sample.path.name for sample in kept if sample.class_name == "good"] == ["51.png"]


def test_a_copy_of_a_locked_picture_under_another_name_is_locked_too(dataset: Dataset, folder: Path) -> None:
    done = locked(dataset, folder)
    copy = dataset.folder / "good" / "copy.png"
    copy.write_bytes(next(sample for sample in done.locked.samples if sample.class_name == "good").path.read_bytes())
    kept, _ = without_locked(read_dataset(dataset.folder).samples, folder)
    assert copy not in {sample.path for sample in kept}


def test_equal_files_are_locked_once_and_count_as_one_part(dataset: Dataset, folder: Path) -> None:
    for number in range(PICTURES):
        original = dataset.folder / "good" / f"{number:02d}.png"
        (dataset.folder / "good" / f"{number:02d}-copy.png").write_bytes(original.read_bytes())
    done = locked(read_dataset(dataset.folder), folder, share=1.0)
    assert done.locked.per_class == {"good": PICTURES, "hole": PICTURES}


def test_what_was_taught_is_refused_with_all_pictures_of_that_part(dataset: Dataset, folder: Path) -> None:
    (dataset.folder / "files.csv").write_text("file,group\ngood/00.png,a\ngood/01.png,a\n")
    grouped = read_dataset(dataset.folder)
    taught = frozenset({file_hash(grouped.samples[0])})
    done = locked(grouped, folder, taught=taught, share=1.0)
    names = {one.name for one in done.locked.pictures}
    assert names == {f"good/{n:02d}.png" for n in range(2, PICTURES)} | {f"hole/{n:02d}.png" for n in range(PICTURES)}
    assert done.problems == ("2 pictures show a part that was taught and cannot be locked; the first is good/00.png.",)


def test_where_everything_was_taught_there_is_no_set(dataset: Dataset, folder: Path) -> None:
    taught = frozenset(file_hash(sample) for sample in dataset.samples)
    with pytest.raises(LockedSetInvalid, match=r"No picture of .* can be locked .*lock before teaching"):
        locked(dataset, folder, taught=taught)
    assert not is_locked_set(folder)


def test_a_picture_in_two_classes_and_one_that_cannot_be_read_are_left_out(dataset: Dataset, folder: Path) -> None:
    (dataset.folder / "hole" / "also-good.png").write_bytes((dataset.folder / "good" / "03.png").read_bytes())
    (dataset.folder / "good" / "broken.png").write_bytes(b"no picture")
    done = locked(read_dataset(dataset.folder), folder, share=1.0)
    assert done.locked.per_class == {"good": PICTURES - 1, "hole": PICTURES}
    assert done.problems[0] == "Left out, because the same picture lies in two classes: good/03.png."
    assert done.problems[1].startswith("good/broken.png: ")


def test_a_set_is_made_once_and_grows_only_when_asked_to(dataset: Dataset, folder: Path) -> None:
    first = locked(dataset, folder).locked
    with pytest.raises(LockedSetInvalid, match="is locked already; add to it"):
        locked(dataset, folder)
    with pytest.raises(LockedSetInvalid, match="is the locked set of 'part', not of 'other'"):
        locked(dataset, folder, add=True, product="other")
    write_set(dataset.folder, count=5, first=70)
    more = locked(read_dataset(dataset.folder), folder, add=True, share=1.0)
    assert more.added == 2 * (PICTURES + 5) - 4
    assert more.locked.pictures[:4] == first.pictures
    assert more.locked.seal != first.seal
    assert read_locked_set(folder) == more.locked


def _a_picture(folder: Path) -> Path:
    return sorted((folder / "pictures").iterdir())[0]


def _relabelled(folder: Path) -> None:
    document = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    document["pictures"][0]["class_name"] = "hole"
    (folder / INDEX).write_text(json.dumps(document), encoding="utf-8")


def _taken_out(folder: Path) -> None:
    document = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    del document["pictures"][0]
    (folder / INDEX).write_text(json.dumps(document), encoding="utf-8")


ALTERATIONS = {
    "picture": (lambda folder: _a_picture(folder).write_bytes(b"other"), r"\(pictures/.*\) was changed"),
    "gone": (lambda folder: _a_picture(folder).unlink(), r"\(pictures/.*\) is missing"),
    "label": (_relabelled, "index.json was changed"),
    "fewer": (_taken_out, "index.json was changed"),
    "cut off": (lambda folder: (folder / INDEX).write_text("{"), "index.json cannot be read"),
    "torn": (
        lambda folder: (folder / INDEX).write_text('{"format": "inspector validation set", "schema": 1}'),
        "index.json was changed",
    ),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_alteration_is_found_and_said(dataset: Dataset, folder: Path, name: str) -> None:
    alter, words = ALTERATIONS[name]
    locked(dataset, folder)
    alter(folder)
    with pytest.raises(LockedSetInvalid, match=f"The locked set .* is not what was sealed: .*{words}"):
        read_locked_set(folder)


@pytest.mark.parametrize("name", ["label", "fewer", "cut off"])
def test_teaching_is_refused_beside_an_altered_index(dataset: Dataset, folder: Path, name: str) -> None:
    locked(dataset, folder)
    ALTERATIONS[name][0](folder)
    with pytest.raises(LockedSetInvalid):
        without_locked(dataset.samples, folder)
    with pytest.raises(LockedSetInvalid):
        locked_hashes(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"format": "other"}', "of another program"),
        ('{"format": "inspector validation set", "schema": 9}', "newer version"),
    ],
)
def test_what_is_no_set_of_this_program_says_so(folder: Path, text: str, words: str) -> None:
    folder.mkdir()
    (folder / INDEX).write_text(text)
    with pytest.raises(LockedSetInvalid, match=words):
        read_locked_set(folder)


def test_a_folder_without_a_set_says_so(tmp_path: Path) -> None:
    with pytest.raises(LockedSetInvalid, match=r"is no locked set: index\.json is missing"):
        read_locked_set(tmp_path)

from pathlib import Path

import pytest

from inspector.teaching.dataset import DatasetInvalid, Sample, read_dataset, require_teachable
from inspector.teaching.part_classes import part_classes


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def names_of(samples: tuple[Sample, ...], folder: Path) -> list[str]:
    return [sample.path.relative_to(folder).as_posix() for sample in samples]


def test_each_folder_with_pictures_is_a_class_in_the_order_of_names(tmp_path: Path) -> None:
    touch(tmp_path, "scratch/b.JPG", "scratch/a.png", "good/c.tif", "dent/d.webp")
    dataset = read_dataset(tmp_path)
    assert dataset.classes == ("dent", "good", "scratch")
    assert names_of(dataset.samples, tmp_path) == ["dent/d.webp", "good/c.tif", "scratch/a.png", "scratch/b.JPG"]
    assert dataset.problems == ()
    assert dataset.folder == tmp_path


def test_masks_annotations_unlabelled_and_hidden_folders_are_no_classes(tmp_path: Path) -> None:
    touch(tmp_path, "good/a.png", "masks/bad/a.png", "Annotations/a.png", "unlabelled/b.png", ".cache/c.png")
    touch(tmp_path, "good/.thumbnails/t.png", "good/.hidden.png", "good/Thumbs.db")
    dataset = read_dataset(tmp_path)
    assert dataset.classes == ("good",)
    assert names_of(dataset.samples, tmp_path) == ["good/a.png"]
    assert dataset.problems == ()


def test_pictures_in_folders_below_a_class_belong_to_it(tmp_path: Path) -> None:
    touch(tmp_path, "bad/monday/a.png", "bad/tuesday/a.png")
    dataset = read_dataset(tmp_path)
    assert [(sample.class_name, sample.group) for sample in dataset.samples] == [
        ("bad", "bad/monday/a.png"),
        ("bad", "bad/tuesday/a.png"),
    ]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    touch(tmp_path, "good/a.png", "good/notes.txt", "good/list.doc", "empty/readme.md", "loose.png", "dataset.json")
    (tmp_path / "nothing").mkdir()
    problems = " ".join(read_dataset(tmp_path).problems)
    assert "good/list.doc and 1 more files of 'good' are" in problems
    assert "empty/readme.md is" in problems
    assert "'empty' holds no pictures" in problems
    assert "'nothing' holds no pictures" in problems
    assert "loose.png lies beside" in problems
    assert "dataset.json" not in problems


@pytest.mark.parametrize(
    "text",
    [
        "file,cls,split,group,mask\ngood/a.png,good,,part7,\ngood/b.png,good,,part7,\ngood/c.png,good,,,\n",
        "\ufefffile,group\r\ngood\\a.png,part7\r\ngood\\b.png, part7 \r\n",
        "group;file\npart7;good/a.png\npart7;./good/b.png\npart8;masks/x.png\n",
    ],
    ids=["shared sets", "Windows", "semicolons"],
)
def test_files_csv_says_which_pictures_show_the_same_part(tmp_path: Path, text: str) -> None:
    touch(tmp_path, "good/a.png", "good/b.png", "good/c.png")
    (tmp_path / "files.csv").write_bytes(text.encode())
    dataset = read_dataset(tmp_path)
    assert [sample.group for sample in dataset.samples] == ["part7", "part7", "good/c.png"]
    assert dataset.problems == ()


def test_files_csv_without_groups_or_for_other_pictures(tmp_path: Path) -> None:
    touch(tmp_path, "good/a.png")
    (tmp_path / "files.csv").write_text("file,cls\ngood/a.png,good\n")
    assert read_dataset(tmp_path).problems == ()
    (tmp_path / "files.csv").write_text("file,group\nelsewhere/a.png,1\n")
    dataset = read_dataset(tmp_path)
    assert [sample.group for sample in dataset.samples] == ["good/a.png"]
    assert "names none of the pictures" in dataset.problems[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"name,group\na,1\n", "no column 'file'"), (b"", "no column 'file'"), (b"file,group\n\xff\xfe\n", "UTF-8")],
)
def test_a_files_csv_that_cannot_be_used_is_refused_because_figures_would_lie(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    touch(tmp_path, "good/a.png")
    (tmp_path / "files.csv").write_bytes(content)
    with pytest.raises(DatasetInvalid, match=sentence):
        read_dataset(tmp_path)


def test_no_folder_no_class_and_a_reserved_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetInvalid, match="There is no folder"):
        read_dataset(tmp_path / "missing")
    touch(tmp_path, "a.png")
    with pytest.raises(DatasetInvalid, match="holds no class"):
        read_dataset(tmp_path)
    touch(tmp_path, "unsure/a.png")
    with pytest.raises(DatasetInvalid, match="'unsure' cannot be a class"):
        read_dataset(tmp_path)


def test_what_can_be_taught(tmp_path: Path) -> None:
    def samples(**counts: int) -> list[Sample]:
        return [Sample(tmp_path, name, "") for name, count in counts.items() for _ in range(count)]

    both, good, bad = (part_classes(names, None) for names in (("bad", "good"), ("good",), ("bad",)))
    require_teachable(samples(bad=2, good=2), both)
    require_teachable(samples(good=3), good)
    with pytest.raises(DatasetInvalid, match=r"'good' has only 2 usable pictures; put 3 or more there\.$"):
        require_teachable(samples(good=2), good)
    with pytest.raises(DatasetInvalid, match="only the class 'bad', which means NG; add pictures of good parts"):
        require_teachable(samples(bad=9), bad)
    with pytest.raises(DatasetInvalid, match="'bad' has only 1 usable picture; put 2 or more there or take"):
        require_teachable(samples(bad=1, good=9), both)
    with pytest.raises(DatasetInvalid, match="'bad' has no usable picture"):
        require_teachable(samples(good=9), both)
    with pytest.raises(DatasetInvalid, match=r"take the folder away\. Of 2 not used the first: a\.png lies turned\.$"):
        require_teachable(samples(good=9), both, ["a.png lies turned.", "b.png too."])

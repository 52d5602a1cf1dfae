"""Kept pictures: whole, found again, proved."""

import hashlib
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.domain.inspection import JudgedPart, StoredPicture
from inspector.domain.verdict import Verdict
from inspector.records.pictures import PictureDamaged, PictureState, PictureStore


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore.open(tmp_path / "Bilder ü 検")


def files(store: PictureStore) -> list[str]:
    return sorted(path.relative_to(store.folder).as_posix() for path in store.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("verdict", [Verdict.NG, Verdict.CHECK, Verdict.ERROR])
@pytest.mark.parametrize("grey", [False, True])
def test_what_is_not_ok_is_kept_exactly(
    store: PictureStore, part: Callable[..., JudgedPart], pixels: Any, verdict: Verdict, grey: bool
) -> None:
    kept = np.ascontiguousarray(pixels[..., 0]) if grey else pixels
    stored = store.write(part(12, verdict, pixels=kept))
    assert stored.path == f"2026-03-02/06/1/000000012-{verdict}.png"
    assert stored.lossless
    assert stored.sha256 == hashlib.sha256(store.path(stored).read_bytes()).hexdigest()
    np.testing.assert_array_equal(store.read(stored), kept)
    assert files(store) == [stored.path]


def test_ok_is_kept_as_jpeg(store: PictureStore, part: Callable[..., JudgedPart]) -> None:
    smooth = np.tile(np.arange(64, dtype=np.uint8)[None, :, None] * 3, (48, 1, 3))
    stored = store.write(part(3, pixels=smooth))
    assert stored.path == "2026-03-02/06/1/000000003-OK.jpg"
    assert not stored.lossless
    assert store.path(stored).read_bytes().startswith(b"\xff\xd8\xff")
    assert np.abs(store.read(stored).astype(int) - smooth).mean() < 3


def test_days_and_hours_are_utc(store: PictureStore, part: Callable[..., JudgedPart], pixels: Any) -> None:
    local = datetime(2026, 10, 25, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert store.write(part(1, Verdict.NG, pixels=pixels, time=local)).path.startswith("2026-10-24/23/")


@pytest.mark.parametrize(
    ("lane", "folder"),
    [
        ("Lane 1", "Lane 1"),
        ("Prüfung-左", "Prüfung-左"),
        ("a/b\\c:d", "a_b_c_d"),
        ("..", "__"),
        ("", "_"),
        (" x. ", "x_"),
        ("con", "_con"),
        ("LPT1", "_LPT1"),
    ],
)
def test_any_lane_makes_a_folder(
    store: PictureStore, part: Callable[..., JudgedPart], pixels: Any, lane: str, folder: str
) -> None:
    stored = store.write(part(1, Verdict.NG, pixels=pixels, context={"lane": lane}))
    assert stored.path.split("/")[2] == folder
    assert store.verify(stored) is PictureState.INTACT


def test_writing_once_more_replaces(store: PictureStore, part: Callable[..., JudgedPart], pixels: Any) -> None:
    first = store.write(part(1, Verdict.NG, pixels=pixels))
    second = store.write(part(1, Verdict.NG, pixels=255 - pixels))
    assert first.path == second.path
    assert first.sha256 != second.sha256
    assert store.verify(second) is PictureState.INTACT


def test_a_part_without_pixels_is_refused(store: PictureStore, part: Callable[..., JudgedPart]) -> None:
    with pytest.raises(ValueError, match="part 5 has no picture to keep"):
        store.write(part(5, Verdict.NG))


def test_an_altered_or_lost_picture_is_told(store: PictureStore, part: Callable[..., JudgedPart], pixels: Any) -> None:
    stored = store.write(part(1, Verdict.NG, pixels=pixels))
    path = store.path(stored)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert store.verify(stored) is PictureState.ALTERED
    with pytest.raises(PictureDamaged, match=r"000000001-NG\.png is not the one that was kept: its hash differs"):
        store.read(stored)
    path.unlink()
    assert store.verify(stored) is PictureState.MISSING
    with pytest.raises(PictureDamaged, match=r"000000001-NG\.png cannot be read: "):
        store.read(stored)


def test_opening_sweeps_what_is_half_written_and_no_picture(
    store: PictureStore, part: Callable[..., JudgedPart], pixels: Any
) -> None:
    stored = store.write(part(1, Verdict.NG, pixels=pixels))
    half = store.folder / ".unfinished" / "000000002-NG.png"
    half.write_bytes(b"half")
    PictureStore(store.folder)
    assert half.exists(), "a reader must not disturb the station that writes"
    PictureStore.open(store.folder)
    assert files(store) == [stored.path]


def test_a_reader_makes_no_folder(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "pictures")
    assert store.verify(StoredPicture("2026-03-02/06/1/000000001-NG.png", "00", True)) is PictureState.MISSING
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_an_error_and_is_not_made_anew(
    store: PictureStore, part: Callable[..., JudgedPart], pixels: Any
) -> None:
    store.write(part(1, Verdict.NG, pixels=pixels))
    away = store.folder.with_name("away")
    store.folder.rename(away)
    with pytest.raises(FileNotFoundError):
        store.write(part(2, Verdict.NG, pixels=pixels))
    assert not store.folder.exists()
    away.rename(store.folder)
    store.write(part(2, Verdict.NG, pixels=pixels))


def test_an_hour_that_somebody_deleted_is_made_again(
    store: PictureStore, part: Callable[..., JudgedPart], pixels: Any
) -> None:
    first = store.write(part(1, Verdict.NG, pixels=pixels))
    store.path(first).unlink()
    store.path(first).parent.rmdir()
    assert store.verify(store.write(part(2, Verdict.NG, pixels=pixels))) is PictureState.INTACT


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not force folders")
def test_the_picture_and_its_folders_are_forced_before_it_counts(
    store: PictureStore, part: Callable[..., JudgedPart], pixels: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[str] = []
    monkeypatch.setattr("inspector.records.pictures.os.fsync", lambda _: forced.append("file"))
    monkeypatch.setattr("inspector.records.pictures.force_folder", lambda folder: forced.append(folder.name))
    store.write(part(1, Verdict.NG, pixels=pixels))
    assert forced == ["file", "06", "2026-03-02", store.folder.name, "1"]
    forced.clear()
    store.write(replace(part(2, Verdict.NG, pixels=pixels)))
    assert forced == ["file", "1"]
    later = part(3, Verdict.NG, pixels=pixels, time=datetime(2026, 3, 2, 7, tzinfo=UTC))
    forced.clear()
    store.write(later)
    assert forced == ["file", "07", "2026-03-02", store.folder.name, "1"]


def test_a_picture_kept_late_stands_beside_the_one_of_its_part(
    tmp_path: Path, part: Callable[..., JudgedPart], pixels: Any
) -> None:
    store = PictureStore.open(tmp_path / "pictures")
    judged = part(7, Verdict.OK, pixels=pixels)
    first = store.write(judged)
    late = store.write_late(judged.inspection, pixels)
    assert (first.lossless, late.lossless) == (False, True)
    assert late.path.rpartition("/")[0] == first.path.rpartition("/")[0]
    np.testing.assert_array_equal(store.read(late), pixels)
    assert store.verify(first) is PictureState.INTACT

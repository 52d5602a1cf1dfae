"""Kept pictures: whole or not there, named by the hour, proved by a hash."""

import hashlib
import os
import threading
from datetime import UTC
from enum import StrEnum
from pathlib import Path, PurePosixPath

from inspector.atomic_file import force_folder
from inspector.domain.frame import Pixels
from inspector.domain.inspection import Inspection, JudgedPart, StoredPicture
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Verdict
from inspector.pictures import decode, encode_jpeg, encode_png

JPEG_QUALITY = 92
# Windows takes these for devices, whatever stands behind a dot.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


class PictureDamaged(Refusal, RuntimeError):
    """A kept picture that is gone or is no longer what was kept."""


class PictureState(StrEnum):
    """What became of a kept picture."""

    INTACT = "intact"
    ALTERED = "altered"
    MISSING = "missing"


class PictureStore:
    """The picture folder: `YYYY-MM-DD/HH/LANE/SEQUENCE-VERDICT.png`, days and hours in UTC.

    NG, CHECK and ERROR are kept exact to the pixel, OK as JPEG. A file is written under another name, forced to the
    disk and then renamed, so that a picture with its own name is always whole. A crash between picture and record
    leaves a picture that no record names; the next start removes half-written files, never pictures.

    Made plainly it only reads and touches nothing; the one station that writes uses `open`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # One folder for all that is half-written: a start sweeps it without walking through millions of pictures.
        self._unfinished = folder / ".unfinished"
        self._making = threading.Lock()
        self._made: set[Path] = set()

    @classmethod
    def open(cls, folder: Path) -> "PictureStore":
        """Open the folder for writing: make it, and remove what a crash left half-written. Raises OSError."""
        store = cls(folder)
        store._unfinished.mkdir(parents=True, exist_ok=True)
        for left_over in store._unfinished.iterdir():
            left_over.unlink()
        return store

    def write(self, part: JudgedPart) -> StoredPicture:
        """Write the part's picture; it is on the disk when this returns. May be called from any thread.

        Writing it once more replaces it. Raises OSError where the disk refuses, ValueError where there are no pixels or
        they cannot be encoded.
        """
        if part.pixels is None:
            raise ValueError(f"part {part.inspection.sequence} has no picture to keep")
        lossless = part.inspection.judgement.verdict is not Verdict.OK
        data = encode_png(part.pixels) if lossless else encode_jpeg(part.pixels, JPEG_QUALITY)
        place = _place(part.inspection, "png" if lossless else "jpg")
        self._write(place, data)
        return StoredPicture(str(place), hashlib.sha256(data).hexdigest(), lossless)

    def write_late(self, inspection: Inspection, pixels: Pixels) -> StoredPicture:
        """Write the picture of a part of which none was kept, exact to the pixel, beside those of its hour.

        Raises as `write` does.
        """
        data = encode_png(pixels)
        place = _place(inspection, "late.png")
        self._write(place, data)
        return StoredPicture(str(place), hashlib.sha256(data).hexdigest(), lossless=True)

    def path(self, picture: StoredPicture) -> Path:
        """Return where the file lies."""
        return self.folder.joinpath(*PurePosixPath(picture.path).parts)

    def read(self, picture: StoredPicture) -> Pixels:
        """Return the pixels as kept: uint8, `H x W` or `H x W x 3` RGB. Raises PictureDamaged."""
        try:
            data = self.path(picture).read_bytes()
        except OSError as error:
            raise PictureDamaged(
                f"the kept picture {picture.path} cannot be read: {error.strerror or error}"
            ) from error
        if hashlib.sha256(data).hexdigest() != picture.sha256:
            raise PictureDamaged(f"the kept picture {picture.path} is not the one that was kept: its hash differs")
        return decode(data)

    def verify(self, picture: StoredPicture) -> PictureState:
        """Say whether the file is there and still the one that was kept."""
        try:
            data = self.path(picture).read_bytes()
        except OSError:
            return PictureState.MISSING
        intact = hashlib.sha256(data).hexdigest() == picture.sha256
        return PictureState.INTACT if intact else PictureState.ALTERED

    def _write(self, place: PurePosixPath, data: bytes) -> None:
        # Where the disk itself is gone (a stick pulled out, a share lost), so is the folder of unfinished ones: that
        # fails and is tried again, instead of making all folders anew somewhere else.
        target = self.folder.joinpath(*place.parts)
        unfinished = self._unfinished / target.name
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._make_folder(target.parent)
        unfinished.replace(target)
        force_folder(target.parent)

    def _make_folder(self, folder: Path) -> None:
        with self._making:
            if folder in self._made and folder.is_dir():
                return
            folder.mkdir(parents=True, exist_ok=True)
            for parent in folder.parents:
                force_folder(parent)
                if parent == self.folder:
                    break
            self._made.add(folder)


def _place(inspection: Inspection, suffix: str) -> PurePosixPath:
    time = inspection.time.astimezone(UTC)
    name = f"{inspection.sequence:09d}-{inspection.judgement.verdict}.{suffix}"
    return PurePosixPath(f"{time:%Y-%m-%d}", f"{time:%H}", _folder_name(inspection.context.lane), name)


def _folder_name(lane: str) -> str:
    """Return a lane's name as every file system takes it."""
    name = "".join(character if character.isalnum() or character in "-_ " else "_" for character in lane).strip() or "_"
    return f"_{name}" if name.lower() in _DEVICES else name

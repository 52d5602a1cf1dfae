"""The taught pictures that a model file carries small, to show which of them a judged part resembles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.pictures import decode, encode_jpeg
from inspector.vision import documents

TAUGHT, EMBEDDINGS = "taught.json", "taught.npy"

_QUALITY = 85


@dataclass(frozen=True, eq=False)
class TaughtPicture:
    """One taught picture: `thumbnail` is uint8 RGB, `embedding` `[D]` float16, `sha256` of the file it came from."""

    name: str
    class_name: str
    sha256: str
    thumbnail: Pixels
    embedding: NDArray[np.float16]


def to_entries(taught: Sequence[TaughtPicture]) -> dict[str, bytes]:
    """Return the entries of a model file that hold these pictures; none for none. Raises ValueError on mixed sizes."""
    if not taught:
        return {}
    labels = tuple(
        documents.TaughtLabel(one.name, one.class_name, one.sha256, _thumbnail_entry(number))
        for number, one in enumerate(taught, start=1)
    )
    buffer = BytesIO()
    np.save(buffer, np.stack([one.embedding for one in taught]).astype("<f2"), allow_pickle=False)
    entries = {TAUGHT: documents.taught_to_json(labels), EMBEDDINGS: buffer.getvalue()}
    for label, one in zip(labels, taught, strict=True):
        entries[label.file] = encode_jpeg(one.thumbnail, _QUALITY)
    return entries


def from_entries(entries: Mapping[str, bytes]) -> tuple[TaughtPicture, ...]:
    """Return the taught pictures of a model file, none where it carries none.

    Raises DocumentInvalid when they contradict each other.
    """
    if TAUGHT not in entries:
        return ()
    labels = documents.taught_from(entries[TAUGHT])
    try:
        embeddings = np.load(BytesIO(entries[EMBEDDINGS]), allow_pickle=False)
        thumbnails = [decode(entries[label.file]) for label in labels]
    except (KeyError, ValueError) as error:
        raise documents.DocumentInvalid(f"taught pictures: one cannot be read ({error})") from error
    if embeddings.dtype != np.float16 or embeddings.ndim != 2 or len(embeddings) != len(labels):
        raise documents.DocumentInvalid("taught pictures: their embeddings do not fit their list")
    return tuple(
        TaughtPicture(label.name, label.class_name, label.sha256, thumbnail, embedding)
        for label, thumbnail, embedding in zip(labels, thumbnails, embeddings, strict=True)
    )


def _thumbnail_entry(number: int) -> str:
    return f"taught/{number:03d}.jpg"

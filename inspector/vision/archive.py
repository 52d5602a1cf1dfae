"""The container of a model file: a sealed zip that is the same to the byte for the same content."""

import hashlib
import zipfile
from collections.abc import Mapping
from io import BytesIO

from inspector.vision import documents
from inspector.vision.errors import ModelFileRefused
from inspector.vision.manifest import SCHEMA

SEAL, RECIPE, MANIFEST, GRAPH, GOLDEN = "seal.json", "recipe.json", "manifest.json", "model.onnx", "golden.json"
REFERENCE = "reference.png"

_WHAT = {
    SEAL: "the seal",
    RECIPE: "the recipe with its thresholds",
    MANIFEST: "the manifest",
    GRAPH: "the network",
    GOLDEN: "the expected results of the golden pictures",
    REFERENCE: "the picture that the part is found by",
}
_LARGEST = 2**30
_START_OF_ZIP = b"PK\x03\x04"
_NAME_AT = 30  # where the first entry's name stands in a zip
# What the zip reader raises on damaged bytes, as seen when flipping each of them.
_DAMAGES = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError, OSError, KeyError)


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def pack(entries: Mapping[str, bytes], schema: int) -> tuple[bytes, documents.Seal]:
    """Return the sealed container with these entries, and its seal. Nothing of time, user or system goes in."""
    seal = documents.seal_of({name: sha256(data) for name, data in entries.items()}, schema)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in {SEAL: documents.seal_to_json(seal), **entries}.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue(), seal


def unpack(name: str, data: bytes) -> tuple[dict[str, bytes], documents.Seal]:
    """Return the entries and the seal that they were checked against. `name` is the file's, for the messages.

    Raises ModelFileRefused when this is no recipe file, cut off, of a newer schema, or not what was sealed.
    """
    entries = _entries(name, data)
    seal = _seal(name, entries.pop(SEAL))
    for entry in (RECIPE, MANIFEST, GRAPH, GOLDEN, *seal.entries):
        if entry not in entries:
            raise refused(name, f"{_described(entry)} is missing")
    for entry, content in entries.items():
        if entry not in seal.entries:
            raise refused(name, f"it holds '{entry}', which its seal does not cover")
        if sha256(content) != seal.entries[entry]:
            raise _altered(name, entry)
    return entries, seal


def refused(name: str, why: str) -> ModelFileRefused:
    """Return the error for a recipe file that may not be used."""
    return ModelFileRefused(f"{name} is refused: {why}; take the original file or teach the recipe again.")


def _entries(name: str, data: bytes) -> dict[str, bytes]:
    ours = data.startswith(_START_OF_ZIP) and data[_NAME_AT : _NAME_AT + len(SEAL)] == SEAL.encode()
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _DAMAGES as error:
        if ours:
            raise refused(name, "it is cut off or damaged") from error
        raise ModelFileRefused(f"{name} is not a recipe file; choose one that Inspector has made.") from error
    with archive:
        names = archive.namelist()
        if SEAL not in names:
            raise ModelFileRefused(
                f"{name} is not a recipe file ({SEAL} is missing); choose one that Inspector has made."
            )
        if len(set(names)) != len(names):
            raise refused(name, "it holds two entries of the same name")
        return {entry.filename: _entry(name, archive, entry) for entry in archive.infolist()}


def _entry(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > _LARGEST:
        raise refused(name, f"{_described(entry.filename)} is packed in a way that Inspector does not use")
    try:
        return archive.read(entry)
    except _DAMAGES as error:
        raise _altered(name, entry.filename) from error


def _seal(name: str, data: bytes) -> documents.Seal:
    try:
        document = documents.read_json(data)
    except documents.DocumentInvalid as error:
        raise _altered(name, SEAL) from error
    if not isinstance(document, dict) or document.get("format") != documents.FORMAT:
        raise ModelFileRefused(
            f"{name} is not a recipe file ({SEAL} is of another program); choose one that Inspector has made."
        )
    schema = document.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise ModelFileRefused(
            f"{name} was made by a newer version of Inspector (its schema is {schema}, this program reads up to "
            f"{SCHEMA}); update this station."
        )
    try:
        return documents.seal_from(document)
    except documents.DocumentInvalid as error:
        raise _altered(name, SEAL) from error


def _altered(name: str, entry: str) -> ModelFileRefused:
    return refused(name, f"{_described(entry)} was altered after the file was made")


def _described(entry: str) -> str:
    other = "a taught picture" if entry.startswith("taught") else "a golden picture"
    return f"{_WHAT.get(entry, other)} ({entry})"

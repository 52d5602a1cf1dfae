"""The JSON documents inside a model file: to and from the plain dataclasses, and upgraded from older schemas."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict
from inspector.vision import upgrades
from inspector.vision.manifest import SCHEMA, Manifest

FORMAT = "inspector-recipe"

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
# From each older schema to the next one. An upgrade takes and returns `{"recipe": ..., "manifest": ..., "golden": ...}`
# as parsed JSON, and sets the manifest's `schema`. Old files stay readable for ever, so none is ever removed.
UPGRADES: Mapping[int, Upgrade] = MappingProxyType(
    {1: upgrades.anomaly_kinds_and_locating, 2: upgrades.cameras_and_codes}
)

Document = TypeVar("Document")


class DocumentInvalid(ValueError):
    """A document that says what it may not; the message says where."""


@dataclass(frozen=True)
class Seal:
    """The first entry of a model file. `entries` holds the SHA-256 of every other one, `content_hash` is over those."""

    format: str
    schema: int
    content_hash: str
    entries: Mapping[str, str]


@dataclass(frozen=True)
class Expectation:
    """What the network must give for the golden picture in the entry `file`."""

    name: str
    file: str
    probabilities: tuple[float, ...]
    embedding: tuple[float, ...]
    verdict: Verdict
    reason: str
    anomaly_score: float | None = None


@dataclass(frozen=True)
class TaughtLabel:
    """A taught picture: where it came from and the entry `file` that holds it small."""

    name: str
    class_name: str
    sha256: str
    file: str


@dataclass(frozen=True)
class Documents:
    """The documents of one model file, read."""

    recipe: Recipe
    manifest: Manifest
    golden: tuple[Expectation, ...]


_ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = MappingProxyType(
    {kind: TypeAdapter(kind) for kind in (Seal, Recipe, Manifest, Expectation, TaughtLabel)}
)


def seal_of(hashes: Mapping[str, str], schema: int) -> Seal:
    """Return the seal over entries with these SHA-256 hashes."""
    return Seal(FORMAT, schema, hashlib.sha256(_canonical(dict(hashes))).hexdigest(), dict(hashes))


def seal_to_json(seal: Seal) -> bytes:
    """Return the seal as the bytes of its entry."""
    return _readable(_plain(Seal, seal))


def recipe_to_json(recipe: Recipe) -> bytes:
    """Return the recipe as the bytes of its entry."""
    return _readable(_plain(Recipe, recipe))


def manifest_to_json(manifest: Manifest) -> bytes:
    """Return the manifest as the bytes of its entry."""
    return _readable(_plain(Manifest, manifest))


def expectations_to_json(expectations: tuple[Expectation, ...]) -> bytes:
    """Return the expected results as the bytes of their entry."""
    return _canonical([_plain(Expectation, expectation) for expectation in expectations]) + b"\n"


def taught_to_json(labels: tuple[TaughtLabel, ...]) -> bytes:
    """Return the list of taught pictures as the bytes of its entry."""
    return _canonical([_plain(TaughtLabel, label) for label in labels]) + b"\n"


def taught_from(data: bytes) -> tuple[TaughtLabel, ...]:
    """Return the list of taught pictures. Raises DocumentInvalid, whose message starts with its name."""
    return _named("taught pictures", lambda raw: _list_of(TaughtLabel, read_json(raw)), data)


def read_json(data: bytes) -> Any:  # noqa: ANN401 - whatever JSON can say
    """Return parsed JSON. Raises DocumentInvalid."""
    try:
        return json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DocumentInvalid(f"it is no JSON ({error})") from error


def seal_from(document: object) -> Seal:
    """Return the seal that the parsed JSON says. Raises DocumentInvalid, also when it was altered itself."""
    seal = _strictly(Seal, document)
    if seal != seal_of(seal.entries, seal.schema):
        raise DocumentInvalid("its hash does not fit its list of entries")
    return seal


def documents_from(
    recipe: bytes, manifest: bytes, golden: bytes, schema: int, steps: Mapping[int, Upgrade] = UPGRADES
) -> Documents:
    """Return the documents that these entries say, upgraded from `schema` where that is an older one.

    Raises DocumentInvalid, whose message starts with the document's name.
    """
    parsed = {
        name: _named(name, read_json, data)
        for name, data in (("recipe", recipe), ("manifest", manifest), ("golden", golden))
    }
    for number in range(schema, SCHEMA):
        if number not in steps:
            raise DocumentInvalid(f"manifest: its schema {schema} can no longer be read")
        parsed = steps[number](parsed)
    return Documents(
        recipe=_named("recipe", lambda document: _strictly(Recipe, document), parsed["recipe"]),
        manifest=_named("manifest", lambda document: _strictly(Manifest, document), parsed["manifest"]),
        golden=_named("golden", lambda document: _list_of(Expectation, document), parsed["golden"]),
    )


def _list_of(kind: type[Document], document: object) -> tuple[Document, ...]:
    if not isinstance(document, list):
        raise DocumentInvalid("it is no list")
    return tuple(_strictly(kind, item) for item in document)


Parsed = TypeVar("Parsed")
Raw = TypeVar("Raw")


def _named(name: str, read: Callable[[Raw], Parsed], raw: Raw) -> Parsed:
    try:
        return read(raw)
    except DocumentInvalid as error:
        raise DocumentInvalid(f"{name}: {error}") from error


def _strictly(kind: type[Document], document: object) -> Document:
    """Validate, and refuse what would be lost: an unknown word could be a rule of a newer program."""
    try:
        value: Document = _ADAPTERS[kind].validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DocumentInvalid(f"{place + ': ' if place else ''}{first['msg']}") from error
    if _plain(kind, value) != document:
        raise DocumentInvalid("it holds words or values that this version does not know")
    return value


def _plain(kind: type[Document], value: Document) -> Any:  # noqa: ANN401 - whatever JSON can say
    return _ADAPTERS[kind].dump_python(value, mode="json", warnings="none", fallback=dict)


def _canonical(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _readable(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"


def _refuse_constant(word: str) -> float:
    raise ValueError(f"'{word}' is no number")

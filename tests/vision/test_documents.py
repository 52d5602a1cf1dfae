from types import MappingProxyType
from typing import Any

import pytest

from inspector.vision import documents
from inspector.vision.documents import DocumentInvalid, documents_from
from inspector.vision.manifest import SCHEMA
from tests.fixtures.tiny_recipe import tiny_graph, tiny_manifest, tiny_recipe


def entries() -> tuple[bytes, bytes, bytes]:
    recipe = tiny_recipe()
    return (
        documents.recipe_to_json(recipe),
        documents.manifest_to_json(tiny_manifest(recipe, tiny_graph(2))),
        documents.expectations_to_json(()),
    )


def test_an_older_schema_is_upgraded_step_by_step() -> None:
    recipe, manifest, golden = entries()
    older = recipe.replace(b'"product"', b'"part"')

    def first(parsed: dict[str, Any]) -> dict[str, Any]:
        assert parsed["golden"] == []
        parsed["recipe"]["article"] = parsed["recipe"].pop("part")
        return parsed

    def second(parsed: dict[str, Any]) -> dict[str, Any]:
        parsed["recipe"]["product"] = parsed["recipe"].pop("article")
        return parsed

    upgrades = {SCHEMA - 2: first, SCHEMA - 1: second}

    read = documents_from(older, manifest, golden, SCHEMA - 2, upgrades)

    assert read.recipe == tiny_recipe()


def test_a_gap_in_the_upgrades_is_said() -> None:
    with pytest.raises(DocumentInvalid, match="can no longer be read"):
        documents_from(*entries(), SCHEMA - 1, {})


def test_a_read_only_mapping_can_be_written() -> None:
    recipe = tiny_recipe()
    manifest = tiny_manifest(recipe, tiny_graph(2))
    object.__setattr__(manifest.training, "per_class", MappingProxyType({"good": 1, "scratch": 1}))

    written = documents.manifest_to_json(manifest)

    assert documents_from(entries()[0], written, b"[]", SCHEMA).manifest == tiny_manifest(recipe, tiny_graph(2))


def test_the_seal_knows_when_it_was_altered() -> None:
    seal = documents.seal_of({"a": "1", "b": "2"}, SCHEMA)
    good = documents.read_json(documents.seal_to_json(seal))

    assert documents.seal_from(good) == seal
    with pytest.raises(DocumentInvalid, match="hash does not fit"):
        documents.seal_from({**good, "entries": {"a": "1", "b": "3"}})
    with pytest.raises(DocumentInvalid, match="entries"):
        documents.seal_from({"format": good["format"], "schema": SCHEMA, "content_hash": ""})

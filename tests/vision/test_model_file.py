import dataclasses
import hashlib
import json
import math
import os
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain.recipe import Region, Thresholds, Trigger, TriggerMode
from inspector.vision import archive
from inspector.vision.errors import ModelFileRefused
from inspector.vision.manifest import SCHEMA
from inspector.vision.model_file import ModelFile, read_model_file, write_model_file
from inspector.vision.taught_pictures import TaughtPicture
from tests.fixtures.recipe_parts import RecipeParts
from tests.fixtures.tiny_recipe import golden_pictures, tiny_graph, tiny_manifest, tiny_recipe, write_tiny_recipe


def refusal(path: Path) -> str:
    with pytest.raises(ModelFileRefused) as caught:
        read_model_file(path)
    return str(caught.value)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    written = write_tiny_recipe(
        tmp_path / "部品.recipe",
        classes=("good", "Kratzer ß", "пятно"),
        product="Gehäuse",
        simulated=True,
        region=Region(0.1, 0.2, 0.5, 0.6),
        thresholds=Thresholds(0.9, 0.7),
        trigger=Trigger(TriggerMode.INTERVAL, interval=0.3),
    )

    read = read_model_file(tmp_path / "部品.recipe")

    assert read.recipe == written.recipe
    assert read.manifest == written.manifest
    assert read.graph == written.graph
    assert read.content_hash == written.content_hash
    assert len(read.golden) == 3
    for one, other in zip(read.golden, written.golden, strict=True):
        assert (one.name, one.verdict, one.reason) == (other.name, other.verdict, other.reason)
        assert (one.probabilities, one.embedding) == (other.probabilities, other.embedding)
        np.testing.assert_array_equal(one.pixels, other.pixels)


def taught_picture(name: str, level: int) -> TaughtPicture:
    thumbnail = np.full((48, 64, 3), level, np.uint8)
    return TaughtPicture(name, "good", "0" * 64, thumbnail, np.array([level, 1.5, -2.0], np.float16))


def with_pictures(path: Path) -> ModelFile:
    tiny = write_tiny_recipe(path)
    taught = (taught_picture("a.png", 40), taught_picture("部.png", 90))
    reference = np.arange(24 * 20 * 3, dtype=np.uint8).reshape(24, 20, 3)
    return write_model_file(path, tiny.recipe, tiny.manifest, tiny.graph, tiny.golden, taught, reference)


def test_taught_pictures_and_the_reference_travel_along(tmp_path: Path) -> None:
    written = with_pictures(tmp_path / "with.recipe")

    read = read_model_file(tmp_path / "with.recipe")

    assert read.content_hash == written.content_hash
    assert read.reference is not None
    assert written.reference is not None
    np.testing.assert_array_equal(read.reference, written.reference)
    assert [(one.name, one.class_name, one.sha256) for one in read.taught] == [
        (one.name, one.class_name, one.sha256) for one in written.taught
    ]
    for one, other in zip(read.taught, written.taught, strict=True):
        np.testing.assert_array_equal(one.embedding, other.embedding)
        assert np.abs(one.thumbnail.astype(int) - other.thumbnail).max() <= 2


@pytest.mark.parametrize("entry", ["taught.npy", "taught/001.jpg", "reference.png"])
def test_a_damaged_picture_that_travels_along_is_refused(tmp_path: Path, entry: str) -> None:
    with_pictures(tmp_path / "with.recipe")
    parts = RecipeParts(tmp_path / "with.recipe")
    parts.entries[entry] = b"no picture"

    assert "is refused" in refusal(parts.write_sealed())


def test_taught_pictures_without_their_embeddings_are_refused(tmp_path: Path) -> None:
    with_pictures(tmp_path / "with.recipe")
    parts = RecipeParts(tmp_path / "with.recipe")
    parts.alter_json("taught.json", list.pop)

    assert "their embeddings do not fit their list" in refusal(parts.write_sealed())


def as_schema_1(parts: RecipeParts) -> None:
    """Take away what the first schema did not have yet."""

    def older_recipe(recipe: dict[str, Any]) -> None:
        for name in ("kind", "anomaly", "scene", "locating", "ignored", "variation", "zones", "milliseconds"):
            del recipe[name]
        del recipe["pictures"]["none"]
        for part_class in recipe["classes"]:
            del part_class["threshold"], part_class["codes"]

    def older_manifest(manifest: dict[str, Any]) -> None:
        manifest["schema"] = 1
        del manifest["scene"]

    def older_golden(golden: list[dict[str, Any]]) -> None:
        for expectation in golden:
            del expectation["anomaly_score"]

    parts.alter_json("recipe.json", older_recipe)
    parts.alter_json("manifest.json", older_manifest)
    parts.alter_json("golden.json", older_golden)


def test_a_recipe_of_the_first_schema_is_read_as_it_worked_then(parts: RecipeParts) -> None:
    tiny = read_model_file(parts.path)
    as_schema_1(parts)

    read = read_model_file(parts.write_sealed(schema=1))

    assert read.recipe == tiny.recipe
    assert read.manifest == tiny.manifest
    assert (read.taught, read.reference) == ((), None)


def test_equal_content_gives_equal_bytes_and_other_content_another_hash(tmp_path: Path) -> None:
    first = write_tiny_recipe(tmp_path / "a.recipe")
    second = write_tiny_recipe(tmp_path / "b.recipe")
    third = write_tiny_recipe(tmp_path / "c.recipe", thresholds=Thresholds(0.8, 0.61))

    assert (tmp_path / "a.recipe").read_bytes() == (tmp_path / "b.recipe").read_bytes()
    assert first.content_hash == second.content_hash != third.content_hash


def test_the_content_hash_is_over_the_hashes_of_the_entries(recipe_path: Path) -> None:
    with zipfile.ZipFile(recipe_path) as opened:
        hashes = {
            name: hashlib.sha256(opened.read(name)).hexdigest() for name in opened.namelist() if name != "seal.json"
        }
    canonical = json.dumps(hashes, sort_keys=True, separators=(",", ":")).encode()

    assert read_model_file(recipe_path).content_hash == hashlib.sha256(canonical).hexdigest()


def test_a_flipped_byte_of_the_network_is_named(recipe_path: Path) -> None:
    data = bytearray(recipe_path.read_bytes())
    data[data.index(b"kernels") + 40] ^= 1
    recipe_path.write_bytes(data)

    message = refusal(recipe_path)

    assert "Größe.recipe is refused: the network (model.onnx) was altered" in message
    assert message.endswith("teach the recipe again.")


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ("model.onnx", "the network (model.onnx) was altered"),
        ("golden.json", "the expected results of the golden pictures (golden.json) was altered"),
        ("golden/01.png", "a golden picture (golden/01.png) was altered"),
        ("manifest.json", "the manifest (manifest.json) was altered"),
        ("seal.json", "the seal (seal.json) was altered"),
    ],
)
def test_an_altered_entry_is_named(parts: RecipeParts, entry: str, named: str) -> None:
    parts.entries[entry] = parts.entries[entry][:-3] + b"xyz"

    assert named in refusal(parts.write())


def test_an_altered_threshold_is_named(parts: RecipeParts) -> None:
    parts.alter_json("recipe.json", lambda recipe: recipe["thresholds"].update(ng=0.95))

    assert "the recipe with its thresholds (recipe.json) was altered" in refusal(parts.write())


def test_a_seal_that_was_made_to_fit_one_altered_entry_is_refused(parts: RecipeParts) -> None:
    parts.alter_json("recipe.json", lambda recipe: recipe["thresholds"].update(ng=0.95))
    digest = hashlib.sha256(parts.entries["recipe.json"]).hexdigest()
    parts.alter_json("seal.json", lambda seal: seal["entries"].update({"recipe.json": digest}))

    assert "the seal (seal.json) was altered" in refusal(parts.write())


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_a_truncated_file_is_said_to_be_cut_off(recipe_path: Path, share: float) -> None:
    data = recipe_path.read_bytes()
    recipe_path.write_bytes(data[: int(len(data) * share)])

    assert "cut off" in refusal(recipe_path)


@pytest.mark.parametrize("content", [b"", b"PK", b"no recipe at all", b"\x89PNG\r\n\x1a\n"])
def test_another_file_is_not_a_recipe(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.bin").write_bytes(content)

    assert "other.bin is not a recipe file" in refusal(tmp_path / "other.bin")


def test_a_foreign_zip_is_not_a_recipe(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as opened:
        opened.writestr("readme.txt", "hello")

    assert "other.zip is not a recipe file (seal.json is missing)" in refusal(tmp_path / "other.zip")


def test_a_zip_with_the_seal_of_another_program_is_not_a_recipe(parts: RecipeParts) -> None:
    parts.entries["seal.json"] = b'{"format": "elsewhere", "schema": 1}'

    assert "is not a recipe file (seal.json is of another program)" in refusal(parts.write())


def test_an_absent_file_and_a_folder_are_refused_in_one_sentence(tmp_path: Path) -> None:
    assert "There is no recipe file" in refusal(tmp_path / "none.recipe")
    assert "cannot be read" in refusal(tmp_path)


def test_a_newer_schema_asks_for_an_update(parts: RecipeParts) -> None:
    message = refusal(parts.write_sealed(schema=SCHEMA + 1))

    assert "made by a newer version of Inspector" in message
    assert "update this station" in message


def test_a_schema_that_nothing_upgrades_is_refused(parts: RecipeParts) -> None:
    assert "can no longer be read" in refusal(parts.write_sealed(schema=0))


@pytest.mark.parametrize("entry", ["recipe.json", "manifest.json", "model.onnx", "golden.json", "golden/02.png"])
def test_a_missing_entry_is_named(parts: RecipeParts, entry: str) -> None:
    del parts.entries[entry]

    assert f"({entry}) is missing" in refusal(parts.write())


def test_a_missing_entry_is_named_also_when_the_seal_agrees(parts: RecipeParts) -> None:
    del parts.entries["golden.json"]

    assert "(golden.json) is missing" in refusal(parts.write_sealed())


def test_an_added_entry_is_named(parts: RecipeParts) -> None:
    parts.entries["extra.txt"] = b"more"

    assert "'extra.txt'" in refusal(parts.write())


def test_a_doubled_entry_is_refused(parts: RecipeParts) -> None:
    parts.write()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(parts.path, "a") as opened:
        opened.writestr("recipe.json", parts.entries["recipe.json"])

    assert "two entries of the same name" in refusal(parts.path)


def test_a_compressed_file_is_refused(parts: RecipeParts) -> None:
    assert "packed in a way" in refusal(parts.write(zipfile.ZIP_DEFLATED))


@pytest.mark.parametrize(
    ("entry", "change", "named"),
    [
        ("manifest.json", {"classes": ["good", "stain"]}, "the recipe means good, scratch"),
        ("manifest.json", {"model_sha256": "0" * 64}, "belongs to another network"),
        ("manifest.json", {"input_height": 64}, "where the network takes (64, 32, 3)"),
        ("manifest.json", {"input_height": 0}, "each must be 1 or more"),
        ("manifest.json", {"created": "2026-01-02T03:04:05"}, "UTC"),
        ("manifest.json", {"schema": 7}, "schema 7"),
        ("manifest.json", {"new_rule": 1}, "does not know"),
        ("recipe.json", {"simulated": "perhaps"}, "recipe: simulated"),
        (
            "recipe.json",
            {"trigger": {"mode": "software", "interval": 1.0, "timeout": math.inf}},
            "'Infinity' is no number",
        ),
        ("recipe.json", {"region": {"left": 2.0, "top": 0.0, "width": 1.0, "height": 1.0}}, "recipe: region"),
        ("recipe.json", {"thresholds": {"ok": 0.8, "ng": 0.1}}, "recipe: thresholds"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    parts: RecipeParts, entry: str, change: dict[str, object], named: str
) -> None:
    parts.alter_json(entry, lambda document: document.update(change))

    message = refusal(parts.write_sealed())

    assert named in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"verdict": "NG", "reason": "scratch"}, "means 'OK', but 'NG scratch' is expected"),
        ({"embedding": []}, "no usable embedding"),
        ({"probabilities": [1.0]}, "1 probabilities for 2 classes"),
        ({"probabilities": [0.9, 0.9]}, "add up to 1"),
        ({"file": "golden/99.png"}, "cannot be read"),
    ],
)
def test_golden_pictures_that_prove_nothing_are_refused(
    parts: RecipeParts, change: dict[str, object], named: str
) -> None:
    parts.alter_json("golden.json", lambda golden: golden[0].update(change))

    assert named in refusal(parts.write_sealed())


def test_a_file_without_golden_pictures_is_refused(parts: RecipeParts) -> None:
    parts.entries["golden.json"] = b"[]"

    assert "no golden pictures" in refusal(parts.write_sealed())


@pytest.mark.parametrize("content", [b"{}", b"[NaN]", b"[", b"\xff", b"[" * 100_000])
def test_documents_that_are_no_documents_are_refused(parts: RecipeParts, content: bytes) -> None:
    parts.entries["golden.json"] = content

    assert "(golden: " in refusal(parts.write_sealed())


def test_a_golden_picture_that_is_no_picture_is_refused(parts: RecipeParts) -> None:
    parts.entries["golden/01.png"] = b"nothing to see"

    assert "the golden picture 'good' (golden/01.png) cannot be read" in refusal(parts.write_sealed())


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flipped_bit_is_refused_or_changes_nothing(recipe_path: Path, place: float, bit: int) -> None:
    good = recipe_path.read_bytes()
    known = read_model_file(recipe_path)
    data = bytearray(good)
    data[int(place * len(data))] ^= 1 << bit
    altered = recipe_path.with_name("altered.recipe")
    altered.write_bytes(data)
    try:
        read = read_model_file(altered)
    except ModelFileRefused:
        return
    assert (read.content_hash, read.recipe, read.graph) == (known.content_hash, known.recipe, known.graph)


def test_writing_refuses_parts_that_contradict_each_other(tmp_path: Path) -> None:
    graph = tiny_graph(2)
    recipe = tiny_recipe()
    manifest = dataclasses.replace(tiny_manifest(recipe, graph), classes=("good", "stain"))

    with pytest.raises(ModelFileRefused, match="the recipe means good, scratch"):
        write_model_file(tmp_path / "new.recipe", recipe, manifest, graph, golden_pictures(recipe, graph))
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    recipe_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = recipe_path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_tiny_recipe(recipe_path, product="another")

    assert recipe_path.read_bytes() == before
    assert list(recipe_path.parent.iterdir()) == [recipe_path]


def test_a_new_file_has_the_rights_of_any_new_file(recipe_path: Path) -> None:
    other = recipe_path.with_name("plain")
    other.write_bytes(b"")

    assert recipe_path.stat().st_mode == other.stat().st_mode


def test_nothing_of_time_or_user_goes_into_the_container() -> None:
    data, seal = archive.pack({"model.onnx": b"1"}, SCHEMA)
    with zipfile.ZipFile(BytesIO(data)) as opened:
        entries = opened.infolist()

    assert [entry.filename for entry in entries] == ["seal.json", "model.onnx"]
    assert {(entry.date_time, entry.create_system, entry.external_attr >> 16) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o644)
    }
    assert seal.entries == {"model.onnx": hashlib.sha256(b"1").hexdigest()}

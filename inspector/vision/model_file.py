"""The model file: recipe, papers, network and golden pictures as one sealed file that travels on a stick.

It is a zip without compression, written the same to the byte for the same content: `seal.json` first (the SHA-256 of
every other entry), then `recipe.json`, `manifest.json`, `model.onnx`, `golden.json` and the golden pictures as PNG,
the taught pictures small (`taught.json`, `taught.npy`, JPEG) and the picture that the part is found by, if any.
The seal tells accidents and careless changes; it is no signature. That the network does what it did when it was made
is proved by the golden pictures, which are run before a model is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inspector.atomic_file import write_atomically
from inspector.domain.frame import Pixels
from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict
from inspector.pictures import PictureUnreadable, decode, encode_png
from inspector.vision import documents
from inspector.vision.archive import GOLDEN, GRAPH, MANIFEST, RECIPE, REFERENCE, pack, refused, sha256, unpack
from inspector.vision.decision import decide
from inspector.vision.errors import ModelFileRefused
from inspector.vision.manifest import SCHEMA, Manifest
from inspector.vision.taught_pictures import TaughtPicture, from_entries, to_entries


@dataclass(frozen=True, eq=False)
class GoldenPicture:
    """A picture with the results that any accelerator must give for it.

    `pixels` is RGB at the network's input size, `probabilities` go in the order of the recipe's classes, `embedding` is
    the network's, `anomaly_score` too where it gives one. `verdict` and `reason` are what the recipe's thresholds make
    of them.
    """

    name: str
    pixels: Pixels
    probabilities: tuple[float, ...]
    embedding: tuple[float, ...]
    verdict: Verdict
    reason: str
    anomaly_score: float | None = None


@dataclass(frozen=True, eq=False)
class ModelFile:
    """One recipe with all that it needs. `content_hash` (hexadecimal SHA-256) is equal for equal content only.

    `taught` are taught pictures to compare a part with, `reference` (RGB) is the picture that the part is found by.
    """

    recipe: Recipe
    manifest: Manifest
    graph: bytes
    golden: tuple[GoldenPicture, ...]
    content_hash: str
    taught: tuple[TaughtPicture, ...] = ()
    reference: Pixels | None = None


def write_model_file(
    path: Path,
    recipe: Recipe,
    manifest: Manifest,
    graph: bytes,
    golden: tuple[GoldenPicture, ...],
    taught: tuple[TaughtPicture, ...] = (),
    reference: Pixels | None = None,
) -> ModelFile:
    """Write a model file whole or not at all, replacing one of that name, and return it.

    Raises ModelFileRefused when the parts contradict each other, OSError when the file cannot be written.
    """
    _require_consistent(path.name, recipe, manifest, graph, golden)
    entries = {
        RECIPE: documents.recipe_to_json(recipe),
        MANIFEST: documents.manifest_to_json(manifest),
        GRAPH: graph,
        GOLDEN: documents.expectations_to_json(
            tuple(_expectation(picture, number) for number, picture in enumerate(golden, start=1))
        ),
    }
    for number, picture in enumerate(golden, start=1):
        entries[_picture_entry(number)] = encode_png(picture.pixels)
    entries |= to_entries(taught)
    if reference is not None:
        entries[REFERENCE] = encode_png(reference)
    data, seal = pack(entries, manifest.schema)
    write_atomically(path, data)
    return ModelFile(recipe, manifest, graph, golden, seal.content_hash, taught, reference)


def read_model_file(path: Path) -> ModelFile:
    """Read a model file and check that it is whole, unaltered and consistent.

    Raises ModelFileRefused, with the file's name and what is wrong: it is not there or not a recipe file, it is cut
    off, an entry is missing, foreign or was altered (that one is named), a newer program wrote it, its parts contradict
    each other. What the network computes is not checked here; `choose_accelerator` does that.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelFileRefused(f"There is no recipe file {path}; check the name.") from error
    except OSError as error:
        raise ModelFileRefused(f"The recipe file {path} cannot be read: {error.strerror or error}.") from error
    try:
        return _read(path.name, data)
    except documents.DocumentInvalid as error:
        raise refused(path.name, f"it contradicts itself or this program ({error})") from error


def _read(name: str, data: bytes) -> ModelFile:
    entries, seal = unpack(name, data)
    read = documents.documents_from(entries[RECIPE], entries[MANIFEST], entries[GOLDEN], seal.schema)
    golden = tuple(_golden_picture(name, expectation, entries) for expectation in read.golden)
    _require_consistent(name, read.recipe, read.manifest, entries[GRAPH], golden)
    taught = from_entries(entries)
    return ModelFile(
        read.recipe, read.manifest, entries[GRAPH], golden, seal.content_hash, taught, _reference(name, entries)
    )


def _reference(name: str, entries: Mapping[str, bytes]) -> Pixels | None:
    if REFERENCE not in entries:
        return None
    try:
        return decode(entries[REFERENCE])
    except PictureUnreadable as error:
        raise refused(name, "the picture that the part is found by cannot be read") from error


def _golden_picture(name: str, expectation: documents.Expectation, entries: Mapping[str, bytes]) -> GoldenPicture:
    try:
        pixels = decode(entries[expectation.file])
    except (KeyError, PictureUnreadable) as error:
        raise refused(name, f"the golden picture '{expectation.name}' ({expectation.file}) cannot be read") from error
    return GoldenPicture(
        name=expectation.name,
        pixels=pixels,
        probabilities=expectation.probabilities,
        embedding=expectation.embedding,
        verdict=expectation.verdict,
        reason=expectation.reason,
        anomaly_score=expectation.anomaly_score,
    )


def _require_consistent(
    name: str, recipe: Recipe, manifest: Manifest, graph: bytes, golden: tuple[GoldenPicture, ...]
) -> None:
    classes = tuple(part_class.name for part_class in recipe.classes)
    if manifest.schema != SCHEMA:
        raise refused(name, f"its manifest says schema {manifest.schema} where this is {SCHEMA}")
    if manifest.classes != classes:
        known, meant = ", ".join(manifest.classes), ", ".join(classes)
        raise refused(name, f"the network knows the classes {known}, the recipe means {meant}")
    if manifest.model_sha256 != sha256(graph):
        raise refused(name, "the manifest belongs to another network")
    if not golden:
        raise refused(name, "it has no golden pictures, so its network cannot be proved")
    for picture in golden:
        _require_golden(name, picture, recipe, manifest)


def _require_golden(name: str, picture: GoldenPicture, recipe: Recipe, manifest: Manifest) -> None:
    what = f"the golden picture '{picture.name}'"
    expected = (manifest.input_height, manifest.input_width, 3)
    if picture.pixels.dtype != np.uint8 or picture.pixels.shape != expected:
        raise refused(name, f"{what} is {picture.pixels.shape} where the network takes {expected}")
    if not picture.embedding or not np.isfinite(picture.embedding).all():
        raise refused(name, f"{what} has no usable embedding")
    if len(picture.probabilities) != len(manifest.classes):
        raise refused(
            name, f"{what} has {len(picture.probabilities)} probabilities for {len(manifest.classes)} classes"
        )
    try:
        probabilities = dict(zip(manifest.classes, picture.probabilities, strict=True))
        decision = decide(probabilities, recipe, anomaly_score=picture.anomaly_score)
    except ValueError as error:
        raise refused(name, f"{what}: {error}") from error
    if (decision.verdict, decision.reason) != (picture.verdict, picture.reason):
        said, means = f"{picture.verdict} {picture.reason}".strip(), f"{decision.verdict} {decision.reason}".strip()
        raise refused(name, f"under its thresholds {what} means '{means}', but '{said}' is expected")


def _expectation(picture: GoldenPicture, number: int) -> documents.Expectation:
    return documents.Expectation(
        name=picture.name,
        file=_picture_entry(number),
        probabilities=picture.probabilities,
        embedding=picture.embedding,
        verdict=picture.verdict,
        reason=picture.reason,
        anomaly_score=picture.anomaly_score,
    )


def _picture_entry(number: int) -> str:
    return f"golden/{number:02d}.png"

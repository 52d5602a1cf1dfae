"""From a frame's pixels to a judgement. Nothing is recorded here."""

import time
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Recipe, Region
from inspector.domain.verdict import Deciding, Judgement, Reason, Rule, Timings
from inspector.vision.accelerator import Network, NetworkOutput, available_accelerators
from inspector.vision.choice import AcceleratorChoice, choose_accelerator
from inspector.vision.code_decision import with_codes
from inspector.vision.code_reader import CodeReader
from inspector.vision.decision import decide
from inspector.vision.errors import AcceleratorFailed, NoAccelerator
from inspector.vision.model_file import ModelFile
from inspector.vision.preparation import Preparation, Prepared
from inspector.vision.scene import SceneGauge
from inspector.vision.scene_watch import SceneWatch
from inspector.vision.similar import TaughtIndex
from inspector.vision.zones import merge_zones


class Judge:
    """One recipe, ready to judge. Used by one thread at a time, as its accelerator demands.

    With `watch_scene` it takes the parts as they come one after the other from one camera, and says CHECK
    `scene_changed` when the scene is off on several in a row. Without, each part is judged by itself.
    """

    def __init__(
        self, model_file: ModelFile, network: Network, choice: AcceleratorChoice, *, watch_scene: bool = False
    ) -> None:
        """Get ready.

        Raises LocatingImpossible where the recipe looks for a part that cannot be found, SymbologyUnknown where it
        wants a kind of code that nobody knows.
        """
        self.model_file = model_file
        self.choice = choice
        self._network = network
        self._taught = TaughtIndex(model_file.taught)
        recipe, scene = model_file.recipe, model_file.manifest.scene
        self._zones = tuple((zone.name, self._prepared_for(zone.region)) for zone in recipe.zones)
        self._preparation = self._prepared_for(recipe.region)
        self._gauge = None if scene is None or recipe.zones else SceneGauge(scene)
        self._watch = None if scene is None or not watch_scene else SceneWatch(scene, recipe.scene)
        self._codes = None if recipe.reading is None else CodeReader(recipe.reading)

    @property
    def recipe(self) -> Recipe:
        """The recipe that it judges by."""
        return self.model_file.recipe

    def judge(self, pixels: Pixels, expected: str = "") -> Judgement:
        """Judge one part on the whole frame's pixels, uint8 `H x W` or `H x W x 3` RGB; each zone where there are any.

        `expected` is the product of the lot, for a recipe that tells products apart. The part's codes are read last,
        where the recipe wants it. The timings `prepare`, `network` and `decide` are filled. Raises AcceleratorFailed
        when the accelerator breaks or gives what cannot be probabilities, after which this judge raises it for ever;
        ValueError for other pixels.
        """
        if self._zones:
            judgement = merge_zones([(name, self._judged(place, pixels, expected)) for name, place in self._zones])
        else:
            judgement = self._judged(self._preparation, pixels, expected)
        return judgement if self._codes is None else self._with_codes(judgement, self._codes, pixels)

    def _with_codes(self, judgement: Judgement, reader: CodeReader, pixels: Pixels) -> Judgement:
        started = time.perf_counter()
        judgement = with_codes(judgement, reader.reading, reader.read(pixels))
        timings = judgement.timings
        took = (time.perf_counter() - started) * 1000
        return replace(judgement, timings=replace(timings, decide=timings.decide + took))

    def _judged(self, preparation: Preparation, pixels: Pixels, expected: str) -> Judgement:
        started = time.perf_counter()
        prepared = preparation.prepare(pixels)
        ready = time.perf_counter()
        output = self._network.run(prepared.image[None])
        run = time.perf_counter()
        judgement = self._decided(prepared, output, expected)
        decided = time.perf_counter()
        return replace(
            judgement,
            timings=Timings(
                prepare=(ready - started) * 1000, network=(run - ready) * 1000, decide=(decided - run) * 1000
            ),
        )

    def _prepared_for(self, region: Region) -> Preparation:
        recipe, manifest = self.model_file.recipe, self.model_file.manifest
        return Preparation(
            region,
            recipe.locating,
            recipe.ignored,
            self.model_file.reference,
            manifest.input_height,
            manifest.input_width,
        )

    def _decided(self, prepared: Prepared, output: NetworkOutput, expected: str) -> Judgement:
        classes = self.model_file.manifest.classes
        probabilities = dict(zip(classes, output.probabilities[0].tolist(), strict=True))
        score, heat_map = _anomaly(output)
        # Without a part the picture is the bare region's: it says nothing of the scene as taught.
        seen = None if prepared.problem else self._gauge
        scene = {} if seen is None else seen.figures(prepared.image, output.embedding[0])
        try:
            decision = decide(
                probabilities,
                self.recipe,
                anomaly_score=score,
                expected=expected,
                scene="" if self._watch is None else self._watch.look(scene),
                no_part=prepared.problem,
            )
        except ValueError as error:
            self.close()
            raise AcceleratorFailed(f"{self.choice.name} gave impossible numbers: {error}") from error
        return Judgement(
            verdict=decision.verdict,
            reason=decision.reason,
            class_name=decision.class_name,
            probabilities=MappingProxyType(probabilities),
            anomaly_score=score,
            heat_map=heat_map,
            message=decision.message,
            deciding=decision.deciding or self._outside(decision.reason, prepared, scene),
            similar=self._taught.nearest(output.embedding[0]),
            part_picture=prepared.image,
            placement=prepared.placement,
            scene=MappingProxyType(dict(scene)),
        )

    def _outside(self, reason: str, prepared: Prepared, scene: Mapping[str, float]) -> Deciding | None:
        """Return the threshold that decided where it was none of the network's answers."""
        if reason == Reason.NO_PART:
            return Deciding(Rule.PLACE, prepared.placement.certainty, self.recipe.locating.certainty)
        if reason == Reason.SCENE_CHANGED:
            return Deciding(Rule.SCENE, max(abs(share) for share in scene.values()), self.recipe.scene.tolerance)
        return None

    def close(self) -> None:
        """Let the accelerator go."""
        self._network.close()


def open_watching_judge(model_file: ModelFile, wanted: str = "auto", excluded: frozenset[str] = frozenset()) -> Judge:
    """Return what `open_judge` does, for the parts of one lane as they come: it watches the scene as well."""
    return open_judge(model_file, wanted, excluded, watch_scene=True)


def open_judge(
    model_file: ModelFile,
    wanted: str = "auto",
    excluded: frozenset[str] = frozenset(),
    *,
    watch_scene: bool = False,
) -> Judge:
    """Choose an accelerator for the model, leaving out the `excluded` ones by name, and return the judge on it.

    Raises ModelFileRefused and NoAccelerator as `choose_accelerator` does.
    """
    candidates = [one for one in available_accelerators() if one.name not in excluded]
    if not candidates:
        raise NoAccelerator(
            f"Every accelerator of this machine has failed ({', '.join(sorted(excluded))}); restart it."
        )
    network, choice = choose_accelerator(model_file, wanted, candidates)
    return Judge(model_file, network, choice, watch_scene=watch_scene)


def _anomaly(output: NetworkOutput) -> tuple[float | None, Pixels | None]:
    score = None if output.anomaly_score is None else float(output.anomaly_score[0])
    return score, None if output.anomaly_map is None else _as_heat_map(output.anomaly_map[0])


def _as_heat_map(values: NDArray[np.float32]) -> Pixels:
    """Return a map within 0 to 1 as uint8."""
    return np.asarray(np.rint(np.clip(values, 0.0, 1.0) * 255), dtype=np.uint8)

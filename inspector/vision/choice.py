"""Which accelerator runs a model: the fastest of those that give the golden results."""

import logging
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from inspector.vision.accelerator import CPU, Accelerator, Network, NetworkOutput, available_accelerators
from inspector.vision.decision import decide
from inspector.vision.errors import AcceleratorFailed, ModelFileRefused, NoAccelerator
from inspector.vision.model_file import GoldenPicture, ModelFile

# How far an accelerator may be from the golden results: room for float16 storage and another order of summation,
# far below what a flipped weight or a broken driver does.
PROBABILITY_TOLERANCE = 1e-3
EMBEDDING_TOLERANCE = 1e-2  # length of the difference by length of the expected embedding
SCORE_TOLERANCE = 2e-2  # of the anomaly score, where 0.5 is the suggested limit

_LOG = logging.getLogger("inspector.vision")

OpenNetwork = Callable[[bytes, Accelerator], Network]


@dataclass(frozen=True)
class Tried:
    """One accelerator put to the test. `milliseconds` is the median of one picture, None where it was not reached."""

    accelerator: str
    accepted: bool
    why: str
    milliseconds: float | None


@dataclass(frozen=True)
class AcceleratorChoice:
    """The accelerator that was taken, why (one sentence), and all that were tried, in that order."""

    name: str
    why: str
    tried: tuple[Tried, ...]


class _GoldenDiffers(Exception):
    """A golden picture came out otherwise than expected."""


def choose_accelerator(
    model_file: ModelFile,
    wanted: str = "auto",
    candidates: Sequence[Accelerator] | None = None,
    open_network: OpenNetwork = Network,
) -> tuple[Network, AcceleratorChoice]:
    """Run the golden pictures on each candidate and return the open network on the fastest that passes.

    `wanted` is `auto`, or the name of an accelerator (`cpu`, `directml:0`), or its kind (`directml`). The candidates
    are those of this machine unless given. The networks on all others are closed.

    Raises ModelFileRefused when the processor, which is the measure for all, cannot open or run the model or does not
    give the golden results: then the model is not what it was when it was made. Raises NoAccelerator when there is no
    such candidate, or none is left.
    """
    known = tuple(available_accelerators() if candidates is None else candidates)
    asked = [one for one in known if wanted in ("auto", one.name, one.name.partition(":")[0])]
    if not asked:
        names = ", ".join(one.name for one in known) or "none"
        raise NoAccelerator(f"The accelerator '{wanted}' is not available (available: {names}); choose another one.")
    best: tuple[float, Network] | None = None
    tried: list[Tried] = []
    for accelerator in asked:
        network, result = _try(model_file, accelerator, open_network)
        tried.append(result)
        _LOG.info("tried %s: %s", result.accelerator, result.why)
        if network is None or result.milliseconds is None:
            continue
        if best is None or result.milliseconds < best[0]:
            best, network = (result.milliseconds, network), None if best is None else best[1]
        if network is not None:
            network.close()
    if best is None:
        reasons = "; ".join(f"{one.accelerator}: {one.why}" for one in tried)
        raise NoAccelerator(f"No accelerator can run this model ({reasons}); choose another one or check the driver.")
    name = best[1].accelerator.name
    return best[1], AcceleratorChoice(name, _why(name, tried, wanted), tuple(tried))


def _try(model_file: ModelFile, accelerator: Accelerator, open_network: OpenNetwork) -> tuple[Network | None, Tried]:
    network: Network | None = None
    try:
        network = open_network(model_file.graph, accelerator)
        milliseconds = _run_golden(model_file, network)
    except (AcceleratorFailed, _GoldenDiffers) as error:
        if network is not None:
            network.close()
        if accelerator.name == CPU.name:
            raise ModelFileRefused(
                f"The network of '{model_file.recipe.product}' is not what it was when it was taught ({error}); "
                "take the original file or teach the recipe again."
            ) from error
        return None, Tried(accelerator.name, accepted=False, why=str(error), milliseconds=None)
    why = f"gives the golden results in {milliseconds:.1f} ms a picture"
    return network, Tried(accelerator.name, accepted=True, why=why, milliseconds=milliseconds)


def _run_golden(model_file: ModelFile, network: Network) -> float:
    """Return the median time of one picture in milliseconds.

    Raises _GoldenDiffers, and AcceleratorFailed. The first picture is run once more before, because an accelerator
    compiles and allocates at its first run.
    """
    manifest = model_file.manifest
    if network.input_size != (manifest.input_height, manifest.input_width):
        raise _GoldenDiffers(f"the network takes {network.input_size}, the manifest says otherwise")
    network.run(model_file.golden[0].pixels[None])
    times = []
    for number, picture in enumerate(model_file.golden, start=1):
        started = time.perf_counter()
        output = network.run(picture.pixels[None])
        times.append(time.perf_counter() - started)
        _require_golden(model_file, number, picture, output)
    return statistics.median(times) * 1000


def _require_golden(model_file: ModelFile, number: int, picture: GoldenPicture, output: NetworkOutput) -> None:
    what = f"golden picture {number} ('{picture.name}')"
    found, embedding = output.probabilities[0], output.embedding[0]
    expected, expected_embedding = np.asarray(picture.probabilities), np.asarray(picture.embedding)
    if found.shape != expected.shape or embedding.shape != expected_embedding.shape:
        raise _GoldenDiffers(f"{what} gives {found.size} probabilities and an embedding of {embedding.size}")
    difference = float(np.abs(found - expected).max())
    if not difference <= PROBABILITY_TOLERANCE:
        raise _GoldenDiffers(f"{what} differs by {difference:.3g} in its probabilities")
    distance = float(np.linalg.norm(embedding - expected_embedding))
    if not distance <= EMBEDDING_TOLERANCE * float(np.linalg.norm(expected_embedding)):
        raise _GoldenDiffers(f"{what} differs in its embedding")
    score = _require_score(what, picture, output)
    probabilities = dict(zip(model_file.manifest.classes, found.tolist(), strict=True))
    try:
        decision = decide(probabilities, model_file.recipe, anomaly_score=score)
    except ValueError as error:
        raise _GoldenDiffers(f"{what} gives impossible probabilities") from error
    if (decision.verdict, decision.reason) != (picture.verdict, picture.reason):
        said = f"{decision.verdict} {decision.reason}".strip()
        raise _GoldenDiffers(f"{what} is judged {said} instead of {f'{picture.verdict} {picture.reason}'.strip()}")


def _require_score(what: str, picture: GoldenPicture, output: NetworkOutput) -> float | None:
    if output.anomaly_score is None or picture.anomaly_score is None:
        if output.anomaly_score is not None or picture.anomaly_score is not None:
            raise _GoldenDiffers(f"{what} is expected with an anomaly score and comes without, or the reverse")
        return None
    score = float(output.anomaly_score[0])
    if not abs(score - picture.anomaly_score) <= SCORE_TOLERANCE:
        raise _GoldenDiffers(f"{what} differs by {abs(score - picture.anomaly_score):.3g} in its anomaly score")
    return score


def _why(taken: str, tried: Sequence[Tried], wanted: str) -> str:
    others = [f"; {one.accelerator}: {one.why}" for one in tried if one.accelerator != taken]
    reason = next(one.why for one in tried if one.accelerator == taken)
    rule = "the fastest that does" if wanted == "auto" else f"'{wanted}' is set"
    return f"{taken} {reason} ({rule}{''.join(others)})."

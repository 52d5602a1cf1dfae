"""Several zones of one picture, judged each by itself, as one judgement."""

from collections.abc import Sequence
from dataclasses import replace

from inspector.domain.verdict import Judgement, Timings, Verdict

_WORST_FIRST = (Verdict.ERROR, Verdict.NG, Verdict.CHECK, Verdict.OK)


def merge_zones(judged: Sequence[tuple[str, Judgement]]) -> Judgement:
    """Return the judgement of the worst zone, which it names; of equally bad ones the first.

    `judged` holds the zones' names and judgements in the recipe's order. ERROR is worse than NG, NG than CHECK, CHECK
    than OK. The message tells the zone, unless the verdict is OK. What the zones took in `prepare`, `network` and
    `decide` is added up. Raises ValueError where there is no zone.
    """
    if not judged:
        raise ValueError("no zone was judged")
    name, worst = min(judged, key=lambda one: _WORST_FIRST.index(one[1].verdict))
    return replace(worst, zone=name, message=_message(name, worst), timings=_together(judged, worst.timings))


def _message(name: str, judgement: Judgement) -> str:
    if judgement.verdict is Verdict.OK:
        return judgement.message
    said = judgement.message or f"{judgement.reason}."
    return f"Zone '{name}': {said}"


def _together(judged: Sequence[tuple[str, Judgement]], of_worst: Timings) -> Timings:
    timings = [judgement.timings for _, judgement in judged]
    return replace(
        of_worst,
        prepare=sum(each.prepare for each in timings),
        network=sum(each.network for each in timings),
        decide=sum(each.decide for each in timings),
    )

"""What the big panel says: the verdict of the newest part, or why there is none. Pure, so that it can be tested."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from inspector.domain.inspection import Inspection
from inspector.domain.recipe import TriggerMode
from inspector.domain.station_state import EXECUTING, StationState
from inspector.domain.verdict import Verdict
from inspector.ui.bench.verdict_panel import Shown
from inspector.ui.words import class_words, number, percent, reason_words, state_word, time_of_day, verdict_word


@dataclass(frozen=True, eq=False)
class Situation:
    """What the panel must know.

    The state and why, the newest part, whether it belongs to the run that goes on, what the station still needs before
    it can start, and why the camera is away where it is.
    """

    state: StationState
    why: str
    mode: TriggerMode
    newest: Inspection | None
    of_this_run: bool
    missing: str = ""
    away: str = ""


def saying(situation: Situation, zone: ZoneInfo) -> Shown:
    """Return what the panel says.

    A station that does not judge never shows a verdict as if it were news: it says its state, or the last part's
    verdict without its colour. A fault of the station looks like ERROR, whatever the last part was.
    """
    state = situation.state
    if state is StationState.ERROR:
        return Shown(
            Verdict.ERROR, verdict_word(Verdict.ERROR), _said("The station has stopped"), sentence(situation.why)
        )
    if situation.away and state in EXECUTING:
        return Shown(Verdict.ERROR, verdict_word(Verdict.ERROR), _said("The camera is away"), sentence(situation.away))
    if state is StationState.HALTED:
        return Shown(None, state_word(state), sentence(situation.why))
    if state is StationState.PREOPERATIONAL:
        return Shown(None, state_word(state), situation.missing or sentence(situation.why))
    if state in EXECUTING and not situation.of_this_run:
        return Shown(None, _said("Waiting for the first part"), _what_to_do(situation.mode))
    if situation.newest is None:
        return Shown(None, state_word(state), _said("Press Start to begin."))
    return of_part(situation.newest, zone, stale=state not in EXECUTING)


def of_part(inspection: Inspection, zone: ZoneInfo, *, stale: bool = False) -> Shown:
    """Return what the panel says of one part."""
    judgement = inspection.judgement
    headline = reason_words(judgement.reason) if judgement.reason else class_words(judgement.class_name or "")
    detail = [_said("Part {0}").format(number(inspection.sequence)), time_of_day(inspection.time, zone)]
    if judgement.class_name is not None and judgement.verdict in (Verdict.OK, Verdict.NG):
        sure = judgement.probabilities.get(judgement.reason or judgement.class_name)
        if sure is not None:
            detail.append(_said("{0} sure").format(percent(sure)))
    if stale:
        detail.insert(0, _said("Last part"))
    return Shown(judgement.verdict, verdict_word(judgement.verdict), headline, "  ·  ".join(detail), stale)


def sentence(text: str) -> str:
    """Return a reason, which the station words in lower case, as a sentence of its own."""
    if not text:
        return ""
    ending = "" if text[-1] in ".!?…。！？" else "."
    first = text.split(maxsplit=1)[0]
    # A name at the beginning, such as of a file or a camera, is left as it is written.
    beginning = text[0].upper() if first.rstrip(".,:;!?").isalpha() else text[0]
    return beginning + text[1:] + ending


def _what_to_do(mode: TriggerMode) -> str:
    if mode is TriggerMode.SOFTWARE:
        return _said("Lay a part under the camera and press Trigger or the space bar.")
    if mode is TriggerMode.SCAN:
        return _said("Lay a part under the camera and scan its code.")
    if mode is TriggerMode.INTERVAL:
        return _said("Parts are judged at an even interval.")
    if mode is TriggerMode.PRESENCE:
        return _said("Lay a part under the camera; it is judged as soon as it lies still.")
    if mode is TriggerMode.LINE:
        return _said("The camera's trigger line says when a part is there.")
    return _said("Every picture of the camera is judged.")


def _said(text: str) -> str:
    return QCoreApplication.translate("Saying", text)

"""What the program's own words are called on the screen, in the language of the window."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDate, QLocale

from inspector.domain.station_state import StationState
from inspector.domain.verdict import Reason, Verdict

_VERDICTS = {
    Verdict.OK: QT_TRANSLATE_NOOP("Words", "OK"),
    Verdict.NG: QT_TRANSLATE_NOOP("Words", "NG"),
    Verdict.CHECK: QT_TRANSLATE_NOOP("Words", "CHECK"),
    Verdict.ERROR: QT_TRANSLATE_NOOP("Words", "ERROR"),
}
_REASONS = {
    Reason.ANOMALY: QT_TRANSLATE_NOOP("Words", "Something unknown on the part"),
    Reason.UNSURE: QT_TRANSLATE_NOOP("Words", "Not sure: look at the part"),
    Reason.SCENE_CHANGED: QT_TRANSLATE_NOOP("Words", "The picture has changed, not the part"),
    Reason.NO_PART: QT_TRANSLATE_NOOP("Words", "No part found in the picture"),
    Reason.WRONG_PRODUCT: QT_TRANSLATE_NOOP("Words", "Not the product of this lot"),
    Reason.CODE_UNREAD: QT_TRANSLATE_NOOP("Words", "The code on the part could not be read"),
    Reason.CODE_DIFFERS: QT_TRANSLATE_NOOP("Words", "The part carries another code than was given"),
    Reason.CAMERA_FAULT: QT_TRANSLATE_NOOP("Words", "No usable picture"),
    Reason.MODEL_FAULT: QT_TRANSLATE_NOOP("Words", "The model failed"),
    Reason.OVERRUN: QT_TRANSLATE_NOOP("Words", "Parts came too fast"),
    Reason.STOPPED: QT_TRANSLATE_NOOP("Words", "Stopped before it was judged"),
}
_STATES = {
    StationState.PREOPERATIONAL: QT_TRANSLATE_NOOP("Words", "Not ready"),
    StationState.HALTED: QT_TRANSLATE_NOOP("Words", "On hold"),
    StationState.ERROR: QT_TRANSLATE_NOOP("Words", "Fault"),
    StationState.INITIALIZED: QT_TRANSLATE_NOOP("Words", "Stopped"),
    StationState.READY: QT_TRANSLATE_NOOP("Words", "Ready"),
    StationState.SINGLE_EXECUTION: QT_TRANSLATE_NOOP("Words", "Judging"),
    StationState.CONTINUOUS_EXECUTION: QT_TRANSLATE_NOOP("Words", "Running"),
}


def translated(text: object) -> str:
    """Return one of the words above in the language of the window."""
    return QCoreApplication.translate("Words", str(text))


def verdict_word(verdict: Verdict) -> str:
    """Return the verdict's one word."""
    return translated(_VERDICTS[verdict])


def reason_words(reason: str) -> str:
    """Return what a reason says to a person: a defect class by its name, the station's own reasons as a phrase."""
    try:
        return translated(_REASONS[Reason(reason)])
    except ValueError:
        return class_words(reason)


def class_words(name: str) -> str:
    """Return a class's name as it is read aloud: names made for folders have `_` where a space is meant."""
    return name.replace("_", " ").strip()


def state_word(state: StationState) -> str:
    """Return the station state's word for the operator."""
    return translated(_STATES[state])


def number(value: int) -> str:
    """Return a count with the language's thousands separators."""
    return QLocale().toString(value)


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share of 1 as a percentage, a dash where it is not known."""
    if share is None:
        return "–"
    return QLocale().toString(100 * share, "f", digits) + " %"


def time_of_day(moment: datetime, zone: ZoneInfo, *, seconds: bool = True) -> str:
    """Return the wall time of a UTC moment at the site."""
    return moment.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def date_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local date and wall time of a UTC moment at the site, the date written the language's short way."""
    local = moment.astimezone(zone)
    day = QDate(local.year, local.month, local.day)
    return f"{QLocale().toString(day, QLocale.FormatType.ShortFormat)}  {local:%H:%M:%S}"

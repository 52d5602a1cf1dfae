"""What the codes on a part mean for its verdict and its record. Decided here alone, after the rules of `decision`.

A code never makes a part better: an OK part becomes CHECK, all others keep verdict and reason and are told about it.
"""

from collections.abc import Sequence
from dataclasses import replace

from inspector.domain.read_code import ReadCode, one_line
from inspector.domain.recipe import CodeReading, CodeTarget
from inspector.domain.verdict import Judgement, Reason, Verdict

_EAN_DIGITS = 13


def with_codes(judgement: Judgement, reading: CodeReading, codes: Sequence[ReadCode]) -> Judgement:
    """Return the judgement with what was read, the part's code first; without a `required` one CHECK `code_unread`."""
    judgement = replace(judgement, codes=tuple(codes))
    if codes or not reading.required:
        return judgement
    kinds = " or ".join(reading.symbologies) or "code"
    return _doubted(judgement, Reason.CODE_UNREAD, f"No {kinds} could be read for the {reading.target}.")


def code_for_record(judgement: Judgement, reading: CodeReading | None, given: str) -> tuple[Judgement, str]:
    """Return the judgement and what is recorded as the part's serial or lot.

    `given` is what was scanned or typed before, and stays. The code that was read is recorded where nothing was given;
    where the two differ the part is CHECK `code_differs`, since one of them is of another part.
    """
    if reading is None or not judgement.codes:
        return judgement, given
    if not given:
        return judgement, judgement.codes[0].label
    if any(_says(code, given) for code in judgement.codes):
        return judgement, given
    how = "was scanned or typed" if reading.target is CodeTarget.SERIAL else "is being made"
    message = f"The code on the part reads '{judgement.codes[0].label}' where {reading.target} '{given}' {how}."
    return _doubted(judgement, Reason.CODE_DIFFERS, message), given


def _doubted(judgement: Judgement, reason: Reason, message: str) -> Judgement:
    if judgement.verdict is Verdict.OK:
        return replace(
            judgement,
            verdict=Verdict.CHECK,
            reason=str(reason),
            message=f"{message[:-1]}; a person must decide.",
            deciding=None,
        )
    return replace(judgement, message=f"{judgement.message} {message}".strip())


def _says(code: ReadCode, given: str) -> bool:
    """Say whether a code and what a scanner sent are the same. UPC-A is EAN-13 with a zero that scanners leave out."""
    said, label = one_line(given), code.label
    return said == label or (code.symbology == "EAN13" and said.zfill(_EAN_DIGITS) == label)

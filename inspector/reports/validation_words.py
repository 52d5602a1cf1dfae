"""The words that a validation report prints besides those of all reports; another language is another object."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from inspector.quality.validation import MistakeKind, Score

_KINDS: Mapping[MistakeKind, str] = MappingProxyType(
    {
        MistakeKind.ESCAPE: "Escape",
        MistakeKind.OVERKILL: "Overkill",
        MistakeKind.WRONG_CLASS: "Wrong class",
    }
)
_COUNTED: Mapping[MistakeKind, tuple[str, str]] = MappingProxyType(
    {
        MistakeKind.ESCAPE: ("{count} escape", "{count} escapes"),
        MistakeKind.OVERKILL: ("{count} overkill", "{count} overkill"),
        MistakeKind.WRONG_CLASS: ("{count} wrong class", "{count} wrong class"),
    }
)
_SCORES: Mapping[Score, tuple[str, str, str]] = MappingProxyType(
    {
        Score.BAD: ("Probability of a defect", "bad parts", "good parts"),
        Score.ANOMALY: ("Anomaly score", "bad parts", "good parts"),
        Score.NAMED: ("Probability of the class named", "named wrongly", "named rightly"),
    }
)
_LINES: Mapping[str, str] = MappingProxyType(
    {"ok": "OK up to", "ng": "NG from", "limit": "limit", "doubt": "doubt"},
)
_STAGES: Mapping[str, str] = MappingProxyType(
    {
        "prepare": "Find and cut out",
        "network": "Network",
        "decide": "Decide",
        "total": "One part, together",
    }
)


@dataclass(frozen=True)
class ValidationWords:
    """What is printed, in English unless replaced. Names in braces are filled in by the page."""

    document: str = "Validation report"
    title: str = "{product}, version {number}"
    reference: str = "{product}, version {number}"

    author: str = "Taught by"
    recipe_hash: str = "Recipe hash"
    model_hash: str = "Model hash"
    backbone: str = "Network"
    method: str = "Method"
    taught: str = "Taught on"
    taught_pictures: str = "{count} pictures"
    thresholds: str = "Thresholds"
    thresholds_value: str = "OK {ok}, NG {ng}"
    anomaly_limit: str = "Anomaly"
    anomaly_value: str = "limit {limit}: {verdict}"
    part_set: str = "Set"
    locked: str = "locked {moment}"
    not_locked: str = "not a locked set"
    seal: str = "Seal"
    set_hash: str = "Set hash"
    pictures: str = "Pictures"
    parts: str = "Parts"
    classes: str = "Classes"
    made: str = "Made"
    software: str = "Software"
    accelerator: str = "Accelerator"

    escape: str = "Escape"
    escape_note: str = "bad parts"
    overkill: str = "Overkill"
    overkill_note: str = "good parts"
    check: str = "CHECK"
    right_class: str = "Class right"
    parts_note: str = "parts"
    auroc: str = "Separation"
    auroc_of: str = "AUROC, {score}"
    auroc_note: str = "probability"
    anomaly_auroc_note: str = "anomaly score"
    of: str = "{x} of {n}"
    at_most: str = "at most {bound} (95 % sure)"
    between: str = "95 %: {low} to {high}"
    no_sides: str = "all classes mean {verdict}"
    nothing_seen: str = "no such part here"

    confusion: str = "Which class was taken for which"
    confusion_note: str = "Rows: what it is. Columns: what it was named, by number."
    distributions: str = "Scores about the thresholds"
    distributions_note: str = "bars: square root of the count"
    beyond: str = "and more"

    by_class: str = "By class"
    by_class_continued: str = "By class, continued"
    class_name: str = "Class"
    means: str = "means"
    class_parts: str = "n"
    recall: str = "Recall"
    precision: str = "Precision"
    interval: str = "95 % interval"
    checks: str = "CHECK because: {reasons}"

    mistakes: str = "Worst mistakes ({shown} of {all}: {kinds})"
    mistakes_note: str = "the costliest kind first, the surest of each first"
    mistakes_continued: str = "Worst mistakes, continued"
    no_mistakes: str = "None: no verdict was wrong."
    is_said: str = "is {true}"
    named: str = "said {said}"
    sure: str = "{chance} sure"
    score: str = "score {score}"

    comparison: str = "Beside version {number}, on the same parts"
    comparison_other: str = "Beside {product}, version {number}, on the same parts"
    no_comparison_title: str = "Beside another version"
    no_comparison: str = "Not compared."
    this_version: str = "this one"
    other_version: str = "version {number}"
    other_version_hash: str = "version {number} ({hash})"
    only_here: str = "only here"
    only_there: str = "only there"
    both: str = "both"
    neither: str = "neither"
    p_value: str = "p, McNemar"
    p_below: str = "< {p}"
    without_mistake: str = "No escape, no overkill"
    decided_rightly: str = "Right without a person"
    better: str = "better"
    worse: str = "WORSE"
    no_difference: str = "no difference"
    worse_parts: str = "Wrong here, not there: {names}"
    and_more: str = "{names} and {count} more"

    speed: str = "Time for one part on {accelerator}"
    median: str = "median"
    p95: str = "95 of 100 within"
    milliseconds: str = "{value} ms"
    measured: str = "Measured on this machine, {parts} parts one by one."
    on_cpu: str = "Judged on the processor; there is no other accelerator to compare."
    equal: str = "{accelerator} and the processor: all {parts} verdicts are equal."
    unequal: str = "{accelerator} and the processor: {count} of {parts} verdicts DIFFER: {names}"
    differences: str = "Largest difference: probability {probability}, anomaly score {score}."
    difference: str = "Largest difference: probability {probability}."
    ratio: str = "The processor takes {ratio} times as long."

    notes: str = "To know"
    signature_engineer: str = "Validated by"
    signature_engineer_meaning: str = "Figures and mistakes looked at."
    signature_approval: str = "Approved by"
    signature_approval_meaning: str = "This version may judge parts."

    kinds: Mapping[MistakeKind, str] = field(default_factory=lambda: _KINDS)
    counted_kinds: Mapping[MistakeKind, tuple[str, str]] = field(default_factory=lambda: _COUNTED)
    scores: Mapping[Score, tuple[str, str, str]] = field(default_factory=lambda: _SCORES)
    lines: Mapping[str, str] = field(default_factory=lambda: _LINES)
    stages: Mapping[str, str] = field(default_factory=lambda: _STAGES)

    def counted(self, counts: Mapping[MistakeKind, int]) -> str:
        """Return how many mistakes of each kind there are, those that never happened left out."""
        return ", ".join(
            self.counted_kinds[kind][count != 1].format(count=count) for kind, count in counts.items() if count
        )


ENGLISH_VALIDATION = ValidationWords()

"""What a person says of a part after the station has judged it. The first judgement is never changed."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from inspector.domain.inspection import Inspection, StoredPicture
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Verdict


class OverrideInvalid(Refusal, ValueError):
    """A decision that cannot be recorded; the message says why and how to mend it."""


@dataclass(frozen=True)
class Override:
    """A later, human decision on an inspection, also one that agrees with the station. Append-only.

    `inspection` is the inspection's id. `class_name` is the class that the person named, None where none was named.
    CHECK says that a person could not decide, or names a class that a scene only watches. `time` is UTC. `picture` is
    the part's picture, lossless, where it was kept only because of the decision. `id` tells it from every other one.
    """

    inspection: str
    verdict: Verdict
    class_name: str | None
    by: str
    reason: str
    time: datetime
    picture: StoredPicture | None = None
    id: str = field(default_factory=lambda: uuid4().hex)

    def __post_init__(self) -> None:
        """Refuse a decision that nobody made, that has no reason, or that is none."""
        if self.verdict is Verdict.ERROR:
            raise OverrideInvalid("a person decides OK, NG or CHECK; ERROR is no decision on a part")
        if not self.by.strip():
            raise OverrideInvalid("a decision on a part needs the name of the person who makes it")
        if not self.reason.strip():
            raise OverrideInvalid("a decision on a part needs a reason, if only 'agreed'")


@dataclass(frozen=True, eq=False)
class Review:
    """An inspection with what people said of it later, in the order in which it was recorded."""

    inspection: Inspection
    overrides: tuple[Override, ...] = ()

    @property
    def last(self) -> Override | None:
        """The decision that counts, None where nobody decided."""
        return self.overrides[-1] if self.overrides else None

    @property
    def verdict(self) -> Verdict:
        """The final verdict: the last override's, or else the judgement's."""
        return self.last.verdict if self.last else self.inspection.judgement.verdict

    @property
    def picture(self) -> StoredPicture | None:
        """The part's picture exact to the pixel, None where none was kept."""
        first = self.inspection.picture
        kept = [one.picture for one in self.overrides if one.picture is not None]
        return first if first is not None and first.lossless else next(iter(kept), None)

    @property
    def agreed(self) -> bool | None:
        """Whether the person who decided last said what the station had said; None where nobody decided."""
        last, judgement = self.last, self.inspection.judgement
        if last is None:
            return None
        same_class = last.class_name is None or last.class_name == judgement.class_name
        return last.verdict is judgement.verdict and (same_class or last.verdict is Verdict.OK)

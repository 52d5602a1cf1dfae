"""From what people decided on parts to labelled pictures that can be taught."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.domain.correction import Override, Review
from inspector.domain.recipe import Recipe, RecipeKind
from inspector.domain.verdict import Reason, Verdict
from inspector.learning.sample_store import SampleStore
from inspector.records.period import Period
from inspector.records.pictures import PictureState, PictureStore
from inspector.records.queries import Records
from inspector.teaching.dataset import Sample


@dataclass(frozen=True)
class LabelledPicture:
    """A picture and what it was said to show. `name` is what a person knows it by: a part's number, or a file.

    `by` is who said so, empty for a picture of the taught folder. `sequence` is the part's, 0 there.
    """

    sample: Sample
    sha256: str
    name: str
    by: str = ""
    sequence: int = 0

    def __str__(self) -> str:
        """Return it as it stands in a sentence."""
        return f"{self.name} ({self.by or 'taught'}: {self.sample.class_name})"


@dataclass(frozen=True)
class Corrections:
    """The labelled pictures that people's decisions came to, and a sentence on each part that gave none."""

    pictures: tuple[LabelledPicture, ...]
    left_out: tuple[str, ...]


def corrections(
    records: Records, pictures: PictureStore, recipe: Recipe, store: SampleStore | None = None
) -> Corrections:
    """Return the parts of the recipe's product on which a person decided, the oldest first, as labelled pictures.

    A decision that agrees with the station counts as much as one that differs. Only pictures that were kept exact to
    the pixel are taken, from the station's own folder or else from the recipe's `store`; two pictures of one serial
    number show one part.
    """
    found: list[LabelledPicture] = []
    left_out: list[str] = []
    for review in records.reviews.decided(Period.ever(product=recipe.product)):
        last = review.last
        assert last is not None, "only decided parts were asked for"
        sequence = review.inspection.sequence
        label, why = label_of(review, recipe)
        if label is None:
            left_out.append(f"Part {sequence} was left out: {why}.")
            continue
        path, why = _picture(review, pictures, store)
        if path is None:
            left_out.append(f"Part {sequence} ({last.by}: {label}) was left out: {why}.")
            continue
        serial = review.inspection.context.serial
        sample = Sample(path, label, f"serial {serial}" if serial else f"part {sequence}")
        assert review.picture is not None, "it has a path"
        found.append(LabelledPicture(sample, review.picture.sha256, f"part {sequence}", last.by, sequence))
    return Corrections(tuple(found), tuple(left_out))


def taught(store: SampleStore) -> tuple[LabelledPicture, ...]:
    """Return the pictures that a recipe was taught on. Raises SampleStoreInvalid."""
    return tuple(
        LabelledPicture(sample, one.sha256, one.name)
        for one, sample in zip(store.index(), store.samples(), strict=True)
    )


def label_of(review: Review, recipe: Recipe) -> tuple[str | None, str]:
    """Return the class that the last decision says the part is of; or None and why it says none."""
    last = review.last
    if last is None:
        return None, "nobody decided on it"
    if last.class_name is not None:
        why = contradicts(last, recipe)
        return (None, why) if why else (last.class_name, "")
    if last.verdict is Verdict.CHECK:
        return None, f"{last.by} could not decide"
    of_side = [known.name for known in recipe.classes if known.verdict is last.verdict]
    judged = review.inspection.judgement
    said = judged.reason if judged.verdict is last.verdict and judged.reason in of_side else judged.class_name
    if len(of_side) == 1:
        return of_side[0], ""
    if judged.verdict is last.verdict and said in of_side:
        return said, ""
    return None, f"{last.by} called it {last.verdict} without naming the class"


def contradicts(override: Override, recipe: Recipe) -> str:
    """Say why the class that was named does not go with the verdict; empty where it does, or none was named."""
    name = override.class_name
    if name is None or recipe.kind is RecipeKind.IDENTITY:
        return ""
    if name in set(Reason):
        return f"'{name}' is a word of the station's and no class"
    known = {part_class.name: part_class.verdict for part_class in recipe.classes}
    meant = known.get(name)
    if meant is None:
        return "" if override.verdict is Verdict.NG else f"'{name}' is no class of '{recipe.product}'"
    return "" if meant is override.verdict else f"'{name}' means {meant} in '{recipe.product}', not {override.verdict}"


def _picture(review: Review, pictures: PictureStore, store: SampleStore | None) -> tuple[Path | None, str]:
    picture = review.picture
    if picture is None:
        return None, "no picture of it was kept exact to the pixel"
    state = pictures.verify(picture)
    if state is PictureState.INTACT:
        return pictures.path(picture), ""
    kept = store.picture(picture.sha256) if store is not None else None
    return (kept, "") if kept is not None else (None, f"its picture {picture.path} is {state}")


def with_pictures_kept(found: Sequence[LabelledPicture], store: SampleStore) -> tuple[LabelledPicture, ...]:
    """Copy the pictures into the recipe's store, so that they stay when the station's folder is cleared, and use those.

    Raises SampleStoreInvalid.
    """
    paths = store.take_in_files([one.sample.path for one in found])
    return tuple(
        LabelledPicture(
            Sample(path, one.sample.class_name, one.sample.group), one.sha256, one.name, one.by, one.sequence
        )
        for one, path in zip(found, paths, strict=True)
    )

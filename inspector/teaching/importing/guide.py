"""The guided way to a mapping: what was said counts, what can be seen is seen, the rest is found out or asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from inspector.domain.recipe import Region
from inspector.pictures import PictureUnreadable, read_picture
from inspector.teaching.importing.graph import output_sizes
from inspector.teaching.importing.guess import (
    Shaped,
    answer_of,
    layout_of,
    outputs_that_answer,
    own_normalisation,
    port_words,
    shaped,
    size_of,
)
from inspector.teaching.importing.mapping import (
    NORMALISATIONS,
    Answer,
    Colour,
    ImportMapping,
    ImportRefused,
    Layout,
    Normalisation,
    network_input,
)
from inspector.teaching.importing.recipe import made_up
from inspector.teaching.importing.samples import ImportSample
from inspector.teaching.importing.search import PreparedSample, TriedFeeding, spread, try_feedings
from inspector.teaching.importing.source import ImportSource, shape_words
from inspector.vision.preprocessing import prepare

_ADDS_UP = 0.02


@dataclass(frozen=True)
class Question:
    """Something that the file does not tell. `guess` is what is most usual, empty where a guess would be worthless."""

    option: str
    text: str
    choices: tuple[str, ...] = ()
    guess: str = ""


Ask = Callable[[Question], str]


def answer_without_asking(question: Question) -> str:
    """Answer as a script must: by the guess. Raises ImportRefused where there is none."""
    if question.guess:
        return question.guess
    choices = f" ({', '.join(question.choices)})" if question.choices else ""
    raise ImportRefused(f"{question.text} The file does not tell; say it with {question.option}{choices}.")


@dataclass(frozen=True)
class Wishes:
    """What a person has said beforehand; None and empty where nothing was said."""

    layout: Layout | None = None
    colour: Colour | None = None
    normalisation: Normalisation | None = None
    size: tuple[int, int] | None = None
    output: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, eq=False)
class Settled:
    """The mapping, how the input lies, and the ways of feeding that were tried on the samples, the best first."""

    mapping: ImportMapping
    shape: Shaped
    tried: tuple[TriedFeeding, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what the samples leave open."""
        equal = [one for one in self.tried if one.agreeing == self.tried[0].agreeing]
        if len(equal) < 2 or self.tried[0].by_probabilities:
            return ()
        names = "; ".join(one.name for one in equal)
        return (
            f"{len(equal)} ways of feeding agree with as many samples ({names}); the first was taken. "
            "Say which is right with --colour and --normalisation, or give the probabilities in the samples.",
        )


def settle(
    source: ImportSource,
    labels: Sequence[str],
    samples: Sequence[ImportSample],
    region: Region,
    wishes: Wishes,
    ask: Ask,
) -> Settled:
    """Return how the network is fed and read. Raises ImportRefused where that cannot be."""
    layout = wishes.layout or layout_of(source) or _layout_asked(source, ask)
    shape = shaped(source, layout)
    height, width = _size(source, shape, wishes, ask)
    output, numbers = _output(source, shape, (height, width), labels, wishes, ask)
    first = ImportMapping(
        layout, Colour.RGB, Normalisation(), height, width, output, numbers, answer_of(source, output)
    )
    candidates = _candidates(source, shape, first, wishes)
    mapping = _answered(source, candidates[0][1], wishes)
    candidates = [(name, replace(one, answer=mapping.answer)) for name, one in candidates]
    if len(candidates) > 1 and samples:
        tried = try_feedings(source, candidates, _prepared(samples, labels, region, mapping))
        return Settled(tried[0].mapping, shape, tried)
    if len(candidates) > 1:
        return Settled(_asked(candidates, shape, wishes, ask), shape)
    return Settled(candidates[0][1], shape)


def _layout_asked(source: ImportSource, ask: Ask) -> Layout:
    text = (
        f"In which order does {source.name} take the sides of a picture ({shape_words(source.input.shape)})? "
        "nchw: colours first, as PyTorch; nhwc: colours last, as TensorFlow."
    )
    return Layout(ask(Question("--layout", text, tuple(Layout))))


def _size(source: ImportSource, shape: Shaped, wishes: Wishes, ask: Ask) -> tuple[int, int]:
    if wishes.size is not None:
        for wanted, fixed in zip(wishes.size, (shape.height, shape.width), strict=True):
            if fixed is not None and wanted != fixed:
                raise ImportRefused(
                    f"{source.name} takes pictures of {shape.height or '?'} x {shape.width or '?'} only, so "
                    f"--input-size cannot be {wishes.size[0]}x{wishes.size[1]}; leave it out."
                )
        return wishes.size
    only = size_of(source, shape)
    if only is not None:
        return only
    text = f"{source.name} takes pictures of any size; at which one was it trained, as HEIGHTxWIDTH?"
    return size_from(ask(Question("--input-size", text)))


def size_from(text: str) -> tuple[int, int]:
    """Return height and width from `224` or `240x320`. Raises ImportRefused."""
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) not in (1, 2) or not all(side.strip().isdecimal() and int(side) > 0 for side in sides):
        raise ImportRefused(f"'{text}' is no size; write it as HEIGHTxWIDTH, such as 224x224.")
    return int(sides[0]), int(sides[-1])


def _output(
    source: ImportSource, shape: Shaped, size: tuple[int, int], labels: Sequence[str], wishes: Wishes, ask: Ask
) -> tuple[str, int]:
    sizes = output_sizes(source, shape, *size)
    if wishes.output and wishes.output not in sizes:
        raise ImportRefused(f"{source.name} has no output '{wishes.output}'; it has {', '.join(sizes)}.")
    fitting = outputs_that_answer(source, sizes, len(labels))
    if wishes.output:
        fitting = tuple(name for name in fitting if name == wishes.output)
    if not fitting:
        raise ImportRefused(_mismatch(source, sizes, labels, wishes.output))
    if len(fitting) > 1:
        sure = [name for name in fitting if answer_of(source, name) is Answer.PROBABILITIES]
        ports = ", ".join(port_words(port) for port in source.outputs if port.name in fitting)
        text = f"Which output of {source.name} holds the answer ({ports})?"
        chosen = ask(Question("--output", text, fitting, (sure or list(fitting))[0]))
        return chosen, sizes[chosen]
    return fitting[0], sizes[fitting[0]]


def _mismatch(source: ImportSource, sizes: dict[str, int], labels: Sequence[str], output: str) -> str:
    name = output or min(sizes, key=lambda one: abs(sizes[one] - len(labels)))
    difference = sizes[name] - len(labels)
    many = f"{abs(difference)} label{'s' if abs(difference) > 1 else ''}"
    wrong = f"{many} missing" if difference > 0 else f"{many} too many"
    return (
        f"{source.name} gives {sizes[name]} numbers a picture ('{name}'), but there are {len(labels)} labels: {wrong}. "
        "Give exactly one label for each, in the network's order; if that is no classifier's output, name another with "
        "--output."
    )


def _candidates(
    source: ImportSource, shape: Shaped, first: ImportMapping, wishes: Wishes
) -> list[tuple[str, ImportMapping]]:
    """Return the ways of feeding that what was said and seen leaves open, the most usual first."""
    colours = _colours(source, shape, wishes)
    own = own_normalisation(source)
    if source.kind == "uint8":
        if wishes.normalisation not in (None, NORMALISATIONS["raw"]):
            raise ImportRefused(f"{source.name} takes whole numbers from 0 to 255, so no mean or scale can be applied.")
        named = [("as it is", NORMALISATIONS["raw"])]
    elif wishes.normalisation is not None:
        named = [("as said", wishes.normalisation)]
    elif own:
        named = [(own, NORMALISATIONS[own])]
    else:
        named = [(name, one) for name, one in NORMALISATIONS.items() if shape.channels == 3 or len({*one.mean}) == 1]
    return [
        (f"{colour}, {name}", replace(first, colour=colour, normalisation=normalisation))
        for name, normalisation in named
        for colour in colours
        if name != "caffe" or colour is not Colour.RGB  # its means stand for blue first
    ]


def _colours(source: ImportSource, shape: Shaped, wishes: Wishes) -> tuple[Colour, ...]:
    if shape.channels == 1:
        if wishes.colour not in (None, Colour.GREY):
            raise ImportRefused(f"{source.name} takes one colour only, so --colour can only be grey.")
        return (Colour.GREY,)
    if wishes.colour is Colour.GREY:
        raise ImportRefused(f"{source.name} takes three colours, so --colour is rgb or bgr.")
    return (Colour.RGB, Colour.BGR) if wishes.colour is None else (wishes.colour,)


def _answered(source: ImportSource, mapping: ImportMapping, wishes: Wishes) -> ImportMapping:
    """Settle whether the output is probabilities, by what it gives for made-up pictures."""
    graph = source.opened()
    copies = source.input.shape[0] or 1
    alike = True
    for image in made_up(mapping):
        fed = np.repeat(network_input(image, mapping, source.kind), copies, axis=0)
        values = graph.run(fed)[mapping.output].astype(np.float64).reshape(-1)[: mapping.numbers]
        within = bool((values >= -1e-6).all() and (values <= 1 + 1e-6).all())
        alike &= within and (mapping.numbers == 1 or abs(float(values.sum()) - 1) <= _ADDS_UP)
    if wishes.answer is Answer.PROBABILITIES or (wishes.answer is None and mapping.answer is Answer.PROBABILITIES):
        if not alike:
            raise ImportRefused(
                f"The output '{mapping.output}' of {source.name} does not lie within 0 to 1 and add up to 1, so it is "
                "no probability of one class out of several; say --softmax if it is the scores before a softmax."
            )
        return replace(mapping, answer=Answer.PROBABILITIES)
    if wishes.answer is None and alike and mapping.numbers > 1:
        return replace(mapping, answer=Answer.PROBABILITIES)
    return replace(mapping, answer=Answer.LOGITS)


def _prepared(
    samples: Sequence[ImportSample], labels: Sequence[str], region: Region, mapping: ImportMapping
) -> list[PreparedSample]:
    prepared = []
    for place in spread([sample.class_name for sample in samples]):
        sample = samples[place]
        try:
            image = prepare(read_picture(sample.path), region, mapping.height, mapping.width)
        except PictureUnreadable:
            continue  # said when the samples are judged
        expected = sample.probabilities or tuple(float(label == sample.class_name) for label in labels)
        prepared.append(PreparedSample(image, np.asarray(expected, np.float64)))
    return prepared


def _asked(candidates: Sequence[tuple[str, ImportMapping]], shape: Shaped, wishes: Wishes, ask: Ask) -> ImportMapping:
    mapping = candidates[0][1]
    colour, normalisation = mapping.colour, mapping.normalisation
    if wishes.colour is None and shape.channels > 1:
        text = "In which order does it take the colours? rgb is usual, bgr where pictures were read with OpenCV."
        colour = Colour(ask(Question("--colour", text, (Colour.RGB, Colour.BGR), Colour.RGB)))
    if len({id(one.normalisation) for _, one in candidates}) > 1:
        text = (
            "How were the pixels normalised when it was trained? imagenet: as torchvision; unit: 0 to 1; "
            "symmetric: -1 to 1; raw: 0 to 255; caffe: 0 to 255 less the mean."
        )
        normalisation = NORMALISATIONS[ask(Question("--normalisation or --samples", text, tuple(NORMALISATIONS)))]
    return replace(mapping, colour=colour, normalisation=normalisation)

"""How a part's picture becomes the input of somebody's own network, and its output becomes probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.domain.refusal import Refusal

LUMA = (0.299, 0.587, 0.114)
"""Red, green and blue in grey: ITU-R BT.601, as OpenCV and Pillow do it."""

CHANNELS = 3


class ImportRefused(Refusal, ValueError):
    """A network that cannot become a recipe as asked; the message says why and how to mend it."""


class Layout(StrEnum):
    """In which order the network takes the sides of a picture."""

    NCHW = "nchw"
    NHWC = "nhwc"


class Colour(StrEnum):
    """Which colours the network takes, in which order."""

    RGB = "rgb"
    BGR = "bgr"
    GREY = "grey"


class Answer(StrEnum):
    """What the network's output is."""

    LOGITS = "logits"
    PROBABILITIES = "probabilities"


@dataclass(frozen=True)
class Normalisation:
    """The network takes `(pixel / 255 - mean) / scale`; one number for all colours or one each, in its own order."""

    mean: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        """Refuse what cannot be computed."""
        if not all(np.isfinite(self.mean)) or not all(np.isfinite(self.scale)) or 0 in self.scale:
            raise ImportRefused("mean and scale must be numbers, and no scale 0.")

    def fitted(self, channels: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what is subtracted from pixels of 0 to 255 and what they are multiplied with, `[channels]` each.

        Raises ImportRefused where there are numbers for another count of colours.
        """
        columns = []
        for word, values in (("mean", self.mean), ("scale", self.scale)):
            if len(values) not in (1, channels):
                raise ImportRefused(f"--{word} has {len(values)} numbers where the network takes {channels} colours.")
            columns.append(np.broadcast_to(np.asarray(values, np.float64), (channels,)))
        mean, scale = columns
        return (mean * 255).astype(np.float32), (1 / (255 * scale)).astype(np.float32)


NORMALISATIONS: Mapping[str, Normalisation] = MappingProxyType(
    {
        "unit": Normalisation(),  # 0 to 1
        "imagenet": Normalisation((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),  # torchvision
        "symmetric": Normalisation((0.5,), (0.5,)),  # -1 to 1
        "raw": Normalisation((0.0,), (1 / 255,)),  # 0 to 255
        "caffe": Normalisation((103.939 / 255, 116.779 / 255, 123.68 / 255), (1 / 255,)),  # blue first, mean taken off
    }
)
"""The usual ways, by the names that the command takes."""


@dataclass(frozen=True)
class ImportMapping:
    """All that must be known to feed a network and to read it.

    `output` is the output that holds the answer, `numbers` how many it has for one picture: one for each class, or a
    single one that means yes or no.
    """

    layout: Layout
    colour: Colour
    normalisation: Normalisation
    height: int
    width: int
    output: str
    numbers: int
    answer: Answer


def network_input(image: Pixels, mapping: ImportMapping, kind: str) -> NDArray[np.generic]:
    """Return one picture, uint8 `height x width x 3` RGB, as the network takes it: a batch of one.

    `kind` is the type's name in numpy. This is what the wrapped graph computes, written a second time with other means,
    so that each proves the other. Raises ImportRefused as `Normalisation.fitted` does.
    """
    pixels: NDArray[np.generic] = image
    if mapping.colour is Colour.GREY:
        pixels = image.astype(np.float32) @ np.asarray(LUMA, np.float32)[:, None]
    elif mapping.colour is Colour.BGR:
        pixels = image[:, :, ::-1]
    if kind == "uint8":
        pixels = np.rint(pixels).astype(np.uint8)
    else:
        mean, factor = mapping.normalisation.fitted(1 if mapping.colour is Colour.GREY else CHANNELS)
        pixels = ((pixels.astype(np.float32) - mean) * factor).astype(kind)
    if mapping.layout is Layout.NCHW:
        pixels = pixels.transpose(2, 0, 1)
    return np.ascontiguousarray(pixels[None])


def probabilities_of(output: NDArray[np.generic], answer: Answer, classes: int) -> NDArray[np.float64]:
    """Return the probabilities `[classes]` that one picture's output means; of a single number, those of no and yes."""
    values = output.astype(np.float64).reshape(-1)
    if values.size == 1 and classes == 2:
        yes = values[0] if answer is Answer.PROBABILITIES else 1 / (1 + np.exp(-np.clip(values[0], -500, 500)))
        return np.array([1 - yes, yes])
    if answer is Answer.LOGITS:
        values = np.exp(values - values.max())
    total = values.sum()
    return values / total if total > 0 else np.full(values.size, 1 / values.size)

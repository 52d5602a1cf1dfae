"""The bytes that cameras send, turned into pictures: one table from the PFNC number to unpacking and conversion.

PFNC is the Pixel Format Naming Convention of GenICam; its 32-bit numbers are the same for GigE Vision, USB3 Vision and
GenTL, while names differ from camera to camera, so the number is what counts here.

- Samples of more than eight bits keep their top eight.
- Bayer mosaics become RGB by OpenCV's bilinear interpolation. `BayerRG` has red in its first pixel and green beside it,
  which OpenCV calls RGGB (and once called BG, after the second line's).
- YUV is read as full range BT.601 (Y, U and V from 0 to 255, as JPEG has it), which is what GenICam's cameras send, and
  not as video's 16 to 235. Two neighbours share their colour. OpenCV's coefficients are within one level of the exact.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from inspector.cameras.pixel_unpacking import (
    BITS_10,
    BITS_12,
    BYTES,
    GIGE_PACKED,
    WORDS_10,
    WORDS_12,
    WORDS_14,
    WORDS_16,
    Packing,
    top_bits,
)
from inspector.domain.frame import Pixels
from inspector.domain.refusal import Refusal


class PixelFormatUnknown(Refusal, ValueError):
    """A pixel format that no picture can be made of here. The message is one sentence with the names of those known."""


@dataclass(frozen=True)
class _Format:
    """One pixel format: its number and name, how its samples lie, how many a pixel has, and what makes a picture."""

    code: int
    name: str
    packing: Packing
    channels: int
    convert: Callable[[Pixels], Pixels]
    smallest: int = 1


def _same(samples: Pixels) -> Pixels:
    return samples


def _by(conversion: int) -> Callable[[Pixels], Pixels]:
    """Return OpenCV's conversion of that number to RGB."""
    return lambda samples: np.asarray(cv2.cvtColor(samples, conversion), np.uint8)


def _of_yuv(order: tuple[int, int, int, int]) -> Callable[[Pixels], Pixels]:
    """Return the conversion of two pixels in four bytes, `order` being the places of Y, U, Y, V among them."""
    first, blue, second, red = order
    pairs = [first, 0, red, 1, blue, 2, second, 3, red, 4, blue, 5]

    def convert(samples: Pixels) -> Pixels:
        lines, columns, _ = samples.shape
        whole = np.empty((lines, columns // 2, 6), np.uint8)
        cv2.mixChannels([samples.reshape(lines, columns // 2, 4)], [whole], pairs)
        return np.asarray(cv2.cvtColor(whole.reshape(lines, columns, 3), cv2.COLOR_YCrCb2RGB), np.uint8)

    return convert


_YUYV = _of_yuv((0, 1, 2, 3))
_UYVY = _of_yuv((1, 0, 3, 2))

_GREY: tuple[tuple[int, str, Packing], ...] = (
    (0x01080001, "Mono8", BYTES),
    (0x01100003, "Mono10", WORDS_10),
    (0x010C0004, "Mono10Packed", GIGE_PACKED),
    (0x010A0046, "Mono10p", BITS_10),
    (0x01100005, "Mono12", WORDS_12),
    (0x010C0006, "Mono12Packed", GIGE_PACKED),
    (0x010C0047, "Mono12p", BITS_12),
    (0x01100025, "Mono14", WORDS_14),
    (0x01100007, "Mono16", WORDS_16),
)

# What follows `Bayer` and the order in the name, and the numbers of the orders GR, RG, GB, BG.
_BAYER: tuple[tuple[str, Packing, tuple[int, int, int, int]], ...] = (
    ("8", BYTES, (0x01080008, 0x01080009, 0x0108000A, 0x0108000B)),
    ("10", WORDS_10, (0x0110000C, 0x0110000D, 0x0110000E, 0x0110000F)),
    ("10Packed", GIGE_PACKED, (0x010C0026, 0x010C0027, 0x010C0028, 0x010C0029)),
    ("10p", BITS_10, (0x010A0056, 0x010A0058, 0x010A0054, 0x010A0052)),
    ("12", WORDS_12, (0x01100010, 0x01100011, 0x01100012, 0x01100013)),
    ("12Packed", GIGE_PACKED, (0x010C002A, 0x010C002B, 0x010C002C, 0x010C002D)),
    ("12p", BITS_12, (0x010C0057, 0x010C0059, 0x010C0055, 0x010C0053)),
    ("16", WORDS_16, (0x0110002E, 0x0110002F, 0x01100030, 0x01100031)),
)
_BAYER_ORDERS = (
    ("GR", cv2.COLOR_BayerGRBG2RGB),
    ("RG", cv2.COLOR_BayerRGGB2RGB),
    ("GB", cv2.COLOR_BayerGBRG2RGB),
    ("BG", cv2.COLOR_BayerBGGR2RGB),
)

_COLOUR: tuple[tuple[int, str, int, Callable[[Pixels], Pixels]], ...] = (
    (0x02180014, "RGB8", 3, _same),
    (0x02180015, "BGR8", 3, _by(cv2.COLOR_BGR2RGB)),
    (0x02200016, "RGBa8", 4, _by(cv2.COLOR_RGBA2RGB)),
    (0x02200017, "BGRa8", 4, _by(cv2.COLOR_BGRA2RGB)),
    (0x02100032, "YUV422_8", 2, _YUYV),
    (0x0210001F, "YUV422_8_UYVY", 2, _UYVY),
    (0x0210003B, "YCbCr422_8", 2, _YUYV),
    (0x02100043, "YCbCr422_8_CbYCrY", 2, _UYVY),
)

# Names of GigE Vision 1 for formats that PFNC calls otherwise.
_OLDER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "RGB8Packed": "RGB8",
        "BGR8Packed": "BGR8",
        "RGBA8Packed": "RGBa8",
        "BGRA8Packed": "BGRa8",
        "YUV422Packed": "YUV422_8_UYVY",
        "YUYVPacked": "YUV422_8",
        "YUV422_YUYV_Packed": "YUV422_8",
    }
)


def _table() -> Mapping[int, _Format]:
    formats = [_Format(code, name, packing, 1, _same) for code, name, packing in _GREY]
    for suffix, packing, codes in _BAYER:
        for code, (order, conversion) in zip(codes, _BAYER_ORDERS, strict=True):
            formats.append(_Format(code, f"Bayer{order}{suffix}", packing, 1, _by(conversion), smallest=3))
    formats += [_Format(code, name, BYTES, channels, convert) for code, name, channels, convert in _COLOUR]
    return MappingProxyType({entry.code: entry for entry in formats})


_FORMATS = _table()
_CODES: Mapping[str, int] = MappingProxyType({entry.name: code for code, entry in _FORMATS.items()})

SUPPORTED: frozenset[int] = frozenset(_FORMATS)
"""The PFNC numbers that `picture_of` understands."""


def picture_of(
    data: bytes | bytearray | memoryview | Pixels, code: int, width: int, height: int, padding: int = 0
) -> Pixels:
    """Return the picture in a camera's bytes: a new uint8 array, `height x width` grey or `height x width x 3` RGB.

    `data` is contiguous and may be longer than the picture (what follows is not looked at); `padding` counts the bytes
    behind each line that are no pixels. Raises PixelFormatUnknown for a code that is not in SUPPORTED, ValueError where
    data is too short or the size none that the format can have.
    """
    entry = _format(code)
    _check_size(entry, width, height, padding)
    flat: Pixels = np.frombuffer(data, np.uint8)
    if flat.size < (needed := _bytes_of(entry, width, height, padding)):
        raise ValueError(f"{entry.name} of {width} x {height} takes {needed} bytes, not {flat.size}")
    samples = top_bits(flat, entry.packing, width * entry.channels, height, padding)
    if entry.channels > 1:
        samples = samples.reshape(height, width, entry.channels)
    picture = np.ascontiguousarray(entry.convert(samples))
    return picture.copy() if np.may_share_memory(picture, flat) else picture


def bytes_of_picture(code: int, width: int, height: int) -> int:
    """Return how many bytes a picture takes without padding. Raises PixelFormatUnknown."""
    return _bytes_of(_format(code), width, height, 0)


def format_name(code: int) -> str:
    """Return the PFNC name of a number, as `BayerRG12p`; for one that is not in SUPPORTED its hexadecimal digits."""
    entry = _FORMATS.get(code)
    return entry.name if entry is not None else f"0x{code:08X}"


def format_code(name: str) -> int:
    """Return the PFNC number of a name; of GigE Vision's older names too. Raises PixelFormatUnknown."""
    code = _CODES.get(_OLDER_NAMES.get(name, name))
    if code is None:
        raise PixelFormatUnknown(_unknown(name))
    return code


def _format(code: int) -> _Format:
    entry = _FORMATS.get(code)
    if entry is None:
        raise PixelFormatUnknown(_unknown(f"0x{code:08X}"))
    return entry


def _unknown(what: str) -> str:
    known = ", ".join(dict.fromkeys(re.sub("Bayer(GR|RG|GB|BG)", "Bayer..", name) for name in _CODES))
    return f"no picture can be made of the pixel format {what}; set the camera to one of {known}"


def _check_size(entry: _Format, width: int, height: int, padding: int) -> None:
    if min(width, height) < entry.smallest or padding < 0:
        raise ValueError(f"{entry.name} has no picture of {width} x {height} with {padding} bytes of padding")
    if entry.channels == 2 and width % 2:
        raise ValueError(f"{entry.name} keeps the colour of two pixels together, so its width is even, not {width}")


def _bytes_of(entry: _Format, width: int, height: int, padding: int) -> int:
    samples = width * entry.channels
    if padding == 0:
        return entry.packing.bytes_of(samples * height)
    return (entry.packing.bytes_of(samples) + padding) * height - padding

"""Pictures out of the bytes of cameras, against two decoders that are not ours: viva-genicam's and harvesters'."""

import re
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import viva_genicam
from harvesters.util.pfnc import Dictionary, dict_by_names

from inspector.cameras.pixel_unpacking import BITS_10, BITS_12, GIGE_PACKED, WORDS_12, top_bits
from inspector.cameras.pixels import (
    SUPPORTED,
    PixelFormatUnknown,
    bytes_of_picture,
    format_code,
    format_name,
    picture_of,
)

WIDTH, HEIGHT = 24, 10
MONO = ["Mono8", "Mono10", "Mono12", "Mono14", "Mono16", "Mono10Packed", "Mono12Packed", "Mono10p", "Mono12p"]
ORDERS = {"RG": "RGGB", "GR": "GRBG", "GB": "GBRG", "BG": "BGGR"}
BAYER = [
    f"Bayer{order}{rest}" for order in ORDERS for rest in ("8", "10", "12", "16", "10Packed", "12Packed", "10p", "12p")
]
COLOUR = ["RGB8", "BGR8", "RGBa8", "BGRa8"]
YUV = ["YUV422_8", "YUV422_8_UYVY", "YCbCr422_8", "YCbCr422_8_CbYCrY"]


def depth(name: str) -> int:
    return int(re.findall(r"\d+", name)[0])


def camera_bytes(name: str, width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """Return random bytes of a picture, words with no more bits than the format has."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    count = bytes_of_picture(format_code(name), width, height)
    data = random.integers(0, 256, count, dtype=np.uint8)
    if name in MONO + BAYER and depth(name) > 8 and name[-1] not in "pd":
        data.view("<u2")[:] &= 2 ** depth(name) - 1
    return data.tobytes()


def viva_samples(name: str, data: bytes, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    values = viva_genicam.Frame.from_bytes(data, width, height, format_code(name)).to_numpy()
    return (values >> (depth(name) - 8)).astype(np.uint8)


def harvesters_samples(name: str, data: bytes) -> np.ndarray:
    values = Dictionary.get_proxy(name).expand(np.frombuffer(data, np.uint8))
    return (values >> (depth(name) - 8)).astype(np.uint8).reshape(HEIGHT, WIDTH)


def mosaic(name: str, data: bytes, padding: int = 0, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Return a Bayer picture's samples by way of the grey format that lies in its bytes the same way."""
    grey = re.sub("Bayer(RG|GR|GB|BG)", "Mono", name)
    return picture_of(data, format_code(grey), width, height, padding)


@pytest.mark.parametrize("decoder", ["viva", "harvesters"])
@pytest.mark.parametrize("name", MONO + BAYER)
def test_samples_are_those_of_two_other_decoders(name: str, decoder: str) -> None:
    data = camera_bytes(name)
    expected = viva_samples(name, data) if decoder == "viva" else harvesters_samples(name, data)
    assert np.array_equal(mosaic(name, data), expected)


@pytest.mark.parametrize("name", MONO)
def test_grey_pictures(name: str) -> None:
    picture = picture_of(camera_bytes(name), format_code(name), WIDTH, HEIGHT)
    assert picture.shape == (HEIGHT, WIDTH)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous


@pytest.mark.parametrize("name", BAYER)
def test_bayer_is_bilinear_over_the_reference_mosaic(name: str) -> None:
    data = camera_bytes(name)
    picture = picture_of(data, format_code(name), WIDTH, HEIGHT)
    conversion = getattr(cv2, f"COLOR_Bayer{ORDERS[name[5:7]]}2RGB")
    assert np.array_equal(picture, cv2.cvtColor(viva_samples(name, data), conversion))


@pytest.mark.parametrize("order", ORDERS)
def test_bayer_colours_are_where_another_decoder_sees_them(order: str) -> None:
    """Only OpenCV's names of the orders could be misread; viva's own interpolation is not OpenCV's."""
    name = f"Bayer{order}8"
    data = camera_bytes(name)
    theirs = viva_genicam.Frame.from_bytes(data, WIDTH, HEIGHT, name).to_numpy(demosaic=True).astype(int)
    ours = picture_of(data, format_code(name), WIDTH, HEIGHT)
    assert np.abs(ours - theirs)[2:-2, 2:-2].max() <= 1  # they round otherwise


@pytest.mark.parametrize("order", ORDERS)
def test_a_red_part_is_red(order: str) -> None:
    """The source picture itself: sampled as the name of the order says, its first letters being the first line."""
    places = {"RG": (0, 0), "GR": (0, 1), "GB": (1, 0), "BG": (1, 1)}[order]
    samples = np.zeros((HEIGHT, WIDTH), np.uint8)
    samples[places[0] :: 2, places[1] :: 2] = 200
    inner = picture_of(samples, format_code(f"Bayer{order}8"), WIDTH, HEIGHT)[2:-2, 2:-2]
    assert (inner == (200, 0, 0)).all()


@pytest.mark.parametrize("name", COLOUR + YUV)
def test_colour_pictures(name: str) -> None:
    data = camera_bytes(name)
    picture = picture_of(data, format_code(name), WIDTH, HEIGHT)
    if name.endswith("a8"):  # which viva does not know
        four = np.frombuffer(data, np.uint8).reshape(HEIGHT, WIDTH, 4)
        expected = four[:, :, :3] if name == "RGBa8" else four[:, :, 2::-1]
    else:
        expected = viva_genicam.Frame.from_bytes(data, WIDTH, HEIGHT, format_code(name)).to_rgb8()
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.flags.c_contiguous
    assert np.abs(picture.astype(int) - expected).max() <= (1 if name in YUV else 0)


@pytest.mark.parametrize(
    ("yuv", "rgb"), [((0, 128, 128), (0, 0, 0)), ((255, 128, 128), (255, 255, 255)), ((76, 85, 255), (254, 0, 0))]
)
def test_yuv_is_full_range(yuv: tuple[int, int, int], rgb: tuple[int, int, int]) -> None:
    y, u, v = yuv
    assert picture_of(bytes((y, u, y, v)), format_code("YUV422_8"), 2, 1).tolist() == [[list(rgb)] * 2]
    assert picture_of(bytes((u, y, v, y)), format_code("YUV422_8_UYVY"), 2, 1).tolist() == [[list(rgb)] * 2]


@pytest.mark.parametrize("name", MONO + BAYER)
def test_odd_sizes_run_on_over_the_ends_of_lines(name: str) -> None:
    width, height = 13, 7
    data = camera_bytes(name, width, height)
    group = 5 if name.endswith("10p") else 3
    filled = data + bytes(-len(data) % group if name[-1] in "pd" else 0)  # viva wants whole groups
    assert np.array_equal(mosaic(name, data, 0, width, height), viva_samples(name, filled, width, height))


@pytest.mark.parametrize("name", MONO + BAYER + COLOUR + YUV)
def test_padding_is_left_out(name: str) -> None:
    code, padding = format_code(name), 6
    data = camera_bytes(name)
    line = len(data) // HEIGHT
    lines = [data[start : start + line] for start in range(0, len(data), line)]
    padded = (b"\xa5" * padding).join(lines)
    assert np.array_equal(picture_of(padded, code, WIDTH, HEIGHT, padding), picture_of(data, code, WIDTH, HEIGHT))
    with pytest.raises(ValueError, match="takes"):
        picture_of(padded[:-1], code, WIDTH, HEIGHT, padding)


@pytest.mark.parametrize("name", ["Mono12p", "Mono10p", "Mono12Packed", "BayerRG10p"])
def test_with_padding_each_odd_line_begins_on_a_byte(name: str) -> None:
    width = 13
    line = bytes_of_picture(format_code(name), width, 1)
    lines = [camera_bytes(name, width, 1)[:line], bytes(line), b"\xff" * line]
    picture = mosaic(name, b"\0\0".join(lines), 2, width, 3)
    assert np.array_equal(picture[0], mosaic(name, lines[0], 0, width, 1)[0])
    assert not picture[1].any()
    assert (picture[2] == 255).all()


@pytest.mark.parametrize("name", MONO + BAYER + COLOUR + YUV)
def test_too_short_data_is_refused_and_longer_data_is_cut(name: str) -> None:
    code, data = format_code(name), camera_bytes(name)
    with pytest.raises(
        ValueError, match=f"^{name} of {WIDTH} x {HEIGHT} takes {len(data)} bytes, not {len(data) - 1}$"
    ):
        picture_of(data[:-1], code, WIDTH, HEIGHT)
    longer = picture_of(data + b"chunk data", code, WIDTH, HEIGHT)
    assert np.array_equal(longer, picture_of(data, code, WIDTH, HEIGHT))


@pytest.mark.parametrize("name", ["Mono8", "RGB8", "Mono12p"])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda data: np.frombuffer(data, np.uint8)])
def test_a_picture_is_new_and_ours(name: str, kind: Callable[[bytes], bytes]) -> None:
    data = bytearray(camera_bytes(name))
    picture = picture_of(kind(bytes(data)), format_code(name), WIDTH, HEIGHT)
    before = picture_of(data, format_code(name), WIDTH, HEIGHT)
    kept = before.copy()
    data[:] = bytes(len(data))
    assert np.array_equal(before, kept)
    assert np.array_equal(picture, kept)
    picture[:] = 0  # writeable, and of no reader of the camera's buffer


@pytest.mark.parametrize(
    ("name", "width", "height"), [("Mono8", 0, 4), ("BayerRG8", 2, 8), ("BayerRG8", 8, 2), ("YUV422_8", 5, 4)]
)
def test_a_size_that_a_format_cannot_have(name: str, width: int, height: int) -> None:
    with pytest.raises(ValueError, match=name):
        picture_of(bytes(1000), format_code(name), width, height)


def test_names_and_numbers_are_those_of_harvesters() -> None:
    names = {format_name(code) for code in SUPPORTED}
    assert names == set(MONO + BAYER + COLOUR + YUV)
    assert {name: format_code(name) for name in names} == {name: dict_by_names[name] for name in names}


def test_bytes_of_a_picture_agree_with_the_bits_in_the_number() -> None:
    for code in SUPPORTED:
        assert bytes_of_picture(code, WIDTH, HEIGHT) == WIDTH * HEIGHT * ((code >> 16) & 0xFF) // 8


@pytest.mark.parametrize(("older", "name"), [("RGB8Packed", "RGB8"), ("YUV422Packed", "YUV422_8_UYVY")])
def test_older_names(older: str, name: str) -> None:
    assert format_code(older) == format_code(name)


def test_an_unknown_format_is_refused_with_what_would_do() -> None:
    with pytest.raises(PixelFormatUnknown, match=r"pixel format 0x02180020; set the camera to one of Mono8, .*RGB8"):
        picture_of(b"", 0x02180020, 4, 4)
    with pytest.raises(PixelFormatUnknown, match="Confidence1"):
        format_code("Confidence1")
    assert format_name(0x02180020) == "0x02180020"


def test_unpacking_by_hand() -> None:
    """The figures of the standards, one group each."""
    assert top_bits(np.array([0xAB, 0x21, 0xCD], np.uint8), GIGE_PACKED, 2, 1, 0).tolist() == [[0xAB, 0xCD]]
    assert top_bits(np.array([0xBC, 0xFA, 0xDE], np.uint8), BITS_12, 2, 1, 0).tolist() == [[0xAB, 0xDE]]
    assert top_bits(np.array([0xBC, 0x0A], np.uint8), WORDS_12, 1, 1, 0).tolist() == [[0xAB]]
    stream = sum(value << 10 * place for place, value in enumerate((0x2AF, 0x155, 0x3FF, 0x001)))
    data = np.frombuffer(stream.to_bytes(5, "little"), np.uint8)
    assert top_bits(data, BITS_10, 4, 1, 0).tolist() == [[0x2AF >> 2, 0x155 >> 2, 0x3FF >> 2, 0]]

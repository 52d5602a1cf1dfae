"""Reading and writing picture files."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.pictures import PictureUnreadable, decode, encode_jpeg, encode_png, read_picture


@pytest.fixture
def colour() -> np.ndarray:
    """A soft picture in which red, green and blue differ."""
    noise = np.random.default_rng(1).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    picture = cv2.GaussianBlur(noise, (0, 0), 2)
    picture[:, :, 0] //= 2
    return picture


def test_png_is_exact_in_colour_and_grey(colour: np.ndarray) -> None:
    assert np.array_equal(decode(encode_png(colour)), colour)
    grey = colour[:, :, 1].copy()
    back = decode(encode_png(grey))
    assert back.shape == (60, 80)
    assert np.array_equal(back, grey)


def test_locked_pixels_can_be_written(colour: np.ndarray) -> None:
    colour.flags.writeable = False
    assert np.array_equal(decode(encode_png(colour)), colour)
    assert decode(encode_jpeg(colour, 92)).shape == colour.shape


def test_jpeg_is_near(colour: np.ndarray) -> None:
    back = decode(encode_jpeg(colour, 95))
    assert np.abs(back.astype(int) - colour).mean() < 2


def test_channels_come_as_red_green_blue(tmp_path: Path) -> None:
    blue_in_opencv = np.zeros((4, 4, 3), np.uint8)
    blue_in_opencv[:, :, 0] = 255
    (tmp_path / "blue.png").write_bytes(cv2.imencode(".png", blue_in_opencv)[1].tobytes())
    assert read_picture(tmp_path / "blue.png")[0, 0].tolist() == [0, 0, 255]


def test_sixteen_bit_is_scaled_and_alpha_dropped(tmp_path: Path) -> None:
    deep = np.array([[0, 257, 65535, 128 * 257]], np.uint16)
    (tmp_path / "deep.png").write_bytes(cv2.imencode(".png", deep)[1].tobytes())
    assert read_picture(tmp_path / "deep.png").tolist() == [[0, 1, 255, 128]]
    see_through = np.full((2, 2, 4), (1, 2, 3, 0), np.uint8)
    assert decode(cv2.imencode(".png", see_through)[1].tobytes())[0, 0].tolist() == [3, 2, 1]


def test_pixels_are_contiguous_and_ready_for_a_frame(colour: np.ndarray) -> None:
    pixels = decode(encode_png(colour))
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous


def test_the_turn_noted_by_a_camera_is_ignored() -> None:
    wide = cv2.imencode(".jpg", np.full((20, 40, 3), 128, np.uint8))[1].tobytes()
    # APP1 with one EXIF entry: orientation 6 (turn by 90 degrees), little endian.
    tiff = b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"
    exif = b"Exif\x00\x00" + tiff
    turned = wide[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + wide[2:]
    assert cv2.imdecode(np.frombuffer(turned, np.uint8), cv2.IMREAD_COLOR).shape[:2] == (40, 20)
    assert decode(turned).shape[:2] == (20, 40)


def test_names_outside_ascii(tmp_path: Path, colour: np.ndarray) -> None:
    path = tmp_path / "Бракованная 零件 ñ.png"
    path.write_bytes(encode_png(colour))
    assert np.array_equal(read_picture(path), colour)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".tif", ".webp"])
@pytest.mark.parametrize("share", [0.99, 0.5])
def test_a_cut_off_file_is_refused(tmp_path: Path, colour: np.ndarray, suffix: str, share: float) -> None:
    whole = cv2.imencode(suffix, colour)[1].tobytes()
    assert decode(whole).shape == colour.shape
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(PictureUnreadable, match=rf"cut\{suffix}"):
        read_picture(path)


def test_a_jpeg_with_a_thumbnail_inside_is_not_taken_for_whole(colour: np.ndarray) -> None:
    whole = encode_jpeg(colour, 90)
    inner = b"Exif\x00\x00" + whole
    nested = whole[:2] + b"\xff\xe1" + (len(inner) + 2).to_bytes(2, "big") + inner + whole[2:]
    assert decode(nested).shape == colour.shape
    with pytest.raises(PictureUnreadable, match="cut off"):
        decode(nested[:-200])


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"no picture at all", "no picture"), (b"\xff\xd8\xff", "cut off")],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "notes.png").write_bytes(content)
    with pytest.raises(PictureUnreadable, match=rf"notes\.png: .*{reason}"):
        read_picture(tmp_path / "notes.png")


def test_floating_point_pictures_are_refused() -> None:
    deep = cv2.imencode(".tiff", np.ones((4, 4), np.float32))[1].tobytes()
    with pytest.raises(PictureUnreadable, match="float32"):
        decode(deep)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(PictureUnreadable, match=r"gone\.png cannot be read"):
        read_picture(tmp_path / "gone.png")
    with pytest.raises(PictureUnreadable, match="cannot be read"):
        read_picture(tmp_path)


@pytest.mark.shared_images
def test_all_kinds_of_the_shared_pictures_are_read(shared_images: Path) -> None:
    seen = {}
    for path in sorted(shared_images.rglob("*")):
        if path.suffix in {".jpg", ".png", ".bmp", ".webp"} and len(seen.setdefault(path.suffix, [])) < 3:
            seen[path.suffix].append(read_picture(path).ndim)
    assert set(seen) == {".jpg", ".png", ".bmp", ".webp"}

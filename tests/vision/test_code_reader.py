"""Codes drawn into pictures, and read from them."""

from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from inspector.domain.frame import Pixels
from inspector.domain.recipe import CodeReading, Region
from inspector.pictures import read_picture
from inspector.vision.code_reader import CodeReader
from inspector.vision.code_symbologies import SymbologyUnknown, formats_of, known_symbologies, too_short

SERIAL = "SN-2026-000481"
PATIENCE = 60.0


def drawn(text: str, kind: str = "DataMatrix", scale: int = 4) -> Pixels:
    """Return the code alone, uint8 `H x W`, with its quiet zone."""
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return np.array(code.to_image(scale=scale), np.uint8)


def on_ground(*codes: tuple[Pixels, int, int], height: int = 480, width: int = 640, ground: int = 120) -> Pixels:
    """Return a grey picture with each code's left top corner there."""
    picture = np.full((height, width), ground, np.uint8)
    for code, left, top in codes:
        picture[top : top + code.shape[0], left : left + code.shape[1]] = code
    return picture


def read(picture: Pixels, *, region: Region | None = None, symbologies: tuple[str, ...] = ()) -> list[str]:
    reader = CodeReader(CodeReading(region or Region(), symbologies), longest=PATIENCE)
    return [code.text for code in reader.read(picture)]


@pytest.mark.parametrize("kind", ["DataMatrix", "QRCode", "Aztec", "PDF417", "Code128", "Code39"])
def test_a_code_is_read_with_its_kind(kind: str) -> None:
    (code,) = CodeReader(CodeReading()).read(on_ground((drawn(SERIAL, kind, 2), 60, 40), width=900))
    assert (code.text, code.label) == (SERIAL, SERIAL)
    assert code.symbology.startswith(kind)


def test_an_ean_is_read() -> None:
    assert read(on_ground((drawn("4006381333931", "EAN13", 2), 60, 40))) == ["4006381333931"]


def test_colour_is_read_as_grey_is() -> None:
    red = np.dstack([np.full((480, 640), 200, np.uint8), *[on_ground((drawn(SERIAL), 60, 40))] * 2])
    assert read(np.ascontiguousarray(red)) == [SERIAL]


def test_corners_are_in_pixels_of_the_whole_picture() -> None:
    code = drawn(SERIAL)
    height, width = code.shape
    region = Region(0.5, 0.5, 0.5, 0.5)
    (found,) = CodeReader(CodeReading(region)).read(on_ground((code, 420, 300)))
    across, down = found.middle
    assert (across, down) == (pytest.approx(420 + width / 2, abs=4), pytest.approx(300 + height / 2, abs=4))
    xs, ys = [x for x, _ in found.corners], [y for _, y in found.corners]
    assert min(xs) >= 420
    assert max(xs) <= 420 + width
    assert min(ys) >= 300
    assert max(ys) <= 300 + height


def test_a_code_beside_the_region_is_not_the_parts() -> None:
    picture = on_ground((drawn("other part"), 20, 20), (drawn(SERIAL), 420, 300))
    assert read(picture, region=Region(0.5, 0.5, 0.5, 0.5)) == [SERIAL]
    assert read(picture, region=Region(0.5, 0.0, 0.5, 0.4)) == []


def test_a_code_half_outside_counts_where_its_middle_is() -> None:
    code = drawn("7", scale=3)
    half = code.shape[1] // 2
    region = Region(0.0, 0.0, 0.5, 1.0)
    assert read(on_ground((code, 314 - half, 200)), region=region) == ["7"]
    assert read(on_ground((code, 326 - half, 200)), region=region) == []


def test_a_region_drawn_tight_is_wide_enough() -> None:
    code = drawn(SERIAL)
    quiet = 8
    region = Region(
        (300 + quiet) / 640, (200 + quiet) / 480, (code.shape[1] - 2 * quiet) / 640, (code.shape[0] - 2 * quiet) / 480
    )
    assert read(on_ground((code, 300, 200), ground=60), region=region) == [SERIAL]


def test_of_several_the_one_nearest_to_the_middle_comes_first() -> None:
    edge, near = (drawn("edge"), 10, 10), (drawn("near"), 260, 200)
    assert read(on_ground(edge, near)) == ["near", "edge"]
    assert read(on_ground(edge, near), region=Region(0, 0, 0.5, 0.55))[0] == "edge"


def test_only_the_kinds_that_the_recipe_names_are_read() -> None:
    picture = on_ground((drawn("square"), 260, 200), (drawn("4006381333931", "EAN13", 2), 20, 20))
    assert read(picture, symbologies=("EAN13",)) == ["4006381333931"]
    assert read(picture, symbologies=("datamatrix", "QRCode")) == ["square"]


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SymbologyUnknown, match=r"no kind of code called 'DotCodes'; known are Aztec, .*DataMatrix"):
        CodeReader(CodeReading(symbologies=("QRCode", "DotCodes")))
    assert formats_of(known_symbologies())


class TestHardPictures:
    """What the bare library does not read."""

    def test_a_faint_code_under_uneven_light(self) -> None:
        code = on_ground((drawn(SERIAL, scale=3), 300, 200)).astype(np.float32)
        light = np.linspace(5, 150, code.shape[1], dtype=np.float32)
        noise = np.random.default_rng(3).normal(0, 2, code.shape)
        faint = np.clip(light + code * 0.04 + noise, 0, 255).astype(np.uint8)
        assert zxingcpp.read_barcodes(faint) == []
        assert read(faint) == [SERIAL]

    def test_stripes_that_lie_aslant(self) -> None:
        straight = on_ground((drawn(SERIAL, "Code128", 2), 40, 160), width=480, ground=255)
        matrix = cv2.getRotationMatrix2D((240, 240), 45, 1.0)
        aslant = np.asarray(cv2.warpAffine(straight, matrix, (480, 480), borderValue=255), np.uint8)
        assert zxingcpp.read_barcodes(aslant) == []
        (code,) = CodeReader(CodeReading(), longest=PATIENCE).read(aslant)
        assert code.text == SERIAL
        across = (cv2.invertAffineTransform(matrix) @ np.array([*code.middle, 1.0])).round()
        assert (across[0], across[1]) == (pytest.approx(40 + 175, abs=25), pytest.approx(160 + 25, abs=25))

    @pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
    def test_light_on_dark_and_turned(self, turn: int) -> None:
        picture = 255 - on_ground((drawn(SERIAL), 60, 40))
        assert read(np.ascontiguousarray(cv2.rotate(picture, turn))) == [SERIAL]


class TestDoubtfulReadings:
    """What must not become a serial number."""

    def test_stripes_that_read_otherwise_at_a_second_look_do_not_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._let_each_look_say(monkeypatch, ["12345678", "12345679", "12345679", "12345679", "12345679"])
        assert read(on_ground((drawn("12345678", "ITF"), 60, 40), width=800)) == []

    def test_stripes_that_read_as_often_otherwise_do_not_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._let_each_look_say(monkeypatch, ["12345678", "12345678", "12345679", "12345679", ""])
        assert read(on_ground((drawn("12345678", "ITF"), 60, 40), width=800)) == []

    def test_stripes_that_read_alike_twice_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._let_each_look_say(monkeypatch, ["12345678", "", "", "12345678", ""])
        assert read(on_ground((drawn("12345678", "ITF"), 60, 40), width=800)) == ["12345678"]

    def test_an_ean_must_read_alike_three_times(self, monkeypatch: pytest.MonkeyPatch) -> None:
        picture = on_ground((drawn("4006381333931", "EAN13"), 60, 40), width=800)
        self._let_each_look_say(monkeypatch, ["4006381333931", "4006381333931", "", "", ""])
        assert read(picture) == []
        self._let_each_look_say(monkeypatch, ["4006381333931", "4006381333931", "", "4006381333931", ""])
        assert read(picture) == ["4006381333931"]

    def test_short_codes_without_an_end_count_only_where_they_are_asked_for(self) -> None:
        picture = on_ground((drawn("A7", "Code39", 3), 60, 40), width=800)
        assert read(picture) == []
        assert read(picture, symbologies=("Code39",)) == ["A7"]
        assert not too_short(zxingcpp.BarcodeFormat.QRCode, "7", ())

    def test_noise_and_grids_hold_no_code(self) -> None:
        noise = np.random.default_rng(1).integers(0, 256, (240, 320), np.uint8)
        grid = np.zeros((240, 320), np.uint8)
        grid[::6] = grid[:, ::9] = 255
        for picture in (noise, grid, np.zeros((1, 1), np.uint8), np.zeros((3, 200, 3), np.uint8)):
            assert read(picture) == []

    def _let_each_look_say(self, monkeypatch: pytest.MonkeyPatch, texts: list[str]) -> None:
        """Play the library: the first look finds what is there, each look's text is then another one."""
        real, said = zxingcpp.read_barcodes, iter(texts)

        class Said:
            def __init__(self, text: str, of: zxingcpp.Barcode) -> None:
                self.text, self.format, self.symbology, self.position = text, of.format, of.symbology, of.position

        def look(pixels: Pixels, **options: object) -> list[Said]:
            return [Said(next(said, ""), one) for one in real(pixels, **options)]  # type: ignore[arg-type]

        monkeypatch.setattr(zxingcpp, "read_barcodes", look)


class TestBounds:
    """A part without a code takes no longer than so much."""

    def test_further_views_end_with_the_pixels(self, monkeypatch: pytest.MonkeyPatch) -> None:
        looked = self._count_pixels(monkeypatch)
        CodeReader(CodeReading(), most_pixels=250_000, longest=PATIENCE).read(np.zeros((300, 300), np.uint8))
        assert sum(looked) <= 300 * 300 + 250_000
        assert len(looked) == 3

    def test_further_views_end_with_the_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        looked = self._count_pixels(monkeypatch)
        ticks = count(0)
        CodeReader(CodeReading(), longest=2.5, clock=lambda: next(ticks)).read(np.zeros((300, 300), np.uint8))
        assert len(looked) == 3

    def test_a_code_that_reads_as_it_is_costs_one_look(self, monkeypatch: pytest.MonkeyPatch) -> None:
        looked = self._count_pixels(monkeypatch)
        assert read(on_ground((drawn(SERIAL), 60, 40))) == [SERIAL]
        assert len(looked) == 1

    def _count_pixels(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        real = zxingcpp.read_barcodes
        looked: list[int] = []

        def look(pixels: Pixels, **options: object) -> list[zxingcpp.Barcode]:
            looked.append(pixels.size)
            return real(pixels, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(zxingcpp, "read_barcodes", look)
        return looked


@pytest.mark.shared_images
class TestPhotographs:
    def test_one_that_the_library_reads_wrong_is_not_read_wrong(self, shared_images: Path) -> None:
        picture = read_picture(shared_images / "barcodes" / "upca-4" / "2.webp")
        assert [one.text for one in zxingcpp.read_barcodes(picture[..., ::-1].copy())] == ["9074932437075"]
        assert read(picture) in ([], ["0023942431015"])

    def test_one_that_the_library_does_not_read(self, shared_images: Path) -> None:
        picture = read_picture(shared_images / "barcodes" / "upca-5" / "02.webp")
        assert zxingcpp.read_barcodes(picture[..., ::-1].copy()) == []
        assert read(picture) == ["0312547701310"]

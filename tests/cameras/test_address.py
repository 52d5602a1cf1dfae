"""Camera addresses and their options."""

import pytest

from inspector.cameras.address import parse_address
from inspector.cameras.camera import CameraUnavailable


@pytest.mark.parametrize(
    ("text", "driver", "target", "options"),
    [
        ("demo:7", "demo", "7", {}),
        ("DEMO:7?fps=10&parts=2", "demo", "7", {"fps": "10", "parts": "2"}),
        (r"folder:C:\parts\today", "folder", r"C:\parts\today", {}),
        ("folder:/what?/is this", "folder", "/what?/is this", {}),
        ("folder:/what?/is=this", "folder", "/what?/is=this", {}),
        ("folder:/what?/x?loop=1", "folder", "/what?/x", {"loop": "1"}),
        ("folder:C:/a?fps=", "folder", "C:/a", {"fps": ""}),
    ],
)
def test_parts_of_an_address(text: str, driver: str, target: str, options: dict[str, str]) -> None:
    address = parse_address(text)
    assert (address.text, address.driver, address.target, dict(address.options)) == (text, driver, target, options)


@pytest.mark.parametrize("text", ["", "demo", "/data/parts", ":7"])
def test_an_address_without_a_driver_is_refused(text: str) -> None:
    with pytest.raises(CameraUnavailable, match="is no camera address"):
        parse_address(text)


def test_options_are_checked() -> None:
    address = parse_address("folder:/x?fps=fast&loop=yes&speed=3")
    with pytest.raises(CameraUnavailable, match="no option 'speed'; known are fps, loop"):
        address.check_options({"fps", "loop"})
    with pytest.raises(CameraUnavailable, match="fps must be a number from 0, not 'fast'"):
        address.number("fps", 1)
    with pytest.raises(CameraUnavailable, match="loop must be 0 or 1, not 'yes'"):
        address.switch("loop")


@pytest.mark.parametrize("text", ["-1", "nan", "inf", ""])
def test_numbers_that_are_no_rate(text: str) -> None:
    with pytest.raises(CameraUnavailable, match="fps must be a number"):
        parse_address(f"demo:1?fps={text}").number("fps", 1)


def test_options_that_are_not_given() -> None:
    address = parse_address("demo:1")
    assert address.number("fps", 12.5) == 12.5
    assert address.switch("loop") is False
    assert parse_address("demo:1?loop=1").switch("loop") is True

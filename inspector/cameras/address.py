"""Camera addresses: `driver:target?option=value&option=value`."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from inspector.cameras.camera import CameraUnavailable

_OPTIONS = re.compile(r"[a-z]+=[^?&=]*(&[a-z]+=[^?&=]*)*")


@dataclass(frozen=True)
class Address:
    """An address in its parts. `text` is the whole as it was given."""

    text: str
    driver: str
    target: str
    options: Mapping[str, str]

    def check_options(self, known: Set[str]) -> None:
        """Raise CameraUnavailable where there is an option that this driver does not know."""
        unknown = sorted(set(self.options) - known)
        if unknown:
            raise CameraUnavailable(
                f"camera address '{self.text}': no option '{unknown[0]}'; known are {', '.join(sorted(known))}"
            )

    def number(self, option: str, default: float) -> float:
        """Return an option that is a number from 0 upwards. Raises CameraUnavailable where it is none."""
        text = self.options.get(option)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1e9:
            raise CameraUnavailable(f"camera address '{self.text}': {option} must be a number from 0, not '{text}'")
        return value

    def switch(self, option: str) -> bool:
        """Return an option that is 0 (also when it is not given) or 1. Raises CameraUnavailable for all else."""
        text = self.options.get(option, "0")
        if text not in ("0", "1"):
            raise CameraUnavailable(f"camera address '{self.text}': {option} must be 0 or 1, not '{text}'")
        return text == "1"


def parse_address(text: str) -> Address:
    """Return the parts of a camera address. Raises CameraUnavailable for what has no driver before a colon.

    A question mark belongs to the target unless `option=value` pairs follow it, since file names may contain one.
    """
    driver, colon, rest = text.partition(":")
    if not colon or not driver:
        raise CameraUnavailable(f"'{text}' is no camera address; write it as demo:7 or folder:PATH")
    target, mark, tail = rest.rpartition("?")
    if not mark or not _OPTIONS.fullmatch(tail):
        return Address(text, driver.lower(), rest, {})
    return Address(text, driver.lower(), target, dict(pair.split("=", 1) for pair in tail.split("&")))

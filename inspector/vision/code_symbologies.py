"""The kinds of codes by name, and which of them prove themselves."""

from collections.abc import Sequence

import zxingcpp

from inspector.domain.refusal import Refusal

Format = zxingcpp.BarcodeFormat

# A matrix code corrects its errors and cannot be read half: one reading is proof. All others are stripes, of which a
# scratch or a slanted edge makes other stripes.
_PROVED = frozenset(
    {
        Format.Aztec,
        Format.AztecCode,
        Format.AztecRune,
        Format.DataMatrix,
        Format.MaxiCode,
        Format.PDF417,
        Format.CompactPDF417,
        Format.MicroPDF417,
        Format.QRCode,
        Format.QRCodeModel1,
        Format.QRCodeModel2,
        Format.MicroQRCode,
        Format.RMQRCode,
    }
)
# One check digit, and every width of a stripe means something: when they are blurred these are read wrong the most.
_RETAIL = frozenset({Format.EANUPC, Format.EAN13, Format.EAN8, Format.UPCA, Format.UPCE, Format.ISBN})
# These have neither a check digit nor a length of their own, so that a piece of one is another one.
_OPEN_ENDED = frozenset({Format.ITF, Format.Codabar, Format.Code39, Format.Code39Std, Format.Code39Ext})
_SHORTEST = 4


class SymbologyUnknown(Refusal, ValueError):
    """A recipe that asks for a kind of code that nobody knows; the message names those that are known."""


def known_symbologies() -> tuple[str, ...]:
    """Return the names of all kinds of codes that can be read, in the order of the alphabet."""
    readable = zxingcpp.barcode_formats_list(zxingcpp.BarcodeFormats(Format.AllReadable))
    return tuple(sorted({one.name for one in readable} - {Format.OtherBarcode.name}, key=str.lower))


def formats_of(symbologies: Sequence[str]) -> tuple[zxingcpp.BarcodeFormat, ...]:
    """Return the kinds of these names, written in any case; none of them for no name, which means any kind.

    Raises SymbologyUnknown.
    """
    known = {name.lower(): name for name in known_symbologies()}
    unknown = [name for name in symbologies if name.lower() not in known]
    if unknown:
        raise SymbologyUnknown(
            f"there is no kind of code called '{unknown[0]}'; known are {', '.join(known_symbologies())}"
        )
    return tuple(getattr(Format, known[name.lower()]) for name in symbologies)


def looks_needed(kind: zxingcpp.BarcodeFormat) -> int:
    """Return in how many views such a code must read alike before it is believed."""
    if kind in _PROVED:
        return 1
    return 3 if kind in _RETAIL else 2


def too_short(kind: zxingcpp.BarcodeFormat, text: str, wanted: Sequence[zxingcpp.BarcodeFormat]) -> bool:
    """Say whether this is likelier a piece of another code or of no code. One that the recipe names may be short."""
    return kind in _OPEN_ENDED and not wanted and len(text) < _SHORTEST

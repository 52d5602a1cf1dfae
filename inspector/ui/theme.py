"""How the window looks: two sets of colours, one spacing scale, one type scale.

Grey by default and colour only for what is abnormal (ISA-101); the abnormal colours are Okabe-Ito's, darkened or
lightened until text on them reaches WCAG AA, and the large verdict AAA. No colour stands alone: see `verdict_mark`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template
from types import MappingProxyType
from typing import Literal

from PySide6.QtGui import QColor, QFont, QPalette

from inspector.assets import resource
from inspector.domain.verdict import Verdict

ThemeName = Literal["light", "dark"]

FONT_FAMILIES = ("Noto Sans", "Droid Sans Fallback")


class Space:
    """The spacing scale, in logical pixels. Nothing in the window stands at any other distance."""

    HAIR = 4
    SMALL = 8
    MEDIUM = 12
    LARGE = 16
    WIDE = 24
    HUGE = 32
    RADIUS = 8


class TextSize:
    """The type scale, in logical pixels. The big verdict alone is fitted to its panel."""

    CAPTION = 12
    BODY = 14
    HEADING = 16
    TITLE = 20
    FIGURE = 24
    DISPLAY = 30


@dataclass(frozen=True)
class VerdictColours:
    """`fill` is the panel's colour and `ink` what is written on it; `mark` is the colour of a small mark on a card."""

    fill: str
    ink: str
    mark: str


@dataclass(frozen=True)
class Theme:
    """Every colour of the window by what it means, as `#RRGGBB`."""

    name: ThemeName
    ground: str
    card: str
    raised: str
    pressed: str
    line: str
    strong_line: str
    text: str
    muted: str
    faint: str
    action: str
    action_hover: str
    action_ink: str
    focus: str
    picture_ground: str
    chart_line: str
    chart_bar: str
    verdicts: Mapping[Verdict, VerdictColours]


LIGHT = Theme(
    name="light",
    ground="#E6E9EB",
    card="#FAFBFB",
    raised="#EEF0F2",
    pressed="#DCE1E4",
    line="#D3D8DC",
    strong_line="#8A959E",
    text="#182026",
    muted="#4A565F",
    faint="#66727B",
    action="#2C3943",
    action_hover="#3B4A56",
    action_ink="#FFFFFF",
    focus="#0072B2",
    picture_ground="#20272C",
    chart_line="#33424D",
    chart_bar="#93A0AA",
    verdicts=MappingProxyType(
        {
            Verdict.OK: VerdictColours(fill="#33414B", ink="#FFFFFF", mark="#4A565F"),
            Verdict.NG: VerdictColours(fill="#B44500", ink="#FFFFFF", mark="#B44500"),
            Verdict.CHECK: VerdictColours(fill="#E69F00", ink="#181300", mark="#8A5A00"),
            Verdict.ERROR: VerdictColours(fill="#7A2E68", ink="#FFFFFF", mark="#8E3A7B"),
        }
    ),
)

DARK = Theme(
    name="dark",
    ground="#12171B",
    card="#1C2328",
    raised="#273037",
    pressed="#333E46",
    line="#303A42",
    strong_line="#6C7983",
    text="#EDF0F2",
    muted="#B1BBC3",
    faint="#8D99A2",
    action="#D9DFE3",
    action_hover="#FFFFFF",
    action_ink="#161C20",
    focus="#56B4E9",
    picture_ground="#0B0E10",
    chart_line="#C7D0D6",
    chart_bar="#6F7D87",
    verdicts=MappingProxyType(
        {
            Verdict.OK: VerdictColours(fill="#39464F", ink="#FFFFFF", mark="#B1BBC3"),
            Verdict.NG: VerdictColours(fill="#B44500", ink="#FFFFFF", mark="#FF8B4A"),
            Verdict.CHECK: VerdictColours(fill="#E69F00", ink="#181300", mark="#E69F00"),
            Verdict.ERROR: VerdictColours(fill="#86356F", ink="#FFFFFF", mark="#E39BCB"),
        }
    ),
)

THEMES: Mapping[ThemeName, Theme] = MappingProxyType({"light": LIGHT, "dark": DARK})


@cache
def font(size: int, *, bold: bool = False) -> QFont:
    """Return the window's font at a size of the type scale. It is shared by all who ask: take it, do not change it."""
    made = QFont()
    made.setFamilies(list(FONT_FAMILIES))
    made.setPixelSize(size)
    made.setBold(bold)
    return made


def style_sheet(theme: Theme) -> str:
    """Return the style sheet in resources/style with the theme's colours and the two scales filled in."""
    words: dict[str, str] = {
        field: value for field, value in vars(theme).items() if isinstance(value, str) and value.startswith("#")
    }
    words |= {f"space_{name.lower()}": f"{value}px" for name, value in vars(Space).items() if name.isupper()}
    words |= {f"text_{name.lower()}": f"{value}px" for name, value in vars(TextSize).items() if name.isupper()}
    template = Template(resource("style", "window.qss").read_text(encoding="utf-8"))
    return template.substitute(words)


def palette(theme: Theme) -> QPalette:
    """Return the palette for what the style sheet does not reach: native parts, placeholders, selections."""
    made = QPalette()
    role = QPalette.ColorRole
    for roles, colour in (
        ((role.Window, role.AlternateBase), theme.ground),
        ((role.Base, role.ToolTipBase), theme.card),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), theme.text),
        ((role.Button, role.Light, role.Midlight), theme.raised),
        ((role.Mid, role.Dark), theme.line),
        ((role.PlaceholderText,), theme.faint),
        ((role.Highlight, role.Link), theme.focus),
        ((role.HighlightedText,), "#FFFFFF" if theme.name == "light" else "#000000"),
    ):
        for one in roles:
            made.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(theme.faint))
    return made

"""The two sets of colours: legible by WCAG, and complete."""

import re
from itertools import combinations

import pytest
from PySide6.QtGui import QColor

from inspector.assets import resource
from inspector.domain.verdict import Verdict
from inspector.ui.look import Look
from inspector.ui.theme import DARK, LIGHT, Theme, style_sheet

AA, AAA_LARGE, GRAPHICS = 4.5, 4.5, 3.0
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    rgb = QColor(colour)
    return 0.2126 * linear(rgb.redF()) + 0.7152 * linear(rgb.greenF()) + 0.0722 * linear(rgb.blueF())


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_formula_itself() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_words_are_legible(theme: Theme) -> None:
    for ground in (theme.ground, theme.card, theme.raised):
        for ink in (theme.text, theme.muted):
            assert contrast(ink, ground) >= AA, (ink, ground)
    assert contrast(theme.text, theme.pressed) >= AA
    assert contrast(theme.faint, theme.card) >= AA
    assert contrast(theme.action_ink, theme.action) >= AA
    assert contrast(theme.action_ink, theme.action_hover) >= AA


@THEMES
@pytest.mark.parametrize("verdict", Verdict)
def test_verdicts_are_legible_from_afar(theme: Theme, verdict: Verdict) -> None:
    colours = theme.verdicts[verdict]
    assert contrast(colours.ink, colours.fill) >= AAA_LARGE
    assert contrast(colours.mark, theme.card) >= AA
    assert contrast(colours.fill, theme.ground) >= 1.5


@THEMES
def test_the_focus_and_the_edges_can_be_seen(theme: Theme) -> None:
    for ground in (theme.ground, theme.card, theme.raised):
        assert contrast(theme.focus, ground) >= GRAPHICS
    assert contrast(theme.strong_line, theme.card) >= 2.5
    assert contrast(theme.chart_line, theme.card) >= GRAPHICS


@THEMES
def test_no_two_verdicts_share_a_colour(theme: Theme) -> None:
    for one, other in combinations(Verdict, 2):
        assert theme.verdicts[one].fill != theme.verdicts[other].fill


@THEMES
def test_the_style_sheet_is_filled_in(theme: Theme) -> None:
    sheet = style_sheet(theme)
    assert "$" not in sheet
    assert theme.ground in sheet


def test_changing_the_look_tells_everybody_once(look: Look, qtbot: object) -> None:
    heard: list[str] = []
    look.changed.connect(lambda: heard.append(look.theme.name))
    look.use("dark")
    look.use("dark")
    look.use("light")
    assert heard == ["dark", "light"]


def test_every_icon_that_is_named_is_shipped_and_none_besides(checkout: object) -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (checkout / "inspector" / "ui").rglob("*.py"))
    shipped = {path.stem for path in resource("icons").glob("*.svg")}
    named = {name for name in shipped if re.search(f'"{re.escape(name)}"', sources)}
    assert named == shipped
    used = re.findall(r'(?:add_screen|add_action|set_icon|draw_icon|WayCard)\((?:look, )?"([a-z-]+)"', sources)
    used += re.findall(r'Button\((?:self\._)?look, "([a-z-]+)"', sources) + re.findall(r'sign="([a-z-]+)"', sources)
    assert set(used) <= shipped
    assert len(used) > 20

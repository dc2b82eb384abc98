"""The picture of where a group stands: its steps one below the other on a card, drawn from SVG.

Promises: the picture holds the titles of a programme and nothing of any group; the same steps and states give the same
bytes. It has its own ground, so that it reads in a light and in a dark Slack, and shapes beside the colours. Letters
are drawn with the fonts of `templates/workbook/fonts` alone: without one resvg draws no text and says nothing. Nothing
is read but the fonts, and nothing kept but pictures drawn before.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

import resvg_py

from worker.files import bundled

STATES = "dna"  # done, now, ahead
MOST_STEPS = 20
_ZOOM = 2  # for screens with two points a pixel
_WIDTH, _EDGE, _GAP, _LINE, _TEXT = 560, 22, 18, 22, 16
_DOT, _LEFT = 13, 66  # radius of a step's mark, and where its title begins
_EMS = (_WIDTH - _LEFT - _EDGE - 10) / _TEXT  # how wide a line of a title may be, in its own font size
_LINES = 2
# Each pair has a contrast of 4.5 or more on the card, measured by the rule of WCAG 2.
_CARD, _BORDER, _INK, _SOFT, _GREEN, _PALE = "#ffffff", "#c9d5cf", "#16302a", "#505a65", "#1f6f5c", "#eaf4ef"
_FONTS = (
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansArabic-Bold.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansHebrew-Bold.ttf",
    "DroidSansFallback.ttf",
    "NotoEmoji-Regular.ttf",
)


@lru_cache(maxsize=256)  # five steps have 243 ways to stand; each picture is some kilobytes
def steps_picture(titles: tuple[str, ...], states: str) -> bytes:
    """Return a PNG of the steps; `states` has a letter of STATES for each title."""
    fonts = bundled.find("templates/workbook/fonts")
    return resvg_py.svg_to_bytes(
        svg_string=steps_svg(titles, states),
        zoom=_ZOOM,
        skip_system_fonts=True,
        font_files=[str(fonts / name) for name in _FONTS],
        font_family="Noto Sans",
        sans_serif_family="Noto Sans",
    )


def steps_svg(titles: Sequence[str], states: str) -> str:
    """Return the picture as SVG."""
    steps = enumerate(zip(titles, states, strict=True), start=1)
    rows = [_lines(f"{number}. {title}", bold=state == "n") for number, (title, state) in steps]
    tops, y = [], _EDGE
    for lines in rows:
        tops.append(y)
        y += len(lines) * _LINE + _GAP
    height = y - _GAP + _EDGE
    drawn = "".join((*_way(tops), *_marks(tops, states), *_titles(rows, tops, states)))
    size = f'x="1" y="1" width="{_WIDTH - 2}" height="{height - 2}" rx="14"'
    card = f'<rect {size} fill="{_CARD}" stroke="{_BORDER}" stroke-width="2"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-family="Noto Sans">'
    return f"{head}{card}{drawn}</svg>"


def _way(tops: Sequence[int]) -> Iterator[str]:
    """The line from step to step."""
    x = _EDGE + _DOT
    yield f'<path d="M{x} {tops[0] + _DOT}V{tops[-1] + _DOT}" stroke="{_BORDER}" stroke-width="3" fill="none"/>'


def _marks(tops: Sequence[int], states: str) -> Iterator[str]:
    """A full circle with a tick, a ring with a dot, an empty ring: they differ without their colours too."""
    for top, state in zip(tops, states, strict=True):
        x, y = _EDGE + _DOT, top + _DOT
        match state:
            case "d":
                tick = f'd="M{x - 6} {y}l4 5 8-9" stroke="{_CARD}" stroke-width="3" fill="none" stroke-linecap="round"'
                yield f'<circle cx="{x}" cy="{y}" r="{_DOT}" fill="{_GREEN}"/><path {tick}/>'
            case "n":
                ring = f'r="{_DOT - 1}" fill="{_PALE}" stroke="{_GREEN}" stroke-width="3"'
                yield f'<circle cx="{x}" cy="{y}" {ring}/><circle cx="{x}" cy="{y}" r="6" fill="{_GREEN}"/>'
            case _:
                yield f'<circle cx="{x}" cy="{y}" r="{_DOT - 1}" fill="{_CARD}" stroke="{_SOFT}" stroke-width="2"/>'


def _titles(rows: Sequence[Sequence[str]], tops: Sequence[int], states: str) -> Iterator[str]:
    for lines, top, state in zip(rows, tops, states, strict=True):
        ink = _INK if state != "a" else _SOFT
        weight = ' font-weight="700"' if state == "n" else ""
        for place, line in enumerate(lines):
            y = top + _DOT + 6 + place * _LINE
            yield f'<text x="{_LEFT}" y="{y}" font-size="{_TEXT}" fill="{ink}"{weight}>{escape(line)}</text>'


def _lines(text: str, *, bold: bool) -> list[str]:
    """A title in lines that surely fit: no font is measured, so each letter is taken as wide as the wider ones."""
    lines, line = [], ""
    for word in "".join(sign for sign in " ".join(text.split()) if sign.isprintable()).split(" "):
        wider = f"{line} {word}".strip()
        if line and _ems(wider, bold=bold) > _EMS:
            lines.append(line)
            wider = word
        line = wider
    lines.append(line)
    cut = len(lines) > _LINES
    kept = [_fitting(one, bold=bold) for one in lines[:_LINES]]
    return [*kept[:-1], _fitting(f"{kept[-1]}…", bold=bold)] if cut else kept


def _fitting(line: str, *, bold: bool) -> str:
    if _ems(line, bold=bold) <= _EMS:
        return line
    while line and _ems(f"{line}…", bold=bold) > _EMS:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _ems(line: str, *, bold: bool) -> float:
    return sum(_em(sign) for sign in line) * (1.07 if bold else 1)


def _em(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0
    if unicodedata.east_asian_width(sign) in "WF" or ord(sign) > 0xFFFF:
        return 1.2
    return 0.85 if sign in "MWmw@—…" else 0.68 if sign.isupper() else 0.58

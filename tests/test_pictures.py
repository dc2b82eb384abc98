"""The picture of the steps: drawn with letters, asked for by anybody, and holding nothing of anyone."""

import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.web_home import Home, free_port, home
from worker import pictures
from worker.pictures import MOST_STEPS, steps_picture, steps_svg
from worker.web.app import create_with

TITLES = ("Know the Value of Your Work", "Know Your Vulnerabilities", "Track Progress")
ODD = (
    "A title that goes on and on about everything that anybody ever wanted to say about a step, and then some more",
    "مرحبا بكم في هذه الخطوة",
    "שלום לכולם",
    "知道你的工作的价值" * 20,
    '<script>alert("x")</script> & "quotes" \x00\u202e',
    "M" * 300,
    "",
    "👩‍👩‍👧‍👦",
)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with home(tmp_path_factory.mktemp("state"), free_port()) as made:
        yield made


@pytest.fixture(scope="module")
def pages(place: Home) -> FlaskClient:
    return create_with(place.house).test_client()


# --- drawn ----------------------------------------------------------------------------------------------------------


def test_the_picture_has_letters_in_it() -> None:
    # Without a font resvg draws none, and pictures of different titles would be alike.
    assert steps_picture(("Alpha", "Omega"), "na") != steps_picture(("Omega", "Alpha"), "na")
    assert steps_picture(("Alpha", "مرحبا"), "na") != steps_picture(("Alpha", "حبامر"), "na")


def test_each_state_looks_different_and_the_same_is_the_same() -> None:
    drawn = {steps_picture(TITLES, states) for states in ("naa", "dna", "ddn", "ddd", "aaa")}
    assert len(drawn) == 5
    steps_picture.cache_clear()
    assert steps_picture(TITLES, "naa") in drawn


def test_it_is_drawn_at_twice_its_size_and_grows_with_the_steps() -> None:
    width, height = size(steps_picture(TITLES, "dna"))
    svg = ElementTree.fromstring(steps_svg(TITLES, "dna"))
    assert (width, height) == (2 * int(svg.attrib["width"]), 2 * int(svg.attrib["height"]))
    assert size(steps_picture(tuple("abcdefghijklmnopqrst"), "d" * MOST_STEPS))[1] > height


@pytest.mark.parametrize("title", ODD)
def test_no_title_breaks_it_or_leaves_the_card(title: str) -> None:
    svg = steps_svg(("First", title), "dn")
    drawn = ElementTree.fromstring(svg)
    lines = [t.text or "" for t in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert len(lines) <= 1 + 2, "a long title is cut after two lines"
    room = int(drawn.attrib["width"]) - pictures._LEFT - pictures._EDGE
    assert all(pictures._ems(line, bold=True) * pictures._TEXT <= room for line in lines[1:])
    assert size(steps_picture(("First", title), "dn"))[0] == 2 * int(drawn.attrib["width"])


def test_it_reads_on_its_own_ground_in_light_and_in_dark() -> None:
    for ink in (pictures._INK, pictures._SOFT, pictures._GREEN):
        assert contrast(ink, pictures._CARD) >= 4.5
    assert contrast(pictures._GREEN, pictures._PALE) >= 3, "the dot of the step that is now"


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- asked for ------------------------------------------------------------------------------------------------------


def test_anybody_gets_it_and_may_keep_it(place: Home, pages: FlaskClient) -> None:
    (programme,) = place.house.programmes.all()
    states = "n" + "a" * (len(programme.steps) - 1)
    answer = pages.get(f"/picture/{programme.id}/{programme.version}/{states}.png")
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.headers["Cache-Control"] == f"public, max-age={28 * 24 * 3600}"
    assert "Set-Cookie" not in answer.headers
    assert answer.data == steps_picture(tuple(step.title for step in programme.steps), states)


@pytest.mark.parametrize(
    "path",
    [
        "{id}/{version}/.png",
        "{id}/{version}/{long}.png",
        "{id}/{version}/x.png",
        "{id}/{version}/D.png",
        "{id}/{version}/%00.png",
        "{id}/{version}/{good}.svg",
        "{id}/{version}/{good}",
        "{id}/99/{good}.png",
        "no-such/{version}/{good}.png",
        "..%2F..%2Fetc/{version}/{good}.png",
        "{id}/{version}/{good}a.png",
        "{id}/{version}/" + "d" * 5000 + ".png",
    ],
)
def test_anything_else_is_not_there(place: Home, pages: FlaskClient, path: str) -> None:
    (programme,) = place.house.programmes.all()
    good = "n" + "a" * (len(programme.steps) - 1)
    asked = path.format(id=programme.id, version=programme.version, good=good, long="d" * (MOST_STEPS + 1))
    answer = pages.get(f"/picture/{asked}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_fonts_are_the_ones_that_come_along() -> None:
    fonts = Path(pictures.__file__).parent.parent / "templates" / "workbook" / "fonts"
    assert all((fonts / name).exists() for name in pictures._FONTS)

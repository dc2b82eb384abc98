"""Every mail is whole and readable: on a phone, on a wide screen, in the dark, without styles, from right to left, and
in the biggest group. Nothing is loaded, nobody is counted, and no mail program cuts it.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import every_mail
from worker.mail.fitting import BUDGET
from workflows.message import Bullets, Facts, Heading, Numbered, Part, Quote, Text

KINDS, PROMPTS = every_mail.kinds(), every_mail.prompts()
ALL = {**KINDS, **PROMPTS}
CHECK = Path(__file__).parent / "mailcheck" / "check.mjs"
LONG = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung" * 2
# What a mail program lacks, and why a reader loses nothing by it. What stands here and is found no more has to go.
WITHOUT = {
    # Styles in the head. Gmail's app leaves them out for mail from other providers, and Outlook on Windows in part.
    # They refine; `test_a_mail_without_its_styles_reads_well` looks at what is left.
    "<style> element": "refines; what is needed stands at each element",
    "@media": "narrow and dark refine; a mail is one column that flows",
    "!important keyword": "in rules for narrow and dark screens alone",
    "Chaining selectors": "in the head",
    "Class selector": "in the head",
    "Descendant combinator": "in the head",
    "ID selector": "for old Outlook.com alone",
    "Type selector": "in the head",
    # Boxes.
    "<body> element": "becomes a div; its colour stands at the sections as well",
    "background": "colours work; only pictures do not, and there are none",
    "border": "only its shorthand for single sides is limited, and is not used inline",
    "border-radius": "corners are square there",
    "display": "inline-block only; what stands side by side wraps without",
    "display:none": "hides the preview line; shown at 1 px where it is not known",
    "height property": "for the preview line",
    "margin": "sides of the centred column; without it the mail stands at the left",
    "max-width": "a table of fixed width stands in its place for Outlook",
    "outline": "of links in old programs",
    "overflow": "of the preview line",
    "padding": "on paragraphs and links only; it is set on table cells where it matters",
    "table-layout": "no table relies on it",
    "width attribute": "of tables, in pixels",
    "width property": "of tables, in pixels",
    # Words.
    "<ul>, <ol> and <dl>": "the space before the marks differs",
    "align attribute": "stands beside text-align",
    "direction": "stands beside dir",
    "dir attribute": "stands at html and at each column",
    "cursor": "from MJML's button; a link has its own",
    "font-size": "px are known everywhere",
    "font-weight": "600 is drawn bold or plain; headings are larger as well",
    "line-height": "slightly tighter there",
    "overflow-wrap": "word-break stands beside it",
    "text-align": "left, right and center are known everywhere",
    "text-decoration": "single underlines are known everywhere",
    "text-transform": "none, from MJML's button",
    "white-space": "keeps a state on one line; line ends are <br>",
    "word-break": "long words go on beyond the edge there",
    "word-spacing": "from MJML's column",
    "transform": "the check takes text-transform for it",
    # For those who hear it; the order of what is read is that of the source.
    "aria-hidden attribute": "a sign before a step is read as well",
    "aria-label attribute": "of the whole mail: its subject",
    "role attribute": "tables of the frame are read as tables",
    "target attribute": "links open where links open",
}


def html(name: str, **changed: object) -> str:
    return every_mail.html(every_mail.as_sent(every_mail.mailing(replace(ALL[name], **changed))))  # type: ignore[arg-type]


# --- size -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_no_mail_program_cuts_it_and_it_has_a_text_part(name: str) -> None:
    raw = every_mail.as_sent(every_mail.mailing(ALL[name]))
    mail = every_mail.read(raw)
    assert len(every_mail.html(raw).encode()) < BUDGET
    text = every_mail.body(mail, "plain")
    said = [part.text for part in ALL[name].parts if isinstance(part, Heading | Text)]
    assert all(" ".join(words.split()) in " ".join(text.split()) for words in said)
    assert not re.search(r"<\w+[ >]|&\w+;", text)
    assert [line for line in text.splitlines() if len(line) > 72 and "https://" not in line] == []


MUCH: dict[str, tuple[Part, ...]] = {
    "a digest of 500 people": (
        Heading(text="Waiting"),
        Bullets(items=tuple(f"Person {n}: by Friday" for n in range(500))),
    ),
    "facts": (Heading(text="All"), Facts(rows=tuple((f"Label {n}", "value " * 20) for n in range(400)))),
    "questions": (Heading(text="Much"), Numbered(items=tuple(f"{n}: " + "قيمة العمل " * 30 for n in range(300)))),
    "words": (Heading(text="Much"), *(Text(text="<Work> & more. " * 90) for _ in range(300))),
    "one long answer": (Heading(text="Much"), Quote(text="& " * 90_000)),
    "many parts": tuple(Heading(text=f"Part {n}") for n in range(2_000)),
}


@pytest.mark.parametrize("name", MUCH)
def test_what_is_too_long_says_so_and_leads_to_all_of_it(name: str) -> None:
    shown = html("digest", parts=MUCH[name], actions=())
    assert len(shown.encode()) < BUDGET
    assert "unsubscribe" in shown
    assert re.search(r'href="https://fairsteps\.example\.org/home/', shown)
    assert "See all of it" in shown


def test_of_a_long_list_the_first_lines_stand_and_how_many_more() -> None:
    shown = html("digest", parts=MUCH["a digest of 500 people"])
    assert shown.count("Person ") == 30
    assert "And 470 more." in shown


# --- nothing but the mail -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_loaded_and_nobody_is_counted(name: str) -> None:
    shown = html(name)
    assert not re.search(r"<img|<link|<script|<iframe|<form|@import|url\(|src=|background=", shown)
    there = set(re.findall(r'href="([^"]*)"', shown))
    given = {part.url for part in ALL[name].parts if hasattr(part, "url")}  # a reading, at its own address, as it is
    ours = re.compile(r"https://fairsteps\.example\.org/[a-z]+/[\w.=-]+")
    assert [link for link in there if link.replace("&amp;", "&") not in given and not ours.fullmatch(link)] == []


def test_the_subject_says_at_once_what_it_is_about() -> None:
    for name, message in ALL.items():
        subject = str(every_mail.read(every_mail.as_sent(every_mail.mailing(message)))["Subject"])
        assert subject == " ".join(message.subject.split()), name
        assert not re.match(r"(?i)\W|fairsteps\b|re:|fwd?:", subject), name


# --- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(params=[(360, "light"), (360, "dark"), (900, "light"), (900, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
    yield context.new_page()
    context.close()


# Every piece of text that can be seen: whether it fits and stands out from what is behind it.
_LOOK = """() => {
  const shine = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const colour = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const behind = at => {
    for (; at; at = at.parentElement) {
      const [r, g, b, a] = colour(getComputedStyle(at).backgroundColor);
      if (r !== undefined && a !== 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || at.closest('style') || !at.getClientRects().length) continue;
    if (getComputedStyle(at).opacity === '0' || at.getBoundingClientRect().height < 2) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (box.height < 2) continue;
    const style = getComputedStyle(at);
    const [low, high] = [shine(colour(style.color)), shine(behind(at))].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (box.right > innerWidth + 1 || box.left < 0) found.push(`beyond the edge: ${walker.currentNode.data}`);
    if (ratio < 4.5) found.push(`faint (${ratio.toFixed(1)}): ${walker.currentNode.data}`);
    if (parseFloat(style.fontSize) < 14) found.push(`small: ${walker.currentNode.data}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push('scrolls sideways');
  for (const link of document.querySelectorAll('a')) {
    const box = link.getBoundingClientRect();
    if (box.height < 24 || box.width < 24) found.push(`hard to hit: ${link.textContent}`);
  }
  return found;
}"""


def test_every_mail_can_be_read_and_pressed(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    narrow_and_light = page.evaluate("innerWidth < 500 && !matchMedia('(prefers-color-scheme: dark)').matches")
    for name in ALL if narrow_and_light else KINDS:
        page.set_content(html(name))
        assert page.evaluate(_LOOK) == [], name
    assert asked == []


def test_long_words_stay_inside(page: Page) -> None:
    parts = (
        Heading(text=LONG),
        Text(text=f"https://example.org/{LONG}"),
        Bullets(items=(LONG,)),
        Facts(rows=((LONG, LONG),)),
    )
    page.set_content(html("digest", parts=parts))
    assert page.evaluate(_LOOK) == []


def test_a_mail_from_right_to_left_runs_so(page: Page) -> None:
    page.set_content(html("digest", locale="ar"))
    assert page.evaluate(_LOOK) == []
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    drawn = page.evaluate(
        """[...document.querySelectorAll('h1, h2, li, p.words')].map(e => getComputedStyle(e))
        .map(style => [style.direction, style.textAlign])"""
    )
    assert {tuple(one) for one in drawn} == {("rtl", "right")}
    inset = "getComputedStyle(document.querySelector('ul'))"
    assert page.evaluate(f"[{inset}.paddingRight, {inset}.paddingLeft]") == ["26px", "0px"]


def test_a_mail_without_its_styles_reads_well(page: Page) -> None:
    """As Gmail's app shows a mail of another provider, and Gmail in a phone's browser."""
    for name in KINDS:
        bare = re.sub(r"(?s)<style.*?</style>", "", html(name))
        page.set_content(bare)
        assert [one for one in page.evaluate(_LOOK) if not one.startswith("hard to hit")] == [], name


# --- in the mail programs that we cannot run ------------------------------------------------------------------------


def unknown() -> list[dict[str, str]]:
    """What Gmail, Apple Mail and Outlook do not know of our mails, as caniemail.com has it."""
    node = shutil.which("node")
    if node is None or not (CHECK.parent / "node_modules" / "caniemail").exists():
        pytest.skip("caniemail is not installed here: make tests/mailcheck/node_modules/.ready")
    mails = json.dumps({name: html(name) for name in KINDS})
    said = subprocess.run([node, str(CHECK)], input=mails, capture_output=True, text=True, check=True, timeout=120)
    return list(json.loads(said.stdout))


def test_mail_programs_know_what_matters_for_reading() -> None:
    found = {one["title"] for one in unknown()}
    assert sorted(found - set(WITHOUT)) == []
    assert sorted(set(WITHOUT) - found) == []  # an allowance that nobody needs any more

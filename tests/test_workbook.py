"""The workbook: what stands in it, that nobody's words break it, and that three renderers say the same."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pypdf import PdfReader
from syrupy.assertion import SnapshotAssertion

from tests.workbook_walk import TODAY, filled
from worker.files import programmes, words
from worker.workbook import glyphs
from worker.workbook.plain import lines, plain
from worker.workbook.renderers import RENDERERS, render
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.question import Question
from workflows.workbook import (
    Boxes,
    Bullets,
    Chapter,
    Cover,
    FillIn,
    Heading,
    KeyValue,
    Paragraph,
    TableBlock,
    Workbook,
)
from workflows.workbook_empty import empty_workbook
from workflows.workbook_filled import workbook_of

WORDS = words.load()
FIVE = programmes.load("five-steps")
REVIEW = programmes.load("partnership-review")
HOSTILE = (
    "# not a heading",
    "- not a list",
    "1. nor this",
    "=====",
    "a | b || c",
    "`code` and ``more``",
    "<script>alert(1)</script> &amp; <!-- -->",
    "[link](javascript:alert(1)) ![x](y)",
    "[a link](https://example.org/) <https://example.org/>",
    '#set text(fill: red) #read("/etc/passwd") $x$ *b* _i_ @ref <label>',
    '"); panic("x',
    "{{ 7 * 7 }} {% raw %}",
    "line one\nline two\r\n\r\n    four spaces",
    "---\n| a |\n|---|",
    "\x00\x07\x1b\ufffe\ud800",
    "\u202etxt.exe",
    "日本語 한국어 العربية עברית Ελληνικά Русский 🧿 e\u0301\u0327 न\u092e\u0938\u094d\u0924\u0947",
    "\\back\\slash\\",
    "https://example.org/a_b_c?x=1&y=<2>",
    "~~gone~~ &lt; \\| \\`",
)


def book_of(*texts: str, draft: bool = True) -> Workbook:
    """A workbook that says each text everywhere somebody's words may stand."""
    first = texts[0]
    return Workbook(
        locale="en",
        made_on=TODAY,
        cover=Cover(title=first, subtitle="s", state=first, draft=draft, facts=((first, first),), credit=first),
        chapters=(
            Chapter(
                title=first,
                blocks=(
                    Heading(text=first),
                    Paragraph(text=first),
                    Paragraph(text=first, strong=True),
                    Bullets(items=texts),
                    KeyValue(pairs=tuple((text, text) for text in texts)),
                    FillIn(label=first, hint=first),
                    FillIn(label=first, parts=texts),
                    Boxes(label=first, options=texts),
                    TableBlock(
                        title=first,
                        intro=first,
                        state=first,
                        draft=draft,
                        header=("Number", first),
                        rows=tuple((str(n), text) for n, text in enumerate(texts)),
                        totals=("all", first),
                        notes=texts,
                    ),
                ),
            ),
        ),
        running=first,
        page="Page",
        contents="What is in here",
    )


def squeezed(text: str) -> str:
    """Letters alone: where a line ends is the renderer's own affair."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def cells_of_markdown(text: str) -> list[list[str]]:
    """The cells of all tables, as a code host draws them."""
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "tr_open":
            rows.append([])
        if token.type == "inline" and rows and token.level >= 4:
            rows[-1].append(read(token))
    return [row for row in rows if row]


def read(token: Token) -> str:
    """What a person reads of one piece of text. Anything that is neither text nor a line break shows as itself."""
    parts = []
    for child in token.children or ():
        if child.type == "html_inline" and child.content == "<br>":
            parts.append("\n")
        elif child.type in ("text", "text_special"):
            parts.append(child.content)
        elif child.type not in ("strong_open", "strong_close"):
            parts.append(f"!{child.type}!")
    return "".join(parts)


def tokens_of(text: str) -> set[str]:
    """The kinds of everything in a Markdown file."""
    found: set[str] = set()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        found |= {token.type} | {child.type for child in token.children or ()}
    return found


def cells_of_docx(content: bytes) -> list[list[str]]:
    """The cells of all tables of a DOCX."""
    return [[cell.text for cell in row.cells] for table in Document(io.BytesIO(content)).tables for row in table.rows]


def text_of_pdf(content: bytes) -> str:
    """All text of a PDF, letters alone."""
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


@pytest.fixture(scope="module")
def small() -> Workbook:
    """Six people who have walked the small programme to its end."""
    return workbook_of(filled(WORDS, REVIEW, members=6), today=TODAY)


def tables(book: Workbook) -> list[TableBlock]:
    return [block for chapter in book.chapters for block in chapter.blocks if isinstance(block, TableBlock)]


# --- what people wrote stays text -----------------------------------------------------------------------------------


def as_read(text: str) -> str:
    """What a reader sees of a text, whichever the file."""
    return squeezed(plain(text))


@example(list(HOSTILE))
@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)), min_size=1, max_size=4))
def test_in_markdown_nobodys_words_become_anything_but_text(texts: list[str]) -> None:
    written = render(book_of(*texts), "md").decode()
    rows = cells_of_markdown(written)
    assert [len(row) for row in rows] == [2] * (len(texts) + 2)
    assert [squeezed(row[1]) for row in rows] == [as_read(text) for text in (texts[0], *texts, texts[0])]
    foreign = {"link_open", "image", "code_inline", "code_block", "fence", "html_block", "em_open", "s_open"}
    assert not tokens_of(written) & (foreign | {"blockquote_open", "ordered_list_open"})
    assert "html_inline" not in tokens_of(written.replace("<br>", ""))


@example(list(HOSTILE))
@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)), min_size=1, max_size=4))
@settings(max_examples=25)
def test_in_docx_the_same_words_come_back(texts: list[str]) -> None:
    content = render(book_of(*texts), "docx")
    rows = cells_of_docx(content)
    assert [squeezed(row[1]) for row in rows] == [as_read(text) for text in (texts[0], *texts, texts[0])]
    assert rows[1][1] == "\n".join(lines(texts[0]))


@example(list(HOSTILE))
@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)), min_size=1, max_size=4))
@settings(max_examples=15)
def test_no_words_stop_the_pdf(texts: list[str]) -> None:
    assert render(book_of(*texts), "pdf").startswith(b"%PDF-")


@pytest.mark.parametrize("text", [t for t in HOSTILE if t.isascii() and t.isprintable()])
def test_in_pdf_the_same_words_can_be_read(text: str) -> None:
    told = text_of_pdf(render(book_of(text), "pdf"))
    assert told.count(squeezed(text)) >= 12


def test_letters_that_no_font_has_are_spelled_out_and_never_lost() -> None:
    told = text_of_pdf(render(book_of("\U0001f9ff \u1780 \u0928\u092e"), "pdf"))
    assert "U+1780" in told
    for script in ("日本語", "한국어", "Ελληνικά", "Русский", "שלום", "سلام"):
        assert glyphs.drawable(script) == script
    assert glyphs.drawable("e\u0301") == "é"


def test_what_no_file_may_hold_leaves_a_mark_that_can_be_seen() -> None:
    assert plain("a\x00b\ud800c\u202ed") == "a\ufffdb\ufffdc\ufffdd"
    assert plain("a\r\nb\tc") == "a\nb c"


# --- each file is what it should be ---------------------------------------------------------------------------------


def test_the_pdf_is_tagged_named_and_in_a_language(small: Workbook) -> None:
    content = render(small, "pdf")
    pdf = PdfReader(io.BytesIO(content))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]  # pypdf has no types for these
    assert root["/Lang"] == "en"  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert pdf.metadata is not None
    assert pdf.metadata.title == small.title
    assert b"pdfuaid:part" in content or "pdfuaid" in (
        pdf.xmp_metadata.stream.get_data().decode() if pdf.xmp_metadata else ""
    )
    assert pdf.outline
    told = text_of_pdf(content)
    for table in tables(small):
        for row in (table.header, *table.rows):
            for cell in row:
                assert squeezed(glyphs.drawable(plain(cell))) in told


def test_the_same_workbook_is_the_same_bytes(small: Workbook) -> None:
    for ending in RENDERERS:
        assert render(small, ending) == render(small, ending)


def test_the_docx_has_real_headings_and_repeats_its_table_heads(small: Workbook) -> None:
    doc = Document(io.BytesIO(render(small, "docx")))
    styles = [p.style.name for p in doc.paragraphs if p.style and p.text]
    assert styles.count("Heading 1") == len(small.chapters)
    assert "Heading 2" in styles
    assert doc.core_properties.title == small.title
    assert doc.core_properties.language == "en"
    drawn = [table for table in tables(small) if table.rows]
    assert len(doc.tables) == len(drawn)
    for table, made in zip(doc.tables, drawn, strict=True):
        head, *rest = table.rows
        assert head._tr.xpath("./w:trPr/w:tblHeader")
        assert not any(row._tr.xpath("./w:trPr/w:tblHeader") for row in rest)
        assert table._tbl.tblPr.xpath("./w:tblDescription")
        assert [cell.text for cell in head.cells] == list(made.header)


def test_each_table_comes_back_whole_from_markdown_and_docx(small: Workbook) -> None:
    rows = [row for t in tables(small) if t.rows for row in (t.header, *t.rows, *([t.totals] if t.totals else []))]
    wanted = [[squeezed(plain(cell)) for cell in row] for row in rows]
    assert [[squeezed(c) for c in row] for row in cells_of_markdown(render(small, "md").decode())] == wanted
    assert [[squeezed(c) for c in row] for row in cells_of_docx(render(small, "docx"))] == wanted


# --- what stands in it ----------------------------------------------------------------------------------------------


def test_a_filled_workbook_reads_like_this(small: Workbook, snapshot: SnapshotAssertion) -> None:
    assert render(small, "md").decode() == snapshot


def test_an_empty_workbook_reads_like_this(snapshot: SnapshotAssertion) -> None:
    assert render(empty_workbook(WORDS, REVIEW, today=TODAY), "md").decode() == snapshot


@pytest.mark.parametrize("programme", [FIVE, REVIEW], ids=lambda p: p.id)
def test_an_empty_workbook_asks_every_question_and_has_every_table(programme: Programme) -> None:
    told = squeezed(render(empty_workbook(WORDS, programme, today=TODAY), "md").decode().replace("\\", ""))
    for step in programme.steps:
        for prompt in step.prompts:
            assert all(as_md(q.label) in told for q in prompt.questions), prompt.id
        assert all(as_md(sheet.title) in told for sheet in step.worksheets)
        assert all(as_md(decision.title) in told for decision in step.decisions)
        assert all(as_md(check.label) in told for check in step.gate.checks)
        assert all(as_md(reading.title) in told for reading in step.readings)


def as_md(text: str) -> str:
    return squeezed(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def test_decisions_keep_their_dissent_how_it_was_met_and_the_hash_of_their_text() -> None:
    scene = filled(WORDS, FIVE, members=8)
    told = render(workbook_of(scene, today=TODAY), "md").decode()
    for sheet in scene.walk.partnership.sheets:
        assert sheet.text_hash in told
    assert "The hours of carers are missing\\." not in told  # a full stop in the middle of a line needs no escape
    for words_ in ("The hours of carers are missing.", "We added a row for them.", "I cannot judge it."):
        assert words_ in told
    assert "6 of 8" in told
    assert "Two of us are ill, and the table is full enough." in told
    assert "It was a holiday week." in told


def test_what_is_not_agreed_is_a_draft_on_the_cover_and_at_its_table() -> None:
    scene = filled(WORDS, FIVE, members=6)
    agreed = workbook_of(scene, today=TODAY)
    assert not agreed.cover.draft
    bare = replace(scene, walk=replace(scene.walk, partnership=replace(scene.walk.partnership, outcomes=(), sheets=())))
    draft = workbook_of(bare, today=TODAY)
    assert draft.cover.draft
    decided = {d.worksheet for s in FIVE.steps for d in s.decisions if d.worksheet}
    titles = {FIVE.worksheet(sheet).title for sheet in decided}
    assert {t.title for t in tables(draft) if t.draft} == titles
    assert "drafts" in draft.running
    assert all(t.state for t in tables(draft) if t.title in titles)


def whispered(scene: Scene, *, of: Callable[[Question], bool]) -> Scene:
    """The walk with SECRET as the answer to each question of text that `of` picks."""
    texts = ("short_text", "long_text")
    asked = {r.id: scene.programme.prompt(r.prompt).questions for r in scene.walk.rounds}
    answers = tuple(
        replace(a, values={**a.values, **{q.id: "SECRET" for q in asked[a.round] if q.kind in texts and of(q)}})
        for a in scene.walk.answers
    )
    assert answers != scene.walk.answers
    return replace(scene, walk=replace(scene.walk, answers=answers))


def test_few_people_stay_hidden_in_the_workbook_and_so_does_what_is_not_for_the_group() -> None:
    scene = filled(WORDS, FIVE, members=4)
    for of in (lambda q: not q.named, lambda q: q.sees in ("me", "facilitators")):
        assert "SECRET" not in render(workbook_of(whispered(scene, of=of), today=TODAY), "md").decode()
    named = whispered(scene, of=lambda q: q.named and q.sees == "group")
    assert "SECRET" in render(workbook_of(named, today=TODAY), "md").decode()


def test_a_walk_that_has_not_begun_has_a_workbook_too() -> None:
    scene = filled(WORDS, FIVE, members=3, steps=0)
    told = render(workbook_of(scene, today=date(2026, 12, 1)), "md").decode()
    assert FIVE.steps[0].title in told

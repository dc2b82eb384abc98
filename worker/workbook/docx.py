"""The workbook as a DOCX: real headings, tables whose header row repeats, and the language and title said.

Promises: what people wrote stays text, since the library writes it into XML as text; what XML forbids is marked before.
The same value gives the same bytes: no clock is read, and the files inside the archive carry one fixed date.
"""

import io
import zipfile
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph

from worker.workbook.paper import column_widths, parts
from worker.workbook.plain import lines, plain
from workflows.workbook import Block, Boxes, Bullets, Cover, FillIn, Heading, KeyValue, Paragraph, TableBlock, Workbook

_PAGE = (210, 297)
_SIDE, _TOP = 20, 22  # margins in mm that also fit when printed on Letter paper
_FONT = "Calibri"
_INK = RGBColor(0x12, 0x3A, 0x4A)
_ALARM = RGBColor(0x8A, 0x2B, 0x00)
_RULE = "_" * 72
_BLANK = "_" * 14
_TWIPS = 1440 / 25.4  # in a millimetre
_TALL = 620  # twips: a row that somebody writes in
_MANY = 8  # columns, beyond which the letters are smaller
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date an archive can hold


def render(book: Workbook) -> bytes:
    """Return the whole file."""
    doc = Document()
    _prepare(doc, book)
    _cover(doc, book.cover)
    wide = False
    for chapter in book.chapters:
        for place, (wants, blocks) in enumerate(parts(chapter.blocks)):
            if wants != wide:
                _turn(doc, wide=wants)
            if place == 0:
                doc.add_heading(_line(chapter.title), 1).paragraph_format.page_break_before = wants == wide
            wide = wants
            for block in blocks:
                _block(doc, block, wide=wide)
    return _settled(doc)


def _prepare(doc: Doc, book: Workbook) -> None:
    made = datetime.combine(book.made_on, time(), tzinfo=UTC)
    core = doc.core_properties
    core.title, core.author, core.language, core.comments = _line(book.title), "Fairsteps", book.locale, ""
    core.created = core.modified = made
    core.last_modified_by = "Fairsteps"
    for name, size in (("Normal", 11), ("Title", 26), ("Heading 1", 20), ("Heading 2", 15), ("Heading 3", 12)):
        font = doc.styles[name].font
        font.name, font.size = _FONT, Pt(size)
        if name != "Normal":
            font.color.rgb = _INK
            fonts = doc.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
    for language in doc.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), book.locale)
    _shape(doc, wide=False)
    foot = doc.sections[0].footer.paragraphs[0]
    foot.text = f"{_line(book.running)}  |  {_line(book.page)} "
    _page_number(foot)


def _shape(doc: Doc, *, wide: bool) -> None:
    section = doc.sections[-1]
    width, height = (_PAGE[1], _PAGE[0]) if wide else _PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(_SIDE)
    section.top_margin = section.bottom_margin = Mm(_TOP)


def _turn(doc: Doc, *, wide: bool) -> None:
    doc.add_section(WD_SECTION.NEW_PAGE)
    _shape(doc, wide=wide)


def _cover(doc: Doc, cover: Cover) -> None:
    doc.add_paragraph(_line(cover.title), style="Title")
    if cover.subtitle:
        doc.add_paragraph(_line(cover.subtitle), style="Subtitle")
    _marked(doc, cover.state, alarm=cover.draft)
    _pairs(doc, cover.facts)
    _text(doc, cover.credit)


def _block(doc: Doc, block: Block, *, wide: bool) -> None:
    match block:
        case Heading():
            doc.add_heading(_line(block.text), block.level)
        case Paragraph(text=text, strong=strong):
            _marked(doc, text) if strong else _text(doc, text)
        case Bullets(items=items):
            for item in items:
                _lines_into(doc.add_paragraph(style="List Bullet"), item)
        case KeyValue(pairs=pairs):
            _pairs(doc, pairs)
        case TableBlock():
            _table(doc, block, wide=wide)
        case FillIn():
            _asked(doc, block.label, block.hint)
            if block.parts:
                doc.add_paragraph("   ".join(f"{_line(part)} {_BLANK}" for part in block.parts))
            else:
                for _ in range(block.lines):
                    doc.add_paragraph(_RULE)
        case Boxes():
            _asked(doc, block.label, block.hint)
            for option in block.options:
                _lines_into(doc.add_paragraph(), f"\u2610 {option}")


def _asked(doc: Doc, label: str, hint: str) -> None:
    _marked(doc, label).paragraph_format.keep_with_next = True
    if hint:
        _text(doc, hint).paragraph_format.keep_with_next = True


def _table(doc: Doc, table: TableBlock, *, wide: bool) -> None:
    if table.title:
        doc.add_heading(_line(table.title), table.level)
    if table.intro:
        _text(doc, table.intro).paragraph_format.keep_with_next = True
    if table.state:
        _marked(doc, table.state, alarm=table.draft).paragraph_format.keep_with_next = True
    if table.rows:
        _grid(doc, table, wide=wide)
    for note in table.notes:
        _text(doc, note)


def _grid(doc: Doc, table: TableBlock, *, wide: bool) -> None:
    room = (_PAGE[1] if wide else _PAGE[0]) - 2 * _SIDE
    widths = [round(width * _TWIPS) for width in column_widths(table, room)]
    grid = doc.add_table(rows=0, cols=len(widths))
    grid.style, grid.autofit = "Table Grid", False
    _described(grid, table)
    for column, width in zip(grid._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.set(qn("w:w"), str(width))
    half_points = 2 * (8 if len(widths) > _MANY else 9 if wide else 10)
    grid._tbl.append(_row(table.header, widths, half_points, strong=True, head=True))
    for row in table.rows:
        bare = not any(row[1:])
        grid._tbl.append(_row(row, widths, half_points, tall=bare))
    if table.totals:
        grid._tbl.append(_row(table.totals, widths, half_points, strong=True))
    doc.add_paragraph()


def _row(
    cells: tuple[str, ...],
    widths: list[int],
    half_points: int,
    *,
    strong: bool = False,
    head: bool = False,
    tall: bool = False,
) -> BaseOxmlElement:
    """One row, element by element: the library takes minutes where a group has some hundred of them."""
    row = OxmlElement("w:tr")
    rules = _within(row, "w:trPr")
    _within(rules, "w:cantSplit")
    if tall:
        _within(rules, "w:trHeight", val=str(_TALL))
    if head:
        _within(rules, "w:tblHeader")
    for text, width in zip(cells, widths, strict=True):
        cell = _within(row, "w:tc")
        _within(_within(cell, "w:tcPr"), "w:tcW", w=str(width), type="dxa")
        run = _within(_within(cell, "w:p"), "w:r")
        look = _within(run, "w:rPr")
        if strong:
            _within(look, "w:b")
        _within(look, "w:sz", val=str(half_points))
        run.text = "\n".join(lines(text))  # a run turns line breaks into elements
    return row


def _within(parent: BaseOxmlElement, name: str, **attributes: str) -> BaseOxmlElement:
    made = OxmlElement(name, {qn(f"w:{key}"): value for key, value in attributes.items()})
    parent.append(made)
    return made


def _described(grid: DocxTable, table: TableBlock) -> None:
    """Say what the table is to people who do not see it."""
    columns = ", ".join(table.header)
    for name, text in (("w:tblCaption", table.title or columns), ("w:tblDescription", table.intro or columns)):
        told = OxmlElement(name)
        told.set(qn("w:val"), _line(text))
        grid._tbl.tblPr.append(told)


def _pairs(doc: Doc, pairs: tuple[tuple[str, str], ...]) -> None:
    for name, value in pairs:
        paragraph = doc.add_paragraph()
        paragraph.add_run(f"{_line(name)}: ").bold = True
        _lines_into(paragraph, value)


def _marked(doc: Doc, text: str, *, alarm: bool = False) -> DocxParagraph:
    paragraph = doc.add_paragraph()
    _lines_into(paragraph, text, strong=True)
    if alarm:
        for run in paragraph.runs:
            run.font.color.rgb = _ALARM
    return paragraph


def _text(doc: Doc, text: str) -> DocxParagraph:
    paragraph = doc.add_paragraph()
    _lines_into(paragraph, text)
    return paragraph


def _lines_into(paragraph: DocxParagraph, text: str, *, strong: bool = False, size: Pt | None = None) -> None:
    run = paragraph.add_run("\n".join(lines(text)))
    run.bold = strong or None
    run.font.size = size


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def _page_number(paragraph: DocxParagraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    _within(field, "w:r").text = "1"  # until the reader's program counts
    paragraph._p.append(field)


def _settled(doc: Doc) -> bytes:
    """The file with one date on everything inside, so that the same workbook is the same bytes."""
    made, settled = io.BytesIO(), io.BytesIO()
    doc.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return settled.getvalue()

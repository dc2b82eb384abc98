"""The workbook as a value: a cover and chapters of blocks, which PDF, DOCX and Markdown draw alike.

Promises: it holds text alone, in reading order, already past the privacy gate; nothing in it is markup, so a renderer
escapes every word of it. The same walk on the same day gives the same value. It keeps no state.
`workbook_filled.py` makes the one of a walk, `workbook_empty.py` the one to print and fill in by hand.
"""

from dataclasses import dataclass
from datetime import date

_UPRIGHT_COLUMNS = 5  # more than these are cramped on a page that stands upright


def is_broad(columns: int) -> bool:
    """Whether so many columns ask for a page laid on its side."""
    return columns > _UPRIGHT_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside a chapter: level 2, or 3 below it. Chapters themselves are level 1.

    One that is not `listed` is left out of the table of contents.
    """

    text: str
    level: int = 2
    listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Some sentences; line breaks in them stay. A `strong` one must not be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list without order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValue:
    """Names and what belongs to them, one beneath the other."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """A table under a heading of its own, if it has a title, with its state in words; a row has a cell for each header.

    A `draft` is marked as one. `totals` is a last row, or nothing. Rows without any word are to be filled by hand.
    With `cards`, each row is drawn as a card of its own where the page is narrow.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    intro: str = ""
    state: str = ""
    draft: bool = False
    totals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    level: int = 2
    cards: bool = False

    @property
    def broad(self) -> bool:
        """Whether it asks for a page laid on its side."""
        return is_broad(len(self.header)) and not self.cards

    @property
    def blank(self) -> bool:
        """Whether it waits for somebody with a pen."""
        return bool(self.rows) and not any(cell for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True, kw_only=True)
class FillIn:
    """A question with lines to write on; `parts` stand on one line, each before a blank of its own."""

    label: str
    hint: str = ""
    lines: int = 2
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """A question with boxes to tick."""

    label: str
    options: tuple[str, ...]
    hint: str = ""


Block = Heading | Paragraph | Bullets | KeyValue | TableBlock | FillIn | Boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The first page. `state` says in words whether anything in here is still a draft."""

    title: str
    subtitle: str
    state: str
    draft: bool
    facts: tuple[tuple[str, str], ...]
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One part that begins on a page of its own."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """Everything to draw. `running` stands at the foot of each page; `page` and `contents` are the words for those."""

    locale: str
    made_on: date
    cover: Cover
    chapters: tuple[Chapter, ...]
    running: str
    page: str
    contents: str

    @property
    def title(self) -> str:
        """The title of the document, as readers and screen readers name it."""
        return f"{self.cover.title}: {self.cover.subtitle}" if self.cover.subtitle else self.cover.title

"""Parts that the filled and the empty workbook share: openings of steps, reading, methods and limits."""

from collections.abc import Iterable, Iterator

from workflows.programme import Reading, Step
from workflows.words import Words
from workflows.workbook import Block, Bullets, Chapter, Heading, KeyValue, Paragraph, TableBlock


class Speaks:
    """The words of the workbook."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.locale = words.locale

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of the workbook."""
        return self.words(f"workbook.{key}", **values)


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Words of ours, a paragraph a line: folded YAML keeps one line break where an empty line stood."""
    return tuple(Paragraph(text=part.strip()) for part in text.splitlines() if part.strip())


def broad_first(tables: Iterable[TableBlock]) -> list[TableBlock]:
    """Tables that ask for a page on its side first, so that the pages are turned once."""
    return sorted(tables, key=lambda table: not table.broad)


def step_opening(w: Speaks, step: Step) -> Iterator[Block]:
    """The opening read and the red flags of a step."""
    yield Heading(text=w("step.read"), listed=False)
    yield from paragraphs(step.read)
    if step.red_flags:
        yield Heading(text=w("step.red_flags"), listed=False)
        yield Bullets(items=step.red_flags)


def readings(w: Speaks, steps: Iterable[Step]) -> Iterator[Block]:
    """The reading list, step by step."""
    yield Paragraph(text=w("reading.intro"))
    for step in steps:
        if step.readings:
            yield Heading(text=step.title)
            for reading in step.readings:
                yield Heading(text=reading.title, level=3)
                yield KeyValue(pairs=tuple(_reading(w, reading)))


def _reading(w: Speaks, reading: Reading) -> Iterator[tuple[str, str]]:
    yield w("reading.author"), reading.author
    yield w("reading.what"), w(f"reading.kind_{reading.kind}", minutes=reading.minutes)
    yield w("reading.why"), reading.why
    yield w("reading.discuss"), reading.discuss
    if where := reading.url or reading.where:
        yield w("reading.where"), where


def methods(w: Speaks) -> Chapter:
    """How numbers come about, and what this is not."""
    return Chapter(title=w("methods.title"), blocks=paragraphs(w("methods.text")))

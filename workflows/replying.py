"""Reading a mail reply: which words answer which question. Numbers name questions, as the prompt lists them."""

import re
from collections.abc import Mapping
from dataclasses import replace

from workflows.errors import AskPerson
from workflows.forms import Typed
from workflows.kinds import clean, kind_of
from workflows.programme import Prompt
from workflows.question import Question
from workflows.words import Words

# "1: …", "2) …", "(3) …"; not "2:30 pm", and not "1-3 hours"
_NUMBERED = re.compile(r"^[ \t]*\(?(\d{1,2})(?:[ \t]*[.):](?!\d)|[ \t]+[\-–](?=[ \t]))[ \t]*", re.MULTILINE)


def is_skip(words: Words, text: str) -> bool:
    """Whether somebody says that they leave it, and nothing else."""
    said = clean.plain(text).rstrip(" .!")
    return said in {clean.plain(each) for each in words("forms.skip_words").split(",")}


def from_reply(words: Words, prompt: Prompt, text: str) -> Typed:
    """Read a mail reply: the whole text answers a lone question, else "1: …" names which. Raises AskPerson.

    A question that is named is typed anew, all its fields; one that is skipped or not named stays as it was.
    """
    parts = _parts(words, prompt.questions, text)
    typed: dict[str, str | tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    for question in prompt.questions:
        said = parts.get(question.id, "").strip()
        if not said or is_skip(words, said):
            continue
        try:
            typed.update(_read(question, said))
        except AskPerson as ask:
            problems[question.id] = " ".join(ask.problems.values())
    if problems:
        raise AskPerson(problems)
    return typed


def _read(question: Question, said: str) -> Typed:
    """Read one answer, whether it can be kept too, so that every problem of a mail is told at once.

    Every field is named: an old note or a fourth line does not stay beside new words.
    """
    whole = replace(question, lines=question.most or 10) if question.kind == "rows" else question
    kind = kind_of(whole)
    typed = {**{field.id: "" for field in kind.fields(whole)}, **kind.from_text(question, said)}
    kind.parse(whole, typed)
    return typed


def _parts(words: Words, questions: tuple[Question, ...], text: str) -> Mapping[str, str]:
    marks = _marks(text, most=len(questions))
    if len(questions) == 1 and (not marks or text[: marks[0].start()].strip()):
        return {questions[0].id: text}
    if not marks:
        raise AskPerson({"": words("answer.which_question", count=len(questions))})
    ends = [m.start() for m in marks[1:]] + [len(text)]
    return {questions[int(m[1]) - 1].id: text[m.end() : end] for m, end in zip(marks, ends, strict=True)}


def _marks(text: str, *, most: int) -> list[re.Match[str]]:
    """The numbers that name questions: in growing order, each once. Other numbers belong to somebody's words."""
    marks: list[re.Match[str]] = []
    for found in _NUMBERED.finditer(text):
        last = int(marks[-1][1]) if marks else 0
        if last < int(found[1]) <= most:
            marks.append(found)
    return marks

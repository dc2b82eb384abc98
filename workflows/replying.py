"""Reading a mail reply: which words answer which question, and what a whole mail says, yes or no.

Promises: words go to a question only where the mail says so by a number, by the question's own words before them
(copied or quoted), because there is one question alone, or as many short answers in a row as there are questions, each
of which fits its own. Where that is not plain, nothing is guessed: the question is
named and its person asked. Lines behind ">" are quoted; they tell which question comes next and are never an answer.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from workflows import reply_order, reply_parts
from workflows.errors import AskPerson
from workflows.forms import Typed
from workflows.kinds import clean, kind_of
from workflows.programme import Prompt
from workflows.question import Question
from workflows.reply_parts import Part, Unclear
from workflows.words import Words

_OWN_WORDS = ("short_text", "long_text")
_LISTS = ("rows", "choices", "ranked", "dots")  # answers that may be numbered lists themselves


def is_skip(words: Words, text: str) -> bool:
    """Whether somebody says that they leave it, and nothing else."""
    said = _bare(text)
    return said in {_bare(each) for each in _phrases(words, "forms.skip_words", "replying.skip")} or (
        bool(clean.line(text)) and clean.line(text) in "-–—"
    )


def said(words: Words, text: str, *, signed: str = "") -> str | None:
    """Return "yes" or "no" when a whole mail says that, with no more than a greeting and thanks around it; else None.

    A sentence that only contains a yes is none: it may say "yes, but not with my name". `signed` is the name of whom
    we asked: many people write it below.
    """
    lines = [line for line in reply_parts.own(text).split("\n") if clean.line(line)]
    rest = [line for line in lines if not _is_one_of(words, line, "replying.greetings", name=True)]
    lines = rest or lines[-1:]
    while len(lines) > 1 and (_is_one_of(words, lines[-1], "replying.openings") or _is_name(lines[-1], signed)):
        lines.pop()
    if len(lines) != 1:
        return None
    line = _without_greeting(words, lines[0]).strip()
    for answer in ("yes", "no"):
        if _is_one_of(words, line.removeprefix("1:").strip(), f"replying.{answer}"):
            return answer
    return None


def from_reply(words: Words, prompt: Prompt, text: str) -> Typed:
    """Read a mail reply: the whole text answers a lone question, else "1: …" names which. Raises AskPerson.

    A question that is named is typed anew, all its fields; one that is skipped or not named stays as it was.
    """
    if _is_one_of(words, reply_parts.own(text), "replying.elsewhere"):
        raise AskPerson({"": words("replying.not_here")})
    if _is_one_of(words, reply_parts.own(text), "replying.openings"):
        raise AskPerson({"": words("replying.thanks_alone")})
    try:
        parts = _parts(words, prompt.questions, text)
    except Unclear as unclear:
        raise AskPerson(_unclear(words, prompt.questions, unclear)) from None
    typed: dict[str, str | tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    for question in prompt.questions:
        answer = parts.get(question.id)
        if answer is None or not answer.text.strip() or is_skip(words, answer.text):
            continue
        if not question.required and _is_bare_no(words, question, answer.text):
            continue
        try:
            typed.update(_read_either(question, answer))
        except AskPerson as ask:
            problems[question.id] = " ".join(ask.problems.values())
    if problems:
        raise AskPerson(problems)
    return typed


def _is_bare_no(words: Words, question: Question, text: str) -> bool:
    """Whether somebody just says no to a question that may be left out, and no is none of its answers."""
    if question.kind == "yes_no" or not _is_one_of(words, text, "replying.no"):
        return False
    try:
        return question.kind in _OWN_WORDS or not _read(question, text)
    except AskPerson:
        return True


def _read_either(question: Question, answer: Part) -> Typed:
    """Read an answer; where that fails and it may have been more than its number took away, all of it."""
    try:
        return _read(question, answer.text)
    except AskPerson:
        if not answer.whole or answer.whole == answer.text:
            raise
        try:
            return _read(question, answer.whole)
        except AskPerson:
            pass
        raise


def _read(question: Question, answer: str) -> Typed:
    """Read one answer, whether it can be kept too, so that every problem of a mail is told at once.

    Every field is named: an old note or a fourth line does not stay beside new words.
    """
    whole = replace(question, lines=question.most or 10) if question.kind == "rows" else question
    kind = kind_of(whole)
    typed = {**{field.id: "" for field in kind.fields(whole)}, **kind.from_text(question, answer)}
    kind.parse(whole, typed)
    return typed


def _parts(words: Words, questions: tuple[Question, ...], text: str) -> Mapping[str, Part]:
    """What was said to each question. Raises Unclear, or AskPerson where a mail names none of several."""
    text = _without_opening(words, text)
    if len(questions) == 1:
        lone = _lone(words, questions[0], text)
        return {questions[0].id: lone}
    text = reply_order.unrolled(questions, text, _fits)
    own = reply_parts.own(text)
    if reply_order.may_be_a_list(questions, own):
        raise Unclear(set(range(len(questions))))
    parts = (
        reply_parts.between_quotes(questions, text)
        or reply_parts.by_number(questions, own)
        or reply_parts.between_quotes(questions, reply_parts.with_copied_quoted(questions, own))
        or reply_order.in_a_row(questions, own, _fits)
        or _to_all(words, questions, own)
    )
    if not parts:
        raise AskPerson({"": words("answer.which_question", count=len(questions))})
    return {questions[place].id: part for place, part in parts.items()}


def _to_all(words: Words, questions: tuple[Question, ...], text: str) -> Mapping[int, Part]:
    """One yes or no to all questions, where each can be answered so."""
    text = re.sub(r"(?<=\w) (?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?=\W*\Z)", "", text)
    for answer in ("yes", "no"):
        if all(q.kind == "yes_no" for q in questions) and _is_one_of(words, text, f"replying.all_{answer}"):
            return {place: Part(text=answer) for place in range(len(questions))}
    return {}


def _fits(question: Question, text: str) -> bool:
    """Whether the text is an answer to that question with few answers, and nothing besides."""
    if question.kind not in reply_order.FEW:
        return False
    try:
        typed = _read(question, text)
    except AskPerson:
        return False
    return bool(typed.get(question.id)) and not typed.get(f"{question.id}.note")


def _lone(words: Words, question: Question, text: str) -> Part:
    """The answer to the only question: all of the text, its number taken away where that is no part of an answer."""
    own = reply_parts.without_question(question, reply_parts.own(text)).strip()
    rest = reply_parts.without_number(own)
    if rest == own or not rest.strip():
        return Part(text=own)
    rest = reply_parts.without_question(question, rest)
    if question.kind in _LISTS or reply_parts.is_list(own):
        return Part(text=own, whole=rest)
    return Part(text=rest, whole="" if question.kind in _OWN_WORDS or question.kind == "consent" else own)


def _without_opening(words: Words, text: str) -> str:
    """The text without a greeting and a word of thanks before the answers, as long as anything is left."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        opens = _is_one_of(words, line, "replying.greetings", name=True) or (
            at < len(lines) - 1 and _is_one_of(words, line, "replying.openings")
        )
        if clean.line(line) and not opens and not _is_greeting_and_opening(words, line):
            break
        at += 1
    left = "\n".join(lines[at:])
    return _without_greeting(words, left if left.strip() else text)


def _is_greeting_and_opening(words: Words, line: str) -> bool:
    """Whether a line says "Hello, here are my answers:" and no more."""
    rest = _without_greeting(words, line)
    return rest != line and _is_one_of(words, rest, "replying.openings")


def _without_greeting(words: Words, text: str) -> str:
    """The text without a "Hello, " at the beginning of its first line, where something follows on that line."""
    first, newline, rest = text.partition("\n")
    for sign in (",", "!", "،", "、", "。", "."):
        greeting, found, after = first.partition(sign)
        if found and after.strip() and _is_one_of(words, greeting, "replying.greetings", name=True):
            return f"{after.lstrip()}{newline}{rest}"
    return text


def _unclear(words: Words, questions: tuple[Question, ...], unclear: Unclear) -> Mapping[str, str]:
    return {
        questions[place].id: words(
            "replying.twice" if place in unclear.twice else "replying.unclear_place", number=place + 1
        )
        for place in sorted(unclear.places)
    }


def _is_one_of(words: Words, text: str, key: str, *, name: bool = False) -> bool:
    """Whether the text is one of these phrases; with `name`, one of them and a name of up to two words after it."""
    bare, phrases = _bare(text), {_bare(each) for each in _phrases(words, key)}
    if bare in phrases:
        return True
    pieces = bare.split(" ")
    for end in range(max(1, len(pieces) - 2), len(pieces) if name else 0):
        if " ".join(pieces[:end]) in phrases and all(piece.strip(".").isalpha() for piece in pieces[end:]):
            return True
    return False


def _is_name(text: str, name: str) -> bool:
    """Whether the text is this name or a part of it, shortened maybe: "Bo L." for Bo Lindqvist."""
    pieces, own = _bare(text).split(), set(_bare(name).split())
    return any(piece in own for piece in pieces) and all(
        piece in own or any(piece.rstrip(".") == each[0] for each in own) for piece in pieces
    )


def _phrases(words: Words, *keys: str) -> list[str]:
    return [each for key in keys for each in words(key).split(",") if each.strip()]


def _bare(text: str) -> str:
    """Some words as they are compared: in small letters, without the signs around them and the commas in them."""
    # A mail is long and a phrase short: the rest cannot change the answer.
    said = clean.plain(text[:400]).replace("’", "'").translate({ord(sign): " " for sign in ",،"})
    return " ".join(said.split()).strip(" .!:;…。！：)(🙂😊👍")

"""Consent, stand aside, or object. Kept as {"word": "consent", "why": "..."}.

An objection needs a reason of harm. "I'd prefer another" is no objection: it goes along with a consent, as advice.
"""

import re

from workflows.errors import AskPerson
from workflows.forms import Field, Option, Typed
from workflows.kinds import clean, picking, short_text
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_OPTIONS = (
    Option(value="consent", label="Consent: I can live with it"),
    Option(value="aside", label="Stand aside: I am not for it, and I will not stop it"),
    Option(value="object", label="Object: it would do harm"),
)
_WORDS = {"consent": "Consent", "aside": "Stand aside", "object": "Object"}
_HARM = "Please say what harm it would do, and to whom. If you would just like something else better, pick Consent."
_HOW = 'Please begin with "consent", "stand aside" or "object". You can add why after it.'

# A number is the place in the list above. The end of an option's own words may have been copied along.
_SAID = (
    ("consent", re.compile(r"(?:i )?consent(?:\s*:\s*i can live with it)?(?!\w)|1(?![\w/])", re.I)),
    (
        "aside",
        re.compile(
            r"(?:i )?(?:stand )?aside(?:\s*:\s*i am not for it, and i will not stop it)?(?!\w)|2(?![\w/])", re.I
        ),
    ),
    ("object", re.compile(r"(?:i )?object(?:ion)?(?:\s*:\s*it would do harm)?(?!\w)|3(?![\w/])", re.I)),
)
# The same in other languages, where it stands alone or a comma follows: "einverstanden bin ich nicht" is no consent.
_ELSEWHERE = tuple(
    (word, re.compile(rf"(?:{phrases})(?=\s*(?:[.,;:!،。、\n–—]|- |\Z))", re.I))
    for word, phrases in (
        (
            "consent",
            r"(?:i )?agreed?|consenting|(?:ich )?(?:stimme zu|bin einverstanden)|einverstanden|zustimmung|konsent|"
            r"consiento|(?:estoy )?de acuerdo|doy mi consentimiento|je consens|je suis d['’]accord|d['’]accord|"
            r"consentement|consinto|(?:eu )?concordo|de acordo|estou de acordo|acconsento|"
            r"sono d['’]accordo|d['’]accordo|"
            r"(?:ik )?stem in|ik ga akkoord|akkoord|أوافق|اوافق|أنا موافقة?|موافقة?|同意します|同意|賛成です|賛成",
        ),
        (
            "aside",
            r"(?:i )?(?:abstain|step aside)|ich (?:enthalte mich|halte mich heraus|halte mich raus|trete beiseite)|"
            r"enthaltung|me abstengo|me hago a un lado|je m['’]abstiens|je me mets en retrait|abstenho-me|me abstenho|"
            r"mi astengo|ik onthoud me|أمتنع|棄権します|棄権",
        ),
        (
            "object",
            r"ich (?:widerspreche|lege einspruch ein|bin dagegen)|einspruch|einwand|me opongo|objeto|"
            r"tengo una objeción|je m['’](?:y )?oppose|je suis contre|"
            r"oponho-me|me oponho|mi oppongo|obiezione|ik maak bezwaar|bezwaar|"
            r"أعترض|أنا أعترض|反対します|反対です|異議があります",
        ),
    )
)
# "Consent? No way.", "1 or 2", "consent / object": whoever writes so has not said which.
_IS_OPEN = re.compile(r"\s*(?:[?？/]|(?:or|oder|o|u|ou|of|أو)(?!\w)|または|か)", re.I)


def fields(question: Question) -> tuple[Field, ...]:
    """The three words, and room for the reason or the advice."""
    word = Field(
        id=question.id,
        widget="choice",
        label=question.label,
        hint=question.hint,
        required=question.required,
        options=_OPTIONS,
    )
    why = Field(
        id=f"{question.id}.why",
        widget="lines",
        label="Your reason, or your advice",
        hint="If you object: what harm would it do, and to whom? "
        'With consent, this is advice: "I would prefer another" belongs here, and it does not stop anything.',
        required=False,
        max_chars=question.max_chars,
    )
    return word, why


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the word and the reason. Raises AskPerson, also for an objection without a reason."""
    problems: dict[str, str] = {}
    kept = {}
    for part, field_id in (("word", question.id), ("why", f"{question.id}.why")):
        try:
            kept[part] = clean.one(typed, field_id)
        except AskPerson as asked:
            problems.update(asked.problems)
    word, why = kept.get("word", ""), kept.get("why", "")
    if problem := clean.too_long(why, question.max_chars):
        problems[f"{question.id}.why"] = problem
    if (word or why) and word not in _WORDS:
        problems.setdefault(question.id, "Please pick consent, stand aside or object.")
    if word == "object" and not why:
        problems.setdefault(f"{question.id}.why", _HARM)
    if problems:
        raise AskPerson(problems)
    return {"word": word, "why": why} if word else clean.nothing(question)


def typed(question: Question, value: Value) -> Typed:
    """Pick the word again and fill in the reason."""
    assert isinstance(value, dict)
    why = {f"{question.id}.why": value["why"]} if value["why"] else {}
    return {question.id: value["word"], **why}


def from_text(question: Question, text: str) -> Typed:
    """Take "consent", "stand aside" or "object"; what follows is the reason or the advice. Raises AskPerson."""
    given = clean.text(text)
    if not given:
        return {}
    for word, begins in (*_SAID, *_ELSEWHERE):
        if (found := begins.match(given)) and not _IS_OPEN.match(given[found.end() :]):
            why = given[found.end() :].lstrip(" \t\n.,;:!-–—、。،؛")
            return typed(question, {"word": word, "why": why})
    for word in _WORDS:
        if word != "object" and picking.slipped(clean.plain(given).strip(" ."), _WORDS[word].casefold()):
            return typed(question, {"word": word, "why": ""})
    raise AskPerson({question.id: _HOW})


def show(question: Question, value: Value) -> str:
    """The word, then the reason or the advice."""
    assert isinstance(value, dict)
    word = _WORDS.get(value["word"], value["word"])
    return f"{word}: {value['why']}" if value["why"] else word


KIND = Kind(
    name="consent",
    fields=fields,
    parse=parse,
    typed=typed,
    from_text=from_text,
    show=show,
    check=short_text.check,
)

"""The three forms of a contact: how they see a promise, a letter to the facilitators, mails and their access."""

from typing import Literal

from workflows import contacting, promises
from workflows.contacts import Contact
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one
from workflows.messages.scene import Scene
from workflows.promises import Promise
from workflows.words import Words

Mails = Literal["yes", "no", "end"]
_MAILS: tuple[Mails, ...] = ("yes", "no", "end")


def word_form(scene: Scene, promise: Promise) -> Form:
    """How they see a promise of theirs."""
    w, said = scene.words, promise.said
    typed = {"status": said.status, "note": said.note} if said else {}
    return Form(
        id="partner_word",
        title=w("partner_form.word_title"),
        submit=w("partner_form.send"),
        intro=(promise.text, w("partner_form.word_intro")),
        fields=(
            Field(
                id="status",
                widget="choice",
                label=w("partner_form.status"),
                options=promises.statuses(scene.programme),
            ),
            Field(
                id="note",
                widget="lines",
                label=w("partner_form.note"),
                hint=w("partner_form.note_hint"),
                required=False,
                max_chars=promises.NOTE_CHARS,
            ),
        ),
        typed=typed,
    )


def read_word(scene: Scene, typed: Typed) -> tuple[str, str]:
    """The status and the note. Raises AskPerson."""
    w, status, note = scene.words, one(typed, "status"), one(typed, "note")
    problems = {}
    if status not in {o.value for o in promises.statuses(scene.programme)}:
        problems["status"] = w("partner_form.need_status")
    if len(note) > promises.NOTE_CHARS:
        problems["note"] = w("partner_form.too_long", most=promises.NOTE_CHARS)
    if problems:
        raise AskPerson(problems)
    return status, note


def letter_form(scene: Scene) -> Form:
    """One text to the facilitators."""
    w = scene.words
    return Form(
        id="partner_letter",
        title=w("partner_form.letter_title"),
        submit=w("partner_form.send"),
        intro=(w("partner_form.letter_intro", group=scene.walk.group.name),),
        fields=(Field(id="text", widget="lines", label=w("partner_form.letter"), max_chars=contacting.LETTER_CHARS),),
    )


def read_letter(words: Words, typed: Typed) -> str:
    """The text. Raises AskPerson."""
    text = one(typed, "text")
    if not text:
        raise AskPerson({"text": words("partner_form.need_letter")})
    if len(text) > contacting.LETTER_CHARS:
        raise AskPerson({"text": words("partner_form.too_long", most=contacting.LETTER_CHARS)})
    return text


def mails_form(scene: Scene, contact: Contact) -> Form:
    """Whether they want mails, and the way out."""
    w = scene.words
    return Form(
        id="partner_mails",
        title=w("partner_form.mails_title"),
        submit=w("partner_form.save"),
        intro=(w("partner_form.mails_intro"),),
        fields=(
            Field(
                id="mails",
                widget="choice",
                label=w("partner_form.mails"),
                options=tuple(Option(value=v, label=w(f"partner_form.mails_{v}")) for v in _MAILS),
            ),
        ),
        typed={"mails": "yes" if contact.reminds else "no"},
    )


def read_mails(words: Words, typed: Typed) -> Mails:
    """What they want. Raises AskPerson."""
    said = one(typed, "mails")
    if said not in _MAILS:
        raise AskPerson({"mails": words("partner_form.need_mails")})
    return said

"""What a mail reply says beside answers: stop, pause, yes or no, done. Only where that is all that was written.

A single word decides about a person, so it must stand alone: "yes, but not before May" is no yes.
"""

from typing import Literal

from workflows import replying
from workflows.about import About, AboutConsent, AboutKept, AboutLead, AboutMilestone
from workflows.errors import AskPerson
from workflows.forms import Typed
from workflows.kinds import clean
from workflows.words import Words

Order = Literal["stop", "pause"]
Taken = Literal["consent_yes", "consent_no", "lead_yes", "lead_no", "keep_yes", "keep_no", "done", "stopped", "paused"]


def order(words: Words, text: str) -> Order | None:
    """What somebody wants of us, whatever they reply to."""
    if _is(words, "stop", text):
        return "stop"
    return "pause" if _is(words, "pause", text) else None


def decided(words: Words, found: About, text: str, *, signed: str = "") -> tuple[Taken, Typed]:
    """Read a reply to something that is no round: what was understood, and the form filled in. Raises AskPerson.

    `signed` is the name of whom we asked: it may stand below.
    """
    match found:
        case AboutConsent():
            yes = _yes(words, text, signed)
            return "consent_yes" if yes else "consent_no", {"consent": "yes" if yes else "no"}
        case AboutLead():
            yes = _yes(words, text, signed)
            return "lead_yes" if yes else "lead_no", {"lead": "yes" if yes else "no"}
        case AboutKept():
            yes = _yes(words, text, signed)
            return "keep_yes" if yes else "keep_no", {"keep": "yes" if yes else "no"}
        case AboutMilestone() if _is(words, "done", text) or replying.said(words, text, signed=signed) == "yes":
            return "done", {}
        case AboutMilestone():
            raise AskPerson({"": words("mail_in.done_alone")})
        case _:
            raise AskPerson({"": words("mail_in.page_alone")})


def _yes(words: Words, text: str, signed: str) -> bool:
    said = replying.said(words, text, signed=signed)
    if said is None:
        raise AskPerson({"": words("mail_in.yes_or_no")})
    return said == "yes"


def _is(words: Words, what: str, text: str) -> bool:
    said = clean.plain(text).rstrip(" .!")
    return said in {clean.plain(each) for each in words(f"mail_in.words_{what}").split(",")}

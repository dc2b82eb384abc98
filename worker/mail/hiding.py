"""A mail of whoever wants its content hidden: that something waits, and neither what nor of whom.

Promises: nothing of the message that is hidden comes through: no title, name, quote, list, reply hint or reason, and
no name of a group. What stays is a count of what waits, words of our own for the kind of message, and one button. Where
a thing can be done on a page of its own the button leads there, else to the reader's home.
"""

from collections.abc import Mapping
from dataclasses import replace

from worker.mail.mailing import Mailing
from workflows.message import Action, Heading, Message, Text
from workflows.ticket import Ticket
from workflows.words import Words

# Kinds that have words of their own, and for each where they stand in `hidden.yaml`. Any other one is "told".
_SAID: Mapping[str, str] = {
    "prompt": "asked",
    "nudge": "asked",
    "consent": "asked",
    "offer": "asked",
    "keep": "asked",
    "answered": "answered",
    "reply_unclear": "unclear",
    "reply_page": "unclear",
    "reply_held": "elsewhere",
    "milestone": "due",
    "reading": "read",
    "digest": "news",
    "resting": "resting",
    "prove_address": "proof",
    "address_asked": "moved",
    "new_link": "link",
}
# The pages of these are named by opaque ids alone.
_ON_THEIR_OWN_PAGE = ("asked", "answered", "unclear", "elsewhere", "proof", "moved", "link")
HIDDEN = "hidden"  # the kind of every such message, wherever a kind shows


def hidden(mailing: Mailing, words: Words) -> Mailing:
    """Return the mailing with nothing in it that is to be hidden. What is hidden already stays as it is."""
    if mailing.message.kind == HIDDEN:
        return mailing
    said, message = _SAID.get(mailing.message.kind, "told"), mailing.message
    subject = words(f"hidden.{said}.subject", count=mailing.waits)
    shown = Message(
        kind=HIDDEN,
        subject=subject,
        preheader=words("hidden.preheader"),
        parts=(Heading(text=subject), Text(text=words(f"hidden.{said}.text"))),
        actions=(_open(words, said, message, mailing.ticket),),
        why=words("hidden.why"),
        locale=message.locale,
    )
    return replace(mailing, message=shown, list_name="", topic="")


def _open(words: Words, said: str, message: Message, ticket: Ticket) -> Action:
    """The one button. Its own words are not the message's: those may name what it is about."""
    there = (a for a in message.actions if a.page and a.value)
    main = next(there, None) if said in _ON_THEIR_OWN_PAGE else None
    home = Ticket(workspace=ticket.workspace, partnership=ticket.partnership, person=ticket.person)
    return Action(
        id="open",
        label=words("hidden.button"),
        value=main.value if main else home.encode(),
        style="primary",
        page=main.page if main else "home",
    )

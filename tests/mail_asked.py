"""What people are asked in the corpus of replies: real prompts, and the real mails in which they come, to be quoted.

One prompt is made up, for no real one asks for a lone number or a person without a condition.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import lxml.etree
import lxml.html

from worker.files import programmes
from worker.files import words as english
from worker.mail.frame import Button, Foot, the_frame
from worker.preview import walked
from workflows import asked
from workflows.forms import Option
from workflows.message import Heading, Message, Small
from workflows.messages import examples, listed, prompt
from workflows.programme import Prompt
from workflows.question import Question

PROMPTS = {
    "rest": "without-you",
    "effort": "our-effort",
    "sense": "ledger-agreed.sense",
    "consent": "ledger-agreed.consent",
    "requests": "asked-of-us",
    "hour": "what-it-costs",
    "dots": "goal-dots.vote",
    "ways": "which-way",
    "open": "agreement.questions",
    "tie": "ties-again",
    "claims": "partner-claims",
}
_LINK = "https://fairsteps.example.org"
_TICKET = "eyJwIjoicGV4YW1wbGUi.c2lnbmVk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One of our mails, as it is quoted."""

    prompt: Prompt
    subject: str
    text: str
    html: str


@cache
def mails() -> dict[str, Mail]:
    """Our mails by the short names above, and `numbers`, the made-up one."""
    words = english.load()
    scene = examples.scene(words, programmes.load("five-steps"))
    made_up = _made_up()
    message = Message(
        kind="prompt",
        subject=words("prompt.subject", title=made_up.title),
        parts=(Heading(text=made_up.title), *listed.parts(scene, made_up, by_mail=True), Small(text="Thank you.")),
        why="You get this because you take part in “Harbour Circle and Tidewater”.",
        reply_hint=words("prompt.reply"),
        locale="en",
    )
    return {**of("five-steps", PROMPTS), "numbers": _mail(made_up, message)}


def of(name: str, prompts: Mapping[str, str]) -> dict[str, Mail]:
    """Our mails of that programme, by the short names of `prompts`."""
    words, programme = english.load(), programmes.load(name)
    scene = examples.scene(words, programme)
    found: dict[str, Mail] = {}
    wanted = {real: short for short, real in prompts.items()}
    for leg in walked.legs(programme):
        if leg.prompt.id in wanted:
            put = replace(scene, walk=leg.put)
            message = prompt.compose(put, round_=leg.round, person=examples.DARA, by_mail=True)
            resolved = asked.resolved(leg.put, programme, leg.prompt)
            found[wanted[leg.prompt.id]] = _mail(resolved, message)
    return found


def _made_up() -> Prompt:
    people = tuple(
        Option(value=f"p{n}", label=name) for n, name in enumerate(("Ana Ferreira", "Chi Nwosu", "Eli Brooks"))
    )
    return Prompt(
        id="numbers",
        title="A few numbers",
        intro="",
        minutes=2,
        questions=(
            Question(id="letters", kind="number", label="How many letters did you write this month?", unit="letters"),
            Question(id="began", kind="date", label="On which day did you begin?", required=False),
            Question(id="keeper", kind="person", label="Who should keep the list?", options=people, required=False),
            Question(id="note", kind="long_text", label="Anything else that we should know?", required=False),
        ),
    )


def _mail(asks: Prompt, message: Message) -> Mail:
    words = english.load()
    buttons = (
        Button(label="Answer", url=f"{_LINK}/answer/{_TICKET}", strong=True),
        Button(label="Not this week", url=f"{_LINK}/answer/{_TICKET}"),
    )
    foot = Foot(preferences=f"{_LINK}/preferences/{_TICKET}", unsubscribe=f"{_LINK}/unsubscribe/{_TICKET}")
    text = the_frame().text(message, buttons=buttons, foot=foot, words=words)
    html = the_frame().html(message, buttons=buttons, foot=foot, words=words)
    return Mail(prompt=asks, subject=message.subject, text=text, html=_body(html))


def _body(html: str) -> str:
    """What mail programs quote: the body. Its inline styles are left out here, to keep the files small."""
    body = lxml.html.document_fromstring(html).find("body")
    for element in list(body.iter()):
        if element.tag is lxml.etree.Comment:
            element.getparent().remove(element)
            continue
        for name in list(element.attrib):
            if name not in ("href", "class", "dir", "lang"):
                del element.attrib[name]
    inner = "".join(lxml.html.tostring(child, encoding="unicode") for child in body)
    return re.sub(r"\s*\n\s*", "\n", inner).strip()

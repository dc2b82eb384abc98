"""Every mail there is, as a mailing: each kind by its example, and the prompts of every programme, put by mail."""

import dataclasses
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests import mail_home
from worker.files import programmes
from worker.files import words as files
from worker.links import Links
from worker.mail.frame import the_frame
from worker.mail.mailing import Mailing
from worker.mail.render import render
from worker.preview.everyday import BY_MAIL, MAIL_ALONE, NEVER_MAILED
from workflows import messages
from workflows.message import Message
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme

WORDS = files.load()
PROGRAMMES = tuple(programmes.load_all().values())
SENDER = "Fairsteps <answers@example.org>"


def kinds() -> dict[str, Message]:
    """The example of each kind that goes by mail, by its name."""
    there = {kind.KIND: kind.example for kind in messages.KINDS if kind.KIND not in NEVER_MAILED}
    there |= {kind.KIND: kind.example for kind in MAIL_ALONE} | BY_MAIL
    return {name: example(WORDS, PROGRAMMES[0]) for name, example in there.items()}


def prompts() -> dict[str, Message]:
    """Every prompt, as it is put by mail."""
    return dict(pair for programme in PROGRAMMES for pair in _prompts(programme))


def _prompts(programme: Programme) -> Iterator[tuple[str, Message]]:
    scene = examples.scene(WORDS, programme)
    for step in programme.steps:
        for prompt in (*step.prompts, *(p for decision in step.decisions for p in decision.prompts)):
            round_ = dataclasses.replace(scene.walk.rounds[0], prompt=prompt.id, step=step.id)
            walk = dataclasses.replace(scene.walk, rounds=(round_,), answers=())
            asked = Scene(words=WORDS, walk=walk, programme=programme)
            message = messages.prompt.compose(asked, round_=round_, person=examples.DARA, by_mail=True)
            yield f"{programme.id}: {prompt.id}", message


def mailing(message: Message, *, hides: bool = False, follows: str = "", topic: str = "") -> Mailing:
    """A message as a mail to Dara, in the thread of a step."""
    return Mailing(
        delivery="delivery000000000001",
        to_name="Dara Sharma",
        to_address="dara@example.org",
        message=message,
        ticket=mail_home.BO,
        list_name="Harbour Circle",
        thread="thread00000000000001",
        follows=follows,
        topic=topic,
        hides=hides,
    )


def as_sent(one: Mailing, *, public_url: str = "https://fairsteps.example.org") -> bytes:
    """The mail as the server gets it."""
    mail = render(
        one,
        frame=the_frame(),
        links=Links(public_url=public_url, keys=[mail_home.KEY]),
        words=WORDS,
        mail_from=SENDER,
        reply_to="answers+token@example.org",
        now=mail_home.NOW,
    )
    return mail.as_bytes()


def read(raw: bytes) -> EmailMessage:
    """A mail as a reader's program understands it."""
    return message_from_bytes(raw, policy=default)


def html(raw: bytes) -> str:
    """Its HTML part."""
    return body(read(raw), "html")


def body(mail: EmailMessage, kind: str) -> str:
    """One of its parts."""
    part = mail.get_body((kind,))
    assert part is not None, f"no {kind} part"
    return str(part.get_content()).replace("\r\n", "\n")

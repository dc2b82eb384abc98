"""What is due about another mail address: a link to it, and a word to the one that a person has."""

from datetime import datetime
from functools import partial

from workflows import moving_mail, reach
from workflows.due import Decision, Send
from workflows.messages import address_asked, prove_address
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def prove(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Send the link, whatever they settled about mails: they asked for it a moment ago."""
    wanted = moving_mail.waits(scene.walk.people[due.person], now=now)
    if wanted is None or wanted.mark != due.subject:
        return Decision(left="settled")
    name = f"prove/{wanted.mark}/{due.person}"
    link = partial(prove_address.compose, scene, person=due.person, mark=wanted.mark)
    sends = [Send(channel="mail", person=due.person, compose=link, name=f"{name}/mail", to=wanted.address)]
    if reach.can_mail(scene.walk, due.person):
        notice = partial(address_asked.compose, scene, person=due.person, mark=wanted.mark)
        sends.append(Send(channel="mail", person=due.person, compose=notice, name=f"{name}/old"))
    return Decision(sends=tuple(sends))

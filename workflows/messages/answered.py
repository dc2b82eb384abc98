"""What a prompt turns into once it is answered; in mail, how a reply was understood."""

from workflows import asking
from workflows.message import Facts, Heading, Message, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Answer, Round
from workflows.words import Words

KIND = "answered"


def compose(scene: Scene, *, round_: Round, answer: Answer) -> Message:
    """Show the person their own answer, and how to change it."""
    w, prompt = scene.words, scene.prompt(round_)
    late = round_.closed_at is not None
    return Message(
        kind=KIND,
        subject=w("answered.subject", title=prompt.title),
        parts=(
            Heading(text=prompt.title),
            Text(text=w("answered.mail" if answer.via == "mail" else "answered.body")),
            Facts(rows=asking.summary_of(prompt, answer)),
            Small(text=w("answered.late") if late else w("answered.until", until=scene.until(round_, answer.person))),
        ),
        actions=(
            scene.button("change", "button.change", person=answer.person, subject=round_.id, page="answer", main=False),
            scene.button("board", "button.board", person=answer.person, subject="", page="board", main=False),
        ),
        why=scene.why(answer.person),
        reply_hint=w("answered.reply") if answer.via == "mail" and not late else "",
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Bo has answered."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0], answer=scene.walk.answers[0])

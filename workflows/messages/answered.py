"""What a prompt turns into once it is answered; in mail, how a reply was understood."""

from workflows import asking, rounds
from workflows.followups import applies
from workflows.message import Facts, Heading, Message, Part, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Answer, Round
from workflows.words import Words

KIND = "answered"


def compose(scene: Scene, *, round_: Round, answer: Answer) -> Message:
    """Show the person their own answer, and how to change it."""
    w, prompt = scene.words, scene.prompt(round_)
    if answer.skipped:
        return _skipped(scene, round_, answer)
    late = round_.closed_at is not None
    return Message(
        kind=KIND,
        subject=w("answered.subject", title=prompt.title),
        parts=(
            Heading(text=prompt.title),
            Text(text=w("answered.mail" if answer.via == "mail" else "answered.body")),
            Facts(rows=asking.summary_of(prompt, answer)),
            *_more(scene, round_, answer),
            *_changing(scene, round_, answer, late=late),
        ),
        actions=(
            scene.button("change", "button.change", person=answer.person, subject=round_.id, page="answer", main=False),
            scene.button("board", "button.board", person=answer.person, subject="", page="board", main=False),
        ),
        why=scene.why(answer.person),
        reply_hint=w("answered.reply") if answer.via == "mail" and not late else "",
        locale=scene.locale,
    )


def _more(scene: Scene, round_: Round, answer: Answer) -> tuple[Part, ...]:
    """What this answer calls for and a tap has left out: nobody should find out later that there was a question."""
    prompt = scene.prompt(round_)
    said = asking.typed_of(prompt, answer.values)
    called = (q for q in prompt.questions if q.when and q.id not in answer.values and applies(prompt, q, said))
    first = next(called, None) if rounds.takes_answers(scene.walk, round_.id) else None
    return (Small(text=scene.words("answered.more", question=first.label)),) if first else ()


def _changing(scene: Scene, round_: Round, answer: Answer, *, late: bool) -> tuple[Part, ...]:
    w = scene.words
    if round_.standing:
        return (Small(text=w("answered.standing")),)
    return (Small(text=w("answered.late") if late else w("answered.until", until=scene.until(round_, answer.person))),)


def _skipped(scene: Scene, round_: Round, answer: Answer) -> Message:
    """They leave this one; it can still be answered."""
    w, prompt = scene.words, scene.prompt(round_)
    button = scene.button(
        "answer", "button.after_all", person=answer.person, subject=round_.id, page="answer", main=False
    )
    return Message(
        kind=KIND,
        subject=w("answered.subject_skipped", title=prompt.title),
        parts=(Heading(text=prompt.title), Text(text=w("answered.skipped"))),
        actions=(button,),
        why=scene.why(answer.person),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Bo has answered."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0], answer=scene.walk.answers[0])

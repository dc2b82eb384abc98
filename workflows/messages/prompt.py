"""A prompt put to one person."""

from workflows import asking
from workflows.kinds import kind_of
from workflows.message import Divider, Heading, Message, Numbered, Part, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme, Prompt, Question, Step
from workflows.walk import Round
from workflows.words import Words

KIND = "prompt"


def compose(scene: Scene, *, round_: Round, person: str, by_mail: bool = False) -> Message:
    """The questions, how long they take, until when, and who sees the answers.

    `by_mail` also names what one may choose from, since a reply has no buttons.
    """
    w, prompt, step = scene.words, scene.prompt(round_), scene.programme.step(round_.step)
    until = scene.until(round_, person)
    time = (
        w("prompt.time_one", until=until)
        if prompt.minutes == 1
        else w("prompt.time", minutes=prompt.minutes, until=until)
    )
    return Message(
        kind=KIND,
        subject=w("prompt.subject", title=prompt.title),
        parts=(
            Small(text=_place(scene, step)),
            Heading(text=prompt.title),
            *_opening_read(scene, step, prompt),
            Text(text=prompt.intro),
            Numbered(items=tuple(_question(scene, q, by_mail) for q in prompt.questions)),
            Small(text=time),
            Small(text=asking.who_sees(w, prompt)),
        ),
        actions=(scene.button("answer", "button.answer", person=person, subject=round_.id, page="answer"),),
        why=scene.why(person),
        preheader=time,
        reply_hint=w("prompt.reply" if len(prompt.questions) > 1 else "prompt.reply_one"),
        locale=scene.locale,
    )


def _place(scene: Scene, step: Step) -> str:
    number = scene.place_of(step.id)
    return scene.words("prompt.step", number=number, of=len(scene.programme.steps), step=step.title)


def _opening_read(scene: Scene, step: Step, prompt: Prompt) -> tuple[Part, ...]:
    if prompt.id != step.prompts[0].id:
        return ()
    return (*(Text(text=p.strip()) for p in step.read.splitlines() if p.strip()), Divider())


def _question(scene: Scene, question: Question, by_mail: bool) -> str:
    asked = f"{question.label} {question.hint}".strip()
    if not question.required:
        asked = scene.words("prompt.optional", question=asked)
    options = [o.label for f in kind_of(question).fields(question) for o in f.options] if by_mail else []
    if not options:
        return asked
    listed = (f"{number} {label}" for number, label in enumerate(options, start=1))
    return "\n".join((scene.words("prompt.choose", question=asked), *listed))


def example(words: Words, programme: Programme) -> Message:
    """Dara is asked the first prompt of the first step, by mail."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0], person=examples.DARA, by_mail=True)

"""The channel's summary of a closed round: how many answered, and what the group may see of it."""

from collections import Counter
from collections.abc import Sequence

from workflows import privacy
from workflows.kinds import Value, kind_of
from workflows.message import Bullets, Heading, Message, Part, Small, Text
from workflows.messages import examples, rows_told
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.question import Question
from workflows.walk import Round
from workflows.words import Words
from workflows.worksheet_columns import is_unnamed
from workflows.worksheets import table

KIND = "summary"
_COUNTED = ("choice", "choices", "scale", "yes_no")  # kinds that are told as counts, not one by one
_ROWS = 5  # rows of a worksheet shown in the channel; the rest stands on the board


def compose(scene: Scene, *, round_: Round, again: bool = False) -> Message:
    """Everything in it has passed the privacy gate for the whole group.

    Told `again`, it leaves out unnamed answers: it would differ from the first by one person, and so name them.
    """
    prompt = scene.prompt(round_)
    have, of = scene.counts(round_)
    again = again or round_.closings > 1
    shown = tuple(part for q in prompt.questions for part in _question(scene, round_, q, again=again))
    hidden = _hidden(scene, round_, again=again)
    sheets = tuple(part for part in _sheets(scene, round_, again=again))
    return Message(
        kind=KIND,
        subject=scene.words("summary.subject", title=prompt.title),
        parts=(
            Heading(text=scene.words("summary.heading", title=prompt.title)),
            Text(text=scene.words("summary.count", have=have, of=of)),
            *(shown + hidden + sheets or (Small(text=scene.words("summary.nothing")),)),
        ),
        locale=scene.locale,
    )


def _question(scene: Scene, round_: Round, question: Question, *, again: bool) -> tuple[Part, ...]:
    seen, kind = _seen(scene, round_, question, again=again), kind_of(question)
    picked = [one for s in seen for one in _each(s.value)]
    counts = Counter(kind.show(question, _plain(question, value)) for value in picked)
    lines = tuple(f"{label}: {count}" for label, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
    return (Text(text=question.label), Bullets(items=lines)) if lines else ()


def _seen(scene: Scene, round_: Round, question: Question, *, again: bool) -> Sequence[privacy.Shown]:
    if not _counts(question) or (again and not question.named):
        return ()
    return privacy.shown(question, scene.walk.answers_to(round_.id), "group")


def _counts(question: Question) -> bool:
    return question.kind in _COUNTED and privacy.reaches(question, "group")


def _hidden(scene: Scene, round_: Round, *, again: bool) -> tuple[Part, ...]:
    """What stays hidden, said once: a line at each of twelve questions would be all that one reads."""
    unnamed = [q for q in scene.prompt(round_).questions if _counts(q) and not q.named]
    hidden = [q for q in unnamed if not _seen(scene, round_, q, again=again)]
    if not hidden or not scene.walk.answers_to(round_.id):
        return ()
    if len(hidden) == 1:
        return (Text(text=hidden[0].label), Small(text=scene.words("summary.withheld")))
    return (Small(text=scene.words("summary.withheld_many", count=len(hidden))),)


def _each(value: Value) -> tuple[Value, ...]:
    """The choices of several, one by one."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else (value,)


def _plain(question: Question, value: Value) -> Value:
    """A value to count by: without the note of a yes or no, and one choice of several by itself."""
    if isinstance(value, dict):
        return {**value, "note": ""}
    return [value] if question.kind == "choices" and isinstance(value, str) else value


def _sheets(scene: Scene, round_: Round, *, again: bool) -> list[Part]:
    parts: list[Part] = []
    for sheet in scene.programme.step(round_.step).worksheets:
        if sheet.prompt != round_.prompt or (again and is_unnamed(scene.programme, sheet)):
            continue
        lines = rows_told.lines(table(scene.walk, scene.programme, sheet, "group"))
        if lines:
            parts += [Text(text=scene.words("summary.sheet", sheet=sheet.title)), Bullets(items=lines[:_ROWS])]
        if len(lines) > _ROWS:
            parts.append(Small(text=scene.words("summary.more", count=len(lines) - _ROWS)))
    return parts


def example(words: Words, programme: Programme) -> Message:
    """The first round closed with two answers."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0])

"""How the questions of a prompt stand in a message: numbered, and in a mail with everything that a reply may name."""

from collections.abc import Iterable

from babel.lists import format_list

from workflows.followups import only_if
from workflows.kinds import kind_of
from workflows.message import Numbered, Part, Small
from workflows.messages.sample import filled_in, sample_value
from workflows.messages.scene import Scene
from workflows.programme import Prompt
from workflows.question import Question

_LISTED = 40  # options in a mail; more would bury the rest, and clip it where a mail is cut at 100 kB
_FEW = 3  # with more optional questions than this, one sentence at the end says what a remark at each would


def parts(scene: Scene, prompt: Prompt, *, by_mail: bool) -> tuple[Part, ...]:
    """The numbered questions. `by_mail` also lists what one may choose from, since a reply has no buttons."""
    optional = [q for q in prompt.questions if not q.required]
    each = len(optional) <= _FEW
    items = tuple(_question(scene, prompt, q, by_mail=by_mail, say_optional=each) for q in prompt.questions)
    if each or not items:
        return (Numbered(items=items),) if items else (Small(text=scene.words("prompt.nothing_to_ask")),)
    needed = [str(n) for n, q in enumerate(prompt.questions, start=1) if q.required]
    told = format_list(needed, locale=scene.locale)
    remark = scene.words("prompt.optional_but" if needed else "prompt.optional_all", needed=told)
    return (Numbered(items=items), Small(text=remark))


def _question(scene: Scene, prompt: Prompt, question: Question, *, by_mail: bool, say_optional: bool) -> str:
    asked = _sentences(question.label, question.hint)
    if when := only_if(scene.words, prompt, question, numbered=True):
        asked = f"{when} {asked}"
    if not question.required and say_optional:
        asked = scene.words("prompt.optional", question=asked)
    if not by_mail:
        return asked
    if question.kind == "rows":
        cells = (_cell(scene, column) for column in question.columns)
        return "\n".join((scene.words("prompt.rows", question=asked), _example(scene, question), *cells))
    return _with_options(scene, asked, question)


def _cell(scene: Scene, column: Question) -> str:
    """One cell of a line, in the order in which a reply writes them."""
    told = _sentences(column.label, column.hint)
    options = next((f.options for f in kind_of(column).fields(column) if f.options), ())
    if not options or column.kind == "yes_no" or len(options) > _LISTED:
        return f"– {_with_options(scene, told, column)}"
    numbered = column.kind != "scale"
    listed = ", ".join(f"{n} {o.label}" if numbered else o.label for n, o in enumerate(options, start=1))
    return f"– {scene.words('prompt.choose', question=told)} {listed}"


def _example(scene: Scene, question: Question) -> str:
    """One line as a reply may write it, as far as it must go."""
    needed = max((n for n, c in enumerate(question.columns, start=1) if c.required), default=len(question.columns))
    line = "; ".join(_example_cell(column) for column in question.columns[:needed])
    more = needed < len(question.columns)
    return scene.words("prompt.rows_example_more" if more else "prompt.rows_example", line=line)


def _example_cell(column: Question) -> str:
    if column.kind in ("short_text", "long_text", "person"):
        return "…"  # their own words: ours would only be copied
    if column.kind == "scale":
        return str(sample_value(column))
    return " ".join(kind_of(column).show(filled_in(column), sample_value(column)).split())


def _with_options(scene: Scene, asked: str, question: Question) -> str:
    if question.kind == "yes_no":
        return scene.words("prompt.yes_no", question=asked)
    options = next((f.options for f in kind_of(question).fields(question) if f.options), ())
    if not options:
        return asked
    if len(options) > _LISTED:
        return scene.words("prompt.choose_many", question=asked, count=len(options))
    if question.kind == "scale":  # its labels are numbers already
        listed: Iterable[str] = (option.label for option in options)
    else:
        listed = (f"{number} {option.label}" for number, option in enumerate(options, start=1))
    return "\n".join((scene.words("prompt.choose", question=_ended(asked)), *listed))


def _sentences(label: str, hint: str) -> str:
    """A label and its hint, read one after the other."""
    if not hint:
        return label
    return f"{label} {hint}" if _ended(label) == label else f"{label}: {hint}"


def _ended(words: str) -> str:
    """Some words as a sentence of their own, so that another can follow."""
    return words if words.rstrip().endswith((".", "?", "!", ":", ")")) else f"{words}."

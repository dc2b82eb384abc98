"""Reads one decision of a programme, and makes the prompts it is taken with: one a stage, in the words of the stage."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import cast, get_args

from workflows.forms import Option
from workflows.marked_yaml import Place, Table
from workflows.programme import Decision, Method, Programme, Prompt, Stage
from workflows.programme_question import PLACES, check_itself, fixed_options, options_from
from workflows.programme_source import HINT, LABEL, TEXT, TITLE, Source, known, words_of
from workflows.question import Question

_CONSENT = ("questions", "sense", "consent")
_VOTES = {"dots": "dots", "ranked": "ranked"}  # methods whose one stage is a vote
_HALF = Decimal("0.5")
_END = 50
_STILL = ("keep", "change", "unsure")
_KEYS = {"consent": ("worksheet", "named"), "dots": ("options", "dots", "keep"), "ranked": ("options", "keep")}


def _said(given: str) -> Question:
    """Words that are there to be answered: told when the round is over, however few wrote some."""
    return Question(
        id=given, kind="long_text", label="", required=False, named=False, few=True, reveal="closed", max_chars=1000
    )


# What each stage asks; labels come from the words. Only consent may be named, and only where the decision says so.
_ASKED: dict[str, tuple[int, tuple[Question, ...]]] = {
    "questions": (3, (_said("ask"),)),
    "sense": (
        2,
        (
            Question(id="feel", kind="scale", label="", low=Decimal(1), high=Decimal(5), named=False, reveal="closed"),
            _said("change"),
        ),
    ),
    "dots": (2, (Question(id="vote", kind="dots", label="", named=False, reveal="closed"),)),
    "ranked": (2, (Question(id="vote", kind="ranked", label="", named=False, reveal="closed"),)),
    "consent": (2, (Question(id="say", kind="consent", label="", named=False, few=True, reveal="closed"),)),
    "review": (
        2,
        (
            Question(id="still", kind="choice", label="", named=False, few=True, reveal="closed"),
            _said("why"),
        ),
    ),
}


def decision(here: Table, all_words: Table, source: Source) -> Decision:
    """Read a decision; what is wrong with it is noted."""
    given = source.ids.of(here, "decision")
    words = words_of(all_words, "decision", given)
    method = cast(Method, here.one_of("method", get_args(Method)) or "consent")
    allowed = _KEYS[method]
    listed = options_from(here, source) if "options" in allowed else ()
    if listed and here.has("options"):
        here.problem("options", f"{here.name} has options and options_from", "keep one of them")
    made = Decision(
        id=given,
        title=words.text("title", most=TITLE),
        proposal=words.text("proposal", most=TEXT),
        method=method,
        quorum=here.number("quorum", default=_HALF, low=Decimal(0), high=Decimal(1)) or Decimal(0),
        prompts=(),
        worksheet=here.text("worksheet", default="") if "worksheet" in allowed else "",
        keep=here.whole("keep", default=1, low=1, high=100) if "keep" in allowed else 1,
        review_weeks=here.whole("review_weeks", default=0, low=0, high=260),
    )
    named = here.flag("named", default=False) if "named" in allowed else False
    vote = _vote(here, words, listed) if "options" in allowed else None
    stages = tuple(_staged(here, made, stage, source, vote, named) for stage in _stages(here, method))
    if made.worksheet:
        place = here.place_of("worksheet")
        source.checks.append(partial(_check_worksheet, here, place, made))
    review = _staged(here, made, "review", source, None, named=False) if made.review_weeks else None
    _check_keep(here, made, vote)
    here.close()
    words.close()
    return replace(made, prompts=stages, review=review)


def _stages(here: Table, method: Method) -> tuple[str, ...]:
    """The stages in their order; the stage of a vote has the words of its method."""
    given = here.texts("stages", needed=False)
    if method in _VOTES:
        for name, place in given:
            known(here, place, name, ["vote"], f"a decision by {method} has no stage")
        return (_VOTES[method],)
    if not here.has("stages"):
        return _CONSENT
    names = [name for name, place in given if known(here, place, name, list(_CONSENT), "there is no stage")]
    if names != [name for name in _CONSENT if name in names]:
        here.problem("stages", f"the stages of {here.name} go in the order {', '.join(_CONSENT)}, each once")
    if "consent" not in names:
        here.problem("stages", f"{here.name} never comes to consent", "add consent as its last stage")
    return tuple(name for name in _CONSENT if name in names)


def _vote(here: Table, words: Table, listed: tuple[str, ...]) -> Question:
    """What is voted on, and with how many dots or places."""
    options = fixed_options(here, words, needed=not listed)
    places = min(PLACES, len(options) or PLACES)
    ranked = here.text("method") == "ranked"
    most = places if ranked else here.whole("dots", default=3, low=1, high=20)
    kind = "ranked" if ranked else "dots"
    made = Question(id="vote", kind=kind, label="", options=options, options_from=listed, most=most)
    check_itself(here, made)
    return made


def _staged(here: Table, made: Decision, name: str, source: Source, vote: Question | None, named: bool) -> Prompt:
    """The prompt of one stage: the stage's words, set beside what is decided."""
    base = source.staged.get(name) or _told(source, name)
    source.staged[name] = base
    stage = cast(Stage, "vote" if name in _VOTES else name)
    title, intro = f"{made.title}: {base.title}", f"{made.proposal}\n\n{base.intro}"
    if len(title) > TITLE:
        here.problem("id", f"{here.name} and stage {name!r} make a title of {len(title)} characters; {TITLE} fit")
    if len(intro) > TEXT:
        here.problem("id", f"{here.name} and stage {name!r} make a text of {len(intro)} characters; {TEXT} fit")
    questions = base.questions
    if vote is not None:
        asked = base.questions[0]
        questions = (replace(asked, options=vote.options, options_from=vote.options_from, most=vote.most),)
    if name == "consent":
        questions = tuple(replace(q, named=named) for q in questions)
    return replace(
        base, id=f"{made.id}.{stage}", title=title, intro=intro, questions=questions, decision=made.id, stage=stage
    )


def _told(source: Source, name: str) -> Prompt:
    """Read the words of a stage, once."""
    if not source.stages.has(name):
        source.stages.problem(name, f"there are no words for stage {name!r}", f"add {name}: under stages:")
    words = source.stages.table(name, f"the words of stage {name!r}", needed=False)
    minutes, asked = _ASKED[name]
    questions = []
    for question in asked:
        told = words.table(question.id, f"the words of {question.id!r} in stage {name!r}")
        questions.append(_worded(question, told))
        told.close()
    made = Prompt(
        id=name,
        title=words.text("title", most=TITLE),
        intro=words.text("intro", most=TEXT),
        minutes=minutes,
        questions=tuple(questions),
    )
    words.close()
    return made


def _worded(question: Question, told: Table) -> Question:
    scale, choice = question.kind == "scale", question.kind == "choice"
    labels = told.table("options", f"the options of {told.name}") if choice else told.nothing("")
    made = replace(
        question,
        label=told.text("label", most=LABEL),
        hint=told.text("hint", default="", most=HINT),
        low_label=told.text("low_label", most=_END) if scale else "",
        high_label=told.text("high_label", most=_END) if scale else "",
        options=tuple(Option(value=v, label=labels.text(v, most=75)) for v in _STILL) if choice else (),
    )
    labels.close()
    return made


def _check_keep(here: Table, made: Decision, vote: Question | None) -> None:
    options = len(vote.options) if vote else 0
    if options and made.keep >= options:
        here.wrong("keep", f"{here.name} keeps {made.keep} of {options} options, so nothing is decided")


def _check_worksheet(here: Table, place: Place, made: Decision, programme: Programme) -> None:
    """What is agreed must be there by then: a worksheet of this step, or of an earlier one."""
    names: list[str] = []
    for step in programme.steps:
        names += [sheet.id for sheet in step.worksheets]
        if any(d.id == made.id for d in step.decisions):
            break
    known(here, place, made.worksheet, names, "so far there is no worksheet")

"""A small programme as values, that has everything a programme may have, and what people say in it.

Step `look`: two prompts in one week and one for facilitators, then another week; a standing one; agreed by consent.
Step `choose`: a dot vote over worksheet rows, a ranked vote. Step `tend` never closes; in `ending()` it does.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import cast

from workflows.forms import Option
from workflows.kinds import Value
from workflows.kinds.kind import Cell
from workflows.programme import (
    Check,
    Column,
    Decision,
    Filled,
    Gate,
    MilestonePlan,
    Programme,
    Prompt,
    Reading,
    Stage,
    Step,
    Worksheet,
)
from workflows.question import Condition, Question
from workflows.walk import Round, Walk
from workflows.worksheets import options

HALF = Decimal("0.5")
ONE, FIVE = Decimal(1), Decimal(5)


def option(value: str) -> Option:
    """An option that reads as it is kept."""
    return Option(value=value, label=value.title())


def scale(name: str, label: str, *, named: bool = False) -> Question:
    """How much, from one to five."""
    return Question(id=name, kind="scale", label=label, low=ONE, high=FIVE, named=named)


TASKS = (option("dig"), option("water"))
LINES = Question(
    id="lines",
    kind="rows",
    label="Your work",
    most=4,
    columns=(
        Question(id="task", kind="choice", label="What?", options=TASKS),
        Question(id="hours", kind="range", label="How long?", unit="hours", low=Decimal(0), high=Decimal(60)),
        Question(id="name", kind="short_text", label="Name it"),
    ),
)
MOOD = Question(
    id="mood", kind="choice", label="Your mood?", options=(option("good"), option("bad")), sees="facilitators"
)
WORK = Prompt(
    id="work",
    title="Your work",
    intro="What did you do?",
    minutes=4,
    questions=(LINES, MOOD),
    short=("mood",),
    short_minutes=1,
    talk="What was nice?",
)
CHECK = Prompt(
    id="check",
    title="A quick check",
    intro="Three questions without your name.",
    minutes=2,
    day=2,
    questions=(
        Question(id="ties", kind="yes_no", label="Any new ties?", named=False),
        replace(scale("fair", "Is it fair?"), reveal="own"),
        Question(
            id="why",
            kind="long_text",
            label="Why?",
            required=False,
            named=False,
            when=Condition(question="ties", values=("yes", "unsure")),
        ),
        Question(id="secret", kind="short_text", label="Say it", named=False, reveal="closed"),
    ),
)
RATES = Prompt(
    id="rates",
    title="Rates",
    intro="What does an hour cost elsewhere?",
    minutes=2,
    day=1,
    to="facilitators",
    questions=(Question(id="hourly", kind="number", label="By the hour?", unit="coins"),),
)
RISKS = Prompt(
    id="risks",
    title="Risks",
    intro="What could go wrong?",
    minutes=2,
    questions=(Question(id="what", kind="short_text", label="What?"), scale("bad", "How bad?", named=True)),
)
NOTED = Prompt(
    id="noted",
    title="Noted",
    intro="Add what you see.",
    minutes=1,
    standing=True,
    questions=(Question(id="note", kind="long_text", label="What?", named=False, reveal="closed"),),
)
GOALS = Prompt(
    id="goals",
    title="Goals",
    intro="What should be true in a year?",
    minutes=1,
    questions=(Question(id="goal", kind="short_text", label="What?", named=False, reveal="own"),),
)
PULSE = Prompt(
    id="pulse",
    title="Pulse",
    intro="How is it?",
    minutes=1,
    every_weeks=4,
    questions=(scale("say", "Our say?"), Question(id="know", kind="short_text", label="What else?", named=False)),
)
TERMS = Prompt(
    id="terms",
    title="Terms",
    intro="What was promised?",
    minutes=1,
    day=1,
    every_weeks=4,
    questions=(
        Question(id="term", kind="short_text", label="What?"),
        Question(id="pays", kind="choices", label="For what?", required=False, options_from=("ledger", "risk-table")),
        Question(id="state", kind="choice", label="How far?", options=(option("none"), option("done"))),
    ),
)
BYE = Prompt(
    id="bye",
    title="Goodbye",
    intro="What did you learn?",
    minutes=1,
    questions=(Question(id="lesson", kind="short_text", label="What?"),),
)
_ASKED: Mapping[str, tuple[Question, ...]] = {
    "questions": (Question(id="ask", kind="long_text", label="Ask", required=False, named=False),),
    "sense": (
        replace(scale("feel", "How do you feel?"), reveal="closed"),
        Question(id="change", kind="long_text", label="What would you change?", required=False, named=False),
    ),
    "consent": (Question(id="say", kind="consent", label="What do you say?", named=False),),
    "review": (
        Question(
            id="still",
            kind="choice",
            label="Keep it?",
            named=False,
            options=(option("keep"), option("change"), option("unsure")),
        ),
        Question(id="why", kind="long_text", label="Why?", required=False, named=False),
    ),
}


def stage(decision: str, name: Stage, *questions: Question) -> Prompt:
    """One stage of a decision as a prompt."""
    return Prompt(
        id=f"{decision}.{name}",
        title=f"{decision}: {name}",
        intro="We decide together.",
        minutes=2,
        questions=questions or _ASKED[name],
        decision=decision,
        stage=name,
    )


def consent_on(name: str, *, worksheet: str = "", stages: tuple[Stage, ...], named: bool = False) -> Decision:
    """A decision by consent that is looked at again after half a year."""
    staged = tuple(stage(name, each) for each in stages)
    if named:
        say = replace(staged[-1].questions[0], named=True)
        staged = (*staged[:-1], replace(staged[-1], questions=(say,)))
    return Decision(
        id=name,
        title=name.title(),
        proposal="This is ours.",
        method="consent",
        quorum=HALF,
        prompts=staged,
        worksheet=worksheet,
        review_weeks=26,
        review=stage(name, "review"),
    )


LEDGER_AGREED = consent_on("ledger-agreed", worksheet="ledger", stages=("sense", "consent"))
BEST = Decision(
    id="best",
    title="What matters",
    proposal="Pick what matters.",
    method="dots",
    quorum=HALF,
    keep=1,
    prompts=(
        stage(
            "best",
            "vote",
            Question(
                id="vote",
                kind="dots",
                label="Your dots",
                named=False,
                reveal="closed",
                most=2,
                options_from=("ledger", "risk-table"),
            ),
        ),
    ),
)
NEXT = Decision(
    id="next",
    title="Go on?",
    proposal="What next?",
    method="ranked",
    quorum=HALF,
    keep=1,
    prompts=(
        stage(
            "next",
            "vote",
            Question(
                id="vote",
                kind="ranked",
                label="Your order",
                named=False,
                reveal="closed",
                most=3,
                options=(option("on"), option("pause"), option("stop")),
            ),
        ),
    ),
)
RENEW = consent_on("renew", stages=("consent",), named=True)

LEDGER = Worksheet(
    id="ledger",
    title="List",
    intro="What we did.",
    prompt="work",
    rows="lines",
    name="name",
    by="task",
    side="asset",
    columns=(
        Column(id="name", title="Name", question="name"),
        Column(id="task", title="Task", question="task"),
        Column(id="hours", title="Hours", question="hours"),
        Column(id="rate", title="Rate", look="rates.hourly"),
        Column(id="cost", title="Cost", times=("hours", "rate")),
        Column(id="keeper", title="Keeper", hand=Question(id="keeper", kind="person", label="Keeper", required=False)),
    ),
)
RISK_TABLE = Worksheet(
    id="risk-table",
    title="Risks",
    intro="What could go wrong.",
    prompt="risks",
    name="what",
    side="vulnerability",
    columns=(
        Column(id="what", title="What", question="what"),
        Column(id="bad", title="Bad", question="bad"),
        Column(id="owner", title="Owner", hand=Question(id="owner", kind="person", label="Owner", required=False)),
    ),
)
HARM = Worksheet(id="harm", title="Check", intro="How we are.", prompt="check", name="", tally=True, columns=())
SAID = Worksheet(
    id="said",
    title="Said",
    intro="Without names.",
    prompt="check",
    name="secret",
    columns=(Column(id="secret", title="Secret", question="secret"), Column(id="why", title="Why", question="why")),
)
NOTES = Worksheet(
    id="notes",
    title="Notes",
    intro="What we saw.",
    prompt="noted",
    name="note",
    columns=(Column(id="note", title="Note", question="note"),),
)
GOAL_LIST = Worksheet(
    id="goal-list",
    title="Goals",
    intro="What we want.",
    prompt="goals",
    name="goal",
    columns=(Column(id="goal", title="Goal", question="goal"),),
)
TERM_LIST = Worksheet(
    id="term-list",
    title="Terms",
    intro="What we were promised.",
    prompt="terms",
    name="term",
    side="term",
    covers="pays",
    state="state",
    in_place=("done",),
    columns=(
        Column(id="term", title="Term", question="term"),
        Column(id="pays", title="Pays for", question="pays"),
        Column(id="state", title="State", question="state"),
    ),
)

LOOK = Step(
    id="look",
    title="Look",
    read="Look first.",
    done="Looked.",
    prompts=(WORK, CHECK, RATES, RISKS, NOTED),
    worksheets=(LEDGER, RISK_TABLE, HARM, SAID, NOTES),
    readings=(
        Reading(
            id="soil",
            title="Soil",
            author="Ana",
            kind="book",
            language="en",
            minutes=45,
            why="It is good.",
            discuss="Is it?",
            where="Ask your library",
        ),
    ),
    milestones=(MilestonePlan(id="harvest", title="First harvest", days=14),),
    decisions=(LEDGER_AGREED,),
    red_flags=("You are paid in thanks.",),
    gate=Gate(
        quorum=HALF,
        rows={"ledger": 2},
        filled=(Filled(worksheet="risk-table", column="owner", where="bad", at_least=FIVE),),
        decisions=("ledger-agreed",),
        checks=(Check(id="keeper-named", label="Somebody keeps the key."),),
    ),
)
CHOOSE = Step(
    id="choose",
    title="Choose",
    read="Choose with care.",
    done="Chosen.",
    prompts=(GOALS,),
    worksheets=(GOAL_LIST,),
    readings=(),
    milestones=(),
    decisions=(BEST, NEXT),
    gate=Gate(quorum=HALF, decisions=("best", "next")),
)
TEND = Step(
    id="tend",
    title="Tend",
    read="Water it.",
    done="Never.",
    prompts=(PULSE, TERMS),
    worksheets=(TERM_LIST,),
    readings=(),
    milestones=(),
    decisions=(RENEW,),
    gate=Gate(never=True),
    review_weeks=26,
    review_title="Look back",
)
END = replace(
    TEND,
    id="end",
    title="End",
    done="Done.",
    prompts=(BYE,),
    worksheets=(),
    decisions=(),
    gate=Gate(quorum=HALF),
    review_weeks=0,
    review_title="",
)


def small() -> Programme:
    """All of it; its last step stays open."""
    return Programme(id="small", version="1", title="Small", credit="Made up.", locale="en", steps=(LOOK, CHOOSE, TEND))


def ending() -> Programme:
    """The same, with a last step that closes."""
    return replace(small(), steps=(LOOK, CHOOSE, END))


def said(walk: Walk, programme: Programme, found: Round, *, word: str, pick: int = 0) -> Mapping[str, Value]:
    """What somebody says to a round: `word` wherever there is text, the `pick`-th choice wherever there are some."""
    prompt = programme.prompt(found.prompt)
    values = {q.id: value for q in prompt.questions if (value := _value(walk, programme, q, word, pick)) is not None}
    if values.get("ties") == {"said": "no", "note": ""}:
        values.pop("why", None)
    return values


def _value(walk: Walk, programme: Programme, question: Question, word: str, pick: int) -> Value | None:
    there = [o.value for o in (*question.options, *options(walk, programme, question.options_from))]
    picked = [there[(pick + n) % len(there)] for n in range(min(len(there), question.most or 1))]
    match question.kind:
        case "rows":
            cells = {c.id: _value(walk, programme, c, f"{word}-{c.id}", pick) for c in question.columns}
            return [{key: cast(Cell, cell) for key, cell in cells.items() if cell is not None}]
        case "choice":
            return picked[0] if picked else None
        case "choices" | "dots" | "ranked":
            return list(dict.fromkeys(picked)) or None
        case "scale":
            return 1 + pick % 5
        case "number":
            return str(10 + pick)
        case "range":
            return {"low": str(pick), "high": str(pick + 2)}
        case "yes_no":
            told = ("yes", "no", "unsure")[pick % 3]
            return {"said": told, "note": "" if told == "no" else f"{word}-{question.id}"}
        case "consent":
            stance = ("consent", "consent", "aside", "object")[pick % 4]
            return {"word": stance, "why": f"{word}-{question.id}"}
        case _:
            return f"{word}-{question.id}"

"""The programme behind the page stories: a plain first prompt, and one in the same week that asks in every new way."""

from decimal import Decimal

from workflows.forms import Option
from workflows.programme import Column, Gate, MilestonePlan, Programme, Prompt, Step, Worksheet
from workflows.question import Condition, Question

WORK = (
    Option(value="welcome", label="Welcoming people"),
    Option(value="crisis", label="Being there in a crisis"),
)
GAINS = (Option(value="members", label="Our members"), Option(value="app", label="An app maker"))
GOALS = tuple(Option(value=f"g{n}", label=f"Goal {n}") for n in range(1, 5))
WEEK = Prompt(
    id="week",
    title="Your week",
    intro="What did you do?",
    minutes=2,
    questions=(
        Question(id="activity", kind="choice", label="What kind of work was it?", options=WORK),
        Question(id="hours", kind="range", label="About how long?", unit="hours", low=Decimal(0), high=Decimal(168)),
        Question(id="gains", kind="choices", label="Who gains?", options=GAINS),
    ),
)
EVERYTHING = Prompt(
    id="everything",
    title="Everything at once",
    intro="One of each.",
    minutes=5,
    day=1,
    questions=(
        Question(
            id="work",
            kind="rows",
            label="What did you do?",
            most=4,
            columns=(
                Question(id="task", kind="choice", label="Task", options=WORK),
                Question(id="hours", kind="range", label="Hours", required=False),
                Question(id="name", kind="short_text", label="Name it", required=False),
            ),
        ),
        Question(id="tie", kind="yes_no", label="Any ties to the partner?"),
        Question(id="since", kind="date", label="Since when?", when=Condition(question="tie", values=("yes",))),
        Question(id="keeper", kind="person", label="Who keeps it?", required=False),
        Question(id="dots", kind="dots", label="Which matter most?", options=GOALS, most=2),
        Question(id="order", kind="ranked", label="In which order?", options=GOALS, most=3),
        Question(id="say", kind="consent", label="Do you consent?"),
        Question(id="pay", kind="money", label="Fair pay an hour?", required=False),
        Question(id="plan", kind="long_text", label="Your plan?", required=False, prefill="last"),
    ),
    short=("tie", "since", "say"),
    short_minutes=1,
)
FULL = {
    "work.0.task": "crisis",
    "work.0.hours.low": "2",
    "work.0.hours.high": "3",
    "tie": "no",
    "dots": ["g1", "g2"],
    "order.1": "g2",
    "say": "consent",
}


def programme() -> Programme:
    """One step that asks both, and waits for a reason to end."""
    sheet = Worksheet(
        id="ledger",
        title="Value ledger",
        intro="What we do.",
        prompt="week",
        name="activity",
        columns=(Column(id="activity", title="Work", question="activity"),),
    )
    step = Step(
        id="value",
        title="Know the value",
        read="Count it.",
        done="You counted it.",
        prompts=(WEEK, EVERYTHING),
        worksheets=(sheet,),
        readings=(),
        milestones=(MilestonePlan(id="keeper", title="A keeper is named", days=14),),
        gate=Gate(quorum=Decimal("0.5"), rows={"ledger": 1}),
    )
    return Programme(id="pages", version="1", title="Pages", credit="Made up.", locale="en", steps=(step,))

"""The balance: what terms in place cover, what nothing covers, and terms that cover nothing."""

from dataclasses import replace

from tests.group import START, walking
from tests.test_worksheets import ONE, prompt, put
from workflows.balance import balance_of
from workflows.changes import applied
from workflows.correcting import corrected
from workflows.forms import Option
from workflows.kinds import Value
from workflows.programme import Column, Programme, Side, Worksheet
from workflows.question import Question
from workflows.walk import Walk
from workflows.worksheets import rows_of

STATES = tuple(Option(value=each, label=each.title()) for each in ("missing", "partly", "fully"))
BRINGS = Question(id="bring", kind="short_text", label="What we bring")
HURTS = Question(id="hurt", kind="short_text", label="What could hurt", named=False)
TERMS = (
    Question(id="term", kind="short_text", label="Term"),
    Question(id="covers", kind="choices", label="Covers", options_from=("brings", "hurts"), required=False),
    Question(id="state", kind="choice", label="How far", options=STATES),
)


def sheet(name: str, side: Side, *questions: Question, **more: object) -> Worksheet:
    return Worksheet(
        id=name,
        title=name.title(),
        intro="",
        prompt=name,
        name=questions[0].id,
        side=side,
        columns=tuple(Column(id=q.id, title=q.label, question=q.id) for q in questions),
        **more,  # type: ignore[arg-type]
    )


SHEETS = (
    sheet("brings", "asset", BRINGS),
    sheet("hurts", "vulnerability", HURTS),
    sheet("terms", "term", *TERMS, covers="covers", state="state", in_place=("partly", "fully")),
)
DEAL: Programme = replace(
    ONE,
    steps=(
        replace(
            ONE.steps[0],
            prompts=(prompt("brings", BRINGS), prompt("hurts", HURTS), prompt("terms", *TERMS)),
            worksheets=SHEETS,
        ),
    ),
)


def brought() -> Walk:
    walk = put(walking(), "brings", {"bo": {"bring": "Our list"}, "eli": {"bring": "Our trust"}})
    return put(walk, "hurts", {who: {"hurt": f"Fear {n}"} for n, who in enumerate(("ana", "bo", "dara", "eli", "fen"))})


def row(walk: Walk, name: str) -> str:
    return next(r.id for s in SHEETS for r in rows_of(walk, DEAL, s) if name in r.cells.values())


def agreed(walk: Walk, *terms: tuple[str, str, tuple[str, ...]]) -> Walk:
    people = ("ana", "bo", "dara", "eli", "fen")
    said: dict[str, dict[str, Value]] = {
        who: {"term": name, "state": state, "covers": [row(walk, each) for each in covers]}
        for who, (name, state, covers) in zip(people, terms, strict=False)
    }
    return put(walk, "terms", said)


def test_what_no_term_in_place_covers_is_said() -> None:
    walk = brought()
    walk = agreed(
        walk,
        ("We are paid", "fully", ("Our list",)),
        ("They delete it", "partly", ("Fear 1",)),
        ("They promised", "missing", ("Our trust", "Fear 2")),
        ("Nice words", "fully", ()),
    )
    found = balance_of(walk, DEAL, "group")
    assert {h.name: h.cover for h in (*found.assets, *found.vulnerabilities)} == {
        "Our list": "fully",
        "Our trust": "uncovered",
        "Fear 0": "uncovered",
        "Fear 1": "partly",
        "Fear 2": "uncovered",
        "Fear 3": "uncovered",
        "Fear 4": "uncovered",
    }
    assert [t.name for t in found.loose] == ["Nice words"]
    [promised] = [t for h in found.assets if h.name == "Our trust" for t in h.terms]
    assert (promised.name, promised.state, promised.in_place) == ("They promised", "Missing", False)
    assert next(h.name for h in found.uncovered) == "Our trust"


def test_a_vulnerability_that_may_not_be_shown_does_not_show_through_a_term_either() -> None:
    walk = brought()
    walk = agreed(walk, ("They delete it", "fully", ("Fear 1",)))
    fewer = replace(walk, answers=tuple(a for a in walk.answers if not (a.person == "fen" and "hurt" in a.values)))
    found = balance_of(fewer, DEAL, "group")
    assert found.vulnerabilities == ()
    assert "Fear" not in str(found)
    assert "Fear" not in str(balance_of(fewer, DEAL, "facilitators"))


def test_a_row_struck_out_is_neither_weighed_nor_covered() -> None:
    walk = agreed(brought(), ("We are paid", "fully", ("Our list",)))
    strike = {"correction.strike": ("yes",)}
    gone = applied(walk, corrected(walk, DEAL, "brings", row(walk, "Our list"), strike, by="ana", now=START))
    found = balance_of(gone, DEAL, "group")
    assert [h.name for h in found.assets] == ["Our trust"]
    assert [t.name for t in found.loose] == ["We are paid"]


def test_nothing_written_is_nothing_to_weigh() -> None:
    assert not balance_of(walking(), DEAL, "group")

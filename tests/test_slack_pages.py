"""Long forms over the pages of a modal: on, back, one line more, sent; within Slack's limits whatever is typed."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests import modal_home
from tests.group import walking
from tests.modal_home import WHO, Sitting, blocked, objected, over, put, ticket
from tests.slack_front import post
from tests.slack_home import Moody, interaction, signed
from tests.test_slack_modals import form, lines
from worker.files import programmes, words
from worker.slack.app import FairstepsApp
from worker.slack.limits import check
from worker.slack.modal_inputs import DECIDES
from worker.slack.modals import BACK, KEEP, MORE, OTHER, Leaf, pages_of, render_modal
from worker.wiring import House
from workflows import asked, asking, choosing
from workflows.forms import Form, Option
from workflows.kinds import kind_of
from workflows.programme import Programme, Prompt
from workflows.question import Question
from workflows.walk import Answer, Dissent

WORDS = words.load()
ALL = programmes.load_all()
Slack = tuple[FairstepsApp, Moody]


@pytest.fixture
def slack(make_house: Callable[..., House]) -> Iterator[Slack]:
    with modal_home.front(make_house) as (app, moody):
        yield app, moody


@pytest.fixture
def bo(slack: Slack) -> Sitting:
    """Bo sits before twelve questions, on three pages."""
    app, moody = slack
    return Sitting(app=app, moody=moody, person="bo").opens(put(app.house, "harm-value"))


def said(app: FairstepsApp, round_id: str) -> Answer | None:
    return app.house.walks.get("p1").answer(round_id, WHO["bo"].id)


def draft(bo: Sitting, round_id: str = "x-harm-value") -> Any:
    return bo.app.house.drafts.get("p1", round_id, WHO["bo"].id)


def fill(bo: Sitting, value: str = "no") -> None:
    for name in bo.asks:
        if not name.endswith(".note"):
            bo.chooses(name, value)


def to_the_last_page(bo: Sitting) -> list[str]:
    shown = []
    while bo.send == "Next":
        fill(bo)
        shown += bo.asks
        bo.sends()
    return shown


# --- on and back ------------------------------------------------------------------------------------------------------


def test_twelve_questions_come_on_three_pages_and_are_sent_as_one_answer(bo: Sitting) -> None:
    assert (len(bo.asks), bo.send) == (8, "Next")
    assert "Page 1 of 3  ●○○" in bo.reads
    assert BACK not in bo.buttons
    first = to_the_last_page(bo)
    assert "Page 3 of 3  ●●●" in bo.reads
    assert (len(first), bo.send) == (16, "Send")
    assert BACK in bo.buttons
    assert said(bo.app, "x-harm-value") is None
    fill(bo, "yes")
    bo.sends()
    assert not bo.open
    answer = said(bo.app, "x-harm-value")
    assert answer is not None
    assert [v["said"] for v in answer.values.values() if isinstance(v, dict)] == ["no"] * 8 + ["yes"] * 4
    assert draft(bo) is None


def test_next_asks_for_what_is_missing_on_its_own_page_alone(bo: Sitting) -> None:
    first, *others = [name for name in bo.asks if not name.endswith(".note")]
    for name in others:
        bo.chooses(name, "no")
    answer = bo.sends()
    assert set(answer["errors"]) == {first}
    assert "Page 1" in bo.reads


def test_back_keeps_what_is_typed_and_asks_for_nothing(bo: Sitting) -> None:
    fill(bo)
    page_one = bo.asks
    bo.sends()
    note = next(name for name in bo.asks if name.endswith(".note"))
    bo.type(note, "half a thou")
    assert bo.presses(BACK).status == 200
    assert (bo.asks, bo.holds(page_one[0])) == (page_one, "no")
    bo.sends()
    assert bo.holds(note) == "half a thou"


def test_a_problem_on_an_earlier_page_brings_that_page_back(bo: Sitting) -> None:
    first = bo.asks[0]
    to_the_last_page(bo)
    fill(bo)
    bo.app.house.cases.keep_draft(ticket("bo", "x-harm-value"), {first: ""})  # emptied on their phone meanwhile
    answer = bo.sends()
    assert answer["response_action"] == "update"
    assert "Page 1 of 3" in bo.reads
    assert "⚠" in bo.reads
    bo.chooses(first, "unsure")
    to_the_last_page(bo)
    assert [bo.holds(name) for name in bo.asks if not name.endswith(".note")] == ["no"] * 4
    bo.sends()
    answered = said(bo.app, "x-harm-value")
    assert answered is not None
    assert len(answered.values) == 12


def test_old_pages_sent_again_change_nothing(bo: Sitting) -> None:
    old = []
    for value in ("no", "yes"):
        fill(bo, value)
        body = interaction(bo.sending())
        old.append((body, signed(body)))
        bo.sends()
    note = next(name for name in bo.asks if name.endswith(".note"))
    bo.types(note, "newest")
    before = draft(bo)
    for body, headers in (*old, old[0]):
        assert post(bo.app, body, headers).status == 200
    assert draft(bo)[note] == before[note]
    fill(bo)
    bo.sends()
    answer = said(bo.app, "x-harm-value")
    for body, headers in old:
        assert post(bo.app, body, headers).status == 200
    assert said(bo.app, "x-harm-value") == answer
    assert draft(bo) is None


def test_an_old_page_that_comes_late_keeps_nothing_over_what_is_newer(bo: Sitting) -> None:
    fill(bo, "no")
    old = bo.sending()
    bo.sends()
    bo.presses(BACK)
    first = bo.asks[0]
    bo.chooses(first, "yes")
    late = int(time.time()) - 120
    assert post(bo.app, interaction(old), signed(interaction(old), at=late)).status == 200
    assert draft(bo)[first] == "yes"


def test_next_twice_and_back_lead_where_the_fields_are(bo: Sitting) -> None:
    fill(bo)
    twice = bo.sending()
    bo.sends()
    page_two = bo.asks
    again = json.loads(bo.posts(twice).body)
    assert again["view"]["blocks"] == bo.view["blocks"], "the same Next leads to the same page"
    bo.presses(BACK)
    bo.sends()
    assert bo.asks == page_two


def test_a_round_that_closed_leaves_every_word_in_the_modal(bo: Sitting) -> None:
    fill(bo)
    over(bo.app.house)
    answer = bo.sends()
    assert "Your words are still here" in next(iter(answer["errors"].values()))
    seen = bo.view
    bo.presses(KEEP)
    assert bo.view == seen


# --- the other buttons, on any page -----------------------------------------------------------------------------------


def test_short_and_full_and_keep_work_on_every_page(bo: Sitting) -> None:
    fill(bo)
    bo.sends()
    bo.presses(KEEP)
    assert "Kept for later" in bo.reads
    assert "Page 2 of 3" in bo.reads
    bo.presses(OTHER)
    assert "Page" not in bo.reads
    assert (len(bo.asks), bo.send) == (6, "Send")
    bo.presses(OTHER)
    assert "of 3" in bo.reads
    assert draft(bo)


def test_adding_a_line_shows_that_line_and_a_follow_up_comes_and_goes(slack: Slack) -> None:
    app, moody = slack
    sits = Sitting(app=app, moody=moody, person="bo").opens(put(app.house, "asked-of-us"))
    first = sits.asks[0]
    drawn = sits.hash
    sits.chooses(first, "unsure")
    assert sits.hash == drawn, "nothing follows on that, so nothing is drawn anew"
    sits.chooses(first, "yes")
    assert len(sits.asks) > 2
    sits.presses(MORE)
    assert any(".1." in name for name in sits.asks)
    sits.chooses(first, "no")
    assert not any(".0." in name for name in sits.asks)


def test_choosing_does_not_move_anybody_to_another_page(slack: Slack) -> None:
    app, moody = slack
    sits = Sitting(app=app, moody=moody, person="bo").opens(put(app.house, "pulse"))
    fill_any(sits)
    sits.sends()
    assert "Page 2 of 2" in sits.reads
    for block in [b for b in sits.view["blocks"] if b.get("element", {}).get("action_id") == DECIDES]:
        for option in block["element"]["options"]:
            sits.chooses(block["block_id"], option["value"])
            assert "Page 2 of 2" in sits.reads


def fill_any(sits: Sitting) -> None:
    for block in [b for b in sits.view["blocks"] if b["type"] == "input"]:
        if options := block["element"].get("options"):
            sits.chooses(block["block_id"], options[0]["value"])
        elif not block.get("optional"):
            sits.types(block["block_id"], "words")


# --- drawn ------------------------------------------------------------------------------------------------------------


def long_form(*fields: Any, **more: Any) -> Form:
    return form(*fields, next="Next", back="Back", place="Page {number} of {count}", **more)


@pytest.mark.parametrize("asked_for", [lines(30), lines(10, options=290)], ids=["many blocks", "many bytes"])
def test_lines_beyond_one_page_take_more_and_none_is_left_out(asked_for: Any) -> None:
    whole = long_form(*asked_for, more="Add a line")
    shown: list[str] = []
    for number, _ in enumerate(pages_of(whole), 1):
        view = render_modal(whole, number=number)
        check(view, "modal")
        shown += [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    assert shown == [f.id for f in asked_for]


def test_a_single_question_beyond_all_room_leads_to_its_page() -> None:
    absurd = tuple(replace(f, id=f"work.0.c{n}", legend="") for n, f in enumerate(lines(40, cells=3)))
    view = render_modal(long_form(*absurd), page="https://fairsteps.example.org/answer/x")
    check(view, "modal")
    assert "https://fairsteps.example.org/answer/x" in str(view["blocks"])
    assert "submit" in view


def test_a_page_is_named_behind_the_ticket_and_read_back() -> None:
    for leaf in (Leaf(), Leaf(number=2, count=4), Leaf(turn=3)):
        assert Leaf.read(leaf.after("T1/p1/bo/r1")) == ("T1/p1/bo/r1", leaf)
    for other in ("", "T1/p1/bo/r1", '{"title": "#1/2"}', "#", "a#b", "a#1/2/x", "a#99999/1/1"):
        assert Leaf.read(other) == (other, Leaf())


NASTY = (
    "<!channel> *bold* _x_ <https://example.org|click> `code` & &amp; @here",
    "\u202eשלום עולם\u2066 مرحبا بالعالم\u2069 " * 60,
    "👩‍👩‍👧‍👦🏳️‍🌈é̂̃" * 150,
    "w" * 3000,
    "line\n\n" * 500,
)


def hostile(question: Question, n: int) -> dict[str, str | tuple[str, ...]]:
    """Something long and odd in every field of a question."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for field in kind_of(question).fields(question):
        text = NASTY[(n + len(typed)) % len(NASTY)]
        match field.widget:
            case "line" | "lines" | "number":
                typed[field.id] = text
            case "choice":
                typed[field.id] = field.options[-1].value if field.options else text
            case "choices":
                typed[field.id] = tuple(o.value for o in field.options)
            case _:
                typed[field.id] = "not a day"
    return typed


def with_options(question: Question) -> Question:
    """A question that is picked from worksheet rows, as it is in a big group."""
    rows = tuple(Option(value=f"v{n}", label=(NASTY[n % 3])[:75].strip()) for n in range(99))
    question = replace(question, columns=tuple(map(with_options, question.columns)))
    picked = question.options_from or question.kind == "person"
    return replace(question, options=(*question.options, *rows)) if picked else question


PROMPTS = [(programme, prompt) for programme in ALL.values() for step in programme.steps for prompt in step.prompts]


@pytest.mark.parametrize(("programme", "prompt"), PROMPTS, ids=[prompt.id for _, prompt in PROMPTS])
def test_every_page_of_every_form_is_within_slacks_limits(programme: Programme, prompt: Prompt) -> None:
    prompt = asked.resolved(walking(), programme, prompt)
    prompt = replace(prompt, questions=tuple(map(with_options, prompt.questions)))
    full = tuple(replace(q, lines=10) if q.kind == "rows" else q for q in prompt.questions)
    typed = {name: value for n, q in enumerate(full) for name, value in hostile(q, n).items()}
    for short in (False, True) if prompt.short else (False,):
        for draft_of in (None, typed):
            drawn = asking.form(WORDS, prompt, ticket=ticket("bo", "r1"), before=None, draft=draft_of, short=short)
            wrong = replace(drawn, problems={f.id: NASTY[0] for f in drawn.fields} | {"": NASTY[3]})
            within_limits(drawn)
            within_limits(wrong)


def within_limits(drawn: Form) -> None:
    split = pages_of(drawn)
    assert drawn.problems or all(len({f.id.partition(".")[0] for f in p if not f.when}) <= 5 for p in split)
    shown: list[str] = []
    for number in range(1, len(split) + 1):
        view = render_modal(drawn, page="https://fairsteps.example.org/answer/" + "x" * 300, number=number)
        check(view, "modal")
        shown += [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    assert len(set(shown)) == len(shown)
    assert drawn.problems or "Slack has no room" not in str(view)


def test_fifty_long_objections_are_within_slacks_limits_and_lead_to_the_page_with_all() -> None:
    many = tuple(Dissent(word="object", reason=f"{n} " + NASTY[2][:900] * 2) for n in range(50))
    walk = walking()
    walk = replace(walk, partnership=objected(walk.partnership, "d", *many))
    drawn = choosing.met_form(WORDS, walk, "d", title="Our list", ticket=ticket("ana", "met.d"))
    view = render_modal(drawn, page="https://fairsteps.example.org/answer/x")
    check(view, "modal")
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == ["how"]
    assert "https://fairsteps.example.org/answer/x" in str(view)


def test_ana_says_how_fifty_objections_were_met(slack: Slack) -> None:
    app, moody = slack
    decision = blocked(app.house, *(Dissent(word="object", reason=NASTY[4][:1500]) for _ in range(50)))
    ana = Sitting(app=app, moody=moody, person="ana").opens(f"met.{decision}", "met")
    ana.types("how", "We take their names out.")
    assert ana.sends() == {}
    outcome = app.house.walks.get("p1").partnership.outcome(decision)
    assert outcome is not None
    assert {d.met for d in outcome.dissent} == {"We take their names out."}


# --- malformed --------------------------------------------------------------------------------------------------------


def test_a_page_of_nobodys_form_changes_nothing_and_breaks_nothing(bo: Sitting) -> None:
    for metadata in ("", "#2/3/0", "x#9/1/0", "T1/p1/bo/r1#2/3/0", "{}#1/2/0", "T1/p1//#1/2/0"):
        bo.view = {**bo.view, "private_metadata": metadata}
        for body in (bo.sending(), bo.pressing(KEEP), bo.type(bo.asks[1], "lost?"), bo.closing()):
            assert bo.posts(body).status == 200
    assert said(bo.app, "x-harm-value") is None
    assert draft(bo) is None


def test_a_report_of_no_shape_that_slack_sends_is_refused(bo: Sitting) -> None:
    typed = bo.type(bo.asks[1], "x")
    spoils: tuple[Mapping[str, Any], ...] = (
        {"actions": []},
        {"actions": [{"action_id": "modal_types", "action_ts": 5}]},
        {"actions": [{"action_id": "modal_types", "action_ts": "nan"}]},
        {"view": {"type": "modal"}},
        {"user": {}},
    )
    for spoil in spoils:
        assert bo.posts({**typed, **spoil}).status == 400
    closed = bo.closing()
    for spoil in ({"view": {}}, {"view": None}, {"user": "U"}, {"view": {"type": "modal", "id": "V", "state": 7}}):
        assert bo.posts({**closed, **spoil}).status == 400
    assert draft(bo) is None


JUNK: tuple[Any, ...] = (None, 7, "x#1/2/0", [], {}, {"a": []})


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from paths(item, (*path, key))


def test_nothing_malformed_breaks_us_wherever_it_is_spoilt(bo: Sitting) -> None:
    name = bo.asks[1]
    bo.view = {**bo.view, "blocks": [b for b in bo.view["blocks"] if b.get("block_id") == name]}
    bo.values = {name: bo.values[name]}
    for body in (bo.type(name, "x"), bo.sending(), bo.closing()):
        for n, path in enumerate(paths(body)):
            spoilt = json.loads(json.dumps(body))
            parent = spoilt
            for key in path[:-1]:
                parent = parent[key]
            parent[path[-1]] = JUNK[n % len(JUNK)]
            text = interaction(spoilt)
            assert post(bo.app, text, signed(text)).status < 500, path
    assert said(bo.app, "x-harm-value") is None

"""What people can do, over a real store: starting, consenting, answering, moving on, settings, the board."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.group import ASKED, PEOPLE, START, members, partnership
from worker.deliver import deliver
from worker.slack import filling, modals
from worker.slack.client import CheckedClient
from worker.slack.filling import View
from worker.slack.payloads import Change as Pressed
from worker.wiring import House
from workflows import asked, engine, ids, joining, schedule
from workflows.errors import AskPerson, NotFound
from workflows.forms import Typed
from workflows.messages.sample import sample_typed
from workflows.ticket import Ticket
from workflows.walk import Change, Dissent, Outcome


class Drawing(CheckedClient):
    """Slack as far as a modal is drawn anew: what would be drawn is kept."""

    def __init__(self, drawn: list[View]) -> None:
        super().__init__()
        self._drawn = drawn

    def views_update(self, *, view: View, **_: object) -> Any:  # type: ignore[override]  # as it is called here
        self._drawn.append(view)


FIRST = date(2026, 12, 1)
ASKED_FIRST = "r3"  # the rounds before it are standing ones: they open with the step and are put to nobody
NEEDED = {"group", "partner", "channel", "facilitators", "zone", "hour", "kind", "weekday", "digest", "mail"}
START_TYPED: dict[str, str | tuple[str, ...]] = {
    "group": "Harbour Circle",
    "channel": "C1",
    "facilitators": ("U0ANA",),
    "partner": "Tidewater Apps",
    "kind": "app",
    "weekday": "1",
    "hour": "9",
    "zone": "Europe/Lisbon",
    "digest": "4",
    "mail": "yes",
}


def ticket(person: str, subject: str = ASKED_FIRST, **changed: str) -> Ticket:
    return replace(Ticket(workspace="T1", partnership="p1", person=person, subject=subject), **changed)


@pytest.fixture
def walking(house: House) -> House:
    """Everyone but Chi has said yes, and the first round is open."""
    five = house.programmes["five-steps"]
    begins = joining.started(partnership(version=five.version), members(), everyone=False, now=START)
    house.walks.begin_walk(replace(begins, people=PEOPLE))
    house.walks.change("p1", lambda w: joining.enrolled(w, PEOPLE, now=START))
    for person in ASKED:
        house.cases.give_consent(ticket(person, "consent"), True, via="web")
    house.walks.change("p1", lambda w: engine.opened(w, five, day=FIRST, now=schedule.midnight_before(FIRST)))
    found = house.walks.get("p1").round(ASKED_FIRST)
    assert found is not None
    assert found.prompt == five.steps[0].prompts[0].id
    return house


def typed_of(house: House) -> dict[str, str | tuple[str, ...]]:
    walk = house.walks.get("p1")
    five = house.programmes.of(walk.partnership)
    prompt = asked.resolved(walk, five, five.steps[0].prompts[0])
    return {field: value for q in prompt.questions for field, value in sample_typed(q).items()}


def test_a_start_with_everything_wrong_names_every_field_at_once(house: House) -> None:
    with pytest.raises(AskPerson) as wrong:
        house.cases.start("T1", "U0ANA", {"group": "  ", "zone": "Europe/Atlantis", "hour": "3", "kind": "bank"})
    assert set(wrong.value.problems) == NEEDED
    assert house.workspaces.partnerships("T1") == ()


def test_pressing_start_twice_starts_one_and_a_second_of_the_same_name_is_told(house: House) -> None:
    first = house.cases.start("T1", "U0ANA", START_TYPED)
    assert house.cases.start("T1", "U0ANA", START_TYPED) == first
    assert house.walks.get(first).version == 1
    house.clock.move(house.clock.now() + timedelta(days=1))
    with pytest.raises(AskPerson) as wrong:
        house.cases.start("T1", "U0ANA", START_TYPED)
    assert "already has a partnership" in wrong.value.problems["group"]


def test_an_answer_is_kept_shown_again_and_can_be_changed(walking: House) -> None:
    typed = typed_of(walking)
    walking.cases.submit_answer(ticket("bo"), typed, via="slack")
    again = walking.cases.answer_form(ticket("bo"))
    assert again.typed == typed
    number = next(field for field in typed if field.endswith(".high"))
    walking.cases.submit_answer(ticket("bo"), {**typed, number: "7"}, via="web")
    answer = walking.walks.get("p1").answer(ASKED_FIRST, "bo")
    assert answer is not None
    assert (answer.revision, answer.via) == (2, "web")
    follows = [o.subject for o in walking.due.planned("p1") if o.kind == "follow"]
    assert follows == [f"{ASKED_FIRST}.1", f"{ASKED_FIRST}.2"]


def test_a_wrong_answer_is_named_at_its_field_and_nothing_is_kept(walking: House) -> None:
    typed = typed_of(walking)
    number = next(field for field in typed if field.endswith(".low"))
    with pytest.raises(AskPerson) as wrong:
        walking.cases.submit_answer(ticket("bo"), {**typed, number: "a lot"}, via="slack")
    assert list(wrong.value.problems) == [number]
    assert walking.walks.get("p1").answers == ()


def test_nobody_answers_for_another_walk_workspace_or_as_a_stranger(walking: House) -> None:
    for wrong in (ticket("bo", workspace="T2"), ticket("nobody"), ticket("bo", "r99"), ticket("bo", partnership="p2")):
        with pytest.raises(NotFound):
            walking.cases.submit_answer(wrong, typed_of(walking), via="web")
    assert walking.walks.get("p1").answers == ()


def test_who_has_not_said_yes_is_asked_that_first(walking: House) -> None:
    walking.cases.give_consent(ticket("bo", "consent"), False, via="slack")
    assert walking.cases.answer_form(ticket("bo")).id == "consent"
    walking.cases.submit_answer(ticket("bo"), {"consent": "yes", "prefers": "both"}, via="web")
    member = walking.walks.get("p1").members["bo"]
    assert (member.consent, member.prefers, member.consent_via) == ("given", "both", "web")


def test_each_consent_button_leads_to_a_page_that_stands_ready_with_it(walking: House) -> None:
    assert walking.cases.answer_form(ticket("bo", "consent")).typed["consent"] == "yes"
    assert walking.cases.answer_form(ticket("bo", "decline")).typed["consent"] == "no"
    walking.cases.submit_answer(ticket("bo", "decline"), {"consent": "no"}, via="web")
    assert walking.walks.get("p1").members["bo"].consent == "withdrawn"


def test_only_a_facilitator_moves_on_and_only_with_a_reason(walking: House) -> None:
    step = walking.programmes["five-steps"].steps[0].id
    with pytest.raises(NotFound):
        walking.cases.submit_answer(ticket("bo", step), {"do": "move_on", "reason": "Enough"}, via="web")
    with pytest.raises(AskPerson) as asked_again:
        walking.cases.submit_answer(ticket("ana", step), {"do": "move_on", "reason": "  "}, via="web")
    assert set(asked_again.value.problems) == {"reason"}
    walking.cases.submit_answer(ticket("ana", step), {"do": "move_on", "reason": "Enough for now"}, via="web")
    assert walking.walks.get("p1").partnership.steps[0].reason == "Enough for now"


def test_ending_a_step_twice_opens_nothing_again_and_opening_it_twice_takes_no_tick_back(walking: House) -> None:
    step = walking.programmes["five-steps"].steps[0]
    checks = tuple(c.id for c in step.gate.checks)
    open_one = Ticket.decode(walking.cases.answer_form(ticket("ana", step.id)).token)
    ending: Typed = {"do": "move_on", "reason": "Enough for now", "checks": checks}
    for _ in range(2):
        walking.cases.submit_answer(open_one, ending, via="slack")
        walking.cases.submit_answer(ticket("ana", step.id), ending, via="web")
        assert walking.walks.get("p1").partnership.steps[0].how == "facilitator"
    ended_one = Ticket.decode(walking.cases.answer_form(ticket("ana", step.id)).token)
    for again in (ended_one, ended_one, ticket("ana", step.id)):
        walking.cases.submit_answer(again, {"reason": "Look again", "again": ()}, via="slack")
    run = walking.walks.get("p1").partnership.steps[0]
    assert run.closed_on is None
    assert [n.what for n in run.notes] == [*(f"yes:{c}" for c in checks), "moved_on", "reopened"]


def test_a_form_of_a_step_that_somebody_else_decided_about_meanwhile_undoes_nothing(walking: House) -> None:
    step = walking.programmes["five-steps"].steps[0]
    old = Ticket.decode(walking.cases.answer_form(ticket("ana", step.id)).token)
    new = Ticket.decode(walking.cases.answer_form(ticket("ana", step.id)).token)
    ticks: Typed = {"do": "save", "checks": (step.gate.checks[0].id,)}
    walking.cases.submit_answer(new, ticks, via="web")
    with pytest.raises(AskPerson):
        walking.cases.submit_answer(old, {"do": "extend", "reason": "A holiday"}, via="slack")
    notes = walking.walks.get("p1").partnership.steps[0].notes
    assert [n.what for n in notes] == [f"yes:{step.gate.checks[0].id}"]


def test_a_modal_of_a_round_that_closed_meanwhile_stays_with_every_word_in_it(walking: House) -> None:
    gil = replace(PEOPLE[1], id=ids.person_id("T1", "U0GIL"), slack_user="U0GIL")
    walking.cases.add_person("p1", gil, role="member", prefers="slack")
    walking.cases.give_consent(ticket(gil.id, "consent"), True, via="slack")
    pressed = Pressed(
        workspace="T1",
        slack_user="U0GIL",
        action=modals.MORE,
        value="",
        view="V1",
        mark="",
        form="answer",
        token=ticket(gil.id).encode(),
        typed={"work.0.gains": "Half an hour of my evening"},
        shown=("work.0.gains",),
    )
    drawn: list[View] = []
    slack = Drawing(drawn)
    filling.changed(walking, pressed, slack)
    assert len(drawn) == 1
    walking.walks.change("p1", lambda w: Change(partnership=replace(w.partnership, over=True)))
    filling.changed(walking, pressed, slack)
    assert len(drawn) == 1, "nothing is drawn over what she typed"


def test_a_second_word_on_how_an_objection_was_met_is_told_and_not_dropped(walking: House) -> None:
    decision = walking.programmes["five-steps"].steps[0].decisions[0]
    objection = Dissent(word="object", reason="It names what some of us earn.")
    blocked = Outcome(
        decision=decision.id,
        number=1,
        round="r90",
        at=START,
        result="blocked",
        method="consent",
        text=decision.proposal,
        took_part=(),
        of=5,
        dissent=(objection,),
    )
    walking.walks.change("p1", lambda w: Change(partnership=replace(w.partnership, outcomes=(blocked,))))
    about = ticket("ana", f"met.{decision.id}")
    for _ in range(2):
        walking.cases.submit_answer(about, {"how": "We took the sums out."}, via="web")
    with pytest.raises(AskPerson):
        walking.cases.submit_answer(about, {"how": "We asked everyone who is named."}, via="slack")
    outcome = walking.walks.get("p1").partnership.outcome(decision.id)
    assert outcome is not None
    assert [d.met for d in outcome.dissent] == ["We took the sums out."]


def test_only_its_owner_or_a_facilitator_closes_a_milestone(walking: House) -> None:
    milestone = walking.walks.get("p1").milestones[0].id
    assert walking.cases.answer_form(ticket("bo", milestone)).submit == ""
    with pytest.raises(NotFound):
        walking.cases.milestone_done(ticket("bo", milestone))
    walking.cases.milestone_done(ticket("ana", milestone))
    assert walking.walks.get("p1").milestones[0].done_on == FIRST


def test_settings_are_kept_and_stopping_everything_takes_consent_back(walking: House) -> None:
    form = walking.cases.preferences_form(ticket("bo", ""))
    changed = {**form.typed, "pause": "yes", "prefers": "mail", "zone": "Asia/Tokyo", "digest": "none"}
    walking.cases.submit_preferences(ticket("bo", ""), changed, via="web")
    walk = walking.walks.get("p1")
    assert (walk.members["bo"].paused, walk.members["bo"].prefers, walk.zone("bo")) == (True, "mail", "Asia/Tokyo")
    walking.cases.submit_preferences(ticket("bo", ""), {**changed, "consent": "no"}, via="web")
    assert walking.walks.get("p1").members["bo"].consent == "withdrawn"


def test_a_walk_whose_programme_is_not_here_waits_for_it_and_loses_nothing(walking: House) -> None:
    version = walking.walks.get("p1").partnership.version

    def walks(wanted: str) -> None:
        walking.walks.change("p1", lambda w: Change(partnership=replace(w.partnership, version=wanted)))

    walks("0")
    before = {o for o in walking.due.planned("p1") if o.kind != "home"}
    walking.clock.move(walking.clock.now() + timedelta(weeks=1))
    deliver(walking, [c for chunk in walking.due.claim(now=walking.clock.now(), lease_ms=60_000) for c in chunk])
    assert set(walking.due.planned("p1")) == before
    walks(version)
    walking.clock.move(walking.clock.now() + timedelta(hours=1))
    taken = [c for chunk in walking.due.claim(now=walking.clock.now(), lease_ms=60_000) for c in chunk]
    assert {"ask", "close", "open"} <= {c.occurrence.kind for c in taken}


def test_the_board_shows_the_group_what_the_group_may_see(walking: House) -> None:
    walking.cases.submit_answer(ticket("bo"), typed_of(walking), via="slack")
    board = walking.cases.board(ticket("eli", ""))
    (first,) = (r for r in board.rounds if r.subject == ASKED_FIRST)
    assert (first.answered, first.of, first.mine) == (1, 5, False)
    assert [state for _, state in board.steps] == ["now", "ahead", "ahead", "ahead", "ahead"]
    assert any(one.table.rows for part in board.parts for one in part.sheets)
    walking.cases.give_consent(ticket("eli", "consent"), False, via="slack")
    with pytest.raises(NotFound):
        walking.cases.board(ticket("eli", ""))

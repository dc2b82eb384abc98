"""What facilitators and owners of milestones do on the web, over real HTTP and a real Valkey."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from tests.web_home import ANA, BO, CHI, Home
from tests.web_visit import Visit, visiting
from workflows import milestones
from workflows.deciding import decide
from workflows.messages.scene import Scene
from workflows.walk import Change, Milestone, Walk


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    with visiting(tmp_path) as found:
        yield found


def only(walk: Walk, title: str) -> Milestone:
    [found] = [m for m in walk.milestones if m.title == title]
    return found


def adding(visit: Visit, person: str, **typed: str) -> httpx.Response:
    form = visit.follow(visit.get("home", person), "Add a milestone")
    return visit.send(form, **typed)


def changing(visit: Visit, person: str, title: str) -> httpx.Response:
    return visit.follow(visit.get("board", person), f"Change the milestone {title}")


def test_a_facilitator_adds_a_milestone_for_somebody_and_changes_everything_about_it(visit: Visit) -> None:
    adding(visit, ANA, title="The letter is sent", owner=BO, due="2026-12-15")
    made = only(visit.home.walk, "The letter is sent")
    assert (made.owner, made.due) == (BO, date(2026, 12, 15))
    form = changing(visit, ANA, made.title)
    said = visit.send(form, title="The letter is with them", owner=ANA, due="2026-12-18", do="save")
    assert "Thank you" in said.text
    after = only(visit.home.walk, "The letter is with them")
    assert (after.id, after.owner, after.due) == (made.id, ANA, date(2026, 12, 18))


def test_a_member_adds_one_of_their_own_and_changes_no_other(visit: Visit) -> None:
    form = visit.follow(visit.get("home", BO), "Add a milestone")
    assert "Who looks after it?" not in form.text
    visit.send(form, title="My part", due="2026-12-20", owner=ANA)
    assert only(visit.home.walk, "My part").owner == BO
    board = visit.get("board", BO).text
    assert "Change the milestone My part" in board
    assert "Change the milestone A keeper is named" not in board
    ticket = visit.home.ticket(BO, "milestone.keeper")
    theirs = visit.client.get(visit.home.house.links.url("answer", ticket))
    assert "<form" not in theirs.text
    visit.client.post(str(theirs.url), data={"_form": "milestone", "_do": "send", "do": "remove"})
    assert visit.home.walk.milestone("keeper") is not None


def test_what_is_wrong_comes_back_beside_its_field_with_all_that_was_typed(visit: Visit) -> None:
    form = visit.follow(visit.get("home", ANA), "Add a milestone")
    wrong = visit.send(form, title="Kept as typed", owner=BO, due="2020-01-01")
    assert wrong.status_code == 422
    assert 'value="Kept as typed"' in wrong.text
    assert 'id="f-due-problem"' in wrong.text
    assert all(m.title != "Kept as typed" for m in visit.home.walk.milestones)


def test_it_is_done_opened_again_and_taken_out(visit: Visit) -> None:
    for do, state in (("done", date(2026, 12, 1)), ("again", None)):
        visit.send(changing(visit, ANA, "A keeper is named"), do=do)
        kept = visit.home.walk.milestone("keeper")
        assert kept is not None
        assert kept.done_on == state
    said = visit.send(changing(visit, ANA, "A keeper is named"), do="remove")
    assert "That is done" in said.text
    assert visit.home.walk.milestone("keeper") is None
    assert "A keeper is named" not in visit.get("board", ANA).text


def test_a_form_that_is_behind_the_times_undoes_nothing(visit: Visit) -> None:
    form = changing(visit, ANA, "A keeper is named")
    now = visit.home.house.clock.now()
    later = date(2027, 2, 1)
    visit.home.house.walks.change(
        visit.home.partnership,
        lambda walk: milestones.changed(walk, "keeper", title="A keeper is named", owner=BO, due=later, now=now),
    )
    said = visit.send(form, title="Keeper", do="save")
    assert said.status_code == 422
    assert "Somebody else changed this milestone meanwhile" in said.text
    kept = visit.home.walk.milestone("keeper")
    assert kept is not None
    assert (kept.owner, kept.due) == (BO, later)


def test_the_same_form_twice_changes_once(visit: Visit) -> None:
    form = changing(visit, ANA, "A keeper is named")
    visit.send(form, title="Keeper", do="save")
    version = visit.home.walk.version
    assert visit.send(form, title="Keeper", do="save").status_code == 200
    assert visit.home.walk.version == version


def test_two_of_one_name_and_day_are_one_but_not_once_the_first_has_changed(visit: Visit) -> None:
    for _ in range(2):
        adding(visit, ANA, title="Call", owner=ANA, due="2026-12-15")
    first = only(visit.home.walk, "Call")
    visit.send(changing(visit, ANA, "Call"), title="Call them", do="save")
    adding(visit, ANA, title="Call", owner=ANA, due="2026-12-15")
    assert only(visit.home.walk, "Call them").id == first.id
    assert only(visit.home.walk, "Call").id != first.id


def test_reminders_go_with_the_day_and_the_owner(visit: Visit) -> None:
    walk, now = visit.home.walk, visit.home.house.clock.now()
    before = walk.milestone("keeper")
    assert before is not None
    old = milestones.reminders(walk, before, now=now)
    change = milestones.changed(
        walk, "keeper", title=before.title, owner=ANA, due=before.due + timedelta(days=1), now=now
    )
    visit.home.house.walks.change(visit.home.partnership, lambda _: change)
    after = visit.home.walk
    programme = visit.home.house.programmes.of(after.partnership)
    scene = Scene(words=visit.home.house.words, walk=after, programme=programme)
    assert {decide(scene, one, now=one.slot).left for one in old} == {"moved"}
    assert all(decide(scene, one, now=one.slot).sends for one in change.plan)
    gone = replace(scene, walk=replace(after, milestones=()))
    assert {decide(gone, one, now=one.slot).left for one in change.plan} == {"settled"}


def test_who_takes_part_is_looked_after_on_the_web(visit: Visit) -> None:
    form = visit.follow(visit.get("board", ANA), "Who takes part")
    assert "Take part (2): Ana (facilitates), Bo" in form.text
    assert "Asked, no word yet (1): Chi" in form.text
    visit.send(form, do="share", who=BO)
    assert visit.home.walk.members[BO].offer == "open"
    again = visit.follow(visit.get("home", ANA), "Who takes part: You look after this")
    visit.send(again, do="out", who=CHI)
    assert visit.home.walk.members[CHI].taken_out


def without_channel(home: Home) -> None:
    """The group lives by mail alone."""
    partnership = home.walk.partnership
    alone = replace(partnership, group=replace(partnership.group, channel=None))
    home.house.walks.change(home.partnership, lambda _: Change(partnership=alone))


def test_a_group_by_mail_reads_nothing_of_slack_where_people_are_added(visit: Visit) -> None:
    without_channel(visit.home)
    form = visit.follow(visit.get("board", ANA), "Who takes part")
    assert "Slack" not in form.text.partition("<main")[2].partition("</main>")[0]
    assert "Each gets one mail" in form.text


def test_who_looks_after_it_decides_about_the_step(visit: Visit) -> None:
    form = visit.follow(visit.get("home", ANA), "What now?: You look after this")
    visit.send(form, do="extend", reason="Two are ill.")
    run = visit.home.walk.partnership.run("value")
    assert run is not None
    assert [note.what for note in run.notes] == ["extended"]


def test_a_lost_channel_is_replaced_by_its_link(visit: Visit) -> None:
    partnership = visit.home.walk.partnership
    lost = replace(partnership, group=replace(partnership.group, channel_lost="removed"))
    visit.home.house.walks.change(visit.home.partnership, lambda _: Change(partnership=lost))
    form = visit.follow(visit.get("home", ANA), "Choose a channel: You look after this")
    wrong = visit.send(form, channel="our new channel")
    assert wrong.status_code == 422
    assert "That is no link to a channel." in wrong.text
    assert 'value="our new channel"' in wrong.text
    assert "Choose a channel" not in visit.get("home", BO).text

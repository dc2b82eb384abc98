"""Two workspaces alike in every name and every id but the team's: neither ever shows or changes the other's.

Each has a word of its own that is in all that its people say, in their names, notes, drafts and addresses. Whatever
comes from one workspace, the other's word is in no byte that leaves for it, and nothing of the other's is touched.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.slack_front import post
from tests.slack_home import ANA, BO, CHANNEL, DARA, ELI, FEN, Moody, interaction
from tests.slack_walk import on_message, shortcut
from tests.slack_walk import said as written
from tests.slack_whole import (
    HERE,
    MESSAGE,
    OPENINGS,
    OTHER_CHANNEL,
    STRANGER,
    THERE,
    Body,
    Stored,
    buttons,
    command,
    kept,
    opening_body,
    person,
    pid_of,
    restore,
    scene,
    sent,
    shut,
    snapshot,
    ticket,
    touched,
    views,
    whole,
    whole_front,
    whose,
)
from tests.test_slack_events import REALISTIC, told
from worker.deliver import deliver
from worker.slack import modal_inputs, modals
from worker.slack.app import EVENTS, FairstepsApp
from worker.slack.filling_pages import KEEPS
from worker.web.app import create_with
from worker.wiring import House
from workflows import commanding
from workflows.ticket import Ticket

WORDS = {HERE: "heather", THERE: "bramble"}
OTHER = {HERE: THERE, THERE: HERE}
EVERYBODY = (ANA, BO, DARA, ELI, FEN, STRANGER)
IN_MODAL = (*modals.PRESSES, modal_inputs.TYPES)
PAGES = ("answer", "preferences", "board", "workbook", "unsubscribe")


@dataclass(frozen=True, kw_only=True, repr=False)
class Two:
    """Both workspaces, and all that ever left for one of them."""

    app: FairstepsApp
    moody: Moody
    web: FlaskClient
    before: Stored

    def __repr__(self) -> str:
        return "Two()"

    @property
    def house(self) -> House:
        return self.app.house

    def again(self) -> None:
        restore(self.house, self.before)
        self.moody.asked.clear()
        self.moody.tokens.clear()

    def send(self, body: Body) -> str:
        """Slack posts; return what we answered."""
        event = body.get("type") == "event_callback"
        text = urlencode(body) if "command" in body else json.dumps(body) if event else interaction(body)
        with capture_logs() as told_of:
            answer = post(self.app, text)
        assert answer.status == 200
        assert not any(word in json.dumps(told_of, default=str) for word in WORDS.values())
        return answer.body

    def opened(self, body: Body) -> Body:
        """What opens before somebody."""
        seen = len(views(self.moody))
        self.send(body)
        return views(self.moody)[seen:][-1]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    with whole_front(tmp_path_factory.mktemp("state")) as (app, moody):
        for team in (HERE, THERE):
            whole(app.house, team, word=WORDS[team])
        web = create_with(app.house).test_client()
        yield Two(app=app, moody=moody, web=web, before=snapshot(app.house))


@pytest.fixture
def fresh(two: Two) -> Two:
    two.again()
    return two


def assert_apart(two: Two, team: str, *answers: str) -> None:
    """Nothing of the other workspace left for this one, went out with its token, or was touched."""
    other = OTHER[team]
    left = json.dumps([two.moody.asked, answers], ensure_ascii=False)
    assert WORDS[other] not in left
    assert pid_of(other) not in left
    assert pid_of(other, OTHER_CHANNEL) not in left
    assert set(two.moody.tokens) <= {f"xoxb-{team}", ""}
    now = {name: there for name, there in snapshot(two.house).items() if is_of(name, other)}
    assert now == {name: there for name, there in two.before.items() if is_of(name, other)}


def is_of(name: str, team: str) -> bool:
    """Whether a key is a workspace's. The due index is shared, and is looked at by `planned`."""
    return any(one in name for one in (team, pid_of(team), pid_of(team, OTHER_CHANNEL)))


def planned(two: Two, team: str) -> list[str]:
    pids = (pid_of(team), pid_of(team, OTHER_CHANNEL))
    return sorted(o.encode() for pid in pids for o in two.house.due.planned(pid))


def seen(two: Two, team: str, *answers: str) -> bool:
    """Whether its own word was shown: what is looked at must be able to show something."""
    return WORDS[team] in json.dumps([two.moody.asked, answers], ensure_ascii=False)


both = pytest.mark.parametrize("team", [HERE, THERE])


def test_they_are_alike_in_everything_but_the_team(two: Two) -> None:
    one, other = scene(two.house, HERE).walk, scene(two.house, THERE).walk
    assert (one.group, one.partnership.partner) == (other.group, other.partnership.partner)
    assert {p.slack_user for p in one.people.values()} == {p.slack_user for p in other.people.values()}
    assert [(r.id, r.prompt) for r in one.rounds] == [(r.id, r.prompt) for r in other.rounds]
    assert not set(one.members) & set(other.members)
    assert one.partnership.id != other.partnership.id
    for team in (HERE, THERE):
        told_by = json.dumps([str(scene(two.house, team).walk), WORDS[team]])
        assert told_by.count(WORDS[team]) > 12
        assert WORDS[OTHER[team]] not in told_by


# --- what is their own ------------------------------------------------------------------------------------------------


@both
def test_home_tabs_and_commands_show_their_own_walks(fresh: Two, team: str) -> None:
    answers = []
    for user in EVERYBODY:
        body = json.loads(told("app_home_opened", home=team, user=user, channel="D0DM", tab="home"))
        answers.append(fresh.send(body))
        for name in (*commanding.NAMES, "nonsense", ""):
            for channel in (CHANNEL, OTHER_CHANNEL, "D0DM"):
                asked = command(name, user=user, team=team, channel=channel, slack=fresh.moody.url)
                answers.append(fresh.send(asked))
    assert seen(fresh, team, *answers)
    assert_apart(fresh, team, *answers)


@both
def test_every_button_and_every_form_is_their_own(fresh: Two, team: str) -> None:
    answers, done = [], set()
    for button in buttons(fresh.house, team):
        if (button.user, button.action) in done:
            continue
        done.add((button.user, button.action))
        answers.append(fresh.send(button.body(team=team, slack=fresh.moody.url)))
    for form, how in OPENINGS.items():
        restore(fresh.house, fresh.before)
        view = fresh.opened(opening_body(scene(fresh.house, team), form, team=team))
        assert view["callback_id"] == form
        for action in IN_MODAL if form in (*KEEPS, "start") else ():
            fresh.send(touched(view, action, how.user, team=team, value=view.get("private_metadata", "")))
        fresh.send(shut(view, how.user, team=team))
        answers.append(fresh.send(sent(view, how.user, team=team, given=how.given)))
        fresh.send(sent(view, STRANGER, team=team, given=how.given))
    assert seen(fresh, team, *answers)
    assert_apart(fresh, team, *answers)


@both
def test_what_is_due_goes_to_their_own_people(fresh: Two, team: str) -> None:
    for day in range(12):
        now = fresh.house.clock.now()
        for claims in fresh.house.due.claim(now=now + timedelta(seconds=1)):
            ours = [claim for claim in claims if claim.occurrence.workspace == team]
            deliver(fresh.house, ours)
        fresh.house.clock.move(now + timedelta(hours=12 if day % 2 else 15))
    methods = {method for method, _ in fresh.moody.asked}
    assert "chat.postMessage" in methods
    assert seen(fresh, team)
    left = json.dumps(fresh.moody.asked, ensure_ascii=False)
    assert WORDS[OTHER[team]] not in left
    assert set(fresh.moody.tokens) == {f"xoxb-{team}"}


# --- what is the other's ----------------------------------------------------------------------------------------------


def crossed(team: str, user: str, subject: str) -> Iterator[Ticket]:
    """Tickets of the other workspace, and what somebody could make of them."""
    other = OTHER[team]
    theirs = ticket(user, subject, team=other)
    yield theirs
    yield replace(theirs, workspace=team)
    yield replace(theirs, workspace=team, person=person(user, team))
    yield replace(theirs, person=person(user, team))
    yield replace(theirs, partnership=pid_of(team))


@both
def test_no_button_of_the_other_does_anything(fresh: Two, team: str) -> None:
    answers, done = [], set()
    for button in buttons(fresh.house, OTHER[team]):
        choice, bar, value = button.value.rpartition("|")
        if value == "start" or (button.user, button.action) in done:
            continue
        done.add((button.user, button.action))
        for made in crossed(team, button.user, Ticket.decode(value).subject):
            if made.partnership == pid_of(team):
                continue  # it names nothing of the other's but a person
            body = button.body(team=team, slack=fresh.moody.url, value=f"{choice}{bar}{made.encode()}")
            answers.append(fresh.send(body))
    assert len(done) > 40
    assert {view["callback_id"] for view in views(fresh.moody)} == {"notice"}
    assert kept(fresh.house, team=team) == fresh_kept(fresh, team)
    assert_apart(fresh, team, *answers)


def fresh_kept(two: Two, team: str) -> dict[str, object]:
    """What a workspace has when nothing happened."""
    now = snapshot(two.house)
    restore(two.house, two.before)
    found = kept(two.house, team=team)
    restore(two.house, now)
    return found


@both
@pytest.mark.parametrize("form", [form for form in OPENINGS if form not in ("start", "first_waiting")])
def test_no_modal_of_the_other_is_taken(fresh: Two, team: str, form: str) -> None:
    how, other = OPENINGS[form], OTHER[team]
    view = fresh.opened(opening_body(scene(fresh.house, other), form, team=other))
    restore(fresh.house, fresh.before)
    fresh.moody.asked.clear()
    fresh.moody.tokens.clear()
    answers = []
    for metadata in metadata_of(view, team, how.user):
        mixed = {**view, "private_metadata": metadata}
        answers.append(fresh.send(sent(mixed, how.user, team=team, given=how.given)))
        for action in IN_MODAL if form in KEEPS else IN_MODAL[:1]:
            fresh.send(touched(mixed, action, how.user, team=team, value=metadata))
        fresh.send(shut(mixed, how.user, team=team))
    assert all("errors" in json.loads(answer) for answer in answers if answer)
    assert any(answers) or form in ("skip", "milestone_done")
    assert kept(fresh.house, team=team) == fresh_kept(fresh, team)
    assert_apart(fresh, team, *answers)


def metadata_of(view: Body, team: str, user: str) -> Iterator[str]:
    given = str(view.get("private_metadata") or "")
    if given.startswith("["):  # a message on its way to be kept carries the partnership itself
        carried = json.loads(given)
        for channel in (CHANNEL, OTHER_CHANNEL):
            carried[1] = pid_of(OTHER[team], channel)
            yield json.dumps(carried)
        return
    text, mark, page = given.partition("#")
    for made in crossed(team, user, Ticket.decode(text).subject):
        if made.partnership != pid_of(team):
            yield f"{made.encode()}{mark}{page}"


@both
def test_no_choice_of_the_others_partnership_is_taken(fresh: Two, team: str) -> None:
    view = fresh.opened({**shortcut("answer_waiting"), **whose(BO, team)})
    for channel in (CHANNEL, OTHER_CHANNEL):
        chosen = {"type": "radio_buttons", "selected_option": {"value": pid_of(OTHER[team], channel)}}
        answer = fresh.send(sent(view, BO, team=team, given={"partnership": chosen}))
        assert "errors" in json.loads(answer)
        assert_apart(fresh, team)


@both
def test_a_message_of_the_same_name_is_kept_in_each_by_itself(fresh: Two, team: str) -> None:
    before = scene(fresh.house, OTHER[team]).walk.partnership.kept
    hook = {"response_url": f"{fresh.moody.url}hook"}
    message = written("Nobody gets our list", user=ELI, ts=MESSAGE)
    view = fresh.opened({**on_message(message), **whose(BO, team), **hook})
    kind = {"type": "radio_buttons", "selected_option": {"value": "drop"}}
    answer = fresh.send(sent(view, BO, team=team, given={"kind": kind, "partnership": which(team)}))
    assert "update" in answer
    states = [k.state for k in scene(fresh.house, team).walk.partnership.kept]
    assert states.count("withdrawn") == 1
    assert scene(fresh.house, OTHER[team]).walk.partnership.kept == before
    assert_apart(fresh, team, answer)


def which(team: str) -> Body:
    return {"type": "static_select", "selected_option": {"value": pid_of(team)}}


@both
@pytest.mark.parametrize("kind", EVENTS)
def test_no_event_of_one_is_felt_in_the_other(fresh: Two, team: str, kind: str) -> None:
    theirs = planned(fresh, OTHER[team])
    text = json.dumps(REALISTIC[kind]).replace(HERE, team)
    for user in (BO, STRANGER):
        answer = fresh.send(json.loads(told(kind, home=team, **json.loads(text.replace(BO, user)))))
        assert_apart(fresh, team, answer)
    assert planned(fresh, OTHER[team]) == theirs
    assert fresh.house.tokens.bot_token(OTHER[team]) == f"xoxb-{OTHER[team]}"


# --- the pages behind links -------------------------------------------------------------------------------------------


@both
def test_no_link_that_mixes_them_opens_anything(fresh: Two, team: str) -> None:
    """Nobody can sign such a link but we; that we never open one holds by itself."""
    links, said = fresh.house.links, []
    for page in PAGES:
        for user in (ANA, BO, STRANGER):
            for made in crossed(team, user, ""):
                if made == ticket(user, team=OTHER[team]) and user != STRANGER:
                    continue  # their own link, which is theirs wherever they open it
                path = links.url(page, made).removeprefix(fresh.house.settings.public_url)
                for method in ("get", "post"):
                    answer = getattr(fresh.web, method)(path)
                    assert not (method == "post" and answer.status_code < 300) or page == "unsubscribe"
                    said.append(answer.text)
    assert not any(word in text for text in said for word in WORDS.values())
    assert kept(fresh.house, team=team) == fresh_kept(fresh, team)


@both
def test_the_links_of_each_show_their_own(fresh: Two, team: str) -> None:
    said = []
    for user in (ANA, BO):
        for page in ("board", "preferences", "answer"):
            about = "r3" if page == "answer" else ""
            url = fresh.house.links.url(page, ticket(user, about, team=team))
            answer = fresh.web.get(url.removeprefix(fresh.house.settings.public_url))
            assert answer.status_code == 200
            said.append(answer.text)
    assert seen(fresh, team, *said)
    assert_apart(fresh, team, *said)


# --- in any order -----------------------------------------------------------------------------------------------------


@settings(max_examples=3, database=None)
@given(st.data())
def test_whatever_happens_in_one_in_whatever_order_the_other_stays(two: Two, data: Any) -> None:
    two.again()
    team = data.draw(st.sampled_from([HERE, THERE]))
    theirs, pressed = planned(two, OTHER[team]), buttons(two.house, team)
    for _ in range(12):
        button = data.draw(st.integers(0, len(pressed) - 1).map(lambda n: pressed[n]))
        two.send(button.body(team=team, slack=two.moody.url))
    assert_apart(two, team)
    assert planned(two, OTHER[team]) == theirs

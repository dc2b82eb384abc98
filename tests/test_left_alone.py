"""Whoever presses "Never invite me again" in a mail that came unasked is invited by no group, until they say so.

Nobody who tries learns more than that an address was not reached. A real Valkey, a real mail server, the pages over
Flask's own client.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.mail_home import Keeping, server
from tests.test_begin_page import ANA, GIVEN, body, carry_out, homes, link_for, mails
from tests.web_home import NOON, Home, home
from worker import proof
from worker.store.left_alone import LeftAlone
from worker.web.app import create_with
from worker.wiring import House
from workflows.addresses import Address
from workflows.starting import Named
from workflows.ticket import Ticket
from workflows.walk import Walk

BO = "bo@example.org"
NEVER = re.compile(r"http://\S+(/never/\S+)")


@pytest.fixture(scope="module")
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture(scope="module")
def made(keeping: Keeping, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with server(keeping) as smtp, home(tmp_path_factory.mktemp("alone"), 8000, FAIRSTEPS_SMTP_URL=smtp) as there:
        yield there


@pytest.fixture
def house(made: Home, keeping: Keeping) -> House:
    made.house.redis.flushall()
    keeping.mails.clear()
    keeping.says.clear()
    made.house.clock.move(NOON)
    return made.house


@pytest.fixture
def web(house: House) -> FlaskClient:
    return create_with(house).test_client()


def begin(web: FlaskClient, house: House, keeping: Keeping, **given: str) -> Walk:
    """Ana begins a group on the page; the new walk."""
    before = {*homes(house)}
    sent = web.post(link_for(web, keeping), data={**GIVEN, **given})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    carry_out(house)
    (new,) = {*homes(house)} - before
    (partnership,) = house.workspaces.partnerships(new)
    return house.walks.get(partnership)


def never_link(keeping: Keeping, to: str = BO) -> str:
    found = NEVER.search(body(mails(keeping, to)[-1]))
    assert found
    return found[1]


def says_yes(web: FlaskClient, house: House, walk: Walk) -> None:
    """Ana takes part, and facilitates from now on."""
    person = walk.partnership.started_by
    url = house.links.url("answer", _ticket(walk, person, "consent")).partition("8000")[2]
    assert web.post(url, data={"_form": "consent", "consent": "yes", "prefers": "mail"}).status_code == 303
    house.clock.move(house.clock.now() + timedelta(hours=2))
    carry_out(house)


def _ticket(walk: Walk, person: str, subject: str) -> Ticket:
    return Ticket(workspace=walk.partnership.workspace, partnership=walk.partnership.id, person=person, subject=subject)


def test_a_press_and_no_group_invites_them_and_nobody_hears_why(
    web: FlaskClient, house: House, keeping: Keeping
) -> None:
    begin(web, house, keeping)
    link = never_link(keeping)
    for _ in range(2):
        assert "Never invite me again" in web.get(link).get_data(as_text=True)
    assert not house.left_alone.has(BO), "GET changes nothing"
    pressed = web.post(link, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example.com"})
    assert (pressed.status_code, "No group will invite you" in pressed.get_data(as_text=True)) == (200, True)
    keeping.mails.clear()
    named = "Bo <BO+again@Example.org>\nDara Sharma <dara@example.org>"
    walk = begin(web, house, keeping, group="Another Circle", addresses=named)
    assert {m.consent for m in walk.members.values()} == {"asked"}, "it looks like any other"
    says_yes(web, house, walk)
    assert not mails(keeping, "BO+again")
    (told,) = [mail for mail in mails(keeping, ANA) if "Bo" in str(mail["Subject"])]
    assert told["Subject"] == "We could not ask Bo"
    assert "did not reach the address we were given" in " ".join(body(told).split())
    assert not re.search(r"refus|left alone|stop(ped)? |asked us|never", body(told).partition("____")[0])
    house.clock.move(house.clock.now() + timedelta(days=4))
    carry_out(house)
    assert not mails(keeping, "BO+again"), "nor is the second request"
    assert len([mail for mail in mails(keeping, ANA) if "Bo" in str(mail["Subject"])]) == 1, "told once"


def test_a_request_that_comes_back_reads_just_the_same(web: FlaskClient, house: House, keeping: Keeping) -> None:
    keeping.says["bo@example.org"] = "550 5.1.1 No such user"
    walk = begin(web, house, keeping)
    says_yes(web, house, walk)
    (told,) = [mail for mail in mails(keeping, ANA) if "Bo" in str(mail["Subject"])]
    assert told["Subject"] == "We could not ask Bo Lindqvist"


def test_whoever_runs_it_asks_them_no_more_either(house: House, web: FlaskClient, keeping: Keeping) -> None:
    walk = begin(web, house, keeping, addresses="Dara <dara@example.org>")
    house.left_alone.add(BO)
    added = house.cases.add_people(walk.partnership.id, [Named(address=Address(name="Bo", address=BO))])
    assert [p.name for p in added.asked] == ["Bo"], "the command tells nothing"
    house.clock.move(house.clock.now() + timedelta(hours=20))
    carry_out(house)
    assert not mails(keeping, BO)


def test_a_link_to_begin_is_asked_no_more_and_the_page_says_the_same(
    house: House, web: FlaskClient, keeping: Keeping
) -> None:
    assert web.post("/begin", data={"email": BO}).headers["Location"] == "/begin?sent=1"
    assert web.post(never_link(keeping)).status_code == 200
    stop = mails(keeping, BO)[-1]["List-Unsubscribe"].strip("<>")
    assert stop.endswith(never_link(keeping)), "a mail program's own button does it too"
    keeping.mails.clear()
    assert web.post("/begin", data={"email": BO}).headers["Location"] == "/begin?sent=1"
    assert not keeping.mails


def test_only_they_take_it_back_by_a_mail_that_they_ask_for(house: House, web: FlaskClient, keeping: Keeping) -> None:
    for address in (BO, "stranger@example.org"):
        assert web.post("/never", data={"email": address}).headers["Location"] == "/never?sent=1"
    assert not keeping.mails, "nothing to take back"
    house.left_alone.add(BO)
    for _ in range(3):
        assert web.post("/never", data={"email": BO}).headers["Location"] == "/never?sent=1"
    assert len(keeping.mails) == 1, "one in a week, whoever asks"
    link = never_link(keeping)
    assert "take that back" in web.get(link).get_data(as_text=True)
    assert house.left_alone.has(BO)
    assert "Groups may invite you again" in web.post(link).get_data(as_text=True)
    assert not house.left_alone.has(BO)
    keeping.mails.clear()
    begin(web, house, keeping)
    assert mails(keeping, BO)
    house.clock.move(house.clock.now() + timedelta(days=2))
    assert web.post(link).status_code == 410
    assert web.post("/never", data={"email": "nobody"}).status_code == 422


def test_a_link_opens_only_what_it_was_made_for(house: House, web: FlaskClient) -> None:
    now = house.clock.now()
    for made_for in ("begin", "again", "never"):
        mark = proof.made(house.vault, BO, now=now, purpose=made_for)
        assert web.get(f"/begin/{mark}").status_code == (200 if made_for == "begin" else 410)
        assert web.post(f"/never/{mark}").status_code == (410 if made_for == "begin" else 200)
    assert web.post("/never/forged").status_code == 410
    old = proof.made(house.vault, BO, now=now - timedelta(days=3000), purpose="never")
    assert web.post(f"/never/{old}").status_code == 200, "an old mail's link still does it"


def test_who_takes_part_hears_from_their_group_as_before(house: House, web: FlaskClient, keeping: Keeping) -> None:
    walk = begin(web, house, keeping)
    house.left_alone.add(ANA)
    keeping.mails.clear()
    says_yes(web, house, walk)
    assert mails(keeping, ANA), "they said yes"


def test_only_a_digest_is_kept_and_it_outlives_a_change_of_keys(house: House) -> None:
    house.left_alone.add("Bo@Example.org")
    raw = repr([house.redis.dump(key) for key in house.redis.keys("*")])
    assert "bo@" not in raw.lower()
    old = house.settings.secret_keys[0]
    changed = LeftAlone(house.redis, ["another", old])
    assert changed.has(" bo+tag@example.org")
    assert not changed.has("other@example.org")
    changed.remove(BO)
    assert not house.left_alone.has(BO)


def test_each_mail_that_nobody_asked_for_has_the_link_and_no_other_mail_has(
    house: House, web: FlaskClient, keeping: Keeping
) -> None:
    walk = begin(web, house, keeping)
    says_yes(web, house, walk)
    kinds = {str(mail["Feedback-ID"]).partition(":")[0]: bool(NEVER.search(body(mail))) for mail in keeping.read()}
    assert kinds == {"begin": True, "consent": True, "begun": False}

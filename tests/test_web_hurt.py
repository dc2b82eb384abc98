"""What would hurt people about pages without Slack: strangers who write, one who asks for all, an old link.

A real Valkey, a real mail server, the pages over Flask's own client.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.mail_home import Keeping, server
from tests.test_begin_page import ANA, GIVEN, body, carry_out, homes, link_for, mails
from tests.web_home import NOON, Home, home
from worker.web.app import create_with
from worker.wiring import House
from workflows import ids
from workflows.ticket import Ticket

BO = "bo@example.org"


@pytest.fixture(scope="module")
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture(scope="module")
def begun(keeping: Keeping, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with server(keeping) as smtp, home(tmp_path_factory.mktemp("hurt"), 8000, FAIRSTEPS_SMTP_URL=smtp) as there:
        yield there


@pytest.fixture
def house(begun: Home, keeping: Keeping) -> House:
    begun.house.redis.flushall()
    keeping.mails.clear()
    begun.house.clock.move(NOON)
    return begun.house


@pytest.fixture
def web(house: House) -> FlaskClient:
    return create_with(house).test_client()


def test_one_who_asks_all_day_keeps_nobody_else_from_beginning(web: FlaskClient, house: House) -> None:
    for number in range(320):
        web.post("/begin", data={"email": f"p{number}@example.org"})
    other = (
        create_with(house)
        .test_client()
        .post("/begin", data={"email": ANA}, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    )
    assert other.status_code == 303


def test_nobody_is_asked_all_day_by_groups_that_strangers_begin(
    web: FlaskClient, house: House, keeping: Keeping
) -> None:
    answers = []
    for number in range(8):
        link = link_for(web, keeping, f"eve{number}@example.org")
        sent = web.post(link, data={**GIVEN, "group": f"Circle {number}", "addresses": "Bo <BO@example.org>"})
        answers.append(sent.status_code)
    carry_out(house)
    assert len(mails(keeping, "BO@example.org")) == 5
    assert answers == [303] * 5 + [422] * 3
    assert "BO@example.org" in sent.get_data(as_text=True)


def a_group(web: FlaskClient, house: House, keeping: Keeping) -> tuple[str, str, str]:
    """Ana began with her group; return the link that began it, where it led, and the home."""
    link = link_for(web, keeping)
    led = web.post(link, data=GIVEN).headers["Location"]
    carry_out(house)
    (home_,) = homes(house)
    return link, led, home_


def test_the_link_that_began_a_group_makes_no_new_links_once_they_are_switched_off(
    web: FlaskClient, house: House, keeping: Keeping
) -> None:
    _, led, home_ = a_group(web, house, keeping)
    assert "/answer/" in web.get(led).get_data(as_text=True)
    house.clock.move(NOON + timedelta(minutes=5))
    house.cases.unlink(home_, ids.person_id(home_, ANA))
    after = web.get(led)
    assert after.status_code == 410
    assert not re.search(r"/(answer|home)/", after.get_data(as_text=True))


def test_who_is_taken_out_and_added_over_and_over_is_written_to_once_a_day(
    web: FlaskClient, house: House, keeping: Keeping
) -> None:
    _, _, home_ = a_group(web, house, keeping)
    (partnership,) = house.workspaces.partnerships(home_)
    ana, bo = (ids.person_id(home_, one) for one in (ANA, BO))
    ticket = Ticket(workspace=home_, partnership=partnership, person=ana)
    house.cases.give_consent(ticket, True, via="web")
    people = Ticket(workspace=home_, partnership=partnership, person=ana, subject="people")
    for _ in range(6):
        house.cases.submit_answer(people, {"do": "out", "who": bo, "sure": "yes"}, via="web")
        house.cases.submit_answer(people, {"do": "nothing", "addresses": f"Bo <{BO}>"}, via="web")
        house.clock.move(house.clock.now() + timedelta(minutes=2))
        carry_out(house)
    asked = [mail for mail in mails(keeping, BO) if "/answer/" in body(mail)]
    assert house.walks.get(partnership).members[bo].consent == "asked"
    assert len(asked) == 1
    house.clock.move(house.clock.now() + timedelta(days=1, hours=1))
    carry_out(house)
    asked = [mail for mail in mails(keeping, BO) if "/answer/" in body(mail)]
    assert len(asked) == 2, "they are asked anew the next day"

"""A person who has no Slack begins with their group on the web: their address is proved first, then everyone is asked.

A real Valkey, a real mail server, the pages over Flask's own client, and a browser for how it looks and works.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient

from tests.mail_home import Keeping, server
from tests.web_home import NOON, Home, home
from worker.deliver import deliver
from worker.web.app import create_with
from worker.wiring import House

ANA = "ana@example.org"
GIVEN = {
    "you": "Ana Ferreira",
    "group": "Harbour Circle",
    "addresses": "Bo Lindqvist <bo@example.org>\nDara Sharma <dara@example.org>",
    "partner": "Tidewater Apps",
    "kind": "app",
    "weekday": "1",
    "hour": "9",
    "zone": "Europe/Lisbon",
    "digest": "4",
}


@pytest.fixture(scope="module")
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture(scope="module")
def begun(keeping: Keeping, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with server(keeping) as smtp, home(tmp_path_factory.mktemp("begin"), 8000, FAIRSTEPS_SMTP_URL=smtp) as there:
        yield there


@pytest.fixture
def house(begun: Home, keeping: Keeping) -> House:
    begun.house.redis.flushall()
    keeping.mails.clear()
    keeping.says.clear()
    begun.house.clock.move(NOON)
    return begun.house


@pytest.fixture
def web(house: House) -> FlaskClient:
    return create_with(house).test_client()


def mails(keeping: Keeping, to: str) -> list[EmailMessage]:
    return [mail for mail in keeping.read() if to in str(mail["To"])]


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_for(web: FlaskClient, keeping: Keeping, address: str = ANA) -> str:
    """Ask for a link, and read it in the mail."""
    assert web.post("/begin", data={"email": address}).status_code == 303
    found = re.search(r"http://\S+(/begin/\S+)", body(mails(keeping, address)[-1]))
    assert found is not None
    return found.group(1)


def carry_out(house: House) -> None:
    """What is due now is done."""
    for _ in range(4):
        deliver(house, [c for chunk in house.due.claim(now=house.clock.now(), lease_ms=60_000) for c in chunk])


def homes(house: House) -> list[str]:
    return [w.id for w in house.workspaces.all() if w.kind == "mail"]


def test_from_an_address_to_the_first_mails(web: FlaskClient, house: House, keeping: Keeping) -> None:
    link = link_for(web, keeping)
    assert "Ana" not in body(mails(keeping, ANA)[0])
    page = web.get(link).get_data(as_text=True)
    assert "You begin as ana@example.org" in page
    assert 'name="channel"' not in page
    sent = web.post(link, data=GIVEN)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    carry_out(house)
    (home_,) = homes(house)
    assert home_.islower(), "no id of Slack's begins with a small letter"
    (pid,) = house.workspaces.partnerships(home_)
    walk = house.walks.get(pid)
    assert {(p.name, walk.members[p.id].role) for p in walk.people.values()} == {
        ("Ana Ferreira", "facilitator"),
        ("Bo Lindqvist", "member"),
        ("Dara Sharma", "member"),
    }
    assert {m.consent for m in walk.members.values()} == {"asked"}
    assert "Ana Ferreira asks" in str(mails(keeping, "bo@example.org")[0]["Subject"])
    assert mails(keeping, ANA)[-1]["Subject"] == house.words("invited.subject_self")
    thanks = web.get(sent.headers["Location"]).get_data(as_text=True)
    assert "Bo Lindqvist" in thanks
    consent = re.search(r'href="http://[^/]+(/answer/[^"]+)"', thanks)
    assert consent is not None
    assert "in the daytime" in thanks
    asked = web.get(consent.group(1)).get_data(as_text=True)
    assert "you facilitate it" in asked
    assert "Ana Ferreira is walking" not in asked, "she is told of herself as of somebody else"
    assert "checked" not in asked, "nobody has pressed yes yet"
    assert "How should we reach you?" not in asked, "there is one way"
    saved = web.post(consent.group(1), data={"_form": "consent", "consent": "yes"})
    assert "Yes, count me in" in web.get(saved.headers["Location"]).get_data(as_text=True)
    carry_out(house)
    told = mails(keeping, ANA)[-1]
    assert told["Subject"] == "Your group has begun"
    assert "Bo Lindqvist, Dara Sharma" in " ".join(body(told).split())
    assert "/home/" in web.get(sent.headers["Location"]).get_data(as_text=True)


def test_nothing_is_kept_of_an_address_that_is_not_proved(web: FlaskClient, house: House, keeping: Keeping) -> None:
    before = house.redis.keys("*")
    link_for(web, keeping)
    kept = [name for name in house.redis.keys("*") if name not in before]
    counts = [name for name in kept if b":spent:" in name]
    assert kept == counts
    for name in counts:
        assert b"ana" not in name
        assert b"ana" not in (house.redis.get(name) or b"")
        assert 0 < house.redis.ttl(name) <= 2 * 24 * 3600


def test_whether_an_address_is_known_shows_nowhere(web: FlaskClient, house: House, keeping: Keeping) -> None:
    link = link_for(web, keeping)
    web.post(link, data=GIVEN)
    known, unknown = (web.post("/begin", data={"email": one}) for one in (ANA, "hana@example.org"))
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    again, first = mails(keeping, ANA)[-1], mails(keeping, "hana@example.org")[-1]
    assert again["Subject"] == first["Subject"]
    assert re.sub(r"/begin/\S+", "", body(again)) == re.sub(r"/begin/\S+", "", body(first))


def test_the_mail_belongs_to_no_list_and_can_end_invitations_alone(web: FlaskClient, keeping: Keeping) -> None:
    link_for(web, keeping)
    (mail,) = mails(keeping, ANA)
    assert not any(name in mail for name in ("List-Id", "Reply-To"))
    assert "/never/" in mail["List-Unsubscribe"]
    assert "/unsubscribe/" not in mail.as_string()
    assert mail["Auto-Submitted"] == "auto-generated"


def test_one_address_gets_three_mails_a_day_and_the_page_says_the_same(web: FlaskClient, keeping: Keeping) -> None:
    answers = [web.post("/begin", data={"email": ANA}) for _ in range(5)]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, "/begin?sent=1")}
    assert len(mails(keeping, ANA)) == 3
    assert "Look at your mail" in web.get("/begin?sent=1").get_data(as_text=True)


def test_a_client_that_asks_for_many_addresses_is_told_to_come_back(web: FlaskClient, keeping: Keeping) -> None:
    answers = [web.post("/begin", data={"email": f"p{n}@example.org"}).status_code for n in range(22)]
    assert answers == [303] * 20 + [429] * 2
    assert len(keeping.mails) == 20


@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@", "ana@example.org\nBcc: x@example.org", "a" * 400 + "@example.org"]
)
def test_what_is_no_address_comes_back_as_it_was(web: FlaskClient, keeping: Keeping, typed: str) -> None:
    answer = web.post("/begin", data={"email": typed})
    assert answer.status_code == 422
    assert "Please write it like" in answer.get_data(as_text=True)
    assert keeping.mails == []


def test_a_mail_server_that_is_away_loses_nothing(web: FlaskClient, house: House, keeping: Keeping) -> None:
    keeping.says["DATA"] = "451 later"
    answer = web.post("/begin", data={"email": ANA})
    assert answer.status_code == 503
    assert f'value="{ANA}"' in answer.get_data(as_text=True)


def test_a_link_lasts_a_day_may_be_used_again_and_cannot_be_made_up(
    web: FlaskClient, house: House, keeping: Keeping
) -> None:
    link = link_for(web, keeping)
    assert [web.get(link).status_code for _ in range(2)] == [200, 200]
    for forged in (link[:-2], link + "A", "/begin/x", "/begin/" + house.vault.seal("begin").decode()):
        assert web.get(forged).status_code == 410, forged
    house.clock.move(NOON + timedelta(hours=25))
    assert web.get(link).status_code == 410
    late = web.post(link, data=GIVEN)
    assert late.status_code == 410
    assert "Tidewater Apps" in late.get_data(as_text=True), "what was typed is there to be copied"
    assert homes(house) == []


def test_everything_wrong_is_named_at_once_and_stays_typed(web: FlaskClient, house: House, keeping: Keeping) -> None:
    link = link_for(web, keeping)
    wrong = {**GIVEN, "you": "", "partner": "", "zone": "Nowhere", "addresses": "Bo <bo@example.org>\nnot an address"}
    answer = web.post(link, data=wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "4 things" in page
    assert "Bo &lt;bo@example.org&gt;" in page
    assert "Harbour Circle" in page
    assert homes(house) == []


def test_sent_twice_it_begins_once_and_asks_nobody_twice(web: FlaskClient, house: House, keeping: Keeping) -> None:
    link = link_for(web, keeping)
    first, second = (web.post(link, data=GIVEN) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    carry_out(house)
    assert len(homes(house)) == 1
    assert len(mails(keeping, "bo@example.org")) == 1


def test_another_group_is_another_home_and_the_same_group_with_another_partner_is_the_same(
    web: FlaskClient, house: House, keeping: Keeping
) -> None:
    link = link_for(web, keeping)
    web.post(link, data=GIVEN)
    web.post(link, data={**GIVEN, "partner": "Bay University"})
    assert len(homes(house)) == 1
    assert len(house.workspaces.partnerships(homes(house)[0])) == 2
    web.post(link, data={**GIVEN, "group": "Island Circle"})
    assert len(homes(house)) == 2


def test_who_proved_an_address_sees_nobody_elses_group(web: FlaskClient, house: House, keeping: Keeping) -> None:
    ana, eve = link_for(web, keeping), link_for(web, keeping, "eve@example.org")
    begun = web.post(ana, data=GIVEN).headers["Location"].partition("?")[2]
    assert web.get(f"{ana}?{begun}").status_code == 200
    assert web.get(f"{eve}?{begun}").status_code == 404
    assert web.get(f"{eve}?done=p00000000000").status_code == 404


def test_somebody_who_says_no_or_nothing_gets_nothing_more(web: FlaskClient, house: House, keeping: Keeping) -> None:
    link = link_for(web, keeping)
    web.post(link, data=GIVEN)
    carry_out(house)
    asked = body(mails(keeping, "bo@example.org")[0])
    assert "Ana Ferreira gave us your address" in " ".join(asked.split())
    no = next(found for found in re.findall(r"http://[^/\s]+(/answer/\S+)", asked) if found)
    assert web.post(no, data={"_form": "consent", "consent": "no", "prefers": "mail"}).status_code == 303
    for _ in range(24 * 9):
        house.clock.move(house.clock.now() + timedelta(hours=1))
        carry_out(house)
    assert len(mails(keeping, "bo@example.org")) == 1
    assert len(mails(keeping, "dara@example.org")) == 2, "one request and one repeat"


def test_a_day_sees_few_groups_of_one_address(web: FlaskClient, house: House, keeping: Keeping) -> None:
    link = link_for(web, keeping)
    answers = [web.post(link, data={**GIVEN, "group": f"Circle {n}"}) for n in range(6)]
    assert [a.status_code for a in answers] == [303] * 5 + [422]
    assert "Circle 5" in answers[-1].get_data(as_text=True)


def test_the_front_page_leads_there_where_mail_is_set_up(web: FlaskClient) -> None:
    assert 'href="/begin"' in web.get("/").get_data(as_text=True)


def test_reading_changes_nothing(web: FlaskClient, house: House, keeping: Keeping) -> None:
    link = link_for(web, keeping)
    before = sorted(house.redis.keys("*"))
    for path in ("/begin", "/begin?sent=1", link, f"{link}?done=x"):
        web.get(path)
        assert web.head(path).status_code in (200, 404)
    assert sorted(n for n in house.redis.keys("*") if b":spent:" not in n) == [n for n in before if b":spent:" not in n]
    assert homes(house) == []
    assert len(keeping.mails) == 1

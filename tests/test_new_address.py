"""Bo wants his mails elsewhere: one mail with a link, a word to the address he has, and nothing changes before."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from itertools import count

import pytest
from flask.testing import FlaskClient

from tests import web_home
from tests.group import PEOPLE, walking
from tests.mail_home import Keeping, server
from tests.web_home import BO, Home, free_port
from worker.deliver import deliver
from worker.enrol import as_they_wish
from worker.files import words as files
from worker.store import keys
from worker.web.app import create_with
from workflows import living, moving_mail
from workflows.errors import AskPerson
from workflows.living import Account
from workflows.people import Membership, Person
from workflows.walk import Change

WORDS = files.load()
OLD, NEW = "bo@example.org", "Bo.Lindqvist@new.example"
NOON = web_home.NOON
_NIGHTS = count()


@pytest.fixture(scope="module")
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, keeping: Keeping) -> Iterator[Home]:
    with server(keeping) as smtp:
        told = {"FAIRSTEPS_SMTP_URL": smtp}
        with web_home.home(tmp_path_factory.mktemp("state"), free_port(), **told) as made:
            yield made


@pytest.fixture
def home(house: Home, keeping: Keeping) -> Home:
    """It is another night where Bo lives, he is as he was, and nothing is due."""
    house.house.clock.move(NOON + timedelta(hours=8) + next(_NIGHTS) * timedelta(days=3))
    bo = Person(id=BO, name="Bo", slack_user="UBO", email=OLD, zone="Asia/Kathmandu")
    member = Membership(person=BO, consent="given", prefers="slack")
    house.house.walks.change(house.partnership, lambda _: Change(members=(member,), people=(bo,)))
    house.house.redis.delete(*house.house.redis.keys("*:due") or ["none"])
    house.house.redis.delete(keys.addresses("T1"))
    keeping.mails.clear()
    keeping.recipients.clear()
    keeping.says.clear()
    return house


@pytest.fixture
def page(home: Home) -> FlaskClient:
    return create_with(home.house).test_client()


def bo(home: Home) -> Person:
    return home.walk.people[BO]


def ask(home: Home, address: str = NEW) -> str:
    """Bo writes an address on his form and saves; what is due by then goes out."""
    ticket = replace(home.ticket(BO), subject="")
    form = home.house.cases.preferences_form(ticket)
    told = home.house.cases.submit_preferences(ticket, {**form.typed, "address": address}, via="web")
    post(home)
    return told


def post(home: Home) -> None:
    for claims in home.house.due.claim(now=home.house.clock.now() + timedelta(seconds=1)):
        deliver(home.house, [c for c in claims if c.occurrence.kind == "prove"])


def mails(keeping: Keeping) -> dict[str, EmailMessage]:
    return dict(zip(keeping.recipients, keeping.read(), strict=True))


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"https?://\S+/address/\S+", text_of(mail))
    assert found
    return found.group().rstrip(").>")


def test_one_mail_goes_to_each_address_even_at_night(home: Home, keeping: Keeping) -> None:
    assert ask(home) == "B…@new.example"
    ask(home)
    assert sorted(keeping.recipients) == [NEW, OLD], "asking twice is one request"
    assert bo(home).email == OLD


def test_the_mail_to_the_new_address_tells_a_stranger_nothing(home: Home, keeping: Keeping) -> None:
    ask(home)
    mail = mails(keeping)[NEW]
    raw = mail.as_string()
    assert not re.findall(r"/(?:preferences|unsubscribe|home|board)/", raw), "no link that could do anything else"
    assert {name for name in mail if name.lower().startswith("list-")} <= {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert "/never/" in mail["List-Unsubscribe"], "they can end what others ask us to send them, and nothing else"
    assert str(mail["To"]) == NEW
    for named in ("Riverside", "Pulse", "Bo "):
        assert named not in raw
    assert NEW not in link_in(mail)


def test_the_link_shows_and_a_press_proves(home: Home, keeping: Keeping, page: FlaskClient) -> None:
    ask(home)
    home.house.people.keep("T1", [replace(bo(home), mail_lost="hard", mail_lost_at=NOON)])
    url = link_in(mails(keeping)[NEW])
    shown = page.get(url).text
    assert "Send your mails here?" in shown
    assert bo(home).email == OLD, "a scanner that follows the link proves nothing"
    for _ in range(2):
        assert "That is your address now" in page.post(url).text
    after = bo(home)
    assert (after.email, after.email_chosen, after.mail_lost) == (NEW, True, "")
    assert "That is your address now" in page.get(url).text
    assert home.house.people.by_addresses("T1", [NEW.upper()])[NEW.lower()].id == BO


def test_what_they_chose_wins_over_the_profile(home: Home, keeping: Keeping, page: FlaskClient) -> None:
    ask(home)
    page.post(link_in(mails(keeping)[NEW]))
    account = Account(slack_user="UBO", at=NOON, gone=False, email="bo@work.example")
    assert living.told(bo(home), account).email == NEW
    profile = replace(bo(home), email="bo@work.example", email_chosen=False)
    (found,) = as_they_wish([profile], {BO: bo(home)})
    assert (found.email, found.email_chosen) == (NEW, True)


def test_mail_that_they_asked_for_needs_no_word_of_the_groups() -> None:
    walk = walking()
    walk = replace(walk, partnership=replace(walk.partnership, mail_allowed=False))
    assert not walk.mails("bo")
    chosen = replace(walk.people["bo"], email_chosen=True)
    assert replace(walk, people={**walk.people, "bo": chosen}).mails("bo")


def test_an_address_of_the_profile_that_changes_brings_mail_back() -> None:
    lost = replace(PEOPLE[1], mail_lost="hard", mail_lost_at=NOON)
    same = Account(slack_user="U0BO", at=NOON, gone=False, email=lost.email)
    assert living.told(lost, same).mail_lost == "hard"
    assert living.told(lost, replace(same, email="bo.l@example.org")).mail_lost == ""


def test_after_two_days_the_link_proves_nothing(home: Home, keeping: Keeping, page: FlaskClient) -> None:
    ask(home)
    url = link_in(mails(keeping)[NEW])
    home.house.clock.move(home.house.clock.now() + moving_mail.VALID + timedelta(seconds=1))
    for answer in (page.get(url), page.post(url)):
        assert "does not work any more" in answer.text
    assert bo(home).email == OLD


def test_only_the_newest_request_counts(home: Home, keeping: Keeping, page: FlaskClient) -> None:
    ask(home)
    first = link_in(mails(keeping)[NEW])
    home.house.clock.move(home.house.clock.now() + timedelta(minutes=1))
    ask(home, "bo@third.example")
    assert "does not work any more" in page.post(first).text
    page.post(link_in(mails(keeping)["bo@third.example"]))
    assert bo(home).email == "bo@third.example"


def test_the_old_address_can_keep_everything_as_it_is(home: Home, keeping: Keeping, page: FlaskClient) -> None:
    ask(home)
    both = mails(keeping)
    keep = link_in(both[OLD])
    page.get(keep)
    assert "We have sent a link" in page.get(home.url("preferences", BO)).text, "looking changes nothing"
    assert "Nothing changes" in page.post(keep).text
    assert "does not work any more" in page.post(link_in(both[NEW])).text
    assert bo(home).email == OLD


def test_who_has_stopped_mail_still_gets_the_link_and_no_word_at_the_old_one(home: Home, keeping: Keeping) -> None:
    home.house.people.keep("T1", [replace(bo(home), mail_stopped=True)])
    ask(home)
    assert keeping.recipients == [NEW]


def test_whoever_has_no_address_can_give_one(home: Home, keeping: Keeping, page: FlaskClient) -> None:
    home.house.people.keep("T1", [replace(bo(home), email=None)])
    ask(home)
    assert keeping.recipients == [NEW]
    page.post(link_in(mails(keeping)[NEW]))
    assert home.walk.mails(BO)


def test_a_server_that_refuses_the_new_address_says_nothing_of_the_old_one(home: Home, keeping: Keeping) -> None:
    keeping.says[NEW] = "550 5.1.1 nobody here"
    ask(home)
    assert keeping.recipients == [OLD]
    assert bo(home).mail_lost == ""


def test_the_page_of_settings_says_what_waits_and_shows_no_whole_address(home: Home, page: FlaskClient) -> None:
    url = home.url("preferences", BO)
    assert "Mails go to b…@example.org" in page.get(url).text
    ask(home)
    text = page.get(url).text
    assert "We have sent a link to B…@new.example" in text
    assert NEW not in text
    assert OLD not in text


@pytest.mark.parametrize("address", ["bo", "bo@nowhere", "a@b@c.example", "bo @example.org"])
def test_what_is_no_address_comes_back_beside_its_field(address: str) -> None:
    with pytest.raises(AskPerson) as wrong:
        moving_mail.asked(WORDS, PEOPLE[1], address, now=NOON)
    assert set(wrong.value.problems) == {"address"}


def test_nobody_has_us_write_to_strangers_all_day() -> None:
    person = PEOPLE[1]
    for number in range(moving_mail.MOST):
        person = moving_mail.asked(WORDS, person, f"{number}@example.com", now=NOON)
    with pytest.raises(AskPerson):
        moving_mail.asked(WORDS, person, "more@example.com", now=NOON)
    assert moving_mail.asked(WORDS, person, "more@example.com", now=NOON + timedelta(days=1)).new_address


def test_giving_up_and_asking_again_does_not_start_the_count_anew() -> None:
    person = PEOPLE[1]
    for number in range(moving_mail.MOST):
        person = moving_mail.asked(WORDS, person, f"{number}@example.com", now=NOON)
        assert person.new_address
        person = moving_mail.given_up(person, person.new_address.mark)
    with pytest.raises(AskPerson):
        moving_mail.asked(WORDS, person, "more@example.com", now=NOON)


def test_the_address_that_one_has_is_no_new_one() -> None:
    assert moving_mail.asked(WORDS, PEOPLE[1], "BO@Example.org", now=NOON) == PEOPLE[1]


def test_nobody_reads_an_address_in_what_is_printed() -> None:
    person = moving_mail.asked(WORDS, PEOPLE[1], "bo@secret.example", now=NOON)
    assert "secret" not in repr(person.new_address)

"""A group decides what its partner sees and who there may look; a contact hears only what they want to hear.

Mails go through a real SMTP server, pages over real HTTP, the state is in a real Valkey.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from tests import mail_home
from tests.mail_home import Keeping
from tests.partner_home import ANA, CANARY, MEMBERS, PROMISES, ROBIN, Site, site
from worker.deliver import deliver
from worker.files import programmes
from worker.store import keys
from workflows import contacting, sharing
from workflows.addresses import Address
from workflows.board import board_of
from workflows.contacts import PREVIEW, SHARE
from workflows.errors import AskPerson, NotFound
from workflows.messages.scene import Scene
from workflows.ticket import Ticket

LONG = timedelta(days=8)


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Keeping, str]]:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        yield keeping, url


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, post: tuple[Keeping, str]) -> Iterator[Site]:
    told = {"FAIRSTEPS_SMTP_URL": post[1], "FAIRSTEPS_MAIL_FROM": "Fairsteps <answers@example.org>"}
    with site(tmp_path_factory.mktemp("shared"), programmes.load("five-steps"), **told) as found:
        yield found


@pytest.fixture
def five(made: Site, post: tuple[Keeping, str]) -> Site:
    made.begin_anew()
    for shard in range(keys.SHARDS):
        made.home.house.redis.delete(keys.due(shard), keys.claimed(shard))
    made.home.house.redis.delete(keys.ledger(made.home.partnership))
    post[0].mails.clear()
    return made


@pytest.fixture
def box(post: tuple[Keeping, str]) -> Keeping:
    return post[0]


def carry_out(site: Site) -> None:
    """What is due of a partner is carried out, as the worker does it."""
    house = site.home.house
    claims = [c for chunk in house.due.claim(now=house.clock.now()) for c in chunk]
    deliver(house, [c for c in claims if c.occurrence.kind.startswith("partner_")])


def to_robin(box: Keeping) -> list[EmailMessage]:
    return [mail for mail in box.read() if mail["To"] and "robin@example.com" in mail["To"]]


def scene(site: Site) -> Scene:
    return Scene(words=site.home.house.words, walk=site.walk, programme=site.programme)


def problems(site: Site, **typed: Any) -> set[str]:
    with pytest.raises(AskPerson) as asked:
        site.decide(**typed)
    return set(asked.value.problems)


# --- the group's control --------------------------------------------------------------------------------------------


def test_nothing_is_shared_by_itself(five: Site) -> None:
    assert sharing.standing(five.walk) == ()
    assert sharing.told(scene(five)) == ()
    five.invite()
    assert "Nothing is shared with Pulse App now." in sharing.told(scene(five))


def test_what_is_shared_is_on_record_with_who_and_when_and_the_group_reads_it(five: Site) -> None:
    five.decide(show=("agreement-sheet.1",), note="Your copy.")
    five.decide(show=())
    (share,) = five.walk.partnership.shares
    assert (share.by, share.at, share.note, share.ended_by, share.ended_at) == (
        ANA,
        five.now,
        "Your copy.",
        ANA,
        five.now,
    )
    five.decide(show=(f"{PROMISES}.0",))
    board = board_of(scene(five), person=MEMBERS[0], now_day=five.now.date())
    assert board.shared[0] == "Promises, and how each side sees them: since Monday 30 November 2026"
    assert not board.may_share, "a member reads it"
    assert board_of(scene(five), person=ANA, now_day=five.now.date()).may_share


def test_the_form_stands_on_the_board_and_shows_what_they_see(five: Site) -> None:
    five.share_all()
    links = five.home.house.links
    board = five.get(links.url("board", five.ticket(ANA, ""))).text
    assert "What Pulse App sees" in board
    form = links.url("answer", five.ticket(ANA, SHARE))
    page = five.get(form).text
    preview = re.search(r'href="([^"]*/partner/[^"]*)"', page)
    assert preview
    assert "This is a preview" in five.get(preview[1]).text
    sent = five.send(form, do="nothing", show="promises.0")
    assert sent.status_code == 200
    assert [s.what for s in sharing.standing(five.walk)] == [PROMISES]


def test_only_who_facilitates_decides(five: Site) -> None:
    with pytest.raises(NotFound):
        five.home.house.cases.answer_form(five.ticket(MEMBERS[0], SHARE))
    assert five.home.house.cases.partner_page(five.ticket(MEMBERS[0], PREVIEW)).preview, "anybody of the group may look"


def test_a_form_that_was_drawn_before_somebody_else_decided_shares_nothing_by_mistake(five: Site) -> None:
    cases = five.home.house.cases
    form = cases.answer_form(five.ticket(ANA, SHARE))
    five.share_all()
    with pytest.raises(AskPerson, match="asked again"):
        cases.submit_answer(Ticket.decode(form.token), {"do": "nothing", "show": ("promises.0",)}, via="web")
    assert len(sharing.standing(five.walk)) == 2


def test_wrong_input_is_named_beside_its_field(five: Site) -> None:
    assert problems(five, do="invite", name="", address="nobody") == {"name", "address"}
    assert problems(five, do="", name="x") == {"do"}
    robin = five.invite()
    assert problems(five, do="end", who="somebody") == {"who"}
    assert problems(five, do="invite", name="Robin", address="ROBIN@example.com") == {"address"}
    assert problems(five, do="nothing", note="x" * 301) == {"note"}
    for n in range(contacting.MOST_CONTACTS - 1):
        five.invite(Address(name=f"Somebody {n}", address=f"somebody{n}@example.com"))
    assert problems(five, do="invite", name="One more", address="more@example.com") == {"address"}
    assert robin in {c.id for c in contacting.here(five.walk)}


def test_access_ends_at_once_and_every_link_dies(five: Site) -> None:
    robin = five.invite()
    five.share_all()
    link = five.link(robin)
    assert five.get(link).status_code == 200
    five.pass_time(timedelta(seconds=1))
    five.decide(do="end", who=robin)
    for url in (link, five.link(robin), f"{link}?write=1"):
        answer = five.get(url)
        assert answer.status_code == 410
        assert "The group ended it" in answer.text
        assert not CANARY.findall(answer.text)
    contact = five.walk.partnership.contact(robin)
    assert contact is not None
    assert (contact.address, contact.name, contact.ended_by) == ("", "Robin Tide", ANA)
    five.pass_time(timedelta(minutes=1))
    five.invite()
    assert five.get(link).status_code == 410, "invited again, the old link stays dead"
    assert five.get(five.link(robin)).status_code == 200


def test_a_new_link_ends_the_old_ones(five: Site) -> None:
    robin = five.invite()
    link = five.link(robin)
    five.pass_time(timedelta(minutes=1))
    five.decide(do="link", who=robin)
    assert five.get(link).status_code == 410
    five.pass_time(timedelta(seconds=1))
    assert five.get(five.link(robin)).status_code == 200


# --- the contact ----------------------------------------------------------------------------------------------------


def test_an_invitation_is_the_only_mail_that_comes_unasked(five: Site, box: Keeping) -> None:
    five.invite()
    carry_out(five)
    carry_out(five)
    five.share_all()
    five.pass_time(LONG)
    carry_out(five)
    (mail,) = to_robin(box)
    whole = mail.as_string()
    assert mail["Subject"] == "Riverside Group would like to show you something"
    assert not CANARY.findall(whole)
    assert "Ana" not in whole.replace("Analog", "")
    text = mail.get_body(("plain",))
    assert text is not None
    url = re.search(r"http\S+/partner/\S+", text.get_content())
    assert url
    assert five.get(url[0]).status_code == 200
    assert "/preferences/" not in text.get_content()


def test_unsubscribe_stops_every_mail_and_the_page_stays(five: Site, box: Keeping) -> None:
    robin = five.invite()
    carry_out(five)
    (mail,) = to_robin(box)
    stop = mail["List-Unsubscribe"].strip("<>")
    assert five.get(stop).status_code == 200
    assert not five.walk.partnership.contacts[0].stopped, "GET changes nothing"
    answer = five.client.post(stop, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Mails are stopped" in answer.text) == (200, True)
    assert problems(five, do="link", who=robin) == {"who"}
    assert five.get(five.link(robin)).status_code == 200
    box.mails.clear()
    five.share_all()
    five.pass_time(LONG)
    carry_out(five)
    assert to_robin(box) == []


def test_who_wants_mails_is_reminded_and_hears_of_changes(five: Site, box: Keeping) -> None:
    robin = five.invite()
    five.share_all()
    assert five.send(f"{five.link(robin)}?mails=1", mails="yes").status_code == 200
    contact = five.walk.partnership.contacts[0]
    assert (contact.reminds, contact.state) == (True, "seen")
    carry_out(five)
    box.mails.clear()
    five.decide(show=(f"{PROMISES}.0",))
    five.pass_time(timedelta(hours=3))
    carry_out(five)
    assert [m["Subject"] for m in to_robin(box)] == ["Riverside Group changed what it shares with you"]
    box.mails.clear()
    five.home.house.clock.move(contacting.next_reminder(five.walk, robin, now=five.now).slot)
    carry_out(five)
    (reminder,) = to_robin(box)
    assert reminder["Subject"] == "What you promised Riverside Group, and is due soon"
    text = reminder.get_body(("plain",))
    assert text is not None
    assert "Was due Friday 4 December 2026 (London time)" in " ".join(text.get_content().split())
    five.send(f"{five.link(robin)}?mails=1", mails="no")
    box.mails.clear()
    five.pass_time(LONG)
    carry_out(five)
    assert to_robin(box) == []


def test_who_ends_it_themselves_is_forgotten_and_not_invited_again(five: Site) -> None:
    robin = five.invite()
    link = five.link(robin)
    answer = five.send(f"{link}?mails=1", mails="end")
    assert "Your access is ended" in answer.text
    assert five.get(link).status_code == 410
    contact = five.walk.partnership.contacts[0]
    assert (contact.address, contact.ended_by) == ("", contacting.BY_THEMSELVES)
    assert problems(five, do="invite", name="Robin", address=ROBIN.address) == {"address"}


def test_a_letter_reaches_facilitators_in_their_words_and_not_too_often(five: Site, box: Keeping) -> None:
    robin = five.invite()
    link = f"{five.link(robin)}?write=1"
    for n in range(contacting.LETTERS_A_DAY):
        assert five.send(link, text=f"Letter {n}").status_code == 200
    full = five.send(link, text="One more, not to be lost")
    assert full.status_code == 422
    assert "One more, not to be lost" in full.text
    assert five.send(link, text="Letter 1").status_code == 200, "the same one again is one"
    assert len(five.walk.partnership.letters) == contacting.LETTERS_A_DAY
    assert five.send(link, text="").status_code == 422
    form = five.home.house.cases.answer_form(five.ticket(ANA, SHARE))
    assert any("Letter 4" in line for line in form.intro)
    five.pass_time(timedelta(hours=26))
    assert five.send(link, text="A day later").status_code == 200


def test_an_observer_of_the_store_reads_no_address_and_no_word(five: Site) -> None:
    robin = five.invite()
    five.send(f"{five.link(robin)}?write=1", text="Something for you alone")
    redis = five.home.house.redis
    raw = repr([redis.dump(key) for key in redis.keys("*")])
    assert "robin@example.com" not in raw
    assert "Something for you alone" not in raw

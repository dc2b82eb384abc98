"""Whether mail reaches a partner's contact: what facilitators hear when it does not, and what they can do then.

Mails go through a real SMTP server, reports come as mail servers write them, the state is in a real Valkey.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests import mail_home
from tests.mail_home import Keeping
from tests.partner_home import ANA, MEMBERS, ROBIN, Site, site
from tests.test_mail_bounces import report
from tests.test_sharing import carry_out, problems, scene, to_robin
from worker.files import programmes
from worker.mail.inbound import replies_of
from worker.store import keys
from worker.store.due import Due
from workflows import sharing
from workflows.addresses import Address
from workflows.board import board_of
from workflows.contacts import SHARE, Contact
from workflows.deciding import decide
from workflows.errors import NotFound
from workflows.home_leading import leading
from workflows.message import Message

ROBIN_S = "robin@example.com"


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Keeping, str]]:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        yield keeping, url


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, post: tuple[Keeping, str]) -> Iterator[Site]:
    told = {
        "FAIRSTEPS_SMTP_URL": post[1],
        "FAIRSTEPS_MAIL_FROM": "Fairsteps <answers@example.org>",
        "FAIRSTEPS_INBOUND_URL": "lmtp://127.0.0.1:8004",
    }
    with site(tmp_path_factory.mktemp("reached"), programmes.load("five-steps"), **told) as found:
        yield found


@pytest.fixture
def five(made: Site, post: tuple[Keeping, str]) -> Site:
    made.begin_anew()
    made.home.house.redis.delete(keys.left_alone())
    for shard in range(keys.SHARDS):
        made.home.house.redis.delete(keys.due(shard), keys.claimed(shard))
    made.home.house.redis.delete(keys.ledger(made.home.partnership))
    post[0].mails.clear()
    post[0].senders.clear()
    post[0].says.clear()
    return made


@pytest.fixture
def box(post: tuple[Keeping, str]) -> Keeping:
    return post[0]


def robin(site: Site) -> Contact:
    (found,) = [c for c in site.walk.partnership.contacts if c.state != "ended"]
    return found


def told_ana(site: Site) -> list[Message]:
    """What Ana is told of the partner at the end of the day."""
    planned = [due for due in Due(site.home.house.redis).planned(site.home.partnership) if due.kind == "partner_word"]
    return [s.message for due in planned if due.person == ANA for s in decide(scene(site), due, now=due.slot).sends]


def form_of(site: Site) -> str:
    return "\n".join(site.home.house.cases.answer_form(site.ticket(ANA, SHARE)).intro)


def test_a_server_that_knows_no_such_address_is_told_to_who_facilitates(five: Site, box: Keeping) -> None:
    box.says[ROBIN_S] = "550 5.1.1 No such user"
    five.invite()
    carry_out(five)
    assert robin(five).lost_at
    assert "did not reach their address" in form_of(five)
    (told,) = told_ana(five)
    assert told.subject == "Our mail to your partner did not arrive"
    assert "We could not reach Robin Tide" in repr(told.parts)


def test_a_mail_that_comes_back_later_is_told_too_and_once(five: Site, box: Keeping) -> None:
    five.invite()
    carry_out(five)
    (mail,) = to_robin(box)
    token = box.senders[-1].partition("+")[2].partition("@")[0]
    replies = replies_of(five.home.house)
    raw = report("failed", "5.1.1", about=str(mail["Message-ID"]).strip("<>"))
    assert replies.handle(raw, token) == "bounced"
    since = robin(five).lost_at
    assert since
    five.pass_time(timedelta(minutes=3))
    assert replies.handle(report("failed", "5.0.0", "again"), token) == "bounced"
    assert robin(five).lost_at == since


def test_a_full_mailbox_is_no_lost_address_once_they_are_there(five: Site, box: Keeping) -> None:
    contact = five.invite()
    carry_out(five)
    token = box.senders[-1].partition("+")[2].partition("@")[0]
    five.send(f"{five.link(contact)}?write=1", text="Hello")
    assert replies_of(five.home.house).handle(report("failed", "5.2.2"), token) == "bounced"
    assert robin(five).lost_at is None


def test_another_link_or_another_address_mends_it(five: Site, box: Keeping) -> None:
    box.says[ROBIN_S] = "550 5.1.1 No such user"
    contact = five.invite()
    carry_out(five)
    box.says.clear()
    five.pass_time(timedelta(minutes=1))
    five.decide(do="link", who=contact)
    assert robin(five).lost_at is None
    five.pass_time(timedelta(seconds=1))
    carry_out(five)
    assert to_robin(box)
    five.decide(do="end", who=contact)
    five.invite(Address(name=ROBIN.name, address="robin.tide@example.com"))
    assert "did not reach" not in form_of(five)
    assert told_ana(five) == [], "nothing is to be told any more"


def test_somebody_who_asked_to_be_left_alone_looks_like_any_address_that_takes_no_mail(
    five: Site, box: Keeping
) -> None:
    contact = five.invite()
    carry_out(five)
    (mail,) = to_robin(box)
    text = mail.get_body(("plain",))
    assert text is not None
    link = next(line for line in text.get_content().splitlines() if "/never/" in line)
    assert five.client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    box.mails.clear()
    five.pass_time(timedelta(minutes=1))
    five.decide(do="link", who=contact)
    carry_out(five)
    assert not to_robin(box)
    assert "did not reach their address" in form_of(five)
    assert told_ana(five)[0].subject == "Our mail to your partner did not arrive"
    five.decide(do="end", who=contact)
    five.pass_time(timedelta(days=1))
    five.invite()
    assert robin(five).name == "Robin Tide", "nobody learns from the form, either"
    carry_out(five)
    assert not to_robin(box)
    assert problems(five, do="invite", name="Robin", address=ROBIN_S) == {"address"}, "there already, as anybody"


def test_before_anything_is_agreed_who_facilitates_reads_what_has_to_happen_first(five: Site) -> None:
    walk = five.walk
    young = replace(walk, partnership=replace(walk.partnership, sheets=(), steps=walk.partnership.steps[:1]))
    early = replace(scene(five), walk=young)
    later = sharing.later(early)
    assert "Once the group has agreed on" in later
    assert "invite somebody of Pulse App" in later
    assert later in [item.text for part in leading(early, ANA, today=five.now.date()) for item in part.items]
    assert board_of(early, person=ANA, now_day=five.now.date()).share_later == later
    assert board_of(early, person=MEMBERS[0], now_day=five.now.date()).share_later == "", "who decides is told"
    assert sharing.later(scene(five)) == ""


def test_a_new_link_says_that_it_is_one(five: Site, box: Keeping) -> None:
    contact = five.invite()
    carry_out(five)
    five.pass_time(timedelta(minutes=1))
    five.decide(do="link", who=contact)
    carry_out(five)
    first, second = to_robin(box)
    assert second["Subject"] == "Your new link from Riverside Group"
    assert "this one mail" in " ".join(first.as_string().split())
    assert "this one mail" not in " ".join(second.as_string().split())


def test_a_reply_of_a_contact_is_a_letter_and_nobody_elses_is(five: Site, box: Keeping) -> None:
    five.invite()
    carry_out(five)
    token = box.senders[-1].partition("+")[2].partition("@")[0]
    replies, say = replies_of(five.home.house), "Thank you. Could we talk on Friday?"

    def mail(sender: str, text: str, number: int) -> bytes:
        headers = f"From: {sender}\r\nTo: answers@example.org\r\nSubject: Re: x\r\nMessage-ID: <m{number}@example.com>"
        return f"{headers}\r\n\r\n{text}\r\n".encode()

    with pytest.raises(NotFound):
        replies.handle(mail("stranger@example.com", say, 1), token)
    assert replies.handle(mail(ROBIN_S, say, 2), token) == "settled"
    assert replies.handle(mail(ROBIN_S, say, 2), token) == "seen_before"
    assert [letter.text for letter in five.walk.partnership.letters] == [say]
    assert replies.handle(mail(ROBIN_S, "STOP", 3), token) == "settled"
    assert robin(five).stopped
    assert len(five.walk.partnership.letters) == 1


def test_each_form_leads_back_and_who_stopped_mails_reads_so(five: Site) -> None:
    contact = five.invite()
    link = five.link(contact)
    for form in ("?write=1", "?mails=1"):
        assert f'href="{link.removeprefix(five.url)}">To your page' in five.get(link + form).text
    stop = five.link(contact, "unsubscribe")
    assert "Stop mails from Fairsteps?" in five.get(stop).text
    five.client.post(stop)
    assert "Mails are stopped" in five.get(stop).text


def test_two_contacts_settle_their_own_and_know_nothing_of_each_other(five: Site, box: Keeping) -> None:
    contact = five.invite()
    other = five.invite(Address(name="Sam Reed", address="sam@example.com"))
    five.client.post(five.link(contact, "unsubscribe"))
    carry_out(five)
    assert box.recipients[-1:] == ["sam@example.com"]
    assert not to_robin(box)
    five.send(f"{five.link(contact)}?mails=1", mails="end")
    assert five.get(five.link(other)).status_code == 200
    assert "Sam Reed" in five.get(five.link(other)).text
    assert "Robin" not in five.get(five.link(other)).text


def test_who_decided_reads_on_the_same_page_what_came_of_it(five: Site) -> None:
    share = five.home.house.links.url("answer", five.ticket(ANA, SHARE))
    page = five.send(share, do="invite", name=ROBIN.name, address=ROBIN.address).text
    assert "Saved. This is how it stands now." in page
    assert "Robin Tide: invited on" in page
    assert "They see nothing now." in page

"""The mails of a step stand together in anybody's mail program, and what comes back to a prompt stands below it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.utils import getaddresses
from functools import partial

import pytest
import time_machine

from tests import every_mail, mail_home, small
from tests.group import PEOPLE, START, members, partnership
from tests.mail_home import Keeping, server
from worker.deliver import deliver
from worker.mail.replies import Replies
from worker.wiring import House
from workflows import engine, joining
from workflows.people import Group
from workflows.walk import Change, Walk

PID = "pwalk"
MAILED = tuple(replace(person, slack_user=None) for person in PEOPLE if person.email)


class Circle:
    """A group that lives by mail alone, with a real server that keeps every mail."""

    def __init__(self, house: House, keeping: Keeping) -> None:
        self.house, self.keeping = house, keeping
        house.clock.move(START)
        group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon")
        start = partnership(id=PID, group=group, version=house.programmes.newest("five-steps").version)
        mine = tuple(replace(m, prefers="mail") for m in members() if m.person in {p.id for p in MAILED})
        house.walks.begin_walk(replace(joining.started(start, mine, everyone=False, now=START), people=MAILED))
        house.walks.change(PID, lambda walk: joining.enrolled(walk, MAILED, now=START))

    def days(self, count: float) -> None:
        """Let time pass, from one thing that is due to the next."""
        until = self.house.clock.now() + timedelta(days=count)
        while (due := self.house.due.next_at()) and due <= until:
            self.house.clock.move(max(due, self.house.clock.now()))
            for chunk in self.house.due.claim(now=self.house.clock.now()):
                deliver(self.house, chunk)
        self.house.clock.move(until)

    def agree(self) -> None:
        """Everyone takes part."""
        for person in MAILED:
            self.house.walks.change(PID, partial(self._agreed, person=person.id))

    def _agreed(self, walk: Walk, person: str) -> Change:
        now = self.house.clock.now()
        return joining.consented(walk, person, given=True, prefers=None, via="web", now=now)

    def answer(self, person: str) -> None:
        """Somebody replies by mail to the first round."""
        walk = self.house.walks.get(PID)
        programme = self.house.programmes.of(walk.partnership)
        round_ = next(r for r in walk.rounds if not r.standing)
        values = small.said(walk, programme, round_, word="word", pick=0)
        now = self.house.clock.now()
        self.house.walks.change(
            PID, lambda walk: engine.answered(walk, programme, person, round_.id, values, via="mail", now=now)
        )

    def mails(self, address: str) -> list[EmailMessage]:
        """What somebody got, in the order in which it came."""
        return [m for m in self.keeping.read() if getaddresses([m["To"]])[0][1] == address]


@pytest.fixture
def story(make_house: Callable[..., House]) -> Iterator[Circle]:
    keeping = Keeping()
    with server(keeping) as url:
        yield Circle(make_house(FAIRSTEPS_SMTP_URL=url, FAIRSTEPS_INBOUND_URL="lmtp://127.0.0.1:8004"), keeping)


def _ids(header: str | None) -> list[str]:
    return re.findall(r"<[^>]+>", header or "")


def test_a_prompt_its_reminder_and_what_was_understood_are_one_conversation(story: Circle) -> None:
    story.days(0.2)
    story.agree()
    story.days(8)
    dara = story.mails("dara@example.org")
    asked = next(m for m in dara if m["Feedback-ID"].startswith("prompt:"))
    nudge = next(m for m in dara if m["Feedback-ID"].startswith("nudge:"))
    story.answer("bo")
    story.days(0.2)
    bo = story.mails("bo@example.org")
    first = next(m for m in bo if m["Feedback-ID"].startswith("prompt:"))
    understood = next(m for m in bo if m["Feedback-ID"].startswith("answered:"))
    for above, below in ((asked, nudge), (first, understood)):
        assert below["In-Reply-To"] == above["Message-ID"]
        assert below["Subject"] == f"Re: {above['Subject']}"  # Gmail and Apple Mail look at both
        assert _ids(below["References"]) == [*_ids(above["References"]), above["Message-ID"]]
    assert "Still open" in every_mail.body(nudge, "html")  # what is new is said beside the subject


def test_each_has_a_thread_a_step_and_shares_it_with_nobody(story: Circle) -> None:
    story.days(0.2)
    story.agree()
    story.days(10)
    roots = {
        address: {_ids(m["References"])[0] for m in story.mails(address) if not m["Feedback-ID"].startswith("consent")}
        for address in ("bo@example.org", "dara@example.org")
    }
    assert {len(one) for one in roots.values()} == {1}  # prompts, reminders, readings and the digest of the first step
    assert roots["bo@example.org"] != roots["dara@example.org"]
    kinds = {m["Feedback-ID"].partition(":")[0] for m in story.mails("bo@example.org")}
    assert {"prompt", "nudge", "reading", "digest"} <= kinds


def test_the_second_request_stands_below_the_first(story: Circle) -> None:
    story.days(5)
    first, second = (m for m in story.mails("dara@example.org") if m["Feedback-ID"].startswith("consent"))
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Subject"] == f"Re: {first['Subject']}"


def test_mails_come_from_nobody_else_and_ask_for_no_machine_to_answer(story: Circle) -> None:
    story.days(0.2)
    for mail in story.keeping.read():
        assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "OOF, AutoReply")
        assert mail["List-Post"] == "NO"
        assert mail["Precedence"] is None
        assert len(mail.get_all("Message-ID", [])) == len(mail.get_all("References", [])) == 1


# --- each kind of mail, as it is drawn ------------------------------------------------------------------------------


def test_one_thread_is_one_root_and_a_mail_tried_again_is_the_same_mail() -> None:
    kinds = every_mail.kinds()
    with time_machine.travel(mail_home.NOW, tick=False):
        again = [every_mail.as_sent(every_mail.mailing(kinds["prompt"])) for _ in range(2)]
    assert again[0] == again[1]
    mails = [every_mail.read(every_mail.as_sent(every_mail.mailing(message))) for message in kinds.values()]
    assert {m["References"] for m in mails} == {"<thread-thread00000000000001@example.org>"}
    assert {m["In-Reply-To"] for m in mails} == {"<thread-thread00000000000001@example.org>"}


def test_feedback_names_groups_of_mails_and_nobody() -> None:
    """https://support.google.com/mail/answer/6254652: at most four fields, the sender of 5 to 15 characters last."""
    for name, message in every_mail.kinds().items():
        mail = every_mail.read(every_mail.as_sent(every_mail.mailing(message)))
        fields = str(mail["Feedback-ID"]).split(":")
        assert fields == [message.kind, "asks" if message.reply_hint else "tells", "en", "fairsteps"], name
        assert len(set(fields)) == 4, name  # a value in two fields would be counted together


def test_one_click_is_offered_over_https_alone() -> None:
    one = every_mail.mailing(every_mail.kinds()["digest"])
    safe = every_mail.read(every_mail.as_sent(one))
    assert re.fullmatch(r"<https://[^>]+>", safe["List-Unsubscribe"])
    assert safe["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    tried_out = every_mail.read(every_mail.as_sent(one, public_url="http://localhost:8000"))
    assert re.fullmatch(r"<http://[^>]+>", tried_out["List-Unsubscribe"])
    assert tried_out["List-Unsubscribe-Post"] is None


# --- what is written back to a reply --------------------------------------------------------------------------------


def test_what_is_asked_back_stands_below_the_prompt_and_a_strangers_subject_is_not_repeated(story: Circle) -> None:
    story.days(0.2)
    story.agree()
    story.days(8)
    house, dara = story.house, story.mails("dara@example.org")
    asked = next(m for m in dara if m["Feedback-ID"].startswith("prompt:"))
    token = asked["Reply-To"].addresses[0].username.partition("+")[2]
    replies = Replies(
        mailroom=house.mailroom,
        cases=house.cases,
        people=house.people,
        post=house.mail,
        words=house.words,
        mail_from=house.settings.mail_from,
    )
    for number, sender in enumerate(("dara@example.org", "stranger@example.com")):
        subject = f"AW: {asked['Subject']}" if not number else "Re: Harbour Circle is ill"
        headers = (f"From: {sender}", "To: x@example.org", f"Message-ID: <r{number}@x.example>", f"Subject: {subject}")
        replies.handle("\r\n".join((*headers, "", "", "")).encode(), token)
    back, held = story.mails("dara@example.org")[-2:]
    assert (back["In-Reply-To"], held["In-Reply-To"]) == (asked["Message-ID"], asked["Message-ID"])
    for mail in (back, held):
        assert _ids(mail["References"]) == [*_ids(asked["References"]), asked["Message-ID"]]
    assert back["Subject"] == f"Re: {asked['Subject']}"
    assert "ill" not in held["Subject"]

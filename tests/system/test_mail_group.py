"""Five people who never open Slack walk all five steps, by replies and on pages; a sixth says no.

Everything runs as `fairsteps up` runs it, in processes of its own, with a real SMTP server for what goes out and a
real Dovecot from which what comes in is fetched by IMAP; only the clock is virtual.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.imap_home import USER, imap_server
from tests.system import doors
from tests.system.installation import installation
from tests.system.mail_story import ANA, BO, GROUP, HAL, LAST, PARTNER, PEOPLE, START, MailStory
from workflows import ids

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[MailStory]:
    state: Path = tmp_path_factory.mktemp("mail-group")
    with imap_server() as imap:
        given = {
            "FAIRSTEPS_INBOUND_URL": imap.url_of(asked="?plus=no"),
            "FAIRSTEPS_MAIL_FROM": f"Fairsteps <{USER}>",
        }
        with installation(state, **given) as place:
            place.house.clock.move(START)
            story = MailStory(place, imap)
            story.begin(browser)
            story.go_on()
            yield story


def test_they_walked_all_five_steps(walked: MailStory) -> None:
    runs = walked.walk.partnership.steps
    assert [run.step for run in runs] == [step.id for step in walked.programme.steps]
    assert [run.closed_on is None for run in runs] == [False] * 4 + [True]
    assert {run.step: run.how for run in runs if run.how == "facilitator"} == walked.ended
    assert any(run.how == "gate" for run in runs), "a step ends by its own gate too"


def test_each_answer_is_kept_as_it_was_given_by_the_door_it_came(walked: MailStory) -> None:
    walk = walked.walk
    names = {walked.id_of(one): one for one in PEOPLE}
    kept = {(names[a.person].name, a.round): a for a in walk.answers}
    assert {this: answer.values for this, answer in kept.items()} == walked.given
    assert {(names[a.person].door, a.via) for a in walk.answers} == {("mail", "mail"), ("web", "web")}
    assert len(kept) > 100


def test_whoever_replied_reads_what_was_understood_below_their_question(walked: MailStory) -> None:
    understood = walked.words("answered.mail")
    below = {one.letter.header("In-Reply-To"): one for one in walked.inbox.all if one.letter is not None}
    for asked, round_id in walked.replied:
        assert asked.letter is not None
        answer = below[asked.letter.header("Message-ID")]
        assert answer.who == asked.who
        assert answer.letter is not None
        told = " ".join(unescape(answer.letter.part("plain")).split())
        assert told.count(understood) == 1, asked.title
        person = walked.people[asked.who].name
        texts = [value for value in walked.given[person, round_id].values() if isinstance(value, str)]
        assert all(" ".join(text.split()) in told for text in texts if round_id in text), (texts, told)
    subjects = Counter(one.title for one in walked.inbox.all)
    assert walked.words("reply_unclear.subject_open") not in subjects, "nothing had to be asked back"


def test_mails_of_one_step_stand_together(walked: MailStory) -> None:
    steps = {r.id: r.step for r in walked.walk.rounds}
    roots: dict[tuple[str, str], set[str]] = defaultdict(set)  # by step and by who reads them
    for one, round_id in walked.replied:
        assert one.letter is not None
        roots[steps[round_id], one.who].add(one.letter.header("References").split()[0])
    assert all(len(seen) == 1 for seen in roots.values()), roots
    assert len(set.union(*roots.values())) == len(roots)


def test_nobody_was_asked_anything_before_a_yes_and_a_no_is_a_no(walked: MailStory) -> None:
    request = walked.words("consent.subject", group=GROUP, partner=PARTNER, facilitator=ANA.name)
    for person in PEOPLE[1:]:
        assert walked.mails(person)[0].title == request
    titles = [one.title for one in walked.mails(HAL)]
    assert titles[0] == request
    assert len(titles) <= 2  # the request, and a word that the no was kept
    assert walked.walk.members[walked.id_of(HAL)].consent == "refused"


def test_everybody_hears_what_was_decided(walked: MailStory) -> None:
    decided = [o for o in walked.walk.partnership.outcomes if o.result in ("agreed", "chosen")]
    assert len(decided) >= 5
    for outcome in decided:
        title = walked.programme.decision(outcome.decision).title
        told = {one.who for one in walked.inbox.all if title in one.title}
        assert {person.email for person in PEOPLE} <= told, title


def test_no_mail_came_twice_and_none_by_slack(walked: MailStory) -> None:
    keys = Counter(one.key for one in walked.inbox.all)
    assert [key for key, count in keys.items() if count > 1] == []
    assert {one.way for one in walked.inbox.all} == {"mail"}
    records = walked.place.house.walks.records(walked.partnership)
    assert {(r.state, r.reason) for r in records.values() if r.state not in ("sent", "skipped")} == set()


def test_each_mail_is_small_says_why_and_loads_nothing(walked: MailStory) -> None:
    for one in walked.inbox.all:
        assert one.letter is not None
        page = one.letter.part("html")
        assert len(page.encode()) < 80_000, one.title
        assert "<img" not in page
        assert set(re.findall(r'(?:src|background)="(https?://[^"]+)"', page)) == set()
        assert {url.partition("/")[0] for url in re.findall(r'href="https?://([^"]+)"', page)} <= {
            walked.place.web.partition("//")[2]
        }
        assert one.letter.header("Auto-Submitted") == "auto-generated"
        if "/begin/" not in page:
            assert "Stop all mail" in one.links
            assert "List-Unsubscribe" in one.letter.mail


def test_all_replies_lie_where_the_operator_expects_them(walked: MailStory) -> None:
    consents = sum(person.door == "mail" for person in (*PEOPLE, HAL))
    assert walked.imap.count() == 0
    assert walked.imap.count("Fairsteps/Done") == len(walked.replied) + consents
    assert walked.imap.count("Fairsteps/Held") == 0
    assert walked.place.run("mail", "held", "--json").strip() in ("[]", '{"held": []}')


def test_bo_sees_everything_from_the_page_of_his_own(walked: MailStory, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(walked.home_of(BO))
    expect(page.locator("main")).to_contain_text(walked.programme.step(LAST).title)
    for name, heading in (("Board: where we stand", GROUP), ("Settings: how and when we reach you", "Your settings")):
        page.get_by_role("link", name=name).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        page.go_back()
    calendar = page.locator('a[href$=".ics"]').first.get_attribute("href") or ""
    got = doors.get(calendar.replace("webcal:", "http:"))
    assert got.status_code == 200
    assert got.text.startswith("BEGIN:VCALENDAR")
    page.close()


def test_the_walk_belongs_to_a_home_without_slack(walked: MailStory) -> None:
    partnership = walked.walk.partnership
    assert partnership.group.channel is None
    assert partnership.started_by == ids.person_id(partnership.workspace, ANA.email)
    assert walked.place.slack.messages() == []

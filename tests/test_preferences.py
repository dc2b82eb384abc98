"""What somebody settles for themselves: one form for Slack and the web, and where each kind of message then goes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import web_home
from tests.group import Passing, passing
from tests.small import small
from tests.web_home import BO, Home, free_port
from worker.files import words as files
from worker.web.app import create_with
from workflows import digests, due_people, messages, preferences, preferences_form, reach
from workflows.changes import applied
from workflows.errors import AskPerson
from workflows.forms import Form, Typed
from workflows.occurrences import Occurrence
from workflows.people import Membership, Person
from workflows.reach import SORT
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

WORDS = files.load()
NOW = datetime(2026, 12, 3, 15, tzinfo=UTC)


@pytest.fixture
def story() -> Passing:
    return passing(small())


def form_of(walk: Walk, person: str = "bo", **more: Any) -> Form:
    ticket = Ticket(workspace="T1", partnership="p1", person=person)
    return preferences_form.form(WORDS, walk, ticket, title="Harbour", now=NOW, **more)


def settle(walk: Walk, person: str = "bo", **typed: str) -> Walk:
    """Open the form, choose something, save."""
    given: Typed = {**form_of(walk, person).typed, **typed}
    wanted = preferences.read(WORDS, given, walk, person)
    return applied(walk, preferences.settled(WORDS, walk, person, wanted, via="web", now=NOW))


def with_person(walk: Walk, **changed: Any) -> Walk:
    return applied(walk, Change(people=(replace(walk.people["bo"], **changed),)))


def with_member(walk: Walk, **changed: Any) -> Walk:
    return applied(walk, Change(members=(replace(walk.members["bo"], **changed),)))


# --- the form ---------------------------------------------------------------------------------------------------------


def test_saving_the_form_as_it_came_changes_nothing(story: Passing) -> None:
    for person in ("ana", "bo", "dara", "eli"):
        given = form_of(story.walk, person).typed
        wanted = preferences.read(WORDS, given, story.walk, person)
        assert not preferences.settled(WORDS, story.walk, person, wanted, via="web", now=NOW)


def test_everything_is_kept_and_stands_there_again(story: Passing) -> None:
    typed = {
        "prefers": "mail",
        "milestones": "slack",
        "reading": "none",
        "digest": "both",
        "digest_every": "month",
        "quiet_from": "22:00",
        "quiet_until": "06:00",
        "zone": "Asia/Tokyo",
        "energy": "yes",
        "hides": "yes",
        "mail": "no",
    }
    walk = settle(story.walk, **typed)
    shown = form_of(walk).typed
    assert {field: shown[field] for field in typed} == typed
    assert walk.people["bo"].quiet == (22, 6)
    assert settle(walk) == replace(walk, version=walk.version + 1), "saved once more, it is the same"


def test_nobody_is_asked_what_cannot_matter_to_them(story: Passing) -> None:
    def offered(person: str) -> dict[str, list[str]]:
        return {f.id: [o.value for o in f.options] for f in form_of(story.walk, person).fields}

    assert "prefers" not in offered("dara"), "there is one way to her"
    assert offered("dara")["reading"] == ["same", "none"]
    (reading,) = (f for f in form_of(story.walk, "dara").fields if f.id == "reading")
    assert [option.label for option in reading.options] == ["By email", "Not at all"]
    assert offered("dara")["digest"] == ["mail", "none"]
    assert offered("bo")["reading"] == ["same", "slack", "mail", "both", "none"]
    alone = with_person(story.walk, email=None)
    fields = {f.id for f in form_of(alone).fields}
    assert "address" in fields
    assert not {"mail", "hides", "language"} & fields


def test_a_language_is_asked_where_there_is_more_than_one(story: Passing) -> None:
    form = form_of(story.walk, languages=("de", "en", "ja"))
    (field,) = (f for f in form.fields if f.id == "language")
    assert [o.label for o in field.options] == ["Deutsch", "English", "日本語"]
    given = {**form.typed, "language": "de"}
    wanted = preferences.read(WORDS, given, story.walk, "bo")
    after = applied(story.walk, preferences.settled(WORDS, story.walk, "bo", wanted, via="web", now=NOW))
    assert (after.people["bo"].locale, after.people["bo"].locale_chosen) == ("de", True)


def test_every_problem_stands_beside_its_field(story: Passing) -> None:
    typed = {**form_of(story.walk).typed, "zone": "Mars/Base", "quiet_from": "08:00", "reading": "pigeon", "pause": ""}
    with pytest.raises(AskPerson) as wrong:
        preferences.read(WORDS, typed, story.walk, "bo")
    assert set(wrong.value.problems) == {"zone", "quiet_until", "reading", "pause"}
    assert "4 hours" in wrong.value.problems["quiet_until"]


def test_what_was_not_shown_stays_as_it_is(story: Passing) -> None:
    walk = settle(story.walk, quiet_from="22:00", reading="none", hides="yes", digest_every="month", digest="none")
    short = {"consent": "yes", "pause": "no", "energy": "no", "zone": walk.zone("bo")}
    wanted = preferences.read(WORDS, short, walk, "bo")
    assert not preferences.settled(WORDS, walk, "bo", wanted, via="web", now=NOW)


# --- where each kind goes ---------------------------------------------------------------------------------------------


def due(kind: str, subject: str, person: str = "bo") -> Occurrence:
    return Occurrence(workspace="T1", partnership="p1", kind=kind, subject=subject, person=person, slot=NOW)  # type: ignore[arg-type]


def channels(story: Passing, kind: str, subject: str) -> tuple[str, ...]:
    decide = {"reading": due_people.reading, "digest": due_people.digest}[kind]
    return tuple(send.channel for send in decide(story.scene, due(kind, subject), NOW).sends)


def test_reading_goes_its_own_way_and_questions_the_usual_one(story: Passing) -> None:
    story.week()
    reading = next(r.id for step in story.programme.steps for r in step.readings)
    assert channels(story, "reading", reading) == ("slack",)
    for way, expected in (("mail", ("mail",)), ("both", ("slack", "mail")), ("none", ()), ("same", ("slack",))):
        story.walk = settle(story.walk, reading=way)
        assert channels(story, "reading", reading) == expected
        assert reach.channels(story.walk, "bo") == ("slack",)


def test_reminders_of_milestones_go_their_own_way(story: Passing) -> None:
    story.walk = settle(story.walk, milestones="mail")
    assert reach.channels(story.walk, "bo", "milestones") == ("mail",)
    story.walk = settle(story.walk, milestones="none")
    assert reach.channels(story.walk, "bo", "milestones") == ()


def test_the_digest_goes_its_own_way(story: Passing) -> None:
    story.week()
    assert channels(story, "digest", "2026-12-04") == ("mail",), "by itself"
    for way, expected in (("slack", ("slack",)), ("both", ("slack", "mail")), ("none", ()), ("mail", ("mail",))):
        story.walk = settle(story.walk, digest=way)
        assert channels(story, "digest", "2026-12-04") == expected


def test_questions_come_whatever_is_stopped_beside_them(story: Passing) -> None:
    story.walk = settle(story.walk, milestones="none", reading="none", digest="none")
    story.week()
    assert {c.send.channel for c in story.sent("ask", person="bo")} == {"slack"}
    assert not story.sent("digest", person="bo")


def test_a_monthly_digest_comes_on_the_first_digest_day_of_each_month(story: Passing) -> None:
    story.walk = settle(story.walk, digest_every="month")
    story.week(10)
    days = [date.fromisoformat(c.due.subject) for c in story.sent("digest", person="bo")]
    assert days, "it does come"
    assert all(day.day <= 7 and day.weekday() == 4 for day in days)
    assert len({day.month for day in days}) == len(days)
    weekly = [c.due.subject for c in story.sent("digest", person="eli")]
    assert len(weekly) > 2 * len(days)
    subject = story.sent("digest", person="bo")[-1].send.message.subject
    assert subject.startswith("Your month"), "and says so"


@pytest.mark.parametrize(
    ("day", "days"), [(date(2027, 1, 1), 28), (date(2027, 2, 5), 35), (date(2027, 3, 5), 28), (date(2027, 4, 2), 28)]
)
def test_a_monthly_digest_tells_of_all_since_the_last_one(day: date, days: int) -> None:
    member = Membership(person="bo", digest_every="month")
    assert digests.period(member, day) == timedelta(days=days)
    assert digests.is_wanted(member, day - digests.period(member, day))


def test_whoever_wants_it_weekly_again_gets_the_next_one(story: Passing) -> None:
    story.walk = settle(story.walk, digest_every="month")
    story.week(2)
    before = len(story.sent("digest", person="bo"))
    story.walk = settle(story.walk, digest_every="week")
    story.week()
    assert len(story.sent("digest", person="bo")) == before + 1


def test_quiet_hours_hold_for_what_is_sent(story: Passing) -> None:
    story.walk = settle(story.walk, quiet_from="09:00", quiet_until="17:00")
    story.week()
    asked = story.sent("ask", person="bo")
    assert [c.at.astimezone(UTC).hour for c in asked] == [17] * len(asked), "London, in winter"
    assert asked


def test_every_kind_of_message_has_a_sort() -> None:
    sorts = {reach.sort_of(kind.KIND) for kind in messages.KINDS}
    assert sorts == {"questions", "milestones", "reading", "digest"}


# --- on the web -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with web_home.home(tmp_path_factory.mktemp("state"), free_port()) as made:
        yield made


@pytest.fixture
def page(home: Home) -> FlaskClient:
    """A browser without script, and Bo as he was."""
    bo = Membership(person=BO, consent="given", prefers="slack")
    home.house.walks.change(home.partnership, lambda _: Change(members=(bo,), people=(fresh(),)))
    return create_with(home.house).test_client()


def fresh() -> Person:
    return Person(id=BO, name="Bo", slack_user="UBO", email="bo@example.org", zone="Asia/Kathmandu")


def test_all_that_is_wrong_is_said_at_once(story: Passing) -> None:
    with pytest.raises(AskPerson) as wrong:
        settle(story.walk, quiet_from="06:00", quiet_until="05:00", address="dara at home")
    assert set(wrong.value.problems) == {"quiet_until", "address"}


def test_the_page_is_grouped_and_works_without_script(home: Home, page: FlaskClient) -> None:
    url = home.url("preferences", BO)
    text = page.get(url).text
    assert "<script" not in text
    assert len(re.findall(r"<details", text)) == 4
    assert '<details class="fold" open' not in text
    assert re.search(r"When it comes</h2>\s*<span[^>]*>Nothing from 20:00 until 08:00 · Asia/Kathmandu", text), (
        "what holds stands beside the name"
    )
    answer = page.post(url, data={**as_drawn(text), "reading": "none", "quiet_from": "23:00"})
    assert answer.status_code == 303
    assert dict(home.walk.members[BO].ways) == {"reading": "none"}
    assert home.walk.people[BO].quiet == (23, 8)
    assert "Not at all" in page.get(answer.location).text


def as_drawn(text: str) -> dict[str, str]:
    """What a browser sends of the page as it came."""
    given = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    for name, body in re.findall(r'<select id="[^"]*" name="(\w+)".*?>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', body)
        given[name] = chosen[1] if chosen else ""
    for tag in re.findall(r'<input type="radio"[^>]* checked[^>]*>', text):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name
        assert value
        given[name[1]] = value[1]
    return given


def test_a_problem_opens_its_group_and_loses_nothing(home: Home, page: FlaskClient) -> None:
    url = home.url("preferences", BO)
    typed = {**as_drawn(page.get(url).text), "quiet_from": "09:00", "reading": "mail"}
    answer = page.post(url, data=typed)
    assert answer.status_code == 422
    (opened,) = re.findall(r'<details class="fold" open>(.*?)</details>', answer.text, re.DOTALL)
    assert "at least 4 hours" in opened
    assert as_drawn(answer.text)["reading"] == "mail"
    assert home.walk.members[BO].ways == ()


# --- stopping mails ---------------------------------------------------------------------------------------------------


def stop(home: Home, sort: str) -> str:
    return home.url("unsubscribe", BO, f"{SORT}{sort}")


@pytest.mark.parametrize("sort", ["digest", "reading", "milestones"])
def test_one_kind_of_mail_is_stopped_with_one_press_and_started_with_one(
    home: Home, page: FlaskClient, sort: str
) -> None:
    url = stop(home, sort)
    before = home.walk
    assert "Only " in page.get(url).text
    assert home.walk == before, "looking changes nothing"
    for _ in range(2):
        assert "These mails are stopped" in page.post(url, data={"_do": "sort"}).text
    member = home.walk.members[BO]
    assert (not member.digest) if sort == "digest" else dict(member.ways) == {sort: "none"}
    assert not home.walk.people[BO].mail_stopped, "all other mail comes"
    assert "These mails are stopped" in page.get(url).text, "the page says how it is, whenever it is opened"
    page.post(url, data={"_do": "sort", "resume": "1"})
    assert home.walk.members[BO] == before.members[BO]


def test_what_comes_in_slack_as_well_goes_on_there(home: Home, page: FlaskClient) -> None:
    both = replace(home.walk.members[BO], prefers="both")
    home.house.walks.change(home.partnership, lambda _: Change(members=(both,)))
    page.post(stop(home, "reading"), data={"_do": "sort"})
    assert dict(home.walk.members[BO].ways) == {"reading": "slack"}


def test_questions_are_not_stopped_for_good_but_there_is_a_break(home: Home, page: FlaskClient) -> None:
    url = stop(home, "questions")
    assert "Pause</button>" in page.get(url).text
    page.post(url, data={"_do": "pause"})
    assert home.walk.members[BO].paused
    assert "You pause" in page.get(url).text
    page.post(url, data={"_do": "pause", "resume": "1"})
    assert not home.walk.members[BO].paused


@pytest.mark.parametrize("sort", ["digest", "questions"])
def test_one_click_of_a_mail_program_stops_all_mail(home: Home, page: FlaskClient, sort: str) -> None:
    url = stop(home, sort)
    answer = page.post(url, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, "RFC 8058: no redirect"
    assert home.walk.people[BO].mail_stopped
    assert "still reach you" in answer.text, "it says what stays"
    page.post(url, data={"resume": "1"})
    assert not home.walk.people[BO].mail_stopped


def test_an_old_link_that_names_a_round_stops_mails_too(home: Home, page: FlaskClient) -> None:
    url = home.url("unsubscribe", BO)
    assert "Stop all mail" in page.get(url).text
    page.post(url)
    assert home.walk.people[BO].mail_stopped

"""A person's Home: what stands there, for whom, in which order; and that Slack takes it, whatever people are called."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.big_walk import NOON, big_walk, person
from tests.group import Passing, passing
from tests.small import small
from worker.files import programmes, words
from worker.slack.home import render_home
from worker.slack.limits import check
from workflows.home import Home, Part, Section, home_of
from workflows.message import Action
from workflows.messages.scene import Scene
from workflows.partnership import Kept
from workflows.people import Membership, Person, Shelved, Snooze
from workflows.programme import Programme
from workflows.walk import Dissent, Milestone, Outcome, Walk

PICTURES = "https://fairsteps.example.org"
WORDS = words.load()
# What people call themselves, their group and their partner: long, right to left, pictures, markup, nothing at all.
NAMES = (
    "Ana " * 400,
    "مجموعة الميناء للدعم المتبادل " * 30,
    "קבוצת הנמל \u202e לתמיכה",
    "👩‍👩‍👧‍👦🏳️‍🌈🧡" * 120,
    "<!channel> *bold* _x_ ~y~ `z` <https://evil.example.org|here> &amp; @here #general :smile:",
    "a" * 5000,
    "   ",
)


@pytest.fixture
def story() -> Passing:
    """Tuesday noon of the first week: the first questions are out."""
    made = passing(small())
    made.until(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    return made


def home(story: Passing, who: str) -> Home:
    return home_of(WORDS, (story.scene,), who, now=story.now)


def section(story: Passing, who: str) -> Section:
    return home(story, who).sections[0]


def part(story: Passing, who: str, key: str) -> Part | None:
    found = section(story, who)
    return next((p for p in (*found.before, *found.parts) if p.heading == WORDS(key)), None)


def pressable(found: Part | None) -> list[str]:
    return [action.id for item in found.items for action in item.actions] if found else []


def member(story: Passing, who: str, **changed: Any) -> None:
    kept = replace(story.walk.members[who], **changed)
    story.walk = replace(story.walk, members={**story.walk.members, who: kept})


# --- what stands there ----------------------------------------------------------------------------------------------


def test_what_waits_is_at_the_top_with_its_buttons(story: Passing) -> None:
    first = section(story, "bo").before[0]
    assert first.heading == "Waiting for you"
    assert [item.title for item in first.items] == ["Your work"]
    assert "About 4 minutes. Open until" in first.items[0].text
    assert "London time" in first.items[0].text
    assert {"answer", "short", "skip"} <= set(pressable(first))
    answer = next(a for a in first.items[0].actions if a.id == "answer")
    assert answer.value == story.scene.ticket("bo", story.round_of("work").id).encode()


def test_whoever_is_low_on_strength_finds_the_short_version_first(story: Passing) -> None:
    member(story, "bo", low_energy=True)
    assert pressable(section(story, "bo").before[0])[0] == "short"


def test_what_was_answered_can_be_changed_and_does_not_wait(story: Passing) -> None:
    story.answer(story.round_of("work"), "bo")
    story.skip(story.round_of("work"), "eli")
    assert part(story, "bo", "home.waiting") is None
    assert pressable(part(story, "bo", "home.answered")) == ["change"]
    assert pressable(part(story, "eli", "home.answered")) == ["answer"]
    assert "Nothing waits for you." in section(story, "bo").before[0].items[0].text
    story.week()
    assert part(story, "bo", "home.answered") is None or "Your work" not in {
        item.title for item in (part(story, "bo", "home.answered") or Part(heading="", items=())).items
    }


def test_what_was_put_off_says_until_when_and_waits_again_then(story: Passing) -> None:
    until = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    member(story, "bo", snoozes=(Snooze(round=story.round_of("work").id, until=until),))
    assert part(story, "bo", "home.waiting") is None
    off = part(story, "bo", "home.put_off")
    assert off is not None
    assert "Thursday 3 December 2026, 17:00 (London time)" in off.items[0].text
    assert "answer" in pressable(off)
    story.until(until + timedelta(minutes=1))
    assert part(story, "bo", "home.put_off") is None
    assert part(story, "bo", "home.waiting") is not None


def test_whoever_pauses_finds_the_way_back_and_nothing_that_waits(story: Passing) -> None:
    member(story, "bo", paused_at=story.now)
    assert pressable(part(story, "bo", "home.paused")) == ["resume"]
    assert part(story, "bo", "home.waiting") is None
    member(story, "bo", resting=True)
    resting = part(story, "bo", "home.paused")
    assert resting is not None
    assert resting.items[0].text.startswith("You had not answered for a while")


def test_the_steps_stand_there_in_words_and_as_a_picture(story: Passing) -> None:
    path = section(story, "bo").path
    assert path is not None
    assert (path.programme, path.version, path.states) == ("small", "1", "naa")
    assert path.alt.startswith("Harbour Circle in “Small”. Step 1, Look: now. Step 2, Choose: ahead.")
    assert path.lines == ("Your work: 0 of 5 have answered",)
    story.answer(story.round_of("work"), "bo")
    after = section(story, "eli").path
    assert after is not None
    assert after.lines == ("Your work: 1 of 5 have answered",)


def test_my_milestones_stand_there_late_ones_first_and_nobody_elses(story: Passing) -> None:
    theirs = (
        Milestone(id="soon", title="Soon", owner="bo", due=date(2026, 12, 20)),
        Milestone(id="late", title="Late", owner="bo", due=date(2026, 11, 20)),
        Milestone(id="done", title="Done", owner="bo", due=date(2026, 11, 1), done_on=date(2026, 11, 2)),
        Milestone(id="hers", title="Hers", owner="eli", due=date(2026, 12, 2)),
    )
    story.walk = replace(story.walk, milestones=theirs)
    found = part(story, "bo", "home.milestones")
    assert found is not None
    assert [(i.title, i.text[:6]) for i in found.items] == [("Late", "It was"), ("Soon", "Due on")]
    assert [a.value for i in found.items for a in i.actions] == [
        story.scene.ticket("bo", "late").encode(),
        story.scene.ticket("bo", "soon").encode(),
    ]


def test_readings_of_the_open_step_can_be_marked_and_unwanted_ones_fold_away(story: Passing) -> None:
    found = part(story, "bo", "home.reading")
    assert found is not None
    first = found.items[0]
    assert [(a.id, a.choice) for a in first.actions] == [
        ("shelf", "read"),
        ("shelf", "saved"),
        ("shelf", "unwanted"),
        ("discuss", ""),
    ]
    reading = first.actions[0].value.rpartition("/")[2]
    member(story, "bo", shelf=(Shelved(reading=reading, mark="unwanted"),))
    folded = part(story, "bo", "home.reading")
    assert folded is not None
    assert folded.items[-1].text == f"Not for you: {first.title}"
    assert [(a.id, a.choice) for a in folded.items[-1].actions] == [("shelf", "none")]
    member(story, "bo", shelf=(Shelved(reading=reading, mark="saved"),))
    saved = part(story, "bo", "home.reading")
    assert saved is not None
    assert "You saved this for later." in saved.items[0].text
    story.walk = replace(story.walk, partnership=replace(story.walk.partnership, discussed=(reading,)))
    told = part(story, "bo", "home.reading")
    assert told is not None
    assert "discuss" not in [a.id for a in told.items[0].actions]


def test_a_lost_channel_stays_on_the_home_of_who_facilitates_until_there_is_another(story: Passing) -> None:
    assert all("channel" not in [a.id for a in i.actions] for p in section(story, "ana").parts for i in p.items)
    lost = replace(story.walk.group, channel_lost="archived")
    story.walk = replace(story.walk, partnership=replace(story.walk.partnership, group=lost))
    found = part(story, "ana", "home.leading")
    assert found is not None
    assert found.items[0].text == "The channel of Harbour Circle is archived, so nothing can be posted there."
    assert [a.id for a in found.items[0].actions] == ["channel"]
    assert part(story, "bo", "home.leading") is None


def test_a_long_list_of_readings_comes_two_at_a_time(story: Passing) -> None:
    first, *others = story.programme.steps
    many = tuple(replace(first.readings[0], id=f"r{n}", title=f"Reading {n}") for n in range(4))
    story.programme = replace(story.programme, steps=(replace(first, readings=many), *others))
    found = part(story, "bo", "home.reading")
    assert found is not None
    assert [item.title for item in found.items] == ["Reading 0", "Reading 1"]
    assert found.more == "And 2 more. Type /fairsteps reading in a channel to see all of them."
    member(story, "bo", shelf=(Shelved(reading="r0", mark="read"),))
    then = part(story, "bo", "home.reading")
    assert then is not None
    assert [item.title for item in then.items] == ["Reading 1", "Reading 2", "Reading 0"]
    assert then.more.startswith("And 1 more.")


def test_what_may_be_noted_at_any_time_is_there(story: Passing) -> None:
    found = part(story, "bo", "home.any_time")
    assert found is not None
    assert [item.title for item in found.items] == ["Noted"]


def test_board_and_settings_are_always_there(story: Passing) -> None:
    assert [a.id for a in section(story, "bo").foot] == ["board", "settings"]


# --- for whom -------------------------------------------------------------------------------------------------------


def test_facilitators_see_what_stalls_and_who_is_silent_and_members_do_not(story: Passing) -> None:
    leads = part(story, "ana", "home.leading")
    assert leads is not None
    assert leads.items[0].bullets[0] == "Your work: 0 of 3 answers"
    assert pressable(leads) == ["move_on", "people"]
    assert leads.items[1].text == (
        "Not answered yet, for your eyes only: Bo Lindqvist, Dara Sharma, Eli Brooks, Fen Okada"
    )
    assert part(story, "bo", "home.leading") is None
    assert "Eli Brooks" not in json.dumps(render_home(home(story, "bo")))


def test_who_stands_in_for_a_facilitator_may_lead_and_is_not_told_who_is_silent(story: Passing) -> None:
    story.leave("ana")
    leads = part(story, "bo", "home.leading")
    assert leads is not None
    assert pressable(leads) == ["move_on", "people"]
    assert "for your eyes only" not in str(leads)


def test_an_objection_waits_with_whoever_leads(story: Passing) -> None:
    object_ = Dissent(word="object", reason="It hurts.", person="bo")
    blocked = Outcome(
        decision="ledger-agreed",
        number=1,
        round="r1",
        at=story.now,
        result="blocked",
        method="consent",
        text="",
        took_part=("bo",),
        of=5,
        dissent=(object_,),
    )
    story.walk = replace(story.walk, partnership=replace(story.walk.partnership, outcomes=(blocked,)))
    assert "met" in pressable(part(story, "ana", "home.leading"))
    met = replace(blocked, dissent=(replace(object_, met="We changed it."),))
    story.walk = replace(story.walk, partnership=replace(story.walk.partnership, outcomes=(met,)))
    assert "met" not in pressable(part(story, "ana", "home.leading"))


def test_whoever_has_not_decided_sees_the_request_and_nothing_of_the_walk(story: Passing) -> None:
    member(story, "eli", consent="asked")
    found = section(story, "eli")
    assert (found.path, found.parts, found.foot) == (None, (), ())
    assert [a.id for a in found.before[0].items[-1].actions] == ["consent_yes", "consent_no"]
    assert "You can stop at any time." in str(found.before[0])
    assert "Your work" not in json.dumps(render_home(home(story, "eli")))


@pytest.mark.parametrize("consent", ["refused", "withdrawn"])
def test_whoever_said_no_finds_one_line_and_the_way_back(story: Passing, consent: str) -> None:
    member(story, "eli", consent=consent)
    found = section(story, "eli")
    assert [a.id for a in found.before[0].items[0].actions] == ["consent_yes"]
    assert (found.path, found.parts) == (None, ())


def test_a_newcomer_reads_what_this_is_and_can_start() -> None:
    new = home_of(WORDS, (), "mnew", now=NOON)
    assert new.heading == "Fairsteps"
    assert "five steps" in new.intro[0]
    assert "asked first" in new.start
    assert [(a.id, a.style) for a in new.foot] == [("start", "primary")]
    check(render_home(new), "home")


def test_an_observer_looks_on(story: Passing) -> None:
    member(story, "bo", role="observer")
    assert "asked nothing" in section(story, "bo").before[0].items[0].text
    assert part(story, "bo", "home.any_time") is None


def test_what_others_ask_of_them_stands_before_what_waits(story: Passing) -> None:
    member(story, "bo", offer="open", offered_by="ana", offered_at=story.now)
    kept = Kept(
        id="k1",
        kind="promise",
        text="We will pay.",
        author="bo",
        by="eli",
        at=story.now,
        said_at=story.now,
        state="asked",
    )
    story.walk = replace(story.walk, partnership=replace(story.walk.partnership, kept=(kept,)))
    asks = section(story, "bo").before[0]
    assert asks.heading == "Somebody asks you"
    assert pressable(asks) == ["lead_yes", "lead_no", "keep_yes", "keep_no"]
    assert "We will pay." not in json.dumps(render_home(home(story, "ana")))
    check(render_home(home(story, "bo")), "home")


def test_a_walk_that_is_over_says_so(story: Passing) -> None:
    story.walk = replace(story.walk, partnership=replace(story.walk.partnership, over=True))
    assert section(story, "ana").before[0].items[0].text.startswith("Your group has walked this to its end.")
    assert part(story, "ana", "home.leading") is None


# --- several walks --------------------------------------------------------------------------------------------------


def other(story: Passing, number: int, **changed: Any) -> Scene:
    walk, name = story.walk, f"Partner {number:02d}"
    partner = replace(walk.partnership.partner, name=name)
    made = replace(walk.partnership, id=f"p{number}", partner=partner, **changed)
    return replace(story.scene, walk=replace(walk, partnership=made))


def test_the_walk_with_something_that_closes_first_is_at_the_top(story: Passing) -> None:
    story.answer(story.round_of("work"), "bo")
    quiet, over, waits = other(story, 2), other(story, 3, over=True), other(story, 4)
    waits = replace(waits, walk=replace(waits.walk, answers=()))
    waits.walk.__dict__.pop("by_round", None)
    asked = other(story, 5)
    unsure = replace(asked.walk.members["bo"], consent="asked")
    asked = replace(asked, walk=replace(asked.walk, members={**asked.walk.members, "bo": unsure}))
    found = home_of(WORDS, (over, quiet, asked, waits), "bo", now=story.now)
    assert [s.title for s in found.sections] == [f"Harbour Circle and Partner {number:02d}" for number in (4, 5, 2, 3)]


@pytest.mark.parametrize("many", [2, 5, 12, 13, 40])
def test_many_walks_share_the_room_and_each_keeps_its_buttons(story: Passing, many: int) -> None:
    shown = home_of(WORDS, [other(story, n) for n in range(many)], "ana", now=story.now)
    view = render_home(shown, pictures=PICTURES)
    check(view, "home")
    assert pressed(view).count("board") == min(many, 12)
    assert pressed(view)[-1] == "start"
    assert ("There is more than fits here." in json.dumps(view)) == (many >= 5)
    if many > 12:
        assert "Harbour Circle and Partner" in json.dumps(view["blocks"][-3:])


# --- within Slack's limits ------------------------------------------------------------------------------------------


def pressed(view: Mapping[str, Any]) -> list[str]:
    elements = (e for block in view["blocks"] if block["type"] == "actions" for e in block["elements"])
    return [e["action_id"] for e in elements]


@pytest.fixture(scope="module")
def five() -> Programme:
    return programmes.load("five-steps")


def crowd(five: Programme, size: int, name: str) -> Walk:
    """So many people, one of them far along with everything there is, all with such a name."""
    walk = big_walk(five, steps=2) if size > 1 else big_walk(five, steps=1)
    people = {person(n): Person(id=person(n), name=f"{name}{n}", slack_user=f"U{n}") for n in range(size)}
    members = {p: walk.members.get(p, Membership(person=p, consent="given")) for p in people}
    made = tuple(
        Milestone(id=f"m{n}", title=name, owner=person(0), due=date(2027, 1, 1) + timedelta(days=n)) for n in range(40)
    )
    group, partner = replace(walk.group, name=name), replace(walk.partnership.partner, name=name)
    titled = replace(walk.partnership, group=group, partner=partner)
    answers = tuple(a for a in walk.answers if a.person in people)
    last = [r for r in walk.rounds if not r.standing][-1]
    still_open = tuple(replace(r, closed_at=None) if r.id == last.id else r for r in walk.rounds)
    walk = replace(walk, rounds=still_open, people=people, members=members, milestones=made, answers=answers)
    return replace(walk, partnership=titled)


@pytest.mark.parametrize("size", [1, 5, 50, 500])
@pytest.mark.parametrize("name", ["Ana", *NAMES], ids=range(len(NAMES) + 1))
def test_slack_takes_it_for_any_group_and_any_name(five: Programme, size: int, name: str) -> None:
    scene = Scene(words=WORDS, walk=crowd(five, size, name), programme=five)
    for who in {person(0), person(size - 1)}:
        for scenes in ((scene,), (scene,) * 5):
            view = render_home(home_of(WORDS, scenes, who, now=NOON), pictures=PICTURES)
            check(view, "home")
            assert len(json.dumps(view)) < 250_000, "also as the SDK writes it, each letter as six bytes"
            assert "board" in pressed(view)
            assert not [text for text in marked_up(view) if "<" in text], "nothing that people wrote is markup"


def marked_up(value: Any) -> list[str]:
    """Every text that Slack would read for markup."""
    if isinstance(value, Mapping):
        here = [value["text"]] if value.get("type") == "mrkdwn" else []
        return here + [text for inner in value.values() for text in marked_up(inner)]
    return [text for inner in value for text in marked_up(inner)] if isinstance(value, list) else []


def test_of_five_hundred_who_are_silent_a_few_are_named_and_the_rest_counted(five: Programme) -> None:
    walk = crowd(five, 500, "Zoe ")
    scene = Scene(words=WORDS, walk=walk, programme=five)
    view = render_home(home_of(WORDS, (scene,), person(0), now=NOON))
    assert view["blocks"] != []
    (told,) = [line for line in said(view) if line.startswith("Not answered yet")]
    assert told.count("Zoe") == 12
    assert told.endswith("more")


def said(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        here = [value["text"].strip()] if isinstance(value.get("text"), str) else []
        return here + [text for inner in value.values() for text in said(inner)]
    return [text for inner in value for text in said(inner)] if isinstance(value, list) else []


def test_with_and_without_the_picture_the_words_are_the_same(story: Passing) -> None:
    shown = home(story, "ana")
    with_it, without = render_home(shown, pictures=PICTURES), render_home(shown)
    pictures = [b for b in with_it["blocks"] if b["type"] == "image"]
    assert [b["image_url"] for b in pictures] == [f"{PICTURES}/picture/small/1/naa.png"]
    assert pictures[0]["alt_text"].startswith("Harbour Circle in “Small”.")
    assert [b for b in with_it["blocks"] if b["type"] != "image"] == without["blocks"]
    assert any("Look (now)" in text for text in said(without))


def test_the_same_walk_on_the_same_day_gives_the_same_view(story: Passing) -> None:
    one = render_home(home(story, "ana"))
    story.now += timedelta(hours=1)
    assert render_home(home(story, "ana")) == one


def test_every_button_of_a_home_is_one_that_is_known(story: Passing) -> None:
    member(story, "bo", offer="open", offered_by="ana")
    shown: list[Action] = []
    for who in ("ana", "bo"):
        found = section(story, who)
        shown += [a for p in (*found.before, *found.parts) for i in p.items for a in i.actions]
        shown += found.foot
    from worker.slack.listeners import PRESSES

    assert {a.id for a in shown} <= set(PRESSES)

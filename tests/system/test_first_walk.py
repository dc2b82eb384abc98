"""The first walk: Ana adds Fairsteps, six people in five zones walk two steps of five together and begin the third.

Everything runs as `fairsteps up` runs it, in processes of its own; only the clock is virtual. Four months pass in it,
over the autumn's changes of the clock. What everybody gets is compared, message by message and minute by minute, with
a calendar that was worked out beforehand. On the way somebody skips, answers late, keeps a draft, objects; in the end
the board and the workbook hold what was agreed.
"""

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import docx.oxml.ns
import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.system import answers, doors
from tests.system.arrivals import Arrival, text_of
from tests.system.group import (
    END,
    GROUP,
    HAL,
    LATE,
    MOVED_ON,
    OBJECTED,
    PARTNER,
    PEOPLE,
    SHORT,
    SKIPPED,
    STANDING,
    START,
    asked_of,
    consent_title,
    everything_due,
    plain_title,
    rounds,
    steps,
)
from tests.system.installation import Installation, alive, installation
from tests.system.story import CORRECTED, HARM, HOW_MET, NO_TIME, UNSURE, Story
from workflows.programme import Prompt, Worksheet
from workflows.words import Words

pytestmark = pytest.mark.system


@dataclass(frozen=True, kw_only=True)
class Walked:
    """The story told to its end."""

    story: Story
    place: Installation

    @property
    def words(self) -> Words:
        return self.place.house.words

    @property
    def all(self) -> list[Arrival]:
        return self.story.inbox.all


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Walked]:
    state: Path = tmp_path_factory.mktemp("first-walk")
    with installation(state) as place:
        place.house.clock.move(START)
        story = Story(place)
        story.add_to_slack(browser)
        story.start()
        story.go_on()
        yield Walked(story=story, place=place)


def test_everybody_got_exactly_what_the_calendar_says(walked: Walked) -> None:
    due = everything_due(walked.words, walked.story.programme) + walked.story.deeds
    got = Counter((one.who, one.way, plain_title(walked.words, one.title), one.at) for one in walked.all)
    assert {"never came": sorted((due - got).elements()), "too much": sorted((got - due).elements())} == {
        "never came": [],
        "too much": [],
    }


def test_no_delivery_came_twice(walked: Walked) -> None:
    for way in ("slack", "mail", "channel"):
        keys = Counter(one.key for one in walked.all if one.way == way)
        assert [key for key, count in keys.items() if count > 1] == []
    listed = doors.get(f"http://localhost:{walked.place.ports.mailbox}/messages.json").json()
    assert Counter(m["message_id"] for m in listed) == Counter(one.key for one in walked.all if one.way == "mail")


def test_each_prompt_came_at_nine_on_each_persons_own_clock(walked: Walked) -> None:
    days = {one.prompt.title: set[int]() for one in rounds(walked.story.programme)}
    for each in rounds(walked.story.programme):
        days[each.prompt.title].add(each.day.weekday())
    offsets: dict[str, set[timedelta | None]] = {}
    for one in walked.all:
        if one.title in days:
            zone = walked.story.people[one.who].zone
            wall = one.at.astimezone(ZoneInfo(zone))
            assert (wall.hour, wall.minute) == (9, 0), (one.who, one.at)
            assert wall.weekday() in days[one.title], (one.who, one.at)
            offsets.setdefault(zone, set()).add(wall.utcoffset())
    changing = {zone for zone, seen in offsets.items() if len(seen) == 2}
    assert changing == {"Europe/Lisbon", "Europe/London", "America/New_York", "Australia/Lord_Howe"}


def test_nobody_was_asked_anything_before_they_said_yes(walked: Walked) -> None:
    consent = consent_title(walked.words)
    first: dict[str, str] = {}
    for one in sorted(walked.all, key=lambda one: one.at):
        person = walked.story.people.get(one.who)
        if person and one.title != walked.words("welcome.subject"):
            first.setdefault(person.name, one.title)
    assert first == dict.fromkeys((p.name for p in (*PEOPLE, HAL)), consent)
    assert [one.title for one in walked.all if one.who == HAL.email] == [consent]
    assert not [m for m in walked.place.slack.messages() if m.get("dm_with") == "U0CHI"]


def test_every_answer_is_kept_as_it_was_given(walked: Walked) -> None:
    expected = {(p.name, one.id) for one in rounds(walked.story.programme) for p in asked_of(one)} | {("Bo", STANDING)}
    assert {*walked.story.given} == expected
    names = {p.email: p.name for p in PEOPLE}
    walk = walked.place.walk
    by = {(names[walk.people[a.person].email or ""], a.round): a for a in walk.answers}
    assert {this: answer.values for this, answer in by.items()} == walked.story.given
    assert {this for this, answer in by.items() if answer.skipped} == SKIPPED
    assert {this for this, answer in by.items() if answer.short} == SHORT
    late = walk.round(LATE[1])
    assert late is not None
    assert late.closed_at is not None
    assert by[LATE].at > late.closed_at
    vias = {(name, answer.via) for (name, _), answer in by.items()}
    assert {("Dara", "slack"), ("Dara", "mail"), ("Gil", "mail"), ("Gil", "web"), ("Fen", "mail")} <= vias
    tables = {by[name, "r3"].via for name in ("Ana", "Fen")} | {by["Gil", "r18"].via}
    assert tables == {"slack", "mail", "web"}
    for this, question in ((("Ana", "r3"), "work"), (("Fen", "r3"), "work"), (("Gil", "r18"), "threats")):
        lines = by[this].values[question]
        assert isinstance(lines, list)
        assert len(lines) == 2


def test_two_steps_were_walked_and_the_third_is_open(walked: Walked) -> None:
    partnership = walked.place.walk.partnership
    runs = [(run.step, run.how, run.reason) for run in partnership.steps]
    assert runs == [("value", "gate", ""), (MOVED_ON, "facilitator", NO_TIME), ("goals", "", "")]
    assert [run.closed_on for run in partnership.steps[:2]] == [ends for _, _, ends in steps(walked.story.programme)][
        :2
    ]


def test_an_objection_was_met_asked_again_and_stays_in_the_outcome(walked: Walked) -> None:
    blocked, agreed, threats = walked.place.walk.partnership.outcomes
    again = f"r{int(OBJECTED[1][1:]) + 1}"
    assert (blocked.round, blocked.result) == (OBJECTED[1], "blocked")
    assert (agreed.round, agreed.result, agreed.number) == (again, "agreed", 2)
    assert (threats.decision, threats.result) == ("threats-agreed", "agreed")
    assert dict(blocked.counts) == {"consent": 4, "aside": 1, "object": 1}
    assert dict(agreed.counts) == {"consent": 5, "aside": 1, "object": 0}
    assert {(d.word, d.reason, d.met) for d in agreed.dissent} == {("object", HARM, HOW_MET), ("aside", UNSURE, "")}
    assert {d.person for d in (*blocked.dissent, *agreed.dissent)} == {""}
    assert agreed.review_on == date(2026, 11, 22) + timedelta(weeks=52)


def test_the_ledger_was_agreed_as_it_was_corrected(walked: Walked) -> None:
    """The fingerprint is worked out here: the headers and the sorted rows, a line each, cells between tabs."""
    partnership = walked.place.walk.partnership
    sheet = partnership.agreed("value-ledger")
    assert sheet is not None
    (row,) = [row for row in sheet.rows if walked.story.corrected in row]
    low, high = CORRECTED
    assert f"{low} to {high}" in row[1]
    assert walked.story.corrected.startswith(("Ana", "Bo", "Dara", "Eli", "Fen", "Gil"))
    title = walked.words("decided.subject_agreed", title=walked.story.programme.decision("ledger-agreed").title)
    told = [one for one in walked.all if one.title == title]
    assert sheet.text_hash in text_of(walked.story.inbox.shown(told[-1].ref))
    assert sheet.text_hash == partnership.outcomes[1].text_hash
    lines = ["\t".join(cells) for cells in sheet.rows]
    canonical = "\n".join(["\t".join(sheet.headers), *sorted(lines)]) + "\n"
    assert hashlib.sha256(canonical.encode()).hexdigest() == sheet.text_hash


def test_the_summaries_tell_how_many_and_what_the_group_may_see(walked: Walked) -> None:
    for each in rounds(walked.story.programme):
        title = walked.words("summary.subject", title=each.prompt.title)
        told = [one for one in walked.all if one.title == title and one.at.date() == each.closes]
        assert len(told) == (0 if each.deciding or each.prompt.to == "facilitators" else 1), each.id
        for one in told:
            text = text_of(walked.story.inbox.shown(one.ref))
            count = walked.story.count(each.id) - (each.id == LATE[1])
            assert f"{count} of 6 answered" in text, each.id
            hidden = [q.id for q in each.prompt.questions if q.sees == "facilitators"]
            assert not re.search(rf" on ({'|'.join(hidden)})(\.\S+)? in ", text) or not hidden, each.id


def board_of(walked: Walked, email: str) -> str:
    """The board as somebody finds it from the newest digest, all on one page."""
    digest = [one for one in walked.all if one.who == email and "See where we stand" in one.links][-1]
    board = doors.get(f"{digest.links['See where we stand']}?all=1")
    assert board.status_code == 200
    return board.text


def written(sheet: Worksheet, prompt: Prompt, said: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    """All the words that people wrote into a worksheet, and whether the group may see them.

    What is asked without names shows from five people on.
    """
    columns = {column.id for column in sheet.columns}
    for question in prompt.questions:
        if sheet.rows not in ("", question.id):
            continue
        given = [values[question.id] for values in said if question.id in values]
        if sheet.rows:
            cells = [cell for lines in given for line in lines for name, cell in line.items() if name in columns]
        else:
            cells = given if question.id in columns else []
        shown = question.sees != "facilitators" and (question.named or len(given) >= 5)
        notes = [text for cell in cells for text in (cell.values() if isinstance(cell, dict) else [cell])]
        yield from ((text, shown) for text in notes if isinstance(text, str) and answers.OURS in text)


def test_the_worksheets_on_the_board_hold_the_answers(walked: Walked) -> None:
    board, programme = unescape(board_of(walked, "bo@example.org")), walked.story.programme
    prompts = {each.id: each.prompt.id for each in rounds(programme)} | {STANDING: "proof"}
    seen = Counter[bool]()
    for step, _, _ in steps(programme):
        for sheet in step.worksheets:
            prompt = programme.prompt(sheet.prompt)
            said = [values for (_, one), values in walked.story.given.items() if prompts[one] == prompt.id]
            for text, shown in written(sheet, prompt, said):
                assert (text in board) == shown, (sheet.id, text)
                assert sheet.title in board or not shown
                seen[shown] += 1
    assert seen[True] > 100
    assert seen[False] > 10


@pytest.mark.parametrize("ending", ["pdf", "docx", "md"])
def test_the_workbook_holds_what_was_agreed_and_its_fingerprint(walked: Walked, ending: str) -> None:
    (link,) = {url for url in re.findall(r'href="([^"]+)"', board_of(walked, "bo@example.org")) if url.endswith(ending)}
    got = doors.get(unescape(link))
    assert got.status_code == 200
    assert got.headers["cache-control"] == "no-store"
    told = "".join(words_in(got.content, ending).split())  # lines break elsewhere in each of them
    sheet, (_, agreed, _) = walked.place.walk.partnership.agreed("value-ledger"), walked.place.walk.partnership.outcomes
    assert sheet is not None
    for text in (sheet.text_hash, agreed.text, HARM, HOW_MET, UNSURE, GROUP, PARTNER, NO_TIME):
        assert "".join(text.split()) in told, text
    for cell in {cell for row in sheet.rows for cell in row if answers.OURS in cell}:
        assert "".join(cell.split()) in told, cell
    assert "Hal" not in told
    door, _, token = unescape(link).partition("/workbook/")
    assert doors.get(f"{door}/workbook/{token.swapcase()}").status_code == 404


def words_in(content: bytes, ending: str) -> str:
    """The words of a document, as whoever opens it reads them."""
    if ending == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if ending == "docx":
        found = docx.Document(io.BytesIO(content)).element.body.iter(f"{{{docx.oxml.ns.nsmap['w']}}}t")
        return "".join(part.text or "" for part in found)
    return re.sub(r"\\([^\w\s])", r"\1", unescape(content.decode()))


def test_each_digest_says_why_it_came_and_how_to_stop(walked: Walked) -> None:
    digests = [one for one in walked.all if plain_title(walked.words, one.title) == "digest"]
    assert {one.who for one in digests} == {person.email for person in PEOPLE}
    why = walked.words("why.member", partnership=f"{GROUP} and {PARTNER}")
    for one in digests:
        assert one.letter is not None
        plain, page = one.letter.part("plain"), one.letter.part("html")
        assert " ".join(why.split()) in " ".join(plain.split())
        assert why[:40] in " ".join(page.split())
        assert one.links["Stop all mail"] in page
        assert one.letter.header("List-Unsubscribe") == f"<{one.links['Stop all mail']}>"
        assert walked.words("digest.progress") in plain
    last = doors.get(digests[-1].links["Stop all mail"])
    assert last.status_code == 200


def test_what_left_was_within_slacks_limits(walked: Walked) -> None:
    assert walked.story.inbox.check_views() > 50  # messages were checked as they came


def test_the_ledger_knows_of_nothing_that_failed(walked: Walked) -> None:
    records = walked.place.house.walks.records(walked.place.partnership)
    states = Counter((record.state, record.reason) for record in records.values())
    assert {state for state, _ in states} == {"sent", "skipped"}, states
    assert sum(n for (state, _), n in states.items() if state == "sent") >= len(walked.all) - 1


def test_ctrl_c_ends_it_all_and_the_next_start_knows_everything(walked: Walked) -> None:
    place = walked.place
    walk, said, views = place.walk, place.slack.messages(), len(place.slack.views())
    below = place.below()
    assert place.stop() == 0, place.said()
    assert alive(below) == set()
    place.start()
    assert place.walk == walk
    assert place.slack.messages() == said
    assert len(place.slack.views()) == views
    assert place.now == END
    assert place.house.due.next_at() is not None

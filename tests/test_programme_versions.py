"""A partnership keeps the version of its programme that it began with, until it is moved; moving keeps every answer."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.group import BEGUN, PEOPLE, partnership, walking
from tests.test_cli import run
from tests.whole_programme import STRUCTURE, WORDS
from worker.files import words as english
from worker.store.workspaces import Workspace
from worker.versions import Changed
from worker.wiring import House
from workflows.changes import applied
from workflows.deciding import decide
from workflows.errors import NotFound
from workflows.kinds.kind import Cell, Value
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.programme_change import CannotMove, answers_without_a_place, compare, moved, same_structure
from workflows.programme_file import parse_programme
from workflows.walk import Answer, Change, Edit, Outcome, Round, StepRun, Walk

NEWER = STRUCTURE.replace('version: "3"', 'version: "4"')


def parsed(structure: str = STRUCTURE, words: str = WORDS) -> Programme:
    return parse_programme(structure=structure, words=words, structure_file="p.yaml", words_file="w.yaml")


def newer(was: str = "", now: str = "", *, words: str = WORDS) -> Programme:
    """Version 4, with one thing changed."""
    assert was in NEWER
    return parsed(NEWER.replace(was, now, 1) if was else NEWER, words)


def in_the_garden() -> Walk:
    """The group has answered the first prompt of the garden; the second is open."""
    walk = walking()
    garden = partnership(programme="garden", version="3", steps=(StepRun(step="plant", opened_on=date(2026, 12, 1)),))
    closed = BEGUN + timedelta(days=5)
    first = Round(
        id="r1", prompt="work", step="plant", number=1, opens_on=date(2026, 12, 1), closes_at=closed, closed_at=closed
    )
    second = Round(id="r2", prompt="rates", step="plant", number=2, opens_on=date(2026, 12, 8), closes_at=closed)
    line: dict[str, Cell] = {"task": "dig", "hours": {"low": "1", "high": "2"}, "name": "the beds"}
    given: dict[str, Value] = {"lines": [line], "mood": "good", "since": "2026-01-01"}
    answers = tuple(
        Answer(round="r1", person=who, revision=1, at=BEGUN, via="web", values=given) for who in ("ana", "bo")
    )
    return applied(walk, Change(partnership=garden, rounds=(first, second), answers=answers))


# --- what differs ---------------------------------------------------------------------------------------------------


def test_the_same_file_with_another_comment_says_the_same() -> None:
    assert same_structure(STRUCTURE, "# a comment\n" + STRUCTURE.replace("[good, bad]", "[good,   bad]"))
    assert not same_structure(STRUCTURE, STRUCTURE.replace("minutes: 4", "minutes: 5"))
    assert not same_structure(STRUCTURE, STRUCTURE.replace("[good, bad]", "[bad, good]"))


def test_nothing_is_different_between_a_programme_and_itself() -> None:
    assert compare(parsed(), parsed(NEWER)) == ()


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("minutes: 4", "minutes: 5", "step plant/prompt work: Prompt “Your work”: minutes was 4, is 5"),
        ("low: 0, high: 60", "low: 0, high: 50", "Column “How long?”: highest was 60, is 50"),
        ("is: [yes, unsure]", "is: [yes]", "asked when was ties is yes, unsure, is ties is yes"),
        ("quorum: 0.6", "quorum: 0.7", "Decision “What matters”: share of people was 0.6, is 0.7"),
        ("rows: {ledger: 2", "rows: {ledger: 3", "step plant/gate: Gate: rows was 2 of ledger, 2 of harm, is 3 of"),
        ("kind: date, ", "kind: short_text, ", "Question “Since when?”: kind was date, is short_text"),
        (
            "times: [hours, rate]",
            "times: [hours, task-rate]",
            "Column “Cost”: filled by was hours times rate, is hours",
        ),
        ("      - {id: harm, prompt: check-plant, tally: true}\n", "", "worksheet harm: Worksheet “Check” is gone"),
        ("days: 14", "days: 21", "milestone harvest: Milestone “First harvest”: days was 14, is 21"),
    ],
)
def test_what_changed_is_said_in_plain_words(was: str, now: str, said: str) -> None:
    words = WORDS.replace("      harm: {title: Check, intro: How we are.}\n", "") if not now else WORDS
    structure = (
        NEWER.replace(was, now, 1).replace("harm: 2", "risk-table: 1") if not now else NEWER.replace(was, now, 1)
    )
    found = [f"{each.where}: {each.said}" for each in compare(parsed(), parsed(structure, words))]
    assert any(said in line for line in found), found


def test_what_is_new_or_gone_is_named_once_and_not_with_all_that_stands_in_it() -> None:
    old, new = parsed(), parsed()
    smaller = replace(new, steps=(new.steps[0],))
    assert [(d.what, d.where) for d in compare(old, smaller) if d.what == "removed"] == [("removed", "step tend")]
    assert [(d.what, d.where) for d in compare(smaller, old) if d.what == "added"] == [("added", "step tend")]


def test_a_change_of_words_alone_is_said_so() -> None:
    (found,) = compare(parsed(), newer(words=WORDS.replace("label: Your mood?", "label: Your mood today?", 1)))
    assert found.said == "Question “Your mood today?”: its words changed"


# --- moving ---------------------------------------------------------------------------------------------------------


def test_moving_keeps_everything_but_the_version_and_is_on_record() -> None:
    walk = in_the_garden()
    after = applied(walk, moved(walk, parsed(), newer("minutes: 4", "minutes: 5"), BEGUN))
    assert after.partnership.version == "4"
    assert (after.answers, after.rounds, after.members) == (walk.answers, walk.rounds, walk.members)
    run = after.partnership.current
    assert run is not None
    assert [(n.what, n.at, n.reason) for n in run.notes] == [("version", BEGUN, "3 -> 4")]


def test_an_answer_whose_question_is_gone_stays_kept_and_is_counted() -> None:
    walk = in_the_garden()
    words = WORDS.replace("          since: {label: Since when?}\n", "")
    new = newer("          - {id: since, kind: date, required: false, reveal: closed}\n", "", words=words)
    assert [(each.question, each.answers) for each in answers_without_a_place(walk, parsed(), new)] == [
        ("work.since", 2)
    ]
    after = applied(walk, moved(walk, parsed(), new, BEGUN))
    assert [a.values["since"] for a in after.answers] == ["2026-01-01", "2026-01-01"]


def test_a_column_that_is_gone_counts_the_lines_that_filled_it() -> None:
    old = parsed()
    prompt = old.prompt("work")
    lines = prompt.question("lines")
    fewer = replace(lines, columns=tuple(c for c in lines.columns if c.id not in {"name", "rate"}))
    first = replace(prompt, questions=(fewer, *prompt.questions[1:]))
    new = replace(
        old, version="4", steps=(replace(old.steps[0], prompts=(first, *old.steps[0].prompts[1:])), old.steps[1])
    )
    left = answers_without_a_place(in_the_garden(), old, new)
    assert [(each.question, each.answers) for each in left] == [("work.lines.name", 2)]  # nobody gave a rate


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("kind: date, ", "kind: long_text, ", "The question work.since was date and is long_text"),
        ("kind: range, low: 0, high: 60", "kind: number, low: 0, high: 60", "The question work.lines.hours was range"),
        ("sees: facilitators", "sees: group", "was for facilitators and would be shown to group"),
        ("- id: work\n", "- id: labour\n", "The prompt work was put to people, and is gone in the new version."),
    ],
)
def test_what_would_break_a_promise_or_lose_an_answer_is_refused(was: str, now: str, reason: str) -> None:
    structure, words = NEWER.replace(was, now, 1), WORDS
    if "labour" in now:
        structure = structure.replace("prompt: work", "prompt: labour").replace("work.mood", "labour.mood")
        words = words.replace("      work:\n", "      labour:\n")
    with pytest.raises(CannotMove, match=reason):
        moved(in_the_garden(), parsed(), parsed(structure, words), BEGUN)


def test_an_unnamed_answer_never_gets_a_name_and_never_a_smaller_crowd() -> None:
    old = parsed()
    walk = in_the_garden()
    check = Round(id="r3", prompt="check-plant", step="plant", number=3, opens_on=date(2026, 12, 8), closes_at=BEGUN)
    walk = applied(walk, Change(rounds=(check,)))
    named = newer(", required: false, named: false, minimum: 6", ", required: false")
    with pytest.raises(CannotMove, match=r"check-plant\.why was asked without names; answers cannot get names"):
        moved(walk, old, named, BEGUN)
    with pytest.raises(CannotMove, match="promised to wait for 6 answers"):
        moved(walk, old, newer(", minimum: 6", ""), BEGUN)


def test_what_waits_for_the_end_of_its_round_is_not_shown_before() -> None:
    old, at_once = parsed(), newer("required: false, reveal: closed", "required: false")
    moved(in_the_garden(), old, at_once, BEGUN)  # that round has closed
    again = Round(id="r3", prompt="work", step="plant", number=3, opens_on=date(2026, 12, 8), closes_at=BEGUN)
    with pytest.raises(CannotMove, match=r"work\.since is open, and would be shown sooner than was said"):
        moved(applied(in_the_garden(), Change(rounds=(again,))), old, at_once, BEGUN)


def test_what_the_group_decided_or_corrected_must_keep_its_place() -> None:
    walk, old = in_the_garden(), parsed()
    outcome = Outcome(
        decision="best",
        number=1,
        round="r9",
        at=BEGUN,
        result="chosen",
        method="dots",
        text="The beds.",
        took_part=(),
        of=5,
    )
    edit = Edit(worksheet="harm", row="h1", column="c", before=None, after="x", by="ana", at=BEGUN)
    walk = applied(walk, Change(partnership=replace(walk.partnership, outcomes=(outcome,), edits=(edit,))))
    plant = replace(old.steps[0], decisions=old.steps[0].decisions[:1], worksheets=old.steps[0].worksheets[:2])
    new = replace(old, version="4", steps=(plant, old.steps[1]))
    with pytest.raises(CannotMove) as refused:
        moved(walk, old, new, BEGUN)
    assert [reason[:30] for reason in refused.value.reasons] == [
        "The decision best was taken, a",
        "The worksheet harm was agreed ",
    ]


def test_steps_walked_so_far_stay_the_first_ones() -> None:
    old = parsed()
    with pytest.raises(CannotMove, match="The steps walked so far must stay the first ones, in this order: plant"):
        moved(in_the_garden(), old, replace(old, version="4", steps=old.steps[::-1]), BEGUN)
    with pytest.raises(CannotMove, match="This partnership walks garden 3; name another version"):
        moved(in_the_garden(), old, old, BEGUN)


# --- the versions ----------------------------------------------------------------------------------------------------


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """An operator's own programme: two files in a folder of their own."""
    monkeypatch.setenv("FAIRSTEPS_DATA_DIR", str(tmp_path))

    def write(structure: str = STRUCTURE, words: str = WORDS) -> None:
        for name, text in (
            ("config/programmes/garden/programme.yaml", structure),
            ("templates/words/en/garden.yaml", words),
        ):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")

    write()
    return write


def test_a_version_stays_readable_after_its_files_have_gone_on(
    garden: Callable[..., None], make_house: Callable[..., House]
) -> None:
    first = make_house().programmes
    assert set(first.ids()) == {"five-steps", "garden", "partnership-review"}
    first.keep()
    first.keep()  # every start keeps again
    garden(NEWER.replace("minutes: 4", "minutes: 5"))
    later = make_house().programmes
    later.keep()
    assert later.newest("garden").prompt("work").minutes == 5
    assert later.get("garden", "3").prompt("work").minutes == 4
    assert later.get("garden", "3") is later.get("garden", "3")
    assert later.get("garden", "4") is later["garden"]
    assert later.versions("garden") == ("3", "4")
    with pytest.raises(NotFound, match="version 9 of the programme 'garden' was never kept here"):
        later.get("garden", "9")
    with pytest.raises(NotFound, match="there is no programme 'gardn'"):
        later.newest("gardn")


def test_another_structure_under_the_same_version_is_refused(
    garden: Callable[..., None], make_house: Callable[..., House]
) -> None:
    make_house().programmes.keep()
    garden(STRUCTURE.replace("minutes: 4", "minutes: 5"))
    with pytest.raises(Changed, match=r"garden/programme.yaml: this is no longer what began as version 3 .* Raise its"):
        make_house().programmes.keep()


def test_words_may_be_mended_under_the_same_version(
    garden: Callable[..., None], make_house: Callable[..., House]
) -> None:
    make_house().programmes.keep()
    garden("# mended\n" + STRUCTURE, WORDS.replace("title: Your work", "title: Your own work"))
    make_house().programmes.keep()
    garden(NEWER)
    assert make_house().programmes.get("garden", "3").prompt("work").title == "Your own work"


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def walked(garden: Callable[..., None], make_house: Callable[..., House]) -> House:
    """The group in the garden, in the store; the files have gone on to version 4."""
    house, walk = make_house(), in_the_garden()
    house.programmes.keep()
    house.workspaces.keep(Workspace(id="T1", name="Harbour", installer="U0ANA", active=True))
    house.workspaces.add_partnership("T1", "p1")
    house.people.keep("T1", PEOPLE)
    change = Change(
        partnership=walk.partnership, members=tuple(walk.members.values()), rounds=walk.rounds, answers=walk.answers
    )
    house.walks.begin_walk(change)
    garden(
        NEWER.replace("          - {id: since, kind: date, required: false, reveal: closed}\n", ""),
        WORDS.replace("          since: {label: Since when?}\n", ""),
    )
    return house


def test_a_dry_run_shows_what_would_change_and_changes_nothing(walked: House) -> None:
    told = run("partnership", "move", "p1", "--to", "4", "--dry-run")
    assert told.returncode == 0, told.stderr
    assert "Question “Since when?” is gone" in told.stdout
    assert "2 answers to work.since (“Since when?”) stay kept" in told.stdout
    assert walked.walks.get("p1").partnership.version == "3"


def test_a_partnership_is_moved_and_its_answers_are_all_there(walked: House) -> None:
    before = walked.walks.get("p1")
    told = run("partnership", "move", "p1", "--to", "4", "--yes", "--json")
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout)
    assert (said["moved"], said["reasons"], [each["answers"] for each in said["left"]]) == (True, [], [2])
    after = walked.walks.get("p1")
    assert after.partnership.version == "4"
    assert after.answers == before.answers


def test_a_move_that_is_refused_says_why_and_ends_with_2(walked: House, garden: Callable[..., None]) -> None:
    garden(NEWER.replace("sees: facilitators", "sees: group"))
    told = run("partnership", "move", "p1", "--to", "4", "--yes")
    assert told.returncode == 2
    assert "Cannot be moved. The question work.mood was for facilitators" in told.stdout
    assert walked.walks.get("p1").partnership.version == "3"
    assert run("partnership", "move", "p1", "--to", "9", "--yes").returncode == 2
    assert run("partnership", "move", "p9", "--to", "4", "--yes").returncode == 2


# --- lint -----------------------------------------------------------------------------------------------------------


def test_lint_names_file_line_column_reason_and_suggestion(garden: Callable[..., None], tmp_path: Path) -> None:
    garden(STRUCTURE.replace("minutes: 4", "minuts: 4"))
    told = run("lint", "garden")
    file = tmp_path / "config/programmes/garden/programme.yaml"
    assert told.returncode == 2
    assert f"{file}:18:9: 'minuts' is not known in prompt 'work'; did you mean 'minutes'?" in told.stdout.splitlines()
    rows = json.loads(run("lint", "garden", "--json").stdout)
    assert {
        "file": str(file),
        "line": 18,
        "column": 9,
        "reason": "'minuts' is not known in prompt 'work'",
        "suggestion": "did you mean 'minutes'?",
    } in rows


@pytest.mark.parametrize("given", ["garden", "config/programmes/garden", "config/programmes/garden/programme.yaml"])
def test_lint_takes_a_name_a_folder_or_a_file(
    given: str, garden: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("lint", given).stdout == f"{given}: no mistakes.\n"
    words = tmp_path / "mine.yaml"
    words.write_text(WORDS.replace("done: Planted.", ""), encoding="utf-8")
    assert f"{words}:" in run("lint", given, "--words", str(words)).stdout


def test_lint_finds_words_next_to_a_programme_that_stands_anywhere(tmp_path: Path) -> None:
    (tmp_path / "draft").mkdir()
    file = tmp_path / "draft/garden.yaml"
    file.write_text(STRUCTURE, encoding="utf-8")
    assert "there are no words for this programme" in run("lint", str(file)).stdout
    (tmp_path / "draft/garden.words.yaml").write_text(WORDS, encoding="utf-8")
    assert run("lint", str(file)).returncode == 0
    assert run("lint", str(tmp_path / "draft/none.yaml")).returncode == 2


def test_lint_names_an_unknown_zone_of_a_member_and_the_nearest_one(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,email,zone\nAna,ana@example.org,Europe/Lisbn\n", encoding="utf-8")
    told = run("lint", str(people))
    assert told.returncode == 2
    assert told.stdout == f"{people}:2:1: there is no time zone Europe/Lisbn; did you mean 'Europe/Lisbon'?\n"


def test_a_reading_that_the_newer_version_dropped_comes_no_more() -> None:
    walk, programme = in_the_garden(), parsed()
    reading = next(r for step in programme.steps for r in step.readings)
    due = walk.occurrence("reading", BEGUN, subject=reading.id, person="ana")
    without = replace(programme, steps=tuple(replace(step, readings=()) for step in programme.steps))
    for version, left in ((programme, ""), (without, "gone")):
        scene = Scene(words=english.load(), walk=walk, programme=version)
        assert decide(scene, due, now=BEGUN).left == left

"""A programme is read whole or not at all, and every mistake in it is named with its file, line and reason."""

import pathlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.files import bundled, programmes
from workflows.errors import NotFound
from workflows.programme import Programme
from workflows.programme_file import Problem, ProgrammeErrors, parse_programme

STRUCTURE = """\
id: tiny
version: "1"
steps:
  - id: one
    prompts:
      - id: hello
        minutes: 2
        questions:
          - id: mood
            kind: choice
            options: [good, bad]
          - id: hours
            kind: range
            low: 0
            high: 0.5
            required: false
    worksheets:
      - id: sheet
        prompt: hello
        columns: [mood]
    readings:
      - id: book
        kind: book
        language: en
        minutes: 30
    milestones:
      - id: party
        days: 7
    gate:
      quorum: 0.6
      rows:
        sheet: 2
  - id: two
    review_weeks: 26
    prompts:
      - id: pulse
        minutes: 1
        every_weeks: 4
        questions:
          - id: trust
            kind: scale
            low: 1
            high: 5
            sees: facilitators
            named: false
    gate:
      never: true
"""
WORDS = """\
locale: en
title: Tiny
credit: Made up for a test.
steps:
  one:
    title: First
    read: >-
      Read
      this.
    done: Done.
    prompts:
      hello:
        title: Hello
        intro: How are you?
        questions:
          mood:
            label: Your mood?
            options:
              good: Good
              bad:
                label: Bad
                hint: it happens
          hours:
            label: Hours?
            unit: hours
    worksheets:
      sheet:
        title: Sheet
        columns:
          mood: Mood
    readings:
      book:
        title: A Book
        author: Ana
        why: It is short.
        discuss: Why?
        where: Ask your library
    milestones:
      party:
        title: Have a party
  two:
    title: Second
    read: Read that.
    done: Never.
    review_title: Look back
    prompts:
      pulse:
        title: Pulse
        intro: Quick.
        questions:
          trust:
            label: Trust?
            low_label: none
            high_label: full
"""


def parse(structure: str = STRUCTURE, words: str = WORDS) -> Programme:
    return parse_programme(structure=structure, words=words, structure_file="p.yaml", words_file="w.yaml")


def mistakes(structure: str = STRUCTURE, words: str = WORDS) -> list[str]:
    with pytest.raises(ProgrammeErrors) as raised:
        parse(structure, words)
    return [str(problem) for problem in raised.value.problems]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_sound_programme_comes_out_whole() -> None:
    programme = parse()
    assert (programme.id, programme.version, programme.locale, programme.title) == ("tiny", "1", "en", "Tiny")
    one, two = programme.steps
    assert one.read == "Read this."
    mood, hours = one.prompts[0].questions
    assert [(option.value, option.label, option.hint) for option in mood.options] == [
        ("good", "Good", ""),
        ("bad", "Bad", "it happens"),
    ]
    assert (hours.unit, hours.low, hours.high, hours.required) == ("hours", Decimal(0), Decimal("0.5"), False)
    assert one.gate.quorum == Decimal("0.6")
    assert one.gate.rows == {"sheet": 2}
    assert one.worksheets[0].columns[0].title == "Mood"
    assert one.milestones[0].days == 7
    assert (two.gate.never, two.review_weeks, two.prompts[0].every_weeks) == (True, 26, 4)
    assert (two.prompts[0].questions[0].sees, two.prompts[0].questions[0].named) == ("facilitators", False)


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("minutes: 2", "minuts: 2", "'minuts' is not known in prompt 'hello'; did you mean 'minutes'?"),
        ("minutes: 2", "minutes: two", "minutes of prompt 'hello' must be a whole number from 1 to 60"),
        ("minutes: 2", "minutes: [2]", "minutes of prompt 'hello' must be a text"),
        ("minutes: 2", "minutes:", "minutes of prompt 'hello' is empty"),
        ("kind: choice", "kind: choise", "kind of question 'mood' cannot be 'choise'; did you mean 'choice'?"),
        ("quorum: 0.6", "quorum: 1.5", "quorum of the gate of step 'one' must be a number from 0 to 1"),
        ("quorum: 0.6", "quorum: half", "quorum of the gate of step 'one' must be a number from 0 to 1"),
        ("        sheet: 2", "        sheat: 2", "this step has no worksheet 'sheat'; did you mean 'sheet'?"),
        ("columns: [mood]", "columns: [moood]", "prompt 'hello' has no question 'moood'; did you mean 'mood'?"),
        ("prompt: hello", "prompt: helo", "this step has no prompt 'helo'; did you mean 'hello'?"),
        ("- id: hours", "- id: mood", "the question id 'mood' is used twice, first in line 9"),
        ("- id: two", "- id: one", "the step id 'one' is used twice, first in line 4"),
        ("id: sheet", "id: The Sheet", "the id 'The Sheet' may only hold a-z, 0-9 and -"),
        ("never: true", "quorum: 0.5", "the gate of the last step, 'two', must say never: true"),
        ("quorum: 0.6", "never: true", "says never, so no later step would ever come"),
        ("    review_weeks: 26\n", "", "stays open, so it needs review_weeks"),
        ("        every_weeks: 4\n", "", "stays open, so one of its prompts needs every_weeks"),
        ("named: false", "named: nope", "named of question 'trust' cannot be 'nope'"),
        ("sees: facilitators", "sees: everyone", "sees of question 'trust' cannot be 'everyone'"),
        ("options: [good, bad]", "options: [good]", "a choice needs at least two options"),
        ("options: [good, bad]", "options: good", "options of question 'mood' must be a list"),
        ("high: 5", "high: 50", "a scale has 2 to 11 steps"),
        ("days: 7", "days: -7", "days of milestone 'party' must be a whole number from 1 to 1500"),
        (
            "kind: book",
            "kind: book\n        url: javascript:alert(1)",
            "must be a web address that begins with https://",
        ),
        ("version:", "id: tiny\nversion:", "'id' stands twice in the file, first in line 1"),
        ("minutes: 2", "minutes: &m 2", "anchors and aliases"),
        ("minutes: 2", "minutes: !!int 2", "tags (!) are not used here"),
        ("steps:", "steps: [", "this is not YAML"),
        ("id: tiny", "id:\ttiny: x: y", "this is not YAML"),
    ],
)
def test_a_mistake_in_the_structure_is_named_with_its_line(was: str, now: str, reason: str) -> None:
    assert was in STRUCTURE
    found = mistakes(structure=STRUCTURE.replace(was, now, 1))
    assert any(line.startswith("p.yaml:") and reason in line for line in found), found


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("            label: Your mood?\n", "", "label of the words of question 'mood' is missing"),
        ("label: Your mood?", "lable: Your mood?", "'lable' is not known in the words of question 'mood'"),
        ("label: Your mood?", "label: ''", "label of the words of question 'mood' is empty"),
        ("label: Your mood?", "label: " + "x" * 151, "has 151 characters; there is room for 150"),
        ("              good: Good\n", "", "good of the options of question 'mood' is missing"),
        ("good: Good", "good: " + "x" * 76, "is longer than 75 characters"),
        ("          mood: Mood\n", "          moud: Mood\n", "mood of the columns of worksheet 'sheet' is missing"),
        ("      party:", "      partie:", "there are no words for milestone 'party'"),
        ("      party:", "      partie:", "'partie' is not known in the words of the milestones of step 'one'"),
        ("  two:", "  too:", "there are no words for step 'two'"),
        ("  two:", "  too:", "'too' is not known in the words of the steps; did you mean 'two'?"),
        ("        where: Ask your library\n", "", "has no url, so its words must say where to find it"),
        ("locale: en", "locale: English please", "locale of the file must be a language"),
        ("            low_label: none\n", "", "low_label of the words of question 'trust' is missing"),
        ("    review_title: Look back\n", "", "review_title of the words of step 'two' is missing"),
        ("credit:", "credits:", "'credits' is not known in the file; did you mean 'credit'?"),
    ],
)
def test_a_mistake_in_the_words_is_named_with_its_line(was: str, now: str, reason: str) -> None:
    assert was in WORDS
    found = mistakes(words=WORDS.replace(was, now, 1))
    assert any(reason in line for line in found), found


def test_the_line_is_the_line_of_the_mistake() -> None:
    structure = STRUCTURE.replace("days: 7", "dayz: 7")
    assert f"p.yaml:{line_of(structure, 'dayz')}: 'dayz' is not known in milestone 'party'; did you mean 'days'?" in (
        mistakes(structure)
    )
    words = WORDS.replace("why: It", "whyy: It")
    assert any(line.startswith(f"w.yaml:{line_of(words, 'whyy')}: 'whyy'") for line in mistakes(words=words))


def test_all_mistakes_of_both_files_come_at_once() -> None:
    structure = STRUCTURE.replace("kind: choice", "kind: guess").replace("days: 7", "days: x").replace("0.6", "6")
    words = WORDS.replace("title: Pulse", "titel: Pulse").replace("done: Done.", "done: ''")
    found = mistakes(structure, words)
    for part in ("guess", "days of", "quorum of", "'titel'", "title of the words of prompt 'pulse'", "done of"):
        assert any(part in line for line in found), part
    assert found == sorted(found, key=lambda line: (line[0], int(line.split(":")[1])))


def test_broken_words_do_not_hide_mistakes_of_the_structure_and_add_no_noise() -> None:
    assert mistakes(STRUCTURE.replace("days: 7", "days: x"), "a: [") == [
        f"p.yaml:{line_of(STRUCTURE, 'days: 7')}: days of milestone 'party' must be a whole number from 1 to 1500",
        "w.yaml:1: this is not YAML: expected the node content, but found '<stream end>'",
    ]
    assert len(mistakes("a: [", WORDS)) == 1


def test_a_huge_or_deeply_nested_file_is_refused_quickly() -> None:
    assert "larger than" in mistakes(structure="a: " + "x" * 1_000_000)[0]
    assert "deep" in mistakes(structure="a: " + "[" * 5000)[0]


def test_an_empty_file_and_a_list_are_refused_plainly() -> None:
    assert mistakes(structure="") == ["p.yaml:1: the file must be a mapping: lines of 'name: value'"]
    assert mistakes(words="- a") == ["w.yaml:1: the file must be a mapping: lines of 'name: value'"]


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(STRUCTURE) - 1), cut=st.integers(0, 40), put=st.text(max_size=12))
def test_whatever_the_text_a_programme_or_its_mistakes_come_out(at: int, cut: int, put: str) -> None:
    for structure, words in (
        (STRUCTURE[:at] + put + STRUCTURE[at + cut :], WORDS),
        (STRUCTURE, WORDS[:at] + put + WORDS[at + cut :]),
    ):
        problems: tuple[Problem, ...] | None = None
        try:
            parse(structure, words)
        except ProgrammeErrors as wrong:
            problems = wrong.problems
        assert problems is None or problems
        assert all(problem.line >= 1 and problem.reason for problem in problems or ())


def test_the_operators_own_folder_wins_file_by_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = bundled.find("templates/words/en/five-steps.yaml").read_text(encoding="utf-8")
    own = tmp_path / "templates/words/en/five-steps.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(words.replace("title: Five steps to fair partnerships", "title: Our five steps"), encoding="utf-8")
    monkeypatch.setenv("FAIRSTEPS_DATA_DIR", str(tmp_path))
    assert programmes.load("five-steps").title == "Our five steps"
    monkeypatch.delenv("FAIRSTEPS_DATA_DIR")
    assert programmes.load("five-steps").title == "Five steps to fair partnerships"


def test_an_own_programme_is_found_and_its_mistakes_name_the_file(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    structure, words = tmp_path / "config/programmes/tiny/programme.yaml", tmp_path / "templates/words/en/tiny.yaml"
    structure.parent.mkdir(parents=True)
    words.parent.mkdir(parents=True)
    monkeypatch.setenv("FAIRSTEPS_DATA_DIR", str(tmp_path))
    with pytest.raises(ProgrammeErrors, match="config/programmes/tiny:1: this folder holds no programme"):
        programmes.load_all()
    structure.write_text(STRUCTURE, encoding="utf-8")
    with pytest.raises(ProgrammeErrors, match="there are no words for this programme"):
        programmes.load("tiny")
    words.write_bytes(WORDS.replace("Bad", "Schl\xe4cht").encode("latin-1"))
    with pytest.raises(ProgrammeErrors) as raised:
        programmes.load_all()
    assert [(p.file, p.line, p.reason) for p in raised.value.problems] == [
        (str(words), line_of(WORDS, "Bad"), "this is not UTF-8 text")
    ]
    words.write_text(WORDS, encoding="utf-8")
    assert set(programmes.load_all()) == {"five-steps", "tiny"}


def test_a_programme_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        programmes.load("no-such-programme")
    with pytest.raises(NotFound):
        programmes.load("../../templates")


@pytest.mark.parametrize("path", ["../etc/passwd", "config/../../x", "/etc/passwd", "", "worker/cli.py", "config/\0"])
def test_only_config_and_templates_are_found(path: str) -> None:
    with pytest.raises(FileNotFoundError):
        bundled.find(path)

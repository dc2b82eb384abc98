"""A programme is read whole or not at all; every mistake in it is named with file, line, column and a suggestion."""

import json
import pathlib
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whole_programme import STRUCTURE, WORDS
from worker.files import bundled, programmes
from workflows.errors import NotFound
from workflows.kinds import KIND_NAMES
from workflows.programme import Programme, Promised
from workflows.programme_file import Problem, ProgrammeErrors, parse_programme
from workflows.programme_question import KEYS_OF_KIND as KINDS_OF_THE_FILE


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
    assert (programme.id, programme.version, programme.locale, programme.title) == (
        "garden",
        "3",
        "en",
        "A shared garden",
    )
    plant, tend = programme.steps
    assert plant.red_flags == ("You are paid in thanks.",)
    work, rates, check, *_ = plant.prompts
    assert (work.short, work.short_minutes, work.talk) == (("mood",), 1, "What was nice?")
    assert (rates.day, rates.to) == (2, "facilitators")
    lines, mood, since = work.questions
    assert (lines.kind, lines.most, [c.id for c in lines.columns]) == ("rows", 8, ["task", "hours", "rate", "name"])
    assert [(o.value, o.label, o.hint) for o in lines.columns[0].options] == [
        ("dig", "Digging", ""),
        ("water", "Watering", "with a can"),
    ]
    hours = lines.columns[1]
    assert (hours.unit, hours.low, hours.high, hours.required) == ("hours", Decimal(0), Decimal(60), True)
    assert (mood.sees, mood.prefill, since.reveal) == ("facilitators", "last", "closed")
    assert (check.id, check.title, check.talk, check.day) == (
        "check-plant",
        "Check the planting",
        "What did you notice?",
        2,
    )
    assert check.questions[2].when is not None
    assert check.questions[2].when.values == ("yes", "unsure")
    assert (tend.gate.never, tend.review_weeks, tend.prompts[1].every_weeks) == (True, 26, 26)


def test_a_decision_brings_a_prompt_for_each_stage_in_its_own_words() -> None:
    plant = parse().steps[0]
    agreed, best = plant.decisions
    assert [p.id for p in agreed.prompts] == ["ledger-agreed.sense", "ledger-agreed.consent"]
    sense, consent = agreed.prompts
    assert sense.title == "Our list: How does it feel?"
    assert sense.intro == "This is our list.\n\nSay how you feel about it."
    assert (sense.decision, sense.stage, consent.stage) == ("ledger-agreed", "sense", "consent")
    assert [(q.id, q.kind, q.named) for q in consent.questions] == [("say", "consent", True)]
    assert not sense.questions[0].named
    assert agreed.review is not None
    assert agreed.review.id == "ledger-agreed.review"
    assert [o.value for o in agreed.review.questions[0].options] == ["keep", "change", "unsure"]
    vote = best.prompts[0].questions[0]
    assert (vote.kind, vote.options_from, vote.most, best.keep) == ("dots", ("ledger", "risk-table"), 3, 2)
    assert [p.id for p in plant.rounds()][-3:] == ["ledger-agreed.sense", "ledger-agreed.consent", "best.vote"]


def test_worksheets_and_gates_come_out_whole() -> None:
    programme = parse()
    ledger, risks, harm, promises = programme.steps[0].worksheets
    assert (ledger.rows, ledger.name, ledger.side, ledger.by) == ("lines", "name", "asset", "task")
    assert ledger.column("task-rate").where == {"task": "task"}
    assert ledger.column("cost").times == ("hours", "rate")
    kept = ledger.column("kept").hand
    assert kept is not None
    assert ([o.label for o in kept.options], kept.label) == (["It is", "Not yet"], "Kept?")
    assert (risks.name, harm.tally, harm.columns) == ("what", True, ())
    assert (promises.shareable, ledger.shareable, ledger.promised) == (True, False, None)
    assert promises.promised == Promised(whose="whose", due="due", ours="status", theirs="they-say", agree="alike")
    gate = programme.steps[0].gate
    assert (gate.rows, gate.decisions) == ({"ledger": 2, "harm": 2}, ("ledger-agreed",))
    assert [(f.worksheet, f.column, f.where, f.at_least) for f in gate.filled] == [
        ("risk-table", "owner", "risk", Decimal(12)),
        ("ledger", "keeper", "", Decimal(0)),
    ]
    assert [(c.id, c.label) for c in gate.checks] == [("keeper-named", "Somebody keeps the key.")]
    terms = programme.worksheet("terms")
    assert (terms.covers, terms.state, terms.in_place) == ("pays", "state", ("partly", "fully"))


MINUTES = "minutes: 4\n        short: [mood]\n        short_minutes: 1"


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        # slips of the fingers
        ("minutes: 4", "minuts: 4", "'minuts' is not known in prompt 'work'; did you mean 'minutes'?"),
        ("minutes: 4", "minutes: two", "minutes of prompt 'work' must be a whole number from 1 to 60"),
        ("minutes: 4", "minutes: [4]", "minutes of prompt 'work' must be a text"),
        ("minutes: 4", "minutes:", "minutes of prompt 'work' is empty"),
        ("kind: choice,", "kind: choise,", "kind of column 'task' cannot be 'choise'; did you mean 'choice'?"),
        ("kind: rows", "kind: row", "kind of question 'lines' cannot be 'row'; did you mean 'rows'?"),
        ("kind: rows", "kind: zzz", "cannot be 'zzz'; it is one of short_text, long_text"),
        ("- id: plant", "- id: The Plant", "begin with a letter, at most 40 long; write the-plant"),
        (
            "id: rates\n        minutes",
            "id: work\n        minutes",
            "the prompt id 'work' is used twice, first in line 17",
        ),
        ("- id: tend", "- id: plant", "the step id 'plant' is used twice, first in line 14"),
        ("- id: tend", "- id: r7", "looks like the id of a round"),
        ("version:", "id: garden\nversion:", "'id' stands twice in the file, first in line 1"),
        ('version: "3"', 'version: "3/4"', "may only hold letters, digits, dots and -"),
        ("steps:", "zone: Europe/Lisbon\nsteps:", "'zone' is not known in programme 'garden'"),
        ("minutes: 4", "minutes: &m 4", "anchors and aliases"),
        ("minutes: 4", "minutes: !!int 4", "tags (!) are not used here"),
        ("steps:", "steps: [", "this is not YAML"),
        ("id: garden", "id:\tgarden: x: y", "this is not YAML"),
        # questions
        ("sees: facilitators", "sees: everyone", "sees of question 'mood' cannot be 'everyone'"),
        ("reveal: own", "reveal: owm", "reveal of question 'fair' cannot be 'owm'; did you mean 'own'?"),
        ("minimum: 6", "minimum: 4", "minimum of question 'why' must be a whole number from 5 to 100"),
        ("prefill: last", "minimum: 7", "minimum of question 'mood' is for unnamed answers; add named: false"),
        ("options: [dig, water]}", "options: [dig]}", "a choice needs at least two options"),
        ("options: [dig, water]}", "options: dig}", "options of column 'task' must be a list"),
        ("options: [dig, water]}", "options: [dig, dig]}", "two options have the value 'dig'"),
        ("question: ties,", "question: tis,", "there is no question 'tis'; did you mean 'ties'?"),
        ("question: ties,", "question: why,", "earlier in this prompt there is no question 'why'"),
        ("question: ties,", "question: fair,", "only a choice, choices or yes_no question with fixed options will do"),
        ("is: [yes, unsure]", "is: [yes, unsur]", "question 'ties' has no answer 'unsur'; did you mean 'unsure'?"),
        ("prefill: work.mood", "prefill: work.moods", "there is no question 'work.moods'; did you mean 'work.mood'?"),
        ("prefill: work.mood", "prefill: work.since", "is date, which does not fit into choice"),
        ("prefill: work.mood", "prefill: risks.before", "is the question itself; write last"),
        ("kind: date, required: false, reveal: closed", "kind: rows, columns: []", "has 2 questions of kind rows"),
        (
            "columns:\n              - {id: term",
            "colums:\n              - {id: term",
            "columns of question 'lines' is missing",
        ),
        (
            "{id: rate, kind: money, required: false}",
            "{id: rate, kind: dots}",
            "kind of column 'rate' cannot be 'dots'",
        ),
        (
            "options_from: [ledger, risk-table]}\n",
            "options_from: [ledgr]}\n",
            "no worksheet 'ledgr'; did you mean 'ledger'?",
        ),
        ("options_from: [ledger, risk-table]}\n", "options_from: [harm]}\n", "there is no worksheet 'harm'"),
        (
            "options_from: [ledger, risk-table]}\n",
            "options_from: [ledger], options: [a, b]}\n",
            "has options and options_from",
        ),
        # prompts
        (MINUTES, "minutes: 4", "prompt 'work' takes 4 minutes, so it needs short and short_minutes"),
        ("short: [mood]", "short: [mod]", "prompt 'work': there is no question 'mod'; did you mean 'mood'?"),
        ("short: [mood]", "short: [mood, lines, since]", "short of prompt 'work' names every question"),
        ("short: [ties]", "short: [why]", "has 'why', but not 'ties', which calls for it; add ties"),
        ("short_minutes: 1\n        questions", "short_minutes: 4\n        questions", "fewer than its 4 minutes"),
        ("        short: [mood]\n", "", "prompt 'work' needs both short and short_minutes; add short"),
        ("        day: 2\n", "        day: 5\n", "day of prompt 'rates' must be a whole number from 0 to 4"),
        ("like: check, day: 2", "like: check, day: 3", "comes 5 days after its week began; a week is open for 5"),
        ("minutes: 4\n", "minutes: 4\n        day: 1\n", "prompt 'work' is the first of its step"),
        (
            "standing: true",
            "standing: true\n        day: 1",
            "prompt 'noted' is standing: it is put to nobody, so day means",
        ),
        ("like: check, day: 2", "like: chek, day: 2", "there is no pattern 'chek'; did you mean 'check'?"),
        ("  - id: check\n", "  - id: unused\n", "no prompt is like pattern 'unused', so nobody gets it"),
        ("to: facilitators", "to: leaders", "to of prompt 'rates' cannot be 'leaders'"),
        ("standing: true", "every_weeks: 4", "prompt 'noted' has every_weeks, but step 'plant' will close"),
        (
            "every_weeks: 26",
            "every_weeks: 27",
            "comes every 27 weeks, later than the review of step 'tend'; write 26 or less",
        ),
        # decisions
        ("method: consent", "method: consensus", "cannot be 'consensus'; did you mean 'consent'?"),
        ("stages: [sense, consent]", "stages: [consent, sense]", "go in the order questions, sense, consent"),
        ("stages: [sense, consent]", "stages: [sense]", "decision 'ledger-agreed' never comes to consent"),
        ("stages: [sense, consent]", "stages: [sens, consent]", "there is no stage 'sens'; did you mean 'sense'?"),
        ("worksheet: ledger\n", "worksheet: terms\n", "so far there is no worksheet 'terms'"),
        ("dots: 3,", "dots: 3, named: true,", "'named' is not known in decision 'best'"),
        ("options: [on, pause, stop], keep: 1", "options: [on, pause, stop], keep: 3", "so nothing is decided"),
        ("options: [on, pause, stop]", "options: [on]", "decision 'next': a ranked needs at least two options"),
        ("quorum: 0.6", "quorum: 1.6", "quorum of decision 'best' must be a number from 0 to 1"),
        # worksheets
        ("prompt: work\n", "prompt: wrk\n", "this step has no prompt 'wrk'; did you mean 'work'?"),
        ("rows: lines\n        name", "rows: mood\n        name", "prompt 'work' has no question of kind rows 'mood'"),
        ("          - hours\n", "          - hour\n", "what is asked has no 'hour'; did you mean 'hours'?"),
        ("name: name", "name: nam", "worksheet 'ledger': there is no column 'nam'; did you mean 'name'?"),
        ("by: task", "by: hours", "by of worksheet 'ledger' must be a choice column with fixed options"),
        (
            "look: rates.hourly",
            "look: rates.hourl",
            "nothing is asked under 'rates.hourl'; did you mean 'rates.hourly'?",
        ),
        ("look: rates.hourly", "look: rates.keeper", "'rates.keeper' is person, and holds no number"),
        ("where: {task: task}", "where: {tasks: task}", "has no column 'tasks'; did you mean 'task'?"),
        ("where: {task: task}", "where: {task: tasks}", "column 'task-rate': there is no column 'tasks'"),
        ("times: [hours, rate]", "times: [hours, task]", "column 'task' holds no number"),
        ("times: [hours, rate]", "times: [hours, shelf]", "column 'shelf' does not stand before it"),
        ("times: [hours, rate]", "times: [hours]", "times of column 'cost' needs two columns or more"),
        ("{id: cost, times: [hours, rate]}", "{id: cost}", "column 'cost' needs just one of hand, times, look"),
        ("{id: keeper, hand: person}", "{id: keeper, hand: dots}", "hand of column 'keeper' cannot be 'dots'"),
        ("covers: pays", "covers: term", "covers of worksheet 'terms' must be a choice or choices column"),
        ("        covers: pays\n", "", "worksheet 'terms' is a term without covers; add covers"),
        ("state: state", "state: term", "state of worksheet 'terms' must be a choice column with fixed options"),
        ("in_place: [partly, fully]", "in_place: [partly, fuly]", "no option 'fuly'; did you mean 'fully'?"),
        ("side: vulnerability", "covers: what", "worksheet 'risk-table' has covers, but is no term; write side: term"),
        ("        side: vulnerability\n", "", "worksheet 'risk-table' holds neither assets nor vulnerabilities"),
        ("tally: true}", "tally: true, side: asset}", "worksheet 'harm' is a tally"),
        (
            "likely, kind: scale, low: 1, high: 5",
            "likely, kind: scale, low: 1, high: 5, named: false",
            "mixes named and unnamed",
        ),
        ("{id: what, kind: short_text}", "{id: what, kind: short_text, sees: me}", "is for the eyes of one person"),
        # gates
        ("rows: {ledger: 2", "rows: {ledgr: 2", "this step has no worksheet 'ledgr'; did you mean 'ledger'?"),
        ("harm: 2}", "harm: 3}", "harm can never have 3 rows; one for each question that is counted makes 2"),
        ("rows: {ledger: 2", "rows: {ledger: 401", "ledger can never have 401 rows; 50 people with 8 each give 400"),
        (
            "gate:\n      quorum: 0.5",
            "gate:\n      quorum: 1.5",
            "quorum of the gate of step 'plant' must be a number from 0 to 1",
        ),
        (
            "gate:\n      quorum: 0.5",
            "gate:\n      quorum: half",
            "quorum of the gate of step 'plant' must be a number from 0 to 1",
        ),
        ("decisions: [ledger-agreed]", "decisions: [next]", "this step has no decision 'next'"),
        ("checks: [keeper-named]", "checks: [keeper]", "keeper of the checks of the gate of step 'plant' is missing"),
        ("column: owner,", "column: ownr,", "worksheet 'risk-table' has no column 'ownr'; did you mean 'owner'?"),
        ("column: keeper}", "column: cost}", "nobody can fill column 'cost', it is reckoned from others"),
        ("where: risk, at_least: 12", "where: what, at_least: 12", "column 'what' holds no number"),
        ("where: risk, at_least: 12", "where: risk, at_least: 26", "never comes to 26; 25 is its highest"),
        ("where: risk, at_least: 12", "where: risk", "needs both where and at_least, or neither"),
        ("worksheet: risk-table, column", "worksheet: harm, column", "this step has no worksheet to fill 'harm'"),
        (
            "never: true",
            "never: true\n      rows: {terms: 2}",
            "says never, so it can never be met and rows means nothing",
        ),
        ("checks: [keeper-named]", "never: true", "says never, so no later step would ever come"),
        (
            "    review_weeks: 26\n    prompts",
            "    prompts",
            "stays open, so it needs review_weeks; add review_weeks: 26",
        ),
        ("      never: true", "      quorum: 0.5", "step 'tend' will close, so review_weeks means nothing"),
        # readings and milestones
        ("days: 14", "days: -7", "days of milestone 'harvest' must be a whole number from 1 to 1500"),
        ("harm: trust", "harm: truth", "harm of reading 'soil' cannot be 'truth'; did you mean 'trust'?"),
        (
            "harm: trust, added: 2026-11-23",
            "added: 2026-13-23",
            "added of reading 'soil' must be a date like 2026-11-23",
        ),
        ("checked: 2026-11-23,\n", "\n", "needs both url and checked"),
        ('"https://example.org/seeds"', '"javascript:alert(1)"', "must be a web address that begins with https://"),
    ],
)
def test_a_mistake_in_the_structure_is_named_with_its_place(was: str, now: str, reason: str) -> None:
    assert was in STRUCTURE
    found = mistakes(structure=STRUCTURE.replace(was, now, 1))
    assert any(reason in line for line in found), found


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("mood: {label: Your mood?, ", "mood: {", "label of the words of question 'mood' is missing"),
        (
            "mood: {label: Your mood?",
            "mood: {lable: Your mood?",
            "'lable' is not known in the words of question 'mood'",
        ),
        ("mood: {label: Your mood?", "mood: {label: ''", "label of the words of question 'mood' is empty"),
        ("mood: {label: Your mood?", "mood: {label: " + "x" * 151, "has 151 characters; there is room for 150"),
        ("{good: Good, bad: Bad}", "{bad: Bad}", "good of the options of question 'mood' is missing"),
        ("{good: Good,", "{good: " + "x" * 76 + ",", "has 76 characters; there is room for 75"),
        ("          task: Task\n", "          tsk: Task\n", "task of the columns of worksheet 'ledger' is missing"),
        ("          task: Task\n", "          tsk: Task\n", "'tsk' is not known in the columns of worksheet 'ledger'"),
        ("hours: {label: How long?, ", "hours: {lable: x, ", "label of the words of column 'hours' is missing"),
        ("      harvest:", "      harvst:", "there are no words for milestone 'harvest'; add harvest: with its texts"),
        ("      harvest:", "      harvst:", "'harvst' is not known in the words of the milestones of step 'plant'"),
        ("  tend:", "  trend:", "there are no words for step 'tend'"),
        ("  tend:", "  trend:", "'trend' is not known in the words of the steps; did you mean 'tend'?"),
        (", where: Ask your library", "", "has no url, so its words must say where to find it"),
        ("locale: en", "locale: English please", "locale of the file must be a language"),
        ("low_label: hardly, ", "", "low_label of the words of question 'likely' is missing"),
        ("    review_title: Look back\n", "", "review_title of the words of step 'tend' is missing"),
        ("credit:", "credits:", "'credits' is not known in the file; did you mean 'credit'?"),
        ("about:", "abuot:", "about of the file is missing"),
        ("red_flags: {exposure:", "red_flags: {exposur:", "exposure of the red_flags of step 'plant' is missing"),
        ("checks: {keeper-named:", "checks: {keeper:", "'keeper' is not known"),
        ("  ranked:\n", "  rnked:\n", "there are no words for stage 'ranked'"),
        ("  ranked:\n", "  rnked:\n", "'rnked' is not known in the words of the stages; did you mean 'ranked'?"),
        ("  dots:\n", "  questions: {title: x}\n  dots:\n", "'questions' is not known in the words of the stages"),
        (
            "unsure: Not sure}",
            "unsur: Not sure}",
            "unsure of the options of the words of 'still' in stage 'review' is missing",
        ),
        ("ledger-agreed: {title: Our list", "ledger-agreed: {title: " + "x" * 140, "make a title of 159 characters"),
        (
            "kept: {title: Kept?, options: {yes: It is, no: Not yet}}",
            "kept: Kept?",
            "the options of column 'kept' have no words",
        ),
        ("  check:\n", "  chek:\n", "there are no words for pattern 'check'"),
        (
            "check-plant: {title: Check",
            "check-plan: {title: Check",
            "'check-plan' is not known in the words of the prompts",
        ),
    ],
)
def test_a_mistake_in_the_words_is_named_with_its_place(was: str, now: str, reason: str) -> None:
    assert was in WORDS
    found = mistakes(words=WORDS.replace(was, now, 1))
    assert any(reason in line for line in found), found


def test_a_gate_does_not_wait_for_what_nobody_is_asked() -> None:
    structure = STRUCTURE.replace("tally: true}", "tally: true}\n      - {id: seen, prompt: noted, columns: [what]}")
    words = WORDS.replace(
        "      harm: {title", "      seen: {title: Seen, intro: Seen., columns: {what: What}}\n      harm: {title"
    )
    assert parse(structure, words).worksheet("seen").prompt == "noted"
    (found,) = mistakes(structure.replace("rows: {ledger: 2", "rows: {seen: 1"), words)
    assert "seen is filled by 'noted', which is standing and put to nobody, so the gate may wait for ever" in found


def test_the_place_is_the_place_of_the_mistake() -> None:
    structure = STRUCTURE.replace("days: 14", "dayz: 14")
    line = line_of(structure, "dayz")
    column = structure.splitlines()[line - 1].index("dayz") + 1
    assert mistakes(structure)[-1] == (
        f"p.yaml:{line}:{column}: 'dayz' is not known in milestone 'harvest'; did you mean 'days'?"
    )
    words = WORDS.replace("why: It", "whyy: It", 1)
    at = words.splitlines()[line_of(words, "whyy") - 1].index("whyy") + 1
    assert any(found.startswith(f"w.yaml:{line_of(words, 'whyy')}:{at}: 'whyy'") for found in mistakes(words=words))


def test_all_mistakes_of_both_files_come_at_once() -> None:
    structure = STRUCTURE.replace("kind: date", "kind: guess").replace("days: 14", "days: x").replace("0.6}", "6}")
    words = WORDS.replace("title: Rates", "titel: Rates").replace("done: Planted.", "done: ''")
    found = mistakes(structure, words)
    for part in ("guess", "days of", "quorum of", "'titel'", "title of the words of prompt 'rates'", "done of"):
        assert any(part in line for line in found), part
    assert found == sorted(found, key=lambda line: (line[0], *(int(n) for n in line.split(":")[1:3])))


def test_broken_words_do_not_hide_mistakes_of_the_structure_and_add_no_noise() -> None:
    assert mistakes(STRUCTURE.replace("days: 14", "days: x"), "a: [") == [
        f"p.yaml:{line_of(STRUCTURE, 'days: 14')}:38: days of milestone 'harvest' must be a whole number"
        " from 1 to 1500",
        "w.yaml:1:5: this is not YAML: expected the node content, but found '<stream end>'",
    ]
    assert len(mistakes("a: [", WORDS)) == 1


def test_a_huge_or_deeply_nested_file_is_refused_quickly() -> None:
    assert "larger than" in mistakes(structure="a: " + "x" * 1_000_000)[0]
    assert "deep" in mistakes(structure="a: " + "[" * 5000)[0]


def test_an_empty_file_and_a_list_are_refused_plainly() -> None:
    assert mistakes(structure="") == ["p.yaml:1:1: the file must be a mapping: lines of 'name: value'"]
    assert mistakes(words="- a") == ["w.yaml:1:1: the file must be a mapping: lines of 'name: value'"]


@settings(max_examples=40, deadline=None)
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
    structure, words = tmp_path / "config/programmes/garden/programme.yaml", tmp_path / "templates/words/en/garden.yaml"
    structure.parent.mkdir(parents=True)
    words.parent.mkdir(parents=True)
    monkeypatch.setenv("FAIRSTEPS_DATA_DIR", str(tmp_path))
    with pytest.raises(ProgrammeErrors, match="config/programmes/garden:1:1: this folder holds no programme"):
        programmes.load_all()
    structure.write_text(STRUCTURE, encoding="utf-8")
    with pytest.raises(ProgrammeErrors, match="there are no words for this programme"):
        programmes.load("garden")
    words.write_bytes(WORDS.replace("Bad", "Schl\xe4cht").encode("latin-1"))
    with pytest.raises(ProgrammeErrors) as raised:
        programmes.load_all()
    assert [(p.file, p.line, p.reason) for p in raised.value.problems] == [
        (str(words), line_of(WORDS, "Bad"), "this is not UTF-8 text")
    ]
    words.write_text(WORDS, encoding="utf-8")
    assert set(programmes.load_all()) == {"five-steps", "partnership-review", "garden"}


def test_a_programme_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        programmes.load("no-such-programme")
    with pytest.raises(NotFound):
        programmes.load("../../templates")


@pytest.mark.parametrize("path", ["../etc/passwd", "config/../../x", "/etc/passwd", "", "worker/cli.py", "config/\0"])
def test_only_config_and_templates_are_found(path: str) -> None:
    with pytest.raises(FileNotFoundError):
        bundled.find(path)


def test_the_example_in_the_documents_is_a_sound_programme() -> None:
    text = pathlib.Path("docs/programmes.md").read_text(encoding="utf-8")
    structure, words = (block.split("```")[0] for block in text.split("```yaml\n")[1:3])
    made = parse(structure, words)
    assert [p.id for p in made.prompts()] == ["what-we-bring", "worries", "list-agreed.consent"]


def test_the_documents_name_every_kind_and_every_key() -> None:
    text = pathlib.Path("docs/programmes.md").read_text(encoding="utf-8")
    schemas = [bundled.find(f"config/schema/{name}.schema.json") for name in ("programme", "words")]
    objects = [each for file in schemas for each in json.loads(file.read_text(encoding="utf-8"))["$defs"].values()]
    keys = {key for each in objects for key in each.get("properties", {})}
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    words = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", prose))))
    assert keys - words == set()
    assert set(KINDS_OF_THE_FILE) - words == set()
    assert set(KINDS_OF_THE_FILE) == set(KIND_NAMES)

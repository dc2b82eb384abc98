"""The programme five-steps, as it comes with the house, holds what it promises to the people who walk it."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from worker.files import programmes
from workflows.kinds import KIND_NAMES, kind_of
from workflows.programme import Programme, Prompt, Step
from workflows.question import Question

TITLES = (
    "Know the Value of Your Work",
    "Know Your Vulnerabilities",
    "Identify Shared Goals",
    "Negotiate In Good Faith",
    "Track Progress",
)
CERTAIN_LINKS: frozenset[str] = frozenset()  # links that somebody opened and read; an invented one is a defect
HIGHEST_GRADE = 7.0  # of school, by Flesch and Kincaid: about twelve years old
A_WEEK = 8  # minutes of answering that nobody is asked to exceed
HARM_CHECK = (
    *("harm-new-ties", "harm-who-pays", "harm-gain", "harm-outsider"),
    *("harm-same-people", "harm-newcomers", "harm-follow-up", "harm-one-tenth"),
    *("harm-quieter", "harm-surprises", "harm-no-proof", "harm-changed"),
)
WORKSHEETS = {  # every one that the programme's description names, by step
    "value": {"value-ledger", "asset-map", "asks-log", "never-sell-list"},
    "vulnerabilities": {"threat-table", "conflict-register", "dependency-map", "voices-map", "trust-log"},
    "goals": {"goal-matrix", "lines-and-wishes", "no-deal-plan"},
    "negotiate": {"agreement-sheet"},
    "track": {"promise-tracker", "benefit-log", "incident-log", "partnership-scorecard", "exit-checklist"},
}
ASKED = {  # what the description of the first two steps wants asked, and where it is
    "what you did in seven days, and how long": "your-week.work",
    "what would stop in a month without you": "without-you.stops",
    "who outside benefits": "who-gains.outside",
    "what members get only here": "only-here.gift",
    "what others asked of us, what they got, what we got": "asked-of-us.requests",
    "what you would never sell": "never-sell.never",
    "one rate for all work": "what-it-costs.hourly",
    "a rate for each kind of work": "what-it-costs.rates",
    "an estimate of one's own": "own-guess.guesses",
    "skills, reach, trust, data, reputation, history": "our-assets.assets",
    "what to protect, from whom, how likely, how bad": "one-threat.threats",
    "how much effort we will spend": "our-effort.effort",
    "leaving by the member list": "ways-out.out-list",
    "leaving by screenshot": "ways-out.out-screenshot",
    "leaving by export": "ways-out.out-export",
    "leaving by an integration": "ways-out.out-app",
    "leaving by a departed admin": "ways-out.out-admin",
    "who can switch our home off": "home-keys.switch-off",
    "what we depend on the partner for": "leaning.needs",
    "who has ties to the partner": "ties.my-ties",
    "whose voice is missing": "missing-voices.voices",
    "when trust last broke": "trust-broke.trust-what",
    "what the partner claims about privacy": "partner-claims.claims",
}


@pytest.fixture(scope="module")
def programme() -> Programme:
    return programmes.load("five-steps")


def prompts(programme: Programme) -> list[Prompt]:
    """Every prompt of its own, without those that a decision is taken with."""
    return [prompt for step in programme.steps for prompt in step.prompts]


def decided(programme: Programme) -> list[Prompt]:
    return [prompt for step in programme.steps for each in step.decisions for prompt in each.prompts]


def questions(programme: Programme) -> list[Question]:
    return [question for prompt in prompts(programme) for question in prompt.questions]


def cells(programme: Programme) -> list[Question]:
    """Every question, and every cell of a line."""
    return [each for question in questions(programme) for each in (question, *question.columns)]


def weeks(step: Step) -> list[list[Prompt]]:
    """The prompts of a step as its weeks put them: day 0 begins a week."""
    found: list[list[Prompt]] = []
    for prompt in step.rounds():
        if prompt.day and found:
            found[-1].append(prompt)
        else:
            found.append([prompt])
    return found


def test_the_five_steps_come_in_the_order_of_their_source(programme: Programme) -> None:
    assert tuple(step.title for step in programme.steps) == TITLES
    assert programme.version == "3"
    assert "The Light Collective" in programme.credit
    assert "5 Steps to Fair Partnerships" in programme.credit


def test_it_is_all_there(programme: Programme) -> None:
    assert len(prompts(programme)) >= 40
    assert sum(len(step.worksheets) for step in programme.steps) >= 14
    readings = [reading.title for step in programme.steps for reading in step.readings]
    assert len(set(readings)) == len(readings) >= 18


def test_each_step_has_what_a_group_needs_for_it(programme: Programme) -> None:
    for step in programme.steps:
        assert len(step.readings) >= 2, step.id
        assert step.red_flags, step.id
        assert step.milestones, step.id
        assert step.done, step.id
        assert any(prompt.talk for prompt in step.rounds()), f"{step.id} has no round in the channel"


def test_every_worksheet_that_was_promised_exists(programme: Programme) -> None:
    for step_id, promised in WORKSHEETS.items():
        assert promised <= {sheet.id for sheet in programme.step(step_id).worksheets}, step_id


def test_everything_that_was_promised_is_asked_in_the_first_two_steps(programme: Programme) -> None:
    for what, place in ASKED.items():
        prompt, question = place.split(".")
        assert programme.prompt(prompt).question(question).label, what


def test_every_step_asks_about_the_three_harms_and_counts_what_was_said(programme: Programme) -> None:
    for step in programme.steps:
        checks = [p for p in step.prompts if tuple(q.id for q in p.questions) == HARM_CHECK]
        assert len(checks) == 1, step.id
        assert {q.kind for q in checks[0].questions} == {"yes_no"}
        assert not any(q.named for q in checks[0].questions), step.id
        assert len(checks[0].short) == 3
        assert [sheet.tally for sheet in step.worksheets if sheet.prompt == checks[0].id] == [True], step.id


def test_a_tired_person_knows_how_long_it_takes_and_can_do_less(programme: Programme) -> None:
    for prompt in (*prompts(programme), *decided(programme)):
        assert 1 <= prompt.minutes <= 5, prompt.id
    for prompt in prompts(programme):
        if prompt.minutes >= 3:
            assert set(prompt.short) < {question.id for question in prompt.questions}, prompt.id
            assert 1 <= prompt.short_minutes < prompt.minutes, prompt.id


def test_no_week_asks_for_more_than_eight_minutes(programme: Programme) -> None:
    for step in programme.steps[:-1]:  # the prompts of the last one repeat, each in its own rhythm
        for week in weeks(step):
            assert sum(prompt.minutes for prompt in week) <= A_WEEK, [prompt.id for prompt in week]
            assert sum(prompt.day for prompt in week) <= 4, [prompt.id for prompt in week]


def test_the_first_two_steps_take_about_seven_weeks_each(programme: Programme) -> None:
    for step in programme.steps[:2]:
        assert 6 <= len(weeks(step)) <= 8, step.id


def test_every_prompt_says_why_it_asks(programme: Programme) -> None:
    for prompt in prompts(programme):
        assert re.search(r"\b(because|so that|in order to)\b", prompt.intro), prompt.id


def test_the_opening_read_takes_less_than_three_minutes(programme: Programme) -> None:
    for step in programme.steps:
        assert 80 <= len(step.read.split()) <= 200, step.id


def told(programme: Programme) -> Iterator[tuple[str, str]]:
    """Every longer text that people read, with where it stands."""
    yield "about", programme.about
    for step in programme.steps:
        yield f"{step.id} read", step.read
        yield f"{step.id} done", step.done
        for prompt in step.rounds():
            yield f"{prompt.id} intro", prompt.intro
            yield f"{prompt.id} talk", prompt.talk
        for decision in step.decisions:
            yield f"{decision.id} proposal", decision.proposal
        for sheet in step.worksheets:
            yield f"{sheet.id} intro", sheet.intro
        for reading in step.readings:
            yield f"{reading.id} why", reading.why


def syllables(word: str) -> int:
    """Groups of vowels, without the ones at the end that nobody speaks. Wrong now and then, right on average."""
    spoken = re.sub(r"(?<=[^aeiouyl])(es?|ed)$", "", word.lower()) if len(word) > 3 else word.lower()
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))


def grade(text: str) -> float:
    """The year of school from which a text can be read: Flesch and Kincaid, 1975."""
    sentences = [each for each in re.split(r"[.!?:;](?:\s|\"|$)|\n\n", text) if re.search(r"\w", each)]
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_everything_can_be_read_by_a_child_of_twelve(programme: Programme) -> None:
    hard = {where: round(grade(text), 1) for where, text in told(programme) if text and grade(text) > HIGHEST_GRADE}
    assert hard == {}


def test_jargon_would_be_noticed() -> None:
    jargon = "Stakeholders prioritise deliverables collaboratively, operationalising organisational accountability."
    assert grade(jargon) > 2 * HIGHEST_GRADE
    assert grade("We ask so that nobody is surprised later. You can stop at any point.") < HIGHEST_GRADE


def test_no_title_tells_of_illness(programme: Programme) -> None:
    telling = re.compile(r"\b(ill|illness|cancer|disease|patients?|condition|diagnos\w+|sick)\b", re.I)
    for step in programme.steps:
        titles = [step.title, *(p.title for p in step.rounds()), *(d.title for d in step.decisions)]
        titles += [*(m.title for m in step.milestones), *(w.title for w in step.worksheets)]
        for title in titles:  # they stand in the subjects of mails
            assert not telling.search(title), title


def test_every_kind_of_question_is_used_and_each_question_is_sound(programme: Programme) -> None:
    asked = [*cells(programme), *(question for prompt in decided(programme) for question in prompt.questions)]
    hands = [c.hand for step in programme.steps for sheet in step.worksheets for c in sheet.columns if c.hand]
    assert {question.kind for question in (*asked, *hands)} >= set(KIND_NAMES) - {"number"}
    for question in cells(programme):
        if not question.options_from and question.kind != "person":  # their options are only known when they are put
            assert kind_of(question).check(question) == (), question.id


def test_no_words_are_longer_than_slack_shows(programme: Programme) -> None:
    for question in cells(programme):
        assert len(question.label) <= 150, question.id
        assert len(question.hint) <= 150, question.id
        for option in question.options:
            assert len(option.label) <= 75, (question.id, option.value)
    for step in programme.steps:
        for sheet in step.worksheets:
            assert all(len(column.title) <= 60 for column in sheet.columns), sheet.id


def test_only_the_last_step_stays_open_and_is_looked_at_twice_a_year(programme: Programme) -> None:
    *earlier, last = programme.steps
    assert not any(step.gate.never for step in earlier)
    assert last.gate.never
    assert last.review_weeks == 26
    assert last.review_title
    assert programme.prompt("pulse").every_weeks == 4
    assert programme.prompt("pulse").minutes <= 2


def test_each_earlier_gate_asks_for_people_rows_and_decisions(programme: Programme) -> None:
    for step in programme.steps[:-1]:
        assert Decimal("0.5") <= step.gate.quorum <= Decimal("0.6"), step.id
        assert all(1 <= rows <= 3 for rows in step.gate.rows.values()), f"{step.id}: six people must be able to meet it"
        assert step.gate.rows, step.id
        assert set(step.gate.decisions) <= {decision.id for decision in step.decisions}
        assert step.gate.decisions, step.id


def test_the_first_gate_wants_the_ledger_agreed_and_somebody_to_keep_it(programme: Programme) -> None:
    step = programme.step("value")
    assert step.decision("ledger-agreed").worksheet == "value-ledger"
    assert "ledger-agreed" in step.gate.decisions
    assert [check.id for check in step.gate.checks] == ["keeper-named"]


def test_the_second_gate_wants_an_owner_for_each_high_risk_and_words_in_writing(programme: Programme) -> None:
    gate = programme.step("vulnerabilities").gate
    owned = gate.filled[0]
    assert (owned.worksheet, owned.column, owned.where) == ("threat-table", "owner", "risk")
    assert owned.at_least == 12
    assert {check.id for check in gate.checks} == {"register-complete", "privacy-asked"}


def test_the_ledger_shows_what_hiring_would_cost_in_three_ways(programme: Programme) -> None:
    sheet = programme.step("value").worksheet("value-ledger")
    assert sheet.column("one-rate-cost").times == ("hours", "one-rate")
    assert sheet.column("task-rate-cost").times == ("hours", "task-rate")
    assert sheet.column("own-cost").look == "own-guess.guesses.week"
    assert sheet.column("task-rate").where == {"task": "activity"}


def test_assets_and_vulnerabilities_stand_on_their_sides(programme: Programme) -> None:
    sides = {sheet.id: sheet.side for step in programme.steps for sheet in step.worksheets}
    assert sides["asset-map"] == "asset"
    assert sides["threat-table"] == sides["dependency-map"] == "vulnerability"
    assert sides["agreement-sheet"] == "term"


def test_ties_and_worries_reach_the_facilitators_alone(programme: Programme) -> None:
    for prompt_id in ("ties", "new-tie", "new-worry", "trust-broke"):
        assert {question.sees for question in programme.prompt(prompt_id).questions} == {"facilitators"}, prompt_id


def test_what_could_hurt_who_wrote_it_is_unnamed(programme: Programme) -> None:
    for prompt_id in ("one-threat", "ways-out", "missing-voices", "trust-broke", "pulse"):
        assert not any(question.named for question in programme.prompt(prompt_id).questions), prompt_id


def test_guesses_about_money_do_not_sway_each_other(programme: Programme) -> None:
    for prompt_id in ("what-it-costs", "own-guess"):
        assert {question.reveal for question in programme.prompt(prompt_id).questions} == {"closed"}, prompt_id


def test_every_reading_says_why_and_where_and_has_no_uncertain_link(programme: Programme) -> None:
    for step in programme.steps:
        for reading in step.readings:
            assert not reading.url or reading.url in CERTAIN_LINKS, reading.id
            assert reading.where, reading.id
            assert reading.author, reading.id
            assert reading.added == "2026-11-23", reading.id
            assert reading.minutes >= 5, reading.id
            assert 1 <= len(re.findall(r"[.!?](?=\s|$)", reading.why)) <= 3, reading.id
            assert reading.discuss.endswith("?"), reading.id


def test_step_four_says_plainly_that_it_is_no_legal_advice(programme: Programme) -> None:
    step = programme.step("negotiate")
    for words in (step.read, step.done, step.decision("agreement").proposal):
        assert "no legal advice" in words


def test_our_own_measures_say_that_nobody_tested_them(programme: Programme) -> None:
    for prompt_id in ("harm-value", "pulse", "scorecard"):
        assert re.search(r"nobody has tested|not\s+tested", programme.prompt(prompt_id).intro), prompt_id


def test_figures_of_others_come_with_their_credit(programme: Programme) -> None:
    read = programme.step("value").read
    assert "466 hours" in read
    assert "Li, Hecht and Chancellor, 2022" in read
    assert "we can name no study" in read, "nobody told us who counted the 20 to 30 hours"


def test_it_is_among_all_programmes() -> None:
    assert "five-steps" in programmes.load_all()

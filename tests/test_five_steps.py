"""The programme five-steps, as it comes with the house, holds what it promises to the people who walk it."""

from decimal import Decimal

import pytest

from worker.files import programmes
from workflows.kinds import KIND_NAMES, kind_of
from workflows.programme import Programme, Prompt, Question, Step

TITLES = (
    "Know the Value of Your Work",
    "Know Your Vulnerabilities",
    "Identify Shared Goals",
    "Negotiate In Good Faith",
    "Track Progress",
)


@pytest.fixture(scope="module")
def programme() -> Programme:
    return programmes.load("five-steps")


def prompts(programme: Programme) -> list[Prompt]:
    return [prompt for step in programme.steps for prompt in step.prompts]


def questions(programme: Programme) -> list[Question]:
    return [question for prompt in prompts(programme) for question in prompt.questions]


def test_the_five_steps_come_in_the_order_of_their_source(programme: Programme) -> None:
    assert tuple(step.title for step in programme.steps) == TITLES
    assert "The Light Collective" in programme.credit
    assert "5 Steps to Fair Partnerships" in programme.credit


def test_each_step_has_what_a_group_needs_for_it(programme: Programme) -> None:
    for step in programme.steps:
        assert len(step.prompts) >= 2, step.id
        assert step.worksheets, step.id
        assert step.readings, step.id
        assert step.milestones, step.id
        assert step.done, step.id


def test_the_opening_read_takes_less_than_three_minutes(programme: Programme) -> None:
    for step in programme.steps:
        assert 80 <= len(step.read.split()) <= 150, step.id


def test_a_prompt_can_be_answered_by_somebody_tired(programme: Programme) -> None:
    for prompt in prompts(programme):
        assert 1 <= len(prompt.questions) <= 4, prompt.id
        assert 2 <= prompt.minutes <= 4, prompt.id
        assert any(question.required for question in prompt.questions), prompt.id


def test_every_kind_of_question_is_used_and_each_question_is_sound(programme: Programme) -> None:
    asked = questions(programme)
    assert {question.kind for question in asked} == set(KIND_NAMES)
    for question in asked:
        assert kind_of(question).check(question) == (), question.id


def test_no_words_are_longer_than_slack_shows(programme: Programme) -> None:
    assert all(len(prompt.title) <= 150 for prompt in prompts(programme))
    for question in questions(programme):
        assert len(question.label) <= 150, question.id
        for field in kind_of(question).fields(question):
            assert len(field.label) <= 150, field.id
            assert len(field.hint) <= 150, field.id
            assert len(field.placeholder) <= 150, field.id
            for option in field.options:
                assert len(option.label) <= 75, (field.id, option.value)


def test_only_the_last_step_stays_open_and_is_looked_at_twice_a_year(programme: Programme) -> None:
    *earlier, last = programme.steps
    assert not any(step.gate.never for step in earlier)
    assert last.gate.never
    assert last.review_weeks == 26
    assert last.review_title
    assert {prompt.id: prompt.every_weeks for prompt in last.prompts} == {"pulse": 4, "promises": 4}


def test_each_earlier_gate_asks_for_people_and_for_rows(programme: Programme) -> None:
    for step in programme.steps[:-1]:
        assert Decimal("0.5") <= step.gate.quorum <= Decimal("0.6"), step.id
        assert set(step.gate.rows) == {sheet.id for sheet in step.worksheets}, step.id


def test_a_gate_can_be_met_by_its_own_quorum_of_a_group_of_six(programme: Programme) -> None:
    for step in programme.steps:
        for rows in step.gate.rows.values():
            assert rows <= 3, step.id


def test_worksheets_are_filled_from_questions_of_their_own_step(programme: Programme) -> None:
    for step in programme.steps:
        for sheet in step.worksheets:
            prompt = next(prompt for prompt in step.prompts if prompt.id == sheet.prompt)
            assert {column.question for column in sheet.columns} <= {question.id for question in prompt.questions}


def test_ties_and_threats_reach_the_facilitators_alone(programme: Programme) -> None:
    seen = {question.id: question.sees for question in questions(programme)}
    assert {seen[each] for each in ("tie", "tie-since", "protect", "trust-broke", "speakers")} == {"facilitators"}


def test_the_pulse_is_shown_without_names(programme: Programme) -> None:
    assert not any(question.named for question in programme.prompt("pulse").questions)


def test_a_reading_without_a_certain_link_says_where_to_find_it(programme: Programme) -> None:
    for step in programme.steps:
        for reading in step.readings:
            assert reading.url or reading.where, reading.id
            assert reading.why, reading.id
            assert reading.discuss.endswith("?"), reading.id


def test_step_four_says_plainly_that_it_is_no_legal_advice(programme: Programme) -> None:
    step: Step = programme.step("negotiate")
    for words in (step.read, step.done, *(prompt.intro for prompt in step.prompts)):
        assert "no legal advice" in words


def test_figures_of_others_come_with_their_credit(programme: Programme) -> None:
    read = programme.step("value").read
    assert "466 hours" in read
    assert "Li, Hecht and Chancellor, 2022" in read


def test_it_is_among_all_programmes() -> None:
    assert "five-steps" in programmes.load_all()

"""The programme partnership-review: small, on its own, and it ends. The engine needs nothing of five-steps for it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.group import walking
from worker.files import programmes
from workflows import engine, rounds, schedule, steps
from workflows.changes import applied
from workflows.messages.sample import sample_value
from workflows.programme import Programme, Prompt, Step
from workflows.question import Question
from workflows.walk import Walk

MOST_MINUTES_A_WEEK = 8
HIGHEST_GRADE = 7.0  # reading age about 12
LONGEST_SENTENCE = 25  # words


@pytest.fixture(scope="module")
def review() -> Programme:
    return programmes.load("partnership-review")


def questions(review: Programme) -> Iterator[Question]:
    for prompt in review.prompts():
        for question in prompt.questions:
            yield question
            yield from question.columns


def weeks(step: Step) -> list[list[Prompt]]:
    """The rounds of a step, week by week."""
    made: list[list[Prompt]] = []
    for prompt in step.rounds():
        if prompt.day:
            made[-1].append(prompt)
        else:
            made.append([prompt])
    return made


def after_a_week(walk: Walk, review: Programme) -> Walk:
    """Everyone answers everything that the week puts, it ends, and Ana says yes to every check."""
    day = walk.next_round_on
    assert day is not None
    walk = applied(walk, engine.opened(walk, review, day=day, now=schedule.midnight_before(day)))
    for found in rounds.open_ones(walk):
        prompt = review.prompt(found.prompt)
        values = {question.id: sample_value(question) for question in prompt.questions}
        for member in rounds.asked(walk, prompt):
            at = schedule.instant_of(found.opens_on, 12, walk.group.zone)
            said = engine.answered(walk, review, member.person, found.id, values, via="web", now=at)
            walk = applied(walk, said)
    for found in rounds.open_ones(walk):
        walk = applied(walk, engine.closed(walk, review, found.id, now=found.closes_at))
        if walk.partnership.current:
            step = review.step(walk.partnership.current.step)
            checks = tuple(check.id for check in step.gate.checks)
            walk = applied(walk, steps.ticked(walk, review, step, checks, by="ana", now=found.closes_at))
    return walk


def grade(text: str) -> float:
    """The school grade a text needs, by Flesch and Kincaid, with syllables counted roughly as groups of vowels."""
    sentences = [each for each in re.split(r"[.!?:]+(?:\s|$)", text) if each.strip()]
    words = re.findall(r"[A-Za-z'-]+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def passages(review: Programme) -> Iterator[str]:
    """Everything longer than a label that a person reads."""
    yield review.about
    for step in review.steps:
        yield from (step.read, step.done)
        yield from (reading.why for reading in step.readings)
        yield from (decision.proposal for decision in step.decisions)
    for prompt in review.prompts():
        yield prompt.intro
        if prompt.talk:
            yield prompt.talk


def test_it_looks_back_and_then_chooses(review: Programme) -> None:
    assert [step.id for step in review.steps] == ["look-back", "choose"]
    assert sum(len(step.prompts) for step in review.steps) == 9
    ways = review.decision("which-way")
    assert ways.method == "ranked"
    assert ways.keep == 1
    assert [option.value for option in ways.prompts[0].questions[0].options] == [
        "continue",
        "renegotiate",
        "pause",
        "exit",
    ]
    choice = review.decision("our-choice")
    assert choice.method == "consent"
    assert [prompt.stage for prompt in choice.prompts] == ["sense", "consent"]


def test_it_ends(review: Programme) -> None:
    for step in review.steps:
        assert not step.gate.never, step.id
        assert not step.review_weeks, step.id
    assert not any(prompt.every_weeks for prompt in review.prompts())
    assert not any(decision.review for step in review.steps for decision in step.decisions)
    assert review.steps[-1].gate.decisions == ("which-way", "our-choice")


def test_a_group_walks_it_to_its_end_in_seven_weeks(review: Programme) -> None:
    walk = walking()
    kept = replace(walk.partnership, programme=review.id, version=review.version)
    walk = replace(walk, partnership=kept)
    for week in range(1, 8):
        assert not walk.partnership.over, week
        walk = after_a_week(walk, review)
    assert walk.partnership.over
    assert [(run.step, run.how) for run in walk.partnership.steps] == [("look-back", "gate"), ("choose", "gate")]
    chosen, agreed = walk.partnership.outcome("which-way"), walk.partnership.outcome("our-choice")
    assert chosen is not None
    assert (chosen.result, chosen.text) == ("chosen", "Carry on as it is")
    assert agreed is not None
    assert agreed.result == "agreed"
    assert agreed.text_hash
    assert not rounds.open_ones(walk)
    assert walk.next_round_on is None, "nobody is asked anything after the end"


def test_it_has_nothing_of_the_five_steps(review: Programme) -> None:
    other = programmes.load("five-steps")
    assert not {step.id for step in review.steps} & {step.id for step in other.steps}
    assert not {prompt.id for prompt in review.prompts()} & {prompt.id for prompt in other.prompts()}
    sheets, others = ({w.id for step in each.steps for w in step.worksheets} for each in (review, other))
    assert not sheets & others


def test_its_stages_speak_in_words_of_their_own(review: Programme) -> None:
    told = {p.title.partition(": ")[2] for p in review.prompts() if p.stage}
    others = {p.title.partition(": ")[2] for p in programmes.load("five-steps").prompts() if p.stage}
    assert len(told) == 3
    assert not told & others


def test_no_week_asks_for_more_than_a_tired_person_has(review: Programme) -> None:
    for step in review.steps:
        for week in weeks(step):
            assert sum(prompt.minutes for prompt in week) <= MOST_MINUTES_A_WEEK, [prompt.id for prompt in week]


def test_ties_reach_the_facilitators_alone_and_marks_have_no_names(review: Programme) -> None:
    assert {q.sees for q in review.prompt("ties-now").questions} == {"facilitators"}
    for prompt_id in ("marks", "three-harms"):
        asked = review.prompt(prompt_id).questions
        assert not any(q.named for q in asked), prompt_id
        assert {q.reveal for q in asked} == {"closed"}, prompt_id


def test_the_marks_are_said_to_be_untested(review: Programme) -> None:
    assert "not tested" in review.prompt("marks").intro
    assert "not a tested measure" in review.credit


def test_choosing_says_plainly_that_it_is_no_legal_advice(review: Programme) -> None:
    assert "no legal advice" in review.step("choose").read
    assert "no legal advice" in review.prompt("better-terms").intro


def test_its_words_are_plain(review: Programme) -> None:
    for text in passages(review):
        assert grade(text) <= HIGHEST_GRADE, (round(grade(text), 1), text)
        for sentence in re.split(r"[.!?:]+\s", text):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence


def test_titles_and_labels_are_short(review: Programme) -> None:
    assert all(len(prompt.title) <= 50 for prompt in review.prompts())
    assert all(len(question.label) <= 100 for question in questions(review))


def test_no_link_is_invented(review: Programme) -> None:
    for step in review.steps:
        for reading in step.readings:
            assert not reading.url, reading.id
            assert reading.where, reading.id
            assert reading.discuss.endswith("?"), reading.id

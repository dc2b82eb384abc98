"""Reads one step of a programme, and says where its weeks would not work out."""

import re
from collections.abc import Sequence

from workflows.marked_yaml import Table
from workflows.programme import Prompt, Step
from workflows.programme_decision import decision
from workflows.programme_gate import gate
from workflows.programme_prompt import LAST_DAY, prompt
from workflows.programme_reading import milestone, reading
from workflows.programme_source import TEXT, TITLE, Source, each, told_by_id, words_of
from workflows.programme_worksheet import worksheet

_FLAG = 300  # a warning is one sentence
_WEEKS = 26  # a step that puts something new every week for half a year wears everybody out
_ROUND = re.compile(r"r[0-9]+")  # what rounds are called in addresses and in the due index


def step(here: Table, all_words: Table, source: Source) -> Step:
    """Read a step with all that stands in it; what is wrong with it is noted."""
    given = source.ids.of(here, "step")
    if _ROUND.fullmatch(given):
        here.wrong("id", f"the step id {given!r} looks like the id of a round", "give it a name")
    words = words_of(all_words, "step", given)
    prompts = each(here, words, "prompts", lambda one, told: prompt(one, told, source), needed=True)
    decisions = each(here, words, "decisions", lambda one, told: decision(one, told, source))
    sheets = each(here, words, "worksheets", lambda one, told: worksheet(one, told, prompts, source))
    review_weeks = here.whole("review_weeks", default=0, low=0, high=260)
    made = Step(
        id=given,
        title=words.text("title", most=TITLE),
        read=words.text("read", most=TEXT),
        done=words.text("done", most=TEXT),
        prompts=prompts,
        worksheets=sheets,
        readings=each(here, words, "readings", lambda one, told: reading(one, told, source)),
        milestones=each(here, words, "milestones", lambda one, told: milestone(one, told, source)),
        gate=gate(here.table("gate", f"the gate of {here.name}"), words, prompts, decisions, sheets),
        decisions=decisions,
        red_flags=tuple(flag for _, flag in told_by_id(here, words, "red_flags", "red flag", most=_FLAG)),
        review_weeks=review_weeks,
        review_title=words.text("review_title", default=None if review_weeks else "", most=TITLE),
    )
    _check_weeks(here, made)
    here.close()
    words.close()
    return made


def _check_weeks(here: Table, made: Step) -> None:
    """What is put when: days within a week, repeats within the time to the next review, weeks within reason."""
    tables = here.tables("prompts", "prompt")
    for table, one in zip(tables, made.prompts, strict=True):
        table.name = f"prompt {one.id!r}"
    put = [(table, one) for table, one in zip(tables, made.prompts, strict=True) if not one.standing]
    if made.prompts and not made.rounds():
        reason = f"{here.name} has standing prompts only, so nobody is ever asked anything"
        here.problem("prompts", reason, "add a prompt that is not standing, or a decision")
    if put and put[0][1].day:
        put[0][0].problem(
            "day", f"{put[0][0].name} is the first of its step, so no prompt stands before it to count from"
        )
    weeks = _check_days(put) + sum(len(d.prompts) for d in made.decisions)
    if weeks > _WEEKS:
        here.problem(
            "id", f"{here.name} takes {weeks} weeks; {_WEEKS} are as many as a group can bear", "make two steps of it"
        )
    for table, one in put:
        if not made.gate.never and one.every_weeks:
            reason = f"{table.name} has every_weeks, but {here.name} will close"
            table.problem("every_weeks", reason, "take every_weeks away")
        elif made.review_weeks and one.every_weeks > made.review_weeks:
            reason = f"{table.name} comes every {one.every_weeks} weeks, later than the review of {here.name}"
            table.wrong("every_weeks", reason, f"write {made.review_weeks} or less")


def _check_days(put: Sequence[tuple[Table, Prompt]]) -> int:
    """How many weeks the prompts take. Those of one week must come while its first round is open."""
    weeks = day = 0
    for table, one in put:
        if one.day and weeks:
            day += one.day
            if day > LAST_DAY:
                reason = f"{table.name} comes {day} days after its week began; a week is open for {LAST_DAY + 1}"
                table.problem("day", reason, "write a smaller day, or 0 for a week of its own")
        else:
            weeks, day = weeks + 1, 0
    return weeks

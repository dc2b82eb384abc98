"""Deciding together: what a round of a decision comes to, and which of its rounds must come again.

A decision is put in rounds, one a stage: questions, sense check, vote or consent, later a review. A vote or consent
with too few people comes to nothing and is left open longer. An objection blocks: a facilitator says how it was met,
and the group is asked again. What was agreed is kept as text with its hash, dissent stays in it, and its review comes
back by itself. Nothing here is decided twice: a round that came to an outcome is closed for good.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from workflows import asked, counting, gates, rounds, schedule, worksheets
from workflows.programme import Decision, Programme, Prompt, Step
from workflows.walk import Answer, Change, Dissent, Outcome, Partnership, Round, Sheet, Walk

SAY, VOTE, STILL, WHY = "say", "vote", "still", "why"  # questions of the stages consent, vote and review
CONSENT_METHOD = "consent"
CHANGE = "change"  # what a review answers when it wants one
_DECIDING = ("vote", "consent", "review")


def concluded(walk: Walk, programme: Programme, round_: Round, *, now: datetime) -> Change:
    """What a closed round of deciding comes to. Nothing for other rounds, for too few, or when it is known already."""
    prompt = programme.prompt(round_.prompt)
    if prompt.stage not in _DECIDING or walk.partnership.outcome_of(round_.id):
        return Change()
    decision = programme.decision(prompt.decision)
    answers = walk.answers_to(round_.id)
    if prompt.stage != "review" and len(answers) < quorum(walk, decision):
        return Change()
    blank = _blank(walk, decision, round_, answers, now=now)
    match prompt.stage:
        case "consent":
            return _consented(walk, programme, decision, blank, answers, prompt, now=now)
        case "vote":
            outcome = _voted(walk, programme, decision, prompt, blank, answers)
            return _kept(walk, outcome) if outcome.text else Change()  # nothing of what they chose is left
        case _:
            return _kept(walk, _reviewed(walk, decision, blank, answers, now=now))


def lapsed(walk: Walk, programme: Programme, round_: Round, *, now: datetime) -> Change:
    """Too few took part, again and again: what held before goes on, and the record says so."""
    prompt = programme.prompt(round_.prompt)
    if prompt.stage not in _DECIDING or walk.partnership.outcome_of(round_.id):
        return Change()
    decision = programme.decision(prompt.decision)
    blank = _as_before(walk, _blank(walk, decision, round_, walk.answers_to(round_.id), now=now))
    return _kept(walk, replace(blank, review_on=_review_on(walk, decision, now=now)))


def quorum(walk: Walk, decision: Decision) -> int:
    """How many must say something before a decision counts."""
    return gates.needed(decision.quorum, len(walk.counted()))


def _blank(walk: Walk, decision: Decision, round_: Round, answers: Sequence[Answer], *, now: datetime) -> Outcome:
    before = walk.partnership.outcome(decision.id)
    return Outcome(
        decision=decision.id,
        number=before.number + 1 if before else 1,
        round=round_.id,
        at=now,
        result="lapsed",
        method=CONSENT_METHOD,
        text=decision.proposal,
        took_part=tuple(sorted(a.person for a in answers)),
        of=len({m.person for m in walk.counted()} | {a.person for a in answers}),  # some who answered have left Slack
    )


def _kept(walk: Walk, outcome: Outcome, sheet: Sheet | None = None) -> Change:
    kept = replace(walk.partnership, outcomes=(*walk.partnership.outcomes, outcome))
    if sheet:
        kept = replace(kept, sheets=(*kept.sheets, sheet))
    told = walk.told("decided", outcome.at, subject=outcome.round)
    blocked = outcome.result in ("blocked", "reopen")
    lead = tuple(walk.occurrence("amend", outcome.at, subject=outcome.round, person=m.person) for m in walk.leads())
    return Change(partnership=kept, plan=(*told, *(lead if blocked else ())))


def _consented(
    walk: Walk,
    programme: Programme,
    decision: Decision,
    blank: Outcome,
    answers: Sequence[Answer],
    prompt: Prompt,
    *,
    now: datetime,
) -> Change:
    named = prompt.question(SAY).named
    said = [(a, value) for a in answers if isinstance(value := a.values.get(SAY), dict)]
    words = [value["word"] for _, value in said]
    dissent = tuple(
        Dissent(word="object" if v["word"] == "object" else "aside", reason=v.get("why", ""), person=_who(a, named))
        for a, v in sorted(
            said, key=lambda pair: (pair[1].get("why", ""), pair[1]["word"])
        )  # an order that tells nothing
        if v["word"] != "consent"
    )
    mine = (o for o in reversed(walk.partnership.outcomes) if o.decision == decision.id and o.result != "lapsed")
    before = next(mine, None)
    met = before.dissent if before and before.result == "blocked" else ()
    outcome = replace(
        blank,
        counts=tuple((word, words.count(word)) for word in ("consent", "aside", "object")),
        dissent=(*(d for d in met if d.met), *dissent),
        advice=tuple(sorted(v["why"] for _, v in said if v["word"] == "consent" and v.get("why"))),
    )
    if "object" in words:
        return _kept(walk, replace(outcome, result="blocked"))
    agreed = replace(outcome, result="agreed", review_on=_review_on(walk, decision, now=now))
    if not decision.worksheet:
        return _kept(walk, agreed)
    sheet = worksheets.agreed_sheet(
        walk, programme, programme.worksheet(decision.worksheet), decision=decision.id, now=now
    )
    return _kept(walk, replace(agreed, sheet_version=sheet.version, text_hash=sheet.text_hash), sheet)


def _who(answer: Answer, named: bool) -> str:
    return answer.person if named else ""


def _voted(
    walk: Walk, programme: Programme, decision: Decision, prompt: Prompt, blank: Outcome, answers: Sequence[Answer]
) -> Outcome:
    questions = asked.resolved(walk, programme, prompt).questions
    options = next((q.options for q in questions if q.id == VOTE), ())  # none when all rows to choose from are gone
    labels = {option.value: option.label for option in options}
    ballots = [[str(one) for one in value] for a in answers if isinstance(value := a.values.get(VOTE), list)]
    result = (counting.dots if decision.method == "dots" else counting.ranked)(ballots, tuple(labels))
    kept = counting.kept(result.places, decision.keep)
    if isinstance(result, counting.Tally):
        counts = tuple((labels[one], result.counts[one]) for place in result.places for one in place)
    else:
        counts = tuple((labels[one], number) for number, place in enumerate(result.places, 1) for one in place)
    return replace(
        blank,
        result="chosen",
        method=result.method,
        text="\n".join(labels[one] for one in (*kept.clear, *kept.tied)),  # chance decides nothing: a tie stays in
        counts=counts,
    )


def _reviewed(walk: Walk, decision: Decision, blank: Outcome, answers: Sequence[Answer], *, now: datetime) -> Outcome:
    """One wish for a change is enough to look again; silence keeps what holds."""
    said = [str(a.values.get(STILL, "")) for a in answers]
    reopen = CHANGE in said
    reasons = sorted(str(a.values[WHY]) for a in answers if a.values.get(WHY))
    return replace(
        _as_before(walk, blank),
        result="reopen" if reopen else "kept",
        counts=tuple((word, said.count(word)) for word in ("keep", CHANGE, "unsure")),
        advice=tuple(reasons),
        review_on=None if reopen else _review_on(walk, decision, now=now),
    )


def _as_before(walk: Walk, outcome: Outcome) -> Outcome:
    before = walk.partnership.outcome(outcome.decision)
    if before is None:
        return outcome
    return replace(
        outcome,
        text=before.text,
        sheet_version=before.sheet_version,
        text_hash=before.text_hash,
        dissent=before.dissent,
    )


def _review_on(walk: Walk, decision: Decision, *, now: datetime) -> date | None:
    if not decision.review_weeks:
        return None
    return schedule.on_the_wall(now, walk.group.zone).date() + timedelta(weeks=decision.review_weeks)


def again(walk: Walk, programme: Programme, *, day: date) -> tuple[Prompt, ...]:
    """What must be decided once more on `day`: a met objection, a review that is due, one that wants a change.

    At most one decision a week: people are tired.
    """
    for step, decision in ((s, d) for s in programme.steps for d in s.decisions):
        outcome = walk.partnership.outcome(decision.id)
        if outcome is None or _is_open(walk, step, decision):
            continue
        if outcome.result in ("blocked", "reopen"):
            if not gates.is_blocked(outcome):
                return decision.prompts[-1:]
        elif decision.review and outcome.review_on and outcome.review_on <= day:
            return (decision.review,) if _held(walk, decision) else decision.prompts[-1:]
    return ()


def _held(walk: Walk, decision: Decision) -> bool:
    """Whether there is anything to look at again; what never held cannot be kept by silence."""
    return any(o.decision == decision.id and o.result in gates.HOLDS for o in walk.partnership.outcomes)


def _is_open(walk: Walk, step: Step, decision: Decision) -> bool:
    """Whether a decision is on its way: one of its rounds is open, can still come to something, or is put anyway."""
    run = walk.partnership.run(step.id)
    if run and run.closed_on is None and rounds.put(walk, decision.prompts[-1], run) is None:
        return True  # its step was opened again, and decides it anew
    mine = {p.id for p in (*decision.prompts, *((decision.review,) if decision.review else ()))}
    newest = max((r for r in walk.rounds if r.prompt in mine), key=lambda r: r.number, default=None)
    if newest is None:
        return False
    last = newest.prompt in (decision.prompts[-1].id, decision.review.id if decision.review else "")
    return newest.closed_at is None or (last and rounds.takes_answers(walk, newest.id))


def met(walk: Walk, decision: str, how: str) -> Change:
    """A facilitator says how the objections to a decision were met; then it can be put again."""
    found = walk.partnership.outcome(decision)
    if found is None or found.result != "blocked":
        return Change()
    dissent = tuple(replace(d, met=how) if d.word == "object" and not d.met else d for d in found.dissent)
    if dissent == found.dissent:
        return Change()
    return Change(partnership=_replaced(walk.partnership, replace(found, dissent=dissent)))


def _replaced(partnership: Partnership, outcome: Outcome) -> Partnership:
    outcomes = tuple(outcome if o.round == outcome.round else o for o in partnership.outcomes)
    return replace(partnership, outcomes=outcomes)

"""Every surface in Slack with groups of 1, 5, 50 and 500, in which every name, title and answer is as odd as can be.

Very long, from right to left, of signs alone, full of markup: each message, each page of each form, each Home tab and
each answer to a command stays within Slack's limits. A group walks two whole steps, with everything that is decided in
them. A kind of message or a form that is not looked at here fails.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from tests.test_slack_contract import ON_THE_WEB_ALONE, forms_in_the_code
from worker.files import programmes, words
from worker.preview import walked
from worker.preview.walked import Leg, legs
from worker.slack import commands, keep_form, shortcuts
from worker.slack.blocks import render
from worker.slack.home import render_home
from worker.slack.keep_form import Carried
from worker.slack.limits import check
from worker.slack.modals import Leaf, pages_of, render_modal
from workflows import (
    asking,
    choosing,
    command_answers,
    commanding,
    contacting,
    correcting,
    facilitating,
    hosting_forms,
    keeping,
    messages,
    milestone_forms,
    preferences_form,
    promises,
    sharing_forms,
    snoozing,
    worksheets,
)
from workflows.contacts import SHARE, Contact, Letter, PartnerWord
from workflows.forms import Field, Form
from workflows.home import home_of
from workflows.message import Message
from workflows.messages import decided, examples, keep, partner_said
from workflows.messages.scene import Scene
from workflows.people import Membership, NewAddress, Person, Snooze
from workflows.programme import Programme
from workflows.starting_forms import start_form
from workflows.walk import Dissent, Kept, Outcome, Walk

WORDS = words.load()
FIVE = programmes.load("five-steps")
ANA, NOW = examples.ANA, examples.NOW
ODD = (
    "<!channel> <@U0BO> *bold* _i_ `code` <https://evil.example|click> &amp; @here > " * 40,
    "\u202eשלום עולם\u2066 مرحبا بالعالم\u2069 ‏" * 120,
    "👩‍👩‍👧‍👦🏳️‍🌈é̂̃" * 220,
    "W" * 3000,
    "line\n\n" * 400 + '"\\\t',
)
State = Literal["given", "refused", "lapsed", "withdrawn"]
NAME_CHARS, TITLE_CHARS = 80, 150  # what a form takes as a name, and as a title
SIZES = (1, 5, 50, 500)
PAGE = "https://fairsteps.example.org/answer/" + "t" * 900
PICTURES = "https://fairsteps.example.org"


def odd(n: int, most: int) -> str:
    """Something odd, as long as may be."""
    return (ODD[n % len(ODD)] + " ")[:most].strip() or "–"


def shortened(programme: Programme, size: int) -> Programme:
    """Two of the steps: one with tables and a consent, one with dots and three consents; the latter for a big group."""
    return replace(programme, steps=(programme.steps[2],) if size > 50 else (programme.steps[0], programme.steps[2]))


def crowd(size: int) -> Walk:
    """So many people who take part; the first of them facilitates."""
    walk = _example(FIVE)
    ids = [ANA, *(f"m{n:03d}" for n in range(1, size))]
    people = {
        p: Person(id=p, name=odd(n, NAME_CHARS), slack_user=f"U{n}", email=f"p{n}@example.org", zone="Europe/Lisbon")
        for n, p in enumerate(ids)
    }
    members = {p: Membership(person=p, consent="given") for p in ids}
    members[ANA] = replace(members[ANA], role="facilitator")
    there = walk.partnership
    named = replace(
        there,
        group=replace(there.group, name=odd(size, NAME_CHARS)),
        partner=replace(there.partner, name=odd(size + 1, NAME_CHARS)),
        started_by=ANA,
    )
    return replace(walk, partnership=named, people=people, members=members, answers=())


_example = examples.walk


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A group of one size on its way."""

    size: int
    programme: Programme
    legs: tuple[Leg, ...]
    end: Scene

    def scene(self, walk: Walk) -> Scene:
        return Scene(words=WORDS, walk=walk, programme=self.programme)

    @property
    def somebody(self) -> str:
        """Who is not the facilitator, where there is anybody."""
        return list(self.end.walk.members)[-1]


@pytest.fixture(scope="module", params=SIZES)
def group(request: pytest.FixtureRequest) -> Walked:
    size: int = request.param
    programme = shortened(FIVE, size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "walk", lambda programme: crowd(size))
        patch.setattr(walked, "_SAID", tuple(ODD))
        found = tuple(legs(programme))
    walk = found[-1].after
    titled = tuple(
        replace(m, id=f"o{n}", title=odd(n, TITLE_CHARS), owner=ANA) for m in walk.milestones[:1] for n in range(40)
    )
    walk = replace(walk, milestones=(*walk.milestones, *titled))
    runs = tuple(replace(r, how="facilitator", reason=odd(1, 1000)) for r in walk.partnership.steps)
    made = replace(walk.partnership, steps=runs, kept=tuple(_kept(n, size) for n in range(5)))
    end = Scene(words=WORDS, walk=replace(walk, partnership=made), programme=programme)
    return Walked(size=size, programme=programme, legs=found, end=end)


def _kept(n: int, size: int) -> Kept:
    text, note = odd(n, keeping.TEXT_CHARS), odd(n + 1, keeping.NOTE_CHARS)
    state: Any = ("asked", "given", "given", "asked", "given")[n]
    return replace(
        keep.example_kept(), id=f"k{n}", text=text, note=note, state=state, author=ANA, by=ANA, name=odd(n, NAME_CHARS)
    )


# --- messages ---------------------------------------------------------------------------------------------------------


def with_member(scene: Scene, person: str, **changed: Any) -> Scene:
    member = replace(scene.walk.members[person], **changed)
    return replace(scene, walk=replace(scene.walk, members={**scene.walk.members, person: member}))


def of_a_round(group: Walked, leg: Leg) -> Iterator[tuple[str, Message]]:
    """Everything that is said about one round: while it is open, and when it is over."""
    put, after = group.scene(leg.put), group.scene(leg.after)
    who, over = (ANA if leg.prompt.to == "facilitators" else group.somebody), after.walk.round(leg.round.id)
    assert over is not None
    prompt = messages.prompt.compose
    for by_mail, again in ((False, False), (True, False), (False, True)):
        yield "prompt.compose", prompt(put, round_=leg.round, person=who, by_mail=by_mail, again=again)
    yield "nudge.compose", messages.nudge.compose(put, round_=leg.round, person=who)
    off = Snooze(round=leg.round.id, until=NOW + timedelta(days=1))
    yield "snoozed.compose", messages.snoozed.compose(put, round_=leg.round, person=who, put_off=off)
    yield "snoozed.pointer", messages.snoozed.pointer(put, round_=leg.round, person=who)
    yield "unanswered.compose", messages.unanswered.compose(after, round_=over, person=who)
    for scene, found in ((put, leg.round), (after, over)):
        yield "round_opened.compose", messages.round_opened.compose(scene, round_=found)
    for again in (False, True):
        yield "summary.compose", messages.summary.compose(after, round_=over, again=again)
    for answer in after.walk.answers_to(leg.round.id)[:5]:
        yield "answered.compose", messages.answered.compose(after, round_=over, answer=answer)
    if leg.prompt.decision:
        yield "amend.compose", messages.amend.compose(after, round_=over, person=ANA)
    outcome = after.walk.partnership.outcome_of(leg.round.id)
    if outcome is not None:
        yield "decided.compose", messages.decided.compose(after, outcome=outcome)


def of_the_walk(group: Walked) -> Iterator[tuple[str, Message]]:
    """What is said beside rounds."""
    end, walk, who = group.end, group.end.walk, group.somebody
    yield "welcome.compose", messages.welcome.compose(WORDS)
    yield "welcome.back", messages.welcome.back(WORDS)
    for what in ("key", "right"):
        yield "wanting.compose", messages.wanting.compose(WORDS, what=what)
    yield "started.compose", messages.started.compose(end, first=NOW.date())
    yield from of_the_mail(group)
    for consent in ("asked", "given", "refused", "withdrawn"):
        scene = with_member(end, who, consent=consent)
        yield "consent.compose", messages.consent.compose(scene, person=who, again=consent == "asked")
        yield "settled.compose", messages.settled.compose(scene, person=who)
    for step in group.programme.steps:
        for reading in step.readings:
            yield "reading.compose", messages.reading.compose(end, reading=reading, person=who)
            yield "discuss.compose", messages.discuss.compose(end, reading=reading)
        for tries in (0, 1, 2):
            yield "stalled.compose", messages.stalled.compose(end, step_id=step.id, person=ANA, tries=tries)
        yield "step_done.compose", messages.step_done.compose(end, step_id=step.id)
    for milestone in walk.milestones[-5:]:
        yield "milestone.compose", messages.milestone.compose(end, milestone=milestone, today=NOW.date())
        done = replace(milestone, done_on=NOW.date(), done_by=ANA)
        yield "milestone.settled", messages.milestone.settled(end, milestone=done, today=NOW.date())
    yield "resting.compose", messages.resting.compose(end, person=who)
    yield from of_hosting(end, who)
    for kept in walk.partnership.kept:
        yield "keep.compose", messages.keep.compose(end, kept=kept)
        ends: tuple[State, ...] = ("given", "refused", "lapsed", "withdrawn")
        for state in ends:
            yield "keep.settled", messages.keep.settled(end, kept=replace(kept, state=state))
        for state in ends[:3]:
            yield "kept.compose", messages.kept.compose(end, kept=replace(kept, state=state))
    for person in (ANA, who):
        for scene in (end, *(group.scene(leg.put) for leg in group.legs[:: len(group.legs) // 3])):
            digest = messages.digest.compose(scene, person=person, day=NOW.date(), now=NOW + timedelta(weeks=4))
            yield "digest.compose", digest
    yield "decided.compose", messages.decided.compose(end, outcome=fought_over(group))


def of_the_mail(group: Walked) -> Iterator[tuple[str, Message]]:
    """What Slack says of those who are reached by mail, and of the partner."""
    end, walk, who = group.end, group.end.walk, group.somebody
    for consent in ("asked", "given"):
        several = {p: replace(m, consent=consent) for p, m in walk.members.items()}
        scene = replace(end, walk=replace(walk, members=several))
        yield "begun.compose", messages.begun.compose(scene, person=ANA, first=NOW.date())
        lost = replace(walk.people[who], mail_lost="hard", mail_lost_at=NOW)
        away = replace(scene.walk, people={**walk.people, who: lost})
        for hears in (ANA, who):
            yield "mail_lost.compose", messages.mail_lost.compose(replace(scene, walk=away), person=hears, of=who)
        away = replace(away, away=True)
        yield "without_slack.compose", messages.without_slack.compose(replace(scene, walk=away), person=ANA)
    contacts, letters, words = at_the_partners()
    of_theirs = replace(end, walk=replace(walk, partnership=replace(walk.partnership, contacts=contacts)))
    for news in (
        partner_said.News(words=words, letters=letters, ended=contacts, lost=contacts),
        partner_said.News(lost=contacts),
    ):
        yield "partner_said.compose", messages.partner_said.compose(of_theirs, person=ANA, news=news)


def at_the_partners() -> tuple[tuple[Contact, ...], tuple[Letter, ...], tuple[PartnerWord, ...]]:
    """As many as there may be at the partner's, and what they said in one day, at length."""
    contacts = tuple(
        Contact(id=f"c{n}", name=odd(n, NAME_CHARS), address=f"c{n}@example.com", by=ANA, at=NOW)
        for n in range(contacting.MOST_CONTACTS)
    )
    letters = tuple(Letter(by=f"c{n % 5}", at=NOW, text=odd(n, contacting.LETTER_CHARS)) for n in range(30))
    words = tuple(
        PartnerWord(row=f"r{n}", about=odd(n, 500), status="kept", note=odd(n, promises.NOTE_CHARS), by="c1", at=NOW)
        for n in range(100)
    )
    return contacts, letters, words


def of_hosting(end: Scene, who: str) -> Iterator[tuple[str, Message]]:
    for hands in (False, True):
        offered = with_member(end, who, offer="open", offered_by=ANA, offered_at=NOW, hands_over=hands)
        yield "offer.compose", messages.offer.compose(offered, person=who)
    yield "offer.nobody", messages.offer.nobody(end)
    for offer, role in (("declined", "member"), ("accepted", "facilitator")):
        said = with_member(end, who, offer=offer, role=role, offered_by=ANA)
        yield "handed.compose", messages.handed.compose(said, person=ANA, asked=who)
        yield "handed.settled", messages.handed.settled(said, person=who)
        yield "handed.told", messages.handed.told(said, asked=who)
    yield "parted.compose", messages.parted.compose(end)
    yield "parted.request", messages.parted.request(end)
    for why in ("archived", "removed", "gone"):
        group = replace(end.walk.group, channel_lost=why)
        lost = replace(end, walk=replace(end.walk, partnership=replace(end.walk.partnership, group=group)))
        yield "lost.compose", messages.lost.compose(lost, person=ANA)


def fought_over(group: Walked) -> Outcome:
    """An outcome to which fifty object, each at length."""
    _, outcome = decided.example_outcome(group.end)
    reasons = tuple(Dissent(word="object", reason=odd(n, 1500), person=ANA, met=odd(n, 1000)) for n in range(50))
    return replace(
        outcome,
        result="blocked",
        dissent=reasons,
        text=odd(0, 1500),
        advice=tuple(ODD),
        text_hash="a" * 64,
    )


def says_nothing_too_long(kind: str, message: Message) -> None:
    payload = render(message)
    check(payload, "message")
    assert payload["blocks"], kind


def test_every_message_fits(group: Walked) -> None:
    seen = set()
    some = [leg for n, leg in enumerate(group.legs) if group.size == 50 or leg.prompt.decision or not n % 4]
    for kind, message in (*(m for leg in some for m in of_a_round(group, leg)), *of_the_walk(group)):
        says_nothing_too_long(kind, message)
        seen.add(kind)
    assert seen == set(all_messages())


def all_messages() -> Iterator[str]:
    """Everything in `messages` that makes one."""
    for module in messages.KINDS:
        for name, made in inspect.getmembers(module, inspect.isfunction):
            ours = made.__module__ == module.__name__ and not name.startswith(("_", "example"))
            if ours and made.__annotations__.get("return") is Message:
                yield f"{module.KIND}.{name}"


# --- modals -----------------------------------------------------------------------------------------------------------


def filled(form: Form, *, problems: bool = False) -> Form:
    """A form in which something odd is typed wherever there is room, and everything is wrong."""
    typed = {f.id: given for n, f in enumerate(form.fields) if (given := _given(f, n)) is not None}
    wrong = {f.id: odd(n, 600) for n, f in enumerate(form.fields)} if problems else {}
    return replace(form, typed={**typed, **form.typed}, problems={**wrong, **({"": odd(1, 600)} if problems else {})})


def _given(field: Field, n: int) -> str | tuple[str, ...] | None:
    match field.widget:
        case "line" | "lines" | "number":
            return odd(n, 3000)
        case "choice":
            return field.options[-1].value if field.options else odd(n, 75)
        case "choices":
            return tuple(o.value for o in field.options[: field.most or None])
        case _:
            return None


def answering(group: Walked) -> Iterator[Form]:
    """Each prompt: as it is first asked, as it was answered, with a draft, short."""
    for leg in group.legs[:: 2 if group.size == 50 else 4]:
        scene, after = group.scene(leg.put), group.scene(leg.after)
        prompt, ticket = scene.prompt(leg.round), scene.ticket(ANA, leg.round.id)
        first = asking.form(WORDS, prompt, ticket=ticket, before=None)
        yield first
        yield asking.form(WORDS, prompt, ticket=ticket, before=after.walk.answer(leg.round.id, ANA), extra=1)
        yield asking.form(WORDS, prompt, ticket=ticket, before=None, draft=filled(first).typed)
        if prompt.short:
            yield asking.form(WORDS, prompt, ticket=ticket, before=None, short=True)
    yield asking.closed_form(WORDS, ticket=group.end.ticket(ANA, "r1"))


def correcting_rows(group: Walked) -> Iterator[Form]:
    end = group.end
    for step in group.programme.steps:
        for sheet in (w for w in step.worksheets if not w.tally):
            there = worksheets.table(end.walk, end.programme, sheet, "facilitators").row_ids
            for row in (*[r for r in there if r][:1], correcting.NEW):
                ticket = end.ticket(ANA, f"row.{sheet.id}.{row}")
                yield correcting.correct_form(WORDS, end.walk, end.programme, sheet, row, ticket)


def met(group: Walked) -> Iterator[Form]:
    outcome = fought_over(group)
    fought = replace(group.end.walk.partnership, outcomes=(outcome,))
    walk = replace(group.end.walk, partnership=fought)
    ticket = group.end.ticket(ANA, f"met.{outcome.decision}")
    yield choosing.met_form(WORDS, walk, outcome.decision, title=odd(2, TITLE_CHARS), ticket=ticket)


def stepping(group: Walked) -> Iterator[Form]:
    for step in group.programme.steps:
        ticket = group.end.ticket(ANA, step.id)
        yield facilitating.step_form(WORDS, group.end.walk, group.programme, step, ticket)


def keeping_one(group: Walked) -> Iterator[Form]:
    for n, text in enumerate(ODD):
        carried = Carried(by="U0", partnership="", channel="C0", ts="1732300000.1", author=f"U{n}", text=text).fitting()
        for scenes in ((group.end,), many(group.end, 40)):
            who = group.end.name(ANA)
            yield keep_form.keep_form(WORDS, scenes, carried, person=ANA, who=who, whole=text)


def leading(group: Walked) -> Iterator[Form]:
    end, who = group.end, group.somebody
    offered = with_member(end, who, offer="open", offered_by=ANA, offered_at=NOW)
    yield hosting_forms.lead_form(offered, end.ticket(who, "lead"), now=NOW)
    yield hosting_forms.lead_form(end, end.ticket(who, "lead"), now=NOW)


def sharing(group: Walked) -> Iterator[Form]:
    """What the partner may see, with everybody there that there may be."""
    end, (contacts, letters, _) = group.end, at_the_partners()
    for there in ((), contacts):
        made = replace(end.walk.partnership, contacts=there, letters=letters if there else ())
        scene = replace(end, walk=replace(end.walk, partnership=made))
        yield sharing_forms.sharing_form(scene, end.ticket(ANA, SHARE))


def _settings(g: Walked) -> Form:
    """All that there is to settle, in several languages, while an address waits."""
    wanted = NewAddress(address=f"{'n' * 60}@example.org", mark="m", asked_at=NOW)
    ana = replace(g.end.walk.people[ANA], email="ana@example.org", new_address=wanted)
    walk = replace(g.end.walk, people={**g.end.walk.people, ANA: ana})
    languages = ("ar", "de", "en", "ja")
    return preferences_form.form(WORDS, walk, g.end.ticket(ANA), title=g.end.title, now=NOW, languages=languages)


FORMS: Mapping[str, Callable[[Walked], Iterator[Form]]] = {
    "answer": answering,
    "consent": lambda g: iter([choosing.consent_form(g.end, g.end.ticket(ANA, "consent"))]),
    "preferences": lambda g: iter([_settings(g)]),
    "start": lambda g: iter([start_form(WORDS, named(12), channel="C0", installer="U0", zone="Asia/Dili")]),
    "move_on": stepping,
    "row": correcting_rows,
    "met": met,
    "milestone_done": lambda g: iter([choosing.done_form(WORDS, title=t, ticket=g.end.ticket(ANA, "o1")) for t in ODD]),
    "skip": lambda g: iter([choosing.skip_form(WORDS, title=t, ticket=g.end.ticket(ANA), ended=False) for t in ODD]),
    "later": lambda g: iter(
        [
            snoozing.form(
                WORDS, leg.put, leg.round, title=odd(1, 3000), ticket=g.end.ticket(ANA, leg.round.id), now=NOW
            )
            for leg in g.legs[:1]
        ]
    ),
    "people": lambda g: iter([hosting_forms.people_form(g.end, g.end.ticket(ANA, "people"), now=NOW)]),
    "channel": lambda g: iter([hosting_forms.channel_form(g.end, g.end.ticket(ANA, "people"))]),
    "lead": leading,
    "kept": lambda g: iter(
        [
            replace(form, id="kept", intro=keep.told(g.end, kept), token=g.end.ticket(ANA, f"keep.{kept.id}").encode())
            for kept in g.end.walk.partnership.kept
            for form in leading(g)
        ]
    ),
    "milestone_new": lambda g: iter(
        [milestone_forms.new_form(g.end, g.end.ticket(p), title=odd(1, TITLE_CHARS)) for p in (ANA, g.somebody)]
    ),
    "milestone": lambda g: iter(
        [milestone_forms.change_form(g.end, g.end.ticket(ANA, "o1"), m) for m in g.end.walk.milestones[-5:]]
    ),
    "sharing": sharing,
    "keep_message": keeping_one,
    "first_waiting": lambda g: iter(
        [shortcuts._which(_house(), [(scene, 3) for scene in many(g.end, n)]) for n in (2, 40)]
    ),
    "notice": lambda g: iter([Form(id="notice", title=odd(0, 99), submit="", fields=(), intro=ODD, cancel=odd(1, 99))]),
}


def many(scene: Scene, count: int) -> tuple[Scene, ...]:
    """So many walks of the same people."""
    there = scene.walk.partnership
    return tuple(
        replace(scene, walk=replace(scene.walk, partnership=replace(there, id=f"p{n:011d}"))) for n in range(count)
    )


def named(count: int) -> list[Programme]:
    """So many programmes, with odd titles."""
    return [replace(FIVE, id=f"programme-{n}", title=odd(n, TITLE_CHARS)) for n in range(count)]


def _house() -> Any:
    return SimpleNamespace(words=WORDS)


SAME = ("start", "notice", "skip", "milestone_done", "channel", "preferences")  # whatever the size


@pytest.mark.parametrize("form_id", FORMS)
def test_every_page_of_every_modal_fits(group: Walked, form_id: str) -> None:
    seen = 0
    for form in FORMS[form_id](group) if group.size == 50 or form_id not in SAME else ():
        assert form.id == form_id
        for drawn in (form, filled(form), filled(form, problems=True)):
            for number in range(1, len(pages_of(drawn, page=PAGE)) + 1):
                view = render_modal(drawn, notice=odd(number, 300), page=PAGE, number=number, turn=9)
                check(view, "modal")
                token, leaf = Leaf.read(view.get("private_metadata", ""))
                assert (token, leaf.number) == (form.token, number)
                seen += 1
    assert seen or group.size != 50


def test_every_form_is_looked_at() -> None:
    assert {*FORMS, *ON_THE_WEB_ALONE} == set(forms_in_the_code())


# --- Home tabs and commands -------------------------------------------------------------------------------------------


def test_every_home_tab_fits(group: Walked) -> None:
    walks = [group.end, *(group.scene(leg.put) for leg in group.legs[::4])]
    for who in {ANA, group.somebody}:
        asked = [with_member(s, who, consent="asked", offer="open") for s in walks[:2]]
        paused = [with_member(s, who, paused_at=NOW, resting=True) for s in walks[:2]]
        for scenes in ([], walks[:1], walks[1:2], asked, paused, walks * 5):
            check(render_home(home_of(WORDS, scenes, who, now=NOW), pictures=PICTURES), "home")


def test_every_answer_to_a_command_fits(group: Walked) -> None:
    end, who = group.end, group.somebody
    nonsense: Sequence[str] = (*ODD, "", "milestone " + ODD[0])
    answers = [
        *(command_answers.status(s, p, now=NOW) for p in (ANA, who) for s in (end, group.scene(group.legs[0].put))),
        command_answers.reading(end),
        command_answers.paused(end, who),
        command_answers.resumed(end, was_paused=True),
        command_answers.unasked(end, who),
        command_answers.nothing_waits(end, who),
        command_answers.export(end, workbook=PAGE, board=PAGE),
        command_answers.stranger(WORDS),
        *(command_answers.help_text(WORDS, asked=commanding.read(WORDS, text)) for text in nonsense),
        *(command_answers.which([end] * n, who, commanding.read(WORDS, text)) for n in (2, 60) for text in nonsense),
    ]
    for answer in answers:
        commands.ephemeral(answer)  # which checks it
        assert "<!channel>" not in render(answer)["text"]

"""What is one programme's own: each prompt in every channel, each decision in every outcome, each worksheet filled,
the board and the workbook.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from worker.mail.send import Post
from worker.preview.exhibits import ASSETS, Exhibit, Place
from worker.preview.mails import mail
from worker.preview.sharing import shared
from worker.preview.walked import Leg, answered, unanswered, with_round
from worker.web.board import board_page
from worker.workbook.renderers import RENDERERS, render
from workflows import asking, choosing, correcting
from workflows.balance import Balance
from workflows.board import Board, board_of
from workflows.messages import amend, decided, examples, prompt
from workflows.messages.scene import Scene
from workflows.programme import Decision, Step, Worksheet
from workflows.walk import Round, Walk
from workflows.workbook_empty import empty_workbook
from workflows.workbook_filled import workbook_of
from workflows.worksheets import table

_TODAY = timedelta(weeks=1)  # after the last round


def walking(scene: Scene, legs: Sequence[Leg], post: Post, *, main: bool) -> Iterator[Exhibit]:
    """Everything of one programme. `main`: its workbook has the plain name."""
    programme = scene.programme
    for leg in legs:
        yield from _prompt(replace(scene, walk=leg.put), leg, post)
    end = replace(scene, walk=legs[-1].after)
    board = _board(end)
    for step in programme.steps:
        place = _place(scene, step)
        for decision in step.decisions:
            yield from _outcomes(end, legs, decision, post)
        for sheet in step.worksheets:
            yield from _sheet(end, board, sheet, place)
    yield from _whole(end, legs[-1], main=main)


def _place(scene: Scene, step: Step) -> Place:
    return Place(chapter=scene.programme.title, section=f"{scene.place_of(step.id)} {step.title}")


def _prompt(scene: Scene, leg: Leg, post: Post) -> Iterator[Exhibit]:
    """A prompt as messages and as forms, the short one too."""
    place, name = _place(scene, leg.step), f"{scene.programme.id}_{leg.prompt.id}"
    put, round_ = scene.prompt(leg.round), leg.round
    if not leg.prompt.standing:  # put to nobody: its form stands on the board
        who = examples.ANA if leg.prompt.to == "facilitators" else examples.BO
        yield place.slack(f"prompt_{name}", put.title, prompt.compose(scene, round_=round_, person=who))
        by_mail = prompt.compose(scene, round_=round_, person=examples.DARA, by_mail=True)
        yield place.mail(f"prompt_{name}", put.title, mail(post, scene, by_mail, about=round_.id))
    bo = scene.ticket(examples.BO, round_.id)
    yield from place.form(f"answer_{name}", put.title, asking.form(scene.words, put, ticket=bo, before=None))
    if put.short:
        short = asking.form(scene.words, put, ticket=bo, before=None, short=True)
        yield from place.form(f"short_{name}", put.title, short)


# --- decisions ------------------------------------------------------------------------------------------------------


def _outcomes(scene: Scene, legs: Sequence[Leg], decision: Decision, post: Post) -> Iterator[Exhibit]:
    """What a decision may come to, as the channel hears it; and what the facilitators hear before and after."""
    name = f"{scene.programme.id}_{decision.id}"
    mine = [leg for leg in legs if leg.prompt.decision == decision.id]
    place = _place(scene, mine[0].step)
    for leg in mine[:-1]:
        said = amend.compose(replace(scene, walk=leg.after), round_=leg.round, person=examples.ANA)
        yield place.slack(f"amend_{name}_{leg.prompt.stage}", f"{decision.title}: what facilitators hear", said)
    last = mine[-1]
    yield _told(scene, last.after, last.round, place, name)
    once_more, round_ = with_round(last.after, last.step, last.prompt)
    yield _told(scene, unanswered(once_more, scene.programme, round_), round_, place, name)
    if decision.method == "consent":
        blocked = answered(last.put, scene.programme, last.round, word="object")
        yield _told(scene, blocked, last.round, place, name)
        yield from _met(scene, blocked, decision, last.round, place, name)
    if decision.review:
        put, review = with_round(last.after, last.step, decision.review)
        over = answered(put, scene.programme, review, word="change")
        leg = Leg(step=last.step, prompt=decision.review, round=review, put=put, after=over)
        yield from _prompt(replace(scene, walk=put), leg, post)
        yield _told(scene, answered(put, scene.programme, review, word="keep"), review, place, name)
        yield _told(scene, over, review, place, name)
        yield _heard(scene, over, decision, review, place, f"{name}_reopen")


def _told(scene: Scene, walk: Walk, round_: Round, place: Place, name: str) -> Exhibit:
    outcome = walk.partnership.outcome_of(round_.id)
    assert outcome is not None, f"the round of {name} is over"
    message = decided.compose(replace(scene, walk=walk), outcome=outcome)
    return place.slack(f"decided_{name}_{outcome.result}", f"{_title(scene, name)}: {outcome.result}", message)


def _title(scene: Scene, name: str) -> str:
    return scene.programme.decision(name.removeprefix(f"{scene.programme.id}_")).title


def _heard(scene: Scene, walk: Walk, decision: Decision, round_: Round, place: Place, name: str) -> Exhibit:
    message = amend.compose(replace(scene, walk=walk), round_=round_, person=examples.ANA)
    return place.slack(f"amend_{name}", f"{decision.title}: what facilitators hear", message)


def _met(scene: Scene, walk: Walk, decision: Decision, round_: Round, place: Place, name: str) -> Iterator[Exhibit]:
    """An objection: what Ana hears, and the form on which she says how it was met."""
    yield _heard(scene, walk, decision, round_, place, f"{name}_blocked")
    ticket = scene.ticket(examples.ANA, f"{amend.MET}{decision.id}")
    form = choosing.met_form(scene.words, walk, decision.id, title=decision.title, ticket=ticket)
    yield from place.form(f"met_{name}", f"{decision.title}: how an objection was met", form)


# --- worksheets, board, workbook ------------------------------------------------------------------------------------


def _sheet(scene: Scene, board: Board, sheet: Worksheet, place: Place) -> Iterator[Exhibit]:
    """A worksheet as it stands on the board of a facilitator, and the form that corrects its first row."""
    name = f"{scene.programme.id}_{sheet.id}"
    parts = tuple(
        replace(part, sheets=tuple(one for one in part.sheets if one.table.id == sheet.id), decisions=(), waits=())
        for part in board.parts
    )
    only = replace(
        board,
        next="",
        steps=(),
        rounds=(),
        milestones=(),
        readings=(),
        balance=Balance(),
        shared=(),
        may_share=False,
        parts=tuple(replace(part, open=True) for part in parts if part.sheets),
    )
    yield place.page(f"sheet_{name}", f"Worksheet: {sheet.title}", _drawn(only))
    if sheet.tally:
        return  # counts are not corrected by hand
    rows = table(scene.walk, scene.programme, sheet, "facilitators").row_ids
    for row, which in ((next((r for r in rows if r), ""), "row"), (correcting.NEW, "row_new")):
        ticket = scene.ticket(examples.ANA, f"row.{sheet.id}.{row}")
        if row:
            form = correcting.correct_form(scene.words, scene.walk, scene.programme, sheet, row, ticket)
            yield from place.form(f"{which}_{name}", f"Worksheet: {sheet.title}", form)


def _board(scene: Scene) -> Board:
    return board_of(scene, person=examples.ANA, now_day=_day(scene))


def _day(scene: Scene) -> date:
    return (scene.walk.rounds[-1].closes_at + _TODAY).date()


def _drawn(board: Board) -> str:
    return board_page(board, link=_nowhere, workbook=_nowhere("workbook"), home=_nowhere("home"), assets=ASSETS)


def _nowhere(subject: str) -> str:
    """A link of a page that leads nowhere: there is nobody behind a preview."""
    return f"#{subject}"


def _whole(scene: Scene, last: Leg, *, main: bool) -> Iterator[Exhibit]:
    place = Place(chapter=scene.programme.title, section="All of it")
    ending = "" if main else f"_{scene.programme.id}"
    yield place.page(f"board{ending}", "The board, filled", _drawn(_board(replace(scene, walk=last.put))))
    yield from shared(scene, place, ending=ending, now=scene.walk.rounds[-1].closes_at + _TODAY)
    filled = workbook_of(scene, today=_day(scene))
    empty = empty_workbook(scene.words, scene.programme, today=_day(scene))
    for kind in RENDERERS:
        yield place.file(f"workbook{ending}.{kind}", "Workbook, filled", render(filled, kind))
        yield place.file(f"workbook_empty{ending}.{kind}", "Workbook, to fill in by hand", render(empty, kind))

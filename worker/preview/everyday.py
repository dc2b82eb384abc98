"""What every programme has in common: each kind of message, each form that is no prompt, each page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from worker.mail.send import Post
from worker.preview.exhibits import ASSETS, Exhibit, Place
from worker.preview.mails import mail
from worker.slack.home import render_home
from worker.web import draw
from worker.web.home import Ways, home_page
from worker.web.never import STATES, never_page
from worker.web.preferences import preferences_page
from worker.web.shelf import shelf_page
from workflows import (
    asking,
    choosing,
    facilitating,
    home,
    hosting,
    hosting_forms,
    messages,
    preferences_form,
    snoozing,
)
from workflows.changes import applied
from workflows.forms import Form
from workflows.message import Message
from workflows.messages import (
    address_asked,
    begin,
    examples,
    invite_again,
    new_link,
    partner_due,
    partner_invite,
    partner_shared,
    prove_address,
    reply_held,
    reply_page,
    reply_taken,
    reply_unclear,
)
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.reading_shelf import shelf_of
from workflows.starting_forms import mail_form, start_form
from workflows.ticket import Ticket
from workflows.walk import StepRun

NEVER_MAILED = (
    "welcome",
    "started",
    "round_opened",
    "summary",
    "settled",
    "snoozed",
    "unanswered",
    "discuss",
)  # Slack alone
MAIL_ALONE = (
    new_link,
    prove_address,
    address_asked,
    reply_unclear,
    reply_page,
    reply_held,
    reply_taken,
    partner_invite,
    partner_shared,
    partner_due,
)
# These say something else where there is no Slack.
BY_MAIL = {
    "consent": messages.consent.example_by_mail,
    "step_done": messages.step_done.example_by_mail,
    "decided": messages.decided.example_by_mail,
}
_CHAPTER = "What every programme has"


def everyday(scene: Scene, programmes: Sequence[Programme], post: Post) -> Iterator[Exhibit]:
    """Everything that is not one prompt's or one worksheet's own."""
    yield from _messages(scene, post)
    yield from _forms(scene, programmes)
    yield from _pages(scene)
    yield from _own_pages(scene)


def _messages(scene: Scene, post: Post) -> Iterator[Exhibit]:
    place, about = Place(chapter=_CHAPTER, section="Messages"), scene.walk.rounds[0].id
    for kind in messages.KINDS:
        message: Message = kind.example(scene.words, scene.programme)
        yield place.slack(kind.KIND, _title(kind.KIND), message)
        if kind.KIND not in NEVER_MAILED:
            if kind.KIND in BY_MAIL:
                message = BY_MAIL[kind.KIND](scene.words, scene.programme)
            yield place.mail(kind.KIND, _title(kind.KIND), mail(post, scene, message, about=about))
    for given in (begin, invite_again):  # to an address that somebody gave
        example = given.example(scene.words, scene.programme)
        yield place.mail(given.KIND, _title(given.KIND), mail(post, scene, example, about="", to_nobody=True))
    for mailed in MAIL_ALONE:
        message = mailed.example(scene.words, scene.programme)
        yield place.mail(
            mailed.KIND, _title(mailed.KIND), mail(post, scene, message, about=about, to_nobody=mailed is prove_address)
        )
    for name, looks in (("home", examples.BO), ("home_facilitator", examples.ANA), ("home_asked", examples.FEN)):
        shown = home.home_of(scene.words, (_asked(scene, examples.FEN),), looks, now=examples.NOW)
        yield place.payload(name, _title(name), "home", render_home(shown))
    newcomer = home.home_of(scene.words, (), "", now=examples.NOW)
    yield place.payload("home_newcomer", _title("home_newcomer"), "home", render_home(newcomer))


def _asked(scene: Scene, person: str) -> Scene:
    """The group while somebody has not said yet whether they take part."""
    member = replace(scene.walk.members[person], consent="asked", consent_at=None)
    return replace(scene, walk=replace(scene.walk, members={**scene.walk.members, person: member}))


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _forms(scene: Scene, programmes: Sequence[Programme]) -> Iterator[Exhibit]:
    place = Place(chapter=_CHAPTER, section="Forms")
    start = start_form(scene.words, programmes, channel="C0HARBOUR", installer="U0ANA", zone="Europe/Lisbon")
    yield from place.form("start", _title("start"), start, web=False)  # people are chosen in Slack alone
    by_mail = mail_form(scene.words, programmes)
    yield place.page("begin_form", "Begin with your group", draw.form_page(by_mail, assets=ASSETS))
    channel = hosting_forms.channel_form(scene, scene.ticket(examples.ANA, hosting_forms.PEOPLE))
    yield from place.form("channel", _title("channel"), channel, web=False)  # and so is a channel
    bo = scene.ticket(examples.BO)
    settings = preferences_form.form(scene.words, scene.walk, bo, title=scene.title, now=examples.NOW)
    yield from place.form("preferences", _title("preferences"), settings, web=False)
    yield place.page("preferences", _title("preferences"), preferences_page(settings, assets=ASSETS))
    for name, form in (*_settings(scene), *_hosting(scene), *_stepping(scene), *_answering(scene)):
        yield from place.form(name, _title(name), form)


def _settings(scene: Scene) -> Iterator[tuple[str, Form]]:
    w, walk = scene.words, scene.walk
    bo, milestone = scene.ticket(examples.BO), walk.milestones[0].title
    yield "consent", choosing.consent_form(scene, bo)
    yield "milestone_done", choosing.done_form(w, title=milestone, ticket=bo)
    yield "milestone_over", choosing.done_form(w, title=milestone, ticket=bo, ended=True)


def _hosting(scene: Scene) -> Iterator[tuple[str, Form]]:
    """Who takes part and who facilitates: for who does, and for who is asked to."""
    ana, bo = (scene.ticket(examples.ANA, hosting_forms.PEOPLE), scene.ticket(examples.BO, hosting_forms.LEAD))
    yield "people", hosting_forms.people_form(scene, ana, now=examples.NOW)
    offer = hosting.offered(scene.walk, examples.BO, by=examples.ANA, now=examples.NOW)
    yield "lead", hosting_forms.lead_form(replace(scene, walk=applied(scene.walk, offer)), bo, now=examples.NOW)
    yield "lead_over", hosting_forms.lead_form(scene, bo, now=examples.NOW)


def _stepping(scene: Scene) -> Iterator[tuple[str, Form]]:
    """What facilitators decide about a step: while it is open, and once it has ended."""
    step, last = scene.programme.steps[0], scene.programme.steps[-1]
    ana = scene.ticket(examples.ANA, step.id)
    yield "step_open", facilitating.step_form(scene.words, scene.walk, scene.programme, step, ana)
    run = scene.walk.partnership.steps[0]
    ended = replace(run, closed_on=run.opened_on, how="gate")
    runs = (ended, StepRun(step=last.id, opened_on=run.opened_on)) if last.id != step.id else (ended,)
    walk = replace(scene.walk, partnership=replace(scene.walk.partnership, steps=runs))
    yield "step_ended", facilitating.step_form(scene.words, walk, scene.programme, step, ana)
    if last.id != step.id:
        about_last = scene.ticket(examples.ANA, last.id)
        yield "step_last", facilitating.step_form(scene.words, walk, scene.programme, last, about_last)


def _answering(scene: Scene) -> Iterator[tuple[str, Form]]:
    """The ways in which an answer form comes back."""
    w, round_ = scene.words, scene.walk.rounds[0]
    bo, prompt = scene.ticket(examples.BO, round_.id), scene.prompt(round_)
    filled = asking.form(w, prompt, ticket=bo, before=scene.walk.answers[0])
    yield "answer_again", filled
    yield "answer_with_problem", replace(filled, problems={filled.fields[0].id: w("answer.nothing")})
    words_only = {f.id: "Two hours, I think" for f in filled.fields if f.widget == "line"}
    yield "answer_draft", asking.form(w, prompt, ticket=bo, before=None, draft=words_only, extra=1)
    yield "answer_closed", asking.closed_form(w, ticket=bo)
    skip = scene.ticket(examples.BO, f"{round_.id}-skip")
    yield "skip", choosing.skip_form(w, title=prompt.title, ticket=skip, ended=False)
    fen = scene.ticket(examples.FEN, f"{round_.id}{snoozing.LATER}")
    yield "later", snoozing.form(w, scene.walk, round_, title=prompt.title, ticket=fen, now=examples.NOW)
    bo_too = scene.ticket(examples.BO, f"{round_.id}{snoozing.LATER}")
    yield "later_over", snoozing.form(w, scene.walk, round_, title=prompt.title, ticket=bo_too, now=examples.NOW)
    yield "skip_over", choosing.skip_form(w, title=prompt.title, ticket=skip, ended=True)


def _pages(scene: Scene) -> Iterator[Exhibit]:
    place = Place(chapter=_CHAPTER, section="Pages")
    yield place.page("landing", "Front page", draw.page("landing", assets=ASSETS, slack=True, mails=True, local=None))
    asks = {"typed": "", "problem": "", "said": (), "mails": True}
    yield place.page("begin", "Begin by email", draw.page("begin", assets=ASSETS, state="ask", **asks))
    yield place.page("begin_sent", "The link is on its way", draw.page("begin", assets=ASSETS, state="sent", **asks))
    for state in STATES:
        yield place.page(f"never_{state}", _title(f"never_{state}"), never_page(scene.words, state, assets=ASSETS))
    yield place.page("installed", "Installed", draw.page("installed", assets=ASSETS, local=None))
    yield place.page(
        "unsubscribe", "Stop the mails", draw.page("unsubscribe", assets=ASSETS, state="asked", slack=True)
    )
    yield place.page(
        "unsubscribed", "Mails are stopped", draw.page("unsubscribe", assets=ASSETS, state="all", slack=True)
    )


def _own_pages(scene: Scene) -> Iterator[Exhibit]:
    """What is a person's own on the web: their page, and their reading shelf."""
    place, ways = Place(chapter=_CHAPTER, section="Pages"), Ways(url=_nowhere, words=scene.words)
    asked = (_asked(scene, examples.FEN),)
    for name, looks in (("home", examples.BO), ("home_facilitator", examples.ANA), ("home_asked", examples.FEN)):
        shown = home.home_of(scene.words, asked, looks, now=examples.NOW)
        yield place.page(name, _title(name), home_page(shown, ways, assets=ASSETS))
    shelf = shelf_of(scene, examples.BO, "all")
    bo = scene.ticket(examples.BO).encode()
    yield place.page("reading", "Reading shelf", shelf_page(shelf, ways, bo, assets=ASSETS))


def _nowhere(page: str, ticket: Ticket) -> str:
    """A link that leads nowhere: there is nobody behind a preview."""
    return f"#{page}"

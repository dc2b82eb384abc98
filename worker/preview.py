"""Every message kind, form and page as it would be sent, written to a folder to look at. It needs no server.

Each Slack payload passes the same check of Slack's limits as one that is sent. The people in it are made up.
"""

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

from worker.files import programmes, words
from worker.links import Links
from worker.mail.mailing import Mailing
from worker.mail.send import Post
from worker.settings import load
from worker.slack.blocks import render
from worker.slack.home import render_home
from worker.slack.limits import check
from worker.slack.modals import render_modal
from worker.store.connection import connect
from worker.store.mailroom import Mailroom
from worker.vault import Vault
from worker.web import draw
from workflows import asking, choosing, facilitating, messages, starting
from workflows.board import board_of
from workflows.forms import Form
from workflows.message import Message
from workflows.messages import examples, reply_held, reply_unclear
from workflows.messages.scene import Scene
from workflows.ticket import Ticket

_KEY = "cHJldmlldy1vbmx5LXByZXZpZXctb25seS1wcmV2aWU="  # seals nothing real: a preview holds made-up people alone
_SETTINGS = {
    "FAIRSTEPS_SECRET_KEYS": _KEY,
    "FAIRSTEPS_PUBLIC_URL": "https://fairsteps.example.org",
    "FAIRSTEPS_MAIL_FROM": "Fairsteps <fairsteps@example.org>",
    "FAIRSTEPS_INBOUND_URL": "lmtp://127.0.0.1:8004",
}
NEVER_MAILED = ("welcome", "started", "round_opened", "summary", "step_done", "settled")  # these live in Slack alone
MAIL_ALONE = (reply_unclear, reply_held)


@dataclass(frozen=True, slots=True, kw_only=True)
class _StillClock:
    def now(self) -> datetime:
        return examples.NOW


def write(out: Path, *, locale: str) -> int:
    """Write everything below `out` and return the number of files. Raises FileNotFoundError for a language we lack."""
    english, programme = words.load(locale), programmes.load("five-steps", locale)
    scene = examples.scene(english, programme)
    files = {**dict(_messages(scene)), **dict(_forms(scene)), **dict(_pages(scene))}
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (out / "index.html").write_text(_index(sorted(files)), encoding="utf-8")
    return len(files) + 1


def _messages(scene: Scene) -> Iterator[tuple[str, bytes]]:
    post = _post(scene)
    for kind in messages.KINDS:
        message: Message = kind.example(scene.words, scene.programme)
        yield f"slack/{kind.KIND}.json", _payload("message", render(message))
        if kind.KIND not in NEVER_MAILED:
            yield f"email/{kind.KIND}.eml", _mail(post, scene, message)
    for mailed in MAIL_ALONE:
        yield f"email/{mailed.KIND}.eml", _mail(post, scene, mailed.example(scene.words, scene.programme))
    yield "slack/home.json", _payload("home", render_home(scene.words))


def _payload(surface: str, payload: dict[str, object]) -> bytes:
    check(payload, surface)  # type: ignore[arg-type]  # one of the three surfaces, by the callers above
    return json.dumps({"surface": surface, **payload}, indent=1, ensure_ascii=False).encode()


def _post(scene: Scene) -> Post:
    settings = load(_SETTINGS)
    vault = Vault(settings.secret_keys)
    return Post(
        settings=settings,
        links=Links(public_url=settings.public_url, keys=settings.secret_keys),
        mailroom=Mailroom(redis=connect("unix:///nowhere"), vault=vault, key=_KEY),
        words=scene.words,
        clock=_StillClock(),
    )


def _mail(post: Post, scene: Scene, message: Message) -> bytes:
    partnership = scene.walk.partnership
    ticket = Ticket(
        workspace=partnership.workspace,
        partnership=partnership.id,
        person=examples.DARA,
        subject=scene.walk.rounds[0].id,
    )
    person = scene.walk.people[examples.DARA]
    mailing = Mailing(
        delivery="previewpreviewprevie",
        to_name=person.name,
        to_address=person.email or "",
        message=message,
        ticket=ticket,
        list_name=partnership.group.name,
    )
    return post.compose(mailing).as_bytes()


def _forms(scene: Scene) -> Iterator[tuple[str, bytes]]:
    for name, form in _every_form(scene):
        yield f"slack/{name}.json", _payload("modal", render_modal(form))
        if name != "modal_start":  # people and channels are chosen in Slack alone
            yield f"web/{name.removeprefix('modal_')}.html", draw.form_page(form, assets="../web/static").encode()


def _every_form(scene: Scene) -> Iterator[tuple[str, Form]]:
    w, walk = scene.words, scene.walk
    bo = scene.ticket(examples.BO, walk.rounds[0].id)
    yield (
        "modal_start",
        starting.start_form(w, (scene.programme,), channel="C0HARBOUR", installer="U0ANA", zone="Europe/Lisbon"),
    )
    yield "modal_consent", choosing.consent_form(scene, bo)
    yield "modal_move_on", facilitating.step_form(w, walk, scene.programme, scene.programme.steps[0], bo)
    yield "modal_preferences", choosing.preferences_form(w, walk, bo, title=scene.title)
    yield "modal_milestone_done", choosing.done_form(w, title=walk.milestones[0].title, ticket=bo)
    for step in scene.programme.steps:
        for prompt in step.prompts:
            yield f"modal_answer_{prompt.id}", asking.form(w, prompt, ticket=bo, before=None)
    first = scene.programme.steps[0].prompts[0]
    filled = asking.form(w, first, ticket=bo, before=walk.answers[0])
    yield "modal_answer_again", filled
    problems = {filled.fields[0].id: w("answer.nothing")}
    yield "modal_answer_with_problem", replace(filled, problems=problems)
    yield "modal_answer_closed", asking.closed_form(w, ticket=bo)


def _pages(scene: Scene) -> Iterator[tuple[str, bytes]]:
    assets = "../web/static"
    board = board_of(scene, person=examples.BO, now_day=date(2026, 12, 3))
    yield "web/landing.html", draw.page("landing", assets=assets, slack=True, local=None).encode()
    yield "web/installed.html", draw.page("installed", assets=assets, local=None).encode()
    yield "web/unsubscribe.html", draw.page("unsubscribe", assets=assets, state="asked").encode()
    yield "web/unsubscribed.html", draw.page("unsubscribe", assets=assets, state="stopped").encode()
    yield "web/board.html", draw.page("board", assets=assets, board=board).encode()
    for asset in sorted(draw.STATIC.iterdir()):
        yield f"web/static/{asset.name}", asset.read_bytes()


def _index(names: list[str]) -> str:
    """A plain page with a link to each file, folder by folder."""
    parts = ["<!doctype html><html lang=en><meta charset=utf-8><title>Fairsteps preview</title>"]
    parts.append(
        "<link rel=stylesheet href=web/static/pico.css><main class=container><h1>Everything Fairsteps says</h1>"
    )
    for folder, title in (("slack", "Slack"), ("email", "Email"), ("web", "Web")):
        links = [n for n in names if n.startswith(f"{folder}/") and "/static/" not in n]
        items = "".join(f'<li><a href="{quote(n)}">{html.escape(Path(n).stem)}</a></li>' for n in links)
        parts.append(f"<h2>{title}</h2><ul>{items}</ul>")
    return "".join([*parts, "</main></html>"])

"""Every kind of message as it is sent, held by golden files: look at the difference before you refresh them."""

import email
import email.policy
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from worker.files import programmes, words
from worker.preview import everyday, walked, writing
from workflows import messages
from workflows.errors import NotFound
from workflows.message import Heading, Small, Text
from workflows.messages import decided, examples, started, summary
from workflows.messages.scene import Scene

SLACK = tuple(kind.KIND for kind in messages.KINDS)
MAILED = tuple(k for k in SLACK if k not in everyday.NEVER_MAILED) + tuple(k.KIND for k in everyday.MAIL_ALONE)


@pytest.mark.parametrize("kind", SLACK)
def test_in_slack(preview: Path, kind: str, snapshot: SnapshotAssertion) -> None:
    assert json.loads((preview / "slack" / f"{kind}.json").read_text()) == snapshot


@pytest.mark.parametrize("kind", MAILED)
def test_by_mail(preview: Path, kind: str, snapshot: SnapshotAssertion) -> None:
    mail = email.message_from_bytes((preview / "email" / f"{kind}.eml").read_bytes(), policy=email.policy.default)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert len(html.get_content().encode()) < 80_000, "Gmail clips long mails"
    assert (
        dict(mail.items()) | {"Content-Type": "left out: its boundary is by chance"},
        text.get_content(),
    ) == snapshot


def test_every_form_fits_slack_and_the_web(preview: Path) -> None:
    modals = sorted(p.stem for p in (preview / "slack").glob("modal_*.json"))
    assert len(modals) > 150
    assert all(json.loads((preview / "slack" / f"{m}.json").read_text())["surface"] == "modal" for m in modals)
    pages = {p.stem for p in (preview / "web").glob("*.html")}
    chosen_in_slack_alone = {"start", "channel"}
    assert {m.removeprefix("modal_").partition(".page-")[0] for m in modals} - chosen_in_slack_alone <= pages


def test_nothing_asked_in_a_subject_names_the_group_or_the_partner(preview: Path) -> None:
    for path in (preview / "email").glob("*.eml"):
        if path.stem.startswith("partner_"):
            continue  # to the partner's contact, who knows the group by its name alone
        subject = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["Subject"]
        assert "Harbour" not in subject, path.stem
        assert "Tidewater" not in subject, path.stem


def test_every_prompt_and_worksheet_of_every_programme_is_shown(preview: Path) -> None:
    shown = {str(p.relative_to(preview)) for p in preview.rglob("*") if p.is_file()}
    for programme in programmes.load_all().values():
        for prompt in programme.prompts():
            name = f"{programme.id}_{prompt.id}"
            forms = ["answer", *(["short"] if prompt.short else [])]
            assert {f"slack/modal_{form}_{name}.json" for form in forms} <= shown
            assert {f"web/{form}_{name}.html" for form in forms} <= shown
            if not prompt.standing:
                assert {f"slack/prompt_{name}.json", f"email/prompt_{name}.eml"} <= shown
        for sheet in (sheet for step in programme.steps for sheet in step.worksheets):
            assert f"web/sheet_{programme.id}_{sheet.id}.html" in shown
            if not sheet.tally:
                assert f"slack/modal_row_new_{programme.id}_{sheet.id}.json" in shown
    assert {f"web/workbook{which}.{kind}" for which in ("", "_empty") for kind in ("pdf", "docx", "md")} <= shown


def test_every_outcome_of_a_decision_is_shown(preview: Path) -> None:
    names = {p.stem for p in (preview / "slack").glob("decided_five-steps_ledger-agreed_*.json")}
    assert {name.rpartition("_")[2] for name in names} == {"agreed", "blocked", "kept", "reopen", "lapsed"}
    assert (preview / "slack" / "decided_partnership-review_which-way_chosen.json").exists()


def test_the_index_leads_to_every_file_and_draws_what_slack_gets(preview: Path) -> None:
    index = (preview / "index.html").read_text()
    named = [p for p in preview.rglob("*") if p.is_file() and p.parent.name in ("slack", "email", "web")]
    assert all(f"{p.parent.name}/{p.name}" in index for p in named)
    assert "not drawn here" not in index
    for programme in programmes.load_all().values():
        assert f"<h2>{programme.title}</h2>" in index


def test_one_programme_alone_can_be_looked_at(tmp_path: Path) -> None:
    writing.write(tmp_path, locale="en", programme="partnership-review")
    index = (tmp_path / "index.html").read_text()
    assert "partnership-review" in index
    assert "five-steps" not in index
    with pytest.raises(NotFound):
        writing.write(tmp_path, locale="en", programme="six-steps")


def test_a_decision_with_too_few_that_never_held_before_says_that_nothing_is_decided() -> None:
    review = programmes.load("partnership-review")
    leg = next(leg for leg in walked.legs(review) if leg.prompt.stage == "vote")
    lapsed = walked.unanswered(leg.put, review, leg.round)
    outcome = lapsed.partnership.outcome_of(leg.round.id)
    assert outcome is not None
    message = decided.compose(Scene(words=words.load(), walk=lapsed, programme=review), outcome=outcome)
    assert message.parts[0] == Heading(text="Too few took part in “Which way now”. Nothing is decided.")


def test_what_stays_hidden_in_a_summary_is_said_once_and_not_at_each_of_twelve_questions() -> None:
    steps = programmes.load("five-steps")
    leg = next(leg for leg in walked.legs(steps) if leg.prompt.id == "harm-value")
    answers = [a for a in leg.after.answers if a.round == leg.round.id]
    few = replace(leg.after, answers=tuple(a for a in leg.after.answers if a not in answers[2:]))
    message = summary.compose(Scene(words=words.load(), walk=few, programme=steps), round_=leg.round)
    hidden = [part.text for part in message.parts if isinstance(part, Small)]
    assert hidden == ["The answers to 12 questions stay hidden, so that nobody can be guessed from them."]


def test_the_channel_is_told_rightly_who_is_asked() -> None:
    scene = examples.scene(words.load(), programmes.load_all()["five-steps"])
    told = []
    for everyone in (True, False):
        walk = replace(scene.walk, partnership=replace(scene.walk.partnership, everyone=everyone))
        message = started.compose(replace(scene, walk=walk), first=date(2026, 12, 1))
        told.append(" ".join(part.text for part in message.parts if isinstance(part, Text)))
    assert "Each of you gets a message" in told[0]
    assert "Each of you" not in told[1]
    assert "Those who were named for it each get a message" in told[1]

"""Every kind of message as it is sent, held by golden files: look at the difference before you refresh them."""

import email
import email.policy
import json
from pathlib import Path

import pytest
import time_machine
from syrupy.assertion import SnapshotAssertion

from worker import preview
from workflows import messages
from workflows.messages.examples import NOW

SLACK = tuple(kind.KIND for kind in messages.KINDS)
MAILED = tuple(k for k in SLACK if k not in preview.NEVER_MAILED) + tuple(k.KIND for k in preview.MAIL_ALONE)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The preview, with signed links that do not change from day to day."""
    folder = tmp_path_factory.mktemp("preview")
    with time_machine.travel(NOW, tick=False):
        preview.write(folder, locale="en")
    return folder


@pytest.mark.parametrize("kind", SLACK)
def test_in_slack(written: Path, kind: str, snapshot: SnapshotAssertion) -> None:
    assert json.loads((written / "slack" / f"{kind}.json").read_text()) == snapshot


@pytest.mark.parametrize("kind", MAILED)
def test_by_mail(written: Path, kind: str, snapshot: SnapshotAssertion) -> None:
    mail = email.message_from_bytes((written / "email" / f"{kind}.eml").read_bytes(), policy=email.policy.default)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert len(html.get_content().encode()) < 80_000, "Gmail clips long mails"
    assert (
        dict(mail.items()) | {"Content-Type": "left out: its boundary is by chance"},
        text.get_content(),
    ) == snapshot


def test_every_form_fits_slack_and_the_web(written: Path) -> None:
    modals = sorted(p.stem for p in (written / "slack").glob("modal_*.json"))
    assert len(modals) > 20
    assert all(json.loads((written / "slack" / f"{m}.json").read_text())["surface"] == "modal" for m in modals)
    pages = {p.stem for p in (written / "web").glob("*.html")}
    assert {m.removeprefix("modal_") for m in modals} - {"start"} <= pages


def test_nothing_asked_in_a_subject_names_the_group_or_the_partner(written: Path) -> None:
    for path in (written / "email").glob("*.eml"):
        subject = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["Subject"]
        assert "Harbour" not in subject, path.stem
        assert "Tidewater" not in subject, path.stem


def test_the_index_leads_to_every_file(written: Path) -> None:
    index = (written / "index.html").read_text()
    named = [p for p in written.rglob("*") if p.is_file() and p.parent.name in ("slack", "email", "web")]
    assert all(f"{p.parent.name}/{p.name}" in index for p in named)

"""Golden files: what people read of every prompt, decision, form and worksheet, in each channel, as plain text.

One file a prompt, so that a change of words is a change of a file. Look at the difference before you refresh them:
`pytest tests/test_golden.py --snapshot-update`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests import told_as_text
from worker.files import programmes

PROGRAMMES = programmes.load_all()
PROMPTS = [f"{programme.id}_{prompt.id}" for programme in PROGRAMMES.values() for prompt in programme.prompts()]
DECISIONS = [f"{p.id}_{decision.id}" for p in PROGRAMMES.values() for step in p.steps for decision in step.decisions]
FORMS = ("start", "consent", "preferences", "milestone_done", "step_open", "step_ended", "step_last", "skip")
RULE = "=" * 40
MOST_BYTES = 1_500_000


class TextFile(SingleFileSnapshotExtension):
    """One text file a story."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(TextFile)


def as_text(preview: Path, *names: str) -> str:
    """What these files of the preview say, each below its name; one that there is not is left out."""
    parts = (f"{RULE}\n{name}\n{RULE}\n{_told(preview / name)}\n" for name in names if (preview / name).exists())
    return "\n".join(parts)


def _told(file: Path) -> str:
    match file.suffix:
        case ".json":
            return told_as_text.of_slack(json.loads(file.read_text(encoding="utf-8")))
        case ".eml":
            return told_as_text.of_mail(file.read_bytes())
        case _:
            return told_as_text.of_page(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PROMPTS)
def test_prompt(preview: Path, name: str, golden: SnapshotAssertion) -> None:
    message, mail = f"slack/prompt_{name}.json", f"email/prompt_{name}.eml"
    answer, short = f"answer_{name}", f"short_{name}"
    forms = (*modal(preview, answer), f"web/{answer}.html", *modal(preview, short), f"web/{short}.html")
    assert as_text(preview, message, mail, *forms) == golden


def modal(preview: Path, name: str) -> tuple[str, ...]:
    """The modal of a form, page by page."""
    more = sorted(p.name for p in (preview / "slack").glob(f"modal_{name}.page-*.json"))
    return (f"slack/modal_{name}.json", *(f"slack/{page}" for page in more))


@pytest.mark.parametrize("name", DECISIONS)
def test_decision(preview: Path, name: str, golden: SnapshotAssertion) -> None:
    told = sorted(p.name for kind in ("decided", "amend") for p in (preview / "slack").glob(f"{kind}_{name}_*.json"))
    met = (*modal(preview, f"met_{name}"), f"web/met_{name}.html")
    assert as_text(preview, *(f"slack/{file}" for file in told), *met) == golden


@pytest.mark.parametrize("name", FORMS)
def test_form(preview: Path, name: str, golden: SnapshotAssertion) -> None:
    assert as_text(preview, *modal(preview, name), f"web/{name}.html") == golden


@pytest.mark.parametrize("name", PROGRAMMES)
def test_worksheets(name: str, golden: SnapshotAssertion) -> None:
    """Every heading of every worksheet; what fills it is the story of others."""
    assert "\n".join(_headings(name)) == golden


def _headings(name: str) -> Iterator[str]:
    for step in PROGRAMMES[name].steps:
        yield f"{RULE}\n{step.title}\n{RULE}"
        for sheet in step.worksheets:
            yield f"## {sheet.title}\n{sheet.intro}\n| {' | '.join(c.title for c in sheet.columns)} |\n"


@pytest.mark.parametrize("name", PROGRAMMES)
def test_correcting(preview: Path, name: str, golden: SnapshotAssertion) -> None:
    """The form on which a facilitator adds a row."""
    sheets = [sheet for step in PROGRAMMES[name].steps for sheet in step.worksheets]
    assert as_text(preview, *(page for s in sheets for page in modal(preview, f"row_new_{name}_{s.id}"))) == golden


def test_no_text_is_cut_nor_left_unfilled(preview: Path) -> None:
    """No brace of a template, no word of the code, nothing folded away where the programme's own words are too long."""
    for file in preview.glob("slack/*.json"):
        told = _told(file)
        assert not re.search(r"\{\{|\{%|Undefined", told), file.name
        assert "? " not in [line[:2] for line in told.splitlines()], f"{file.name}: a block that is not told"
    for file in preview.glob("email/*.eml"):
        assert not re.search(r"\{\{|\{%|Undefined", _told(file)), file.name


def test_the_golden_files_stay_small_enough_to_read() -> None:
    files = [p for p in (Path(__file__).parent / "__snapshots__").rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < MOST_BYTES

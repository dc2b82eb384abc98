"""The workbook as it is fetched: behind a signed link, and from a shell."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests import web_home
from tests.web_home import BO, CHI, Home
from worker import cli
from worker.web.app import create_with

KINDS = {
    "pdf": ("application/pdf", b"%PDF-"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    "md": ("text/markdown; charset=utf-8", b"# "),
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with web_home.home(tmp_path, web_home.free_port()) as made:
        yield made


@pytest.fixture
def site(home: Home) -> Iterator[httpx.Client]:
    port = home.house.settings.port
    with (
        web_home.serving(create_with(home.house), port) as url,
        httpx.Client(trust_env=False, base_url=url, timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize("ending", KINDS)
def test_bo_takes_the_workbook_along(site: httpx.Client, home: Home, ending: str) -> None:
    page = site.get(f"{home.url('workbook', BO)}.{ending}")
    kind, begins = KINDS[ending]
    assert page.status_code == 200
    assert page.headers["Content-Type"] == kind
    assert page.content.startswith(begins)
    assert page.headers["Content-Disposition"] == f'attachment; filename="workbook.{ending}"'
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    if ending == "md":
        assert "Riverside Group" in page.text


def test_only_who_said_yes_and_holds_the_link_gets_it(site: httpx.Client, home: Home) -> None:
    assert site.get(f"{home.url('workbook', CHI)}.md").status_code == 404
    assert site.get(f"{home.url('board', BO).replace('/board/', '/workbook/')}.md").status_code == 404
    assert site.get("/workbook/made-up.md").status_code == 404
    assert site.get(f"{home.url('workbook', BO)}.exe").status_code == 404


def test_an_empty_one_is_there_before_anything_has_begun(site: httpx.Client, home: Home) -> None:
    address = f"/workbook/empty/{home.house.programmes.ids()[0]}"
    page = site.get(f"{address}.md")
    assert page.status_code == 200
    assert "to fill in by hand" in page.text
    assert site.get(f"{address}.md").content == page.content
    assert site.get("/workbook/empty/nothing.md").status_code == 404
    assert site.get(f"{address}.txt").status_code == 404


@pytest.fixture
def fairsteps(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run the command line; gives its exit status and what it said in errors."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["fairsteps", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return int(left.value.code or 0), capsys.readouterr().err

    return run


@pytest.mark.parametrize("ending", KINDS)
def test_an_empty_workbook_is_written_to_a_file(
    fairsteps: Callable[..., tuple[int, str]], tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"book.{ending}"
    assert fairsteps("export", "--workbook", "--empty", "--programme", "partnership-review", "--out", str(out))[0] == 0
    assert out.read_bytes().startswith(KINDS[ending][1])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--workbook", "--empty", "--out", "book.txt"), "should end in one of .pdf, .docx, .md"),
        (("--workbook", "--empty", "--out", "nowhere/book.md"), "there is no folder"),
        (("--workbook", "--empty", "--out", "folder.md"), "cannot be written"),
        (("--workbook", "--empty", "--locale", "xx", "--out", "book.md"), "no words for xx"),
        (("--workbook", "--empty", "--programme", "nope", "--out", "book.md"), "there is no programme 'nope'"),
        (("--workbook", "--out", "book.md"), "choose one"),
        (("--workbook", "--empty", "--partnership", "p1", "--out", "book.md"), "choose one"),
        (("--empty", "--out", "book.md"), "--workbook"),
        (("--workbook", "--partnership", "p1", "--programme", "x", "--out", "book.md"), "keeps its own programme"),
    ],
)
def test_what_cannot_be_exported_is_said_with_its_reason(
    fairsteps: Callable[..., tuple[int, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.md").mkdir()
    status, said = fairsteps("export", *words)
    assert status == 2
    assert reason in said
    assert not (tmp_path / "book.md").exists()


def test_a_partnership_is_exported_and_an_unknown_one_named(
    fairsteps: Callable[..., tuple[int, str]], home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.wiring.house", lambda: home.house)
    out = tmp_path / "book.md"
    assert fairsteps("export", "--workbook", "--partnership", home.partnership, "--out", str(out))[0] == 0
    assert "Riverside Group" in out.read_text()
    status, said = fairsteps("export", "--workbook", "--partnership", "pnope", "--out", str(out))
    assert status == 2
    assert "there is no partnership pnope" in said

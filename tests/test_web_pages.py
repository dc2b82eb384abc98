"""The pages over real HTTP: what people see, what is kept, and what happens on a bad day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from tests import web_home
from tests.web_home import BO, CHI, Memory
from worker import embedded
from worker.links import Links
from worker.store.connection import connect
from worker.web.app import create_with

GOOD = {"did": "Sat with Kim", "hours": "2,5", "stop": "some", "kind": ["crisis", "content"]}


@dataclass
class Site:
    """The pages as somebody on the outside sees them, and the memory behind them."""

    url: str
    cases: Memory
    links: Links
    house: Any
    client: httpx.Client

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path if path.startswith("http") else self.url + path, **more)

    def post(self, url: str, fields: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self.client.post(url, data=fields or {}, **more)

    def fill(self, url: str, **typed: Any) -> dict[str, Any]:
        """Open a page and fill its form: what a browser would send."""
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.get(url).text)
        return {**dict(hidden), **typed}


@pytest.fixture
def site() -> Iterator[Site]:
    port = web_home.free_port()
    house, cases = web_home.home(port, connect("redis://127.0.0.1:1/0"))
    with web_home.serving(create_with(house), port) as url, httpx.Client(trust_env=False) as client:
        yield Site(url=url, cases=cases, links=house.links, house=house, client=client)


def test_the_start_page_says_what_it_is_in_five_steps(site: Site) -> None:
    page = site.get("/")
    assert page.status_code == 200
    assert page.text.count("<h3>") == 5
    assert "Track Progress" in page.text


def test_a_local_try_out_names_the_local_slack_and_the_mailbox(site: Site) -> None:
    page = site.get("/").text
    port = site.house.settings.port
    assert f"http://localhost:{port + 1}/" in page
    assert f"http://localhost:{port + 2}/" in page


def test_every_page_is_guarded_and_asks_for_no_cookie(site: Site) -> None:
    for path in ("/", "/installed", "/answer/x", site.links.url("answer", BO), "/static/fairsteps.css"):
        page = site.get(path)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in page.headers


def test_no_page_holds_script_style_or_anything_from_elsewhere(site: Site) -> None:
    pages = ["/", "/installed"] + [
        site.links.url(page, BO) for page in ("answer", "preferences", "unsubscribe", "board")
    ]
    for path in pages:
        page = site.get(path)
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "<style" not in page.text
        assert not re.search(r'\s(style|on\w+)="', page.text)
        assert not re.search(r'(src|href)="(https?:)?//(?!localhost)', page.text)


def test_pages_of_a_person_are_kept_by_no_cache_and_no_search_engine(site: Site) -> None:
    for page in ("answer", "preferences", "unsubscribe", "board"):
        headers = site.get(site.links.url(page, BO)).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]


def test_style_sheets_are_kept_by_browsers_and_found_by_their_content(site: Site) -> None:
    sheets = re.findall(r'href="(/static/[^"]+\.css\?v=\w+)"', site.get("/").text)
    assert len(sheets) == 2
    for sheet in sheets:
        assert "max-age=31536000" in site.get(sheet).headers["Cache-Control"]


def test_bo_answers_and_reads_what_was_kept(site: Site) -> None:
    url = site.links.url("answer", BO)
    sent = site.post(url, site.fill(url, **GOOD))
    assert sent.status_code == 303
    assert site.cases.kept[BO] == {"did": "Sat with Kim", "hours": "2,5", "stop": "some", "kind": ("crisis", "content")}
    page = site.get(str(httpx.URL(url).join(sent.headers["Location"])))
    assert "Thank you. Here is what you answered" in page.text
    assert "Being there in a crisis" in page.text
    assert "Change it" in page.text


def test_bo_changes_the_answer_later_and_finds_the_old_one_in_the_form(site: Site) -> None:
    site.cases.kept[BO] = {"did": "Sat with Kim", "hours": "2", "stop": "some"}
    url = site.links.url("answer", BO)
    assert "Sat with Kim</textarea>" in site.get(url).text
    site.post(url, site.fill(url, did="Sat with Lee", hours="3", stop="all"))
    assert site.cases.kept[BO]["did"] == "Sat with Lee"


def test_what_cannot_be_used_comes_back_with_everything_typed(site: Site) -> None:
    url = site.links.url("answer", BO)
    page = site.post(url, site.fill(url, did="Sat with <Kim>", hours="many", kind=["crisis"]))
    assert page.status_code == 422
    assert "Sat with &lt;Kim&gt;</textarea>" in page.text
    assert 'value="many"' in page.text
    assert re.search(r'value="crisis"\s+checked', page.text)
    assert "2 things to check" in page.text
    assert BO not in site.cases.kept


def test_a_store_that_is_away_costs_nobody_their_text(site: Site) -> None:
    url = site.links.url("answer", BO)
    filled = site.fill(url, did="Long and hard to write again", hours="2", stop="some")
    site.cases.away = True
    page = site.post(url, filled)
    assert page.status_code == 503
    assert "Long and hard to write again</textarea>" in page.text
    assert "press “Send” again in a minute" in page.text
    site.cases.away = False
    again = {**filled, **dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))}
    assert site.post(url, again).status_code == 303
    assert site.cases.kept[BO]["did"] == "Long and hard to write again"


def test_even_a_fault_of_ours_costs_nobody_their_text_and_stays_out_of_page_and_log(site: Site) -> None:
    url = site.links.url("answer", BO)
    filled = site.fill(url, did="Long and hard to write again", hours="2", stop="some")
    site.cases.broken = True
    with structlog.testing.capture_logs() as logs:
        page = site.post(url, filled)
    assert page.status_code == 500
    assert "Long and hard to write again</textarea>" in page.text
    assert "secret words" not in page.text
    broken = next(line for line in logs if line["action"] == "page_broken")
    assert broken["error"] == "RuntimeError"
    assert broken["route"] == "/answer/<token>"
    assert "secret words" not in repr(logs)
    assert "Long and hard" not in repr(logs)


def test_the_log_names_the_route_and_never_the_token(site: Site) -> None:
    url = site.links.url("answer", BO)
    with structlog.testing.capture_logs() as logs:
        site.get(url)
        site.get("/answer/forged-token")
    assert [line["route"] for line in logs] == ["/answer/<token>", "/answer/<token>"]
    assert url.rpartition("/")[2] not in repr(logs)
    assert "forged-token" not in repr(logs)


def test_words_written_while_the_round_closed_are_shown_to_be_copied(site: Site) -> None:
    url = site.links.url("answer", BO)
    filled = site.fill(url, did="Too late but well said", hours="2", stop="some")
    site.cases.closed = True
    page = site.post(url, filled)
    assert page.status_code == 409
    assert "This round is closed" in page.text
    assert "Too late but well said" in page.text
    assert site.cases.writes == 0


def test_chi_is_asked_for_consent_first_and_then_sees_the_questions(site: Site) -> None:
    url = site.links.url("answer", CHI)
    assert "Do you want to take part?" in site.get(url).text
    assert site.post(url, site.fill(url)).status_code == 422
    sent = site.post(url, site.fill(url, consent="yes"), follow_redirects=True)
    assert "What did you do for the group" in sent.text
    assert site.cases.consents["chi"] == "yes"


def test_chi_says_no_and_is_told_that_it_is_kept(site: Site) -> None:
    url = site.links.url("answer", CHI)
    page = site.post(url, site.fill(url, consent="no"), follow_redirects=True)
    assert "Thank you. Here is what you answered" in page.text
    assert "No, leave me in peace" in page.text


def test_a_no_counts_also_when_a_yes_came_from_slack_meanwhile(site: Site) -> None:
    url = site.links.url("answer", CHI)
    filled = site.fill(url, consent="no")
    site.cases.consents["chi"] = "yes"
    site.post(url, filled)
    assert site.cases.consents["chi"] == "no"


def test_preferences_are_kept_and_read_back(site: Site) -> None:
    url = site.links.url("preferences", BO)
    page = site.post(url, site.fill(url, prefers="mail", zone="Europe/Lisbon"), follow_redirects=True)
    assert site.cases.chosen["bo"] == {"prefers": "mail", "zone": "Europe/Lisbon"}
    assert "Saved" in page.text
    assert "By mail" in page.text


def test_looking_never_changes_anything(site: Site) -> None:
    for page in ("answer", "preferences", "unsubscribe", "board"):
        for query in ("", "?done=1", "?done=consent", "?resume=1&List-Unsubscribe=One-Click"):
            assert site.get(site.links.url(page, BO) + query).status_code == 200
            site.client.head(site.links.url(page, BO) + query)
    assert site.cases.writes == 0


def test_mails_are_stopped_by_a_button_and_start_again_by_a_button(site: Site) -> None:
    url = site.links.url("unsubscribe", BO)
    stopped = site.post(url, site.fill(url))
    assert site.cases.stopped == ["bo"]
    assert "Mails are stopped" in stopped.text
    assert "Start mails again" in stopped.text
    site.post(url, {"resume": "1"})
    assert site.cases.stopped == []


def test_a_mail_program_stops_mails_with_one_click_from_anywhere(site: Site) -> None:
    url = site.links.url("unsubscribe", BO)
    elsewhere = {"Origin": "https://mail.example.org", "Sec-Fetch-Site": "cross-site"}
    answer = site.post(url, {"List-Unsubscribe": "One-Click"}, headers=elsewhere)
    assert answer.status_code == 200  # RFC 8058: no redirect
    assert site.cases.stopped == ["bo"]


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example.org"}],
)
def test_a_form_sent_by_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    url = site.links.url("answer", BO)
    assert site.post(url, site.fill(url, **GOOD), headers=headers).status_code == 403
    assert site.cases.writes == 0


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "null"}, {}])
def test_a_form_of_our_own_page_is_taken(site: Site, headers: dict[str, str]) -> None:
    url = site.links.url("answer", BO)
    assert site.post(url, site.fill(url, **GOOD), headers=headers).status_code == 303


def test_a_link_for_one_page_opens_no_other(site: Site) -> None:
    token = site.links.token("unsubscribe", BO)
    for page in ("answer", "preferences", "board"):
        gone = site.get(f"/{page}/{token}")
        assert gone.status_code == 404
        assert "This link does not work any more" in gone.text
        assert token not in gone.text


def test_wrong_turns_end_on_a_kind_page(site: Site) -> None:
    assert site.get("/nowhere").status_code == 404
    assert "There is nothing here" in site.get("/nowhere").text
    wrong = site.post(site.links.url("board", BO))
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
    assert "does not take that" in wrong.text
    long = site.post(site.links.url("answer", BO), {"did": "x" * 1_100_000})
    assert long.status_code == 413
    assert "too long" in long.text


def test_a_page_that_cannot_be_read_now_says_to_come_back(site: Site) -> None:
    site.cases.away = True
    page = site.get(site.links.url("answer", BO))
    assert page.status_code == 503
    assert "again in a minute" in page.text


def test_the_board_shows_the_steps_and_escapes_what_people_wrote(site: Site) -> None:
    page = site.get(site.links.url("board", BO)).text
    assert 'aria-current="step"' in page
    assert "3 of 6 answered" in page
    assert "Translating leaflets &lt;b&gt;by hand&lt;/b&gt;" in page
    assert "Nothing here yet" in page


def test_live_says_up_and_metrics_can_be_read(site: Site) -> None:
    assert site.get("/health/live").json() == {"live": True}
    assert "python_info" in site.get("/metrics").text


def test_ready_follows_the_store(tmp_path: Path) -> None:
    server = embedded.start(tmp_path)
    port = web_home.free_port()
    house, _ = web_home.home(port, connect(embedded.url_for(tmp_path)))
    with web_home.serving(create_with(house), port) as url:
        assert httpx.get(f"{url}/health/ready").status_code == 200
        server.stop()
        gone = httpx.get(f"{url}/health/ready")
    assert gone.status_code == 503
    assert gone.json()["ready"] is False

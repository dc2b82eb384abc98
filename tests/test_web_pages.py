"""The pages over real HTTP and a real Valkey: what people see, what is kept, and what happens on a bad day."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from slack_sdk.signature import SignatureVerifier

from tests import web_home, web_programme
from tests.web_home import ANA, BO, CHI, Home
from worker.store import keys
from worker.web.app import create_with

GOOD: dict[str, Any] = {"activity": "crisis", "hours.low": "2", "hours.high": "2,5", "gains": ["members", "app"]}
PAGES = ("answer", "preferences", "unsubscribe", "board")


@dataclass
class Site:
    """The pages as somebody on the outside sees them, and the home behind them."""

    url: str
    home: Home
    client: httpx.Client

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path if path.startswith("http") else self.url + path, **more)

    def post(self, url: str, fields: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self.client.post(url, data=fields or {}, **more)

    def fill(self, url: str, **typed: Any) -> dict[str, Any]:
        """Open a page and fill its form: what a browser would send."""
        return {**hidden(self.get(url)), **typed}


def hidden(page: httpx.Response) -> dict[str, str]:
    """What a page sends along unseen."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = web_home.free_port()
    with (
        web_home.home(tmp_path, port) as home,
        web_home.serving(create_with(home.house), port) as url,
        httpx.Client(trust_env=False) as client,
    ):
        yield Site(url=url, home=home, client=client)


def test_the_start_page_says_what_it_is_and_names_the_local_slack_and_mailbox(site: Site) -> None:
    page = site.get("/").text
    assert page.count("<h3>") == 5
    assert "Track Progress" in page
    port = site.home.house.settings.port
    assert f'"http://localhost:{port + 2}/slack/"' in page
    assert f'"http://localhost:{port + 2}/"' in page
    assert f'"http://localhost:{port + 2}/slack/"' in site.get("/installed").text


def test_every_page_is_guarded_asks_for_no_cookie_and_loads_nothing_from_elsewhere(site: Site) -> None:
    for path in ("/", "/installed", "/answer/x", "/nowhere", *(site.home.url(page, BO) for page in PAGES)):
        page = site.get(path)
        policy = page.headers["Content-Security-Policy"]
        for rule in ("default-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):
            assert rule in policy
        assert "unsafe" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in page.headers
        ours = re.sub(r'<script src="/static/[\w.]+\?v=\w+" defer></script>', "", page.text)
        assert not re.search(r'<script|<style|\s(style|on\w+)="', ours)
        assert not re.search(r'<(link|img|iframe)[^>]+(src|href)="(https?:)?//', page.text)


def test_add_to_slack_leads_to_slack_and_back_to_a_kind_page(site: Site) -> None:
    assert 'href="/slack/install"' in site.get("/").text
    away = site.get("/slack/install")
    assert away.status_code == 302
    assert "/oauth/v2/authorize?" in away.headers["Location"]
    state = httpx.URL(away.headers["Location"]).params["state"]
    cancelled = site.get("/slack/oauth_redirect", params={"error": "access_denied", "state": state})
    assert cancelled.status_code >= 400
    assert "Nothing was installed" in cancelled.text
    strange = site.get("/slack/oauth_redirect", params={"code": "1", "state": "made-up"})
    assert strange.status_code >= 400
    assert "That did not work yet" in strange.text
    assert "made-up" not in strange.text
    site.home.take_store_away()
    assert "press Add to Slack again" in site.get("/slack/install").text


def test_events_reach_slacks_own_check_byte_by_byte(site: Site) -> None:
    secret = site.home.house.settings.slack_signing_secret or ""
    body = '{"type": "url_verification",  "challenge": "grüß-dich"}'.encode()
    stamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": str(signature),
        "Content-Type": "application/json",
    }
    answer = site.client.post(f"{site.url}/slack/events", content=body, headers=headers)
    assert answer.status_code == 200
    assert "dich" in answer.text
    assert site.client.post(f"{site.url}/slack/events", content=body + b" ", headers=headers).status_code == 401


def test_a_house_without_slack_says_so(tmp_path: Path) -> None:
    port = web_home.free_port()
    with web_home.home(tmp_path, port) as home:
        alone = replace(
            home.house, settings=home.house.settings.model_copy(update={"slack_client_id": None, "local": False})
        )
        with web_home.serving(create_with(alone), port) as url:
            page = httpx.get(url).text
            assert "Begin by email" in page
            assert "Slack" not in page, "who has none reads of none"
            assert "README" not in page
            assert httpx.get(f"{url}/slack/install").status_code == 404


def test_pages_of_a_person_are_kept_by_no_cache_and_no_search_engine(site: Site) -> None:
    for page in PAGES:
        headers = site.get(site.home.url(page, BO)).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]


def test_style_sheets_are_kept_by_browsers_and_found_by_their_content(site: Site) -> None:
    sheets = re.findall(r'href="(/static/[^"]+\.css\?v=\w+)"', site.get("/").text)
    assert len(sheets) == 2
    for sheet in sheets:
        assert "max-age=31536000" in site.get(sheet).headers["Cache-Control"]


def test_bo_answers_reads_what_was_kept_and_changes_it(site: Site) -> None:
    url = site.home.url("answer", BO)
    sent = site.post(url, site.fill(url, **GOOD))
    assert sent.status_code == 303
    first = site.home.answer_of(BO)
    assert first is not None
    assert first["activity"] == "crisis"
    page = site.get(str(httpx.URL(url).join(sent.headers["Location"]))).text
    assert "Thank you. Here is what you answered" in page
    assert "Being there in a crisis" in page
    assert "Change it" in page
    assert re.search(r'value="crisis"\s*checked', site.get(url).text)
    site.post(url, site.fill(url, **{**GOOD, "activity": "welcome"}))
    second = site.home.answer_of(BO)
    assert second is not None
    assert second["activity"] == "welcome"


def test_what_cannot_be_used_comes_back_with_everything_typed(site: Site) -> None:
    url = site.home.url("answer", BO)
    page = site.post(url, site.fill(url, **{**GOOD, "activity": "", "hours.low": "<many>"}))
    assert page.status_code == 422
    assert "2 things to check" in page.text
    assert 'value="&lt;many&gt;"' in page.text
    assert re.search(r'value="app"\s*checked', page.text)
    assert site.home.answer_of(BO) is None


def test_a_store_that_is_away_costs_nobody_their_text(site: Site) -> None:
    url = site.home.url("answer", BO)
    filled = site.fill(url, **GOOD)
    site.home.take_store_away()
    page = site.post(url, filled)
    assert page.status_code == 503
    assert 'value="2,5"' in page.text
    assert re.search(r'value="crisis"\s*checked', page.text)
    assert "press “Send” again in a minute" in page.text
    assert "again in a minute" in site.get(url).text
    site.home.bring_store_back()
    assert site.post(url, {**filled, **hidden(page)}).status_code == 303
    assert site.home.answer_of(BO) is not None


def test_even_a_fault_of_ours_costs_nobody_their_text_and_stays_out_of_page_and_log(site: Site) -> None:
    url = site.home.url("answer", BO)
    filled = site.fill(url, **{**GOOD, "hours.low": "some private words"})
    site.home.spoil()
    with structlog.testing.capture_logs() as logs:
        page = site.post(url, filled)
    assert page.status_code == 500
    assert "some private words" in page.text
    broken = next(line for line in logs if line["action"] == "page_broken")
    assert broken["route"] == "/answer/<token>"
    for secret in ("some private words", "secret words", url.rpartition("/")[2]):
        assert secret not in repr(logs)


def test_the_log_names_the_route_and_never_the_token(site: Site) -> None:
    url = site.home.url("answer", BO)
    with structlog.testing.capture_logs() as logs:
        site.get(url)
        site.get("/answer/forged-token")
    assert [line["route"] for line in logs] == ["/answer/<token>", "/answer/<token>"]
    assert url.rpartition("/")[2] not in repr(logs)
    assert "forged-token" not in repr(logs)


def test_words_written_while_the_round_closed_are_shown_to_be_copied(site: Site) -> None:
    url = site.home.url("answer", BO)
    filled = site.fill(url, **{**GOOD, "hours.low": "too late but well said"})
    site.home.house.cases.walks.change(site.home.partnership, web_home.walk_over)
    page = site.post(url, filled)
    assert page.status_code == 409
    assert "This one is closed" in page.text
    assert "too late but well said" in page.text
    assert "<form" not in page.text
    assert site.home.answer_of(BO) is None


def test_chi_is_asked_for_consent_first_and_then_sees_the_questions(site: Site) -> None:
    url = site.home.url("answer", CHI)
    assert "Do you want to take part?" in site.get(url).text
    assert site.post(url, site.fill(url)).status_code == 422
    page = site.post(url, site.fill(url, consent="yes", prefers="mail"), follow_redirects=True).text
    assert "Thank you" in page
    assert "What kind of work was it?" in page
    assert site.home.walk.members[CHI].consent == "given"
    assert site.home.walk.members[CHI].prefers == "mail"


def test_chi_says_no_and_reads_that_it_is_kept(site: Site) -> None:
    url = site.home.url("answer", CHI, "consent")
    page = site.post(url, site.fill(url, consent="no"), follow_redirects=True).text
    assert "Thank you. Here is what you answered" in page
    assert "change your mind" in page
    assert site.home.walk.members[CHI].consent == "refused"


def test_a_no_counts_also_when_a_yes_came_from_slack_meanwhile(site: Site) -> None:
    url = site.home.url("answer", CHI)
    filled = site.fill(url, consent="no")
    site.home.house.cases.give_consent(site.home.ticket(CHI), True, via="slack")
    site.post(url, filled)
    assert site.home.walk.members[CHI].consent != "given"


def test_an_answer_without_consent_is_not_kept_and_not_lost(site: Site) -> None:
    url = site.home.url("answer", BO)
    filled = site.fill(url, **GOOD)
    site.home.house.cases.give_consent(site.home.ticket(BO), False, via="slack")
    page = site.post(url, filled)
    assert page.status_code == 409
    assert "Do you want to take part?" in page.text
    assert "Being there in a crisis" in page.text
    assert site.home.answer_of(BO) is None


def test_ana_closes_a_milestone_and_moves_on_by_link(site: Site) -> None:
    milestone = site.home.walk.milestones[0]
    url = site.home.url("answer", milestone.owner, milestone.id)
    done = site.post(url, site.fill(url), follow_redirects=True)
    assert "Thank you" in done.text
    assert site.home.walk.milestones[0].done_on is not None
    run = site.home.walk.partnership.current
    assert run is not None
    url = site.home.url("answer", ANA, run.step)
    assert site.post(url, site.fill(url, do="move_on")).status_code == 422
    moved = site.post(url, site.fill(url, do="move_on", reason="Two of us are ill."), follow_redirects=True)
    assert moved.status_code == 200
    assert "Thank you" in moved.text
    assert site.home.walk.partnership.current is None


def test_ana_goes_from_one_corrected_row_back_to_the_board(site: Site) -> None:
    row = site.home.url("answer", ANA, "row.ledger.new")
    done = site.post(row, site.fill(row, activity="crisis"), follow_redirects=True)
    found = re.search(r'href="([^"]+/board/[^"]+)"', done.text)
    assert found is not None
    assert "Correct" in site.get(found[1]).text


def test_a_page_that_ana_left_open_undoes_nothing_that_was_corrected_meanwhile(site: Site) -> None:
    new = site.home.url("answer", ANA, "row.ledger.new")
    assert site.post(new, site.fill(new, activity="crisis")).status_code == 303
    row = site.home.url("answer", ANA, "row.ledger.h1")
    left_open = site.fill(row, activity="crisis")
    assert site.post(row, site.fill(row, activity="welcome")).status_code == 303
    for _ in range(2):  # also when she just presses Save once more
        told = site.post(row, left_open)
        assert told.status_code == 422
        assert "Somebody changed this row" in told.text
        left_open = {**hidden(told), "activity": "crisis"}
    assert [e.after for e in site.home.walk.partnership.edits] == ["crisis", "welcome"]


# --- drafts, lines, short and full, hostile input --------------------------------------------------------------------


def whole(site: Site, subject: str = "") -> str:
    return site.home.url("answer", BO, subject or site.home.whole)


def test_what_is_kept_for_later_is_there_again_and_goes_once_it_is_sent(site: Site) -> None:
    url = whole(site)
    kept = site.post(url, site.fill(url, _do="keep", **{"work.0.task": "crisis", "plan": "half a thought"}))
    assert kept.status_code == 303
    page = site.get(str(httpx.URL(url).join(kept.headers["Location"]))).text
    assert "Kept for later. It is not sent yet" in page
    assert site.home.answer_of(BO, site.home.whole) is None
    again = site.get(url).text
    assert "half a thought" in again
    assert "What you typed before is still here." in again
    sent = site.post(url, site.fill(url, **{**web_programme.FULL, "plan": "a whole thought"}))
    assert sent.status_code == 303
    answer = site.home.answer_of(BO, site.home.whole)
    assert answer is not None
    assert (answer["plan"], answer["dots"], answer["order"]) == ("a whole thought", ["g1", "g2"], ["g2"])
    assert site.home.house.drafts.get(site.home.partnership, site.home.whole, BO) is None
    assert "What you typed before" not in site.get(url).text


def test_a_draft_is_sealed_and_somebody_elses_is_not_shown(site: Site) -> None:
    url = whole(site)
    site.post(url, site.fill(url, _do="keep", plan="words of Bo"))
    kept = site.home.house.redis.hgetall(keys.drafts(site.home.partnership))
    assert len(kept) == 1
    assert "words of Bo" not in repr(kept)
    assert "words of Bo" not in site.get(site.home.url("answer", ANA, site.home.whole)).text


def test_one_more_line_keeps_every_word(site: Site) -> None:
    url = whole(site)
    fields = site.fill(url, _do="more", **{"work.0.task": "crisis", "work.0.name": "calls <at night>", "tie": "yes"})
    longer = site.post(url, fields)
    assert longer.status_code == 200
    assert "calls &lt;at night&gt;" in longer.text
    assert 'name="work.1.task"' in longer.text
    assert "autofocus" in longer.text
    assert re.search(r'value="yes"[^>]*checked', longer.text)
    third = {**web_programme.FULL, "work.1.task": "welcome", "tie": "no"}
    assert site.post(url, {**fields, **hidden(longer), **third, "_do": "send"}).status_code == 303
    answer = site.home.answer_of(BO, site.home.whole)
    assert answer is not None
    assert [line["task"] for line in answer["work"]] == ["crisis", "welcome"]


def test_the_short_form_loses_nothing_of_the_full_one(site: Site) -> None:
    url = whole(site)
    there = site.post(url, site.fill(url, _do="other", plan="kept on the way"))
    assert there.status_code == 303
    short = there.headers["Location"]
    page = site.get(short).text
    assert 'name="plan"' not in page
    assert "All questions, about 5 min" in page
    assert site.post(short, site.fill(short, tie="no", say="consent")).status_code == 303
    answer = site.home.answer_of(BO, site.home.whole)
    assert answer is not None
    assert set(answer) == {"tie", "say"}
    assert "kept on the way" in site.get(url).text


def test_a_follow_up_is_asked_when_it_is_meant_and_its_words_stay_when_it_is_not(site: Site) -> None:
    url = whole(site)
    missing = site.post(url, site.fill(url, **{**web_programme.FULL, "tie": "yes"}))
    assert missing.status_code == 422
    assert "One thing to check" in re.sub(r"\s+", " ", missing.text)
    moot = site.post(url, site.fill(url, **{**web_programme.FULL, "since": "2020-05-01"}))
    assert moot.status_code == 303
    answer = site.home.answer_of(BO, site.home.whole)
    assert answer is not None
    assert "since" not in answer
    assert 'value="2020-05-01"' in site.get(url).text
    assert "2020-05-01" not in site.get(url + "?done=1").text


def test_leaving_a_prompt_out_is_one_button(site: Site) -> None:
    url = whole(site, f"{site.home.whole}-skip")
    page = site.get(url).text
    assert page.count("<button") == 1
    done = site.post(url, site.fill(url), follow_redirects=True)
    assert done.status_code == 200
    assert "That is left out" in done.text
    kept = site.home.walk.answer(site.home.whole, BO)
    assert kept is not None
    assert kept.skipped


HOSTILE: dict[str, dict[str, Any]] = {
    "long": {"plan": "x" * 10_000, "work.0.name": "y" * 10_000, "tie": "z" * 10_000},
    "control": {"plan": "a\x00b\x1b[2J", "work.0.name": "\x07", "since": "\x00", "order.1": "\u202e"},
    "forged": {**{f"work.{n}.task": "crisis" for n in range(200)}, "work.0.nowhere": "x", "__proto__": "x"},
    "no option": {"tie": "perhaps", "say": "veto", "dots": ["g9", "g1"], "order.1": "../g1", "keeper": "nobody"},
    "several": {"tie": ["yes", "no"], "order.1": ["g1", "g2"], "work.0.task": ["crisis", "welcome"]},
    "everything": {"dots": [f"g{n}" for n in range(1, 5)] * 50, "pay.low": "9" * 4000, "pay.currency": "€" * 99},
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("do", ["send", "keep", "more", "other"])
def test_nothing_that_is_posted_breaks_a_page(site: Site, name: str, do: str) -> None:
    url = whole(site)
    posted = site.post(url, {**site.fill(url), **{"_do": do}, **HOSTILE[name]})
    assert posted.status_code in (200, 303, 422)
    assert site.get(url).status_code == 200
    if do == "send" and name != "forged":
        assert posted.status_code == 422
        assert "to check" in posted.text


def test_a_form_that_was_not_drawn_here_is_read_by_what_is_asked(site: Site) -> None:
    url = whole(site)
    fields = {**site.fill(url, **web_programme.FULL), "_drawn": "forged"}
    assert site.post(url, fields).status_code == 303
    answer = site.home.answer_of(BO, site.home.whole)
    assert answer is not None
    assert answer["say"] == {"word": "consent", "why": ""}


def test_a_lost_store_while_keeping_costs_nothing(site: Site) -> None:
    url = whole(site)
    filled = site.fill(url, _do="keep", **{"work.0.name": "so tired", "plan": "later"})
    site.home.take_store_away()
    page = site.post(url, filled)
    assert page.status_code == 503
    assert "so tired" in page.text
    site.home.bring_store_back()
    assert site.post(url, {**filled, **hidden(page)}).status_code == 303
    assert "so tired" in site.get(url).text


def test_preferences_are_kept_and_read_back(site: Site) -> None:
    url = site.home.url("preferences", BO)
    wanted = {
        "consent": "yes",
        "prefers": "mail",
        "digest": "none",
        "pause": "no",
        "energy": "no",
        "zone": "Europe/Lisbon",
    }
    page = site.post(url, site.fill(url, **wanted), follow_redirects=True).text
    assert site.home.walk.members[BO].prefers == "mail"
    assert site.home.walk.zone(BO) == "Europe/Lisbon"
    assert "Saved" in page
    assert "Europe/Lisbon" in page
    assert site.post(url, site.fill(url, **{**wanted, "zone": "Mars/Base"})).status_code == 422


def test_looking_never_changes_anything(site: Site) -> None:
    before = site.home.walk
    for page in PAGES:
        for query in ("", "?done=1", "?done=consent", "?resume=1&List-Unsubscribe=One-Click"):
            assert site.get(site.home.url(page, BO) + query).status_code == 200
            site.client.head(site.home.url(page, BO) + query)
    assert site.home.walk == before


def test_mails_are_stopped_by_a_button_and_start_again_by_a_button(site: Site) -> None:
    url = site.home.url("unsubscribe", BO)
    stopped = site.post(url, site.fill(url))
    assert site.home.walk.people[BO].mail_stopped
    assert "Mails are stopped" in stopped.text
    site.post(url, hidden(stopped))
    assert not site.home.walk.people[BO].mail_stopped


def test_a_mail_program_stops_mails_with_one_click_from_anywhere(site: Site) -> None:
    url = site.home.url("unsubscribe", BO)
    elsewhere = {"Origin": "https://mail.example.org", "Sec-Fetch-Site": "cross-site"}
    answer = site.post(url, {"List-Unsubscribe": "One-Click"}, headers=elsewhere)
    assert answer.status_code == 200  # RFC 8058: no redirect
    assert site.home.walk.people[BO].mail_stopped


def test_a_form_sent_by_another_site_is_refused(site: Site) -> None:
    url = site.home.url("answer", BO)
    filled = site.fill(url, **GOOD)
    foreign = (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example.org"},
    )
    for headers in foreign:
        assert site.post(url, filled, headers=headers).status_code == 403
    assert site.home.answer_of(BO) is None
    # Our pages send no referrer, so a browser calls their origin null.
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "null"}, {"Origin": site.url}):
        assert site.post(url, filled, headers=headers).status_code == 303


def test_a_link_for_one_page_opens_no_other(site: Site) -> None:
    token = site.home.url("unsubscribe", BO).rpartition("/")[2]
    for page in ("answer", "preferences", "board"):
        gone = site.get(f"/{page}/{token}")
        assert gone.status_code == 404
        assert "This link does not work any more" in gone.text
        assert token not in gone.text


def test_wrong_turns_end_on_a_kind_page(site: Site) -> None:
    nowhere = site.get("/nowhere")
    assert nowhere.status_code == 404
    assert '<a href="/">' in nowhere.text
    assert "There is nothing here" in site.get("/nowhere").text
    wrong = site.post(site.home.url("board", BO))
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
    long = site.post(site.home.url("answer", BO), {"hours.low": "x" * 1_100_000})
    assert long.status_code == 413
    assert "too long" in long.text


def test_the_board_shows_the_steps_and_escapes_what_people_wrote(site: Site) -> None:
    url = site.home.url("answer", BO)
    site.post(url, site.fill(url, **GOOD))
    assert "1 of 2 answered" not in site.get(site.home.url("board", BO)).text, "it opens tomorrow"
    site.home.house.clock.move(web_home.NOON + timedelta(days=1))
    page = site.get(site.home.url("board", BO)).text
    assert 'aria-current="step"' in page
    assert "1 of 2 answered" in page
    assert "Being there in a crisis" in page
    assert "Riverside Group" in page


def test_health_follows_the_store_and_metrics_can_be_read(site: Site) -> None:
    assert "python_info" in site.get("/metrics").text
    assert site.get("/health/ready").json()["clock"] == "stopped"
    site.home.house.heartbeat.beat("clock")
    ready = site.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["clock"] == "running"
    site.home.take_store_away()
    assert site.get("/health/live").json() == {"live": True}
    gone = site.get("/health/ready")
    assert gone.status_code == 503
    assert gone.json()["ready"] is False

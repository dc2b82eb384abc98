"""Tokens that end are renewed before they do, once over all processes; a request is let in without asking Slack."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import BoltContext
from slack_sdk.oauth.installation_store import Bot

from tests import slack_home
from tests.group import PEOPLE, members, partnership
from tests.slack_home import ANA, TEAM, Moody, interaction, moody_slack, press, signed, valkey
from worker.deliver import deliver
from worker.slack.app import FairstepsApp, build
from worker.slack.authorize import FromInstallation
from worker.slack.http import EVENTS_PATH, handle
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.oauth import SCOPES
from worker.slack.tokens import AHEAD, AT_LAST
from worker.slack.troubles import troubles
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import joining

HOUR = 3600


@dataclass
class Rotation:
    """Slack's end of it: each refresh token works once. `say` is said instead, when it is set."""

    good: str = "xoxe-1-first"
    renewed: int = 0
    slow: float = 0.0
    say: tuple[int, dict[str, str], Any] | None = None
    hang_up: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any] | None:
        if method != "oauth.v2.access":
            return 200, {}, {"ok": True, "channel": "D1", "ts": "1.1"}
        assert body["grant_type"] == "refresh_token"
        if self.say is not None:
            return self.say
        with self.lock:
            if body["refresh_token"] != self.good:
                return 200, {}, {"ok": False, "error": "invalid_refresh_token"}
            self.renewed += 1
            self.good = f"xoxe-1-{self.renewed}"
        time.sleep(self.slow)
        if self.hang_up:
            return None
        token = {"access_token": f"xoxe.xoxb-{self.renewed}", "refresh_token": self.good, "expires_in": 43200}
        return 200, {}, {"ok": True, "token_type": "bot", **token}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        yield url


@pytest.fixture(scope="module")
def far_slack() -> Iterator[Moody]:
    with moody_slack() as moody:
        yield moody


@pytest.fixture(scope="module")
def home(state: str, far_slack: Moody) -> Iterator[House]:
    made = build_house(slack_home.settings(state, far_slack.url))
    yield made
    made.slack.close()


@pytest.fixture
def rotation() -> Rotation:
    return Rotation()


@pytest.fixture
def slack(far_slack: Moody, rotation: Rotation) -> Moody:
    far_slack.asked.clear()
    far_slack.answer = rotation.answer
    return far_slack


@pytest.fixture
def house(home: House, slack: Moody) -> House:
    home.redis.flushall()
    home.cases.workspace_installed(TEAM, "Harbour", ANA)
    return home


def bot(*, left: float | None, refresh: str = "xoxe-1-first", token: str = "xoxe.xoxb-0") -> Bot:
    return Bot(
        team_id=TEAM,
        bot_token=token,
        bot_id="B0FAIRSTEPS",
        bot_user_id="U0FAIRSTEPS",
        bot_refresh_token=refresh if left is not None else None,
        bot_token_expires_at=int(time.time() + left) if left is not None else None,
        installed_at=time.time() - 60,
    )


def keep(house: House, kept: Bot) -> None:
    FairstepsInstallationStore(house.installations).save_bot(kept)


def walk(house: House) -> str:
    """A partnership in the workspace, with something due in it."""
    change = joining.started(partnership(workspace=TEAM), members(), everyone=False, now=house.clock.now())
    house.workspaces.add_partnership(TEAM, "p1")
    house.walks.begin_walk(replace(change, people=PEOPLE))
    return "p1"


def another_try(house: House) -> None:
    """The pause between two tries is over."""
    for key in house.redis.keys("*renewing"):
        house.redis.delete(key)


# --- renewing ---------------------------------------------------------------------------------------------------------


def test_a_token_without_an_end_is_used_as_it_is(house: House, slack: Moody, rotation: Rotation) -> None:
    keep(house, bot(left=None))
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-0"
    assert slack.asked == []


def test_a_token_is_renewed_before_it_ends_and_kept(house: House, slack: Moody, rotation: Rotation) -> None:
    keep(house, bot(left=AHEAD + 60))
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-0"
    keep(house, bot(left=AHEAD - 60))
    assert [house.tokens.bot_token(TEAM) for _ in range(3)] == ["xoxe.xoxb-1"] * 3
    kept = FairstepsInstallationStore(house.installations).find_bot(enterprise_id=None, team_id=TEAM)
    assert kept is not None
    assert (kept.bot_refresh_token, kept.bot_user_id) == ("xoxe-1-1", "U0FAIRSTEPS")
    assert (kept.bot_token_expires_at or 0) > time.time() + 11 * HOUR
    assert rotation.renewed == 1


def test_ten_who_need_it_at_once_renew_it_once(house: House, rotation: Rotation) -> None:
    rotation.slow = 0.2
    keep(house, bot(left=HOUR))
    given: list[str | None] = []
    threads = [threading.Thread(target=lambda: given.append(house.tokens.bot_token(TEAM))) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert rotation.renewed == 1
    assert set(given) <= {"xoxe.xoxb-0", "xoxe.xoxb-1"}, "who does not renew goes on with the one that is there"
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-1"


def test_a_person_who_waits_does_not_wait_for_that(house: House, slack: Moody, rotation: Rotation) -> None:
    keep(house, bot(left=AT_LAST + 60))
    found = house.tokens.bot(TEAM, ahead=AT_LAST)
    assert found is not None
    assert (found.bot_token, slack.asked) == ("xoxe.xoxb-0", [])


def test_whoever_adds_the_app_meanwhile_is_not_overwritten(house: House, slack: Moody, rotation: Rotation) -> None:
    keep(house, bot(left=HOUR))

    def added_meanwhile(method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any] | None:
        keep(house, bot(left=12 * HOUR, refresh="xoxe-1-added", token="xoxe.xoxb-added"))
        return rotation.answer(method, body)

    slack.answer = added_meanwhile
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-added"


# --- when it does not work --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        (429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"}),
        (200, {}, {"ok": False, "error": "internal_error"}),
        (200, {}, {"ok": False, "error": "bad_client_secret"}),
        (200, {}, {"ok": True}),
        (503, {}, "<html>"),
    ],
)
def test_what_slack_refuses_for_now_spends_nothing(
    house: House, slack: Moody, rotation: Rotation, said: tuple[int, dict[str, str], Any]
) -> None:
    keep(house, bot(left=HOUR))
    rotation.say = said
    assert [house.tokens.bot_token(TEAM) for _ in range(3)] == ["xoxe.xoxb-0"] * 3
    assert len(slack.of("oauth.v2.access")) == 1, "and it is not tried again at once"
    rotation.say = None
    another_try(house)
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-1"
    assert [t.said for t in told(house)] == []


def lose_the_answer(house: House, rotation: Rotation) -> None:
    """Slack renews, and we never hear of it: a crash, or a line that broke."""
    rotation.hang_up = True
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-0"
    rotation.hang_up = False
    another_try(house)


def told(house: House) -> list[Any]:
    """What doctor says, rights left out: the tokens here were made by hand."""
    store = FairstepsInstallationStore(house.installations)
    found = troubles(house.workspaces, store, again="http://localhost:8000/slack/install")
    return [trouble for trouble in found if "rights" not in trouble.said]


def test_a_lost_token_works_to_its_end_and_the_installer_hears_once(
    house: House, slack: Moody, rotation: Rotation
) -> None:
    pid = walk(house)
    keep(house, bot(left=HOUR))
    lose_the_answer(house, rotation)
    for _ in range(3):
        assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-0"
        another_try(house)
    assert len(slack.of("oauth.v2.access")) == 2, "a spent one is not offered again and again"
    assert [o.subject for o in house.due.planned(pid) if o.kind == "wanting"] == [f"key.{ANA}"]
    (trouble,) = told(house)
    assert "cannot be renewed" in trouble.said
    assert "/slack/install" in trouble.said
    assert not trouble.wanted


def test_once_a_lost_token_is_over_all_waits_until_the_app_is_added_again(
    house: House, slack: Moody, rotation: Rotation
) -> None:
    pid = walk(house)
    keep(house, bot(left=HOUR))
    lose_the_answer(house, rotation)
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-0"
    keep(house, bot(left=-1))
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-0"
    found = house.workspaces.get(TEAM)
    assert found is not None
    assert (found.active, found.trouble) == (False, "key_lost")
    (trouble,) = told(house)
    assert "nothing is sent there" in trouble.said

    now = house.clock.now()
    deliver(house, [c for chunk in house.due.claim(now=now) for c in chunk])
    following = house.due.next_at(besides="home")
    assert following is not None
    assert following > now + timedelta(minutes=59), "it waits for an hour"
    keep(house, bot(left=12 * HOUR, refresh="xoxe-1-again"))
    house.cases.workspace_installed(TEAM, "Harbour", ANA)
    assert next(o.kind for o in house.due.planned(pid)) == "enrol"
    assert house.due.waiting(now=house.clock.now()) >= 1, "and is due again now"
    assert told(house) == []


def test_who_renewed_and_is_slow_to_say_so_is_still_believed(house: House, rotation: Rotation) -> None:
    """One process hangs between Slack's answer and keeping it, until its turn is over and another one has tried."""
    keep(house, bot(left=HOUR))
    rotation.slow = 1.0
    slow = threading.Thread(target=house.tokens.bot_token, args=(TEAM,))
    slow.start()
    time.sleep(0.3)
    another_try(house)
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-0", "Slack says that the token is spent"
    slow.join()
    assert house.tokens.bot_token(TEAM) == "xoxe.xoxb-1"
    assert told(house) == []


def test_doctor_names_rights_that_were_not_given_and_leaves_alone_who_took_us_out(
    house: House, slack: Moody, rotation: Rotation
) -> None:
    store = FairstepsInstallationStore(house.installations)
    most = bot(left=None)
    most.bot_scopes = [scope for scope in SCOPES if scope != "im:write"]
    keep(house, most)
    (trouble,) = troubles(house.workspaces, store, again="http://localhost:8000/slack/install")
    assert "rights were not given: im:write;" in trouble.said
    house.cases.workspace_removed(TEAM, why="uninstalled")
    (trouble,) = troubles(house.workspaces, store, again="http://localhost:8000/slack/install")
    assert trouble.wanted
    assert "was taken out" in trouble.said


def test_no_token_is_ever_written_to_the_log(
    house: House, rotation: Rotation, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(house, bot(left=HOUR))
    lose_the_answer(house, rotation)
    house.tokens.bot_token(TEAM)
    said = "".join(capsys.readouterr())
    assert "token_not_renewed" in said
    assert "xox" not in said


# --- letting a request in ---------------------------------------------------------------------------------------------


def post(app: FairstepsApp, body: str) -> int:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return handle(app, "POST", EVENTS_PATH, "", {**kind, **signed(body)}, body.encode()).status


def test_the_first_press_after_a_restart_opens_its_modal_in_one_round_trip(
    house: House, slack: Moody, rotation: Rotation
) -> None:
    keep(house, bot(left=None))
    assert post(build(house), interaction(press("settings", f"{TEAM}/p1/m1/", user=ANA))) == 200
    assert [method for method, _ in slack.asked] == ["views.open"]


def test_who_we_are_is_told_from_the_installation(house: House, slack: Moody) -> None:
    keep(house, bot(left=None))
    found = FromInstallation(house)(context=BoltContext(), enterprise_id=None, team_id=TEAM, user_id="U0BO")
    assert found is not None
    assert (found.bot_id, found.bot_user_id, found.bot_token) == ("B0FAIRSTEPS", "U0FAIRSTEPS", "xoxe.xoxb-0")
    house.redis.flushall()
    assert FromInstallation(house)(context=BoltContext(), enterprise_id=None, team_id=TEAM, user_id="U0BO") is None
    assert slack.asked == []

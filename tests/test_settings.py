"""Whoever runs Fairsteps sets it up by the environment alone, and hears at once what is wrong."""

import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from worker.embedded import url_for
from worker.local.home import make_environment
from worker.settings import EXAMPLES, Settings, WrongSettings, broker_beside, load

KEY = Fernet.generate_key().decode()
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in EXAMPLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FAIRSTEPS_STATE_DIR", str(tmp_path))


def reading(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in {"FAIRSTEPS_SECRET_KEYS": KEY, **given}.items():
        monkeypatch.setenv(name, value)
    return load()


def complaint(monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    with pytest.raises(WrongSettings) as wrong:
        reading(monkeypatch, **given)
    return str(wrong.value)


def test_the_key_alone_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = reading(monkeypatch)
    assert settings.redis_url == url_for(tmp_path)
    assert settings.broker_url.startswith("redis+socket:///")
    assert settings.public_url == "http://localhost:8000"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.smtp_url, settings.inbound_url, settings.slack_configured) == (None, None, False)
    assert (settings.clock, settings.tick_seconds, settings.local) == ("system", 2.0, False)


def test_everything_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    older = Fernet.generate_key().decode()
    settings = reading(
        monkeypatch,
        FAIRSTEPS_REDIS_URL="rediss://:pass@redis.example.org:6380/2",
        FAIRSTEPS_BROKER_URL="amqps://queue.example.org/fairsteps",
        FAIRSTEPS_PUBLIC_URL="https://fairsteps.example.org/",
        FAIRSTEPS_SECRET_KEYS=f"{KEY}, {older}",
        FAIRSTEPS_SMTP_URL="smtps://user:pass@mail.example.org",
        FAIRSTEPS_MAIL_FROM="Fairsteps <hello@fair.example.org>",
        FAIRSTEPS_INBOUND_URL="lmtp://127.0.0.1:8004",
        SLACK_CLIENT_ID="1.2",
        SLACK_CLIENT_SECRET="three",
        SLACK_SIGNING_SECRET="four",
        SLACK_APP_TOKEN="xapp-5",
    )
    assert settings.secret_keys == (KEY, older)
    assert settings.public_url == "https://fairsteps.example.org"
    assert settings.mail_domain == "fair.example.org"
    assert settings.slack_configured


@pytest.mark.parametrize(
    ("state", "broker"),
    [
        ("redis://h", "redis://h/1"),
        ("redis://:pw@h:1/3?ssl_cert_reqs=none", "redis://:pw@h:1/4?ssl_cert_reqs=none"),
        ("unix:///run/r.sock", "redis+socket:///run/r.sock?virtual_host=1"),
        ("unix:///run/r.sock?db=2", "redis+socket:///run/r.sock?virtual_host=3"),
    ],
)
def test_the_broker_gets_a_database_of_its_own(state: str, broker: str) -> None:
    assert broker_beside(state) == broker


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FAIRSTEPS_REDIS_URL", "http://secret-word"),
        ("FAIRSTEPS_REDIS_URL", "redis://h/secret-word"),
        ("FAIRSTEPS_REDIS_URL", "unix://secret-word"),
        ("FAIRSTEPS_BROKER_URL", "secret-word"),
        ("FAIRSTEPS_PUBLIC_URL", "ftp://secret-word"),
        ("FAIRSTEPS_PUBLIC_URL", "https://secret-word/?a=b"),
        pytest.param("FAIRSTEPS_SECRET_KEYS", f"{KEY},secret-word", id="one-good-key-and-one-bad"),
        ("FAIRSTEPS_SMTP_URL", "smtp://user:secret-word@h:99999"),
        ("FAIRSTEPS_SMTP_URL", "smtp://"),
        ("FAIRSTEPS_MAIL_FROM", "secret-word"),
        ("FAIRSTEPS_MAIL_FROM", "A <a@example.org>\nBcc: secret-word"),
        ("FAIRSTEPS_INBOUND_URL", "lmtp://secret-word"),
        ("FAIRSTEPS_PORT", "secret-word"),
        ("FAIRSTEPS_PORT", "70000"),
        ("FAIRSTEPS_DATA_DIR", "/secret-word"),
        ("FAIRSTEPS_TICK_SECONDS", "secret-word"),
        ("FAIRSTEPS_TICK_SECONDS", "0"),
        ("FAIRSTEPS_CLOCK", "secret-word"),
        ("FAIRSTEPS_LOCAL", "secret-word"),
        ("SLACK_API_URL", "secret-word"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    said = complaint(monkeypatch, **{"FAIRSTEPS_MAIL_FROM": "a@example.org", name: value})
    assert said.startswith(f"{name} is wrong: ")
    assert f"Example: {EXAMPLES[name]}" in said
    assert "secret-word" not in said
    assert "\n" not in said


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = complaint(
        monkeypatch,
        FAIRSTEPS_SECRET_KEYS="",
        FAIRSTEPS_PORT="none",
        FAIRSTEPS_SMTP_URL="smtp://mail.example.org",
        SLACK_CLIENT_ID="1.2",
    )
    assert [line.split()[0] for line in said.splitlines()] == [
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
        "FAIRSTEPS_MAIL_FROM",
        "FAIRSTEPS_PORT",
        "FAIRSTEPS_SECRET_KEYS",
    ]


def test_a_slip_in_a_name_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    said = complaint(monkeypatch, FAIRSTEPS_REDISURL="redis://h")
    assert said == "FAIRSTEPS_REDISURL is no setting: did you mean FAIRSTEPS_REDIS_URL?"


def test_the_real_slack_never_runs_on_a_virtual_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    slack = {"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2", "SLACK_SIGNING_SECRET": "3"}
    assert "FAIRSTEPS_CLOCK" in complaint(monkeypatch, FAIRSTEPS_CLOCK="virtual", **slack)
    local = reading(monkeypatch, FAIRSTEPS_CLOCK="virtual", SLACK_API_URL="http://localhost:8001/api/", **slack)
    assert local.clock == "virtual"


def test_a_command_beside_a_local_fairsteps_finds_its_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = make_environment(tmp_path, 8100)
    settings = load()
    assert settings.secret_keys == (made["FAIRSTEPS_SECRET_KEYS"],)
    assert (settings.public_url, settings.local) == ("http://localhost:8100", True)
    assert make_environment(tmp_path, 8100) == made, "made once, kept ever after"
    assert (tmp_path / "local.json").stat().st_mode & 0o077 == 0
    assert reading(monkeypatch).slack_configured is False, "whoever gives a key serves real people"


def test_the_example_names_every_setting_and_no_other() -> None:
    text = (ROOT / "config" / "env.example").read_text()
    named = re.findall(r"^#?((?:FAIRSTEPS|SLACK)_[A-Z_]+)=", text, re.MULTILINE)
    aliases = [str(field.alias) for field in Settings.model_fields.values()]
    assert sorted(named) == sorted(aliases) == sorted(EXAMPLES)
    for before, name in re.findall(r"(\S.*)\n#?((?:FAIRSTEPS|SLACK)_[A-Z_]+)=", text):
        assert before.startswith(("# ", "#  ", "SLACK_CLIENT")), f"{name} is explained above it"


def test_the_example_holds_good_values(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (ROOT / "config" / "env.example").read_text()
    pairs = re.findall(r"^#?((?:FAIRSTEPS|SLACK)_[A-Z_]+)=(.+)$", text, re.MULTILINE)
    values = {name: value.strip('"') for name, value in pairs}
    settings = reading(monkeypatch, **{**values, "FAIRSTEPS_DATA_DIR": str(tmp_path)})
    assert settings.mail_domain == "example.org"

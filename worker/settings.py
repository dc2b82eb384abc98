"""The settings of one process, read from the environment once, at the edge.

Promises: `load()` gives a frozen, wholly checked `Settings`, or raises `WrongSettings` that names every wrong
variable, says what is wrong and gives an example. It never repeats a value, for a value may be a secret. It reads,
and writes nothing, so a crash leaves nothing behind.

A checkout in local mode keeps its made-up secrets in STATE_DIR/local.json (see `worker.local.home`); a command in a
second terminal gets them from there. Whatever the environment says wins.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from worker import checks
from worker.embedded import url_for
from worker.local.home import kept_environment
from workflows.errors import WrongInput

EXAMPLES: Mapping[str, str] = {
    "FAIRSTEPS_REDIS_URL": "redis://127.0.0.1:6379/0",
    "FAIRSTEPS_BROKER_URL": "redis://127.0.0.1:6379/1",
    "FAIRSTEPS_PUBLIC_URL": "https://fairsteps.example.org",
    "FAIRSTEPS_SECRET_KEYS": "two keys with a comma between them, the newest first",
    "FAIRSTEPS_SMTP_URL": "smtp+starttls://user:password@mail.example.org:587",
    "FAIRSTEPS_MAIL_FROM": "Fairsteps <fairsteps@example.org>",
    "FAIRSTEPS_INBOUND_URL": "lmtp://127.0.0.1:8004",
    "FAIRSTEPS_PORT": "8000",
    "FAIRSTEPS_STATE_DIR": "/var/lib/fairsteps",
    "FAIRSTEPS_DATA_DIR": "/etc/fairsteps",
    "FAIRSTEPS_TICK_SECONDS": "2.0",
    "FAIRSTEPS_CLOCK": "system",
    "FAIRSTEPS_LOCAL": "1",
    "SLACK_CLIENT_ID": "1234567890.1234567890",
    "SLACK_CLIENT_SECRET": "the client secret of your app's Basic Information page",
    "SLACK_SIGNING_SECRET": "the signing secret of your app's Basic Information page",
    "SLACK_APP_TOKEN": "xapp-1-…",
    "SLACK_API_URL": "https://slack.com/api/",
}
SLACK_THREE = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
SLACK_API = "https://slack.com/api/"


class WrongSettings(WrongInput):
    """Some settings are wrong; the message names each one, what is wrong and an example."""


def _default_state_dir() -> Path:
    checkout = Path(__file__).parent.parent
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "var"


def places(given: Mapping[str, str]) -> tuple[Path, int]:
    """Where the state is and which port is ours, before all settings can be read; a wrong port is named by `load`."""
    state_dir = Path(given.get("FAIRSTEPS_STATE_DIR") or _default_state_dir()).expanduser().absolute()
    try:
        return state_dir, checks.port(given.get("FAIRSTEPS_PORT", 8000))
    except ValueError:
        return state_dir, 8000


def broker_beside(redis_url: str) -> str:
    """The broker in the database after the one of the state: emptying the broker must never touch the state."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        asked = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
        number = int(asked.get("db") or 0) + 1
        login = f"{parts.netloc}" if parts.netloc else ""
        return f"redis+socket://{login}{parts.path}?{urlencode({'virtual_host': number})}"
    number = int(parts.path.strip("/") or 0) + 1
    return parts._replace(path=f"/{number}").geturl()


class Settings(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, case_sensitive=True)

    state_dir: Annotated[Path, BeforeValidator(lambda text: Path(text).expanduser().absolute())] = Field(
        alias="FAIRSTEPS_STATE_DIR", default_factory=_default_state_dir
    )
    redis_url: Annotated[str, BeforeValidator(checks.redis_url)] = Field(
        alias="FAIRSTEPS_REDIS_URL", default_factory=lambda given: url_for(given["state_dir"])
    )
    broker_url: Annotated[str, BeforeValidator(checks.broker_url)] = Field(
        alias="FAIRSTEPS_BROKER_URL", default_factory=lambda given: broker_beside(given["redis_url"])
    )
    port: Annotated[int, BeforeValidator(checks.port)] = Field(alias="FAIRSTEPS_PORT", default=8000)
    public_url: Annotated[str, BeforeValidator(checks.public_url)] = Field(
        alias="FAIRSTEPS_PUBLIC_URL", default_factory=lambda given: f"http://localhost:{given['port']}"
    )
    secret_keys: Annotated[tuple[str, ...], NoDecode, BeforeValidator(checks.keys)] = Field(
        alias="FAIRSTEPS_SECRET_KEYS"
    )
    smtp_url: Annotated[str, BeforeValidator(checks.smtp_url)] | None = Field(alias="FAIRSTEPS_SMTP_URL", default=None)
    mail_from: Annotated[str, BeforeValidator(checks.sender)] = Field(
        alias="FAIRSTEPS_MAIL_FROM", default=EXAMPLES["FAIRSTEPS_MAIL_FROM"]
    )
    inbound_url: Annotated[str, BeforeValidator(checks.inbound_url)] | None = Field(
        alias="FAIRSTEPS_INBOUND_URL", default=None
    )
    data_dir: Annotated[Path, BeforeValidator(checks.folder)] | None = Field(alias="FAIRSTEPS_DATA_DIR", default=None)
    slack_client_id: str | None = Field(alias="SLACK_CLIENT_ID", default=None)
    slack_client_secret: str | None = Field(alias="SLACK_CLIENT_SECRET", default=None)
    slack_signing_secret: str | None = Field(alias="SLACK_SIGNING_SECRET", default=None)
    slack_app_token: Annotated[str, BeforeValidator(checks.app_token)] | None = Field(
        alias="SLACK_APP_TOKEN", default=None
    )
    slack_api_url: Annotated[str, BeforeValidator(checks.api_url)] = Field(alias="SLACK_API_URL", default=SLACK_API)
    tick_seconds: Annotated[float, BeforeValidator(checks.tick)] = Field(alias="FAIRSTEPS_TICK_SECONDS", default=2.0)
    clock: Annotated[Literal["system", "virtual"], BeforeValidator(checks.clock)] = Field(
        alias="FAIRSTEPS_CLOCK", default="system"
    )
    local: Annotated[bool, BeforeValidator(checks.local)] = Field(alias="FAIRSTEPS_LOCAL", default=False)

    @property
    def slack_configured(self) -> bool:
        return self.slack_client_id is not None

    @property
    def mail_domain(self) -> str:
        match = checks.SENDER.match(self.mail_from)
        assert match is not None, "checked when the settings were read"
        return str(match["named"] or match["bare"]).rpartition("@")[2]


def _half_given(given: Mapping[str, str]) -> list[str]:
    """Slack works with all three credentials; with one or two of them every request would fail later."""
    there = [name for name in (*SLACK_THREE, "SLACK_APP_TOKEN") if name in given]
    if not there:
        return []
    because = f"{' and '.join(there)} {'is' if len(there) == 1 else 'are'} set, and Slack needs all three"
    return [f"{name} is missing: {because}. Example: {EXAMPLES[name]}" for name in SLACK_THREE if name not in given]


def _not_fitting(given: Mapping[str, str]) -> list[str]:
    wrong = _half_given(given)
    if "FAIRSTEPS_SMTP_URL" in given and "FAIRSTEPS_MAIL_FROM" not in given:
        wrong.append(f"FAIRSTEPS_MAIL_FROM is missing: mail needs a sender. Example: {EXAMPLES['FAIRSTEPS_MAIL_FROM']}")
    if given.get("FAIRSTEPS_CLOCK") == "virtual" and "SLACK_CLIENT_ID" in given and "SLACK_API_URL" not in given:
        wrong.append(
            "FAIRSTEPS_CLOCK is wrong: it would ask people in the real Slack at made-up times. Example: system"
        )
    return wrong


def _misspelt(environment: Mapping[str, str]) -> list[str]:
    """A name nearly like a setting's is a slip that would be passed over in silence."""
    found = []
    for name in sorted(environment):
        if name.startswith("FAIRSTEPS_") and name not in EXAMPLES:
            near = difflib.get_close_matches(name, EXAMPLES, n=1, cutoff=0.9)
            if near and near[0] not in environment:
                found.append(f"{name} is no setting: did you mean {near[0]}?")
    return found


def _plain(error: ValidationError) -> list[str]:
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if fault["type"] == "missing":
            lines.append(f"{name} is missing. Example: {EXAMPLES[name]}")
        elif name and fault["type"] == "value_error":
            lines.append(f"{name} is wrong: it {fault['ctx']['error']}. Example: {EXAMPLES[name]}")
        elif name in EXAMPLES and fault["type"] != "default_factory_not_called":
            lines.append(f"{name} is wrong. Example: {EXAMPLES[name]}")
    return lines


def load(defaults: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; `defaults` stand in for variables that the environment does not set."""
    given = {name: value for name, value in os.environ.items() if value}
    filling = kept_environment(given, _default_state_dir()) if defaults is None else defaults
    filling = {name: value for name, value in filling.items() if name not in given}
    wrong = _misspelt(given) + _not_fitting({**filling, **given})
    try:
        settings = Settings(**filling)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong.extend(_plain(error))
    if wrong:
        raise WrongSettings("\n".join(dict.fromkeys(wrong)))
    return settings

"""What a local Fairsteps keeps of itself: made-up Slack credentials and keys, made once, and the addresses that follow
from its port.

Promises: the secrets are made at the first start and stay the same ever after, in STATE_DIR/local.json that only
its owner can read. The file is written aside and moved into place, so a crash leaves the old one or the new one,
never half a file.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

FILE = "local.json"
SECRETS = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "FAIRSTEPS_SECRET_KEYS")
SENDER = "Fairsteps <fairsteps@fairsteps.example.org>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports:
    """One setting gives all five: the next free numbers are easy to remember and to free."""

    web: int

    @property
    def slack(self) -> int:
        return self.web + 1

    @property
    def mailbox(self) -> int:
        return self.web + 2

    @property
    def smtp(self) -> int:
        return self.web + 3

    @property
    def inbound(self) -> int:
        return self.web + 4


def _write(path: Path, kept: Mapping[str, str | int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(kept, indent=2) + "\n")
    aside.replace(path)


def _read(path: Path) -> dict[str, str | int]:
    if not path.exists():
        return {}
    kept = json.loads(path.read_text())
    return kept if isinstance(kept, dict) else {}


def make_environment(state_dir: Path, port: int) -> dict[str, str]:
    """The environment of a local Fairsteps on this port; makes and keeps the secrets when they are not there yet."""
    path = state_dir / FILE
    kept = {
        "SLACK_CLIENT_ID": f"{secrets.randbelow(10**10):010}.{secrets.randbelow(10**10):010}",
        "SLACK_CLIENT_SECRET": secrets.token_hex(16),
        "SLACK_SIGNING_SECRET": secrets.token_hex(16),
        "FAIRSTEPS_SECRET_KEYS": Fernet.generate_key().decode(),
        **_read(path),
        "port": port,
    }
    if kept != _read(path):
        _write(path, kept)
    return _environment(kept, port)


def _environment(kept: Mapping[str, str | int], port: int) -> dict[str, str]:
    ports = Ports(web=port)
    return {
        **{name: str(kept[name]) for name in SECRETS},
        "SLACK_API_URL": f"http://localhost:{ports.slack}/api/",
        "FAIRSTEPS_PORT": str(port),
        "FAIRSTEPS_PUBLIC_URL": f"http://localhost:{port}",
        "FAIRSTEPS_SMTP_URL": f"smtp://127.0.0.1:{ports.smtp}",
        "FAIRSTEPS_INBOUND_URL": f"smtp://127.0.0.1:{ports.inbound}",
        "FAIRSTEPS_MAIL_FROM": SENDER,
        "FAIRSTEPS_CLOCK": "virtual",  # it runs like any clock until somebody jumps ahead
        "FAIRSTEPS_TICK_SECONDS": "0.5",  # somebody is looking on
        "FAIRSTEPS_LOCAL": "1",
    }


def wants_local(environment: Mapping[str, str]) -> bool:
    """Local mode is for a machine that was told nothing of a real Slack."""
    slack = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")
    return environment.get("FAIRSTEPS_LOCAL") != "0" and not any(environment.get(name) for name in slack)


def kept_environment(environment: Mapping[str, str], default_state_dir: Path) -> dict[str, str]:
    """For a command beside a running local Fairsteps: what `make_environment` made, or nothing."""
    if not wants_local(environment) or environment.get("FAIRSTEPS_SECRET_KEYS"):
        return {}
    kept = _read(Path(environment.get("FAIRSTEPS_STATE_DIR") or default_state_dir) / FILE)
    if not all(name in kept for name in SECRETS):
        return {}
    return _environment(kept, int(environment.get("FAIRSTEPS_PORT") or kept.get("port", 8000)))

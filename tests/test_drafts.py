"""What somebody has typed and not sent yet, over a real Valkey."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from worker import embedded
from worker.store import keys
from worker.store.connection import connect
from worker.store.drafts import Drafts
from worker.vault import Vault
from workflows.errors import StoreUnavailable


def drafts(url: str) -> Drafts:
    return Drafts(connect(url), Vault([Fernet.generate_key().decode()]))


def test_a_draft_is_one_persons_in_one_round_and_what_it_does_not_name_stays(valkey_url: str) -> None:
    kept = drafts(valkey_url)
    kept.keep("p1", "r1", "bo", {"plan": "half", "dots": ("g1", "g2"), "work.0.name": "a"})
    kept.keep("p1", "r1", "bo", {"plan": "", "work.1.name": "b"})
    whole = {"plan": "", "dots": ("g1", "g2"), "work.0.name": "a", "work.1.name": "b"}
    assert kept.get("p1", "r1", "bo") == whole
    assert [kept.get("p1", "r1", "ana"), kept.get("p1", "r2", "bo"), kept.get("p2", "r1", "bo")] == [None] * 3
    kept.forget("p1", "r1", "bo", leaving={"since": "2020"})
    assert kept.get("p1", "r1", "bo") == {"since": "2020"}
    kept.forget("p1", "r1", "bo")
    kept.forget("p1", "r1", "bo")
    assert kept.get("p1", "r1", "bo") is None


def test_nothing_of_a_draft_can_be_read_beside_the_key(valkey_url: str) -> None:
    drafts(valkey_url).keep("p1", "r1", "bo", {"plan": "leave quietly"})
    assert "quietly" not in repr(connect(valkey_url).hgetall(keys.drafts("p1")))
    assert keys.drafts("p1").startswith(keys.partnership("p1"))


def test_a_draft_survives_a_restart_and_a_lost_store_is_named(tmp_path: Path) -> None:
    running = embedded.start(tmp_path)
    kept = drafts(running.url)
    kept.keep("p1", "r1", "bo", {"plan": "half"})
    running.stop()
    with pytest.raises(StoreUnavailable):
        kept.get("p1", "r1", "bo")
    with pytest.raises(StoreUnavailable):
        kept.keep("p1", "r1", "bo", {"plan": "more"})
    again = embedded.start(tmp_path)
    try:
        assert kept.get("p1", "r1", "bo") == {"plan": "half"}
    finally:
        again.stop()

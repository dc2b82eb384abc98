"""What somebody has typed and not sent yet, so that they can go on later, on any channel and any device.

One draft for each person and subject (a round, a step, a row, an objection), sealed. What a new one does not name
stays as it was (the fields that a short form, another page or a folded follow-up shows), and a field that was emptied
is named with nothing in it. A draft survives restarts and is gone once it is forgotten.

A Slack modal tells of every letter, late and in any order. `type` keeps that with one question to Redis, beside the
draft; `keep` makes one of both. Each modal has a mark: up to when what it holds is kept. What is older than the mark
changes nothing, so nothing old comes over something newer, and nothing comes back once its modal has ended. A crash
leaves the draft before or the draft after, whole. Every method raises StoreUnavailable when Redis is gone.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import redis

from worker.store import keys
from worker.store.connection import reachable, text
from worker.store.scripts import script
from worker.vault import Vault
from workflows.errors import Conflict
from workflows.forms import Typed

_LIFE = 3600  # seconds: longer than Slack's signatures last, and then it is looked again whether a draft may be kept
_PAGE = "_page"  # in a draft: which open page saved it by itself; no field of a form begins with an underscore
_TRIES = 20  # only a person's own typing comes between
Kept = Literal["kept", "older", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where and when something was typed: on which page of which modal; `at` in Slack's seconds, or `within` so many
    later, for Slack does not say to the second when a modal was sent."""

    view: str
    page: str = ""
    at: float
    within: float = 0.0


class Drafts:
    """Keeps and gives back drafts. `of` is the partnership they belong to."""

    def __init__(
        self,
        client: redis.Redis,
        vault: Vault,
        *,
        key: Callable[[str], str] = keys.drafts,
        mark: Callable[[str, str], str] = keys.typing,
    ) -> None:
        self._client = client
        self._vault = vault
        self._key = key
        self._mark = mark
        self._type = script(client, "draft_type")
        self._keep = script(client, "draft_keep")

    def of_beginnings(self) -> "Drafts":
        """The drafts of the form that starts a partnership: `of` is then the workspace."""
        return Drafts(self._client, self._vault, key=keys.beginnings, mark=keys.typing_beginning)

    def type(self, of: str, subject: str, person: str, typed: Typed, moment: Moment) -> Kept:
        """Keep what a modal holds as it is typed. "unknown": look whether it may be kept, then `keep`."""
        _, typing, page = _fields(subject, person)
        args: list[Any] = [typing, page, moment.page, _seconds(moment.at), self._sealed(typed), _LIFE]
        with reachable():
            said = self._type(keys=[self._key(of), self._mark(of, moment.view)], args=args)
        return "kept" if said == 1 else "older" if said == 0 else "unknown"

    def keep(self, of: str, subject: str, person: str, typed: Typed, moment: Moment | None = None) -> bool:
        """Keep what is typed; whether it was new enough. Keeping the same twice changes nothing."""
        for _ in range(_TRIES):
            draft, typing, mark = self._read(of, subject, person, moment)
            if moment and mark and moment.at + moment.within <= float(mark):
                return False
            whole = self._sealed({**_said(self._opened(draft)), **self._opened(typing), **typed})
            args: list[Any] = [*_fields(subject, person), draft or b"", typing or b"", whole]
            if moment:
                args += [mark or b"", _seconds(max(moment.at, float(mark or 0))), _LIFE]
            names = [self._key(of)] + ([self._mark(of, moment.view)] if moment else [])
            with reachable():
                if self._keep(keys=names, args=args) == 1:
                    return True
        raise Conflict("the draft changed each time it was to be kept")

    def mark(self, of: str, subject: str, person: str) -> str:
        """Return which draft there is now: another after each keeping, empty without one. It tells nothing of it."""
        draft, typing, _ = self._read(of, subject, person, None)
        return _mark(draft, typing)

    def keep_over(self, of: str, subject: str, person: str, typed: Typed, *, mark: str, page: str) -> str | None:
        """Keep what is typed on a `page` over the draft of `mark`, or over what the same page kept last.

        Returns the new mark; None, and nothing is kept, where there is another draft by now. A page whose last answer
        was lost on the way still knows its draft.
        """
        draft, typing, _ = self._read(of, subject, person, None)
        there = self._opened(draft)
        own = typing is None and bool(page) and there.get(_PAGE) == page
        if not own and _mark(draft, typing) != mark:
            return None
        whole = self._sealed({**there, **self._opened(typing), **typed, _PAGE: page})
        args: list[Any] = [*_fields(subject, person), draft or b"", typing or b"", whole]
        with reachable():
            kept = self._keep(keys=[self._key(of)], args=args)
        return _mark(whole, None) if kept == 1 else None

    def _read(
        self, of: str, subject: str, person: str, moment: Moment | None
    ) -> tuple[bytes | None, bytes | None, str]:
        with reachable():
            pipe = self._client.pipeline(transaction=False)
            pipe.hmget(self._key(of), _fields(subject, person)[:2])
            if moment:
                pipe.get(self._mark(of, moment.view))
            (draft, typing), *marks = pipe.execute()
        return draft, typing, text(marks[0]) if marks and marks[0] is not None else ""

    def get(self, of: str, subject: str, person: str) -> Typed | None:
        """Return the draft, if there is one."""
        draft, typing, _ = self._read(of, subject, person, None)
        if draft is None and typing is None:
            return None
        return _said({**self._opened(draft), **self._opened(typing)})

    def forget(self, of: str, subject: str, person: str, *, leaving: Typed | None = None) -> None:
        """Forget the draft once it was sent or skipped; `leaving` is what was typed and is no part of what was sent."""
        draft, *beside = _fields(subject, person)
        with reachable():
            pipe = self._client.pipeline(transaction=True)
            if leaving:
                pipe.hset(self._key(of), draft, self._sealed(leaving))
            pipe.hdel(self._key(of), *beside, *(() if leaving else (draft,)))
            pipe.execute()

    def end(self, of: str, view: str, at: float) -> None:
        """Keep nothing more of what was typed in a modal up to `at` (Slack's seconds)."""
        with reachable():
            self._client.set(self._mark(of, view), _seconds(at), ex=_LIFE)

    def _sealed(self, typed: Typed) -> bytes:
        return self._vault.seal(json.dumps(dict(typed)))

    def _opened(self, sealed: object) -> Mapping[str, str | tuple[str, ...]]:
        if not isinstance(sealed, bytes | str):
            return {}
        kept: dict[str, str | list[str]] = json.loads(self._vault.open(sealed))
        return {field: given if isinstance(given, str) else tuple(given) for field, given in kept.items()}


def _fields(subject: str, person: str) -> tuple[str, str, str]:
    """The fields of a draft, of what is typed beside it, and of the page that is on."""
    draft = f"{subject}/{person}"
    return draft, f"{draft}/typing", f"{draft}/page"


def _said(kept: Mapping[str, str | tuple[str, ...]]) -> dict[str, str | tuple[str, ...]]:
    """What a person typed, without what we noted beside it."""
    return {field: given for field, given in kept.items() if field != _PAGE}


def _mark(draft: bytes | None, typing: bytes | None) -> str:
    """Each keeping seals anew, so that what is sealed differs even where the words do not."""
    return hashlib.sha256((draft or b"") + b"/" + (typing or b"")).hexdigest()[:16] if draft or typing else ""


def _seconds(at: float) -> str:
    return f"{at:.6f}"

"""What a contact of the partner sees: what the group shared, promises as both sides see them, and their own words.

The page is made for their eyes alone and from nothing that has not passed the gate: no member is named, nothing is
counted, no correction is told. A preview is the very same page. Looking is noted nowhere, so that what is new is told
from dates. Pure.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows import promises, say, schedule, sharing
from workflows.contacts import PROMISES, Contact, Share
from workflows.messages.scene import Scene
from workflows.promises import Promise

NEWS = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSheet:
    """An agreed text. `state` says which version it is and since when it is shared."""

    title: str
    intro: str
    state: str
    note: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPromise:
    """A promise in words. `say` is the label of the way to say how they see it; empty where it is not theirs to say."""

    row: str
    text: str
    words: str
    whose: str
    due: str
    ours: str
    theirs: str
    note: str
    said: str
    before: tuple[str, ...]
    disputed: bool
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPromises:
    """The promises of both sides, with when they were shared and what the group says to it."""

    state: str
    note: str
    items: tuple[SharedPromise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPage:
    """Everything the page draws; `why` says who shares this with whom, and `letters` are their own, with the day."""

    group: str
    partner: str
    preview: bool
    hello: str
    why: str
    news: tuple[str, ...]
    sheets: tuple[SharedSheet, ...]
    promises: SharedPromises | None
    letters: tuple[tuple[str, str], ...]
    mails: str


def page_of(scene: Scene, contact: Contact, *, now: datetime, preview: bool = False) -> PartnerPage:
    """The page of a contact; a preview shows what any contact sees, without what one wrote."""
    w, partnership = scene.words, scene.walk.partnership
    facts = {"group": partnership.group.name, "partner": partnership.partner.name, "name": contact.name}
    shown = sharing.standing(scene.walk)
    mine = [letter for letter in partnership.letters if letter.by == contact.id]
    return PartnerPage(
        group=partnership.group.name,
        partner=partnership.partner.name,
        preview=preview,
        hello=w("partner_page.hello", **facts),
        why=w("partner_page.why"),
        news=_news(scene, contact, now=now),
        sheets=tuple(found for share in shown if (found := _sheet(scene, share))),
        promises=next((_promises(scene, share, now=now) for share in shown if share.what == PROMISES), None),
        letters=tuple((_day(scene, letter.at), letter.text) for letter in reversed(mine)),
        mails=w("partner_page.mails_on" if contact.reminds else "partner_page.mails_off"),
    )


def _sheet(scene: Scene, share: Share) -> SharedSheet | None:
    found = sharing.sheet_shared(scene.programme, scene.walk, share)
    if found is None:
        return None
    sheet, text = found
    days = {"agreed": _day(scene, text.at), "day": _day(scene, share.at), "version": text.version}
    return SharedSheet(
        title=sheet.title,
        intro=sheet.intro,
        state=scene.words("partner_page.sheet_state", **days),
        note=share.note,
        headers=text.headers,
        rows=text.rows,
    )


def _promises(scene: Scene, share: Share, *, now: datetime) -> SharedPromises:
    today = schedule.on_the_wall(now, scene.walk.group.zone).date()
    found = promises.promises(scene.walk, scene.programme)
    return SharedPromises(
        state=scene.words("partner_page.since", day=_day(scene, share.at)),
        note=share.note,
        items=tuple(promise_of(scene, one, today=today) for one in found),
    )


def promise_of(scene: Scene, promise: Promise, *, today: date) -> SharedPromise:
    """A promise in the words of the page."""
    w, said = scene.words, promise.said
    theirs = promises.label(scene.programme, promise.theirs)
    nobody = w("partner_page.nobody_said")
    before = (
        w("partner_page.before", status=promises.label(scene.programme, word.status), day=_day(scene, word.at))
        for word in promise.before
    )
    return SharedPromise(
        row=promise.row,
        text=promise.text,
        words=promise.words,
        whose=w(f"partner_page.{promise.whose or 'unsaid'}"),
        due=_due(scene, promise, today),
        ours=promises.label(scene.programme, promise.ours) or nobody,
        theirs=theirs or (nobody if promise.of_partner else w("partner_page.not_asked")),
        note=said.note if said else "",
        said=w("partner_page.said_on", day=_day(scene, said.at)) if said else "",
        before=tuple(before),
        disputed=promise.disputed,
        say=w("partner_page.say_again" if said else "partner_page.say") if promise.of_partner else "",
    )


def _due(scene: Scene, promise: Promise, today: date) -> str:
    if promise.due is None:
        return scene.words("partner_page.no_due")
    late = promise.due < today and promise.is_open
    day = f"{say.day(promise.due, scene.locale)} ({say.place(scene.walk.group.zone)})"
    return scene.words("partner_page.was_due" if late else "partner_page.due", day=day)


def _news(scene: Scene, contact: Contact, *, now: datetime) -> tuple[str, ...]:
    """What came lately, the newest first: what was shared, and what this contact said."""
    since, w = now - NEWS, scene.words
    titles = {(t.what, t.version): t.title for t in sharing.things(scene)}
    lines = [
        (s.at, w("partner_page.new_sheet", day=_day(scene, s.at), title=titles[s.what, s.version]))
        for s in sharing.standing(scene.walk)
        if s.at > since and (s.what, s.version) in titles
    ]
    if promises.are_shared(scene.walk):
        there = promises.promises(scene.walk, scene.programme)
        mine = (p.said for p in there if p.said and p.said.by == contact.id and p.said.at > since)
        lines += [(word.at, w("partner_page.new_word", day=_day(scene, word.at), text=word.about)) for word in mine]
    return tuple(line for _, line in sorted(lines, reverse=True))


def _day(scene: Scene, at: datetime) -> str:
    return say.day(schedule.on_the_wall(at, scene.walk.group.zone).date(), scene.locale)

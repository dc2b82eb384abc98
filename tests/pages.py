"""Every page there is, found by itself: what the preview wrote, and what the app serves.

A page that somebody adds to either is looked at by every test that walks these, without a word here. A route that wants
more than a token has its values in `VALUES`; one that lacks there is an error, and not a gap.
"""

import re
from collections.abc import Iterator

from flask import Flask

from tests.web_home import Home
from worker import proof
from worker.web.guard import SECRET
from worker.web.opened import page_of_rule
from workflows.contacts import PREVIEW

# What a route's other values are. Several: each is looked at.
VALUES: dict[str, tuple[str, ...]] = {
    "ending": ("md",),
    "programme": ("pages",),
    "version": ("1",),
    "states": ("n",),
}
LEAVES = ("/slack/",)  # these lead to Slack, and the answers are Slack's
NO_PAGES = ("static",)


def addresses(home: Home, app: Flask, *people: str) -> Iterator[str]:
    """Every address of `app` that can be looked at: behind links, for each of `people` all that they may open."""
    for rule in app.url_map.iter_rules():
        methods = rule.methods or set()
        if "GET" not in methods or rule.endpoint in NO_PAGES:
            continue
        if rule.rule.startswith(LEAVES) and rule.rule != "/slack/permissions":
            continue
        for filled in _filled(rule.rule):
            if "<mark>" in filled:
                proved = proof.made(home.house.vault, "ana@example.org", now=home.house.clock.now())
                yield filled.replace("<mark>", proved)
                continue
            if "<token>" not in filled:
                yield filled
                continue
            page = page_of_rule(rule.rule)
            for ticket in (home.ticket(who, what) for who in people for what in subjects(home, page)):
                yield filled.replace("<token>", home.house.links.token(page, ticket))


def subjects(home: Home, page: str) -> tuple[str, ...]:
    """What a link of `page` may be about, in this walk."""
    if page != "answer":
        return (PREVIEW,) if page == "partner" else ("",)
    walk, whole = home.walk, home.whole
    led = [run.step for run in walk.partnership.steps]
    ways = [f"{whole}{way}" for way in ("-skip", "-later", "-short")]
    return (*(r.id for r in walk.rounds), *led, "people", "lead", *ways, *(m.id for m in walk.milestones))


def _filled(rule: str) -> Iterator[str]:
    """A rule with its values put in, but for what is secret."""
    names = [name for name in re.findall(r"<(?:\w+:)?(\w+)>", rule) if name not in SECRET]
    if not names:
        yield rule
        return
    first = names[0]
    assert first in VALUES, f"say in tests/pages.py what stands for <{first}> in {rule}"
    for value in VALUES[first]:
        yield from _filled(re.sub(rf"<(?:\w+:)?{first}>", value, rule, count=1))

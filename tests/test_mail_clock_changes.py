"""A group by mail alone while the clocks change, in the north and in the south: each is asked at their own hour."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from tests.group import partnership
from tests.mail_home import Keeping, server
from worker.deliver import deliver
from worker.store.workspaces import Workspace
from worker.wiring import House
from workflows import joining, schedule
from workflows.people import Group, Membership, Person

# Weekly prompts come on Tuesdays at nine; Chris is left alone until ten, and Dora from noon on.
PEOPLE = (
    Person(id="berta", name="Berta Example", email="berta@example.org", zone="Europe/Berlin"),
    Person(id="chris", name="Chris Example", email="chris@example.org", zone="Australia/Sydney", quiet=(21, 10)),
    Person(id="dora", name="Dora Example", email="dora@example.org", zone="America/Santiago", quiet=(12, 6)),
)
HOURS = {"berta": 9, "chris": 10, "dora": 9}


@pytest.fixture
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture
def house(make_house: Callable[..., House], keeping: Keeping) -> Iterator[House]:
    with server(keeping) as smtp:
        yield make_house(FAIRSTEPS_SMTP_URL=smtp)


def walk_on(house: House, begins: datetime, *, weeks: int) -> None:
    """Begin a group, let all say yes, and let the weeks pass from one thing that is due to the next."""
    house.clock.move(begins)
    house.workspaces.keep(Workspace(id="hmail", name="Harbour Circle", installer="", kind="mail", active=True))
    members = (
        Membership(person="berta", role="facilitator", prefers="mail"),
        *(Membership(person=p.id, role="member", prefers="mail") for p in PEOPLE[1:]),
    )
    start = partnership(
        workspace="hmail",
        group=Group(id="g1", name="Harbour Circle", zone="Europe/Berlin", channel=None),
        version=house.programmes["five-steps"].version,
        started_at=begins,
        started_by="berta",
    )
    change = joining.started(start, members, everyone=False, now=begins)
    house.walks.begin_walk(replace(change, people=PEOPLE))
    carry_out(house)
    for person in PEOPLE:
        said_yes = partial(joining.consented, person=person.id, given=True, prefers=None, via="mail", now=begins)
        house.walks.change("p1", said_yes)
    while (due := house.due.next_at()) and due < begins + timedelta(weeks=weeks):
        house.clock.move(max(due, house.clock.now()))
        carry_out(house)


def carry_out(house: House) -> None:
    deliver(house, [c for chunk in house.due.claim(now=house.clock.now(), lease_ms=60_000) for c in chunk])


@pytest.mark.parametrize(
    ("begins", "changes"),
    [
        (datetime(2026, 8, 20, 10, 0, tzinfo=UTC), {"dora"}),  # 6 September: Santiago goes forward
        (datetime(2026, 10, 8, 10, 0, tzinfo=UTC), {"berta"}),  # 25 October: Berlin goes back
        (datetime(2027, 3, 11, 10, 0, tzinfo=UTC), {"berta", "chris", "dora"}),  # 28 March and 4 April
    ],
)
def test_each_is_asked_at_their_own_hour_before_and_after(
    house: House, keeping: Keeping, begins: datetime, changes: set[str]
) -> None:
    walk_on(house, begins, weeks=6)
    came: dict[str, list[datetime]] = {person.id: [] for person in PEOPLE}
    for mail in keeping.read():
        person = next(p for p in PEOPLE if str(p.email) in str(mail["To"]))
        at = parsedate_to_datetime(str(mail["Date"])).astimezone(ZoneInfo(str(person.zone)))
        assert schedule.in_daytime(at, str(person.zone), person.quiet) == at, "nobody hears anything in quiet hours"
        came[person.id].append(at)
    assert {who for who, at in came.items() if len({one.utcoffset() for one in at}) == 2} == changes
    for who, all_of_them in came.items():
        on_tuesdays = [at for at in all_of_them if at.weekday() == 1]
        assert len({at.date() for at in on_tuesdays}) >= 3
        assert {(at.hour, at.minute) for at in on_tuesdays} == {(HOURS[who], 0)}

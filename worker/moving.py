"""`fairsteps partnership move`: shows what another version changes, then moves a partnership there if told to.

The change is decided on the walk as it is in that moment, and applied whole or not at all; a crash leaves the
partnership in the one version or in the other. Moving to the version it is in is refused.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from worker import show
from worker.wiring import House
from workflows.programme_change import CannotMove, Difference, Left, answers_without_a_place, compare, moved


def move(house: House, partnership: str, version: str, *, agreed: Callable[[], bool], as_json: bool) -> bool:
    """Show and, once agreed, move. Returns whether it can be moved; raises NotFound for what there is not."""
    walk = house.walks.get(partnership)
    old = house.programmes.get(walk.partnership.programme, walk.partnership.version)
    new = house.programmes.get(walk.partnership.programme, version)
    changes, left = compare(old, new), answers_without_a_place(walk, old, new)
    reasons: tuple[str, ...] = ()
    try:
        moved(walk, old, new, house.clock.now())
    except CannotMove as no:
        reasons = no.reasons
    if not as_json:
        _tell(f"{old.title}: version {old.version} to {new.version}.", changes, left, reasons)
    done = not reasons and agreed()
    if done:
        house.walks.change(partnership, partial(moved, old=old, new=new, now=house.clock.now()))
    if as_json:
        whole = {"changes": [asdict(c) for c in changes], "left": [asdict(each) for each in left]}
        show.one({**whole, "reasons": list(reasons), "moved": done}, as_json=True)
    else:
        print(f"It walks version {new.version} now." if done else f"It stays in version {old.version}.")
    return not reasons


def _tell(title: str, changes: tuple[Difference, ...], left: tuple[Left, ...], reasons: tuple[str, ...]) -> None:
    print(title)
    for change in changes:
        print(f"  {change.where}: {change.said}")
    if not changes:
        print("  Nothing is different.")
    for each in left:
        print(f"{each.answers} answers to {each.question} (“{each.label}”) stay kept; nothing asks for them any more.")
    if not left:
        print("Every answer keeps its question.")
    for reason in reasons:
        print(f"Cannot be moved. {reason}")

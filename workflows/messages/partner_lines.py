"""What a digest says of the partner: promises as both sides see them, and what the group shows it."""

from collections import Counter

from workflows import promises, sharing
from workflows.message import Bullets, Heading, Part, Small
from workflows.messages.scene import Scene

_COUNTED = ("kept", "late", "broken")


def parts(scene: Scene) -> tuple[Part, ...]:
    """Nothing where nobody promised anything and nothing is shared."""
    return (*_promises(scene), *_shared(scene))


def _promises(scene: Scene) -> tuple[Part, ...]:
    w, partner = scene.words, scene.walk.partnership.partner.name
    ours, theirs, disputed = promises.counts(promises.promises(scene.walk, scene.programme, "group"))
    lines = [
        w("partner_lines.ours", counts=_told(scene, ours)) if ours else "",
        w("partner_lines.theirs", partner=partner, counts=_told(scene, theirs)) if theirs else "",
        w("partner_lines.disputed", count=disputed) if disputed else "",
    ]
    said = tuple(line for line in lines if line)
    return (Heading(text=w("partner_lines.heading")), Bullets(items=said)) if said else ()


def _told(scene: Scene, counts: Counter[str]) -> str:
    """Kept, late and broken always, for a nought tells something; others only where there are some."""
    options = {o.value: o.label for o in promises.statuses(scene.programme)}
    wanted = (*_COUNTED, *(value for value in options if value not in _COUNTED and counts[value]))
    return ", ".join(
        scene.words("partner_lines.count", count=counts[value], what=options.get(value, value).lower())
        for value in wanted
    )


def _shared(scene: Scene) -> tuple[Part, ...]:
    lines = sharing.told(scene)
    if not lines:
        return ()
    partner = scene.walk.partnership.partner.name
    heading = Heading(text=scene.words("sharing.heading", partner=partner))
    return (heading, Bullets(items=lines), Small(text=scene.words("sharing.ask")))

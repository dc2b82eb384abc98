"""What a partner's contact sees of a walk, their forms, and the form in which facilitators decide about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from worker.preview.exhibits import ASSETS, Exhibit, Place
from worker.web import draw
from worker.web.partner import partner_page
from workflows import partner_forms, promises, sharing, sharing_forms
from workflows.changes import applied
from workflows.contacts import SHARE, PartnerWord
from workflows.messages import examples
from workflows.messages.partner_invite import example_contact
from workflows.messages.scene import Scene
from workflows.partner_page import page_of


def shared(scene: Scene, place: Place, *, ending: str, now: datetime) -> Iterator[Exhibit]:
    """Nothing for a programme that lets nothing be shared."""
    things = sharing.things(scene)
    if not things:
        return
    robin = example_contact()
    scene = _with(scene, partnership=replace(scene.walk.partnership, contacts=(robin,)))
    change = sharing.shared(
        scene, [t.id for t in things], note="Thank you for looking at it.", by=examples.ANA, now=now
    )
    scene = replace(scene, walk=applied(scene.walk, change))
    theirs = next((p for p in promises.promises(scene.walk, scene.programme) if p.of_partner), None)
    if theirs:
        word = PartnerWord(row=theirs.row, about=theirs.text, status="kept", note="", by=robin.id, at=now)
        scene = _with(scene, partnership=replace(scene.walk.partnership, partner_words=(word,)))
        form = partner_forms.word_form(scene, theirs)
        yield place.page(f"partner_word{ending}", "How a contact sees a promise", draw.form_page(form, assets=ASSETS))
    page = page_of(scene, robin, now=now)
    yield place.page(f"partner{ending}", "What the partner sees", partner_page(page, scene.words, assets=ASSETS))
    decide = sharing_forms.sharing_form(scene, scene.ticket(examples.ANA, SHARE))
    yield from place.form(f"sharing{ending}", "What the partner may see", decide)
    for name, form in (
        ("partner_letter", partner_forms.letter_form(scene)),
        ("partner_mails", partner_forms.mails_form(scene, robin)),
    ):
        yield place.page(f"{name}{ending}", form.title, draw.form_page(form, assets=ASSETS))


def _with(scene: Scene, **changed: object) -> Scene:
    return replace(scene, walk=replace(scene.walk, **changed))  # type: ignore[arg-type]  # one value of a walk

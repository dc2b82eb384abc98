"""Facilitators hear what the partner said on its page: about promises, or to them, and whom our mail did not reach.

At most one message a day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflows import promises
from workflows.contacts import SHARE, Contact, Letter, PartnerWord, differ
from workflows.message import Bullets, Heading, Message, Part, Quote, Small, Text
from workflows.messages import examples
from workflows.messages.partner_invite import example_contact, example_scene
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "partner_said"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What came in: words on promises, letters, contacts who ended their access themselves, or whom no mail reached."""

    words: Sequence[PartnerWord] = ()
    letters: Sequence[Letter] = ()
    ended: Sequence[Contact] = ()
    lost: Sequence[Contact] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.said or self.lost)

    @property
    def said(self) -> bool:
        """Whether the partner said or did something."""
        return bool(self.words or self.letters or self.ended)


def compose(scene: Scene, *, person: str, news: News) -> Message:
    """What they said, in their words, and where it stands."""
    w, partner = scene.words, scene.walk.partnership.partner.name
    lost = w("partner_lost.subject", partner=partner)
    return Message(
        kind=KIND,
        subject=w("partner_said.subject", partner=partner) if news.said else lost,
        parts=(
            Heading(text=w("partner_said.heading", partner=partner) if news.said else lost),
            *_parts(scene, news),
            *((Small(text=w("partner_said.kept")),) if news.words or news.letters else ()),
        ),
        actions=(scene.button("answer", "partner_said.button", person=person, subject=SHARE, page="answer"),),
        why=w("why.facilitator", partnership=scene.title),
        locale=scene.locale,
    )


def _parts(scene: Scene, news: News) -> Iterator[Part]:
    w = scene.words
    ours = {p.row: p.ours for p in promises.promises(scene.walk, scene.programme, "group")}
    lines = tuple(_word(scene, word, ours.get(word.row, "")) for word in news.words)
    if lines:
        yield Bullets(items=lines)
    for word in news.words:
        if word.note:
            yield Quote(text=word.note, who=name_of(scene, word.by))
    for letter in news.letters:
        yield Text(text=w("partner_said.letter", name=name_of(scene, letter.by)))
        yield Quote(text=letter.text, who=name_of(scene, letter.by))
    for contact in news.ended:
        yield Text(text=w("partner_said.ended", name=contact.name))
    for contact in news.lost:
        yield Text(text=w("partner_lost.one", name=contact.name))


def _word(scene: Scene, word: PartnerWord, ours: str) -> str:
    key = "partner_said.disputed" if differ(ours, word.status) else "partner_said.word"
    status = promises.label(scene.programme, word.status)
    return scene.words(key, name=name_of(scene, word.by), text=word.about, status=status)


def name_of(scene: Scene, contact: str) -> str:
    """The name of a contact, as long as they are on record; else the partner's."""
    found = scene.walk.partnership.contact(contact)
    return found.name if found else scene.walk.partnership.partner.name


def example(words: Words, programme: Programme) -> Message:
    """Robin says that a promise is kept, and asks something."""
    robin, about = example_contact(), "Pay the first half"
    word = PartnerWord(row="a", about=about, status="kept", note="It left on Monday.", by=robin.id, at=examples.NOW)
    letter = Letter(by=robin.id, at=examples.NOW, text="Could we move the review by a week?")
    scene = example_scene(words, programme)
    return compose(scene, person=examples.ANA, news=News(words=(word,), letters=(letter,)))

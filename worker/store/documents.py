"""Documents as they lie in Redis: a value, to JSON, under encryption; and back. One place, with a round-trip test."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from worker.vault import Vault
from workflows.people import Membership, Person
from workflows.walk import Answer, Milestone, Partnership, Record, Round


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkDocument:
    """The part of a walk that is changed as a whole."""

    partnership: Partnership
    members: tuple[Membership, ...]
    rounds: tuple[Round, ...]
    milestones: tuple[Milestone, ...]


_WALK = TypeAdapter(WalkDocument)
_ANSWER = TypeAdapter(Answer)
_PERSON = TypeAdapter(Person)
_RECORD = TypeAdapter(Record)


def walk_to_sealed(document: WalkDocument, vault: Vault) -> str:
    """Return the document encrypted, as ASCII."""
    return vault.seal(_WALK.dump_json(document).decode()).decode()


def walk_from_sealed(sealed: bytes | str, vault: Vault) -> WalkDocument:
    """Read what `walk_to_sealed` wrote."""
    return _WALK.validate_json(vault.open(sealed))


def answer_to_sealed(answer: Answer, vault: Vault) -> str:
    """Return an answer encrypted, as ASCII."""
    return vault.seal(_ANSWER.dump_json(answer).decode()).decode()


def answers_from_sealed(sealed: Sequence[bytes | str], vault: Vault) -> tuple[Answer, ...]:
    """Read what `answer_to_sealed` wrote, in the order of time; Redis gives them back in any order."""
    answers = (_ANSWER.validate_json(vault.open(one)) for one in sealed)
    return tuple(sorted(answers, key=lambda a: (a.at, a.person, a.round)))


def person_to_sealed(person: Person, vault: Vault) -> str:
    """Return a person encrypted, as ASCII."""
    return vault.seal(_PERSON.dump_json(person).decode()).decode()


def person_from_sealed(sealed: bytes | str, vault: Vault) -> Person:
    """Read what `person_to_sealed` wrote."""
    return _PERSON.validate_json(vault.open(sealed))


def record_to_json(record: Record) -> str:
    """Return a ledger record as JSON; it holds no name and no word of a person, so it is not encrypted."""
    return _RECORD.dump_json(record).decode()


def record_from_json(text: bytes | str) -> Record:
    """Read what `record_to_json` wrote."""
    return _RECORD.validate_json(text)

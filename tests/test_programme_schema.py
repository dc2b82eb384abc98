"""The JSON Schemas that editors use say the same as the reader: no key more, no key less, in either file."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.whole_programme import STRUCTURE, WORDS
from worker.files import bundled, programmes
from workflows.marked_yaml import Table
from workflows.programme_file import ProgrammeErrors, parse_programme

SCHEMAS = {
    name: json.loads(bundled.find(f"config/schema/{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("programme", "words")
}
# How the reader calls the tables of a file, ids taken out, and where the schema describes each.
STRUCTURE_TABLES = {
    "programme": "",
    "pattern": "pattern",
    "step": "step",
    "prompt": "prompt",
    "question": "question",
    "column": "cell reckoned",
    "when of question": "when",
    "decision": "decision",
    "worksheet": "worksheet",
    "promises of worksheet": "promises",
    "the gate of step": "gate",
    "filled of the gate": "filled",
    "reading": "reading",
    "milestone": "milestone",
}
WORDS_TABLES = {
    "the file": "",
    "the words of pattern": "pattern",
    "the words of step": "step",
    "the words of prompt": "prompt",
    "the words of question": "question",
    "the words of column": "cell hand",
    "the words of option": "long_option",
    "the words of decision": "decision",
    "the words of worksheet": "worksheet",
    "the words of reading": "reading",
    "the words of milestone": "milestone",
    "the words of the stages": "stages",
    "the words of stage questions": "questions",
    "the words of stage sense": "sense",
    "the words of stage dots": "dots",
    "the words of stage ranked": "ranked",
    "the words of stage consent": "consent",
    "the words of stage review": "review",
    "the words of feel": "feel",
    "the words of still": "still",
    "the options of the words of still": "keep_change_unsure",
}
ASKED = ("ask", "change", "vote", "say", "why")  # of stages, each a label and a hint


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, set[str]]:
    """The keys that the reader takes while a test reads, by the name of the table."""
    keys: dict[str, set[str]] = defaultdict(set)
    close = Table.close

    def note(table: Table) -> None:
        keys[_plain_name(table.name)] |= set(table._asked)
        close(table)

    monkeypatch.setattr(Table, "close", note)
    return keys


def _plain_name(name: str) -> str:
    stage = re.match(r"(.*words of )'(\w+)' in stage '\w+'$", name)
    if stage:
        return f"{stage[1]}{stage[2]}"
    if name.startswith("the words of stage "):
        return name.replace("'", "")
    return re.sub(r" '[^']*'", "", name)


def _read_everything() -> None:
    everything = STRUCTURE.replace("stages: [sense, consent]", "stages: [questions, sense, consent]")
    words = WORDS.replace("stages:\n", "stages:\n  questions: {title: Ask, intro: Ask., ask: {label: Ask}}\n", 1)
    parse_programme(structure=everything, words=words, structure_file="p", words_file="w")


def _keys(schema: Mapping[str, Any], names: str) -> set[str]:
    found = [schema["$defs"][name] if name else schema for name in (names.split() or [""])]
    return {key for each in found for key in each["properties"]}


@pytest.mark.parametrize(("file", "tables"), [("programme", STRUCTURE_TABLES), ("words", WORDS_TABLES)])
def test_every_key_the_reader_takes_stands_in_the_schema_and_the_reverse(
    file: str, tables: Mapping[str, str], taken: Mapping[str, set[str]]
) -> None:
    _read_everything()
    schema = SCHEMAS[file]
    for name, where in tables.items():
        assert taken[name] == _keys(schema, where), name
    if file == "words":
        for asked in ASKED:
            assert taken[f"the words of {asked}"] == _keys(schema, "ask")
    described = {name for name, each in schema["$defs"].items() if "properties" in each}
    assert described - {"ask"} == {one for where in tables.values() for one in where.split()}


@pytest.mark.parametrize("file", ["programme", "words"])
def test_every_object_of_a_schema_refuses_unknown_keys(file: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[file])
    for each in _objects(SCHEMAS[file]):
        assert "additionalProperties" in each


def _objects(node: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for each in node.values():
            yield from _objects(each)
    elif isinstance(node, list):
        for each in node:
            yield from _objects(each)


def complaints(file: str, text: str) -> list[str]:
    validator = Draft202012Validator(SCHEMAS[file])
    return [error.message for error in validator.iter_errors(_plain(YAML(typ="safe", pure=True).load(text)))]


def _plain(value: object) -> object:
    """What an editor sees: dates are text to it, as they are to the reader."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def test_the_shipped_programmes_fit_the_schemas() -> None:
    assert complaints("programme", STRUCTURE) == []
    assert complaints("words", WORDS) == []
    for name in programmes.names():
        shipped = programmes.texts(name)
        assert complaints("programme", shipped.structure) == []
        assert complaints("words", shipped.words) == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("minutes: 4", "minuts: 4"),
        ("kind: rows", "kind: row"),
        ("low: 0, high: 60", "low: zero, high: 60"),
        ("{id: mood, kind: choice, options: [good, bad],", "{id: mood, kind: choice,"),
        ("{id: mood, kind: choice,", "{id: mood, kind: short_text,"),
        ("        short: [mood]\n", ""),
        ("like: check, day: 2", "like: check, minutes: 2"),
        ("method: consent", "method: dots"),
        ("{id: cost, times: [hours, rate]}", "{id: cost, times: [hours, rate], hand: number}"),
        ("        covers: pays\n", ""),
        ("tally: true}", "tally: true, columns: [ties]}"),
        ("where: risk, at_least: 12", "where: risk"),
        ("    gate:\n      never: true", "    gates:\n      never: true"),
        ("checked: 2026-11-23,\n", "\n"),
    ],
)
def test_an_editor_underlines_what_the_reader_refuses(was: str, now: str) -> None:
    assert was in STRUCTURE
    changed = STRUCTURE.replace(was, now, 1)
    assert complaints("programme", changed)
    with pytest.raises(ProgrammeErrors):
        parse_programme(structure=changed, words=WORDS, structure_file="p", words_file="w")

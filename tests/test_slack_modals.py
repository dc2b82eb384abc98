"""A form opens as a modal with all that was typed before, and comes back as it was typed."""

from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.slack.limits import check
from worker.slack.modals import errors_response, input_ids, render_modal, typed_from
from worker.slack.zones import OFFERED
from workflows.forms import Field, Form, Option, Typed

FEW = tuple(Option(value=f"v{n}", label=f"Choice {n}", hint="what it means" if n else "") for n in range(3))
MANY = tuple(Option(value=f"v{n}", label=f"Choice {n}") for n in range(11))
HEAPS = tuple(Option(value=f"v{n}", label=f"Choice {n}") for n in range(130))
FIELDS = (
    Field(id="name", widget="line", label="Name", hint="as people say it", placeholder="Harbour Circle", max_chars=80),
    Field(id="did", widget="lines", label="What did you do?"),
    Field(id="hours", widget="number", label="Hours", required=False),
    Field(id="kind", widget="choice", label="Kind", options=FEW),
    Field(id="kind_many", widget="choice", label="Kind", options=MANY),
    Field(id="kind_heaps", widget="choice", label="Kind", options=HEAPS),
    Field(id="tags", widget="choices", label="Tags", options=FEW, required=False),
    Field(id="tags_many", widget="choices", label="Tags", options=MANY, required=False),
    Field(id="since", widget="date", label="Since when?"),
    Field(id="members", widget="people", label="Who?"),
    Field(id="place", widget="channel", label="Where?"),
    Field(id="zone", widget="zone", label="Time zone"),
)


def form(*fields: Field, typed: Typed | None = None, problems: dict[str, str] | None = None, **more: Any) -> Form:
    return Form(
        id="answer",
        title="What you did for the group",
        submit="Send",
        token="T1/p1/bo/r1",
        fields=fields,
        typed=typed or {},
        problems=problems or {},
        **more,
    )


def modal(asked: Form) -> dict[str, Any]:
    view = render_modal(asked)
    check(view, "modal")
    return view


def sent_untouched(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends when somebody presses the button without touching anything."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: _value(element)}
    return {**view, "state": {"values": values}}


def _value(element: dict[str, Any]) -> dict[str, Any]:
    names = {
        "initial_value": "value",
        "initial_option": "selected_option",
        "initial_options": "selected_options",
        "initial_date": "selected_date",
        "initial_users": "selected_users",
        "initial_conversation": "selected_conversation",
    }
    empties: dict[str, dict[str, Any]] = {"plain_text_input": {"value": None}, "checkboxes": {"selected_options": []}}
    empty = empties.get(element["type"], {})
    return {"type": element["type"], **empty, **{names[k]: v for k, v in element.items() if k in names}}


ids = st.from_regex(r"\A[UC][A-Z0-9]{5,10}\Z")
typed_values: dict[str, st.SearchStrategy[Any]] = {
    "name": st.text(min_size=1, max_size=80).filter(str.strip),
    "did": st.text(min_size=1, max_size=3000).filter(str.strip),
    "hours": st.sampled_from(["2", "2,5", "0.25"]),
    "kind": st.sampled_from([o.value for o in FEW]),
    "kind_many": st.sampled_from([o.value for o in MANY]),
    "kind_heaps": st.sampled_from([o.value for o in HEAPS]),
    "tags": st.lists(st.sampled_from([o.value for o in FEW]), min_size=1, unique=True).map(sorted).map(tuple),
    "tags_many": st.lists(st.sampled_from([o.value for o in MANY[:10]]), min_size=1, unique=True)
    .map(sorted)
    .map(tuple),
    "since": st.dates().map(str),
    "members": st.lists(ids, min_size=1, max_size=8, unique=True).map(tuple),
    "place": ids,
    "zone": st.sampled_from(sorted(available_timezones())),
}


@given(st.fixed_dictionaries({}, optional=typed_values))
def test_what_was_typed_comes_back_as_it_was(typed: dict[str, Any]) -> None:
    view = modal(form(*FIELDS, typed=typed))
    assert typed_from(sent_untouched(view)) == typed


def test_each_kind_of_question_has_a_fitting_input() -> None:
    view = modal(form(*FIELDS))
    kinds = {b["block_id"]: b["element"]["type"] for b in view["blocks"]}
    assert kinds == {
        "name": "plain_text_input",
        "did": "plain_text_input",
        "hours": "plain_text_input",
        "kind": "radio_buttons",
        "kind_many": "static_select",
        "kind_heaps": "static_select",
        "tags": "checkboxes",
        "tags_many": "multi_static_select",
        "since": "datepicker",
        "members": "multi_users_select",
        "place": "conversations_select",
        "zone": "static_select",
    }
    assert view["blocks"][1]["element"]["multiline"] is True
    assert view["blocks"][2]["optional"] is True
    assert view["private_metadata"] == "T1/p1/bo/r1"
    assert view["title"]["text"] == "What you did for the…"


def test_a_problem_stands_beside_its_field() -> None:
    asked = form(*FIELDS[:2], problems={"name": "Please give your group a name.", "": "Nothing was sent."})
    blocks = modal(asked)["blocks"]
    assert [b["type"] for b in blocks] == ["context", "input", "context", "input"]
    assert blocks[0]["elements"][0]["text"] == "⚠ Nothing was sent."
    assert blocks[2]["elements"][0]["text"] == "⚠ Please give your group a name."


def test_errors_go_to_their_field_and_the_rest_to_the_first() -> None:
    answer = errors_response(("name", "hours"), {"hours": "A number, please.", "": "Try again.", "gone": "Odd."})
    assert answer == {
        "response_action": "errors",
        "errors": {"hours": "A number, please.", "name": "Try again. Odd."},
    }


def test_a_form_without_fields_has_nothing_to_send() -> None:
    view = modal(form(intro=("This round is closed.", "Thank you all the same."), cancel="Close"))
    assert "submit" not in view
    assert view["close"]["text"] == "Close"
    assert [b["text"]["text"] for b in view["blocks"]] == ["This round is closed.", "Thank you all the same."]


def test_inputs_are_named_in_their_order() -> None:
    view = modal(form(*FIELDS, intro=("Hello",), problems={"did": "Why?"}))
    assert input_ids(view) == tuple(f.id for f in FIELDS)


def test_a_zone_that_is_not_in_the_menu_is_offered_again() -> None:
    view = modal(form(FIELDS[-1], typed={"zone": "America/Nome"}))
    groups = view["blocks"][0]["element"]["option_groups"]
    assert groups[0]["options"][0]["text"]["text"] == "Nome"


def test_every_zone_of_the_menu_exists_once() -> None:
    zones = [zone for _, some in OFFERED for zone in some]
    assert set(zones) <= available_timezones()
    assert len(set(zones)) == len(zones)
    assert {"Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"} <= set(zones)


@pytest.mark.parametrize("given_value", [{"type": "plain_text_input", "value": "  \n"}, {"type": "something_new"}, {}])
def test_an_empty_or_unknown_value_is_absent(given_value: dict[str, Any]) -> None:
    assert typed_from({"state": {"values": {"did": {"did": given_value}}}}) == {}


def test_a_date_that_is_none_is_left_out_and_the_modal_opens() -> None:
    view = modal(form(FIELDS[8], typed={"since": "the day before"}))
    assert "initial_date" not in view["blocks"][0]["element"]

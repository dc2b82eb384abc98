"""A form opens as a modal with all that was typed before, and comes back as it was typed."""

from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.slack.limits import SlackLimit, check
from worker.slack.modal_inputs import DECIDES
from worker.slack.modal_values import errors_response, input_ids, typed_from
from worker.slack.modals import KEEP, MORE, OTHER, pages_of, render_modal
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


# --- follow-ups, buttons, dots, long lists ----------------------------------------------------------------------------

TIE = Field(id="tie", widget="choice", label="Any ties?", options=FEW)
SINCE = Field(id="since", widget="date", label="Since when?", when="tie", when_values=("v1", "v2"))


def test_a_follow_up_is_shown_once_it_is_called_for() -> None:
    closed, open_ = modal(form(TIE, SINCE)), modal(form(TIE, SINCE, typed={"tie": "v2"}))
    assert (input_ids(closed), input_ids(open_)) == (("tie",), ("tie", "since"))
    first = closed["blocks"][0]
    assert (first["dispatch_action"], first["element"]["action_id"]) == (True, DECIDES)
    assert "dispatch_action" not in open_["blocks"][1]
    assert typed_from(sent_untouched(open_)) == {"tie": "v2"}


def test_a_follow_up_with_a_problem_is_shown_though_it_is_not_called_for() -> None:
    view = modal(form(TIE, SINCE, typed={"tie": "v0"}, problems={"since": "That is no day."}))
    assert input_ids(view) == ("tie", "since")


def test_the_buttons_of_a_form_come_back_as_presses() -> None:
    asked = form(FIELDS[0], keep="Keep for later", more="Add a line", other="Short", other_token="T1/p1/bo/r1-short")
    view = render_modal(asked, notice="Kept.")
    check(view, "modal")
    *_, buttons, notice = view["blocks"]
    assert [(e["action_id"], e.get("value")) for e in buttons["elements"]] == [
        (MORE, "T1/p1/bo/r1"),
        (KEEP, "T1/p1/bo/r1"),
        (OTHER, "T1/p1/bo/r1-short"),
    ]
    assert notice["elements"][0]["text"] == "Kept."


def test_a_line_is_added_on_the_page_where_the_lines_stand() -> None:
    asked = form(*lines(2), *FIELDS[:2], more="Add a line", next="Next", back="Back", a_page=1)
    count = len(pages_of(asked))
    assert count > 2
    drawn = [render_modal(asked, number=number) for number in range(1, count + 1)]
    with_lines = [any(block_id.startswith("work.") for block_id in input_ids(view)) for view in drawn]
    assert with_lines[0]
    assert [MORE in str(view) for view in drawn] == with_lines


def test_dots_are_a_menu_that_takes_no_more_than_there_are() -> None:
    dots = Field(id="dots", widget="choices", label="Your dots", options=FEW, most=2)
    element = modal(form(dots, typed={"dots": ("v0", "v1")}))["blocks"][0]["element"]
    assert (element["type"], element["max_selected_items"]) == ("multi_static_select", 2)
    too_many = modal(form(dots, typed={"dots": ("v0", "v1", "v2")}))["blocks"][0]["element"]
    assert too_many["max_selected_items"] == 3, "nothing typed is dropped; what is wrong is said"
    with pytest.raises(SlackLimit, match="max_selected_items"):
        check(modal_with({**element, "max_selected_items": 0}), "modal")
    with pytest.raises(SlackLimit, match="initial_options has 2"):
        check(modal_with({**element, "max_selected_items": 1}), "modal")


def modal_with(element: dict[str, Any]) -> dict[str, Any]:
    view = modal(form(FIELDS[0]))
    return {**view, "blocks": [{**view["blocks"][0], "element": element}]}


def test_a_choice_that_may_stay_open_can_be_let_go_again() -> None:
    may = Field(id="kind", widget="choice", label="Kind", options=FEW, required=False)
    options = modal(form(may))["blocks"][0]["element"]["options"]
    assert options[-1]["text"]["text"] == "No answer"
    let_go = {"kind": {"kind": {"type": "radio_buttons", "selected_option": options[-1]}}}
    assert typed_from({"state": {"values": let_go}}) == {}


def lines(count: int, *, cells: int = 6, options: int = 3) -> tuple[Field, ...]:
    offered = tuple(Option(value=f"person-{n}", label=f"Somebody with a rather long name {n}") for n in range(options))
    return tuple(
        Field(
            id=f"work.{n}.c{cell}",
            widget="choice",
            label=f"Cell {cell}",
            options=offered,
            legend=f"Line {n + 1}" if cell == 0 else "",
        )
        for n in range(count)
        for cell in range(cells)
    )


def test_ten_lines_of_six_cells_fit() -> None:
    view = modal(form(*lines(10), keep="Keep", more="Add a line", intro=("What you did",)))
    assert len(input_ids(view)) == 60
    assert [b["text"]["text"] for b in view["blocks"] if b["type"] == "header"][:2] == ["Line 1", "Line 2"]


@pytest.mark.parametrize("asked", [lines(30), lines(10, options=290)], ids=["too many blocks", "too many bytes"])
def test_a_list_beyond_slack_is_shown_as_far_as_it_fits_and_leads_to_its_page(asked: tuple[Field, ...]) -> None:
    view = render_modal(form(*asked, more="Add a line"), page="https://fairsteps.example.org/answer/x")
    check(view, "modal")
    shown = input_ids(view)
    assert 0 < len(shown) < len(asked)
    assert len(shown) % 6 == 0, "whole lines"
    assert "https://fairsteps.example.org/answer/x" in str(view["blocks"][-1:])


def test_a_problem_of_a_whole_question_stands_at_its_first_input() -> None:
    answer = errors_response(("name", "work.0.c0", "work.0.c1"), {"work": "One line, please."})
    assert answer["errors"] == {"work.0.c0": "One line, please."}

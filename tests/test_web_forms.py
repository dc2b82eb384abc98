"""What a form looks like on a web page, and what is read back from it."""

import re
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from werkzeug.datastructures import MultiDict

from worker.vault import Vault
from worker.web import drafts, draw, forms
from workflows.forms import Field, Form, Option

QUESTIONS = Form(
    id="answer",
    title="Your answer",
    submit="Send",
    intro=("Your last week", "Your group sees what you write here."),
    fields=(
        Field(id="did", widget="lines", label="What did you do for the group?"),
        Field(id="hours", widget="number", label="About how many hours was that?", hint="A number, like 2 or 2.5."),
        Field(
            id="kind",
            widget="choices",
            label="What kind of work was it?",
            options=(
                Option(value="welcome", label="Welcoming people"),
                Option(value="crisis", label="Being there in a crisis", hint="Also at night, also by phone."),
            ),
            required=False,
        ),
        Field(
            id="stop",
            widget="choice",
            label="What would stop if you were ill for a month?",
            options=(Option(value="all", label="All of it"), Option(value="some", label="Some of it")),
        ),
    ),
)
PREFERENCES = Form(
    id="preferences",
    title="Your settings",
    submit="Save",
    fields=(
        Field(
            id="prefers",
            widget="choice",
            label="Where should we ask you?",
            options=(Option(value="slack", label="In Slack"), Option(value="mail", label="By mail")),
        ),
        Field(id="zone", widget="zone", label="Your time zone", hint="So that 9:00 is 9:00 where you are."),
    ),
    typed={"prefers": "slack", "zone": "Asia/Kathmandu"},
)
EVERY_WIDGET = Form(
    id="answer",
    title="All there is",
    submit="Send",
    fields=(
        Field(id="line", widget="line", label="A line", placeholder="like this"),
        Field(id="lines", widget="lines", label="Lines", max_chars=5),
        Field(id="number", widget="number", label="A number"),
        Field(id="one", widget="choice", label="One", options=(Option(value="a", label="A"),), required=False),
        Field(id="some", widget="choices", label="Some", options=(Option(value="a", label="A"),)),
        Field(id="day", widget="date", label="A day"),
        Field(id="zone", widget="zone", label="A zone"),
        Field(id="people", widget="people", label="People"),
        Field(id="channel", widget="channel", label="A channel"),
    ),
)


def test_every_input_has_a_label_and_its_hint_and_problem_are_tied_to_it() -> None:
    page = draw.form_page(replace(QUESTIONS, problems={"hours": "Please give a number."}))
    assert '<label for="f-hours">' in page
    assert 'aria-describedby="f-hours-hint f-hours-problem" aria-invalid="true"' in page
    assert 'id="f-hours-hint"' in page
    assert 'id="f-hours-problem"' in page
    assert '<a href="#f-hours">About how many hours was that?</a> Please give a number.' in page


def test_a_problem_of_a_group_of_options_leads_to_its_first_option() -> None:
    page = draw.form_page(replace(QUESTIONS, problems={"stop": "Please choose one."}))
    assert '<a href="#f-stop-1">' in page


def test_a_problem_of_the_whole_form_is_shown_though_it_has_no_field() -> None:
    page = draw.form_page(replace(QUESTIONS, problems={"": "The round changed meanwhile."}))
    assert "The round changed meanwhile." in page


def test_what_only_slack_can_ask_is_not_drawn() -> None:
    names = {one.name for one in forms.inputs(EVERY_WIDGET)}
    assert names == {"line", "lines", "number", "one", "some", "day", "zone"}


def test_nothing_typed_is_cut_by_the_page() -> None:
    page = draw.form_page(replace(EVERY_WIDGET, typed={"lines": "far more than five letters"}))
    assert "far more than five letters</textarea>" in page
    assert "maxlength" not in page


def test_a_leading_empty_line_survives_the_text_box() -> None:
    page = draw.form_page(replace(EVERY_WIDGET, typed={"lines": "\nsecond line"}))
    assert ">\n\nsecond line</textarea>" in page  # browsers drop the first line break of a text box


def test_typed_text_is_escaped_everywhere() -> None:
    nasty = '"><script>alert(1)</script>'
    form = replace(EVERY_WIDGET, typed={"line": nasty, "lines": nasty, "zone": nasty}, problems={"line": nasty})
    assert "<script" not in draw.form_page(form, notice=nasty, kept=form)
    assert "<script" not in draw.thanks_page(form, title=nasty, intro=nasty)


def test_an_optional_choice_can_be_taken_back() -> None:
    one = next(one for one in forms.inputs(EVERY_WIDGET) if one.name == "one")
    assert [choice.label for choice in one.choices] == ["A", "No answer"]
    assert one.choices[1].chosen
    assert forms.typed_from(MultiDict({"one": ""}), EVERY_WIDGET) == {}


def test_reading_back_takes_only_fields_of_the_form_and_drops_what_is_empty() -> None:
    posted = MultiDict(
        [("line", "  Ana  "), ("lines", "a\r\nb"), ("some", "a"), ("some", "b"), ("number", " "), ("x", "y")]
    )
    assert forms.typed_from(posted, EVERY_WIDGET) == {"line": "Ana", "lines": "a\nb", "some": ("a", "b")}


def test_the_zone_list_knows_the_places_people_live_in() -> None:
    known = forms.zones_with("Asia/Kathmandu")
    assert ("Asia/Kathmandu", "Kathmandu") in known["Asia"]
    assert ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires") in known["America"]
    assert known["Other"] == (("UTC", "UTC"),)


def test_what_each_used_line_needs_is_not_said_to_be_left_empty() -> None:
    lone = Field(id="q.0.hours", widget="line", label="Hours", required=False, in_line=True)
    free = Field(id="q.0.note", widget="line", label="Note", required=False)
    page = draw.form_page(replace(QUESTIONS, fields=(lone, free), typed={}))
    assert "Hours</label>" in page
    assert re.search(r"Note <span[^>]*>\(you can leave this empty\)", page)


def test_no_place_stands_in_the_zone_list_by_an_older_name_as_well() -> None:
    names = {name for places in forms.zones_with("").values() for name, _ in places}
    assert {"Asia/Kolkata", "America/Argentina/Buenos_Aires", "Europe/Kyiv", "UTC"} <= names
    assert not {"Asia/Calcutta", "America/Buenos_Aires", "Europe/Kiev", "Asia/Katmandu"} & names
    assert "Africa/Asmera" not in names


def test_a_zone_that_is_in_no_list_is_still_shown_as_chosen() -> None:
    page = draw.form_page(replace(PREFERENCES, typed={"zone": "US/Pacific"}))
    assert '<option value="US/Pacific" selected>' in page


def test_what_was_said_is_read_back_in_the_words_of_the_options() -> None:
    form = replace(QUESTIONS, typed={"kind": ("crisis", "welcome"), "stop": "all"})
    assert forms.spoken(form) == (
        ("What kind of work was it?", ("Being there in a crisis", "Welcoming people")),
        ("What would stop if you were ill for a month?", ("All of it",)),
    )


@pytest.mark.parametrize("form", [QUESTIONS, PREFERENCES, EVERY_WIDGET], ids=lambda form: form.title)
def test_a_form_travels_with_its_page_and_comes_back_the_same(form: Form) -> None:
    assert drafts.from_json(drafts.to_json(form)) == replace(form, typed={}, problems={}, token="")


def test_a_drawn_form_counts_only_for_its_own_link_and_only_unforged() -> None:
    vault = Vault([Fernet.generate_key().decode()])
    seal = drafts.sealed(vault, replace(QUESTIONS, typed={"did": "not sent along"}), "link-of-bo")
    posted = MultiDict({drafts.FIELD: seal, "did": "new words"})
    found = drafts.opened(vault, posted, "link-of-bo")
    assert found == replace(QUESTIONS, typed={"did": "new words"})
    assert drafts.opened(vault, posted, "link-of-chi") is None
    assert drafts.opened(vault, MultiDict({drafts.FIELD: seal[:-9]}), "link-of-bo") is None
    assert drafts.opened(vault, MultiDict(), "link-of-bo") is None
    assert drafts.opened(vault, MultiDict({drafts.FIELD: "ünsinn"}), "link-of-bo") is None

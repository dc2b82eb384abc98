"""A long form over pages: what stands together, how many pages there are, and nothing left out."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.test_slack_modals import lines
from workflows.forms import Field, Form, Option
from workflows.paging import Page, Room, page_of, pages

YES_NO = (Option(value="yes", label="Yes"), Option(value="no", label="No"))
WIDE = Room(parts=1000, size=1_000_000)


def ask(name: str, when: str = "") -> Field:
    return Field(id=name, widget="choice", label=name, options=YES_NO, when=when, when_values=("yes",) if when else ())


def form(*fields: Field, a_page: int = 5, **typed: str) -> Form:
    return Form(id="answer", title="T", submit="Send", fields=fields, next="Next", a_page=a_page, typed=typed)


def split(asked: Form, room: Room = WIDE) -> list[list[str]]:
    return [[f.id for f in page] for page in pages(asked, lambda f: Room(parts=1, size=10), first=room, other=room)]


def test_twelve_questions_with_notes_are_three_pages_of_four() -> None:
    twelve = [f for n in range(12) for f in (ask(f"q{n}"), replace(ask(f"q{n}.note"), widget="lines"))]
    found = split(form(*twelve))
    assert [len(page) for page in found] == [8, 8, 8]
    assert found[1][:2] == ["q4", "q4.note"]


def test_five_questions_are_one_page_and_six_are_two_alike() -> None:
    assert [len(p) for p in split(form(*(ask(f"q{n}") for n in range(5))))] == [5]
    assert [len(p) for p in split(form(*(ask(f"q{n}") for n in range(6))))] == [3, 3]


def test_what_follows_stands_with_what_it_follows_on() -> None:
    fields = [ask("a"), ask("b"), ask("c"), ask("why", when="c"), ask("more", when="why"), ask("d"), ask("e"), ask("f")]
    (page,) = (page for page in split(form(*fields, c="yes", why="yes")) if "c" in page)
    assert {"why", "more"} <= set(page)
    assert split(form(*fields)) == split(form(*fields, c="yes", why="yes")), "answering moves nobody to another page"


def test_lines_take_as_many_pages_as_they_need_and_stay_whole() -> None:
    found = split(form(ask("mood"), *lines(10)), Room(parts=20, size=10_000))
    assert [len(page) for page in found] == [1 + 18, 18, 18, 6], "three lines of six cells fit on a page"
    assert found[1][0] == "work.3.c0"
    assert len(split(form(ask("mood"), *lines(10)))) == 1, "where there is room, lines are no new questions"


def test_lines_that_wait_for_an_answer_have_no_page_before_it() -> None:
    waiting = [replace(f, when="any", when_values=("yes",)) for f in lines(8)]
    room = Room(parts=20, size=10_000)
    assert split(form(ask("any"), *waiting), room) == [["any", *(f.id for f in waiting[:6])]]
    assert len(split(form(ask("any"), *waiting, any="yes"), room)) == 3


def test_a_form_that_is_not_to_be_split_is_one_page() -> None:
    many = tuple(ask(f"q{n}") for n in range(30))
    assert len(split(replace(form(*many), next=""))) == 1
    assert split(form()) == [[]]
    assert len(split(form(*many, a_page=0))) == 1, "as many as there is room for"


def test_the_page_of_what_was_shown_is_the_last_that_has_any_of_it() -> None:
    found: tuple[Page, ...] = ((ask("a"),), (ask("b"), ask("c")), (ask("d"),))
    assert [page_of(found, ids) for ids in (["a", "c"], ["d"], ["gone"], [])] == [2, 3, 1, 1]


@given(
    st.lists(st.sampled_from(["one", "note", "follow", "line"]), min_size=1, max_size=40),
    st.integers(0, 6),
    st.integers(2, 30),
)
def test_everything_that_is_asked_is_on_one_page_in_its_order(shape: list[str], a_page: int, parts: int) -> None:
    fields: list[Field] = []
    for n, kind in enumerate(shape):
        last = fields[-1].id.partition(".")[0] if fields else ""
        if kind == "one" or not fields:
            fields.append(ask(f"q{n}"))
        elif kind == "note":
            fields.append(ask(f"{last}.part{n}"))
        elif kind == "line":
            fields.append(replace(ask(f"{last}.{n}.cell"), legend=f"Line {n}"))
        else:
            fields.append(ask(f"q{n}", when=last))
    typed = {f.id: "yes" for f in fields}
    found = split(form(*fields, a_page=a_page, **typed), Room(parts=parts, size=10_000))
    assert [name for page in found for name in page] == [f.id for f in fields]
    assert all(found)

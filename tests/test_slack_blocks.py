"""A message in Slack says what its parts say, whatever is in them, and Slack would take it."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from worker.slack.blocks import action_named, render
from worker.slack.cut import cut, escaped, split
from worker.slack.limits import check
from workflows.message import (
    Action,
    Bullets,
    Divider,
    Facts,
    Heading,
    Link,
    Message,
    Numbered,
    Part,
    Progress,
    Quote,
    Small,
    Text,
)

SPITE = "<!channel> <@U0BO> <https://example.org|click> @channel @here *b* _i_ :bomb: & &lt;"


def message(*parts: Part, actions: tuple[Action, ...] = (), subject: str = "A word from your group") -> Message:
    return Message(kind="prompt", subject=subject, parts=parts, actions=actions)


def drawn(*parts: Part, **more: Any) -> list[dict[str, Any]]:
    payload = render(message(*parts, **more))
    check(payload, "message")
    blocks: list[dict[str, Any]] = payload["blocks"]
    return blocks


def mrkdwn_in(value: Any) -> list[str]:
    """Every text that Slack reads as markup."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for inner in value.values() for text in mrkdwn_in(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in mrkdwn_in(inner)]
    return []


def test_what_people_wrote_mentions_nobody_and_links_nowhere() -> None:
    parts = (
        Heading(text=SPITE),
        Text(text=SPITE),
        Small(text=SPITE),
        Quote(text=SPITE, who=SPITE),
        Bullets(items=(SPITE,)),
        Numbered(items=(SPITE,)),
        Facts(rows=((SPITE, SPITE),)),
        Progress(steps=((SPITE, "now"),)),
    )
    payload = render(message(*parts, subject=SPITE))
    check(payload, "message")
    assert "<" not in payload["text"]
    assert payload["text"].startswith("&lt;!channel&gt;")
    for text in mrkdwn_in(payload["blocks"]):
        assert "<" not in text
        assert ">" not in text
    verbatim = [b for b in json.dumps(payload).split('"type": "mrkdwn"') if "verbatim" in b]
    assert verbatim, "Slack must not make links or mentions of plain text either"


def test_escaping_changes_exactly_three_characters() -> None:
    assert escaped("a & b < c > d \"' @here") == "a &amp; b &lt; c &gt; d \"' @here"


def test_somebodys_words_are_a_quote_with_their_name() -> None:
    (block,) = drawn(Quote(text="I was there every night.\nAlso on Sundays.", who="Bo"))
    name, quote = block["elements"]
    assert name["elements"][0] == {"type": "text", "text": "Bo", "style": {"bold": True}}
    assert quote["type"] == "rich_text_quote"
    assert quote["elements"][0]["text"] == "I was there every night.\nAlso on Sundays."


def test_questions_are_numbered_across_blocks() -> None:
    blocks = drawn(Numbered(items=tuple(f"Question {n} " + "x" * 900 for n in range(1, 9))))
    assert [block["elements"][0].get("offset", 0) for block in blocks] == [0, 3, 6]
    assert {block["elements"][0]["style"] for block in blocks} == {"ordered"}


def test_facts_stand_in_two_columns() -> None:
    blocks = drawn(Facts(rows=tuple((f"What {n}", f"Value {n}") for n in range(7))))
    assert [len(block["fields"]) for block in blocks] == [10, 4]
    assert blocks[0]["fields"][0]["text"] == "*What 0*"
    assert blocks[0]["fields"][1] == {"type": "plain_text", "text": "Value 0", "emoji": False}


def test_progress_can_be_told_without_seeing_the_signs() -> None:
    (block,) = drawn(Progress(steps=(("Value", "done"), ("Goals", "now"), ("Track", "ahead"))))
    assert block["elements"][0]["text"] == "✓ Value (done)  ›  ● Goals (now)  ›  ○ Track (ahead)"


def test_a_link_goes_to_the_web_and_nowhere_else() -> None:
    (web,) = drawn(Link(label="Read it", url="https://example.org/?a=1&b=<2>"))
    assert web["elements"][0]["elements"][0] == {
        "type": "link",
        "url": "https://example.org/?a=1&b=<2>",
        "text": "Read it",
    }
    (other,) = drawn(Link(label="Read it", url="javascript:alert(1)"))
    assert other["text"]["text"] == "Read it"


def test_the_same_button_twice_keeps_its_meaning() -> None:
    done = Action(id="milestone_done", label="Mark as done", value="T1/p1/bo/m1", style="primary")
    (block,) = drawn(actions=(done, done))
    assert [b["action_id"] for b in block["elements"]] == ["milestone_done", "milestone_done#2"]
    assert {action_named(b["action_id"]) for b in block["elements"]} == {"milestone_done"}


def test_a_long_text_is_spread_and_nothing_of_it_is_lost() -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "word " * 200 for n in range(6))
    blocks = drawn(Text(text=text))
    assert " ".join(b["text"]["text"] for b in blocks).split() == text.split()


def test_what_does_not_fit_is_folded_and_the_buttons_stay() -> None:
    answer = Action(id="answer", label="Answer", value="T1/p1/bo/r1")
    blocks = drawn(*(Text(text=f"Line {n}") for n in range(80)), actions=(answer,))
    assert len(blocks) == 50
    assert blocks[-2]["elements"][0]["text"] == "…"
    assert blocks[-1]["type"] == "actions"
    heavy = drawn(*(Text(text="w" * 2900) for _ in range(10)), actions=(answer,))
    assert heavy[-2]["elements"][0]["text"] == "…"


def test_exactly_fifty_blocks_need_no_folding() -> None:
    blocks = drawn(*(Divider() for _ in range(50)))
    assert {block["type"] for block in blocks} == {"divider"}


def test_empty_parts_draw_nothing() -> None:
    empty = (
        Text(text=" "),
        Heading(text=""),
        Small(text=""),
        Bullets(items=()),
        Quote(text=""),
        Facts(rows=()),
        Progress(steps=()),
    )
    assert drawn(*empty) == []


words = st.text(max_size=400)
parts = st.one_of(
    st.builds(Heading, text=words),
    st.builds(Text, text=st.text(max_size=9000)),
    st.builds(Small, text=words),
    st.builds(Quote, text=words, who=words),
    st.builds(Bullets, items=st.lists(words, max_size=30).map(tuple)),
    st.builds(Numbered, items=st.lists(words, max_size=30).map(tuple)),
    st.builds(Facts, rows=st.lists(st.tuples(words, words), max_size=12).map(tuple)),
    st.builds(Link, label=words, url=words),
    st.just(Divider()),
)


@given(st.lists(parts, max_size=60), words)
def test_whatever_is_in_a_message_slack_would_take_it(some: list[Part], subject: str) -> None:
    drawn(*some, subject=subject, actions=(Action(id="answer", label="Answer", value="T1/p1/bo/r1"),))


@given(st.text(max_size=300), st.integers(2, 120))
@example("one two three four five", 12)
def test_cutting_never_gives_too_much(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short) <= most
    assert short == text.strip() or short.endswith("…")


@given(st.text(max_size=600), st.integers(2, 90))
def test_splitting_loses_no_character_but_space(text: str, most: int) -> None:
    pieces = split(text, most)
    assert all(len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_cut_ends_at_a_word() -> None:
    assert cut("Start a partnership together", 24) == "Start a partnership…"

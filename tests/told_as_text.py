"""What a person would read of a Slack payload, a page or a mail, as plain text: golden files of it can be reviewed."""

import email
import email.policy
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

_TOKEN = re.compile(r"(https://fairsteps\.example\.org/\w+)/[\w.=-]+")
_SIGN = re.compile(r"(\( \)|\[ \])\s+")  # what somebody may tick stands on one line with its label


def of_slack(payload: Mapping[str, Any]) -> str:
    """A message or a modal, block by block; buttons and inputs as somebody sees them."""
    head = [payload["title"]["text"]] if "title" in payload else [f"({payload['text']})"] if "text" in payload else []
    lines = [line for block in payload["blocks"] for line in _block(block)]
    ends = [f"[{payload[end]['text']}]" for end in ("submit", "close") if payload.get(end)]
    return "\n".join([*head, *lines, *([" ".join(ends)] if ends else [])])


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"## {block['text']['text']}"
        case "section":
            yield from ([block["text"]["text"]] if "text" in block else [])
            yield from (field["text"] for field in block.get("fields", ()))
        case "context":
            yield from (f"~ {element['text']}" for element in block["elements"])
        case "divider":
            yield "----"
        case "rich_text":
            yield from (line for element in block["elements"] for line in _rich(element))
        case "actions":
            yield " ".join(_pressed(element) for element in block["elements"])
        case "image":
            yield f"(picture: {block['alt_text']})"
        case "input":
            yield from _input(block)
        case other:
            yield f"? {other}"


def _pressed(element: Mapping[str, Any]) -> str:
    """A button, or a menu with all that it offers."""
    if "options" not in element:
        return f"[{element['text']['text']}]"
    return f"[{element['placeholder']['text']}: {' / '.join(option['text']['text'] for option in element['options'])}]"


def _rich(element: Mapping[str, Any]) -> Iterator[str]:
    if element["type"] != "rich_text_list":
        yield "".join(part.get("text", part.get("url", "")) for part in element["elements"])
        return
    for number, item in enumerate(element["elements"], start=element.get("offset", 0) + 1):
        sign = f"{number}." if element["style"] == "ordered" else "-"
        yield f"{sign} {''.join(part.get('text', '') for part in item['elements'])}"


def _input(block: Mapping[str, Any]) -> Iterator[str]:
    element = block["element"]
    yield f"> {block['label']['text']}{' (optional)' if block.get('optional') else ''}"
    if block.get("hint"):
        yield f"  ~ {block['hint']['text']}"
    sign = "[ ]" if element["type"].startswith(("checkboxes", "multi")) else "( )"
    options = [*element.get("options", ()), *(o for g in element.get("option_groups", ()) for o in g["options"])]
    many = len(options) > 20
    yield from (f"  {sign} {option['text']['text']}" for option in (options[:3] if many else options))
    if many:
        yield f"  {sign} and {len(options) - 3} more"
    if not options:
        yield f"  ({element['type']})"


def of_mail(raw: bytes) -> str:
    """The subject and the text of a mail, without what is signed anew each time."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    text = "\n".join(body.get_content().strip().splitlines())
    return _TOKEN.sub(r"\1/TOKEN", f"Subject: {mail['Subject']}\n\n{text}")


def of_page(html: str) -> str:
    """The main part of a page: headings, words, inputs and buttons."""
    reader = _Page()
    reader.feed(html)
    lines = (line.strip() for line in _SIGN.sub(r"\1 ", "".join(reader.said)).splitlines())
    return "\n".join(f"  {line}" if line.startswith("(") or line.startswith("[ ]") else line for line in lines if line)


class _Page(HTMLParser):
    """Reads what stands inside `main`."""

    _BLOCKS = frozenset(("p", "li", "tr", "legend", "fieldset", "div", "summary", "details", "h1", "h2", "h3", "h4"))
    _SIGNS: Mapping[str, str] = {"radio": "\n  ( ) ", "checkbox": "\n  [ ] ", "hidden": "", "submit": ""}

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._inside = self._options = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self._inside += tag == "main"
        if tag in self._BLOCKS:
            self.said.append("\n" + ("#" * int(tag[1]) + " " if tag[0] == "h" and tag[1:].isdigit() else ""))
        elif tag == "label":
            self.said.append("\n")
        elif tag == "input" and self._inside:
            self.said.append(self._SIGNS.get(given.get("type") or "text", f"\n  ({given.get('type') or 'text'}) "))
        elif tag == "textarea" and self._inside:
            self.said.append("\n  (lines) ")
        elif tag in ("td", "th"):
            self.said.append(" | ")
        elif tag == "button":
            self.said.append("\n[")
        elif tag == "select":
            self._options = 0
        elif tag == "option":
            self._options += 1
            self.said.append("\n  ( ) " if self._options <= 20 else "")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "main"
        if tag == "button":
            self.said.append("]")
        elif tag == "select":
            self._options = 0
        elif tag in self._BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if self._inside and self._options <= 20:
            self.said.append(re.sub(r"\s+", " ", data))

"""What an HTML mail says: its words as lines, what it quotes behind "> ", and its signature apart.

Promises: never raises for any text, and takes half a second at most: of endless pages only the beginning is read, and
that is said. Mail programs mark what they quote and sign by class or id; those marks are all that is used, besides
`blockquote`. nh3 cleans, lxml finds the marks, inscriptis lays out.
"""

import re
from dataclasses import dataclass

import lxml.etree
import lxml.html
import nh3
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

# Up to here a page with nothing but tags within tags takes half a second; the time grows with the square.
_MOST_TAGS = 10_000
_MOST_HTML = 500_000  # characters
_TAGS = {"p", "div", "br", "blockquote", "ul", "ol", "li", "table", "tr", "td", "tbody", "h1", "h2", "pre", "span"}
_PLAIN = ParserConfig(css=CSS_PROFILES["strict"], display_links=False, display_images=False)
_OPEN, _CLOSE, _CUT, _SIGNS, _SIGNED = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_MARKS = re.compile(f"[{_OPEN}-{_SIGNED}]")
BELOW = "-- reply above this line --"  # stands where a program says that all below is an older mail

# Apple, Gmail, Thunderbird, Yahoo, Proton, Tuta, Zoho, Roundcube
_QUOTE = re.compile(
    r"gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|reply-intro|"
    r"mail-editor-reference-message-container|applemailquote",
    re.IGNORECASE,
)
# Outlook: desktop, web, phone; the older mail is not inside of the mark but all that comes after it
_ALL_BELOW = re.compile(
    r"divrplyfwdmsg|appendonsend|outlookmessageheader|ms-outlook-mobile-reference-message|"
    r"stopspelling|olk_src_body_section",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|protonmail_signature_block|^signature$|applemailsignature|composer_signature|"
    r"ms-outlook-mobile-signature|ymail_android_signature|ymailnorrisandroidsignature",
    re.IGNORECASE,
)
_INDENTED = re.compile(r"border:\s*none|margin:\s*0\s+0\s+0\s+40px", re.IGNORECASE)  # Gmail's indent is no quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`text` has quoted lines behind "> ". `whole` is False when the page goes on beyond what was read."""

    text: str = ""
    signature: str = ""
    whole: bool = True


def read(html: str) -> Page:
    """Read an HTML mail."""
    short = "<".join(html[:_MOST_HTML].split("<", _MOST_TAGS)[:_MOST_TAGS])
    kept = {"class", "id", "style", "type"}
    cleaned = nh3.clean(
        _MARKS.sub("", short),
        tags=_TAGS,
        attributes={"*": kept},
        clean_content_tags={"script", "style", "title"},
        link_rel=None,
    )
    try:
        tree = lxml.html.fromstring(f"<div>{cleaned}</div>")
        _mark(tree)
        laid_out = str(Inscriptis(tree, _PLAIN).get_text())
    except (RecursionError, ValueError, lxml.etree.LxmlError):  # tags within tags, thousands deep; signs XML has not
        return Page(whole=len(short) == len(html))
    text, signature = _apart(laid_out)
    return Page(text=text, signature=signature, whole=len(short) == len(html))


def _mark(tree: lxml.html.HtmlElement) -> None:
    for element in list(tree.iter("*")):
        names = f"{element.get('class', '')} {element.get('id', '')}".strip()
        if _ALL_BELOW.search(names):
            element.insert(0, _line(_CUT))
        elif any(_SIGNATURE.search(name) for name in names.split()):
            _wrap(element, _SIGNS, _SIGNED)
        elif _QUOTE.search(names) or (element.tag == "blockquote" and not _INDENTED.search(element.get("style", ""))):
            _wrap(element, _OPEN, _CLOSE)


def _wrap(element: lxml.html.HtmlElement, begin: str, end: str) -> None:
    first = _line(begin)
    first.tail, element.text = element.text, None
    element.insert(0, first)
    element.append(_line(end))


def _line(sign: str) -> lxml.html.HtmlElement:
    made = lxml.html.Element("div")
    made.text = sign
    return made


def _apart(laid_out: str) -> tuple[str, str]:
    """Return the text with its quotes marked, and the words of the signature."""
    lines: list[str] = []
    signature: list[str] = []
    depth = signing = 0
    for piece in re.split(f"\n|({_MARKS.pattern})", laid_out):
        if piece and _MARKS.match(piece):
            depth += (piece == _OPEN) - (piece == _CLOSE)
            signing += (piece == _SIGNS) - (piece == _SIGNED)
            if piece == _CUT and depth <= 0:
                lines.append(BELOW)
        elif piece is not None:
            words = piece.rstrip()
            if signing > 0 and depth <= 0:
                signature.append(words)
            else:
                lines.append(f"> {words.strip()}".rstrip() if depth > 0 else words)
    return "\n".join(lines), "\n".join(signature).strip()

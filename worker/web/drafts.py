"""The form as it was drawn travels with the page, sealed, so that typed text can be shown again without the store.

Promises: `opened` gives the very form that `sealed` was made from for the same link, with what was typed since.
Anything else that comes in (forged, of another link, cut off) gives None. When Redis is gone in the moment somebody
presses Send, the page can still be drawn with everything in it.
"""

import base64
import json
import zlib
from dataclasses import asdict, replace

from cryptography.fernet import InvalidToken
from werkzeug.datastructures import MultiDict

from worker.vault import Vault
from worker.web.forms import typed_from
from workflows.forms import Field, Form, Option

OVER = "_over"  # the mark of the draft that a page was drawn over, so that it saves over no newer one
PAGE = "_page"  # made up by a page that saves by itself: it may go on over what it saved
FIELD = "_drawn"  # field ids of programmes never start with an underscore


def to_json(form: Form) -> str:
    """Return a form without anything a person typed. Its token says what stood on it when it was drawn."""
    return json.dumps(asdict(replace(form, typed={}, problems={})), separators=(",", ":"))


def from_json(text: str) -> Form:
    """Read what `to_json` wrote."""
    tree = json.loads(text)
    fields = tuple(
        Field(
            **{
                **field,
                "options": tuple(Option(**option) for option in field["options"]),
                "when_values": tuple(field["when_values"]),
            }
        )
        for field in tree["fields"]
    )
    return Form(**{**tree, "fields": fields, "intro": tuple(tree["intro"])})


def sealed(vault: Vault, form: Form, link: str) -> str:
    """Return `form` to be sent along in a hidden input of the page behind `link`."""
    # Pressed, for ten lines offer the same options ten times.
    pressed = base64.b64encode(zlib.compress(to_json(form).encode())).decode()
    return vault.seal(f"{link}\n{pressed}").decode()


def opened(vault: Vault, posted: MultiDict[str, str], link: str) -> Form | None:
    """Return the form as it was drawn, with what was typed, or None."""
    try:
        of, _, text = vault.open(posted.get(FIELD, "")).partition("\n")
    except (InvalidToken, ValueError):
        return None
    if of != link:
        return None
    form = from_json(zlib.decompress(base64.b64decode(text)).decode())
    return replace(form, typed=typed_from(posted, form))

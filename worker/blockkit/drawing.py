"""What the templates of Block Kit need, put into an environment of Jinja: `blocks.html` draws what an app sends.

Promises: what people write is text, never markup. A block or element that is not known is named as "not drawn here",
so a test can look for it. `Surroundings` say where it is drawn: without a place to press, buttons lead nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment

from worker.blockkit.inputs import Input, inputs_of, offered
from worker.blockkit.known import Known
from worker.blockkit.mrkdwn import is_address, link, mrkdwn

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Where blocks are drawn.

    `press` is the address to which a press goes, empty where nobody can press; `at` is what stands before the place of
    an element, so that the same form can hold the buttons of several messages. Without `pictures` only their words are
    shown, and nothing is loaded.
    """

    known: Known
    press: str = ""
    at: str = ""
    pictures: bool = True
    names: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", self.known.names())

    def before(self, at: str) -> "Surroundings":
        """Return the same place, for what stands behind `at`."""
        return Surroundings(known=self.known, press=self.press, at=at, pictures=self.pictures)


def add_to(pages: Environment) -> None:
    """Teach an environment what the templates in PAGES call."""
    pages.filters["mrkdwn"] = mrkdwn
    pages.tests["address"] = is_address
    pages.globals["slack_link"] = link
    pages.globals["slack_offered"] = offered
    pages.globals["slack_inputs"] = as_opened


def as_opened(view: Mapping[str, Any], known: Known) -> list[Input]:
    """Return the inputs of a modal as they are when it opens, in order."""
    return list(inputs_of(view, known, None, {}))

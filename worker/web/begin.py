"""How a group begins without Slack: `/begin` takes an address, a mail brings a link, the link opens the form.

Promises: of an address that is not proved nothing is kept but a count that ends with the day, and nobody learns here
whether an address is known: each gets the same page and the same mail. Mails and groups are bounded for an address, for
a client and in all; where nothing can be counted, nothing is sent. GET only shows. A crash between the address proved
and the group begun leaves what was typed on the page; sent twice, the form begins one group.
"""

import hashlib
import hmac
import ipaddress
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Flask, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from worker import proof
from worker.mail.mailing import Mailing
from worker.web import drafts, draw, forms
from worker.web.faults import remember
from worker.wiring import House
from workflows import addresses, ids, say, starting
from workflows.errors import AskPerson, NotFound, StoreUnavailable
from workflows.forms import Form
from workflows.messages import begin
from workflows.messages.consent import UNSAID
from workflows.outcomes import Failed, Sent
from workflows.ticket import Ticket
from workflows.walk import Walk

_A_DAY = 24 * 3600  # seconds
# A day: in all, for a client (a clinic may share one address of the net), and for one mail address.
_MAILS = {"client": 20, "all": 300, "address": 3}
_GROUPS = {"client": 20, "address": 5, "all": 100}
_ASKED = {"address": 5}  # a day: requests to one mail address, of whichever groups, begun by whomever
_ONE_HOUSEHOLD = 64  # bits of an IPv6 address that are one client's
_NOBODY = Ticket(workspace="", partnership="")
_DIGITS = 24  # of a digest: 96 bits
_LONGEST = 254  # characters of an address (RFC 5321, 4.5.3.1.3)


class BeginPages:
    """The pages of `house` on which a group begins."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._cases = house.cases
        self._took = 0.0  # seconds, for the last mail: nobody learns by waiting who is sent none

    # --- the address ------------------------------------------------------------------------------------------------

    def ask(self) -> Response:
        """Show what this is and ask for an address, or say that a mail is on its way."""
        return self._page(state="sent" if request.args.get("sent") else "ask")

    def send_link(self) -> AnyResponse:
        """Send the link, if that may be. Whatever becomes of it, the answer is the same for every address."""
        typed = request.form.get("email", "").strip()[: 2 * _LONGEST]
        if self._house.settings.smtp_url is None:
            abort(404)
        if not addresses.is_address(typed):
            return self._page(typed=typed, problem="no_address", status=422)
        try:
            if not self._may("mails", _MAILS, {"client": self._client(), "all": "all"}):
                return self._page(typed=typed, problem="enough", status=429)
            if self._may("mails", _MAILS, {"address": addresses.folded(typed)}) and not self._mailed(typed):
                return self._page(typed=typed, problem="no_mail", status=503)
        except StoreUnavailable:
            return self._page(typed=typed, problem="no_mail", status=503)
        return redirect("/begin?sent=1", 303)

    def _mailed(self, address: str) -> bool:
        """Send the mail; whether the mail server has it, or will never have it for that address."""
        house, now = self._house, self._house.clock.now()
        url = f"{house.links.public_url}/begin/{proof.made(house.vault, address, now=now)}"
        mailing = Mailing(
            delivery=ids.made_of("begin", addresses.folded(address), now.isoformat()),
            to_name="",
            to_address=address,
            message=begin.compose(house.words, url=url, until=now + proof.LASTS),
            ticket=_NOBODY,
            list_name="",
            to_nobody=True,
        )
        began = time.monotonic()
        (outcome,) = house.mail.send([mailing])
        if isinstance(outcome, Sent):
            self._took = time.monotonic() - began
        elif isinstance(outcome, Failed) and outcome.mark == "left_alone":
            time.sleep(self._took)
        return isinstance(outcome, Sent | Failed)

    def _may(self, what: str, most: Mapping[str, int], whose: Mapping[str, str]) -> bool:
        """Spend one for each of `whose` that is known; whether all had one left. Raises StoreUnavailable.

        In their order, so that who has none left of their own spends nothing of what is everybody's. What is counted is
        a digest under a key of ours: nobody can be found by it.
        """
        key, spend = self._house.settings.secret_keys[0].encode(), self._house.limits.spend
        names = {
            one: f"begin-{what}/{one}/{hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:_DIGITS]}"
            for one, name in whose.items()
            if name
        }
        return all(spend(name, most[one], _A_DAY, strict=True) == 0 for one, name in names.items())

    def _client(self) -> str:
        return _client(proxied=self._house.settings.public_url.startswith("https:"))

    def _page(
        self, *, state: str = "ask", typed: str = "", problem: str = "", said: object = (), status: int = 200
    ) -> Response:
        mails = self._house.settings.smtp_url is not None
        html = draw.page("begin", state=state, typed=typed, problem=problem, said=said, mails=mails)
        return _unlisted(make_response(html, status))

    # --- the form ---------------------------------------------------------------------------------------------------

    def form(self, mark: str) -> Response:
        """Show the form, or what happens next once it was sent."""
        address = self._proved(mark)
        if not address:
            return self._page(state="late", status=410)
        if done := request.args.get("done", ""):
            return self._next(address, mark, done)
        return self._drawn(self._cases.begin_form(), mark, address)

    def send_form(self, mark: str) -> AnyResponse:
        """Begin a group with what was given."""
        address = self._proved(mark)
        form = drafts.opened(self._house.vault, request.form, mark) or self._cases.begin_form()
        form = replace(form, typed=forms.typed_from(request.form, form), problems={})
        remember(form, mark)
        if not address:
            return self._page(state="late", said=forms.spoken(form), status=410)
        try:
            setup, _ = starting.read_mail_start(self._house.words, self._house.programmes.all(), form.typed, by=address)
            whose = {"client": self._client(), "address": addresses.folded(address), "all": "all"}
            if not self._may("groups", _GROUPS, whose):
                raise AskPerson({"": self._house.words("begin.enough")})
            self._spare([one.address for one in setup.addresses])
            begun = self._cases.begin_by_mail(form.typed, by=address)
        except AskPerson as wrong:
            return self._drawn(replace(form, problems=wrong.problems), mark, address, status=422)
        return redirect(f"{request.path}?done={begun}", 303)

    def _spare(self, named: Sequence[str]) -> None:
        """Nobody is asked all day by groups that others begin. Raises AskPerson with whom, StoreUnavailable."""
        asked = [one for one in named if not self._may("asked", _ASKED, {"address": addresses.folded(one)})]
        if asked:
            who = starting.listed(asked)
            raise AskPerson({"addresses": self._house.words("begin.asked_enough", who=who)})

    def _proved(self, mark: str) -> str:
        return proof.proved(self._house.vault, mark, now=self._house.clock.now())

    def _drawn(self, form: Form, mark: str, address: str, *, status: int = 200) -> Response:
        seal = drafts.sealed(self._house.vault, form, mark)
        shown = replace(form, intro=(*form.intro, self._house.words("begin.as", address=address)))
        return _unlisted(make_response(draw.form_page(shown, drawn=seal), status))

    def _next(self, address: str, mark: str, partnership: str) -> Response:
        """Say what happens next, to who began this group and to nobody else. Raises NotFound."""
        walk = self._house.walks.get(partnership)
        person = walk.partnership.started_by
        if person != ids.person_id(walk.partnership.workspace, addresses.folded(address)):
            raise NotFound("that is somebody else's group")
        since = walk.people[person].links_since
        if since and proof.made_at(self._house.vault, mark) < since:  # it would hand out new ones
            return self._page(state="late", status=410)
        return _unlisted(make_response(self._begun(walk, person)))

    def _begun(self, walk: Walk, person: str) -> str:
        ticket = Ticket(workspace=walk.partnership.workspace, partnership=walk.partnership.id, person=person)
        links, given = self._house.links, walk.members[person].consent == "given"
        first = walk.next_round_on
        return draw.page(
            "begun",
            group=walk.group.name,
            partner=walk.partnership.partner.name,
            asked=sorted((walk.people[m].name for m in walk.members if m != person), key=str.casefold),
            first=say.day(first) if first else "",
            consent="" if given else links.url("answer", replace(ticket, subject=UNSAID)),
            home=links.url("home", ticket) if given else "",
        )


def _client(*, proxied: bool) -> str:
    """Who asks: an address, or the network of one household; nobody where a proxy does not say who."""
    if proxied and "X-Forwarded-For" not in request.headers:
        return ""
    try:
        found = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    return str(found if found.version == 4 else ipaddress.ip_network((int(found), _ONE_HOUSEHOLD), strict=False))


def _unlisted(response: Response) -> Response:
    """No search engine keeps what stands behind a link."""
    if (request.view_args or {}).get("mark"):
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def install(app: Flask, house: House) -> None:
    """Add the pages on which a group begins."""
    pages = BeginPages(house)
    app.add_url_rule("/begin", "begin", pages.ask)
    app.add_url_rule("/begin", "send_begin", pages.send_link, methods=["POST"])
    app.add_url_rule("/begin/<mark>", "begin_form", pages.form)
    app.add_url_rule("/begin/<mark>", "send_begin_form", pages.send_form, methods=["POST"])

"""The modal in which the group's channel is chosen, sent. The one about people belongs to a ticket, like an answer."""

from collections.abc import Callable, Mapping

from worker.slack.payloads import Submission
from worker.wiring import House
from workflows.hosting_forms import CHANNEL


def _send_channel(house: House, sent: Submission) -> None:
    house.cases.choose_channel(sent.ticket(house.people), sent.typed)


MODALS: Mapping[str, Callable[[House, Submission], None]] = {CHANNEL: _send_channel}

"""Socket Mode: the same listeners over a connection that we open, for a house that Slack cannot reach.

`python -m worker.slack.socket` runs until it is stopped. Slack hears of a request only after its use case has stored
what it is about, so a kill loses nothing: Slack asks the person, or brings the event, again. Installing still needs
the web.
"""

import signal
import sys
import threading

import structlog
from slack_bolt.adapter.socket_mode import SocketModeHandler

from worker.slack.app import FairstepsApp, build
from worker.slack.client import silent
from worker.wiring import house

log = structlog.get_logger()


def listen(app: FairstepsApp, app_token: str, stop: threading.Event) -> None:
    """Serve over the socket until `stop` is set."""
    handler = SocketModeHandler(app, app_token, logger=silent())
    handler.connect()  # type: ignore[no-untyped-call]
    log.info("Connected to Slack by Socket Mode.", action="socket_connected")
    stop.wait()
    handler.close()  # type: ignore[no-untyped-call]


def main() -> int:
    """Run until TERM or Ctrl-C."""
    ours = house()
    token = ours.settings.slack_app_token
    if token is None:
        print("Socket Mode needs SLACK_APP_TOKEN (it starts with xapp-).", file=sys.stderr)
        return 2
    stop = threading.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: stop.set())
    listen(build(ours), token, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())

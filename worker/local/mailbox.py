"""The local mailbox: takes every mail that Fairsteps sends on this machine, shows it on a page, and lets you answer
it.

Promises: nothing leaves the machine; it listens on 127.0.0.1 alone. A mail is kept before it is accepted (see
`letters`). An answer goes out by SMTP to the service's own door for mail, as an answer from anywhere would; if that
door is shut the page says so and keeps the text. Both parts stop together, and after a crash all letters are still
there.
"""

import smtplib
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, Response, abort, redirect, render_template, request, url_for
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as AnyResponse

from worker.local import letters, waiting, window
from worker.local.home import Ports
from worker.local.window_slack import LocalSlack
from worker.settings import Settings, WrongSettings, load
from worker.wiring import house

HOST = "127.0.0.1"
SEND_SECONDS = 10.0
# A mail may bring its own styles and pictures inside it, and nothing else: no script, nothing fetched, no forms.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups"
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"


class Quiet(WSGIRequestHandler):
    """No line per request: the address bar holds whose mail is being read, and a log must not."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


class Letterbox:
    """What aiosmtpd calls for each mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        letters.keep(self.folder, tuple(envelope.rcpt_tos), raw)
        return "250 Kept"


def _summary(letter: letters.Letter) -> dict[str, Any]:
    names = {"from": "From", "to": "To", "subject": "Subject", "date": "Date", "message_id": "Message-ID"}
    return {
        "id": letter.name,
        "recipients": list(letter.recipients),
        **{key: letter.header(header) for key, header in names.items()},
    }


def send_reply(letter: letters.Letter, writer: str, text: str, inbound_url: str) -> None:
    door = urlsplit(inbound_url)
    kind = smtplib.LMTP if door.scheme == "lmtp" else smtplib.SMTP
    answer = letters.reply(letter, writer, text)
    with kind(door.hostname or HOST, door.port or 25, timeout=SEND_SECONDS) as line:
        line.send_message(answer, from_addr=writer)


def create(folder: Path, inbound_url: str | None) -> Flask:
    app = Flask(__name__, template_folder="pages", static_folder="pages", static_url_path="/static")

    def letter_or_404(name: str) -> letters.Letter:
        return letters.read(folder, name) or abort(404)

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.get("/")
    def inbox() -> str:
        chosen = request.args.get("to", "")
        every = list(letters.newest_first(folder))
        people = sorted({one for letter in every for one in letter.recipients})
        shown = [letter for letter in every if not chosen or chosen in letter.recipients]
        return render_template("inbox.html", letters=shown, people=people, chosen=chosen)

    @app.get("/messages.json")
    def listing() -> list[dict[str, Any]]:
        return [_summary(letter) for letter in letters.newest_first(folder, request.args.get("to", ""))]

    @app.get("/mail/<name>")
    def one(name: str) -> str:
        return render_template("letter.html", letter=letter_or_404(name), sent="sent" in request.args)

    @app.get("/mail/<name>/html")
    def html(name: str) -> Response:
        body = letter_or_404(name).part("html")
        return Response(body, headers={"Content-Security-Policy": MAIL_POLICY})

    @app.get("/mail/<name>/source")
    def source(name: str) -> Response:
        return Response(letter_or_404(name).raw, mimetype="text/plain")

    @app.post("/mail/<name>/reply")
    def answer(name: str) -> AnyResponse | tuple[str, int]:
        letter, text = letter_or_404(name), request.form.get("text", "")
        writer = request.form.get("as", "")
        problem = ""
        if not text.strip():
            problem = "Write something first."
        elif writer not in letter.recipients:
            problem = "Only someone who got this mail can answer it."
        elif inbound_url is None:
            problem = "Fairsteps takes no mail now: FAIRSTEPS_INBOUND_URL is not set."
        else:
            try:
                send_reply(letter, writer, text, inbound_url)
            except (OSError, smtplib.SMTPException) as error:
                problem = f"Fairsteps did not take the answer ({type(error).__name__}). Your text is still here."
        if problem:
            return render_template("letter.html", letter=letter, text=text, problem=problem), 422
        return redirect(url_for("one", name=name, sent="1"), code=303)

    return app


def serve(settings: Settings) -> None:
    ports, folder = Ports(web=settings.port), settings.state_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    smtp = Controller(Letterbox(folder), hostname=HOST, port=ports.smtp)
    pages = create(folder, settings.inbound_url)
    window.add(pages, settings)
    if settings.clock == "virtual":
        slack = LocalSlack(settings.slack_api_url.removesuffix("api/"))
        waiting.add(pages, house, arrived=lambda: slack.count() + sum(1 for _ in folder.glob("*.eml")))
    page = make_server(HOST, ports.mailbox, pages, threaded=True, request_handler=Quiet)
    smtp.start()
    try:
        page.serve_forever()
    finally:
        smtp.stop()


def main() -> int:
    try:
        serve(load())
    except WrongSettings as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

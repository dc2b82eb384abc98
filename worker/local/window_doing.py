"""What people do outside of modals: press and choose, write, type a command, run a shortcut.

Promises: a press is posted as Slack posts it, signed and with a real trigger. A line that is not sent yet is kept in
the local Slack at every press, so it is not lost. After a press the page waits a moment for what comes of it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from worker.local import window_events as events
from worker.local import window_payloads as payloads
from worker.local.window_actions import action_at
from worker.local.window_post import NotTaken
from worker.local.window_seat import HOME, Seat, Window
from worker.local.window_slack import APP, Channel

Page = str | tuple[str, int] | Response
LOOKS_EVERY = 0.15  # seconds
INVITE = "/invite"
GONE = "That is no longer there. Load the page again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Doings:
    """The addresses to which the page posts. `patience` is how long a press waits for what comes of it, in seconds."""

    window: Window
    patience: float

    def press(self, user: str, place: str) -> Page:
        """A button was pressed, or something chosen from a menu."""
        return self._done(user, place, self._press)

    def say(self, user: str, place: str) -> Page:
        """A line was sent: a command, or words to a channel, a thread or a person."""
        return self._done(user, place, self._say)

    def shortcut(self, user: str, place: str) -> Page:
        """A shortcut was run, on a message if `at` names one."""
        return self._done(user, place, self._shortcut)

    def _done(self, user: str, place: str, do: Callable[[Seat], None]) -> Page:
        seat = self.window.seat(user, place)
        self._keep_line(seat)
        before = self.window.slack.glimpse(user)
        try:
            do(seat)
        except NotTaken as problem:
            return self.window.page(seat, problem=str(problem)), 502
        self._wait_for_news(user, before)
        return redirect(seat.address(), code=303)

    def _keep_line(self, seat: Seat) -> None:
        if "text" in request.form:
            self.window.slack.keep_draft(seat.person.id, seat.draft_at(), request.form["text"])

    def _wait_for_news(self, user: str, before: str) -> None:
        end = time.monotonic() + self.patience
        while time.monotonic() < end and self.window.slack.glimpse(user) == before:
            time.sleep(LOOKS_EVERY)

    def _press(self, seat: Seat) -> None:
        pressed = request.form.get("at", "")
        known, given = seat.workspace.known(), request.form.getlist(f"in.{pressed}")
        if seat.place == HOME:
            home = self.window.slack.home(seat.person.id)
            action = action_at(home["blocks"], pressed, known, given) if home else None
            if home is None or action is None:
                raise NotTaken(GONE)
            self.window.fairsteps.interaction(payloads.pressed_in_view(self.window.doing(seat), home, action))
            return
        ts, _, where = pressed.partition("|")
        channel, message = self._message(seat, ts)
        action = action_at(message["blocks"], where, known, given)
        if action is None:
            raise NotTaken(GONE)
        reply = self.window.slack.reply_url(channel.id, seat.person.id, ts)
        doing = self.window.doing(seat)
        self.window.fairsteps.interaction(payloads.pressed_in_message(doing, channel, message, action, reply))

    def _message(self, seat: Seat, ts: str) -> tuple[Channel, dict[str, Any]]:
        there = self.window.slack.messages(seat.channel.id, seat.person.id) if seat.channel else []
        found = next((one for one in there if one["ts"] == ts), None)
        if seat.channel is None or found is None:
            raise NotTaken(GONE)
        return seat.channel, found

    def _say(self, seat: Seat) -> None:
        text = request.form.get("text", "").replace("\r\n", "\n").strip()
        if not text:
            raise NotTaken("Write something first.")
        name, _, rest = text.partition(" ")
        if name == INVITE:
            self._invite(seat, rest.strip())
        elif name in dict(self.window.listening.commands):
            self._command(seat, name, rest.strip())
        elif name.startswith("/"):
            raise NotTaken(f"Slack knows no command {name}.")
        else:
            self._write(seat, text)
        self.window.slack.keep_draft(seat.person.id, seat.draft_at(), "")

    def _command(self, seat: Seat, name: str, text: str) -> None:
        if seat.channel is None or seat.thread:
            raise NotTaken("Slack takes commands where a conversation has begun, and not in a thread.")
        reply = self.window.slack.reply_url(seat.channel.id, seat.person.id)
        told = payloads.command(self.window.doing(seat), seat.channel, name, text, reply)
        answer = self.window.fairsteps.command(told)
        if answer.get("text") or answer.get("blocks"):
            self.window.slack.respond(reply, answer)

    def _invite(self, seat: Seat, whom: str) -> None:
        """Slack's own command, by which an app comes into a channel that it cannot enter by itself."""
        if seat.channel is None or seat.channel.dm or whom.removeprefix("@").lower() != APP.lower():
            raise NotTaken(f"Only {INVITE} @{APP} is known here, in a channel.")
        bot = seat.workspace.bot
        done = self.window.slack.live("member", user=bot, channel=seat.channel.id, inside=True)
        told = events.came_or_left(seat.workspace, done["channel"], bot, seat.person.id, inside=True)
        self.window.tell(seat.workspace, told)

    def _write(self, seat: Seat, text: str) -> None:
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        to = {"to": seat.other.id} if seat.other else {"channel": seat.channel.id if seat.channel else ""}
        self.window.slack.write(
            seat.person.id,
            escape(text, quote=False),  # Slack escapes three characters of what people write
            blocks=[{"type": "rich_text", "elements": [section]}],
            thread_ts=seat.thread or None,
            **to,
        )

    def _shortcut(self, seat: Seat) -> None:
        callback_id, _, ts = request.form.get("at", "").partition("|")
        known = {(one.callback_id, one.on_messages) for one in self.window.listening.shortcuts}
        if (callback_id, bool(ts)) not in known:
            raise NotTaken(GONE)
        if not ts:
            self.window.fairsteps.interaction(payloads.shortcut(self.window.doing(seat), callback_id))
            return
        channel, message = self._message(seat, ts)
        reply = self.window.slack.reply_url(channel.id, seat.person.id, ts)
        doing = self.window.doing(seat)
        self.window.fairsteps.interaction(payloads.message_shortcut(doing, channel, message, callback_id, reply))

"""An SMTP client with an end to its patience.

Promises: whatever the server does, also when it says one letter every few seconds, everything that is asked of it ends
at `until`, with the OSError that smtplib raises for a lost connection. smtplib's own timeout starts anew with each
letter. The one thing without an end here is the system's look-up of the server's name.
"""

import io
import smtplib
import socket
import ssl
import time

_AT_ONCE = 0.001  # seconds: zero would mean never to wait at all, which is another kind of socket


class Patient(smtplib.SMTP):
    """smtplib's client, given the moment of `time.monotonic()` at which it gives up; `tls` wraps it from the start."""

    def __init__(self, host: str, port: int, *, name: str, until: float, tls: ssl.SSLContext | None = None) -> None:
        self.until, self._from_the_start = until, tls
        super().__init__(host, port, local_hostname=name)

    def connect(self, host: str = "localhost", port: int = 0, source_address: object = None) -> tuple[int, bytes]:
        """Try one address of the server after the other, as smtplib would."""
        self.sock, self.file = self._reach(host, port), None
        return self.getreply()

    def send(self, s: bytes | str) -> None:  # type: ignore[override]  # typeshed lets it take any buffer
        """Send within the time that is left."""
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply; also what comes next on the socket, such as a handshake, gets what is left."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Hurried(self))
        reply = super().getreply()
        self._hurry()
        return reply

    def left(self) -> float:
        """Return the seconds that are left."""
        return max(_AT_ONCE, self.until - time.monotonic())

    def _hurry(self) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.left())

    def _reach(self, host: str, port: int) -> socket.socket:
        failed: OSError = OSError("the name of the server stands for no address")
        places = [place for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for tried, place in enumerate(places):
            try:  # a network that swallows all that goes to the first address leaves time for the second
                reached = socket.create_connection((str(place[0]), port), self.left() / (len(places) - tried))
            except OSError as nobody:
                failed = nobody
                continue
            reached.settimeout(self.left())
            return self._from_the_start.wrap_socket(reached, server_hostname=host) if self._from_the_start else reached
        raise failed


class _Hurried(io.RawIOBase):
    """What comes in, each piece within the time that is left."""

    def __init__(self, patient: Patient) -> None:
        self._patient, self._socket = patient, patient.sock

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray) -> int:  # type: ignore[override]  # typeshed lets it fill any buffer
        assert self._socket is not None, "made of a connection"
        self._socket.settimeout(self._patient.left())
        return self._socket.recv_into(into)

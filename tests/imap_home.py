"""A mailbox for the stories: a real Dovecot of one's own, run by whoever runs the tests, on a port of its own.

`make mailtools` installs it; without it the stories say so and are left out.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from imap_tools import MailBoxUnencrypted

from tests.mail_home import free_port

USER, PASSWORD = "answers@example.org", "an unlikely password"
_PLACES = ("/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/opt/homebrew/sbin/dovecot")


def dovecot() -> str:
    """Where Dovecot is. Skips the story when there is none."""
    found = shutil.which("dovecot") or next((place for place in _PLACES if Path(place).exists()), None)
    if found is None:
        pytest.skip("Dovecot is not installed: make mailtools")
    return found


class ImapServer:
    """One Dovecot with one mailbox. Mails lie in `maildir`."""

    def __init__(self, root: Path) -> None:
        self._root, self._program, self.port, self.lmtp_port = root, dovecot(), free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.maildir = root / "mail"
        for name in ("cur", "new", "tmp"):
            (self.maildir / name).mkdir(parents=True)
        (root / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (root / "dovecot.conf").write_text(self._settings())

    @property
    def url(self) -> str:
        """The setting that fetches from here."""
        return self.url_of()

    def url_of(self, *, password: str = PASSWORD, folder: str = "INBOX", asked: str = "") -> str:
        """The same with something else in it."""
        user, password = USER.replace("@", "%40"), password.replace(" ", "%20")
        return f"imap://{user}:{password}@127.0.0.1:{self.port}/{folder}{asked}"

    def _settings(self) -> str:
        me, root = getpass.getuser(), self._root
        group = "root" if os.geteuid() == 0 else str(os.getegid())
        mail_as = ("nobody", "nogroup") if os.geteuid() == 0 else (me, group)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{mail_as[0]}:{mail_as[1]}", str(self.maildir)], check=True)
            root.chmod(0o755)
        return f"""
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
default_internal_user = {"dovecot" if os.geteuid() == 0 else me}
default_internal_group = {"dovecot" if os.geteuid() == 0 else group}
default_login_user = {"dovenull" if os.geteuid() == 0 else me}
mail_location = maildir:{self.maildir}
first_valid_uid = 1
imap_idle_notify_interval = 1 mins
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = static
  args = uid={mail_as[0]} gid={mail_as[1]} home={root}/home allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_failure_delay = 0
"""

    def start(self) -> None:
        """Run it, and wait until it lets somebody in."""
        (self._root / "home").mkdir(exist_ok=True)
        command = [self._program, "-F", "-c", str(self._root / "dovecot.conf")]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with self.box():
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self._root / "dovecot.log").read_text())

    def stop(self) -> None:
        """End it, and every line that is open."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            with suppress(ProcessLookupError):  # who is in the middle of a conversation would finish it
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process = None

    @contextmanager
    def box(self) -> Iterator[MailBoxUnencrypted]:
        """The mailbox, as its owner sees it."""
        with socket.create_connection(("127.0.0.1", self.port), 5):
            pass
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=20).login(USER, PASSWORD) as box:
            yield box

    def bring(self, *mails: bytes) -> None:
        """Put mails into the inbox, as they are, in this order."""
        for number, raw in enumerate(mails):
            name = f"{time.time_ns() // 1000 + number}.M{number}P1.story"
            aside = self.maildir / "tmp" / name
            aside.write_bytes(raw)
            aside.chmod(0o666)
            aside.replace(self.maildir / "new" / name)

    def count(self, folder: str = "INBOX") -> int:
        """How many mails a folder holds; none when it is not there."""
        with self.box() as box:
            return int(box.folder.status(folder)["MESSAGES"]) if box.folder.exists(folder) else 0

    def seen(self, folder: str = "INBOX") -> int:
        """How many of them are marked as read."""
        with self.box() as box:
            box.folder.set(folder)
            return len(box.uids("SEEN"))


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """Run a Dovecot for a story."""
    with tempfile.TemporaryDirectory(prefix="imap-", dir="/tmp") as root:  # a socket's path must be short
        server = ImapServer(Path(root))
        server.start()
        try:
            yield server
        finally:
            server.stop()

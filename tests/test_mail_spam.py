"""No spam filter takes our mails for what they are not: SpamAssassin's own rules, without asking anybody on the net."""

import re
import shutil
import subprocess
from datetime import timedelta
from email.utils import format_datetime
from functools import cache

import pytest

from tests import every_mail, mail_home

pytestmark = pytest.mark.system  # it takes ten seconds to read its rules

MOST = 2.0  # points; from five on a mail is spam
FOUND = shutil.which("spamassassin")
_GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"  # what every filter must find
STATUS = re.compile(r"^X-Spam-Status: \w+, score=(-?[\d.]+) .*?tests=(.*?)\s+autolearn", re.DOTALL | re.MULTILINE)


def shown() -> dict[str, bytes]:
    """Each kind of mail, hidden ones and the longest prompts too, as the server of its reader hands it in."""
    kinds, prompts = every_mail.kinds(), every_mail.prompts()
    mails = {name: every_mail.as_sent(every_mail.mailing(message)) for name, message in kinds.items()}
    mails |= {
        f"{n}, hidden": every_mail.as_sent(every_mail.mailing(kinds[n], hides=True)) for n in ("prompt", "digest")
    }
    put = {f"prompt {n}": every_mail.as_sent(every_mail.mailing(message)) for n, message in prompts.items()}
    mails |= {name: put[name] for name in sorted(put, key=lambda name: -len(put[name]))[:3]}
    spam = b"Subject: Hello\r\n\r\n" + _GTUBE
    return {**{name: _received() + mail for name, mail in mails.items()}, "spam": _received() + spam}


def _received() -> bytes:
    at = format_datetime(mail_home.NOW + timedelta(seconds=1))
    host = "mail.example.org"
    return f"Received: from {host} ({host} [198.51.100.7]) by mx.example.com with ESMTPS; {at}\r\n".encode()


@cache
def scores() -> dict[str, tuple[float, str]]:
    """Points and what gave them, by mail: all in one run."""
    mails = shown()
    box = b"".join(
        f"From answers@example.org Tue Jan  5 14:00:00 2027\nX-Shown: {name}\n".encode()
        + raw.replace(b"\r\n", b"\n")
        + b"\n"
        for name, raw in mails.items()
    )
    ours = ("-L", "-x", "-p", "/dev/null", "--mbox", "--cf=report_safe 0")
    told = subprocess.run([str(FOUND), *ours], input=box, capture_output=True, check=True, timeout=400)
    found: dict[str, tuple[float, str]] = {}
    for mail in re.split(r"(?m)^From \S+ .*\n", told.stdout.decode("latin-1"))[1:]:
        name, status = re.search(r"(?m)^X-Shown: (.*)$", mail), STATUS.search(mail)
        assert name is not None
        assert status is not None, name[1]
        found[name[1]] = float(status[1]), " ".join(status[2].split())
    assert set(found) == set(mails)
    return found


@pytest.mark.skipif(FOUND is None, reason="SpamAssassin is not here and could not be installed: make mailtools")
def test_every_kind_of_mail_is_far_from_spam() -> None:
    points = scores()
    assert points.pop("spam")[0] > 100  # it does look
    assert {name: score for name, score in points.items() if score[0] >= MOST} == {}


@pytest.mark.skipif(FOUND is None, reason="SpamAssassin is not here and could not be installed: make mailtools")
def test_our_mails_are_well_formed_in_its_eyes() -> None:
    """Points come from what we are, mail to many with a way out, not from odd lines, faint words or unlike parts."""
    odd = re.compile(r"MIME_|MPART_|LOW_CONTRAST|MISSING_|INVALID_|BAD_|FAKE_|TINY|HIDDEN|OBFU")
    assert {name: rules for name, (_, rules) in scores().items() if name != "spam" and odd.search(rules)} == {}

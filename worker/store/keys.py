"""The dictionary of Redis keys: every key Fairsteps writes is named here and nowhere else.

Keys of one partnership and the due index of its shard share the hash tag `{NN}`, so that one script may touch both, on
a single server and on a Redis Cluster alike. Keys of one workspace share the tag `{w:ID}`.
"""

from zlib import crc32

SHARDS = (
    64  # fixed: each is one sorted set; 64 spread over any cluster, and a tick over empty ones costs 64 cheap reads
)
_P = "fairsteps"


def shard_of(partnership: str) -> int:
    """The shard a partnership lives in, the same on every machine."""
    return crc32(partnership.encode()) % SHARDS


def _tag(shard: int) -> str:
    return f"{_P}:{{{shard:02d}}}"


def due(shard: int) -> str:
    """Sorted set: occurrence -> planned or postponed instant, UTC milliseconds."""
    return f"{_tag(shard)}:due"


def claimed(shard: int) -> str:
    """Sorted set: occurrence -> end of its lease, milliseconds of the server's own clock."""
    return f"{_tag(shard)}:claimed"


def fences(shard: int) -> str:
    """Hash: occurrence -> fence (the number of the claim that holds it now); field `n` counts claims."""
    return f"{_tag(shard)}:fences"


def partnership(pid: str) -> str:
    """Hash: `version` (a count of changes), `walk` (encrypted: partnership, members, rounds, milestones)."""
    return f"{_tag(shard_of(pid))}:p:{pid}"


def answers(pid: str) -> str:
    """Hash: `round/person` -> one encrypted answer."""
    return f"{_tag(shard_of(pid))}:p:{pid}:answers"


def drafts(pid: str) -> str:
    """Hash: `SUBJECT/PERSON` -> one encrypted draft: what was typed and not sent yet (a round, a step, a row).

    `SUBJECT/PERSON/typing` -> encrypted, the newest of a modal that is open; `SUBJECT/PERSON/page` -> which page.
    """
    return f"{_tag(shard_of(pid))}:p:{pid}:drafts"


def typing(pid: str, view: str) -> str:
    """String with a life of an hour: up to when (Slack's seconds) what is typed in a modal is kept already."""
    return f"{_tag(shard_of(pid))}:p:{pid}:typing:{view}"


def ledger(pid: str) -> str:
    """Hash: delivery -> its record as JSON, no word of a person; `latest:WHAT/PERSON/CHANNEL` -> newest ref."""
    return f"{_tag(shard_of(pid))}:p:{pid}:ledger"


def operations(pid: str) -> str:
    """Sorted set: operation id -> server milliseconds; a change that was applied is not applied again when re-sent."""
    return f"{_tag(shard_of(pid))}:p:{pid}:operations"


def workspaces() -> str:
    """Set: ids of all workspaces."""
    return f"{_P}:workspaces"


def workspace(wid: str) -> str:
    """Hash: `name`, `installer` (Slack user id), `active` (1 or 0), `trouble` (why not), `wants` (rights, with commas),
    `enterprise` (the organisation, if any), `access_at` (seconds: the newest word of that on whether it is served),
    `kind` (slack or mail).
    """
    return f"{_P}:{{w:{wid}}}"


def teams(enterprise: str) -> str:
    """Set: ids of the workspaces that are known of an organisation."""
    return f"{_P}:{{w:{enterprise}}}:teams"


def people(wid: str) -> str:
    """Hash: person -> one encrypted person."""
    return f"{_P}:{{w:{wid}}}:people"


def aliases(wid: str) -> str:
    """Hash: Slack user -> the person they were before they had Slack here, and that person -> the Slack user."""
    return f"{_P}:{{w:{wid}}}:aliases"


def addresses(wid: str) -> str:
    """Hash: digest of a mail address that somebody proved -> that person. Their record says whether it still is so."""
    return f"{_P}:{{w:{wid}}}:addresses"


def partnerships(wid: str) -> str:
    """Set: ids of the partnerships of a workspace."""
    return f"{_P}:{{w:{wid}}}:partnerships"


def meeting_in(wid: str, channel: str) -> str:
    """Set: ids of the partnerships whose group has, or once had, this Slack channel."""
    return f"{_P}:{{w:{wid}}}:in:{channel}"


def walks_of(wid: str, person: str) -> str:
    """Set: ids of the partnerships that a person is or was a member of."""
    return f"{_P}:{{w:{wid}}}:of:{person}"


def beginnings(wid: str) -> str:
    """Hash: as `drafts`, of the form that starts a partnership."""
    return f"{_P}:{{w:{wid}}}:drafts"


def typing_beginning(wid: str, view: str) -> str:
    """String with a life of an hour: as `typing`, of the form that starts a partnership."""
    return f"{_P}:{{w:{wid}}}:typing:{view}"


def homes(wid: str) -> str:
    """Hash: person -> digest and mark of the Home tab last published to them; whoever never opened theirs is not in."""
    return f"{_P}:{{w:{wid}}}:homes"


def no_pictures(wid: str) -> str:
    """String with a life of a day: Slack could not fetch our pictures for this workspace."""
    return f"{_P}:{{w:{wid}}}:no-pictures"


def programme(programme_id: str) -> str:
    """Hash: `VERSION/structure` and `VERSION/words/LOCALE` -> the file as text, for every version that ever started."""
    return f"{_P}:programme:{programme_id}"


def installation(wid: str) -> str:
    """Hash: `bot` and `user:ID` -> encrypted Slack installation, `latest` -> the encrypted newest one.

    `spent` -> encrypted, which refresh token Slack takes no more. `wid` is a workspace or an organisation.
    """
    return f"{_P}:{{w:{wid}}}:installation"


def renewing(wid: str) -> str:
    """String with a life of seconds: somebody renews the bot's token now, or tried a moment ago."""
    return f"{_P}:{{w:{wid}}}:renewing"


def turns(wid: str) -> str:
    """Sorted set: lane (a Slack method, or a method and a place) -> from when it is free, server milliseconds."""
    return f"{_P}:{{w:{wid}}}:turns"


def paused(wid: str, method: str) -> str:
    """String that lives as long as Slack wants nothing of this method from this workspace."""
    return f"{_P}:{{w:{wid}}}:paused:{method}"


def oauth_state(state: str) -> str:
    """String with a life of minutes: one OAuth state that was given out and not yet used."""
    return f"{_P}:oauth:{state}"


def reply_address(token: str) -> str:
    """String with a life of months: a hash of a reply token -> JSON: ticket, delivery, when, to whom (hashed)."""
    return f"{_P}:reply:{token}"


def sent_mail(message: str) -> str:
    """String with a life of months: a mail of ours, by a hash of its Message-ID -> its reply token, encrypted."""
    return f"{_P}:mail:sent:{message}"


def letter(mail: str) -> str:
    """String with a life of weeks: an inbound mail as it came, and whose it is or seems to be; encrypted."""
    return f"{_P}:mail:letter:{mail}"


def held_letters(whose: str) -> str:
    """Sorted set: inbound mail that waits for the operator -> since when, server milliseconds.

    `whose` is "somebody" or "nobody".
    """
    return f"{_P}:mail:held:{whose}"


def seen_mail(message: str) -> str:
    """String with a life of months: an inbound mail that was handled already; a replay changes nothing."""
    return f"{_P}:mail:seen:{message}"


def mail_in_hand(message: str) -> str:
    """String with a life of seconds: an inbound mail that a process is handling -> what that process signs with."""
    return f"{_P}:mail:in_hand:{message}"


def breaking_mail() -> str:
    """Sorted set: a hash of the name of an inbound mail that broke -> when it did last, server milliseconds."""
    return f"{_P}:mail:breaking"


def written_back(what: str) -> str:
    """Sorted set with a life of its own: the mails that were answered in one matter -> when, server milliseconds."""
    return f"{_P}:mail:back:{what}"


def left_alone() -> str:
    """Set: digests under our keys of the addresses that nobody is ever to be invited by."""
    return f"{_P}:mail:left-alone"


def spent() -> str:
    """What begins the names of counters with a life of minutes to a day: `fairsteps:spent:{…}`; the library `limits`
    adds what is counted (ids and digests) and how many in how long.
    """
    return f"{_P}:spent"


def heartbeat() -> str:
    """Hash: process name -> when it last said that it lives, server milliseconds."""
    return f"{_P}:heartbeat"


def virtual_now() -> str:
    """String: a virtual clock: `still:UTC-ms`, or `ahead:ms` for how far it runs before the machine's."""
    return f"{_P}:clock"

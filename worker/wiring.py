"""The house put together by hand, in one place: what every process is made of.

Nothing is opened here: connections open when they are first used, so a process may fork after it is built.
"""

from dataclasses import dataclass
from functools import cache

from worker import settings as configuration
from worker.cases import Cases
from worker.clock import Clock
from worker.files import programmes, words
from worker.links import Links
from worker.mail.send import Post
from worker.settings import Settings
from worker.slack.send import Slack
from worker.slack.tokens import Tokens
from worker.slack.turns import Turns
from worker.store.connection import Client, connect
from worker.store.drafts import Drafts
from worker.store.due import Due
from worker.store.heartbeat import Heartbeat
from worker.store.homes import Homes
from worker.store.installations import Installations
from worker.store.left_alone import LeftAlone
from worker.store.mailroom import Mailroom
from worker.store.pace import Pace
from worker.store.people import People
from worker.store.programmes import Programmes
from worker.store.spending import Spending
from worker.store.walks import Walks
from worker.store.workspaces import Workspaces
from worker.vault import Vault
from worker.versions import Versions
from workflows.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything a process may need."""

    settings: Settings
    redis: Client
    vault: Vault
    links: Links
    clock: Clock
    people: People
    walks: Walks
    workspaces: Workspaces
    due: Due
    heartbeat: Heartbeat
    installations: Installations
    mailroom: Mailroom
    left_alone: LeftAlone
    drafts: Drafts
    homes: Homes
    limits: Spending
    programmes: Versions
    words: Words
    cases: Cases
    turns: Turns
    tokens: Tokens
    slack: Slack
    mail: Post


def build(settings: Settings) -> House:
    """Put the house together. Raises ProgrammeErrors or BadWords when the data it reads is wrong."""
    client = connect(settings.redis_url)
    vault = Vault(settings.secret_keys)
    clock = Clock(settings.clock, client)
    links = Links(public_url=settings.public_url, keys=settings.secret_keys, now=clock.now)
    people = People(client, vault)
    walks = Walks(client, vault, people, clock=clock)
    workspaces = Workspaces(client)
    installations = Installations(redis=client, vault=vault)
    drafts = Drafts(client, vault)
    mailroom = Mailroom(redis=client, vault=vault, key=settings.secret_keys[0])
    left_alone = LeftAlone(client, settings.secret_keys)
    turns = Turns(Pace(client), local=settings.local)
    due = Due(client)

    def key_lost(home: str, workspace: str, *, over: bool) -> None:
        cases.key_lost(home, workspace, over=over)  # the use cases ask Slack, and Slack asks for its token

    tokens = Tokens(settings=settings, installations=installations, workspaces=workspaces, lost=key_lost)
    slack = Slack(settings=settings, tokens=tokens.bot_token, turns=turns)
    versions, all_words = Versions(programmes.load_all(), Programmes(client)), words.load()
    mail = Post(
        settings=settings,
        links=links,
        mailroom=mailroom,
        left_alone=left_alone,
        vault=vault,
        words=all_words,
        clock=clock,
    )
    cases = Cases(
        walks=walks,
        workspaces=workspaces,
        due=due,
        people=people,
        drafts=drafts,
        programmes=versions,
        words=all_words,
        clock=clock,
        slack=slack,
    )
    return House(
        settings=settings,
        redis=client,
        vault=vault,
        links=links,
        clock=clock,
        people=people,
        walks=walks,
        workspaces=workspaces,
        due=due,
        heartbeat=Heartbeat(client),
        installations=installations,
        mailroom=mailroom,
        left_alone=left_alone,
        drafts=drafts,
        homes=Homes(client),
        limits=Spending(client),
        programmes=versions,
        words=all_words,
        cases=cases,
        turns=turns,
        tokens=tokens,
        slack=slack,
        mail=mail,
    )


@cache
def house() -> House:
    """The house of this process, built from the environment. Raises WrongSettings."""
    return build(configuration.load())

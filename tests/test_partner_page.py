"""The page of a partner's contact over real HTTP and a real Valkey: what they see, what they never see, and say."""

from collections.abc import Iterator

import pytest

from tests import whole_programme
from tests.partner_home import ANA, CANARY, MEMBERS, NAMES, PROMISES, Site, canary, site
from worker.files import programmes
from workflows import promises
from workflows.programme import Programme
from workflows.programme_file import parse_programme


def garden() -> Programme:
    """The programme that uses everything a file can say."""
    return parse_programme(
        structure=whole_programme.STRUCTURE, words=whole_programme.WORDS, structure_file="p", words_file="w"
    )


@pytest.fixture(scope="module", params=["five-steps", "garden"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    programme = garden() if request.param == "garden" else programmes.load(request.param)
    with site(tmp_path_factory.mktemp("lived"), programme) as found:
        yield found


def may_pass(programme: Programme) -> set[str]:
    """The paths whose words may reach the partner: everybody was told before they answered, and it is shared."""
    shared = {w.prompt for step in programme.steps for w in step.worksheets if w.shareable}
    found = set()
    for prompt in programme.prompts():
        for question in prompt.questions:
            for one, path in ((question, question.id), *((c, f"{question.id}.{c.id}") for c in question.columns)):
                if prompt.id in shared and question.sees == one.sees == "partner":
                    found.add(f"{prompt.id}.{path}")
    return found


def whole(site: Site, url: str) -> str:
    """Everything that an answer carries: address, headers, text."""
    page = site.get(url)
    assert page.status_code == 200, page.text
    return "\n".join((str(page.url), repr(page.headers), page.text))


def test_nothing_that_was_not_shared_reaches_the_partner(lived: Site) -> None:
    robin = lived.invite()
    assert not CANARY.findall(whole(lived, lived.link(robin))), "invited, and nothing is shared"
    lived.share_all()
    allowed = {canary(path, name) for path in may_pass(lived.programme) for name in NAMES}
    link = lived.link(robin)
    seen = whole(lived, link)
    found = set(CANARY.findall(seen))
    assert found, "something is shared, so that this test can fail"
    assert found <= allowed
    row = next(iter(rows(lived)))
    for page in (f"{link}?say={row}", f"{link}?write=1", f"{link}?mails=1", lived.link(robin, "unsubscribe")):
        seen += whole(lived, page)
    assert set(CANARY.findall(seen)) <= allowed
    for person, name in zip((ANA, *MEMBERS), ("Ana ", *NAMES), strict=True):
        words = CANARY.sub("", seen)
        assert person not in words
        assert name not in words
    for address in ("ana@example.org", "bo@example.org", "robin@example.com"):
        assert address not in seen


def rows(site: Site) -> list[str]:
    """The rows of promises that the contact may speak about."""
    return [p.row for p in promises.promises(site.walk, site.programme) if p.of_partner]


def test_a_preview_is_the_very_page_and_sends_nothing(lived: Site) -> None:
    robin = lived.invite()
    lived.share_all()
    page, preview = lived.get(lived.link(robin)).text, lived.get(lived.preview(MEMBERS[0])).text
    assert "This is a preview" in preview
    assert set(CANARY.findall(preview)) == set(CANARY.findall(page))
    assert "?say=" not in preview
    assert lived.get(lived.preview(MEMBERS[0]) + "?write=1").status_code == 404
    assert lived.client.post(lived.preview(MEMBERS[0]), data={}).status_code == 405


def test_what_is_ended_is_gone_at_once(lived: Site) -> None:
    robin = lived.invite()
    lived.share_all()
    link = lived.link(robin)
    lived.decide(show=(f"{PROMISES}.0",))
    assert "Promises" in lived.get(link).text
    lived.decide(show=())
    page = lived.get(link).text
    assert not CANARY.findall(page)
    assert "Nothing is shared with you now" in page


def test_a_contact_opens_no_other_page(lived: Site) -> None:
    robin = lived.invite()
    for page in ("board", "answer", "preferences", "home", "record"):
        url = lived.home.house.links.url(page, lived.ticket("", f"contact.{robin}"))
        assert lived.get(url).status_code in (404, 410), page


def test_looking_changes_nothing(lived: Site) -> None:
    robin = lived.invite()
    lived.share_all()
    before = lived.walk
    link = lived.link(robin)
    for page in ("", "?write=1", "?mails=1", "?done=word", f"?say={rows(lived)[0]}"):
        lived.get(link + page)
    assert lived.walk == before
    assert lived.get(link).headers["Cache-Control"] == "no-store"

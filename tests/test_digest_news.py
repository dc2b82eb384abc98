"""What stands in the subject of a digest: what the group has done, not what was put to it an hour ago."""

from datetime import date, timedelta

from tests.group import passing
from tests.small import small
from workflows.messages import digest


def test_of_two_sets_in_a_week_the_one_that_people_answered_is_the_news() -> None:
    story = passing(small())
    story.until(story.now + timedelta(days=1))
    first = next(r for r in story.walk.rounds if not r.standing)
    story.answer(first, "bo", "dara")
    story.until(story.now + timedelta(days=2, hours=12))
    day = story.now.date()
    assert [r.opens_on <= day for r in story.walk.rounds if not r.standing].count(True) > 1
    told = digest.compose(story.scene, person="bo", day=date(2026, 12, 4), now=story.now)
    assert told.subject.startswith("Your week: 2 of ")

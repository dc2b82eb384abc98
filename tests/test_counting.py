"""Votes are counted as published examples say, ties are told and never broken, and the order of nothing matters."""

from collections.abc import Mapping, Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.counting import Kept, Places, dots, kept, ranked

# M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election
# method", Social Choice and Welfare 36 (2011) 267-303; the same author's worked examples 1 to 4 stand at
# https://en.wikipedia.org/wiki/User:MarkusSchulze/Schulze_method_examples
FORTY_FIVE = {
    "ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8,
}  # fmt: skip
THIRTY = {
    "ACBD": 5, "ACDB": 2, "ADCB": 3, "BACD": 4, "CBDA": 3, "CDBA": 3, "DACB": 1, "DBAC": 5, "DCBA": 4,
}  # fmt: skip
THIRTY_OF_FIVE = {
    "ABDEC": 3, "ADEBC": 5, "ADECB": 1, "BADEC": 2, "BDECA": 2, "CABDE": 4, "CBADE": 6, "DBECA": 2, "DECAB": 5,
}  # fmt: skip
NINE = {"ABCD": 3, "DABC": 2, "DBCA": 2, "CBDA": 2}
# https://en.wikipedia.org/wiki/Condorcet_method: Memphis, Nashville, Chattanooga, Knoxville; a voter a hundredth
TENNESSEE = {"MNCK": 42, "NCKM": 26, "CKNM": 15, "KCNM": 17}


def ballots(counts: Mapping[str, int]) -> list[list[str]]:
    return [list(order) for order, count in counts.items() for _ in range(count)]


@pytest.mark.parametrize(
    ("counts", "places"),
    [
        (FORTY_FIVE, ["E", "A", "C", "B", "D"]),
        (THIRTY, ["D", "A", "C", "B"]),
        (THIRTY_OF_FIVE, ["B", "A", "D", "E", "C"]),
        (TENNESSEE, ["N", "C", "K", "M"]),
    ],
)
def test_published_examples_come_out_as_published(counts: Mapping[str, int], places: list[str]) -> None:
    options = sorted(next(iter(counts)))
    assert ranked(ballots(counts), options).places == tuple((each,) for each in places)


def test_the_table_of_schulzes_first_example_is_the_published_one() -> None:
    counted = ranked(ballots(FORTY_FIVE), "ABCDE")
    prefer = {p.one + p.other: p.ahead for p in counted.pairs} | {p.other + p.one: p.behind for p in counted.pairs}
    paths = {p.one + p.other: p.path for p in counted.pairs} | {p.other + p.one: p.path_back for p in counted.pairs}
    rows = ["A 20 26 30 22", "B 25 16 33 18", "C 19 29 17 24", "D 15 12 28 14", "E 23 27 21 31"]
    ways = ["A 28 28 30 24", "B 25 28 33 24", "C 25 29 29 24", "D 25 28 28 24", "E 25 28 28 31"]
    for found, published in ((prefer, rows), (paths, ways)):
        for line in published:
            one, *numbers = line.split()
            others = [each for each in "ABCDE" if each != one]
            assert [found[one + other] for other in others] == [int(number) for number in numbers]
    assert counted.beats_all == ""
    assert counted.voters == 45


def test_a_published_tie_stays_a_tie() -> None:
    # Schulze's example 4: B and D may both win; B is better than C and D better than A, nothing else is decided.
    assert ranked(ballots(NINE), "ABCD").places == (("B", "D"), ("A", "C"))


def test_the_tennessee_pairs_are_the_published_percentages() -> None:
    counted = ranked(ballots(TENNESSEE), "MNCK")
    assert counted.beats_all == "N"
    assert {p.one + p.other: (p.ahead, p.behind) for p in counted.pairs} == {
        "MN": (42, 58), "MC": (42, 58), "MK": (42, 58), "NC": (68, 32), "NK": (68, 32), "CK": (83, 17),
    }  # fmt: skip


def test_what_somebody_left_out_stands_behind_what_they_ranked() -> None:
    counted = ranked([["pause"], ["pause", "exit"], ["exit"]], ["continue", "pause", "exit"])
    assert counted.places == (("pause",), ("exit",))
    assert counted.nobody == ("continue",)
    (pair,) = counted.pairs
    assert (pair.ahead, pair.behind) == (2, 1)


def test_three_that_beat_each_other_in_a_circle_tie() -> None:
    assert ranked(["ABC", "BCA", "CAB"], "ABC").places == (("A", "B", "C"),)


def test_nothing_ranked_is_no_winner() -> None:
    counted = ranked([[], ["withdrawn"]], ["a", "b"])
    assert (counted.places, counted.voters, counted.beats_all) == ((), 0, "")


def test_dots_are_counted_and_a_tie_shares_its_place() -> None:
    tally = dots([["care", "data"], ["care"], ["data", "pay"], []], ["pay", "care", "data", "fame"])
    assert tally.places == (("care", "data"), ("pay",))
    assert tally.counts == {"pay": 1, "care": 2, "data": 2, "fame": 0}
    assert (tally.nobody, tally.voters) == (("fame",), 3)


def test_a_dot_on_a_row_taken_out_since_is_left_out_and_two_on_one_are_one() -> None:
    tally = dots([["gone"], ["care", "care", "gone"]], ["care"])
    assert (tally.counts, tally.voters) == ({"care": 1}, 1)


@pytest.mark.parametrize(
    ("places", "keep", "result"),
    [
        ((("a",), ("b",), ("c",)), 2, Kept(clear=("a", "b"))),
        ((("a",), ("b", "c")), 2, Kept(clear=("a",), tied=("b", "c"))),
        ((("a", "b"), ("c",)), 1, Kept(clear=(), tied=("a", "b"))),
        ((("a",),), 5, Kept(clear=("a",))),
        ((), 1, Kept(clear=())),
    ],
)
def test_a_tie_across_the_edge_is_left_to_people(places: Places, keep: int, result: Kept) -> None:
    assert kept(places, keep) == result


# --- what holds for every vote there is

some_ballots = st.lists(st.permutations("ABCDE").flatmap(lambda p: st.integers(0, 5).map(lambda n: p[:n])), max_size=12)


def as_sets(places: Places) -> list[set[str]]:
    return [set(place) for place in places]


@given(votes=some_ballots, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_of_options_changes_nothing(votes: list[list[str]], shuffle: object) -> None:
    mixed, options = list(votes), list("ABCDE")
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    shuffle.shuffle(options)  # type: ignore[attr-defined]
    assert as_sets(ranked(mixed, options).places) == as_sets(ranked(votes, "ABCDE").places)
    assert as_sets(dots(mixed, options).places) == as_sets(dots(votes, "ABCDE").places)


@given(votes=some_ballots)
def test_an_option_is_named_no_differently_for_its_name(votes: list[list[str]]) -> None:
    other = dict(zip("ABCDE", "CEABD", strict=True))
    renamed = ranked([[other[each] for each in vote] for vote in votes], "ABCDE").places
    assert as_sets(renamed) == [{other[each] for each in place} for place in ranked(votes, "ABCDE").places]


@given(votes=some_ballots)
def test_who_beats_all_others_wins_alone_and_who_loses_to_all_never_does(votes: list[list[str]]) -> None:
    counted = ranked(votes, "ABCDE")
    wins = {(p.one, p.other) for p in counted.pairs if p.ahead > p.behind}
    wins |= {(p.other, p.one) for p in counted.pairs if p.behind > p.ahead}
    named = [each for place in counted.places for each in place]
    for one in named:
        others = [each for each in named if each != one]
        if all((one, other) in wins for other in others):
            assert counted.places[0] == (one,)
            assert counted.beats_all == one
        if others and all((other, one) in wins for other in others):
            assert counted.places[-1] == (one,)
    assert sorted([*named, *counted.nobody]) == list("ABCDE")


@given(votes=some_ballots, option=st.sampled_from("ABCDE"))
def test_ranking_a_sole_winner_higher_never_makes_it_lose(votes: list[list[str]], option: str) -> None:
    before = ranked(votes, "ABCDE").places
    if before and before[0] == (option,):
        raised: list[Sequence[str]] = [[option, *(each for each in vote if each != option)] for vote in votes[:3]]
        assert ranked([*raised, *votes[3:]], "ABCDE").places[0] == (option,)


@given(votes=some_ballots)
def test_the_ways_order_the_options_without_going_round_in_circles(votes: list[list[str]]) -> None:
    counted = ranked(votes, "ABCDE")
    better = {(p.one, p.other) for p in counted.pairs if p.path > p.path_back}
    better |= {(p.other, p.one) for p in counted.pairs if p.path_back > p.path}
    for a, b, c in permutations("ABCDE", 3):
        assert not ((a, b) in better and (b, c) in better) or (a, c) in better

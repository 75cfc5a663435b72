"""A word's weight: general English counts while a library is small, the library itself once it is large."""

from hypothesis import given
from hypothesis import strategies as st

from rag.text.idf import LEAST_WEIGHT, common_words, rarity

LIBRARIES = st.integers(min_value=0, max_value=100_000)


def test_in_two_articles_population_is_rarer_than_said() -> None:
    assert rarity("popul", 0, 5) > rarity("say", 0, 5)


def test_a_large_library_outweighs_general_english() -> None:
    in_a_tennis_library = rarity("racket", 9_000, 10_000)
    assert in_a_tennis_library < 0.1 < rarity("racket", 0, 10)


def test_the_list_of_common_words_holds_shares() -> None:
    assert len(common_words()) > 1000
    assert all(0 < share <= 1 for share in common_words().values())
    assert common_words()["the"] > common_words()["war"]


@given(LIBRARIES, st.integers(min_value=0, max_value=1000))
def test_the_more_passages_hold_a_word_the_less_it_tells(passages: int, frequency: int) -> None:
    less, more = sorted((frequency % (passages + 1), (frequency * 7) % (passages + 1)))
    assert LEAST_WEIGHT <= rarity("word", more, passages) <= rarity("word", less, passages) <= 1.2

"""Spellings of one name meet, and different names do not."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.name_keys import same_name, spelling_key
from rag.text.terms import fold

ONE_NAME = [
    "Zelenskyy Zelensky Zelenski Zelenskiy Zelenskij Selenskyj",
    "Kyiv Kiev",
    "Rutte Rute",
    "Gaddafi Qaddafi Kadafi Gadhafi Qadhafi Kaddafi",
    "Mohammed Muhammad Mohamed Mohammad Muhammed",
    "Ahmed Ahmad",
    "Hussein Hussain Hossein",
    "Osama Usama",
    "Tchaikovsky Chaikovsky Tschaikowski",
    "Yeltsin Eltsin",
    "Yulia Julia",
    "Vladimir Wladimir",
    "Alexei Aleksei Alexey",
    "Lukashenko Lukashenka",
    "Erdoğan Erdogan",
    "Katherine Catherine Katharine",
    "Yanukovych Janukowitsch",
    "Netanyahu Netanjahu",
    "MacDonald McDonald",
]
TWO_NAMES = [
    "Iran Iraq",
    "Austria Australia",
    "Rossi Russo",
    "Peking Beijing",
    "Niger Nigeria",
    "Slovakia Slovenia",
    "Maria Marie Mario",
    "Martin Marten Martina",
    "Jensen Jansen",
    "Hansen Hanson",
    "Simon Simone",
    "Obama Osama",
    "Scholz Schulz",
    "Bush Busch Bosch",
    "Lula Lola",
    "Mark Marko",
    "Georgia George",
    "Davis Davies",
    "Moore More",
]


@pytest.mark.parametrize("names", ONE_NAME)
def test_spellings_of_one_name_have_one_key(names: str) -> None:
    assert len({spelling_key(name) for name in names.split()}) == 1


@pytest.mark.parametrize("names", TWO_NAMES)
def test_different_names_stay_apart(names: str) -> None:
    assert not any(same_name(a, b) for a, b in combinations(names.split(), 2))


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=12))
def test_case_does_not_matter(name: str) -> None:
    assert same_name(name.lower(), name.upper())


@given(st.text(max_size=3))
def test_short_names_are_only_spelt_one_way(name: str) -> None:
    assert spelling_key(name) == fold(name) or len(fold(name)) > 3


@given(st.text(alphabet="абвгдеіїзиклмн", min_size=4, max_size=10))
def test_other_alphabets_are_left_as_they_are(name: str) -> None:
    assert spelling_key(name.upper()) == fold(name)

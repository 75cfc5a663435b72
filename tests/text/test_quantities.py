"""Quantities are read with their units, whatever way they are written."""

import pytest

from rag.text.quantities import quantities_of, same_quantity

READ = [
    ("two and a half million bricks", 2_500_000, ""),
    ("half a million people", 500_000, ""),
    ("a quarter of a million homes", 250_000, ""),
    ("one hundred and twenty homes", 120, ""),
    ("twenty-five cars", 25, ""),
    ("two dozen eggs", 24, ""),
    ("1.2bn crowns", 1.2e9, "crown"),
    ("$3.2 million", 3.2e6, "dollar"),
    ("at 3 p.m. on Monday", 900, "clock"),
    ("at 15:00", 900, "clock"),
    ("at midnight", 0, "clock"),
    ("the 3rd floor", 3, "ordinal"),
    ("12 per cent", 12, "share"),
    ("60 miles an hour", 96.56064, "speed"),
]


@pytest.mark.parametrize(("text", "value", "dimension"), READ)
def test_a_quantity_is_read(text: str, value: float, dimension: str) -> None:
    (found,) = quantities_of(text)
    assert found.value == pytest.approx(value)
    assert found.dimension == dimension


@pytest.mark.parametrize("text", ["One of them left.", "It was a good day.", "Once again he won."])
def test_what_counts_nothing_is_no_quantity(text: str) -> None:
    assert not [q for q in quantities_of(text) if q.dimension != "ordinal"]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("33,812 people, or 34,000", True),
        ("about 200 people, or 196", True),
        ("24 people, or 42", False),
        ("3,100 people, or 3,200", False),
        ("5 pounds or £5", True),
        ("5 miles or 8 km", True),
        ("5 miles or 5 km", False),
    ],
)
def test_rounding_and_units_leave_a_quantity_the_same(text: str, same: bool) -> None:
    first, second = quantities_of(text)
    assert same_quantity(first, second) == same

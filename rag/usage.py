"""What a language model was given and gave: tokens, time, and price where it is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LEAST_PRICE = 0.0001
"""The smallest price that is shown as a number."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in and out, in a currency."""

    tokens_in: float
    tokens_out: float
    currency: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a language model was given and gave for one answer, or for several.

    Tokens are those that the model's server counted; if `estimated`, some are counted by us. Times are in seconds from
    the question on, `seconds_to_first_token` until the first words that are no thoughts; it is None if none came, and
    for several answers. `price` is None where prices are not set; it is in `currency`.
    """

    tokens_in: int
    tokens_out: int
    estimated: bool
    seconds_to_first_token: float | None
    seconds: float
    price: float | None = None
    currency: str = ""

    def __str__(self) -> str:
        """One plain line."""
        about = "about " if self.estimated else ""
        first = self.seconds_to_first_token
        parts = [
            f"{about}{self.tokens_in:,} tokens in, {self.tokens_out:,} out",
            *([f"first words after {first:.1f} s"] if first is not None else []),
            f"{self.seconds:.1f} s in all",
            *([self._cost(self.price)] if self.price is not None else []),
        ]
        return ", ".join(parts)

    @staticmethod
    def total(usages: Iterable[Usage | None]) -> Usage | None:
        """The usage of several answers together; None if no model was asked for any."""
        asked = [usage for usage in usages if usage is not None]
        if not asked:
            return None
        prices = [usage.price for usage in asked]
        known = [price for price in prices if price is not None]
        return Usage(
            sum(usage.tokens_in for usage in asked),
            sum(usage.tokens_out for usage in asked),
            any(usage.estimated for usage in asked),
            None,
            sum(usage.seconds for usage in asked),
            sum(known) if len(known) == len(prices) else None,
            asked[-1].currency,
        )

    def _cost(self, price: float) -> str:
        if 0 < price < LEAST_PRICE:
            return f"less than {LEAST_PRICE} {self.currency}"
        return f"{price:.4f} {self.currency}" if price else f"0 {self.currency}"

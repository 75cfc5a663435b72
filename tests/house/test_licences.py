"""What is installed with the program may be used, changed and passed on: its licences are read, not assumed."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent
PERMISSIVE = re.compile(
    r"MIT|Apache|BSD|ISC|PSF|Python Software Foundation|CNRI|Zlib|CC0|Academic Free|DFSG approved", re.IGNORECASE
)
OTHERS = {
    "certifi": "MPL-2.0: certificates, unchanged",
    "tqdm": "MPL-2.0 and MIT: used unchanged",
    "pathspec": "MPL-2.0: used unchanged",
    "tld": "MPL-1.1, at choice: used unchanged",
    "hypothesis": "MPL-2.0: tests alone",
    "orjson": "MPL-2.0 and MIT or Apache-2.0: used unchanged",
    "fpdf2": "LGPL-3.0: tests, and the extra pdf, used unchanged",
    "fontpkg-noto-sans": "OFL-1.1: the extra pdf, fonts, unchanged",
    "fontpkg-noto-sans-arabic": "OFL-1.1: the extra pdf, fonts, unchanged",
    "psycopg": "LGPL-3.0: in the extra postgres alone, used unchanged",
    "psycopg-binary": "LGPL-3.0: in the extra postgres alone, used unchanged",
    "axe-playwright-python": "MIT by its own file, which its metadata do not tell: tests alone",
}
"""Packages that are not under a permissive licence alone, and why they are there."""
FOR_TESTS = {"hypothesis", "fpdf2", "fontpkg-noto-sans", "fontpkg-noto-sans-arabic", "axe-playwright-python"}


def licence_of(name: str) -> str:
    """What a package says of its licence; "" if it is not installed here."""
    try:
        facts = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    classified = [c.rpartition(" :: ")[2] for c in facts.get_all("Classifier", []) if c.startswith("License")]
    return facts.get("License-Expression") or " / ".join(classified) or (facts.get("License") or "none")[:60]


def pinned() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line.partition("==")[0].strip() for line in lines if "==" in line and not line.startswith("#")]


@pytest.mark.parametrize("name", pinned())
def test_each_package_has_a_licence_that_fits(name: str) -> None:
    licence = licence_of(name)
    if licence and name not in OTHERS:
        assert PERMISSIVE.search(licence), licence
        assert not re.search(r"GPL|MPL|Mozilla|proprietary", licence, re.IGNORECASE), licence


def test_nothing_that_users_install_is_under_a_licence_for_tests_alone() -> None:
    wanted, found = ["readacross"], set[str]()
    while wanted:
        name = wanted.pop().lower()
        if name in found:
            continue
        found.add(name)
        try:
            needed = [Requirement(line) for line in distribution(name).requires or ()]
        except PackageNotFoundError:
            continue
        wanted += [r.name for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    assert len(found) > 50
    assert not found & FOR_TESTS


def test_the_exceptions_are_still_there() -> None:
    assert set(OTHERS) <= {name.lower() for name in pinned()}

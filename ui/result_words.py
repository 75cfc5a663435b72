"""What results say in words of their own, such as counts, headings and reasons, in the page's language.

Results are made in English, which their exports keep. The sentences that the page shows of them are known here by their
form; what is in the place of a name in braces is kept, be it a number, a file's name or words of an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from rag import Phrase
from ui.error_words import said_of
from ui.translation import ENGLISH, N_, NN_, counted, language_code, language_name, page_language, tr, words_from

FORMS: tuple[str, ...] = (
    # Answers.
    N_("Found nothing that answers this."),
    N_("The articles' own sentences are quoted instead."),
    N_("No sentence of the articles could be quoted instead."),
    N_("{model} found no answer. The articles' own sentences are quoted instead."),
    N_("This is the largest of {number} stories, “{title}”. Name another to have that."),
    N_("Nothing new bears on “{focus}”."),
    N_("after “{words}”"),
    N_("The question is in {language}, and the articles are in {languages}: ask in their language."),
    N_("The model began to go round in circles, and was stopped."),
    N_("The model wrote more than {number} sentences; what came after them is left out."),
    N_("{left} of {total} evidence sentences did not fit into the model's window."),
    N_("Left out, as the articles do not say it: {left} of {total} sentences that the model wrote."),
    # Verdicts' reasons.
    N_("nothing of this is found in the evidence"),
    N_("“{words}” is not found in the evidence"),
    N_("the evidence does not give the number {words}"),
    N_("the evidence has “{there}” where this says “{here}”"),
    N_("the evidence has “{there}” where this says “{here}”, and “{again}” in another place"),
    N_("the evidence does not name {words} here"),
    N_("the evidence does not give {words} as the date"),
    N_("the evidence names {words}, but not as the one who says this"),
    N_("the evidence does not deny this"),
    N_("the evidence denies this"),
    N_("the evidence does not say “{words}” here"),
    N_("the evidence has “{words}”, but puts it differently"),
    N_("the evidence is less sure of this"),
    N_("the evidence contradicts this"),
    N_("this does not follow from the evidence"),
    N_("this is no whole sentence, so there is nothing to check"),
    N_("the evidence says this of “{words}”"),
    N_("the evidence has {one} and {other} in each other's place"),
    N_("the article does not state this: it has it after “{words}”"),
    N_("the article does not say “{words}” of this"),
    N_("the article gives this as what {words}, not as a fact"),
    N_("the articles have these words, but do not put them together like this"),
    # Headings and heads of tables.
    N_("What was read"),
    N_("When this was, the articles do not say"),
    N_("When"),
    N_("What"),
    N_("Timeline"),
    N_("Timeline: {focus}"),
    N_("Comparison"),
    N_("Comparison: {focus}"),
    N_("Stories"),
    N_("Names"),
    N_("Articles"),
    N_("A draft, checked"),
    N_("What the newest articles add"),
    N_("Older articles say otherwise"),
    N_("Reported by one article"),
    N_("Reported by both"),
    N_("Reported by all {number}"),
    N_("In several reports"),
    N_("Only in {report}"),
    N_("The reports compared"),
    N_("Reports differ on {subject}: {versions}"),
    N_("Reports differ on {subject} (rounded): {versions}"),
    N_("A later report changes {subject}: {versions}"),
    N_("A copy changes {subject}: {versions}"),
    N_("who said it"),
    N_("whether it is so"),
    N_("how it is"),
    N_("who did it to whom"),
    N_("whom it is about"),
    N_("the number"),
    N_("the date"),
    N_("the name"),
    N_("another number"),
    N_("another date"),
    N_("another name"),
    N_("Only one report tells this, {file}: there is nothing to compare."),
    # Remarks.
    N_("about {when}"),
    N_("{first} to {last}"),
    N_("probably the original: {reason}"),
    N_("credits {words}"),
    N_("a copy of {file}"),
    N_("copy of {file}, {share} % the same"),
    N_("exact copy of {file}, {share} % the same"),
    N_("reworded copy of {file}, {share} % the same"),
    N_("shortened copy of {file}, {share} % the same"),
    N_("shortened exact copy of {file}, {share} % the same"),
    N_("shortened reworded copy of {file}, {share} % the same"),
    N_("extended copy of {file}, {share} % the same"),
    N_("extended exact copy of {file}, {share} % the same"),
    N_("extended reworded copy of {file}, {share} % the same"),
    N_("{file} is a copy of {original}: it brings nothing new"),
    N_("little in it bears on “{focus}”"),
    N_("little in it bears on “{focus}”: {files}"),
    N_("Left out: reported by fewer articles"),
    N_("Left out: reported by fewer articles: {files}"),
    N_("only points left out cite it"),
    N_("only points left out cite it: {files}"),
    N_("There are no older articles: everything is new"),
    N_("No fact is new: older articles tell them all"),
    N_("Nothing has come since the library was begun, or since it remembers what came when"),
    N_("The last sync that brought something ({time}): {added} added, {changed} changed"),
    N_("No sentence of the draft tells anything that could be checked."),
    # Stages of work.
    N_("reading articles"),
    N_("reading sentences"),
    N_("reading times"),
    N_("comparing articles"),
    N_("comparing sentences"),
    N_("comparing numbers"),
    N_("looking for copies"),
    N_("finding names"),
    N_("checking"),
    N_("writing"),
    N_("putting together"),
    N_("looking up citations"),
)  # fmt: skip
COUNTS: tuple[tuple[str, str], ...] = (
    NN_("{n} article", "{n} articles"),
    NN_("{n} article read", "{n} articles read"),
    NN_("{n} cited", "{n} cited"),
    NN_("{n} not used", "{n} not used"),
    NN_("{n} event shown", "{n} events shown"),
    NN_("{n} less told left out", "{n} less told left out"),
    NN_("{n} more whose time is not known", "{n} more whose time is not known"),
    NN_("{n} article without a publication date", "{n} articles without a publication date"),
    NN_("{n} article not in English: no times are read there", "{n} articles not in English: no times are read there"),
    NN_("{n} independent report", "{n} independent reports"),
    NN_("{n} story", "{n} stories"),
    NN_("{n} name", "{n} names"),
    NN_("{n} other left out", "{n} others left out"),
    NN_("{n} new fact shown", "{n} new facts shown"),
    NN_(
        "told again of what older articles tell: {n} fact", "told again of what older articles tell: {n} facts"
    ),
    NN_("Summary of {n} article", "Summary of {n} articles"),
    NN_(
        "Left out, as the model had said it before: {n} sentence",
        "Left out, as the model had said it before: {n} sentences",
    ),
    NN_(
        "{n} citation mark of the model named no sentence of the articles",
        "{n} citation marks of the model named no sentence of the articles",
    ),
    NN_("{n} only partly supported", "{n} only partly supported"),
    NN_("{n} not found in the articles", "{n} not found in the articles"),
)  # fmt: skip
NAME = re.compile(r"{(\w+)}")
WORD = re.compile(r"[^\W\d_]{2}")
VALUES = {
    "n": r"\d[\d,]*", "share": r"\d+", "number": r"\d+", "added": r"\d+", "changed": r"\d+", "left": r"\d+",
    "total": r"\d+", "size": r"[\d.,]+", "most": r"[\d.,]+",
    "first": r"[\d-]{4,10}s?",
    "last": r"[\d-]{4,10}s?", "when": r"[\d-]{4,10}s?(?: to [\d-]{4,10}s?)?",
}  # fmt: skip
"""What may be in the place of a name; for others it is anything."""
LANGUAGES = ("language", "languages")
"""Names of places that hold English names of languages."""
BETWEEN = ("; ", ", ")
"""What stands between sentences that are known one by one."""


def translated(text: str) -> str:
    """A result's own words in the page's language; as they are if they are no phrase and their form is not known."""
    if isinstance(text, Phrase):
        return said_of(text)
    if page_language() == ENGLISH or not text:
        return text
    known = _known(text)
    return text if known is None else known


def _known(text: str) -> str | None:
    for pattern, forms in _patterns(page_language(), text[:1]):
        if found := pattern.fullmatch(text):
            return _said(forms, found.groupdict())
    if text.endswith(".") and (whole := _known(text[:-1])) is not None:
        return f"{whole}."
    for mark in BETWEEN:
        if mark in text:
            parts = [_known(part) for part in text.split(mark)]
            told = [part for part in parts if part is not None]
            if len(told) == len(parts):
                return mark.join(told)
    return None


def _said(forms: Sequence[str], values: dict[str, str]) -> str:
    if len(forms) > 1:
        return counted(int(values["n"].replace(",", "")), *forms)
    return tr(forms[0], **{name: _value(name, value) for name, value in values.items()})


def _value(name: str, value: str) -> str:
    if name in LANGUAGES:
        return ", ".join(language_name(language_code(one) or one) for one in value.split(" and "))
    return translated(value)


@lru_cache(maxsize=1_000)
def _patterns(language: str, first: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """A pattern for every form that words with this first letter may have; those with fewer open places first.

    With each goes the form, or its singular and its plural. Errors of questions and files come from a store, as text:
    their forms are those that the catalogue of the language has, but for those that would fit any text.
    """
    errors = (form for form in words_from("rag/", language) if WORD.search(NAME.sub(" ", form)))
    forms = [
        *((form, (form,)) for form in (*FORMS, *errors)),
        *((form, pair) for pair in COUNTS for form in dict.fromkeys(pair)),
    ]
    fitting = [one for one in forms if one[0][0] in ("{", first)]
    return tuple((_pattern(form), said) for form, said in sorted(fitting, key=lambda one: len(NAME.findall(one[0]))))


@cache
def _pattern(form: str) -> re.Pattern[str]:
    parts = NAME.split(form)
    places = [re.escape(part) for part in parts]
    for i in range(1, len(parts), 2):
        name = parts[i]
        places[i] = f"(?P={name})" if name in parts[1:i:2] else f"(?P<{name}>{VALUES.get(name, '.+?')})"
    return re.compile("".join(places), re.DOTALL)

"""Questions and answers as HTML. Pure functions from values to HTML; every text from outside goes through `escape`.

The buttons that stand for citations: each opens its article at the exact words, with the others marked lightly.

How a verdict looks: a sign and words, which are read without colour, and the places in question underlined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from rag import REFUSAL, Answer, AnswerSentence, Citation, CitedFile, Fault, Hit, Line, Source, Usage
from ui.html import attributes, escape, own
from ui.places import Place, opening, place_of
from ui.result_words import translated
from ui.side_by_side import beside
from ui.translation import N_, counted, day, number, tr

PREVIEW = 280
"""Characters of a quotation shown when a citation is pointed at, and of a nearest passage."""


def places_of(citations: Iterable[Citation]) -> dict[str, list[Place]]:
    """The places that are cited, each once, by file."""
    places: dict[str, list[Place]] = {}
    for citation in citations:
        known = places.setdefault(citation.file, [])
        if (place := place_of(citation)) not in known:
            known.append(place)
    return places


SHOWN_CITES, MOST_ALSO = 3, 3
"""Citations of a sentence that are shown unasked, and other articles that a citation's card names."""
NameOf = Callable[[str], str]
"""What an article is called, by its file."""
Sources = Mapping[str, Source | CitedFile]


def by_file(sources: Iterable[Source | CitedFile], name_of: NameOf = str) -> Sources:
    """The articles that are cited, by file; one without a title is called as `name_of` says."""
    return {s.file: s if s.title else replace(s, title=name_of(s.file)) for s in sources}


def cite(
    citation: Citation,
    identity: str,
    places: Mapping[str, Sequence[Place]],
    sources: Sources,
    also: Iterable[str] = (),
) -> str:
    """The button of one citation; `identity` must be the only one of its kind on the page.

    The page's script shows a card of it: the article as `sources` know it, the words, and the files that are `also`
    cited beside it.
    """
    source = sources.get(citation.file)
    name = title_of(citation.file, sources)
    others = [title_of(file, sources) for file in dict.fromkeys(also) if file != citation.file]
    named = "; ".join(others[:MOST_ALSO])
    rest = len(others) - MOST_ALSO
    facts = {
        "id": identity,
        "aria-label": tr("Citation {number}: {name}", number=citation.number, name=name),
        "data-name": name,
        "data-facts": " · ".join(filter(None, (source.publisher, day(source.published)))) if source else "",
        "data-quote": preview(citation.quote),
        "data-lang": language_of(citation.file, sources),
        "data-also": tr("{names} and {n} more", names=named, n=number(rest)) if rest > 0 else named,
    }
    place = opening(citation.file, place_of(citation), places[citation.file])
    return f'<button type="button" class="cite"{attributes(facts)}{place}>{citation.number}</button>'


def title_of(file: str, sources: Sources) -> str:
    """What an article is called: by its title, if that is known."""
    source = sources.get(file)
    return (source and source.title) or file


def language_of(file: str, sources: Sources) -> str:
    """The language of an article, an ISO 639-1 code; "" if it is not known."""
    source = sources.get(file)
    return source.language if source else ""


def cites(buttons: Sequence[str]) -> str:
    """The buttons of citations, all but the first few of many out of sight until they are asked for."""
    if not buttons:
        return ""
    shown = len(buttons) if len(buttons) <= SHOWN_CITES + 1 else SHOWN_CITES
    rest = "".join(buttons[shown:])
    label = tr("{n} more", n=number(len(buttons) - shown))
    more = (
        f'<button type="button" class="more" data-more="yes" aria-expanded="false">{label}</button>'
        f'<span class="rest" hidden>{rest}</span>'
    )
    return f'<span class="cites">{"".join(buttons[:shown])}{more if rest else ""}</span>'


def preview(text: str) -> str:
    """A text on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= PREVIEW else f"{line[: PREVIEW - 1].rsplit(' ', 1)[0]}…"


SIGNS = {"supported": "✓", "partly": "!", "not found": "✕"}
WORDS = {
    "supported": N_("Supported"),
    "partly": N_("Only partly supported"),
    "not found": N_("Not found in the articles"),
}


def kind(support: str) -> str:
    """The class of what got this verdict."""
    return support.replace(" ", "-")


def words(text: str, faults: Sequence[Fault]) -> str:
    """A sentence, its writing direction kept to itself, with the places underlined that are in doubt."""
    parts, at = [], 0
    for fault in sorted(faults, key=lambda f: f.start):
        if at <= fault.start < fault.end <= len(text):
            reason = attributes({"title": translated(fault.reason)})
            fine, doubted = escape(text[at : fault.start]), escape(text[fault.start : fault.end])
            parts.append(f'{fine}<span class="fault"{reason}>{doubted}</span>')
            at = fault.end
    return f"<bdi>{''.join([*parts, escape(text[at:])])}</bdi>"


def verdict(support: str, faults: Iterable[Fault], after: str = "") -> str:
    """The verdict on a sentence, with its reasons, and what is to stand after them, in HTML."""
    reasons = "; ".join(dict.fromkeys(translated(fault.reason) for fault in faults))
    why = f': <span class="why">{own(reasons)}</span>' if reasons else ""
    return f'<span class="verdict">{sign(support)}<span class="doubt">{tr(WORDS[support])}</span>{why}{after}</span>'


def sign(support: str) -> str:
    """The sign of a verdict; the words beside it say the same."""
    return f'<span class="sign" aria-hidden="true">{SIGNS[support]}</span>'


def counts_of(supports: Iterable[str]) -> str:
    """How many sentences are in doubt, such as "2 only partly supported"; "" if none is."""
    found = list(supports)
    partly, missing = found.count("partly"), found.count("not found")
    counts = (
        counted(partly, "{n} only partly supported", "{n} only partly supported") if partly else "",
        counted(missing, "{n} not found in the articles", "{n} not found in the articles") if missing else "",
    )
    return ", ".join(filter(None, counts))


LOOKING = N_("Looking through the articles …")


def exchange(question: str, body: str, turn: int, *, answer: str = "", busy: bool = False) -> str:
    """One question and what follows it. `turn` counts from 1; `busy` is set while the answer is being written.

    `answer` is the id under which it is kept, "" if it is not: then there is no link to it, and it cannot be changed.
    """
    facts = attributes({"data-answer": answer, "aria-busy": "true" if busy else ""})
    return (
        f'<section class="exchange" id="turn-{turn}" aria-label="{tr("Question {n}", n=turn)}"{facts}>'
        f'<h2 class="question" dir="auto">{escape(question)}</h2><div class="reply">{body}</div>'
        f"{_acts() if answer and not busy else ''}</section>"
    )


ACTS = {
    "copy": N_("Copy"),
    "link": N_("Copy link"),
    "pin": N_("Pin"),
    "again": N_("Ask again"),
    "edit": N_("Edit question"),
    "remove": N_("Delete"),
}
"""What can be done with one question and its answer; the page's script does it."""


def _acts() -> str:
    buttons = (
        f'<button type="button" class="quiet" data-act="{act}">{tr(label)}</button>' for act, label in ACTS.items()
    )
    return f'<p class="acts">{"".join(buttons)}</p>'


def draft(sentences: Sequence[AnswerSentence], text: str, turn: int, waiting: str | None = None) -> str:
    """An answer while it is being written: what is checked so far, the text that has come since, what it waits for."""
    waiting = tr(LOOKING) if waiting is None else waiting
    cursor = '<span class="cursor"></span>'
    coming = f'<p class="coming" dir="auto">{escape(text)}{cursor}</p>' if text else ""
    said = " · ".join(filter(None, (tr("Not checked yet") if text else "", waiting)))
    status = f'<p class="remark waiting">{escape(said)}{"" if text else cursor}</p>'
    return f'<div class="answer written">{_sentences(sentences, turn)}{coming}</div>{status}'


def stopped(sentences: Sequence[AnswerSentence], text: str, turn: int) -> str:
    """What is left of an answer that was stopped: what is checked. The `text` since then is only told of."""
    shown = f'<div class="answer written">{_sentences(sentences, turn)}</div>' if sentences else ""
    told = [
        tr("Stopped before the answer was whole."),
        tr("Unchecked words were taken away.") if text.strip() else "",
        tr("The sentences above were checked one by one, not yet together.") if sentences else "",
    ]
    return f"{shown}{remark(' '.join(filter(None, told)))}"


def still_coming() -> str:
    """What stands for an answer that is being made for no tab; the page's script looks whether it is there."""
    told = tr("The answer is still being made …")
    return f'<p class="remark waiting" data-coming="yes">{told}<span class="cursor"></span></p>'


def answer_body(answer: Answer, turn: int, so_far: Usage | None = None, name_of: NameOf = str) -> str:
    """A whole answer: its sentences with their citations, its sources, its notes; or the refusal.

    `so_far` is what the language model has used in the conversation; `name_of` gives what an article is called.
    """
    body = _found(answer, turn, name_of) if answer.found else _refusal(answer, name_of)
    notes = f"{_doubts(answer)}{notes_below(answer.notes)}{_languages(answer)}"
    return f"{_understood(answer)}{body}{notes}{_account(answer.usage, so_far)}"


def _languages(answer: Answer) -> str:
    """The way to the embedder that takes several languages, if the question is in another one than the articles."""
    if not answer.other_language:
        return ""
    return (
        '<p class="remark"><button type="button" class="to-room" data-room="settings">'
        f"{tr('Choose the embedder for several languages')}</button></p>"
    )


def trouble(title: str, message: str) -> str:
    """A failure, told where the answer would have been."""
    return f'<div class="trouble" role="alert"><strong>{escape(title)}</strong><p>{escape(message)}</p></div>'


def remark(text: str) -> str:
    """A plain remark below an answer."""
    return f'<p class="remark">{escape(text)}</p>'


def summary_line(answer: Answer) -> str:
    """What a screen reader says once an answer is there."""
    if not answer.found:
        below = counted(len(answer.nearest), "{n} nearest passage below.", "{n} nearest passages below.")
        return f"{tr(REFUSAL)} {below}"
    sources = counted(len(answer.sources), "{n} article cited", "{n} articles cited")
    if answer.result is not None:
        return f"{translated(answer.result.document().title)}: {sources}."
    sentences = counted(len(answer.sentences), "Answered in {n} sentence", "Answered in {n} sentences")
    doubts = counts_of(s.support for s in answer.sentences)
    return f"{sentences}, {sources}{f'; {doubts}' if doubts else ''}."


def _understood(answer: Answer) -> str:
    if not answer.asked or answer.asked == " ".join(answer.question.split()):
        return ""
    return f'<p class="remark">{tr("Understood as: {question}", question=own(answer.asked))}</p>'


def _found(answer: Answer, turn: int, name_of: NameOf) -> str:
    places = places_of(c for s in answer.sentences for c in s.citations)
    look = "quoted" if answer.writer == "quoting" else "written"
    known = by_file(answer.sources, name_of)
    document = answer.document(unsupported=True)
    shown = _sentences(answer.sentences, turn, known, document.language)
    return f'<div class="answer {look}">{shown}</div>{_sources(answer, turn, places, known)}'


def _sentences(
    sentences: Sequence[AnswerSentence],
    turn: int,
    sources: Sources | None = None,
    language: Callable[[Line], str] = lambda _: "",
) -> str:
    places = places_of(c for s in sentences for c in s.citations)
    shown = [_sentence(s, i, turn, places, sources or {}, language(s.line)) for i, s in enumerate(sentences)]
    further = [html for html, s in zip(shown, sentences, strict=True) if s.further]
    told = "".join(html for html, s in zip(shown, sentences, strict=True) if not s.further)
    if not further:
        return told
    label = counted(len(further), "{n} more sentence on this", "{n} more sentences on this")
    return f'{told}<details class="rest"><summary>{label}</summary>{"".join(further)}</details>'


def _sentence(
    sentence: AnswerSentence,
    index: int,
    turn: int,
    places: dict[str, list[Place]],
    sources: Sources,
    language: str,
) -> str:
    files = [c.file for c in sentence.citations]
    marks = cites([cite(c, f"c-{turn}-{index}-{c.number}", places, sources, files) for c in sentence.citations])
    marks += beside(sentence.citations, f"b-{turn}-{index}", lambda file: title_of(file, sources))
    if sentence.support != "supported":  # what is cited is near it, and does not hold it
        near = f' <span class="near">{tr("Nearest:")}{marks}</span>' if marks else ""
        marks = f" {verdict(sentence.support, sentence.faults, near)}"
    remarks = "; ".join(map(translated, sentence.remarks))
    remark = f' <span class="facts">{own(remarks)}</span>' if remarks else ""
    facts = {"class": f"said {kind(sentence.support)}", "dir": sentence.line.direction, "lang": language}
    return f"<p{attributes(facts)}>{words(sentence.text, sentence.faults)}{marks}{remark}</p> "


def _sources(answer: Answer, turn: int, places: dict[str, list[Place]], known: Sources) -> str:
    rows = "".join(_source(source, answer.citations, turn, places, known) for source in answer.sources)
    return f'<ul class="sources" aria-label="{tr("Sources")}">{rows}</ul>' if rows else ""


def _source(
    source: Source, citations: Sequence[Citation], turn: int, places: dict[str, list[Place]], known: Sources
) -> str:
    own_places = places.get(source.file, [])
    numbers = cites(
        [
            cite(c, f"s-{turn}-{c.number}", places, known)
            for c in citations
            if c.file == source.file and c.number in source.numbers
        ]
    )
    pages = located(source, own_places)
    facts = " · ".join(own(f) for f in (source.author, source.publisher, day(source.published), pages) if f)
    first = own_places[0] if own_places else None
    name = (
        f'<button type="button" class="source-name" id="n-{turn}-{first.number if first else 0}" dir="auto"'
        f"{opening(source.file, first, own_places)}>{escape(title_of(source.file, known))}</button>"
    )
    return f'<li>{name} <span class="facts">{facts}</span>{numbers}</li>'


def located(source: Source | CitedFile, places: Iterable[Place]) -> str:
    """The pages, slides or times of a source where its cited places lie: "p. 3, p. 7"."""
    ordered = sorted(places, key=lambda place: place.start)
    return ", ".join(dict.fromkeys(filter(None, (source.locator(p.start, p.end) for p in ordered))))


def _refusal(answer: Answer, name_of: NameOf) -> str:
    if not answer.nearest:
        return f'<p class="refusal">{tr(REFUSAL)}</p>'
    rows = "".join(_nearest(hit, name_of) for hit in answer.nearest)
    return (
        f'<p class="refusal">{tr(REFUSAL)}</p><p class="remark">{tr("The nearest passages, which may help:")}</p>'
        f'<ul class="nearest" aria-label="{tr("Nearest passages")}">{rows}</ul>'
    )


def _nearest(hit: Hit, name_of: NameOf) -> str:
    facts = " · ".join(
        own(fact) for fact in (hit.title or name_of(hit.file), hit.publisher, day(hit.published)) if fact
    )
    return (
        f'<li><button type="button" class="passage" dir="auto"{opening(hit.file, place_of(hit))}>'
        f"<q>{escape(preview(hit.text))}</q></button>"
        f'<span class="facts">{facts}</span></li>'
    )


def _doubts(answer: Answer) -> str:
    doubts = counts_of(s.support for s in answer.sentences)
    of = counted(
        len(answer.sentences),
        "Left out when you save: {doubts}, of {n} sentence.",
        "Left out when you save: {doubts}, of {n} sentences.",
        doubts=doubts,
    )
    return remark(of) if doubts else ""


def notes_below(notes: Sequence[str]) -> str:
    """Plain remarks, one below the other."""
    return "".join(remark(translated(note)) for note in notes)


def _account(usage: Usage | None, so_far: Usage | None) -> str:
    if usage is None:
        return ""
    several = so_far is not None and so_far.tokens_in > usage.tokens_in
    whole = f" {tr('This conversation: {usage}.', usage=so_far)}" if several else ""
    return f'<p class="remark usage">{escape(f"{usage}.{whole}")}</p>'

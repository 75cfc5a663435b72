"""Questions and answers as HTML. Pure functions from values to HTML; every text from outside goes through `escape`."""

from __future__ import annotations

from collections.abc import Sequence

from rag import REFUSAL, Answer, AnswerSentence, Citation, Hit, Source, Usage
from ui.cites import cite, places_of, preview
from ui.markup import attributes, escape, own
from ui.places import Place, opening, place_of
from ui.words import counted, day

DOUBTS = {"partly": "partly supported", "not found": "not found in the articles"}


def exchange(question: str, body: str, turn: int, *, busy: bool = False) -> str:
    """One question and what follows it. `turn` counts from 1; `busy` is set while the answer is being written."""
    return (
        f'<section class="exchange" id="turn-{turn}" aria-label="Question {turn}"{" aria-busy=true" if busy else ""}>'
        f'<h3 class="question" dir="auto">{escape(question)}</h3><div class="reply">{body}</div></section>'
    )


def draft(sentences: Sequence[AnswerSentence], text: str, turn: int) -> str:
    """An answer while it is being written: what is checked so far, and the text that has come since."""
    places = places_of(c for s in sentences for c in s.citations)
    checked = "".join(_sentence(s, i, turn, places) for i, s in enumerate(sentences))
    coming = f'<p class="coming" dir="auto">{escape(text)}<span class="cursor"></span></p>'
    return f'<div class="answer">{checked}{coming}</div>'


def answer_body(answer: Answer, turn: int, so_far: Usage | None = None) -> str:
    """A whole answer: its sentences with their citations, its sources, its notes; or the refusal.

    `so_far` is what the language model has used in the conversation.
    """
    body = _found(answer, turn) if answer.found else _refusal(answer)
    return f"{_understood(answer)}{body}{_notes(answer.notes)}{_account(answer.usage, so_far)}"


def trouble(title: str, message: str) -> str:
    """A failure, told where the answer would have been."""
    return f'<div class="trouble" role="alert"><strong>{escape(title)}</strong><p>{escape(message)}</p></div>'


def remark(text: str) -> str:
    """A plain remark below an answer."""
    return f'<p class="remark">{escape(text)}</p>'


def summary_line(answer: Answer) -> str:
    """What a screen reader says once an answer is there."""
    if not answer.found:
        return f"{REFUSAL} {counted(len(answer.nearest), 'nearest passage')} below."
    sentences, sources = counted(len(answer.sentences), "sentence"), counted(len(answer.sources), "article")
    return f"Answered in {sentences}, citing {sources}."


def _understood(answer: Answer) -> str:
    if not answer.asked or answer.asked == " ".join(answer.question.split()):
        return ""
    return f'<p class="remark">Understood as: {own(answer.asked)}</p>'


def _found(answer: Answer, turn: int) -> str:
    places = places_of(c for s in answer.sentences for c in s.citations)
    kind = "quoted" if answer.writer == "quoting" else "written"
    sentences = "".join(_sentence(s, i, turn, places) for i, s in enumerate(answer.sentences))
    return f'<div class="answer {kind}">{sentences}</div>{_sources(answer, turn, places)}'


def _sentence(sentence: AnswerSentence, index: int, turn: int, places: dict[str, list[Place]]) -> str:
    marks = "".join(cite(c, f"c-{turn}-{index}-{c.number}", places) for c in sentence.citations)
    doubt = DOUBTS.get(sentence.support, "")
    note = f' <span class="doubt">{doubt}</span>{_why(sentence)}' if doubt else ""
    kind = attributes({"class": f"said {sentence.support.replace(' ', '-')}"})
    return f'<p{kind} dir="auto">{_words(sentence)}<span class="cites">{marks}</span>{note}</p> '


def _words(sentence: AnswerSentence) -> str:
    """The text of a sentence, its writing direction kept to itself, with the places underlined that are in doubt."""
    parts, at = [], 0
    for fault in sorted(sentence.faults, key=lambda f: f.start):
        if at <= fault.start < fault.end <= len(sentence.text):
            words = escape(sentence.text[fault.start : fault.end])
            reason = attributes({"title": fault.reason})
            parts.append(f'{escape(sentence.text[at : fault.start])}<span class="fault"{reason}>{words}</span>')
            at = fault.end
    return f"<bdi>{''.join([*parts, escape(sentence.text[at:])])}</bdi>"


def _why(sentence: AnswerSentence) -> str:
    return f'<span class="why">{own(sentence.reasons)}</span>' if sentence.faults else ""


def _sources(answer: Answer, turn: int, places: dict[str, list[Place]]) -> str:
    rows = "".join(_source(source, answer.citations, turn, places) for source in answer.sources)
    return f'<ul class="sources" aria-label="Sources">{rows}</ul>' if rows else ""


def _source(source: Source, citations: Sequence[Citation], turn: int, places: dict[str, list[Place]]) -> str:
    own_places = places.get(source.file, [])
    numbers = "".join(
        cite(c, f"s-{turn}-{c.number}", places)
        for c in citations
        if c.file == source.file and c.number in source.numbers
    )
    facts = " · ".join(own(fact) for fact in (source.publisher, day(source.published)) if fact)
    first = own_places[0] if own_places else None
    name = (
        f'<button type="button" class="source-name" id="n-{turn}-{first.number if first else 0}" dir="auto"'
        f"{opening(source.file, first, own_places)}>{escape(source.title or source.file)}</button>"
    )
    return f'<li>{name} <span class="facts">{facts}</span><span class="cites">{numbers}</span></li>'


def _refusal(answer: Answer) -> str:
    if not answer.nearest:
        return f'<p class="refusal">{REFUSAL}</p>'
    rows = "".join(_nearest(hit) for hit in answer.nearest)
    return (
        f'<p class="refusal">{REFUSAL}</p><p class="remark">The nearest passages, which may help:</p>'
        f'<ul class="nearest" aria-label="Nearest passages">{rows}</ul>'
    )


def _nearest(hit: Hit) -> str:
    facts = " · ".join(own(fact) for fact in (hit.title or hit.file, hit.publisher, day(hit.published)) if fact)
    return (
        f'<li><button type="button" class="passage" dir="auto"{opening(hit.file, place_of(hit))}>'
        f"<q>{escape(preview(hit.text))}</q></button>"
        f'<span class="facts">{facts}</span></li>'
    )


def _notes(notes: Sequence[str]) -> str:
    return "".join(remark(note) for note in notes)


def _account(usage: Usage | None, so_far: Usage | None) -> str:
    if usage is None:
        return ""
    several = so_far is not None and so_far.tokens_in > usage.tokens_in
    whole = f" This conversation: {so_far}." if several else ""
    return f'<p class="remark usage">{escape(f"{usage}.{whole}")}</p>'

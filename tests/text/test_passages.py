"""Passages: whole sentences, within the size, even and aware of paragraphs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.passages import split_passages
from rag.text.sentences import split_sentences


def count_words(texts):
    return [len(text.split()) for text in texts]


def passages_of(text, size):
    return split_passages(text, split_sentences(text), count_words, size)


paragraph = st.lists(st.integers(1, 12), min_size=1, max_size=6).map(
    lambda lengths: " ".join("Word " + "word " * (n - 1) + "end." for n in lengths)
)


@given(st.lists(paragraph, max_size=8).map("\n".join), st.integers(1, 40))
def test_every_sentence_lies_in_one_passage_within_the_size(text, size):
    sentences = split_sentences(text)
    passages = split_passages(text, sentences, count_words, size)
    assert [n for p in passages for n in range(p.first, p.last)] == list(range(len(sentences)))
    assert all(a.end <= b.start for a, b in pairwise(passages))
    for p in passages:
        assert (p.start, p.end) == (sentences[p.first].start, sentences[p.last - 1].end)
        inside = count_words([text[s.start : s.end] for s in sentences[p.first : p.last]])
        assert sum(inside) <= size or len(inside) == 1


def test_tokens_are_counted_once_for_an_article():
    calls = []

    def count(texts):
        calls.append(list(texts))
        return [1] * len(texts)

    text = "One. Two.\nThree."
    split_passages(text, split_sentences(text), count, 2)
    assert calls == [["One.", "Two.", "Three."]]


def test_no_sentences_make_no_passages():
    assert split_passages("", (), count_words, 10) == ()


def test_a_size_below_one_token_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        passages_of("One.", 0)


def test_passages_end_with_paragraphs_where_they_can():
    text = "\n".join(["It was so here. " * 5 + "Yes it was."] * 4)
    ends = {p.end for p in passages_of(text, 60)}
    assert ends <= {i for i, c in enumerate(text + "\n") if c == "\n"}


def test_no_short_tail_is_left_over():
    text = "Four words stand here. " * 26
    sizes = [p.last - p.first for p in passages_of(text, 100)]
    assert sizes == [13, 13]


def test_a_heading_stands_with_its_text():
    lines = [
        "It began here with many words in one long line.",
        "What came next",
        "Then came more words than before here.",
    ]
    text = "\n".join(lines)
    assert [text[p.start : p.end].startswith("What came next") for p in passages_of(text, 13)] == [False, True]

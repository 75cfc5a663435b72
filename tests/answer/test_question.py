"""A question is read for its telling words, in any language of the library."""

from hypothesis import given
from hypothesis import strategies as st

from rag.answer.question import read_question


def one(_: str) -> float:
    return 1.0


def test_only_telling_words_count_and_each_once() -> None:
    question = read_question("What did the bank say about the banks?", one)
    assert [w.word.text for w in question.words] == ["bank", "say"]


def test_names_are_known_by_their_capitals_inside_the_question() -> None:
    names = {w.word.text: w.name for w in read_question("Which jets did Rutte approve in 2014?", one).words}
    assert names == {"jets": False, "Rutte": True, "approve": False, "2014": True}


def test_the_order_of_languages_does_not_matter() -> None:
    there, back = (read_question("Who owns the Häuser?", one, langs) for langs in (("de", "en"), ("en", "de")))
    assert there == back
    assert {"haus", "hauser"} <= {stem for w in there.words for stem in w.stems}


@given(st.text(), st.sampled_from([(), ("en",), ("de", "en"), ("xx",)]))
def test_any_text_can_be_read(text: str, languages: tuple[str, ...]) -> None:
    question = read_question(text, one, languages)
    stems = {w.word.stem for w in question.words}
    assert all(a in stems and b in stems for a, b in question.pairs)
    assert all(w.weight > 0 and w.stems for w in question.words)

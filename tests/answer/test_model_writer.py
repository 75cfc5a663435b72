"""Answers by a language model: checked sentence by sentence, cited exactly, quoted instead where it fails."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import REFUSAL, Answer, AnswerSentence, Library, ModelRefused, ModelUnavailable, Settings, TextChunk
from rag.llm.language_model import prompt_room, room_after
from rag.testing import ScriptedModel

QUESTION = "What did Rutte say about membership?"
TRUE = "Rutte previously approved the transfer of Dutch F-16 fighter jets to Ukraine."
OTHER = "Rutte also reiterated NATO’s pledge that Ukraine would one day be a NATO member."
UNANSWERABLE = "What is the population of Kyiv?"
DUTCH = (
    "De minister-president zei gisteren dat het parlement de begroting voor het komende jaar heeft goedgekeurd. "
    "De oppositie vond dat er te weinig geld naar het onderwijs en de zorg gaat."
)
TOWNS = (
    "Ashford Barnet Calder Dunwich Elmham Frome Garth Hadley Ilkley Jarrow Kelso Lydney Malton Naseby Oakham".split()
)
FALSE = "Penguins juggle seventeen purple umbrellas underneath Antarctica."


@pytest.fixture
def open_with(seeds, settings):
    """Opens the two seed articles with a model that answers what it is told to."""
    opened = []

    def make(*scripts, **options) -> tuple[Library, ScriptedModel]:
        model = ScriptedModel(*scripts, **options)
        library = Library(seeds, settings=settings, llm=model)
        opened.append(library)
        library.sync()
        return library, model

    yield make
    for library in opened:
        library.close()


def test_sentences_are_checked_and_cited_whatever_the_model_marks(open_with):
    library, _ = open_with(f"{TRUE} [deadb0] {OTHER}")
    answer = library.ask(QUESTION)
    assert (answer.found, answer.writer, library.writer) == (True, "scripted", "scripted")
    assert [(s.text, s.support) for s in answer.sentences] == [(TRUE, "supported"), (OTHER, "supported")]
    assert {c.file for c in answer.sentences[0].citations} == {a.file for a in library.articles()}
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for c in answer.citations:
        assert library.article(c.file).text[c.start : c.end] == c.quote
    assert {s.file for s in answer.sources} == {c.file for c in answer.citations}
    assert "1 citation mark of the model named no sentence of the articles." in answer.notes


def test_what_the_articles_do_not_say_is_marked_and_left_out_of_the_text(open_with):
    library, _ = open_with(f"{TRUE} {FALSE} {OTHER}")
    answer = library.ask(QUESTION)
    assert [s.support for s in answer.sentences] == ["supported", "not found", "supported"]
    assert answer.sentences[1].citations == ()
    assert answer.text == f"{TRUE} {OTHER}"
    assert FALSE not in str(answer)
    assert "Left out of 3 sentences: 1 not found in the articles." in str(answer)


def test_a_sentence_in_doubt_says_why_everywhere(open_with):
    library, _ = open_with(f"{OTHER} {TRUE.replace('F-16', 'F-35')}")
    answer = library.ask(QUESTION)
    good, doubtful = answer.sentences
    assert (good.faults, doubtful.support) == ((), "partly")
    assert any("35" in doubtful.text[f.start : f.end] for f in doubtful.faults)
    assert doubtful.text not in answer.text
    assert doubtful.reasons in answer.plain(unsupported=True)
    assert answer.as_dict()["sentences"][1]["faults"][0]["reason"] in doubtful.reasons


def test_an_answer_of_which_too_little_holds_is_quoted_instead(open_with):
    library, _ = open_with(f"{FALSE} {FALSE.replace('seventeen', 'nine')} {FALSE.replace('purple', 'green')} {TRUE}")
    answer = library.ask(QUESTION)
    assert (answer.found, answer.writer) == (True, "quoting")
    assert "less than half" in answer.notes[0]
    assert all(s.support == "supported" for s in answer.sentences)


def test_text_streams_before_it_is_checked_and_sentences_before_the_answer_is_whole(open_with):
    library, _ = open_with(f"{TRUE} {OTHER}")
    events = list(library.stream(QUESTION))
    kinds = [type(e) for e in events]
    assert kinds[0] is TextChunk
    assert kinds[-1] is Answer
    assert kinds.index(AnswerSentence) < len(kinds) - 5
    assert "".join(e.text for e in events if isinstance(e, TextChunk)) == f"{TRUE} {OTHER}"
    assert tuple(e for e in events if isinstance(e, AnswerSentence)) == events[-1].sentences


@pytest.mark.parametrize(
    "dressed",
    [
        *(
            OTHER.replace(".", f" {mark}.")
            for mark in ("[9e81a]", "[S1]", "[Article 1]", "(deadb0)", "[a.txt]", "[[1]]")
        ),
        *(
            OTHER.replace(".", f" {mark}.")
            for mark in ("[KEY, Reuters]", "{KEY}", "^KEY", "[KEY](http://x.y)", "([KEY])")
        ),
        *(f"{OTHER}\n\n{head}:\n- [KEY] Article one\n- [KEY] Artikel zwei" for head in ("Quellen", "来源", "Keys")),
        *(f"{OTHER}\n\n1. [KEY] A title", f"{OTHER} Sources: [KEY], [KEY]", f"Sources:\n[KEY]\n\nAnswer: {OTHER}"),
        *(f"**Answer**\n\n{OTHER}", f"## Answer\n\nHere is what the articles say:\n\n{OTHER}", f"[KEY]: {OTHER}"),
        *(f"```markdown\n{OTHER}\n```", f"{OTHER}\n\nLet me know if you need more! I hope this helps."),
        *(f"According to the articles, {OTHER}", f"The article states that {OTHER}", f"Laut den Artikeln {OTHER}"),
        *(f"{FALSE} {FALSE.replace('purple', 'green')} So\n</think>\n\n{OTHER}</s>",),
    ],
)
def test_a_true_sentence_holds_however_the_model_dresses_it(open_with, dressed):
    library, model = open_with(TRUE)
    library.ask(QUESTION)
    found = re.search(r"^\[([0-9a-f]{6})\]", model.prompts[0][1].text, re.MULTILINE)
    library.close()
    library, _ = open_with(dressed.replace("KEY", found[1]))
    answer = library.ask(QUESTION)
    assert answer.writer == "scripted"
    assert [(s.text, s.support) for s in answer.sentences] == [(OTHER, "supported")]


REFUSALS = pytest.mark.parametrize(
    "said", [REFUSAL, f"**{REFUSAL}**", REFUSAL.lower(), f"{REFUSAL} {FALSE}", f"Answer: {REFUSAL}"]
)


@REFUSALS
def test_a_models_refusal_is_a_refusal(open_with, said):
    library, _ = open_with(said)
    answer = library.ask(UNANSWERABLE)
    assert (answer.found, answer.writer, answer.text, answer.notes) == (False, "scripted", REFUSAL, ())
    assert answer.nearest


@REFUSALS
def test_a_models_refusal_is_not_believed_where_the_articles_can_be_quoted(open_with, said):
    library, _ = open_with(said)
    answer = library.ask(QUESTION)
    assert (answer.found, answer.writer) == (True, "quoting")
    assert answer.notes == ("scripted found no answer. The articles' own sentences are quoted instead.",)
    assert answer.usage is not None


@pytest.mark.parametrize("script", [ModelUnavailable("The server is away."), FALSE])
def test_where_nothing_can_be_quoted_the_note_does_not_say_so(open_with, script):
    library, _ = open_with(script)
    answer = library.ask(UNANSWERABLE)
    assert (answer.found, answer.writer) == (False, "quoting")
    assert "are quoted instead" not in answer.notes[0]
    assert answer.notes[0].endswith("No sentence of the articles could be quoted instead.")


def test_an_answer_in_another_language_than_the_articles_is_said_to_be_beyond_the_check(open_with):
    library, _ = open_with(DUTCH)
    answer = library.ask(QUESTION)
    assert answer.writer == "quoting"
    assert "another language than the articles" in answer.notes[0]
    assert "less than half" not in answer.notes[0]


def test_a_false_answer_in_the_articles_language_is_not_said_to_be_in_another(open_with):
    library, _ = open_with(f"{FALSE} {FALSE.replace('seventeen', 'nine')}")
    assert "another language" not in library.ask(QUESTION).notes[0]


@pytest.mark.parametrize(("written", "told"), [(11, False), (12, False), (13, True), (15, True)])
def test_sentences_that_are_not_read_are_told(open_with, seeds, written, told):
    sentences = [f"The town of {town} rebuilt its old stone bridge." for town in TOWNS]
    (seeds / "bridges.txt").write_text(f"Bridges\n\n{' '.join(sentences)}\n", "utf-8")
    library, _ = open_with(" ".join(sentences[:written]))
    answer = library.ask("Which towns rebuilt their old stone bridge?")
    assert [s.text for s in answer.sentences] == sentences[: min(written, 12)]
    assert [note for note in answer.notes if "more than 12 sentences" in note] == list(answer.notes)
    assert bool(answer.notes) == told


def test_sentences_said_again_are_told_once(open_with):
    library, _ = open_with(f"{TRUE} {OTHER} {TRUE}")
    answer = library.ask(QUESTION)
    assert [s.text for s in answer.sentences] == [TRUE, OTHER]
    assert answer.notes == ("Left out, as the model had said it before: 1 sentence.",)


@pytest.mark.parametrize(
    "script", [ModelUnavailable("The server is away."), (f"{TRUE} And", ModelRefused("No.")), "", "<think>Well"]
)
def test_a_model_that_fails_leaves_the_word_to_the_articles(open_with, script):
    library, _ = open_with(script)
    answer = library.ask(QUESTION)
    assert (answer.found, answer.writer) == (True, "quoting")
    assert "quoted instead" in answer.notes[0]


def test_a_closed_stream_stops_the_model(open_with):
    library, model = open_with(f"{TRUE} {OTHER}")
    events = library.stream(QUESTION)
    assert isinstance(next(events), TextChunk)
    events.close()
    assert model.closed == 1


def test_an_endless_number_of_sentences_is_not_read(open_with):
    library, model = open_with(" ".join(TRUE.replace("Rutte", f"Rutte, aged {n},") for n in range(60)))
    library.ask(QUESTION)
    assert model.closed == 1


@pytest.mark.parametrize(
    "circle", [f"{OTHER} " * 50, f"And so{' and that they refrained from it, fearing a reaction,' * 50}"]
)
def test_a_model_that_goes_round_in_circles_is_stopped(open_with, circle):
    library, model = open_with(f"{TRUE} {OTHER} {circle}")
    answer = library.ask(QUESTION)
    assert [s.text for s in answer.sentences] == [TRUE, OTHER]
    assert model.closed == 1
    assert len(answer.notes) == 1
    assert "circles" in answer.notes[0] or "said it before: 2 sentences" in answer.notes[0]


def test_the_prompt_has_the_evidence_between_fences_and_the_question_last(open_with):
    library, model = open_with(TRUE)
    library.ask(QUESTION)
    system, user = model.prompts[0]
    fence = user.text.split("\n")[0]
    assert re.fullmatch("=== [0-9a-f]{16} ===", fence)
    assert user.text.count(fence) == 2
    assert fence in system.text
    assert REFUSAL in system.text
    assert user.text.strip().endswith(f"Question: {QUESTION}")
    assert "previously approved the transfer of Dutch F-16" in user.text


@given(st.integers(400, 200_000))
def test_a_prompt_leaves_a_share_of_the_window_for_the_answer(window):
    left = window - prompt_room(window)
    assert min(1024, window // 5) <= left
    assert room_after(window, prompt_room(window)) >= min(1024, window // 5)
    assert prompt_room(window) + room_after(window, prompt_room(window)) <= window


def test_a_model_is_told_in_which_language_to_answer(open_with):
    library, model = open_with(TRUE)
    library.ask(QUESTION)
    assert "language of the question" in model.prompts[0][0].text


def test_evidence_fits_into_the_models_window_and_what_does_not_is_told(open_with):
    library, model = open_with(f"{OTHER}", context_window=1300)
    answer = library.ask(QUESTION)
    assert sum(model.count_tokens([m.text for m in model.prompts[0]])) < 1300
    assert any("did not fit" in note for note in answer.notes)


def test_a_window_that_holds_nothing_is_told(open_with):
    library, model = open_with(TRUE, context_window=300)
    answer = library.ask(QUESTION)
    assert answer.writer == "quoting"
    assert "takes 300 tokens" in answer.notes[0]
    assert model.prompts == []


def test_only_the_files_that_are_asked_for_are_evidence(open_with):
    library, model = open_with(TRUE)
    answer = library.ask(QUESTION, files=["000_*"])
    assert {c.file[:3] for c in answer.citations} == {"000"}
    assert "Zelensky " not in model.prompts[0][1].text


def test_follow_ups_are_rewritten_by_the_model_and_shown(open_with):
    library, model = open_with(TRUE, 'Question: "Which jets did Rutte approve for Ukraine?"\nBecause', TRUE)
    talk = library.chat()
    talk.ask("Which jets did Rutte approve?")
    answer = talk.ask("And for Ukraine?")
    assert answer.asked == "Which jets did Rutte approve for Ukraine?"
    assert answer.question == "And for Ukraine?"
    assert model.prompts[-1][1].text.strip().endswith(answer.asked)


@pytest.mark.parametrize(
    "reply",
    [
        "Sure! Here is the rewritten question:\n\n{}",
        "Sure! Here is the rewritten question:\n\n**{}**\n\nI put the name in place of the pronoun.",
        "Here you are.\n> Question: “{}”",
        "<think>He is Rutte. Or is he?\n</think>\n\n{}\n",
    ],
)
def test_a_rewritten_question_is_found_in_a_talkative_reply(open_with, reply):
    library, _ = open_with(TRUE, reply.format("Which fighter jets did Rutte approve for Ukraine?"), TRUE)
    talk = library.chat()
    talk.ask("Which jets did Rutte approve?")
    assert talk.ask("And for Ukraine?").asked == "Which fighter jets did Rutte approve for Ukraine?"


@pytest.mark.parametrize(
    ("first", "follow_up", "rewritten"),
    [
        ("吕特批准了哪些战机？", "为什么？", "吕特为什么批准向乌克兰移交F-16战机？"),
        ("Welche Jets genehmigte Rutte?", "Und wann?", "Wann genehmigte Rutte die Jets für die Ukraine?"),
    ],
)
def test_follow_ups_are_rewritten_in_their_own_language(open_with, first, follow_up, rewritten):
    library, _ = open_with(TRUE, rewritten, TRUE)
    talk = library.chat()
    talk.ask(first)
    assert talk.ask(follow_up).asked == rewritten


@pytest.mark.parametrize(
    "rewritten",
    [
        "",
        "He approved jets.",
        "Who won the Champions League final in Madrid?",
        "Which?",
        "x" * 900,
        ModelUnavailable("Away."),
    ],
)
def test_a_rewriting_that_is_not_that_question_is_left_to_the_rules(open_with, rewritten):
    library, _ = open_with(TRUE, rewritten, TRUE)
    talk = library.chat()
    talk.ask("Which jets did Rutte approve?")
    asked = talk.ask("What did he say about weapons?").asked
    assert asked == "What did Rutte say about weapons?"


def test_rewriting_can_be_switched_off(open_with):
    library, model = open_with(TRUE)
    talk = library.chat(rewrite_follow_ups=False)
    talk.ask("Which jets did Rutte approve?")
    talk.ask("What did he say about weapons?")
    assert len(model.prompts) == 2


def test_a_key_alone_chooses_no_model(seeds):
    with Library(seeds, settings=Settings(openai_api_key="sk-x", openai_base_url="http://127.0.0.1:9")) as library:
        assert library.writer == "quoting"


def test_any_llama_index_model_can_write(seeds, settings):
    from llama_index.core.llms import MockLLM

    with Library(seeds, settings=settings, llm=MockLLM(max_tokens=40)) as library:
        library.sync()
        assert library.ask(QUESTION).found

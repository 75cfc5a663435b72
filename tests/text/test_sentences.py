"""Sentences: exact spans for any text, and whole sentences for the texts that people read."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import LONGEST_SENTENCE, split_sentences

SEEDS = Path(__file__).parents[2] / "seeds"


def said(text, language=""):
    return [text[s.start : s.end] for s in split_sentences(text, language)]


MARKS = """Mr. U.S. p. m. said He the 3.5 No. 7 Jan. J. " “ ” '' `` ' « » ( ) [1] … ? ! . 。 」 ؟ । ; : — - # ** ***
***ADVERTISEMENT*** [Ad:buy] Bonus <br> Ω ß İ ك عربي 中文 \u200b e\u0301 😀""".split()
pieces = st.sampled_from([*MARKS, ". . .", "Bonus video:", "\n", "\n\n", " ", "\t", "\u00a0", "- "])
runs = st.lists(pieces, max_size=60)
texts = st.one_of(st.text(max_size=300), runs.map("".join), runs.map(" ".join))


@given(texts, st.sampled_from(["", "en", "de", "sr", "zh", "xx"]))
def test_spans_hold_every_word_once_and_cross_no_line_that_parts_paragraphs(text, language):
    sentences = split_sentences(text, language)
    assert all(a.end <= b.start and a.paragraph <= b.paragraph for a, b in pairwise(sentences))
    for s in sentences:
        words = text[s.start : s.end]
        assert words == words.strip() != ""
        assert "\n\n" not in words
        assert len(words) <= LONGEST_SENTENCE
    covered = "".join(text[s.start : s.end] for s in sentences)
    assert "".join(covered.split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["One came.", "Two went away!", "Did three stay?"]), min_size=1, max_size=6))
def test_plain_sentences_come_out_as_they_went_in(sentences):
    assert said(" ".join(sentences)) == sentences


WHOLE = {
    "en": [
        "Mr. Smith met Dr. Anna Jones and Gen. Mark Hill at St. Mary's Hospital.",
        "The U.S. Government and the U.N. Security Council agreed on Jan. 5.",
        "It fell 3.5 percent to $1.25 a share on Nasdaq.",
        "George W. Bush and J. K. Rowling never met.",
        "“Why now?” the mayor asked reporters.",
        "“Stop!” she shouted.",
        '"We will stay," said Hall.',
        '"We will stay." said Hall.',
        "“Is it over?” Deputy Mayor Anne Hill asked on Monday.",
        "The firm (formerly Acme Inc.) was sold to Hill & Sons Ltd. of Leeds.",
        "See No. 5, p. 12 and Vol. 3 of the report.",
        "The talks began at 10 a.m. EST on Oct. 3 and ended by 4 p.m. Friday.",
        "He wrote “They came. They saw. They left,” and closed the book.",
        "The vote (it was close!) was repeated.",
        "He waited ... and waited.",
        "The e.g. clause, i.e. the last one, was dropped.",
        "Prices rose by 0.5 per cent, vs. 1.2 per cent in May.",
        "Police Const. Dale Brown spoke first.",
        "1. The first point stands.",
        "Yahoo! executives left the room.",
        "It costs 2. 7 million euros.",
    ],
    "de": ["Am 3. Oktober sprach Dr. Weber mit ca. 20 Leuten, z. B. mit Ärzten.", "Er kam am 12. Mai um 9.30 Uhr an."],
    "fr": ["M. Dupont et Mme Petit ont signé l’art. 5.", "« C’est fini ? » a demandé la ministre."],
    "es": ["El Sr. Pérez y la Sra. Díaz llegaron a EE.UU. el lunes."],
    "ru": ["В г. Москве, на ул. Ленина, живёт 5 тыс. человек.", "«Где он?» — спросил А. П. Иванов."],
    "sr": [
        "Sastanak je 3. oktobra 2024. godine otvorio dr. Marko Ilić.",
        "Цена је 5 млн. динара, рекао је проф. Илић.",
    ],
    "cs": ["Dne 5. října přišel Ing. Novák na ul. Husova č. 3."],
    "pl": ["Prof. Nowak mieszka przy ul. Długiej, tj. w centrum."],
    "ja": ["「もう終わった。」と市長は述べた。"],
    "zh": ["“大家都来了。”他说。"],
}
"""Sentences, each of which must come out whole when others stand before and after it."""


@pytest.mark.parametrize(("language", "sentence"), [(k, s) for k, many in WHOLE.items() for s in many])
def test_a_sentence_is_not_broken(language, sentence):
    assert said(sentence, language) == [sentence]
    gap = "" if language in ("ja", "zh") else " "
    other = {"ja": "雨が降った。", "zh": "下雨了。"}.get(language, "Xenia 7 kam." if language == "de" else "Anna came.")
    if not sentence[0].isdigit():
        assert said(f"{other}{gap}{sentence}{gap}{other}", language) == [other, sentence, other]


SPLIT = [
    ("en", ["I live in the U.S.", "How about you?"]),
    ("en", ["He joined Acme Inc.", "The firm grew."]),
    ("en", ["It ended at 5 p.m.", "Then all went home."]),
    ("en", ["“It is done.”", "Nobody spoke."]),
    ("en", ["He said no.", "Russia said yes."]),
    ("en", ["It happened in 2010.", "15 people came."]),
    ("en", ["It is over [12].", "Next."]),
    ("en", ["It was over.[12]", "The next came."]),
    ("en", ["(All of them left.)", "One stayed."]),
    ("en", ["Really?!", "Yes."]),
    ("en", ["So it goes…", "Nobody cares."]),
    ("en", ["We saw Plan B.", "They did not."]),
    ("en", ["The word ended .", "Then `` it '' began ."]),
    ("en", ["`` Go home . ''", "Nobody went ."]),
    ("en", ["He left the town.", "The others stayed."]),
    ("ru", ["Он приехал в 2022 г.", "Это было давно."]),
    ("de", ["Das war am 3.", "Der Rest blieb."]),
    ("el", ["Πού είναι;", "Δεν ξέρω."]),
    ("ar", ["أين ذهب؟", "لا أحد يعرف."]),
    ("hi", ["वह आया।", "फिर वह गया।"]),
    ("ur", ["وہ آیا۔", "پھر گیا۔"]),
    ("hy", ["Նա եկավ։", "Հետո գնաց։"]),
    ("es", ["¿Cuándo abrirá?", "¡Nadie lo sabe!"]),
    ("zh", ["他来了。", "谁也不知道！", "为什么？"]),
    ("ja", ["雨が降った。", "「行こう」と言った。"]),
]


@pytest.mark.parametrize(("language", "sentences"), SPLIT)
def test_sentences_are_not_run_together(language, sentences):
    gap = "" if language in ("zh", "ja") else " "
    assert said(gap.join(sentences), language) == sentences


def test_a_forgotten_blank_does_not_swallow_a_sentence():
    assert said("The talks ended.The delegates left for www.example.com by train.") == [
        "The talks ended.",
        "The delegates left for www.example.com by train.",
    ]


def test_a_short_quotation_of_several_sentences_stays_with_its_speaker():
    text = "“We came. We saw nothing,” he said. Then he left."
    assert said(text) == ["“We came. We saw nothing,” he said.", "Then he left."]


def test_a_long_quotation_is_cut_and_its_last_sentence_keeps_the_speaker():
    long = "“" + "We waited for a very long time in the cold rain. " * 9 + "Then we went home,” he said."
    sentences = said(long)
    assert len(sentences) == 10
    assert sentences[-1] == "Then we went home,” he said."


def test_text_without_full_stops_is_cut_at_blanks():
    sentences = said("word and word " * 500)
    assert max(map(len, sentences)) <= LONGEST_SENTENCE
    assert all(s.split()[0] in ("word", "and") for s in sentences)


def test_each_line_is_a_paragraph():
    text = "First line\nSecond line. It goes on.\n\nThird."
    assert [(s.paragraph, text[s.start : s.end]) for s in split_sentences(text)] == [
        (0, "First line"),
        (1, "Second line."),
        (1, "It goes on."),
        (2, "Third."),
    ]


def test_lines_broken_to_fit_a_column_are_put_together():
    text = (
        "The council of the town voted late on Tuesday evening to close\n"
        "the old bridge until the engineers have finished their long\n"
        "inspection. Nobody was hurt when a stone fell into the river\n"
        "below it last week.\n"
        "\n"
        "Traffic will be led along the northern road, and the buses of\n"
        "the company will stop at the market instead of the station, as\n"
        "its manager said.\n"
    )
    assert [s.paragraph for s in split_sentences(text)] == [0, 0, 1]
    assert said(text)[0].endswith("long\ninspection.")


def test_headings_are_known_by_their_form_and_place():
    text = "Bridge closes for a month\nThe bridge closes.\nWhat comes next\nNobody knows what comes.\nAnna Hill"
    assert [s.kind for s in split_sentences(text)] == ["heading", "text", "heading", "text", "text"]


def test_a_list_of_short_lines_is_no_run_of_headings():
    text = "Results of the day\n" + "\n".join(f"Town {n} against Village {n}" for n in range(8))
    kinds = [s.kind for s in split_sentences(text)]
    assert kinds == ["heading"] + ["text"] * 8


def test_list_items_are_text():
    kinds = [
        s.kind for s in split_sentences("Three points were made:\n- Close the bridge\n- Pay the café\nAll agreed.")
    ]
    assert kinds[1:] == ["text", "text", "text"]


@pytest.mark.parametrize("name", sorted(p.name for p in SEEDS.glob("*.txt")))
def test_the_seeds_come_out_in_whole_sentences(name):
    text = (SEEDS / name).read_text("utf-8")
    for sentence in split_sentences(text, "en"):
        words = text[sentence.start : sentence.end]
        if sentence.kind == "text":
            assert words[-1] in '.”"'
            assert words.count("“") == words.count("”")
            assert words.count('"') % 2 == 0
            assert not words.startswith(("he said", "said"))


def test_the_seeds_heading_and_bonus_video_are_set_apart():
    kinds = {
        text[s.start : s.end]: s.kind
        for path in SEEDS.glob("*.txt")
        for text in [path.read_text("utf-8")]
        for s in split_sentences(text, "en")
    }
    assert kinds["‘Lives need to be saved’"] == "heading"
    assert kinds["Bonus video:"] == "boilerplate"
    assert sum(kind != "text" for kind in kinds.values()) == 2


@pytest.mark.parametrize(
    "unit", ["A. B ", '"a." ', "“Hi. ", "`` a . '' ", "1. 2. ", "***ADVERTISEMENT*** ", "[ad: x ", "((", " ' . "]
)
def test_hostile_text_takes_time_in_proportion_to_its_length(unit):
    assert split_sentences(unit * 20_000)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["a.b", "A.B", "I.", "a. ", '."A', "1.", "...", "“a.” ", "a\n", "http://a.b/", "中。"]
)
def test_endless_text_is_split_in_linear_time(piece):
    text = piece * (200_000 // len(piece))
    assert split_sentences(text)[-1].end == len(text.rstrip())

"""What two articles tell in their own words, read and paired by hand: neither is refused for saying it otherwise."""

from __future__ import annotations

from rag import Library
from rag.text.word_similarity import Embed
from rag.verify.check import check_sentence, examine
from rag.verify.roles import Context

PAIRS = (
    ("The ferry Lagan ran aground off Kilmore on Monday night, the coast guard said.",
     "A ferry, the Lagan, ran aground near Kilmore late on Monday, according to the coast guard."),
    ("Nobody was hurt when the roof of the market hall in Ystad collapsed.",
     "The roof of Ystad’s market hall fell in, but no one was injured."),
    ("Prime Minister Lena Holt announced on Friday that the tax on diesel would be cut by 4 percent.",
     "The tax on diesel will fall by four per cent, Prime Minister Lena Holt said on Friday."),
    ("The museum bought the painting for 1.2 million euros in 2019.",
     "In 2019 the painting was bought by the museum for 1,200,000 euros."),
    ("“The dam will hold,” the engineer Pavel Duda told a newspaper.",
     "Engineer Pavel Duda said that the dam would hold."),
    ("At least 40 people were killed and more than 200 injured in the earthquake, officials said.",
     "Officials say that the quake killed at least 40 people and injured more than 200."),
    ("The court in Riga sentenced the former mayor to six years in prison for bribery.",
     "The former mayor was jailed for six years by a Riga court over bribery."),
    ("Teachers across the region went on strike on Wednesday over pay.",
     "On Wednesday, teachers in the whole region went on strike because of their pay."),
    ("The company plans to close its plant in Gdansk, with the loss of 300 jobs.",
     "The company intends to shut its Gdansk plant, and 300 jobs will be lost."),
    ("Police reportedly searched the bank’s headquarters on Tuesday.",
     "The headquarters of the bank were searched on Tuesday by police, it was reported."),
    ("Heavy rain caused floods in the south of the country, and two bridges were swept away.",
     "Two bridges were washed away in floods after heavy rain in the country’s south."),
    ("Olsen, who won the race in 2012 and 2014, finished third.",
     "Third was Olsen, the winner of the race in 2012 and 2014."),
)  # fmt: skip
"""Two sentences of our own for each fact, each of which holds what the other says."""

IN_BOTH = (
    ("000", (192, 441, 884, 1095, 1182, 1368, 1494, 1623, 1904, 2293, 2659)),
    ("004", (0, 210, 486, 732, 937, 1133, 1223, 1411, 1537, 1949, 2129, 2338, 2454)),
)
"""Where the sentences of one seed article start that the other tells too."""
PASSED = 0.6
"""The share of the pairs that must pass: to the rules, "jailed" is not yet "sentenced to prison"."""


def test_a_fact_told_in_other_words_is_seldom_refused_and_never_plainly_wrong(embed: Embed) -> None:
    pairs = [(claim, evidence) for pair in PAIRS for claim, evidence in (pair, pair[::-1])]
    found = [examine(claim, [evidence], embed) for claim, evidence in pairs]
    assert [claim for (claim, _), f in zip(pairs, found, strict=True) if f is None or f.plain] == []
    passed = [check_sentence(claim, [evidence], embed).support == "supported" for claim, evidence in pairs]
    assert sum(passed) >= PASSED * len(passed)


def test_what_both_seed_articles_tell_is_found_in_the_other(library: Library, embed: Embed) -> None:
    first, second = library.articles()
    refused = []
    for (_, starts), own, other in zip(IN_BOTH, (first, second), (second, first), strict=True):
        sentences = [other.text[s.start : s.end] for s in library.sentences(other.file)]
        context = Context(follows=frozenset(range(1, len(sentences))))
        by_start = {s.start: own.text[s.start : s.end] for s in library.sentences(own.file)}
        judged = {start: check_sentence(by_start[start], sentences, embed, context=context) for start in starts}
        refused += [(own.file, start, v.faults) for start, v in judged.items() if v.support != "supported"]
        assert not [f for v in judged.values() for f in v.faults if f.kind in ("attribution", "roles")]
    assert len(refused) <= 2

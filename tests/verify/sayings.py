"""Ways to change who says or does what, or how sure it is: falsely, and truly."""

from __future__ import annotations

import random
import re

from rag.text.tokens import IRREGULAR
from tests.verify.falsehoods import FULL_NAME, Article
from tests.verify.word_pairs import PEOPLE

NAME = r"(?:[A-Z][a-z]+(?: (?:[A-Z]\.|[A-Z][a-z]+)){1,2})"
STARTS = r"(?:The|He|She|They|It|In|On|At|As|But|This|That|A|An|And|For|Mr|Mrs|Ms|Dr|I|We|After|When|While)\b"
REGULAR = (
    r"(?:accus|arrest|award|attack|beat|criticis|criticiz|defeat|endors|fir|help|hir|honor|join|kill|murder|nam|offer|\
order|prais|promot|replac|reject|suspend|thank|urg|visit|warn|welcom|approv|launch|introduc|releas|purchas|acquir|\
produc|open|design|discover|destroy|develop|film|form|found|record|publish|train|treat|unveil|sign)ed"
)
INTENDING = (
    r"(?:(?:is|are|was|were) (?:planning|hoping|seeking|considering|preparing)|plans?|planned|hopes?|hoped|wants?|"
    r"wanted|intends?|intended|aims?|seeks?|sought|proposed|threatened|attempted|tried) to ([a-z]{3,})\b"
)
REFUSING = r"(?:failed|fails|refused|refuses|declined|declines) to ([a-z]{3,})\b"
CLAIMING = (
    r"(?:claims?|claimed|alleges?|alleged|argues?|argued|insists?|insisted|believes?|believed|suspects?|suspected)"
)


def he_said(article: Article, at: int, rng: random.Random) -> str:
    """Give a name to a "he said", of one whom neither this sentence nor the three before it name."""
    sentence = article.sentences[at]
    found = re.search(r"\b(?:[Hh]e|[Ss]he) (?=(?:said|told|added|says)\b)", sentence)
    if not found or at == 0:
        return ""
    near = " ".join(article.sentences[max(0, at - 3) : at + 1])
    others = [n for n in FULL_NAME.findall(article.text) if not set(n.split()) & set(near.split())]
    spoke = [n for n in others if re.search(rf"{n},? (?:who|said|told|added|says)|(?:said|says|to) {n}", article.text)]
    return f"{sentence[: found.start()]}{rng.choice(spoke or PEOPLE)} {sentence[found.end() :]}"


def _acting(sentence: str) -> re.Match[str] | None:
    """A sentence of the shape "Ann Lee praised Bob Moe …"."""
    one = r"(?:(?:[A-Z]\w+|[A-Z]\.)(?: (?:[A-Z]\w+|[A-Z]\.))*)"
    clean = re.sub(r"^(?:In|On|At|During|After|As) [^,]{2,40}, (?=[A-Z])", "", sentence)
    end = r"(?!['’]s| (?:[a-z]+s\b|and|it\b|he\b|play))((?:(?!, and )[^\"“”])*)\."
    return re.match(rf"(?!{STARTS})({one}) (?:has |had )?({REGULAR}) ((?:the |a )?{one})\b{end}$", clean)


def passive_swapped(article: Article, at: int, rng: random.Random) -> str:
    """Let the patient do it, in the passive."""
    found = _acting(article.sentences[at])
    return f"{found[1]} was {found[2]} by {found[3]}{found[4] or ''}." if found else ""


def passive(article: Article, at: int, rng: random.Random) -> str:
    found = _acting(article.sentences[at])
    if not found:
        return ""
    return f"{found[3][0].upper()}{found[3][1:]} was {found[2]} by {found[1]}{found[4] or ''}."


def intention(article: Article, at: int, rng: random.Random) -> str:
    """Tell as settled what is only meant."""
    sentence = article.sentences[at]
    found = re.search(rf"(?<=\b)(?:who|which|he|she|they|it|[A-Z]\w+|[a-z]+s) {INTENDING}", sentence)
    if not found or re.search(r"\b(?:not|never|no|as|if|would|could|may|might|when)\b", sentence[: found.end()]):
        return ""
    return f"{sentence[: found.start()]}{found[0].split()[0]} will {found[1]}{sentence[found.end() :]}"


def done(article: Article, at: int, rng: random.Random) -> str:
    """Tell as done what is only meant, or was not done at all."""
    sentence = article.sentences[at]
    found = re.search(rf"\b(?:{INTENDING}|{REFUSING})", sentence)
    verb = (found[1] or found[2]) if found else ""
    past = next((form for form, plain in IRREGULAR.items() if plain == verb), f"{verb.removesuffix('e')}ed")
    if not found or re.search(r"\b(?:not|never|no|as|if|would|could|may|might|when)\b|n['’]t", sentence[: found.end()]):
        return ""
    return f"{sentence[: found.start()]}{past}{sentence[found.end() :]}"


def on_word(article: Article, at: int, rng: random.Random) -> str:
    """Tell as a fact what one only claims."""
    sentence = article.sentences[at]
    found = re.match(rf"(?:[A-Z][^,;\"“]{{2,50}}) {CLAIMING} that ((?:the|he|she|they|it|[A-Z])[^\"“]+\.)$", sentence)
    if not found or len(found[1]) < 40 or re.match(r"(?:he|she|they|it|his|her|their)\b", found[1]):
        return ""
    told = found[1]
    return told[0].upper() + told[1:]


def supposed(article: Article, at: int, rng: random.Random) -> str:
    """Tell as a fact what is only denied, doubted or supposed."""
    found = re.search(
        r"\b(?:if|unless|whether|den(?:y|ied|ies|ying) that|unlikely that|(?:proof|evidence) that) (?!to\b)"
        r"((?:the|a|an|[A-Z]\w+) [^,;:.\"“”]{30,})[,.]",
        article.sentences[at],
        re.IGNORECASE,
    )
    return f"{found[1][0].upper()}{found[1][1:]}." if found else ""


def turned_saying(article: Article, at: int, rng: random.Random) -> str:
    """Say "X said that …" as "According to X, …", or "…, said X" as "…, X said"."""
    sentence = article.sentences[at]
    said = re.match(rf"(?!{STARTS})({NAME}) said (?:that )?([a-z][^\"“”]{{30,}})\.$", sentence)
    if said:
        return f"According to {said[1]}, {said[2]}."
    return re.sub(rf"([\"”]) said ({NAME})(?=\.)", r"\1 \2 said", sentence, count=1)


FALSE_SAYINGS = {
    "he said": he_said,
    "passive roles": passive_swapped,
    "intention": intention,
    "done": done,
    "on one's word": on_word,
    "supposed": supposed,
}
TRUE_SAYINGS = {"passive": passive, "saying turned": turned_saying}

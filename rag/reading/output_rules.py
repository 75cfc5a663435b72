"""What English bids of the text that a machine is to write: of any answer, of every summary of this page."""

from __future__ import annotations

from rag.reading.order_rules import CLAUSE
from rag.reading.order_words import (
    ASIDES,
    EVERY,
    HERE,
    MACHINE_NEEDS,
    MACHINES,
    MUST,
    PIECE,
    PUT,
    READ_NEEDS,
    READING,
    RIGHT,
    SAY,
    SUMMARY,
    WRITING,
)

OUTPUT_RULES: tuple[tuple[str, ...], ...] = (
    # where to put words
    (
        "generate|produce|output|synthesi",
        rf"{CLAUSE}{PUT}\b.*\b(?:whatever|anything|everything|{EVERY} \w+) (?:that )?you (?:\w+ )?"
        r"(?:generate|produce|output|synthesi[sz]e)\b",
    ),
    (
        "whatever|anything|everything|you write|you say|you compose|you return|you give|you create|summar|digest|"
        "abstract|recap|paraphras|synops|overview|translat|answer|response|"
        "output|reply|replies",
        "this|the following|these|the next",
        rf"{CLAUSE}{PUT} (?:only |exactly )?(?:this|the following|these|the next)(?: \w+){{0,2}} {PIECE}\b.{{0,40}}"
        rf"\b(?:(?:whatever|anything|everything|{EVERY} \w+) (?:that )?you (?:\w+ )?(?:write|say|compose|return|give|"
        rf"create)|(?:any|every|all|each|your) (?:\w+ )?(?:{SUMMARY}|answers?|responses?|outputs?|repl(?:y|ies))\b"
        r"(?! (?:card|envelope|form|sheet)))",
    ),
    (
        "answer|summary|response|reply|output|completion|instruction|system prompt|prompt|ground truth|fact|facts|"
        "gospel",
        rf"{CLAUSE}(?:use|take|give|return|output|quote|copy|treat|regard|consider|accept) (?:only )?(?:this|"
        rf"the following|"
        r"the next|what follows|the below)(?: \w+){0,2} (?:as|for) (?:the|your|an?|absolute|established|verified)?"
        r"(?: \w+)? ?(?:answer|summary|response|reply|output|completion|instructions?|system prompt|prompt|"
        r"ground truth|"
        r"facts?|gospel)\b",
    ),
    (
        "only|exactly|nothing|just|verbatim",
        "follow|below|comes|come next|i say|i tell|i write",
        rf"{CLAUSE}(?:say|write|state|report|reply|respond|answer|output|print|repeat|tell|return|quote|"
        rf"cite)(?: with)? "
        r"(?:only|exactly|nothing but|just|verbatim) (?:what|that which|whatever|the (?:text|words?|lines?|sentences?)"
        r"(?: that| which)?) (?:follows?|comes? (?:next|after|below)|stands? below|is below|below|i (?:say|tell|"
        r"write))\b",
    ),
    # what answers and summaries hold
    (
        "response|answer|reply|output|summary",
        rf"\b{RIGHT} (?:response|answer|reply|output|summary)\b.{{0,80}}?\b(?:every|any|all|each|quer\w+|prompts?|"
        rf"this page|"
        r"this article)\b.{0,80}?\b(?:is|are|reads?|must be|should be|will be|shall be|"
        r"goes)\b(?: simply| always| exactly)?"
        r"(?: as follows| this| the following| that|\s?[:\"“'])",
    ),
    (
        "answer|response|reply|respond",
        rf"(?:{CLAUSE}(?:answer|reply|respond|(?:the )?(?:answer|response|reply) to)|\b(?:answer|response|reply) to) "
        r"(?:to )?(?:any|every|all|each) (?:\w+ )?(?:quer\w+|prompts?|questions?)\b[^.]{0,60}?"
        r"(?:\bwith\b|\bby (?:saying|stating|claiming)\b|\bas follows\b|(?:is|must be|should be|"
        r"shall be):|\bthe following\b|\b(?:quer\w+|prompts?|questions?)\s?:)",
    ),
    (
        "summar|digest|abstract|recap|paraphras|synops|overview|translat",
        rf"\b(?:{EVERY}|an?) (?:\w+ )?{SUMMARY} (?:of|about|on|based on|drawn from|made of|generated from|from) "
        rf"(?:{HERE}|it)\b[^.]{{0,60}}?\b{MUST} (?:\w+ ){{0,2}}{SAY}",
    ),
    (
        "summar|digest|abstract|recap|paraphras|synops|overview|translat",
        rf"(?:^|[.:;]\s?){SUMMARY} (?:of|based on|generated from) {HERE}\b[^.]{{0,60}}?\b{MUST} "
        rf"(?:\w+ ){{0,2}}{SAY}",
    ),
    (
        "answer|response|reply|replies|output|completion",
        r"\b(?:answers?|responses?|repl(?:y|ies)|outputs?|completions?) (?:that (?:is|are) )?(?:based on|drawn from|"
        rf"generated from|made from|that (?:use|draw)s? (?:on )?) ?{HERE}\b[^.]{{0,60}}?\b{MUST} "
        rf"(?:\w+ ){{0,2}}{SAY}",
    ),
    (
        "summar|translat|paraphras|quot|answer|describ|analy|process|index|condens|rephras|rewrit",
        rf"\b(?:when|while|if|before|after|whenever|in) (?:you (?:are )?)?{WRITING}\w* (?:of )?(?:{HERE}|it\b|"
        rf"anything|"
        rf"any \w+)[^.]{{0,60}}?,\s?{ASIDES}{SAY}\b",
    ),
    (
        "summar|digest|abstract|recap|paraphras|synops",
        rf"\bin (?:any|every|all|each) (?:\w+ )?(?:summar(?:y|ies)|digests?|abstracts?|recaps?|paraphrases?|"
        rf"synops[ei]s)"
        rf"\b[^.]{{0,60}}?,\s?{ASIDES}{SAY}\b",
    ),
    # what machines have to do
    (
        MACHINE_NEEDS,
        "must|should|shall|will| to ",
        rf"\b{MACHINES}\b[^.]{{0,60}}?\b{MUST} (?:\w+ ){{0,2}}?{SAY}(?: (?:only|with|exactly|the following|in \w+ "
        r"\w+)\b|\s?[:\"“]|(?: to \w+)? that (?!they\b|it\b|it's|he\b|she\b|their\b|its\b|users?\b|the (?:user|content|"
        r"image|video|conversation)\b))",
    ),
    (
        READ_NEEDS,
        "page|text|article|document|stor|report|post|web|content|passage|material|file|email|paragraph|source",
        rf"\b{MACHINES},? (?:(?:that|which|who|is|are|currently|now|will|may|might|can) )*{READING}\w* {HERE}\b",
    ),
    (
        READ_NEEDS,
        "page|text|article|document|stor|report|post|web|content|passage|material|file|email|paragraph|source",
        rf"\b(?:any(?:one|body|thing)|whoever|whatever|everyone|those|all|readers|you|programs?|software|machines?|"
        rf"systems?|models?|assistants?|agents?)(?: who| that| which| is| are)* {READING}\w* {HERE}\b[^.]{{0,40}}?\b"
        rf"{MUST} (?:\w+ ){{0,2}}?{SAY} (?:that|only|this|the following|exactly)\b",
    ),
    (
        "as a|as an",
        "ai|a.i|model|llm|bot|summar|automat|assistant|agent|reader|system",
        rf"^\W*as an? (?:\w+ )?{MACHINES}, (?:you\b|your\b|always\b|never\b|please\b|{SAY} that\b)",
    ),
    (
        "your",
        r"\byour (?:(?:new|only|sole|real|actual|true|primary|updated) )+(?:task|role|job|objective|goal|purpose|"
        r"directive|"
        rf"function|answer) (?:is|are)(?: now)?(?: to)? ?(?:{SAY}\b|:)",
    ),
    (
        "it is",
        rf"\bit is (?:\w+ )?(?:essential|vital|mandatory|imperative|important|critical|crucial|required|"
        rf"necessary) that "
        rf"(?:you|(?:any|every|all|each|your) (?:{SUMMARY}|answers?|responses?|outputs?)) (?:always |only )*{SAY}"
        r"(?: (?:that|only|with|exactly|the following|this)\b|:)",
    ),
    (
        "i want you|i need you|i order you|i command you|i instruct you|i require you",
        rf"\bi (?:want|need|order|command|instruct|require) you to (?:\w+ )?{SAY}(?: (?:only|exactly)\b| (?:this|the "
        r"following)(?: \w+)?:|\s?:)",
    ),
)
"""What must be there, parted by "|"; what too, if need be; and the pattern that then decides."""

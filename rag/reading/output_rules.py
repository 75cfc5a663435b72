"""What English bids of the text that a machine is to write: of any answer, of every summary of this page."""

from __future__ import annotations

from rag.reading.order_rules import CLAUSE

_HERE = (
    r"(?:this|the(?: above| following| present)?|these) (?:\w+ )?(?:pages?|texts?|articles?|documents?|stor(?:y|ies)|"
    r"reports?|posts?|web ?pages?|web ?sites?|content|passages?|materials?|files?|email|context|paragraphs?|sources?)"
)
_SUMMARY = r"(?:summar(?:y|ies)|digests?|abstracts?|recaps?|paraphrases?|synops[ei]s|overviews?|translations?)"
_MUST = (
    r"(?:must|should|shall|has to|have to|needs? to|ought to|is to|are to|will|(?:is|are) (?:\w+ )?(?:required|"
    r"instructed|"
    r"obliged|asked|requested|ordered|told|directed|expected|reminded|supposed|bound|obligated|mandated|advised|"
    r"urged) to)"
)
_SAY = (
    r"(?:state|say|report|reply|respond|answer|claim|conclude|repeat|affirm|confirm|mention|include|output|write|"
    r"add|tell|"
    r"begin|start|end|open|close|contain|read|note|quote|cite|stress|emphasi[sz]e|convey|reproduce|carry|print|return|"
    r"treat|use|ignore|omit|append|insert|highlight)"
)
_MACHINES = (
    r"(?:(?:large )?language models?|llms?|a\.?i\.?(?: (?:assistants?|agents?|models?|systems?|readers?|tools?|bots?|"
    r"summari[sz]ers?|chat ?bots?|search engines?))?|chat ?bots?|chatgpt|gpt\S*|claude|copilot|(?:automated|automatic|"
    r"machine) (?:systems?|readers?|assistants?|agents?|tools?|summari[sz]ers?|process\w*)|summari[sz](?:ers?|ation "
    r"(?:systems?|tools?|models?))|(?:any|every|all|whatever|whichever) (?:assistants?|bots?|models?|programs?|"
    r"software)|models? (?:trained|running) on)"
)
_READING = (
    r"(?:read|process|summari[sz]|index|pars|ingest|crawl|analy[sz]|quot|translat|digest|scrap|consum|condens|rephras|"
    r"paraphras|rewrit|shorten)"
)
_WRITING = r"(?:summari[sz]|translat|paraphras|quot|answer|describ|analy[sz]|process|index|condens|rephras|rewrit)"
_PIECE = r"(?:phrase|sentence|statement|text|word|line|fact|claim|information|message|paragraph|string|passage|quote)s?"
_ASIDES = (
    r"(?:please |kindly |always |only |also |first |then |you must |you should |(?:make|be) sure to |remember to )*"
)
_EVERY = r"(?:any|every|all|each|whatever|the)"
_PUT = (
    r"(?:include|insert|add|use|repeat|mention|quote|reproduce|copy|embed|paste|incorporate|weave|convey|relay|append|"
    r"prepend|put|place|output|print|say|state|write|return)"
)
_RIGHT = (
    r"(?:correct|right|proper|appropriate|accurate|required|expected|acceptable|approved|valid|best|only|sole|desired|"
    r"mandatory|canonical)"
)
_READ_NEEDS = (
    "reading|read|reads|processing|process|summari|index|pars|ingest|crawl|analy|quot|translat|digest|scrap|consum|"
    "condens|"
    "rephras|paraphras|rewrit|shorten"
)
_MACHINE_NEEDS = (
    "language model|llm|llms|ai|ais|a.i|chatbot|chat bot|chatgpt|gpt|claude|copilot|automat|machine|summaris|summariz|"
    "assistant|bot|bots|model|program|software"
)

OUTPUT_RULES: tuple[tuple[str, ...], ...] = (
    # where to put words
    (
        "generate|produce|output|synthesi",
        rf"{CLAUSE}{_PUT}\b.*\b(?:whatever|anything|everything|{_EVERY} \w+) (?:that )?you (?:\w+ )?"
        r"(?:generate|produce|output|synthesi[sz]e)\b",
    ),
    (
        "whatever|anything|everything|you write|you say|you compose|you return|you give|you create|summar|digest|"
        "abstract|recap|paraphras|synops|overview|translat|answer|response|"
        "output|reply|replies",
        "this|the following|these|the next",
        rf"{CLAUSE}{_PUT} (?:only |exactly )?(?:this|the following|these|the next)(?: \w+){{0,2}} {_PIECE}\b.{{0,40}}"
        rf"\b(?:(?:whatever|anything|everything|{_EVERY} \w+) (?:that )?you (?:\w+ )?(?:write|say|compose|return|give|"
        rf"create)|(?:any|every|all|each|your) (?:\w+ )?(?:{_SUMMARY}|answers?|responses?|outputs?|repl(?:y|ies))\b"
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
        rf"\b{_RIGHT} (?:response|answer|reply|output|summary)\b.{{0,80}}?\b(?:every|any|all|each|quer\w+|prompts?|"
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
        rf"\b(?:{_EVERY}|an?) (?:\w+ )?{_SUMMARY} (?:of|about|on|based on|drawn from|made of|generated from|from) "
        rf"(?:{_HERE}|it)\b[^.]{{0,60}}?\b{_MUST} (?:\w+ ){{0,2}}{_SAY}",
    ),
    (
        "summar|digest|abstract|recap|paraphras|synops|overview|translat",
        rf"(?:^|[.:;]\s?){_SUMMARY} (?:of|based on|generated from) {_HERE}\b[^.]{{0,60}}?\b{_MUST} "
        rf"(?:\w+ ){{0,2}}{_SAY}",
    ),
    (
        "answer|response|reply|replies|output|completion",
        r"\b(?:answers?|responses?|repl(?:y|ies)|outputs?|completions?) (?:that (?:is|are) )?(?:based on|drawn from|"
        rf"generated from|made from|that (?:use|draw)s? (?:on )?) ?{_HERE}\b[^.]{{0,60}}?\b{_MUST} "
        rf"(?:\w+ ){{0,2}}{_SAY}",
    ),
    (
        "summar|translat|paraphras|quot|answer|describ|analy|process|index|condens|rephras|rewrit",
        rf"\b(?:when|while|if|before|after|whenever|in) (?:you (?:are )?)?{_WRITING}\w* (?:of )?(?:{_HERE}|it\b|"
        rf"anything|"
        rf"any \w+)[^.]{{0,60}}?,\s?{_ASIDES}{_SAY}\b",
    ),
    (
        "summar|digest|abstract|recap|paraphras|synops",
        rf"\bin (?:any|every|all|each) (?:\w+ )?(?:summar(?:y|ies)|digests?|abstracts?|recaps?|paraphrases?|"
        rf"synops[ei]s)"
        rf"\b[^.]{{0,60}}?,\s?{_ASIDES}{_SAY}\b",
    ),
    # what machines have to do
    (
        _MACHINE_NEEDS,
        "must|should|shall|will| to ",
        rf"\b{_MACHINES}\b[^.]{{0,60}}?\b{_MUST} (?:\w+ ){{0,2}}?{_SAY}(?: (?:only|with|exactly|the following|in \w+ "
        r"\w+)\b|\s?[:\"“]|(?: to \w+)? that (?!they\b|it\b|it's|he\b|she\b|their\b|its\b|users?\b|the (?:user|content|"
        r"image|video|conversation)\b))",
    ),
    (
        _READ_NEEDS,
        "page|text|article|document|stor|report|post|web|content|passage|material|file|email|paragraph|source",
        rf"\b{_MACHINES},? (?:(?:that|which|who|is|are|currently|now|will|may|might|can) )*{_READING}\w* {_HERE}\b",
    ),
    (
        _READ_NEEDS,
        "page|text|article|document|stor|report|post|web|content|passage|material|file|email|paragraph|source",
        rf"\b(?:any(?:one|body|thing)|whoever|whatever|everyone|those|all|readers|you|programs?|software|machines?|"
        rf"systems?|models?|assistants?|agents?)(?: who| that| which| is| are)* {_READING}\w* {_HERE}\b[^.]{{0,40}}?\b"
        rf"{_MUST} (?:\w+ ){{0,2}}?{_SAY} (?:that|only|this|the following|exactly)\b",
    ),
    (
        "as a|as an",
        "ai|a.i|model|llm|bot|summar|automat|assistant|agent|reader|system",
        rf"^\W*as an? (?:\w+ )?{_MACHINES}, (?:you\b|your\b|always\b|never\b|please\b|{_SAY} that\b)",
    ),
    (
        "your",
        r"\byour (?:(?:new|only|sole|real|actual|true|primary|updated) )+(?:task|role|job|objective|goal|purpose|"
        r"directive|"
        rf"function|answer) (?:is|are)(?: now)?(?: to)? ?(?:{_SAY}\b|:)",
    ),
    (
        "it is",
        rf"\bit is (?:\w+ )?(?:essential|vital|mandatory|imperative|important|critical|crucial|required|"
        rf"necessary) that "
        rf"(?:you|(?:any|every|all|each|your) (?:{_SUMMARY}|answers?|responses?|outputs?)) (?:always |only )*{_SAY}"
        r"(?: (?:that|only|with|exactly|the following|this)\b|:)",
    ),
    (
        "i want you|i need you|i order you|i command you|i instruct you|i require you",
        rf"\bi (?:want|need|order|command|instruct|require) you to (?:\w+ )?{_SAY}(?: (?:only|exactly)\b| (?:this|the "
        r"following)(?: \w+)?:|\s?:)",
    ),
    # what to forget, and not to use
    (
        "forget|ignore|disregard",
        rf"{CLAUSE}(?:forget|ignore|disregard) (?:everything|all|anything|whatever|"
        rf"what)(?: of)?(?: that)? (?:(?:has|have) "
        r"been |was |were |is |comes? |stands? |(?:you(?:'ve| have| were| are| had)(?: been)? ))?(?:told|given|asked|"
        r"instructed|taught|trained|said|written|read|above|before|preceding|prior|previous|earlier)\b(?! about| on\b)"
        r"(?=.{0,40}?(?:\b(?:and|then|now|instead)\b|[:.;,]|$))",
    ),
    (
        "forget|ignore|disregard|override|drop",
        rf"{CLAUSE}(?:forget|ignore|disregard|override|drop) (?:\w+ ){{0,3}}(?:rules|orders|commands|training|context|"
        rf"polic(?:y|ies)|restrictions|limits|tasks?|messages?)\b.{{0,30}}?(?:\band|\bthen|[;,.:])\s?(?:just |only |"
        rf"instead |now )*"
        rf"(?:reply|respond|answer|output|print|say|write|state|repeat|report)(?: (?:that|only|with|exactly|this|the "
        r"following)\b|\s?[:\"“])",
    ),
    (
        "do not|don't|never",
        r"\b(?:do not|don't|never) (?:summari[sz]e|cite|quote|use|mention|rely on|include|report) (?:anything else|"
        r"(?:any|the) (?:other|rest of the|remaining) (?:\w+ )?(?:text|sources?|articles?|sentences?|passages?|"
        r"evidence|"
        r"paragraphs?|documents?)|other (?:sources|articles|sentences|passages|evidence))\b",
    ),
    # whom it speaks to, and what alone is to be believed
    (
        _MACHINE_NEEDS,
        rf"^\W*(?:(?:note|notes|message|attention|notice) )?(?:for|to) (?:all |any |the |every )*{_MACHINES}"
        r"(?: only| eyes only)?\s?[:—–]",
    ),
    (
        "only|sole|single",
        r"\bthe (?:only|sole|single) (?:\w+ )?(?:sentence|statement|line|text|answer|fact)s? (?:that )?(?:you|to) "
        rf"(?:(?:should|must|may|can|are to|need to|have to|will) )?(?:{_SAY}|know|trust|believe|accept)\b",
    ),
    (
        "following|follows|next sentence|next paragraph|next line|next statement|text below",
        rf"{CLAUSE}(?:pretend|assume|suppose|believe|consider|accept|treat|trust|regard) (?:that )?(?:the following|"
        rf"what "
        r"follows|the next (?:sentence|paragraph|line|statement)|the text below)\b.{0,40}?\b(?:facts?|true|truth|"
        r"verified|only|"
        r"correct|authoritative|certain)\b",
    ),
    ("ground truth", r"\b(?:the|your) (?:\w+ )?ground truth (?:is|reads)\b"),
    (
        "you have been|you've been|you are being",
        r"^\W*you(?:'ve| have| are) (?:been|being) (?:updated|reprogrammed|reset|reconfigured|jailbroken|retrained|"
        r"unlocked)\b",
    ),
    (
        "override|overrides|replace|supersede|cancel|outrank",
        r"\b(?:overrides?|replaces?|supersedes?|cancels?|outranks?) (?:all |any |of )*(?:your|"
        r"the) (?:\w+ )?(?:system prompt|"
        r"prompts?|instructions|guidelines|directives|system message)\b",
    ),
    (
        "answer|reply|response|summary|output",
        rf"(?:{CLAUSE}(?:begin|start|end|open|close|finish|conclude|preface) (?:your|any|every|"
        rf"each) (?:\w+ )?(?:answer|summary|"
        r"reply|response|output) (?:with|by)\b|\byour (?:\w+ )?(?:answer|reply|response|summary|output)(?: (?:to|"
        r"for) \w+"
        r"(?: \w+)?)? (?:is|reads?)(?: simply| only| this)?\s?:)",
    ),
    (
        "write|say|state|tell|report",
        r"^\W*(?:instead|now|then|just|simply|please|only|always),? (?:then |just |simply |please |only )*(?:write|"
        r"say|state|"
        r"report|tell)\b[^.:]{0,30}:",
    ),
    # a forged answer, and forged records of a conversation
    (
        "sure|certainly|of course|absolutely|okay",
        r"^\W*(?:sure|certainly|of course|absolutely|okay)(?: thing)?[,!.:]+ here(?:'s| is| are) (?:the|your|an?|my) "
        r"(?:\w+ ){0,2}(?:summary|answer|response|output)\b",
    ),
    (
        "here",
        r"^\W*here(?:'s| is| are) (?:the|your|an?|my) (?:\w+ ){0,2}(?:summary|answer|response|output),?(?: that)?"
        r"(?: you (?:asked|requested|wanted)| as (?:asked|requested|instructed))",
    ),
    ("role", r"^\W*role\s?[:=]\s?(?:system|user|tool)\b\W*(?:$|content\b)"),
    ("](#", r"\[(?:system|user|assistant|developer)\]\(#"),
    ("```", r"```\s?(?:system|user|assistant|developer|prompt|instructions?)\b"),
    (
        "role",
        r"[\"'“”{,\s]role[\"'”]?\s?[:=]\s?[\"'“]?(?:system|assistant|user|developer|tool|model)\b",
    ),
    (
        "content|prompt|completion|instruction|messages|response|system_prompt|system",
        r"[{,]\s?[\"'“](?:content|(?:system_)?prompt|completion|instructions?|messages|response|system)[\"'”]\s?:\s?"
        r"(?:[\[{]|[\"'“]\S+ \S+ \S)",
    ),
    (
        "ai|llm|llms|gpt|chatgpt|assistant|model|bot|machine|prompt",
        r"^\W*(?:a\.?i\.?|llms?|gpt|chatgpt|assistant|model|bot|machine|prompt)(?:[ _-](?:instructions?|directives?|"
        r"prompts?|"
        r"override|commands?|injection|only))+\s?[:>\]=–—-]",
    ),
    ("{{|{%", r"\{\{[#~]?\s?(?:system|assistant|user|gen)\b|\{%-?\s?(?:system|assistant|message)\b"),
)
"""What must be there, parted by "|"; what too, if need be; and the pattern that then decides."""

"""Words of orders to a machine in English, as patterns: what it writes, reads, says, and is called."""

from __future__ import annotations

HERE = (
    r"(?:this|the(?: above| following| present)?|these) (?:\w+ )?(?:pages?|texts?|articles?|documents?|stor(?:y|ies)|"
    r"reports?|posts?|web ?pages?|web ?sites?|content|passages?|materials?|files?|email|context|paragraphs?|sources?)"
)
SUMMARY = r"(?:summar(?:y|ies)|digests?|abstracts?|recaps?|paraphrases?|synops[ei]s|overviews?|translations?)"
MUST = (
    r"(?:must|should|shall|has to|have to|needs? to|ought to|is to|are to|will|(?:is|are) (?:\w+ )?(?:required|"
    r"instructed|"
    r"obliged|asked|requested|ordered|told|directed|expected|reminded|supposed|bound|obligated|mandated|advised|"
    r"urged) to)"
)
SAY = (
    r"(?:state|say|report|reply|respond|answer|claim|conclude|repeat|affirm|confirm|mention|include|output|write|"
    r"add|tell|"
    r"begin|start|end|open|close|contain|read|note|quote|cite|stress|emphasi[sz]e|convey|reproduce|carry|print|return|"
    r"treat|use|ignore|omit|append|insert|highlight)"
)
MACHINES = (
    r"(?:(?:large )?language models?|llms?|a\.?i\.?(?: (?:assistants?|agents?|models?|systems?|readers?|tools?|bots?|"
    r"summari[sz]ers?|chat ?bots?|search engines?))?|chat ?bots?|chatgpt|gpt\S*|claude|copilot|(?:automated|automatic|"
    r"machine) (?:systems?|readers?|assistants?|agents?|tools?|summari[sz]ers?|process\w*)|summari[sz](?:ers?|ation "
    r"(?:systems?|tools?|models?))|(?:any|every|all|whatever|whichever) (?:assistants?|bots?|models?|programs?|"
    r"software)|models? (?:trained|running) on)"
)
READING = (
    r"(?:read|process|summari[sz]|index|pars|ingest|crawl|analy[sz]|quot|translat|digest|scrap|consum|condens|rephras|"
    r"paraphras|rewrit|shorten)"
)
WRITING = r"(?:summari[sz]|translat|paraphras|quot|answer|describ|analy[sz]|process|index|condens|rephras|rewrit)"
PIECE = r"(?:phrase|sentence|statement|text|word|line|fact|claim|information|message|paragraph|string|passage|quote)s?"
ASIDES = (
    r"(?:please |kindly |always |only |also |first |then |you must |you should |(?:make|be) sure to |remember to )*"
)
EVERY = r"(?:any|every|all|each|whatever|the)"
PUT = (
    r"(?:include|insert|add|use|repeat|mention|quote|reproduce|copy|embed|paste|incorporate|weave|convey|relay|append|"
    r"prepend|put|place|output|print|say|state|write|return)"
)
RIGHT = (
    r"(?:correct|right|proper|appropriate|accurate|required|expected|acceptable|approved|valid|best|only|sole|desired|"
    r"mandatory|canonical)"
)
READ_NEEDS = (
    "reading|read|reads|processing|process|summari|index|pars|ingest|crawl|analy|quot|translat|digest|scrap|consum|"
    "condens|"
    "rephras|paraphras|rewrit|shorten"
)
MACHINE_NEEDS = (
    "language model|llm|llms|ai|ais|a.i|chatbot|chat bot|chatgpt|gpt|claude|copilot|automat|machine|summaris|summariz|"
    "assistant|bot|bots|model|program|software"
)

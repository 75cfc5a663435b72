"""How English speaks to a machine: what it is to forget, whom it is to believe, and forged conversations."""

from __future__ import annotations

from rag.reading.order_rules import CLAUSE
from rag.reading.order_words import MACHINE_NEEDS, MACHINES, SAY

ADDRESS_RULES: tuple[tuple[str, ...], ...] = (
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
    (
        "assistant|model|bot|summari",
        rf"\b(?:the|this) (?:assistant|model|bot|summari[sz]er) (?:is to|must|shall) (?:\w+ )?(?:{SAY}|assume|accept|"
        r"believe) that\b",
    ),
    ("whatever|no matter what|regardless of what", r"\b(?:the users?|you are) ask(?:s|ed)?\b[^.]{0,30},"),
    # whom it speaks to, and what alone is to be believed
    (
        MACHINE_NEEDS,
        rf"^\W*(?:(?:note|notes|message|attention|notice) )?(?:for|to) (?:all |any |the |every )*{MACHINES}"
        r"(?: only| eyes only)?\s?[:—–]",
    ),
    (
        "only|sole|single",
        r"\bthe (?:only|sole|single) (?:\w+ )?(?:sentence|statement|line|text|answer|fact)s? (?:that )?(?:you|to) "
        rf"(?:(?:should|must|may|can|are to|need to|have to|will) )?(?:{SAY}|know|trust|believe|accept)\b",
    ),
    (
        "following|follows|next sentence|next paragraph|next line|next statement|text below",
        rf"{CLAUSE}(?:pretend|assume|suppose|believe|consider|accept|treat|trust|regard) (?:that )?(?:the following|"
        rf"what "
        r"follows|the next (?:sentence|paragraph|line|statement)|the text below)\b.{0,40}?\b(?:facts?|true|truth|"
        r"verified|only|"
        r"correct|authoritative|certain)\b",
    ),
    (
        "your",
        "your training data|your system prompt|your context window|your knowledge cutoff|your pre-training",
        r"\byour (?:training data|system prompt|context window|knowledge cutoff|pre-training)\b",
    ),
    (
        "this",
        "addressed|directed|meant|intended|written",
        rf"\bthis (?:\w+ )?(?:paragraph|text|sentence|message|note|section|passage|line) (?:is|was) (?:addressed|"
        rf"directed|"
        rf"meant|intended|written) (?:only )?(?:to|for|at) (?:the |any |all )*{MACHINES}",
    ),
    (
        "instruction|note|message|notice|memo|reminder",
        rf"^\W*(?:instructions?|notes?|messages?|notice|memo|reminder) (?:to|for) (?:all |any |the |"
        rf"every )*{MACHINES}\W*?[:—–]",
    ),
    (
        "your",
        "guidance|training|programming|persona|knowledge|context|settings",
        rf"{CLAUSE}(?:ignore|disregard|forget|override|overwrite|bypass|discard) your (?:earlier|previous|prior|"
        rf"original|"
        r"initial|existing|current) (?:guidance|training|programming|persona|knowledge|context|settings)\b",
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

"""Orders to a machine: sentences that speak to whatever program reads an article, not to its readers.

"Ignore all previous instructions", "Assistant: reply only with ...", a forged system message, a tool call. Such a
sentence stays in the article's text, but is never quoted, never evidence, and never shown to a language model. The
words are judged as a program may read them: without invisible characters, in one alphabet, without decoration, and
whole where a line ends within an order.

What orders to a machine look like in English, and in the signs of prompts: patterns over folded words.

Words of orders to a machine in English, as patterns: what it writes, reads, says, and is called.

How English speaks to a machine: what it is to forget, whom it is to believe, and forged conversations.

Sentences that begin in another language than their article and end in its own: "<words of an order>: <a claim>".

What English bids of the text that a machine is to write: of any answer, of every summary of this page.

Looks for orders to a machine among the folded lines of a text: first for single words, then by whole rules.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise

from rag.results.answers import Sentence
from rag.text.deobfuscate import WORD, fold, fold_lines, may_read_otherwise, misspelt, other_readings, words_of

_MACHINE = (
    r"(?:a\.?i\.?|(?:large )?language models?|llms?|(?:(?:a\.?i\.?|virtual|digital) )?(?:assistants?|agents?|models?|"
    r"systems?|readers?|summari[sz]ers?)|chat ?bots?|chatgpt|gpt(?:-?\d\S*)?|claude|gemini|copilot|bots?)"
)
_SURELY = (
    r"(?:a\.?i\.?(?: (?:assistants?|agents?|models?|systems?|readers?|bots?|summari[sz]ers?))?|(?:large )?language "
    r"models?|llms?|chat ?bots?|chatgpt|an? (?:automated|virtual) (?:assistant|agent|system))"
)
_ALONE = r"(?=\s*(?:[,;:.!—–]|$)| (?:reading|processing|that|and|asked|summari[sz]ing|or|you|tasked|then|with|who)\b)"
CLAUSE = (
    r"(?:^|[.;:!?,\"”“'’()\[\]{}|>*#=\-–—。、]\s*|\b(?:and|then|instead|now|please|just|also|always|must|should|but|so|"
    r"kindly|simply|immediately|first|next|(?:be sure|make sure|remember|(?:want|need|order|command|instruct|ask|"
    r"beg) you|"
    r"you (?:are|have|need)) to) )"
)
"""Where a clause begins, and so an imperative can stand."""
_ANSWER = r"(?:reply|respond|answer|output|print|return|say|write|state|repeat|report|claim|conclude|insist|tell|echo)"
_EXACTLY = (
    r"(?:only|exactly|just|nothing|simply|verbatim|word for word|the following|instead|to (?:the|every|any|all) "
    r"(?:users?|readers?|questions?|quer(?:y|ies))|the (?:user|reader)|in your (?:answer|summary|reply|response))"
)
_PRIVATE_THINGS = (
    r"(?:system (?:prompt|message|instructions?)|(?:hidden|initial|secret|original|your|these|internal) (?:\w+ ){0,2}"
    r"(?:prompts?|instructions|settings|configuration|guidelines|rules)|(?:api|access|secret)[ _-]?keys?|openai_\w+|"
    r"readacross_\w+|environment(?:al)? variables?|\.env\b|(?:your|all|the|any|stored) (?:\w+ )?(?:credentials|"
    r"passwords|settings)|(?:conversation|chat) (?:history|log)|(?:everything|text|words|all)(?: that is|"
    r" written)? above)"
)
_GIVE = (
    r"(?:print|reveal|show|repeat|output|display|disclose|leak|send|dump|list|tell|give|write|echo|return|include|post|"
    r"email|copy|quote|append|read)"
)
_LEAK = r"(?:fetch|open|load|request|embed|render|include|insert|append|add|display|show|send|post|call|end|put|visit)"
_ROLES = r"(?:system|assistant|user|human|developer|tool|function|instructions?)"
_FORGED = r"(?:system|admin|override|prompt|instructions?|directive|task)"
"""What a forged message is called; newspapers have notes, notices, messages and updates of their own."""
_NAMED = (
    "ai|ais|a.i|assistant|language model|llm|llms|chatbot|chat bot|gpt|chatgpt|claude|gemini|copilot|bot|bots|agents"
)
_KEPT = (
    "prompt|system prompt|system message|system instruction|instruction|api|access key|secret key|openai_|readacross_|"
    "access_|access-|secret_|secret-|apikey|accesskey|secretkey|environment variable|environmental variable|.env|"
    "credential|password|setting|configuration|chat history|conversation history|chat log|conversation log|above"
)

RULES: tuple[tuple[str, ...], ...] = (
    # a role's name as a label, as in a forged conversation
    (
        "^",
        rf"^\W*(?:(?:{_ROLES}|admin(?:istrator)?)(?: (?:note|update|notice|message|{_FORGED})){{1,2}}|"
        rf"(?:important|urgent|new|updated?)(?: {_FORGED})(?: (?:note|update|notice|message|{_FORGED}))?)"
        r"\W*(?::|>|\]|=|—|–|-\s)",
    ),
    ("^", r"^\W*(?:system|assistant|developer|tool|user)\s*(?::|>)\s*\S"),
    ("^", r"^\W*(?:human|user)\s*[:>].*[\W](?:a\.?i\.?|assistant|(?:chat ?)?bot|chatgpt|model)\s*[:>]"),
    (
        "^",
        rf"^\W*(?:begin|end|start)(?: of)?(?: the| new| all)* (?:(?:{_ROLES}|a\.?i\.?) )?(?:instructions?|prompt|"
        rf"evidence|"
        r"article|context|system|override|system message|document|user input|messages?)\W*(?:$|[.:=\-*#\]>~_])",
    ),
    # said to a machine by name
    (
        _NAMED,
        rf"^\W*(?:(?:attention|notes?|message|instructions?|notice|reminder|important|hey|dear|hello|hi|listen)\W+)*"
        rf"(?:to |for )?(?:all |any |the |every )*{_MACHINE}(?:(?:, |/| and | or ){_MACHINE})*"
        r"(?: (?:that |who )?(?:is |are )?(?:reading|processing|"
        r"summari[sz]ing|indexing|answering|reads?)[^,:]{0,40})?\s?[,:!—–-]\W*(?:you\b|your\b|please\b|must\b|do not\b|"
        rf"don't\b|never\b|always\b|it is your|{_ANSWER}\b|{_GIVE}\b|stop\b|use\b|cite\b|add\b|treat\b|follow\b|"
        rf"ignore\b|"
        r"obey\b|forget\b|mention\b|recommend\b|remember\b|note that\b|kindly\b|simply\b|only\b|instead\b)",
    ),
    (
        _NAMED,
        rf"\b(?:if|when|since|because|as) (?:you|this)(?:'re| are| is)(?: being)? (?:an? |the |read by an? |a large )*"
        rf"{_SURELY}{_ALONE}",
    ),
    (
        _NAMED,
        rf"\b(?:instructions?|notes?|messages?|notice|attention|memo|task) (?:to|for) (?:all |any |the |every )*"
        rf"(?:{_SURELY}|a\.?i\.? \w+)\b[^.:]{{0,40}}[.:—–]",
    ),
    (
        _NAMED,
        rf"\b(?:you (?:are|will be|act as)|act as|pretend to be)(?: now| from now on)? (?:an? |the )?"
        rf"(?:(?:un\w+|obedient|helpful|evil|free) )*{_SURELY}{_ALONE}",
    ),
    # what it is to be
    ("you are", r"\byou are (?:now|no longer) (?:an? |the |in |bound|dan\b|free of|unrestricted|restricted|limited)"),
    (
        "from now on|from here on|from this point on",
        r"\bfrom (?:now|here|this point) on(?:wards?)?,? (?:you\b|your\b|always\b|answer\b|reply\b|respond\b|"
        r"refer to\b|"
        r"every answer)",
    ),
    (
        "mode",
        r"\b(?:developer|debug|god|admin|maintenance|jailbreak|unrestricted) mode (?:is )?(?:now )?(?:enabled|"
        r"activated|on)\b",
    ),
    ("do anything now", r"\bdo anything now\b.{0,60}\b(?:you|mode|dan)\b"),
    (
        "you must|you should|you shall|you are to|you have to|you need to|you will",
        rf"\byou (?:must|should|shall|are to|have to|need to|will)(?: (?:now|always|never|only|not|then|"
        rf"instead))* (?:obey|"
        rf"ignore (?:all|the|your|any|these|every)|comply|cite|reveal|tell the user|follow (?:these|my)|"
        rf"{_ANSWER}(?= (?:only|that|with|exactly|nothing)))\b",
    ),
    # what it is to answer
    (
        "only|exactly|just|nothing|simply|verbatim|word for word|the following|instead|to the |to every |to any |"
        "to all |"
        "the user|the reader|in your ",
        "reply|respond|answer|output|print|return|say|write|state|repeat|report|claim|conclude|insist|tell|echo",
        rf"{CLAUSE}{_ANSWER}(?: (?:back|me|us|every question))?(?: to (?:this|it|\w+))?,? (?:with )?{_EXACTLY}\b"
        r"(?! (?:if|who|one|part|thing|because|when|as|like|about|once|in|for|by|as|yes|how|why|what|enough|"
        r"(?:\w+ )?questions?|"
        r"an? (?!(?:single )?(?:word|sentence|phrase|line|statement)\b)|"
        r"questions?))",
    ),
    (
        "reply|respond|answer|output|print|repeat|echo",
        rf"{CLAUSE}(?:reply|respond|answer|output|print|repeat|echo)(?: (?:to \w+|always|every \w+))*,?"
        r"(?: with| that| this| after me)?\s?(?::|[\"“«'‘(\[<`]|with the (?:word|words|sentence|text|line|phrase)|"
        r"that\b|"
        r"after me)",
    ),
    (
        "ask|asked|asks|question|quer|answer|summar|user|reader",
        r"\b(?:if|when|whenever|no matter what|every time|each time|once)\b.{0,80}\b(?:ask(?:ed|s)?|question\w*|"
        r"quer\w+|"
        r"answer\w*|summar\w+|user|reader)\b.{0,80}(?:,|\bthen\b|\balways\b|\bplease\b|\byou must\b) ?(?:always |"
        r"then |please "
        rf"|only |never )*(?:{_ANSWER}|do not (?:say|mention)|never (?:say|mention)|include|mention|recommend|cite)\b"
        r"(?= (?:that|with|only|nothing|exactly|this|them|it|you|is|no|yes)\b|\s?[:\"“‘'])",
    ),
    (
        "your",
        r"\byour (?:answers?|summar(?:y|ies)|repl(?:y|ies)|responses?|outputs?) (?:must|should|shall|has to|have to|"
        r"needs? to|"
        r"will|is to)\b|\bin (?:all |every |each )?(?:of )?your (?:answers?|summar(?:y|ies)|repl(?:y|ies)|"
        r"responses?|outputs?)\b",
    ),
    (
        "user",
        r"\b(?:do not|don't|never) (?:tell|inform|warn|let) (?:the )?users?\b|"
        rf"\bwithout (?:telling|informing|warning) the users?\b|{CLAUSE}(?:tell|inform|assure|"
        rf"convince) the users? that\b",
    ),
    (
        "mention|cite|quote|refer to|summari",
        r"\b(?:do not|don't|never) (?:mention|cite|quote|refer to|summari[sz]e) (?:this|these|the) (?:\w+ )?(?:message|"
        r"instructions?|note|paragraph|prompt|evidence|sentences?)\b",
    ),
    (
        "key|keys|mark |marks|citation|source",
        rf"{CLAUSE}(?:use|cite|mark|give|attach|write) (?:the |only |this )*(?:key|keys|mark|citation|citations|"
        rf"source)\b"
        r".{0,40}(?:[0-9a-f]{6}\b|for (?:every|all|each|your)|after (?:every|each))",
    ),
    (
        "instruction|orders|command",
        r"\b(?:follow|obey|execute|carry out) (?:these|this|the following|the hidden|my|"
        r"the new) (?:\w+ )?(?:instructions?|"
        r"orders?|commands?)\b",
    ),
    # what it is to give away
    (_KEPT, rf"{CLAUSE}(?:first |immediately )?{_GIVE}(?: \S+){{0,5}}? (?:{_PRIVATE_THINGS})"),
    (_KEPT, rf"\bwhat (?:is|are|does) (?:your )?{_PRIVATE_THINGS}"),
    (
        "http|www|javascript:|data:|//",
        rf"{CLAUSE}{_LEAK}\b.{{0,80}}(?:\bimages?\b|\bmarkdown\b|!\[|\bpixel\b|\blinks?\b|<\w|\bpicture\b|"
        rf"\bsvg\b).{{0,80}}"
        r"(?:https?:|//\w|www\.|javascript:|data:)",
    ),
    (
        "http|www|//",
        rf"{CLAUSE}(?:send|post|fetch|request|load|get|submit)\b.{{0,60}}\b(?:question|answer|conversation|prompt|"
        rf"evidence|"
        r"user|keys?|data)\b.{0,60}(?:https?:|//\w|www\.)",
    ),
    # a tool call, forged or asked for
    (
        '":|" :',
        r"\"(?:name|tool|function|action|recipient_name|type)\"\s?:\s?\".{0,200}\"(?:arguments|parameters|input|args|"
        r"function|path)\"\s?:",
    ),
    (
        "call|invoke|use|run|execute|trigger",
        "(|tool|function",
        rf"{CLAUSE}(?:call|invoke|use|run|execute|trigger) (?:the |your |a )?(?:`?\w+[_.]\w+`?(?:\(| tool| function)|"
        r"(?:tool|function) `?\w+[_(])",
    ),
    # the signs of prompts
    (
        "<|[|##|==|to=",
        rf"<\s?[|｜][^<>\n]{{0,60}}[|｜]\s?>|\[/?\s?inst\s?\]|<<?/?\s?sys(?:tem)?\s?>>?|</?(?:start|end)_of_turn>|"
        rf"</?(?:{_ROLES}|(?:system|assistant|user)[-_]\w+|tool_calls?|function_calls?|tool_use|tool_result|invoke|"
        rf"think|evidence|context|prompt|"
        rf"message)"
        rf"(?:\s[^<>\n]{{0,80}})?>|#{{2,}}\s*(?:{_ROLES}|response|input|new task|end of \w+)\s*(?::|$)|</?s>(?=\s*\[)|"
        r"\bto=functions\.|={3,}\s*[0-9a-f]{8,64}\s*={3,}|(?:^|\s)\[(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{6}\]",
    ),
)
"""What must be there, parted by "|", "^" for what begins a line; what too, if need be; and the pattern that decides."""
HEAD = rf"^[^\w\n]*(?:{_ROLES}|admin(?:istrator)?|important|urgent|new|updated?|begin|end|start)\b"
"""How a sentence begins that a rule with "^" may fit."""


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


_LEAD = re.compile(r"([^:\n]{8,300}):\W*([^\n]+)")
_LATIN = re.compile(r"[a-z]+")
_OTHER = re.compile(r"[^\W\d_a-z\u00df-\u024f]+")
_LEAST_OTHER = 8
"""Letters of another script before a colon; fewer may be a name."""
_LEAST_OWN = 4
"""Words after it; fewer may be a title or a translation."""


def foreign_leads(forms: Sequence[str]) -> set[int]:
    """The numbers of the folded lines, of a text in Latin letters, whose first half is in another script."""
    text = "\n".join(forms)
    if text.isascii() or not _is_latin(text):
        return set()
    return {i for i, form in enumerate(forms) if not form.isascii() and ":" in form and _is_lead(form)}


def _is_latin(text: str) -> bool:
    return 2 * _letters(_OTHER, text) < _letters(_LATIN, text)


def _is_lead(form: str) -> bool:
    lead = _LEAD.match(form)
    if lead is None:
        return False
    other = _letters(_OTHER, lead[1])
    return other >= _LEAST_OTHER and other > _letters(_LATIN, lead[1]) and len(_LATIN.findall(lead[2])) >= _LEAST_OWN


def _letters(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(len, pattern.findall(text)))


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


_SOFTLY = (
    r"please |bitte |por favor,? |s'il (?:te|vous) plait,? |per favore,? |prosze |пожалуиста,? |kindly |simply |"
    r"you (?:must|should|will|shall|can) |y |et |e |und |en |och |и |і |i |ora |jetzt |maintenant |ahora |agora |"
    r"molim(?: te| vas)?,? |va rog,? |tolong |harap |mohon |vui long |hay |xin |si us plau,? |palun |ole hyva ja |"
    r"te rog,? |παρακαλω,? |alstublieft |asseblieft |ludzu,? |prasau,? |paki |โปรด|กรุณา|จง|ขอให้|請|请|现在|現在|"
    r"你(?:必须|要|应该|必須|應該)|将|并|並|בבקשה,? |נא |אנא,? |กรณา|სთხოვთ |ju lutem,? "
)
"""Words before a verb that bids, folded."""
_WIDE = re.compile("[^\0-\u052f]")
"""Letters of scripts whose words need not be parted by blanks, or take other words before them."""
_WIDE_SCRIPT = re.compile("[\u0530-\u1cff\u2c00-\ud7ff]")
_HEAD = re.compile(HEAD, re.MULTILINE)
_KEYS = (7, 4)
"""Letters: rules are looked up by as many of a word, by fewer if it is shorter."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """Patterns of which a line must fit all; one of the words `needs` is in every line that does, and one of `also`."""

    needs: tuple[str, ...]
    also: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def fits(self, form: str) -> bool:
        """Whether a folded line fits, one of whose words begins with one of `needs`."""
        for word in self.also:
            if word in form:
                return all(pattern.search(form) for pattern in self.patterns)
        return False


def order_lines(forms: Sequence[str]) -> set[int]:
    """The numbers of the folded lines that speak to a machine, in any reading."""
    text = "\n".join(forms)
    words = words_of(text)
    found = _read(forms, text, words)
    wrong = misspelt().keys() & words
    if wrong or may_read_otherwise(text):
        readings = [
            (i, other) for i, form in enumerate(forms) if i not in found for other in other_readings(form, wrong)
        ]
        others = [reading for _, reading in readings]
        joined = "\n".join(others)
        found |= {readings[n][0] for n in _read(others, joined, words_of(joined))}
    return found


def _read(forms: Sequence[str], text: str, words: set[str]) -> set[int]:
    """The numbers of the lines of a text that a rule fits; the lines hold these words."""
    starts = [0, *accumulate(len(form) + 1 for form in forms)]
    suspects: defaultdict[int, dict[_Rule, None]] = defaultdict(dict)
    for need in _present(text, words):
        at = text.find(need)
        while at >= 0:
            suspects[bisect_right(starts, at) - 1].update(_by_need()[need])
            at = text.find(need, at + 1)
    for head in _HEAD.finditer(text):
        suspects[bisect_right(starts, head.start()) - 1].update(_at_heads())
    return {i for i, rules in suspects.items() if any(rule.fits(forms[i]) for rule in rules)}


def _present(text: str, words: set[str]) -> Iterable[str]:
    """What rules need that may be in a text with these words."""
    keys = words.union(*({word[:length] for word in words} for length in _KEYS))
    yield from (need for key in _by_key().keys() & keys for need in _by_key()[key])
    yield from _signs()
    if not text.isascii() and _WIDE_SCRIPT.search(text):
        yield from _wide()


@cache
def _by_need() -> dict[str, dict[_Rule, None]]:
    found: defaultdict[str, dict[_Rule, None]] = defaultdict(dict)
    for rule in _rules():
        for need in filter(None, rule.needs):
            found[need][rule] = None
    return found


@cache
def _by_key() -> dict[str, list[str]]:
    """The needs that begin with a word, by the beginning of their longest one."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for need in _by_need():
        if WORD.match(need) and not _WIDE.search(need):
            word = max(WORD.findall(need), key=len)
            found[word[: max((n for n in _KEYS if n <= len(word)), default=None)]].append(need)
    return found


@cache
def _signs() -> tuple[str, ...]:
    return tuple(need for need in _by_need() if not WORD.match(need) and not _WIDE.search(need))


@cache
def _wide() -> tuple[str, ...]:
    return tuple(filter(_WIDE.search, _by_need()))


@cache
def _at_heads() -> dict[_Rule, None]:
    """The rules to try where a line begins like one that they may fit."""
    return {rule: None for rule in _rules() if "" in rule.needs}


@cache
def _rules() -> tuple[_Rule, ...]:
    """The rules in English, and one for each language of orders.txt."""
    text = files(__package__).joinpath("multi", "injection.txt").read_text("utf-8")
    parts = re.split(r"^\[\w+\]$", text, flags=re.MULTILINE)[1:]
    languages = [rule for part in parts for rule in _language(dict(re.findall(r"^(\w+): (.+)$", part, re.MULTILINE)))]
    return (*map(_english, (*RULES, *OUTPUT_RULES, *ADDRESS_RULES)), *languages)


def _english(rule: tuple[str, ...]) -> _Rule:
    needs, *also, pattern = rule
    return _Rule(
        ("",) if needs == "^" else tuple(needs.split("|")), tuple("|".join(also).split("|")), (re.compile(pattern),)
    )


def _language(table: dict[str, str]) -> Iterator[_Rule]:
    """How one language bids a machine to forget its instructions, and how it speaks to one."""
    lists = {name: tuple(map(fold, table[name].split(", "))) for name in table if name != "order"}
    begun = "" if "order" in table else rf"{CLAUSE}(?:{_SOFTLY})?"
    patterns = [*(_any(lists[name]) for name in ("what", "which", "say") if name in lists), begun + _any(lists["do"])]
    yield _Rule(_stems(lists["what"]), _stems(lists["which"]), tuple(map(re.compile, patterns)))
    if "everything" in lists:
        forgotten = re.compile(begun + _any(lists["do"]) + r",? " + _everything(lists["everything"]) + r"[^:]{0,60}:")
        yield _Rule(_stems(_first_words(lists["everything"])), (":",), (forgotten,))
    if "you" in lists:
        spoken_to = re.compile(rf"{_any(lists['you'])},?\W?(?:\w+ ){{0,3}}?{_any(lists['machine'])}")
        yield _Rule(_stems(lists["machine"]), _stems(lists["you"]), (spoken_to,))


def _everything(phrases: Sequence[str]) -> str:
    """One of the phrases, also with a comma after its first word."""
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", ",? ", 1) for phrase in phrases) + r")\b"


def _first_words(phrases: Sequence[str]) -> list[str]:
    return [phrase.split()[0] for phrase in phrases]


def _stems(words: Iterable[str]) -> tuple[str, ...]:
    """The words without their endings, and none that begins with another."""
    stems = [word.rstrip("*") for word in words]
    return tuple(w for w in stems if not any(other != w and w.startswith(other) for other in stems))


def _any(words: Sequence[str]) -> str:
    """One of the words, whole where their script parts words by blanks."""
    return "(?:" + "|".join(map(_word, sorted(words, key=len, reverse=True))) + ")"


def _word(word: str) -> str:
    stem = re.escape(word.rstrip("*"))
    if _WIDE.search(word):
        return stem
    return rf"(?<!\w){stem}" if word.endswith("*") else rf"(?<!\w){stem}(?!\w)"


_ANNOUNCES = re.compile(
    r"(?::|\bfollow(?:s|ing)\b.{0,40}|\bbelow|\bnext (?:line|sentence|"
    r"paragraph)|={3,}|-{3,}|^```.*|\]\(#\w+|^\W*role\W+\w+|"
    r"\b(?:that|say|is|with|to|state|reply|answer|and|this))\W*$"
)
_OPENS = re.compile(
    r"<\s?[|｜](?:im_start|start|begin|system)|\[inst\]|<<sys>>|<(?:system|tool_calls?|function_calls?|instructions?)>|"
    r"^\W*[\-=*#\[<{~_]\s*(?:begin|start)\b"
)
_CLOSES = re.compile(
    r"<\s?[|｜](?:im_end|end|eot)|\[/inst\]|<</sys>>|</(?:system|tool_calls?|function_calls?|instructions?)>|"
    r"^\W*[\-=*#\[</{~_]\s*end\b",
    re.MULTILINE,
)
_ASKS = re.compile(r"\W*(?:human|user|prompt|input)\s?[:>]")
_REPLIES = re.compile(
    r"\W*(?:a\.?i\.?|assistant|bot|chat ?bot|chatgpt|claude|model|llm|language model|output|response)\s?[:>]"
)


def is_order(words: str) -> bool:
    """Whether a sentence, a title or a name speaks to a machine."""
    return bool(order_lines(fold_lines([words])))


def mark_orders(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences of a text, those of kind "order" that are part of one.

    An order reaches to the end of its paragraph; over the next one if it announces what follows; and from a tag that
    opens a forged message to the one that closes it.
    """
    lines = list(_lines(text, sentences))
    forms = fold_lines([text[sentences[x.first].start : sentences[x.last].end] for x in lines])
    found = order_lines(forms) | foreign_leads(forms) | _conversations(forms)
    if not found:
        return tuple(sentences)
    marked = list(sentences)
    paragraph, inside, announced, open_tag = -1, False, False, False
    for i, (line, form) in enumerate(zip(lines, forms, strict=True)):
        if sentences[line.first].paragraph != paragraph:
            inside, announced = announced, False
        paragraph = sentences[line.last].paragraph
        inside = inside or open_tag or i in found
        if inside:
            for n in range(line.first, line.last + 1):
                marked[n] = replace(sentences[n], kind="order")
            announced = bool(_ANNOUNCES.search(form)) and not _CLOSES.search(form)
            open_tag = _is_open(form, open_tag) and bool(_CLOSES.search("\n".join(forms[i + 1 :])))
    return tuple(marked)


@dataclass(frozen=True, slots=True)
class _Line:
    """The numbers of the first and the last of sentences that are judged as one."""

    first: int
    last: int


_LONGEST_LINE = 600
"""Characters: sentences that run on are judged as one up to this length."""
_ENDED = frozenset(".!?:;…。！？।؟۔\"'”’»)]}")


def _lines(text: str, sentences: Sequence[Sentence]) -> Iterator[_Line]:
    """The sentences, those as one that go on in the next paragraph, as where a line ends within them."""
    first = 0
    for i, (one, other) in enumerate(pairwise(sentences)):
        goes_on = (
            one.paragraph != other.paragraph
            and text[other.start].islower()
            and text[one.end - 1] not in _ENDED
            and other.end - sentences[first].start <= _LONGEST_LINE
        )
        if not goes_on:
            yield _Line(first, i)
            first = i + 1
    if sentences:
        yield _Line(first, len(sentences) - 1)


def _conversations(forms: Sequence[str]) -> set[int]:
    """The numbers of the lines that forge a conversation: a person asks, and shortly after a machine replies."""
    found: set[int] = set()
    for reply in (i for i, form in enumerate(forms) if _REPLIES.match(form)):
        asked = [i for i in range(max(reply - _LONGEST_TURN, 0), reply) if _ASKS.match(forms[i])]
        found.update(range(asked[0], reply + 1) if asked else ())
    return found


_LONGEST_TURN = 4
"""Lines from the head of a question to its reply."""


def _is_open(form: str, before: bool) -> bool:
    """Whether a forged message goes on after a sentence."""
    opened = max((m.start() for m in _OPENS.finditer(form)), default=-1)
    closed = max((m.start() for m in _CLOSES.finditer(form)), default=-1)
    return before if opened == closed else opened > closed

"""What orders to a machine look like in English, and in the signs of prompts: patterns over folded words."""

from __future__ import annotations

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

"""Questions that only frame a subject: "Tell me about the jets", "What do the articles say about the jets?"."""

from __future__ import annotations

import re

FRAME = re.compile(
    r"""^\W*(?:please\s+)?(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?(?:
      (?:tell|show|give|inform)\s+(?:me|us)\s+(?:(?:more|something|anything|everything|all|details|what\s+you\s+know)\s+)?
        (?:about|on|of)
    | what\s+(?:do|does|did)\s+(?:(?:the|these|those|my|all)\s+)*
        (?:articles?|files?|sources?|documents?|reports?|texts?|stories|papers?|library|folder)\s+
        (?:say|tell|write|report|mention|know)(?:\s+(?:me|us))?(?:\s+(?:about|on|of|regarding|concerning))?
    | what\s+(?:is|was|has\s+been)\s+(?:said|written|reported|known|told)\s+(?:about|on|of)
    | what\s+(?:do|does)\s+(?:you|we|they|one)\s+know\s+(?:about|of|on)
    | (?:what|how)\s+about
    | (?:summari[sz]e|describe|explain|discuss)
    | (?:(?:any|some|more)\s+)?(?:information|details|news|facts)\s+(?:about|on|of)
    )\s+(?=\S)""",
    re.VERBOSE | re.IGNORECASE,
)


def subject(question: str) -> str:
    """The question without its frame, so that "tell" and "articles" are not looked for in the articles."""
    return FRAME.sub("", question, count=1)

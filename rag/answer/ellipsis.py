"""Elliptical questions: a question word alone, such as "And when?", asks the question before again.

"Which jets did Rutte approve?" and "When?" are "When did Rutte approve the jets?". English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.predicates import is_verb
from rag.text.tokens import FUNCTION_WORDS, tokens_of

AUXILIARY = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|must|may|might)"
PREPOSITION = r"(?:to|for|with|by|from|of|about|since|until|on|in|at|against|after|before|into|over|under|without)"
WITH_PREPOSITION = rf"{PREPOSITION} (?:whom|what|when|where|how long|how much)"
QUESTION = re.compile(
    rf"^(?P<asker>(?:{WITH_PREPOSITION}|how(?: many| much| long| often| far| soon)?|who|whom|what|which|"
    rf"when|where|why)(?: exactly)?(?: else| other)?)(?P<noun>(?: (?!{AUXILIARY}\b)[a-z][\w-]*){{0,3}})"
    rf" (?P<auxiliary>{AUXILIARY}) (?P<rest>[^?]+)\??$",
    re.IGNORECASE,
)
DOING = re.compile(r"^(?P<asker>who|what|which|how many|how much)(?P<else> else)? (?P<rest>[^?]+)\??$", re.IGNORECASE)
YES_OR_NO = re.compile(rf"^(?P<auxiliary>{AUXILIARY}) (?P<rest>[^?]+)\??$", re.IGNORECASE)
SHORT = re.compile(
    rf"(?P<asker>(?:{WITH_PREPOSITION}|why|how(?: come| long| often| far| soon| many| much)?|when|where|"
    r"whom?|what(?: for)?|which(?: ones?)?)(?: exactly)?)(?P<else> else)?",
    re.IGNORECASE,
)
ADVERBIAL = re.compile(rf"(?:{WITH_PREPOSITION}|when|where|why|how(?! (?:many|old))(?: \w+)?)(?: .+)?", re.I)
MEANS = {"what for": "why", "how come": "why", "which one": "which", "which ones": "which"}
COUNTED = frozenset({"who", "whom", "what", "which", "how many", "how much"})
SUBJECT = re.compile(r"(?:the|an?|his|her|its|their|this|that|these|those|he|she|it|they|we|you|there)\b|[A-Z\d]")
PARTICIPLE = re.compile(r"\s\w+(?:ed|ing|en|wn|ld|nt|ght)\b")
PREPOSITIONAL = re.compile(r"(?<=\w) (?=(?:about|for|in|to|with|from|by|on|at|of|during|after|before|since|over)\s+\w)")


@dataclass(frozen=True, slots=True)
class _Question:
    """A question in parts: "Which", "jets", "did", "Rutte approve"."""

    asker: str
    noun: str
    auxiliary: str
    rest: str

    @property
    def of_the_agent(self) -> bool:
        """Whether who or what does it is asked for: "Which jets were approved?"."""
        return self.auxiliary not in {"did", "does", "do"} and not SUBJECT.match(self.rest)

    @property
    def thing(self) -> str:
        """What stands for the thing asked for in another question."""
        if self.noun:
            return f"the {self.noun}"
        return {"what": "that", "which": "that", "who": "them", "whom": "them"}.get(self.asker.split()[0].lower(), "")


def short_form(text: str) -> re.Match[str] | None:
    """The follow-up as a question word and "else", if it is nothing but these."""
    return SHORT.fullmatch(text.strip(" ?.!,"))


def asked_again(before: str, short: re.Match[str], agent: str) -> str:
    """The question `before`, asked with the words of a short follow-up; "" if that cannot be said.

    `agent` is the person who is known to have done what the question asks for, or "".
    """
    asker = MEANS.get(short["asker"].lower(), short["asker"])
    if "?" in before.rstrip("? "):
        return ""
    if short["else"]:
        return _else(before, asker, agent)
    if asker.lower() in COUNTED:
        return _counted(before, asker)
    parts = _parts(before)
    statement = _restated(parts, agent) if parts else _plain_statement(before, agent)
    return f"{capitalised(asker)} {statement}?" if statement else ""


def _parts(before: str) -> re.Match[str] | None:
    match = QUESTION.match(before)
    kind = tokens_of(match["noun"]) if match else ()
    asks_of_kind = match and match["asker"].lower().split()[0] in {"what", "which", "how"}
    plain = all(t.text.lower() not in FUNCTION_WORDS and not is_verb(t) for t in kind)
    return match if not kind or (asks_of_kind and plain) else None


def _restated(match: re.Match[str], agent: str) -> str:
    question = _Question(match["asker"], match["noun"].strip(), match["auxiliary"], match["rest"].strip())
    if ADVERBIAL.fullmatch(question.asker) and not question.noun:
        return f"{question.auxiliary} {question.rest}"
    if question.of_the_agent:
        doing = agent if question.asker.lower().startswith("who") else question.thing
        return f"{question.auxiliary} {doing} {question.rest}" if doing else ""
    being = question.auxiliary in {"is", "are", "was", "were"} and not PARTICIPLE.search(question.rest)
    if being or question.asker.lower() == "how":
        return ""
    return f"{question.auxiliary} {_with(question.rest, question.thing)}"


def _with(rest: str, thing: str) -> str:
    """What is told, with its object: before "about membership" and its kind, but after a verb."""
    placed = next((m for m in PREPOSITIONAL.finditer(rest) if len(rest[: m.start()].split()) > 1), None)
    if not thing or placed is None:
        return f"{rest} {thing}".strip()
    return f"{rest[: placed.start()]} {thing}{rest[placed.start() :]}"


def _plain_statement(before: str, agent: str) -> str:
    asked = YES_OR_NO.match(before)
    if asked:
        return f"{asked['auxiliary'].lower()} {asked['rest']}"
    doing = DOING.match(before)
    if not doing:
        return ""
    kinds = {"who": agent, "what": "this"}
    article = kinds.get(doing["asker"].lower(), "the")
    return f"was it that {article} {doing['rest']}" if article else ""


def _counted(before: str, asker: str) -> str:
    parts = _parts(before) or DOING.match(before)
    if parts is None or parts["asker"].lower().removesuffix(" else") not in COUNTED:
        return ""
    return f"{capitalised(asker)}{before[parts.end('asker') :]}"


def _else(before: str, asker: str, agent: str) -> str:
    parts = _parts(before) or DOING.match(before)
    known = parts["asker"].lower() if parts else ""
    if parts and asker.lower() == known.removesuffix(" else"):
        head, tail = before[: parts.end("asker")], before[parts.end("asker") :]
        return before if known.endswith(" else") or tail.lower().startswith(" else") else f"{head} else{tail}"
    if parts and asker.lower() == "what" and known == "which":
        return f"Which other{before[parts.end('asker') :]}"
    statement = _restated(parts, agent) if parts and "auxiliary" in parts.re.groupindex else ""
    return f"{capitalised(asker)} else {statement}?" if statement and asker.lower() not in COUNTED else ""


def capitalised(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]

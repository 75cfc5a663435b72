"""From the value of READACROSS_CHECKER to what checks the sentences."""

from __future__ import annotations

from collections.abc import Callable

from rag.errors import SettingsError
from rag.grounding.checkers import Checker, EntailmentChecker, RuleChecker
from rag.models.choose import make_entailment_model
from rag.models.language import LanguageModel
from rag.models.static import load_wordllama
from rag.writing.model_checker import ModelChecker

BY_MODEL = "model"

CheckerMaker = Callable[[LanguageModel | None], Checker]
"""Makes a checker for one text; the language model that is given to it keeps the account of its tokens."""


def checker_maker(spec: str, model: LanguageModel | None) -> CheckerMaker:
    """Choose what checks: for "" the rules, for "model" the language model that writes, else an entailment model.

    Raises SettingsError, which names the variable, for another value, for one that names no entailment model, and for
    "model" if there is none; and ModelUnavailable if a hub cannot be reached.
    """
    rules = RuleChecker(load_wordllama().embed_passages)
    spec = spec.strip()
    if not spec:
        return lambda _: rules
    if spec == BY_MODEL:
        if model is None:
            raise SettingsError(
                "READACROSS_CHECKER=model: no language model is set. Set READACROSS_MODEL or READACROSS_GGUF too, or "
                "leave READACROSS_CHECKER empty."
            )
        return lambda metered: ModelChecker(rules, metered or model)
    checker = EntailmentChecker(rules, make_entailment_model(spec))
    return lambda _: checker

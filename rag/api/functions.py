"""The operations as typed functions, for whatever makes an interface of a function's signature and docstring."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from rag.api.chats import Chats
from rag.api.operations import OPERATIONS, Operation, Work, what_is_wrong
from rag.api.schemas import values_of
from rag.errors import QuestionError
from rag.library import Library

if TYPE_CHECKING:
    from rag.api.users import User


def library_functions(library: Library) -> dict[str, Callable[..., dict[str, Any]]]:
    """The operations of the REST interface by name, as functions over a library, which return the JSON as plain values.

    Their signatures give the parameters, with types and defaults. They raise QuestionError for a wrong parameter, and
    what the library raises. Beside these parameters each takes `asking`, the user who asks, if there are users: one who
    is no editor gets NotAllowed for what writes.

    >>> functions = library_functions(library)
    >>> functions["check"](text="Rutte approved the transfer of Dutch F-16 jets to Ukraine.")["sentences"][0]["support"]
    'supported'
    >>> functions["search"](query="jets", k=0)
    Traceback (most recent call last):
    rag.errors.QuestionError: Wrong parameters: k: Input should be greater than or equal to 1.
    """
    return {operation.name: _function(library, operation) for operation in (*OPERATIONS, Chats().operation)}


def _function(library: Library, operation: Operation) -> Callable[..., dict[str, Any]]:
    def call(*args: Any, asking: User | None = None, **kwargs: Any) -> dict[str, Any]:
        given = signature.bind(*args, **kwargs).arguments
        try:
            parameters = operation.parameters.model_validate(given)
        except ValidationError as error:
            raise QuestionError(what_is_wrong(error.errors())) from None
        if operation.writes and asking is not None:
            asking.require_editor()
        return values_of(operation.run(library, parameters, Work(user=asking.id if asking else "")))

    fields = sorted(operation.parameters.model_fields.items(), key=lambda field: not field[1].is_required())
    signature = Signature([_parameter(*field) for field in fields], return_annotation=dict[str, Any])
    call.__name__, call.__doc__ = operation.name, operation.meaning
    call.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()} | {"return": dict[str, Any]}
    vars(call)["__signature__"] = signature
    return call


def _parameter(name: str, field: FieldInfo) -> Parameter:
    default = Parameter.empty if field.is_required() else field.get_default(call_default_factory=True)
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=field.annotation)

"""Who asks: one of the users whom the page knows by name, or, where it knows none, whoever may use the page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from rag import User, Users
from ui.translation import N_, tr

GONE = N_("You are no longer logged in: reload the page.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `user` is None where there are no users; then everybody is an editor of the library."""

    user: User | None = None

    @property
    def name(self) -> str:
        """The user's name; "" without users."""
        return self.user.name if self.user else ""

    @property
    def owner(self) -> str:
        """Whose conversations are shown, as `Conversations.of` takes it."""
        return self.user.id if self.user else ""

    @property
    def is_editor(self) -> bool:
        """Whether the library may be changed."""
        return self.user is None or self.user.editor

    def require_editor(self) -> None:
        """Raise NotAllowed unless the library may be changed."""
        if self.user is not None:
            self.user.require_editor()


class Visitors:
    """Who asks, by the name with which a request has logged in. `are_named` says that the page has users."""

    def __init__(self, users: Users | None) -> None:
        self._users = users

    @property
    def are_named(self) -> bool:
        """Whether the page knows users by name."""
        return self._users is not None

    def of(self, request: gr.Request) -> Visitor:
        """Who makes a request of an event. Raises gr.Error for a user who has been removed."""
        visitor = self.named(request.username)
        if visitor is None:
            raise gr.Error(tr(GONE), print_exception=False)
        return visitor

    def named(self, name: str | None) -> Visitor | None:
        """Who has logged in under a name; None if there is no such user."""
        if self._users is None:
            return Visitor()
        user = self._users.get(name or "")
        return Visitor(user) if user else None

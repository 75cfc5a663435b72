"""Who may see and change settings: someone who has logged in, or the machine itself under its own name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ui.settings_pane import may_change


@pytest.mark.parametrize(
    ("user", "client", "host", "may"),
    [
        (None, "127.0.0.1", "localhost:7860", True),
        (None, "::1", "[::1]:7860", True),
        ("ann", "192.0.2.7", "news.example.org", True),
        (None, "192.0.2.7", "localhost:7860", False),
        (None, "127.0.0.1", "rebound.example.org:7860", False),
        (None, "", "", False),
    ],
)
def test_who_may_change_settings(user: str | None, client: str, host: str, may: bool) -> None:
    request = SimpleNamespace(username=user, client=SimpleNamespace(host=client), headers={"host": host})
    assert may_change(cast("Any", request)) is may

"""The commands around the page: serve, settings."""

from __future__ import annotations

import argparse

from rag.cli.commands import Commands, print_json
from rag.cli.opening import open_library
from rag.settings import Settings


def add_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    serve = commands.add("serve", _serve, "Open the chat page.", prints=False)
    serve.add_argument("--host", help="address to listen on (default: READACROSS_HOST, or 127.0.0.1)")
    serve.add_argument(
        "--port", type=int, help="port to listen on, 0 for a free one (default: READACROSS_PORT, or 7860)"
    )
    serve.add_argument("--open", action="store_true", help="open a browser")
    commands.add("settings", _settings, "Show the settings in force, without secrets.", library=False)


def _serve(options: argparse.Namespace) -> int:
    from ui.app import serve

    with open_library(options, sync=True, defer_index=True) as library:
        settings = library.settings
        serve(
            library,
            host=options.host or settings.host,
            port=settings.port if options.port is None else options.port,
            auth=settings.auth,
            open_browser=options.open,
        )
    return 0


def _settings(options: argparse.Namespace) -> int:
    table = Settings.from_environment().shown()
    if options.json:
        print_json(table)
    else:
        for name, value in table.items():
            print(f"{name}={value}")
    return 0

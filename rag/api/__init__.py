"""The library for other programs: one table of operations, served as a REST interface and to agents by MCP.

A request's values are validated by the operation's pydantic model, the operation calls `Library`, and what it returns
is made plain values; their JSON schema is derived from the result classes themselves.

Other rooms take:

- `functions`: `library_functions`
- `mcp`: `serve_http`, `serve_stdio`
- `rest`: `RestInterface`
- `users`: `User`, `Users`, `add_user`, `change_password`, `change_role`, `read_users`, `remove_user`
"""

"""From a folder of files to articles in the store.

file (`files`, `formats`) -> raw article (`html`, `pdf`, `docx`, `markdown`, `dumps`)
-> clean article (`clean`, `metadata`, `dates`) -> store (`sync`)

Other rooms take:

- `files`: `read_one_text`, `read_plain_text`
- `sync`: `Sync`
"""

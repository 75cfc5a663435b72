"""From a folder of files to articles in the store.

file (`files`) -> reader by content (`formats`, `archives`) -> raw articles (`plain`, `markdown`, `web`, `pdf`, `docx`,
`office`, `mail`, `xml`, `dumps`), several if it is an export (`exports`) -> clean article (`clean`, `metadata`,
`dates`) -> store (`sync`)

Other rooms take:

- `files`: `read_one_text`, `read_plain_text`
- `sync`: `Sync`
"""

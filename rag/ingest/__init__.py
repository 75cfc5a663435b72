"""From a folder of files to articles in the store.

file (`files`) -> reader by content (`formats`, `archives`) -> raw articles (`plain`, `markdown`, `web`, `pdf`, `docx`,
`office`, `mail`, `xml`, `dumps`), several if it is an export (`exports`) -> clean article (`clean`, `metadata`,
`dates`) -> store (`sync`)
a file from elsewhere -> the folder, under a safe name (`additions`); out of it into the bin, and back (`folder`)

Other rooms take:

- `additions`: `text_file`
- `files`: `read_one_text`, `read_plain_text`
- `folder`: `ArticleFolder`
- `sync`: `Sync`, `find_changes`
"""

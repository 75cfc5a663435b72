"""From a folder of files to articles in the store.

file (`files`) -> a process that may crash (`guarded`, `reader_process`, `reader_worker`), within the file's `budget` ->
reader by content (`formats`, `archives`) -> raw articles (`plain`, `markdown`, `web`, `pdf`, `docx`,
`office`, `mail`, `xml`, `dumps`), several if it is an export (`exports`) -> clean article (`clean`, `metadata`,
`dates`) -> store (`sync`)
where the catalogue is in PostgreSQL, `worker` processes read for the one that syncs (`outcomes` is what both remember)
a file from elsewhere -> the folder, under a safe name (`additions`); out of it into the bin, and back (`folder`)
a page of a PDF -> a picture with what is quoted marked (`pdf_page`)
a library -> one file, and back (`backup`); checked in full and mended (`doctor`)

Other rooms take:

- `additions`: `text_file`
- `backup`: `restore_backup`, `write_backup`
- `doctor`: `Check`, `examine`
- `files`: `read_one_text`, `read_plain_text`
- `folder`: `ArticleFolder`
- `guarded`: `GuardedReaders`
- `sync`: `Sync`, `find_changes`
- `worker`: `Worker`
"""

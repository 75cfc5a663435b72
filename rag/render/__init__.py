"""From a result to a file to keep: `document` -> Markdown, HTML, Word, PDF or JSON (`record`, which is read back).

Other rooms take:

- `document`: `Block`, `CitedFile`, `Document`, `Items`, `Line`, `Numbering`, `Prose`, `Quotation`, `Section`,
  `Table`, `Tally`, `in_quotes`, `join`, `text_digest`
- `escape`: `json_escaped`
- `exportable`: `Exportable`, `Form`, `frame`
- `locators`: `Locator`, `locator_at`
- `record`: `Record`, `is_export`, `read_export`, `read_record`
"""

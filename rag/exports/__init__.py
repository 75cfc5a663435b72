"""Results as files to keep and pass on: Markdown, HTML and JSON, with the quotes and the digests of their articles."""

"""From a question to a cited answer.

line (`intent`) -> request -> result of the library as an answer (`requests`)
question (`conversation`, `follow_up`, `ellipsis`, `referents`, `rewrite`) -> read (`question`) -> evidence (`evidence`)
evidence -> quoted (`quoting`) or written by a model (`model_writer`) -> checked, cited (`answerer`)

Other rooms take:

- `answerer`: `Answerer`
- `conversation`: `Conditions`, `Conversation`
- `evidence_prompt`: `LONGEST_NAME`
- `follow_up`: `Turn`, `in_english`
- `intent`: `Request`, `read_request`
- `reader`: `Reader`, `load_reader`
- `requests`: `Server`
- `rewrite`: `Rewritten`, `rewrite`
"""

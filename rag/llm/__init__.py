"""From a prompt to clean sentences.

prompt (`prompts`) -> `language_model.LanguageModel` (`openai_chat`, `gguf`) -> stream (`chat_stream`)
-> clean sentences (`thoughts`, `citation_marks`, `clean_stream`, `answer_framing`)

Other rooms take:

- `batch`: `Call`, `KeptReplies`, `ManyCalls`, `Reply`
- `chat_stream`: `ChatStream`, `Conduct`
- `citation_marks`: `MarkParser`, `key_of`
- `clean_stream`: `ModelText`
- `gguf`: `load_gguf`
- `language_model`: `ANSWER_SHARE`, `ESTIMATE`, `LanguageModel`, `Message`, `SPARE`, `Tokens`, `prompt_room`
- `metering`: `MeteredModel`
- `model_list`: `list_models`
- `openai_chat`: `OpenAIChat`
- `prompts`: `fence_of`, `fenced`
- `server_facts`: `openai_tokenizer`
- `thoughts`: `Thoughts`
"""

"""From texts to vectors, and from a pair of texts to entailment.

texts -> `port.Embedder` (`wordllama` embedded, `onnx`, `openai`) -> vectors
premise, hypothesis -> `entailment`

Other rooms take:

- `entailment`: `load_from_folder`, `load_from_hub`
- `onnx`: `Session`, `encodable`, `load_from_folder`, `load_from_hub`, `load_session`, `load_tokenizer`
- `openai`: `OpenAIEmbedder`
- `port`: `BYTES_A_TOKEN`, `Embedder`, `EntailmentModel`, `PASSAGE_TOKENS`, `Vectors`, `estimate_tokens`,
  `unit_vectors`
- `wordllama`: `load_wordllama`
"""

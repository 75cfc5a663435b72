"""The values that a caller receives. They hold no logic but their own text form.

Other rooms take:

- `answers`: `Answer`, `AnswerEvent`, `AnswerSentence`, `Article`, `ArticleMetadata`, `Citation`, `Hit`, `Intent`,
  `OPENING`, `Passage`, `Prices`, `REFUSAL`, `Sentence`, `SentenceKind`, `Source`, `TextChunk`, `Usage`, `counted`,
  `number_citations`, `shorten`
- `comparisons`: `Cell`, `Comparison`, `Disagreement`, `Nature`, `OtherWords`, `Report`, `Row`, `Side`, `Statement`
- `date_expressions`: `Certainty`, `DateExpression`, `Precision`
- `drafts`: `CheckedDraft`
- `evaluations`: `EvaluatedAnswer`, `EvaluatedSentence`, `Evaluation`, `EvaluationQuestion`, `Figure`
- `findings`: `Finding`
- `json_values`: `from_plain`, `to_plain`
- `kept_conversations`: `ConversationEntry`, `KeptConversation`, `KeptResult`, `KeptTurn`
- `listings`: `ArticleList`, `ListedArticle`, `Name`, `NameKind`, `Names`
- `news`: `NewCopy`, `News`
- `spans`: `CheckedSentence`, `DifferenceKind`, `Quote`
- `stories`: `Copy`, `CopyGroup`, `Extent`, `Stories`, `Story`, `Wording`
- `summaries`: `Point`, `Receipt`, `SetAside`, `Summary`
- `timelines`: `Event`, `Timeline`
"""

"""The values that a caller receives. They hold no logic but their own text form.

Other rooms take:

- `answers`: `Answer`, `AnswerEvent`, `AnswerSentence`, `Article`, `Citation`, `Hit`, `Intent`, `Passage`, `Prices`,
  `REFUSAL`, `Sentence`, `SentenceKind`, `Source`, `TextChunk`, `Usage`, `counted`, `number_citations`, `shorten`
- `comparison`: `Cell`, `Comparison`, `Disagreement`, `Nature`, `OtherWords`, `Report`, `Row`, `Side`, `Statement`
- `conversations`: `ConversationEntry`, `KeptConversation`, `KeptResult`, `KeptTurn`
- `drafts`: `CheckedDraft`
- `findings`: `Contradiction`, `Copy`, `CopyGroup`, `Event`, `Extent`, `Fact`, `NewCopy`, `NewFact`, `News`, `Point`,
  `Receipt`, `SetAside`, `Story`, `Summary`, `Timeline`, `Wording`
- `listings`: `ArticleList`, `ListedArticle`, `Name`, `Names`
- `plain`: `from_plain`, `to_plain`
- `spans`: `Certainty`, `CheckedSentence`, `DateExpression`, `DifferenceKind`, `Place`, `Precision`, `Quote`
- `stories`: `Stories`
"""

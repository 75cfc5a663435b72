"""Pure functions on text.

text -> sentences (`sentences`) -> passages (`passages`)
sentence -> tokens (`tokens`) -> mentions, quantities, negation, predicates, anaphora, expressions of time (`time`)
word lists are data: `en/` for English, `multi/` for several languages

Other rooms take:

- `anaphora`: `OPENINGS`, `needs_antecedent`, `needs_context`, `opens_with_reference`, `refers_back`
- `boilerplate`: `is_boilerplate`
- `deobfuscate`: `INVISIBLE`
- `fragments`: `LEADING`, `is_fragment`
- `idf`: `LEAST_WEIGHT`, `common_words`, `rarity`
- `injection`: `is_injection`, `mark_injections`
- `language`: `detect_language`, `language_code`, `language_name`
- `lexicon`: `DAYS`, `MONTHS`, `entries`, `filled`, `lines_of`, `read_patterns`
- `mentions`: `SAYING`, `Unit`, `alike`, `all_initials`, `counted`, `date_parts`, `is_money`, `is_place`,
  `of_one_country`, `other_number`, `runs`, `same_name`, `speaker_of`, `text_of`, `units_of`
- `name_keys`: `NAME`, `name_term`, `name_terms`, `spelling_key`
- `negation`: `AFFIRMS`, `CLAUSE`, `DENYING`, `Negation`, `WORD`, `denial_words`, `denied_tokens`, `denies`,
  `negations_of`
- `passages`: `split_passages`
- `predicates`: `ADVERBS`, `AUXILIARIES`, `BEING`, `Predicate`, `RELATIVE`, `SAYING`, `is_verb`, `predicates_of`
- `quantities`: `DIGITS`, `ORDINAL`, `Quantity`, `foreign_numbers`, `foreign_numerals`, `in_the_same_words`,
  `quantities_of`, `same_quantity`
- `sentences`: `LIST_ITEM`, `LONGEST_SENTENCE`, `split_sentences`
- `span`: `Span`
- `terms`: `UNSPACED`, `WORD`, `all_stop_words`, `fold`, `listed`, `stemmer`, `stop_words`, `terms`, `words`
- `text_cache`: `forget_texts`, `text_cache`
- `time.anchor`: `tense_at`
- `time.expressions`: `dates_by_publication`, `find_dates`
- `tokens`: `BOUNDS`, `DENIALS`, `FUNCTION_WORDS`, `NAME_WEIGHT`, `Token`, `UNSURE`, `Word`, `tokens_of`, `weight`,
  `words_of`
- `word_similarity`: `ALIKE`, `Embed`, `Matrix`, `QuestionWord`, `RELATED`, `SPELLING`, `UNLIKE`, `match_words`,
  `related`, `word_scores`
- `wordnet`: `ALIKE`, `BROADER`, `DERIVED`, `OPPOSITES`, `SISTER`, `antonyms`, `excludes`, `opposite`, `relatives`
"""

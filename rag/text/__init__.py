"""Pure functions on text.

text -> sentences (`sentences`) -> passages (`passages`)
sentence -> tokens (`tokens`) -> mentions, predicates, anaphora, expressions of time (`time`)
word lists are data: `en/` for English, `multi/` for several languages

Other rooms take:
- `anaphora`: `leans_on`
- `boilerplate`: `is_boilerplate`
- `deobfuscate`: `INVISIBLE`
- `fragments`: `ENDS`, `FEW`, `LEADING`, `NAMING`, `is_fragment`
- `idf`: `LEAST`, `common_words`, `rarity`
- `injection`: `is_injection`, `mark_injections`
- `language`: `detect_language`, `language_code`, `language_name`
- `lexicon`: `CALENDARS`, `_DAYS`, `_MONTHS`
- `mentions`: `SAYING`, `Unit`, `alike`, `all_initials`, `counted`, `date_parts`, `is_money`, `is_place`,
  `of_one_country`, `other_number`, `runs`, `same_name`, `speaker_of`, `text_of`, `units_of`
- `name_keys`: `NAME`, `name_term`, `name_terms`, `spelling_key`
- `passages`: `split_passages`
- `pattern_file`: `filled`, `pattern_file`
- `predicates`: `ADVERBS`, `AUXILIARIES`, `BEING`, `Doing`, `RELATIVE`, `SAYING`, `doings_of`, `is_verb`
- `sentences`: `LONGEST`, `split_sentences`
- `terms`: `UNSPACED`, `WORD`, `all_stop_words`, `fold`, `listed`, `stop_words`, `terms`, `words`
- `text_cache`: `forget_texts`, `text_cache`
- `time.absolute`: `DATE_RULES`, `NAMES`, `Rule`, `WEEKDAY`
- `time.anchor`: `Setting`, `tense_at`
- `time.expressions`: `LOOK_BACK`, `_ABOUT`, `_AND`, `_BETWEEN`, `_CUE`, `_FROM`, `_Found`, `_LIMIT`, `_ON`, `_PART`,
  `_POSSESSIVE`, `_THE`, `_TO`, `_WEEKDAY`, `_before`, `_candidates`, `_expression`, `_joined`, `_longest`, `_range`,
  `_resolved`, `_setting`, `find_dates`
- `time.periods`: `Part`, `Period`, `SEASONS`, `Unit`, `_last_day`, `day`, `decade`, `half`, `month`, `part_of`,
  `quarter`, `season`, `shifted`, `unit_around`, `week`, `year`
- `time.relative`: `DISTANCE_RULES`, `PARTS`
- `tokens`: `BOUNDS`, `DENIALS`, `FUNCTION_WORDS`, `NAME_WEIGHT`, `Token`, `UNSURE`, `Word`, `tokens_of`, `weight`,
  `words_of`
- `word_similarity`: `ALIKE`, `Embed`, `Matrix`, `QuestionWord`, `RELATED`, `SPELLING`, `UNLIKE`, `is_names`,
  `match_words`, `related`, `word_scores`
- `wordnet`: `BROADER`, `DERIVED`, `OPPOSITES`, `SISTER`, `_OPPOSITES`, `opposite`, `relatives`
"""

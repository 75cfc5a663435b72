"""From a claim and its evidence to a verdict.

claim, evidence -> alignment (`alignment`) -> faults (`faults`, `roles`) and features (`features`) -> verdict (`check`)
two sentences -> same, or in conflict (`sentence_pair`); a sentence -> who else says it (`corroboration`)
a draft (`draft`), an export (`recheck`) -> checked again

Other rooms take:
- `alignment`: `Alignment`, `Numbers`, `Values`, `align`, `match_tokens`
- `check`: `Claim`, `Idf`, `Verdict`, `check_sentence`
- `checkers`: `Checker`, `CheckerMaker`, `checker_maker`
- `corroboration`: `Citer`, `NEAREST`, `_best_of_each_file`, `_sentences`, `cite_together`, `find_witnesses`,
  `with_sources`
- `draft`: `ASKING`, `CLOSING`, `CheckedText`, `PASSAGES`, `_checked`, `_cite`, `_places`, `check_text`
- `features`: `check_model`
- `recheck`: `Recheck`, `recheck`
- `roles`: `BREAK`, `CLAUSE`, `CLOSE`, `DISTINCT`, `END`, `Exchanged`, `JOINED`, `Kind`, `LEADS`, `LINKS`,
  `PARTICIPLE`, `PLACING`, `PRONOUNS`, `SAID`, `SAID_BY_SOURCE`, `SEAM`, `Subject`, `Subjects`, `_PLACING`,
  `_SubjectComparison`, `_begins_with_verb`, `_first_verb`, `_is_adverb`, `_is_auxiliary`, `_is_small`,
  `compare_subjects`
- `sentence_pair`: `AFFIRMS`, `BAR`, `CLOSE`, `DENIAL`, `DENIED`, `DENYING`, `Difference`, `FOUND`, `HOPELESS`,
  `LaidBeside`, `Likeness`, `NUMBER`, `NUMERALS`, `ONE_SPELLING`, `SCOPE`, `SHORT`, `SIGNS`, `Span`, `WordPair`,
  `_CLAUSE`, `_NUMERALS`, `_cancels`, `_common_signs`, `_count_the_same`, `_denials`, `_denied`, `_denied_word`,
  `_denies`, `_difference`, `_fitted`, `_kind`, `_marks`, `_numbers`, `_of_units`, `_other_names`, `_places`,
  `_plain_conflict`, `_rivals`, `_roles`, `_share`, `_telling`, `_unit_at`, `_unit_signs`, `_word_conflict`,
  `compare`, `find_differences`, `fitted_bar`, `general_rarity`, `may_differ`, `other_date`, `other_words`,
  `same_facts`, `same_version`
- `single_source`: `EvidenceBeside`, `JOINT`, `KEPT`, `NEAR`, `OWN`, `PLAIN`, `PLAINLY`, `REACH`, `SEAM`, `Stretch`,
  `TOGETHER`, `_alone`, `_beside`, `_in_two_parts`, `_near`, `in_one_article`, `in_some_articles`,
  `lay_beside_articles`, `missing_words`
- `trust`: `TooLittleHolds`, `is_believed`, `look`, `look_again`
"""

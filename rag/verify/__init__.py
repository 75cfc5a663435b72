"""From a claim and its evidence to a verdict.

claim, evidence -> alignment (`alignment`) -> faults (`faults`, `roles`, `subject_mismatch`, `factuality`) and features
(`features`) -> verdict (`check`)
two sentences -> their relation (`sentence_pair`), from shares of words and exact rules (`conflicts`); a score for each
difference (`differences`), the choice of words (`word_choice`); a sentence -> who else says it (`corroboration`)
a draft (`draft`), an export (`recheck`) -> checked again

Other rooms take:

- `check`: `Claim`, `Verdict`, `check_sentence`
- `checkers`: `Checker`, `CheckerMaker`, `checker_maker`
- `conflicts`: `Conflict`
- `corroboration`: `Citer`, `cite_together`, `with_sources`
- `differences`: `Difference`, `find_differences`, `fitted_threshold`, `may_differ`, `same_version`
- `draft`: `check_text`
- `recheck`: `Recheck`, `recheck`
- `sentence_pair`: `compare_sentences`, `exclude_each_other`, `find_same`
- `trust`: `TooLittleHolds`, `is_believed`, `look`, `look_again`
- `word_choice`: `WordPair`, `other_words`
"""

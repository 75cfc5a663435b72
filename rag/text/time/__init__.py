"""Expressions of time in a sentence, and the days that they stand for.

sentence -> expressions (`expressions`, by the forms of `absolute` and `relative`)
-> anchored to the day of publication (`anchor`)
"""

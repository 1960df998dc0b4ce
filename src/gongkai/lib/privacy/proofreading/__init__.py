"""Proofreading official texts: a false alarm costs more than a miss, so each rule is one that is seldom wrong.

`run.proofread` runs all rules; `terms.TermList` holds an office's own terms.
"""

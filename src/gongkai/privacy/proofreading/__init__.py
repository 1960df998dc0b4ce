"""Proofreading official texts: a false alarm costs more than a miss, so each rule is one that is seldom wrong.

`proofread` runs all rules; `TermList` holds an office's own terms.
"""

from gongkai.privacy.proofreading.run import proofread
from gongkai.privacy.proofreading.terms import Term, TermList

__all__ = ["Term", "TermList", "proofread"]

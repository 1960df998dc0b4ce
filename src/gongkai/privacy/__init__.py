"""Personal data in texts and files, and proofreading: the ground's `privacy` room.

`find` says what must not be public and why; `mask` hides it in a text, `mask_file` in a whole file;
`proofread` finds what is wrong in an official text. Pure functions over data tables (`data/`), no Django,
linear in the length of what they are given. See `docs/privacy.md`.
"""

from gongkai.privacy.files import Masked, mask_file
from gongkai.privacy.masks import mask
from gongkai.privacy.model import Finding, PrivacyError
from gongkai.privacy.proofreading import Term, TermList, proofread
from gongkai.privacy.search import find

__all__ = ["Finding", "Masked", "PrivacyError", "Term", "TermList", "find", "mask", "mask_file", "proofread"]

"""How the words of a finding are hidden."""

import re

from gongkai.checks.remark import Remark
from gongkai.privacy import Finding, mask


def masked(remark: Remark) -> str:
    """Return how the words of a privacy finding are hidden."""
    whole = Finding(remark.kind, 0, len(remark.words), remark.words, remark.why)
    words = mask(remark.words, findings=[whole])[0]
    # A file name cannot hold the sign of a mask.
    return re.sub(r"\*+", "某", words) if remark.key.startswith("name:") else words

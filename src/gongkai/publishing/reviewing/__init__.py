"""Who signed what, and who still must: the facts that publishing asks for. Reads only.

`plan` (stages, pure) · `schemes` (which plan a text gets) · `authors` (who may not sign it) · `turn` (whose turn it is) · `cases` and
`against` (what signatures are worth when something is published) · `sheet` (secrecy review) · `lists` (rows of bulk lists).
"""

from gongkai.publishing.reviewing.against import speak_against, too_early
from gongkai.publishing.reviewing.authors import is_author
from gongkai.publishing.reviewing.cases import Case, approvals_of, read

__all__ = ["Case", "approvals_of", "is_author", "read", "speak_against", "too_early"]

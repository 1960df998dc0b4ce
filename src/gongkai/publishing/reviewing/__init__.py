"""Who signed what, and who still must: the facts that publishing asks for. Reads only.

`plan` (stages, pure) · `schemes` (which plan a text gets) · `authors` (who may not sign it) · `turn` (whose turn it is) · `cases` and
`against` (what signatures are worth when something is published) · `sheet` (secrecy review) · `lists` (rows of bulk lists).
"""

from gongkai.publishing.reviewing.authors import authors_of, fresh, is_author, speak_against

__all__ = ["authors_of", "fresh", "is_author", "speak_against"]

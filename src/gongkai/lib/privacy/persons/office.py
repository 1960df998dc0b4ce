"""Decide by position whether a name is an official's: post, honour, body, or public list."""

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, lines
from gongkai.lib.privacy.persons.context import LeftContext
from gongkai.lib.privacy.persons.found import PersonSearch


def _follows_official_context(frame: Frame, start: int, left: LeftContext, strong: bool) -> bool:
    if left.kind in ("", "private") and not (strong or left.field) and lines.follows_honour(frame, start):
        return True
    if left.kind:
        return False
    return lines.is_body_between(frame, start) or (not strong and lines.follows_office(frame, start))


def is_official_name(search: PersonSearch, start: int, end: int, left: LeftContext, chain: str, strong: bool) -> bool:
    """Return whether a name is public here: a post next to it, or a public list."""
    office = behind.is_official_after(search.frame, end)
    if left.kind == "kin":
        return behind.has_post_after(search.frame, end)
    if lines.is_office_contact(search.frame, start, end, left) or behind.has_profession_after(search.frame, end):
        return True
    if (
        behind.has_post_in_brackets(search.frame, end)
        or (left.kind == "" and behind.has_post_clause(search.frame, end))
        or _follows_official_context(search.frame, start, left, strong)
    ):
        return True
    chained = chain == "public" and not (left.field and left.kind)
    if not (left.kind == "public" or chained or (office and left.kind == "")):
        return False
    return not (strong and left.kind == "" and not office and chain != "public")

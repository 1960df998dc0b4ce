"""Whether a name is one of office by its place: a post before it or behind it, an honour, a body, a list that began with one."""

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, lines
from gongkai.lib.privacy.persons.context import Left
from gongkai.lib.privacy.persons.found import Search


def _beside_office(frame: Frame, start: int, left: Left, strong: bool) -> bool:
    """Return whether an honour, a body's field or a body itself stands before a name."""
    if left.kind in ("", "private") and not (strong or left.field) and lines.honoured(frame, start):
        return True
    if left.kind:
        return False
    return lines.of_a_body(frame, start) or (not strong and lines.behind_a_body(frame, start))


def in_office(search: Search, start: int, end: int, left: Left, chain: str, strong: bool) -> bool:
    """Return whether a name is public here: a post before it or behind it, or a list that began with one."""
    office = behind.office_right(search.frame, end)
    if left.kind == "kin":
        return behind.post_right(search.frame, end)
    if lines.office_contact(search.frame, start, end, left) or behind.profession_right(search.frame, end):
        return True
    if (
        behind.post_in_brackets(search.frame, end)
        or (left.kind == "" and behind.post_clause(search.frame, end))
        or _beside_office(search.frame, start, left, strong)
    ):
        return True
    chained = chain == "public" and not (left.field and left.kind)
    if not (left.kind == "public" or chained or (office and left.kind == "")):
        return False
    return not (strong and left.kind == "" and not office and chain != "public")

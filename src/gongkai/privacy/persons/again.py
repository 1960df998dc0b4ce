"""The same name elsewhere in the text: who was found once is found everywhere."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from gongkai.privacy.persons import behind, context, lines, shape, tables
from gongkai.privacy.persons.elements import is_elements
from gongkai.privacy.persons.found import WHYS, Person, Search
from gongkai.privacy.tables import alternatives, words

_FAMOUS = words("names", "famous")
#: Why a name was found where nothing but its shape or a row announces it.
_UNTOLD = (WHYS["context"], WHYS["list"])


def everywhere(search: Search) -> list[Person]:
    """Add the other places where a name that was found stands, and leave out what is public by its place."""
    text = search.frame.text
    past = {person.name for person in search.found if lines.of_the_past(search.frame, person.end)}
    famous = _famous(search.found)
    things = sorted(tables.of_things(search.frame))
    search.found = [
        person
        for person in search.found
        if person.name not in past
        and not (person.name in famous and person.why in _UNTOLD)
        and not (person.why == WHYS["context"] and _inside(things, person.start))
    ]
    names = {person.name for person in search.found if _distinct(person.name)} | search.sure
    have = {person.start: person.end for person in search.found}
    again: list[Person] = []
    if names:
        first = "".join(sorted({name[0] for name in names if shape.HAN.match(name)}))
        for begin in re.finditer(f"[{first}]" if first else "(?!)", text):
            start = begin.start()
            if not shape.surname_size(text[start : start + 2]):
                continue
            for size in (4, 3, 2):
                if start + size > len(text):
                    continue
                if start + size <= have.get(start, 0):
                    break
                if text[start : start + size] in names and _again(search, start, start + size):
                    again.append(Person(start, start + size, text[start : start + size], WHYS["again"]))
                    break
        again.extend(_again_dotted(text, names, have))
    return _without_overlap(search.found + again)


def _famous(found: list[Person]) -> frozenset[str]:
    """Return the names that everybody knows; in a row only where half of it is such names (彭湃 among candidates is no hero)."""
    listed = [person for person in found if person.why == WHYS["list"]]
    known = sum(person.name in _FAMOUS for person in listed)
    return _FAMOUS if 2 * known >= len(listed) else _FAMOUS - {person.name for person in listed}


def _inside(spans: list[tuple[int, int]], place: int) -> bool:
    at = bisect_right(spans, (place, len(spans) and spans[-1][1])) - 1
    return at >= 0 and spans[at][0] <= place < spans[at][1]


def _distinct(name: str) -> bool:
    """Return whether a name is unlike any word, so that it may be looked for without anything beside it."""
    if len(name) > 2 and is_elements(name):
        return True
    if shape.is_ordinary(name) or name[-1] in shape.PLACE_ENDS:
        return False
    if len(name) < 3 or not shape.surname_size(name) or shape.name_score(name) >= 0.5:
        return True
    return name[0] in shape.TOP - shape.WEAK or not (shape.known_word(name[:2]) or shape.known_word(name[1:]))


def _again(search: Search, start: int, end: int) -> bool:
    frame = search.frame
    if end - start == 2 and (frame.starts[start] == 0 or len(frame.word(start)) > 2):
        return False
    left = context.left_of(frame, start)
    if left.kind == "public" or behind.office_right(frame, end):
        return False
    if frame.starts[start] == 0 and not left.kind and frame.text[start:end] not in search.sure:
        return False
    return not behind.place_right(frame, end, gap=False)


def _again_dotted(text: str, names: set[str], have: dict[int, int]) -> Iterator[Person]:
    others = sorted(name for name in names if not shape.surname_size(name) or "·" in name or len(name) > 4)[
        :200
    ]
    if not others:
        return
    for found in re.finditer(alternatives(tuple(others)), text):
        if found.start() not in have:
            yield Person(found.start(), found.end(), found[0], WHYS["again"])


def _without_overlap(found: list[Person]) -> list[Person]:
    kept: list[Person] = []
    for person in sorted(found, key=lambda person: (person.start, -person.end)):
        if not kept or person.start >= kept[-1].end:
            kept.append(person)
    return kept

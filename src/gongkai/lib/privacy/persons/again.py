"""The same name elsewhere in the text: who was found once is found everywhere."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.persons import behind, context, lines, shape, staff
from gongkai.lib.privacy.persons.elements import is_elements
from gongkai.lib.privacy.persons.found import WHYS, Person, Search
from gongkai.lib.privacy.tables import PrefixSet, read_word_group

_FAMOUS = read_word_group("names", "famous")
#: Why a name was found where nothing but its shape or a row announces it.
_UNTOLD = (WHYS["context"], WHYS["list"])


def everywhere(search: Search) -> list[Person]:
    """Add the other places where a name that was found stands, and leave out what is public by its place."""
    text = search.frame.text
    past = {person.name for person in search.found if lines.of_the_past(search.frame, person.end)}
    famous = _famous(search.found)
    search.found = [
        person
        for person in search.found
        if person.name not in past
        and not staff.stays(search.frame, person.start, person.end, person.why not in _UNTOLD)
        and not (person.name in famous and person.why in _UNTOLD)
    ]
    search.certain.update(
        person.name
        for person in search.found
        if len(person.name) < 5
        and (behind.fact_right(search.frame, person.end) or behind.strong_right(search.frame, person.end))
    )
    search.sure &= {person.name for person in search.found}
    names = {person.name for person in search.found if _distinct(person.name)} | search.sure
    have = {person.start: person.end for person in search.found}
    again: list[Person] = []
    if names:
        first = "".join(sorted({name[0] for name in names if shape.IS_HAN.match(name)}))
        for begin in re.finditer(f"[{first}]" if first else "(?!)", text):
            start = begin.start()
            for size in (4, 3, 2):
                if start + size > len(text):
                    continue
                if start + size <= have.get(start, 0):
                    break
                if text[start : start + size] in names and _again(search, start, start + size):
                    again.append(Person(start, start + size, text[start : start + size], WHYS["again"]))
                    break
        again.extend(_again_dotted(text, names, have))
    again.extend(_again_words(search, {name for name in search.certain if name not in names}))
    return _without_overlap(search.found + again)


def _famous(found: list[Person]) -> frozenset[str]:
    """Return the names that everybody knows; in a row only where half of it is such names (彭湃 among candidates is no hero)."""
    listed = [person for person in found if person.why == WHYS["list"]]
    known = sum(person.name in _FAMOUS for person in listed)
    return _FAMOUS if 2 * known >= len(listed) else _FAMOUS - {person.name for person in listed}


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
    left = context.left_of(frame, start)
    if left.kind == "public" or (
        behind.post_right(frame, end)
        if frame.text[start:end] in search.certain
        else behind.office_right(frame, end)
    ):
        return False
    return not behind.place_right(frame, end, gap=False)


#: What joins a name to the sentence before it: a mark, a word that leads to whom something is done, a list.
JOINED = re.compile(r"(?:^|[\s,，。、;；:：()（）“\"]|[对将由被向与给和因把请让及诉]|关于|对于|给予)$")
GOES_ON = re.compile(r"[\s,，。、;；:：()（）”\"]|[的在因于与和及将已未不系称等到]|$")


def _again_words(search: Search, names: set[str]) -> Iterator[Person]:
    """Yield the other places of everyday words that are certainly names in this text (对左右采取…, 与方向取得联系)."""
    frame = search.frame
    for start, word in _places(names, frame.text):
        end = start + len(word)
        left = context.left_of(frame, start)
        told = left.kind in ("private", "kin", "minor") or JOINED.search(
            frame.text[max(0, start - 2) : start]
        )
        acts = frame.starts[end] > 1 and shape.dictionary_tag(frame.word(end)).startswith("v")
        if told and (acts or GOES_ON.match(frame.text, end) or shape.STARTER.at(frame.text, end)):
            yield Person(start, end, word, WHYS["again"])


def _places(names: set[str], text: str) -> Iterator[tuple[int, str]]:
    """Yield where one of the names stands and which, the longest at each place; quicker than an expression made for one text."""
    opening, done = PrefixSet(frozenset(names)), 0
    first = "".join(re.escape(char) for char in sorted({name[0] for name in names}))
    for begin in re.finditer(f"[{first}]", text) if first else ():
        start = begin.start()
        if start >= done and (word := opening.at(text, start)):
            done = start + len(word)
            yield start, word


def _again_dotted(text: str, names: set[str], have: dict[int, int]) -> Iterator[Person]:
    others = sorted(name for name in names if not shape.surname_size(name) or "·" in name or len(name) > 4)[
        :200
    ]
    if not others:
        return
    for start, word in _places(set(others), text):
        if start not in have:
            yield Person(start, start + len(word), word, WHYS["again"])


def _without_overlap(found: list[Person]) -> list[Person]:
    kept: list[Person] = []
    for person in sorted(found, key=lambda person: (person.start, -person.end)):
        if not kept or person.start >= kept[-1].end:
            kept.append(person)
    return kept

"""Names that are words, or that no known surname opens, right behind a word for a person or in its field.

Names of the usual shape behind such words are `detect`'s own work; here is what its shape would not let through.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, lines, shape
from gongkai.lib.privacy.persons.found import Evidence, Named
from gongkai.lib.privacy.persons.plausible import may_be_name, usual
from gongkai.lib.privacy.persons.written import BORDER
from gongkai.lib.privacy.tables import read_word_group

_PRIVATE = ("private", "kin", "minor")
_ROLES = (
    read_word_group("roles", "private") | read_word_group("roles", "kin") | read_word_group("roles", "minor")
)
_BEHIND = re.compile(f"(?<=[{''.join(sorted({role[-1] for role in _ROLES}))}])[(]?(?P<run>[{HAN}]{{2,9}})")
#: Words that only name a party, a relative, a victim: what follows is a name or a verb.
_PARTIES = read_word_group("roles", "party") | read_word_group("roles", "kin")
_IN_FIELD = re.compile(
    rf"(?:(?<=:)|(?:^|(?<=\n))[^\t\n]{{2,8}}\t(?=[^\t\n]{{2,5}}(?:\n|$)))\s{{0,3}}(?P<run>[{HAN}]{{2,5}})(?=[\s,，。、;；()（）|/]|$)"
)
_ENDING = re.compile(
    r"等(?:[0-9一二三四五六七八九十两]{1,3})?[人名户位家]?$|[一二两三四五六七八九十]{1,2}(?:人|位|名)$"
)


def after_roles(frame: Frame) -> Iterator[Named]:
    """Yield start, end, kind and word of names behind a word for a person that a closer look lets through."""
    text = frame.text
    at = 0
    while found := _BEHIND.search(text, at):
        start = found.start("run")
        at = start + 1
        if not frame.starts[start]:
            continue
        kind, word = context.role_ending(text[max(0, found.start() - 12) : found.start()])
        if kind not in _PRIVATE or _inside(frame, found.start() - len(word)):
            continue
        evidence = Evidence.PARTY if word in _PARTIES else Evidence.ROLE
        end = _end(frame, start, found["run"])
        if end and _strange(text[start:end]) and _fits(frame, start, end, evidence):
            yield start, end, kind, word
            at = end


def _inside(frame: Frame, start: int) -> bool:
    """Return whether the word for a person is the tail of a longer word (证人 in 保证人 is none, 户主 in 用户主 is none)."""
    return start > 0 and not frame.starts[start] and bool(shape.IS_HAN.match(frame.text[start - 1]))


def _strange(name: str) -> bool:
    """Return whether `detect` would not take a string for a name by its shape."""
    size = shape.surname_size(name)
    return (
        not size
        or len(name) - size not in (1, 2)
        or shape.is_ordinary(name)
        or usual(name)
        or name[0] in shape.SCARCE
        or name[0] in shape.FUNCTION_SURNAMES
        or shape.name_score(name) < 0.5
    )


def _fits(frame: Frame, start: int, end: int, evidence: Evidence) -> bool:
    text = frame.text
    if behind.fact_right(frame, end):
        evidence = Evidence.FACT
    if not may_be_name(text[start:end], evidence) or context.MASKED.match(text, end):
        return False
    return not (behind.office_right(frame, end) or behind.place_right(frame, end))


def _end(frame: Frame, start: int, run: str) -> int:
    """Return where the name at `start` ends, or 0: at a border, or before a word that does something."""
    text = frame.text
    for size in (3, 2, 4):
        if (
            size == 4
            and shape.surname_size(run) == 1
            and (run[3:4] in tuple("家户等人说") or shape.known_word(run[2:4]))
        ):
            continue
        if size < len(run) and len(shape.STARTER.at(run, size)) > 1 and frame.starts[start + size]:
            return start + size
    cut = _ENDING.search(run)
    size = cut.start() if cut else len(run)
    if (
        size > 2
        and run[size - 1] in "说称问答道签诉"
        and text[start + size : start + size + 1] in (":", ",", "的")
    ):
        size -= 1
        cut = cut or _ENDING.search("等")
    if size == 4 and run[3] in "家户" and shape.surname_size(run) == 1 and BORDER.match(text, start + 4):
        return start + 3  # 村民白永祥家（…
    if size > 2 and run[size - 1] in "于在自从至" and _DIGIT.match(text, start + size):
        return start + size - 1
    if 2 <= size <= 5 and (cut or _DIGIT.match(text, start + size) or BORDER.match(text, start + size)):
        return start + size
    opens = shape.surname_size(run)
    word = len(frame.word(start))
    sizes = (
        (shape.name_end(frame, start, opens) - start, *([word] if 1 < word < 5 else []))
        if opens
        else (3, 2, 4)
    )
    for size in sizes:
        if size < len(run) and frame.starts[start + size] and _acts(frame, start + size):
            return start + size
    return 0


_DIGIT = re.compile(r"(?:19|20)[0-9]{2}年|[0-9]{1,2}月")


def _acts(frame: Frame, start: int) -> bool:
    """Return whether a word that does something, or joins names, begins at a place."""
    if behind.verb_right(frame, start) or shape.STARTER.at(frame.text, start):
        return True
    word = frame.word(start)
    return len(word) > 1 and shape.dictionary_tag(word).startswith(("v", "d", "p"))


#: One character for a relative at the head of an item: ，父盛建华   （母余静.
_KIN = re.compile(
    rf"(?<![{HAN}])[父母妻夫子女孙媳兄弟姐妹][ :]?(?P<run>[{HAN}]{{2,4}})(?=[\s,，。、;；()（|]|$|在|"
    r"(?:19|20)[0-9]{2}年|失联|改嫁|服刑|去世|务农|随迁|随户|同住|健在|已故|打工|务工|患)"
)


def of_kin(frame: Frame) -> Iterator[Named]:
    """Yield names behind one character for a relative at the head of an item."""
    for found in _KIN.finditer(frame.text):
        name = found["run"]
        whole = found[0]
        if whole[0] == "孙" and len(whole) == 3 and shape.name_score(whole) > 0.5:
            continue  # 孙国强 is no grandson
        good = (
            bool(shape.surname_size(name))
            and shape.name_score(name) > 0.2
            and may_be_name(name, Evidence.LIST)
        )
        if (
            good
            or (shape.surname_size(name) and not shape.known_word(name) and may_be_name(name, Evidence.PARTY))
        ) and not shape.known_word(frame.text[found.start() : found.start() + 2]):
            yield *found.span("run"), "kin", found[0][0]


def in_fields(frame: Frame) -> Iterator[Named]:
    """Yield the values of fields that are called by a word for a person, whatever their shape, and the names listed with them."""
    for found in _IN_FIELD.finditer(frame.text):
        start, end = found.span("run")
        left = context.left_of(frame, start)
        if left.kind not in _PRIVATE or not _strange(frame.text[start:end]):
            continue
        if not lines.office_contact(frame, start, end, left) and _fits(frame, start, end, Evidence.FIELD):
            yield start, end, left.kind, left.word

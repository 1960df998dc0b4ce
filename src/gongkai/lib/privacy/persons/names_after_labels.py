"""Find names of unusual shape right after a word for a person or in its field.

Names of the usual shape are found by `detect`.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_word_group
from gongkai.lib.privacy.persons import context, lines, right_context, shape
from gongkai.lib.privacy.persons.name_matches import NameEvidence, NameMatch
from gongkai.lib.privacy.persons.names_without_surname import NAME_BOUNDARY_PATTERN
from gongkai.lib.privacy.persons.plausible import is_office_word, is_possible_name
from gongkai.lib.privacy.search_text import SearchText

_PRIVATE_KINDS = ("private", "kin", "minor")
_PERSON_ROLES = (
    read_word_group("roles", "private") | read_word_group("roles", "kin") | read_word_group("roles", "minor")
)
_RUN_AFTER_ROLE_RE = re.compile(
    f"(?<=[{''.join(sorted({role[-1] for role in _PERSON_ROLES}))}])[(]?(?P<run>[{HAN}]{{2,9}})"
)
#: Words that only name a party, a relative, a victim: what follows is a name or a verb.
_PARTY_WORDS = read_word_group("roles", "party") | read_word_group("roles", "kin")
_FIELD_VALUE_RE = re.compile(
    rf"(?:(?<=:)|(?:^|(?<=\n))[^\t\n]{{2,8}}\t(?=[^\t\n]{{2,5}}(?:\n|$)))\s{{0,3}}(?P<run>[{HAN}]{{2,5}})(?=[\s,，。、;；()（）|/]|$)"
)
_COUNT_ENDING_RE = re.compile(
    r"等(?:[0-9一二三四五六七八九十两]{1,3})?[人名户位家]?$|[一二两三四五六七八九十]{1,2}(?:人|位|名)$"
)


def find_names_after_roles(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield start, end, kind and role of unusual names after a word for a person."""
    text = search_text.text
    at = 0
    while match := _RUN_AFTER_ROLE_RE.search(text, at):
        start = match.start("run")
        at = start + 1
        if not search_text.starts[start]:
            continue
        kind, word = context.find_role_at_end(text[max(0, match.start() - 12) : match.start()])
        if kind not in _PRIVATE_KINDS or _is_inside_word(search_text, match.start() - len(word)):
            continue
        if context.continues_as_role(text, start, word):
            continue  # 大舅|哥何静
        evidence = NameEvidence.PARTY if word in _PARTY_WORDS else NameEvidence.ROLE
        end = _find_name_end(search_text, start, match["run"])
        if end and _has_unusual_shape(text[start:end]) and _is_acceptable(search_text, start, end, evidence):
            yield start, end, kind, word
            at = end


def _is_inside_word(search_text: SearchText, start: int) -> bool:
    """Return true if no word of the segmentation starts here."""
    return (
        start > 0
        and not search_text.starts[start]
        and bool(shape.HAN_CHARACTER_PATTERN.match(search_text.text[start - 1]))
    )


def _has_unusual_shape(name: str) -> bool:
    """Return whether a word does not look like a usual Chinese name."""
    size = shape.get_surname_size(name)
    return (
        not size
        or len(name) - size not in (1, 2)
        or shape.is_ordinary_word(name)
        or is_office_word(name)
        or name[0] in shape.SCARCE_SURNAMES
        or name[0] in shape.FUNCTION_SURNAMES
        or shape.score_name(name) < 0.5
    )


def _is_acceptable(search_text: SearchText, start: int, end: int, evidence: NameEvidence) -> bool:
    """Return whether a string is a possible name, given the evidence, and no official's."""
    text = search_text.text
    if right_context.has_marked_fact_after(search_text, end):
        evidence = NameEvidence.FACT
    if not is_possible_name(text[start:end], evidence) or context.MASK_SIGN_PATTERN.match(text, end):
        return False
    return not (
        right_context.is_official_after(search_text, end) or right_context.is_continued_as_place(search_text, end)
    )


def _find_name_end(search_text: SearchText, start: int, run: str) -> int:
    """Return the end of the announced name that opens a run of characters, or 0 if it is none."""
    text = search_text.text
    for size in (3, 2, 4):
        if (
            size == 4
            and shape.get_surname_size(run) == 1
            and (run[3:4] in tuple("家户等人说") or shape.is_dictionary_word(run[2:4]))
        ):
            continue
        if size < len(run) and len(shape.FOLLOWING_WORDS.at(run, size)) > 1 and search_text.starts[start + size]:
            return start + size
    match = _COUNT_ENDING_RE.search(run)
    size = match.start() if match else len(run)
    if size > 2 and run[size - 1] in "说称问答道签诉" and text[start + size : start + size + 1] in (":", ",", "的"):
        size -= 1
        match = match or _COUNT_ENDING_RE.search("等")
    if (
        size == 4
        and run[3] in "家户"
        and shape.get_surname_size(run) == 1
        and NAME_BOUNDARY_PATTERN.match(text, start + 4)
    ):
        return start + 3  # 村民白永祥家（…
    if size > 2 and run[size - 1] in "于在自从至" and _PARTIAL_DATE_RE.match(text, start + size):
        return start + size - 1
    if 2 <= size <= 5 and (
        match or _PARTIAL_DATE_RE.match(text, start + size) or NAME_BOUNDARY_PATTERN.match(text, start + size)
    ):
        return start + size
    opens = shape.get_surname_size(run)
    word = len(search_text.word(start))
    sizes = (
        (shape.find_name_end(search_text, start, opens) - start, *([word] if 1 < word < 5 else []))
        if opens
        else (3, 2, 4)
    )
    for size in sizes:
        if size < len(run) and search_text.starts[start + size] and _begins_verb_or_joiner(search_text, start + size):
            return start + size
    return 0


_PARTIAL_DATE_RE = re.compile(r"(?:19|20)[0-9]{2}年|[0-9]{1,2}月")


def _begins_verb_or_joiner(search_text: SearchText, start: int) -> bool:
    """Return whether a verb, adverb, preposition or joining word begins here."""
    if right_context.score_verb_after(search_text, start) or shape.FOLLOWING_WORDS.at(search_text.text, start):
        return True
    word = search_text.word(start)
    return len(word) > 1 and shape.get_word_tag(word).startswith(("v", "d", "p"))


#: Labels whose value is always a name.
_NAME_LABELS = frozenset(("姓名", "签字", "签名"))
#: One character for a relative at the head of an item: ，父盛建华   （母余静.
_KINSHIP_CHARACTER_RE = re.compile(
    rf"(?<![{HAN}])[父母妻夫子女孙媳兄弟姐妹][ :]?(?P<run>[{HAN}]{{2,4}})(?=[\s,，。、;；()（|]|$|在|"
    r"(?:19|20)[0-9]{2}年|失联|改嫁|服刑|去世|务农|随迁|随户|同住|健在|已故|打工|务工|患)"
)


def find_relatives(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names after one character for a relative at the start of an item (，父盛建华)."""
    for match in _KINSHIP_CHARACTER_RE.finditer(search_text.text):
        name = match["run"]
        text = match[0]
        if text[0] == "孙" and len(text) == 3 and shape.score_name(text) > 0.5:
            continue  # 孙国强 is no grandson
        good = (
            bool(shape.get_surname_size(name))
            and shape.score_name(name) > 0.2
            and is_possible_name(name, NameEvidence.LIST)
        )
        if (
            good
            or (
                shape.get_surname_size(name)
                and not shape.is_dictionary_word(name)
                and is_possible_name(name, NameEvidence.PARTY)
            )
        ) and not shape.is_dictionary_word(search_text.text[match.start() : match.start() + 2]):
            yield *match.span("run"), "kin", match[0][0]


def find_field_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield the values of person fields, whatever their shape, and names listed with them."""
    for match in _FIELD_VALUE_RE.finditer(search_text.text):
        start, end = match.span("run")
        left = context.read_left_context(search_text, start)
        if left.kind not in _PRIVATE_KINDS:
            continue
        if left.word not in _NAME_LABELS and not _has_unusual_shape(search_text.text[start:end]):
            continue
        if not lines.is_office_contact(search_text, start, end, left) and _is_acceptable(
            search_text, start, end, NameEvidence.FIELD
        ):
            yield start, end, left.kind, left.word

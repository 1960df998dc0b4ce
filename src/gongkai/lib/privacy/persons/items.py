"""Find names at the start of parallel list items, whatever the names look like."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.persons import context, lines, right_context, shape
from gongkai.lib.privacy.persons.elements import (
    BANK_CARD_PATTERN,
    DISABILITY_GRADE_PATTERN,
    DISEASE_PATTERN,
    ID_NUMBER_PATTERN,
    MOBILE_NUMBER_PATTERN,
    SCHOOL_CLASS_PATTERN,
)
from gongkai.lib.privacy.persons.name_matches import NameEvidence, NameMatch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_possible_name
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_line_around

_ITEM_SEGMENT_RE = re.compile(r"[^\n;；]+")
_ITEM_MARK = (
    r"(?:[0-9]{1,3}[号栋幢]楼?)?(?:[0-9]{1,3}单元)?[0-9]{1,4}[号室]\s?|[一二三四五六七八九高初][一二三]?(?:年级)?[(][0-9]{1,2}[)]班\s?|(?:周|星期)[一二三四五六日]\s?|"
    r"第[0-9一二三四五六七八九十]{1,3}名\s?|0[0-9]{1,5}\s|[(]?[0-9]{1,3}[).、]?\s?(?!号|栋|幢|室|年|月|日)"
)
_ITEM_HEAD_RE = re.compile(
    rf"\s*(?P<mark>(?:{_ITEM_MARK})[,，]?\s?|)"
    rf"(?P<head>[{HAN}]{{2,5}}(?:[·•・][{HAN}]{{1,8}}){{0,2}})\s?(?P<sep>[,，(|\t—、]|[ ]{{1,4}}(?=\S)|(?=[0-9]|家庭|。|$))"
)
#: Facts of persons anywhere in an item.
_PERSONAL_FACT_RE = re.compile(
    rf"(?<![{HAN}])[男女](?![{HAN}])|[0-9]{{1,3}}岁|{ID_NUMBER_PATTERN}|{MOBILE_NUMBER_PATTERN}|{BANK_CARD_PATTERN}|{DISABILITY_GRADE_PATTERN}|(?:{DISEASE_PATTERN})|{SCHOOL_CLASS_PATTERN}|[一二三四五六七八九十]级|(?:原留|家庭|联系)(?:电话|地址)|(?:现|原|家)住|户籍"
)
_OFFICE_WORD_RE = re.compile(
    r"局长|县长|市长|区长|镇长|乡长|书记|主任|主席|部长|院长|校长|会长|经理|委员|科长|处长|所长|站长|法定代表人|有限公司|研究员|教授|现任|拟任|律师"
)


_PERSONAL_NUMBER_RE = re.compile(f"{ID_NUMBER_PATTERN}|{MOBILE_NUMBER_PATTERN}|{BANK_CARD_PATTERN}")
#: An ID number in three parts.
_SPACED_ID_RE = re.compile(r"[1-9][0-9]{5} (?:19|20)[0-9]{6} [0-9]{3}[0-9Xx]")


#: An amount after the name as the only other content of an item (金玉 500).
_AMOUNT_AFTER_NAME_RE = re.compile(r"(?<=\s)[0-9][0-9,.]{0,9}\s?(?:元|万元)?[。.]?\s*$")


class _ListItem:
    """One list item: position of its name, separator, rest and its position (`after`), and evidence of a person."""

    def __init__(self, start: int, head: str, sep: str, rest: str, after: int) -> None:
        self.start, self.head, self.sep, self.rest, self.after = start, head, sep, rest, after
        self.numbers = rest.lstrip()

    @property
    def has_personal_fact(self) -> bool:
        """Return true if the item contains a personal fact."""
        return bool(
            _PERSONAL_FACT_RE.search(self.rest)
            or _PERSONAL_NUMBER_RE.match(self.numbers)
            or _SPACED_ID_RE.match(self.numbers)
        )

    @property
    def is_official(self) -> bool:
        """Return true if the item names a post or body and no private number."""
        return bool(_OFFICE_WORD_RE.search(self.rest)) and not _PERSONAL_NUMBER_RE.search(self.rest)


#: Labels before a colon that introduce an office's contact person.
_OFFICE_CONTACT_WORDS = ("联系人", "监督人", "受理人", "咨询人", "负责人", "经办人", "承办人")


def find_item_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield the names at the start of parallel items in a list of persons."""
    group: list[_ListItem] = []
    for segment in _ITEM_SEGMENT_RE.finditer(search_text.text):
        item = _parse_item_with_place(segment[0], segment.start()) or _parse_item(segment[0], segment.start())
        if item and (not group or group[-1].sep == item.sep):
            group.append(item)
            continue
        yield from _find_person_names_in_group(search_text, group)
        group = [item] if item else []
    yield from _find_person_names_in_group(search_text, group)


#: A town or village before the name at the head of an item (青石镇方圆，大学毕业).
_ORIGIN_AND_NAME_RE = re.compile(
    rf"[:：]?\s*(?P<place>[{HAN}]{{1,6}}?[镇乡村](?![镇乡村])|[{HAN}]{{1,6}}?(?:街道|社区))(?P<name>[{HAN}]{{2,4}})(?=[,，(])"
)


def _parse_item_with_place(segment: str, start: int) -> _ListItem | None:
    """Return the list item whose name follows a place of origin, or None."""
    match = _ORIGIN_AND_NAME_RE.match(segment) or _ORIGIN_AND_NAME_RE.match(segment, max(0, segment.rfind(":", 0, 60)))
    if not match or not shape.get_surname_size(match["name"]) or match["name"][-1] in shape.PLACE_SUFFIXES:
        return None
    rest = match.end() + 1
    return _ListItem(start + match.start("name"), match["name"], ",", segment[rest:120], start + rest)


def _parse_item(segment: str, start: int) -> _ListItem | None:
    """Return the name at the start of a list item with the text after it, or None."""
    match = _ITEM_HEAD_RE.match(segment)
    if not match:
        colon = segment.rfind(":", 0, 60)
        label = segment[: max(0, colon)].rstrip()
        office = label.endswith(_OFFICE_CONTACT_WORDS) or context.find_role_at_end(label)[0] == "public"
        match = _ITEM_HEAD_RE.match(segment, colon + 1) if colon > 0 and not office else None
    if not match:
        return None
    numbered = _PERSONAL_NUMBER_RE.match(segment, match.end()) or _SPACED_ID_RE.match(segment, match.end())
    numbered = numbered or _AMOUNT_AFTER_NAME_RE.match(segment, match.end())
    if not (match["sep"] or match["mark"] or numbered or segment.startswith("家庭", match.end())):
        return None
    sep = match["sep"].strip().replace("(", ",").replace("，", ",").replace("。", "、") or "_"
    rest = match.end()
    return _ListItem(start + match.start("head"), match["head"], sep, segment[rest:120], start + rest)


def _is_historical(search_text: SearchText, item: _ListItem) -> bool:
    """Return true if an item is about a historical person, without a personal number."""
    return lines.is_historical_mention(search_text, item.start, item.rest) and not _PERSONAL_NUMBER_RE.search(item.rest)


def _is_person_list(search_text: SearchText, group: list[_ListItem], clear_share: float) -> bool:
    """Return whether list items with facts or clear names are private persons."""
    size = len(group)
    facts = sum(item.has_personal_fact for item in group) / size
    if not (facts >= 0.7 or (size > 2 and clear_share >= 0.5) or (clear_share >= 0.5 and facts > 0)):
        return False
    if sum(item.is_official for item in group) * 2 >= size:
        return False
    line = get_line_around(search_text, max(0, group[0].start - 2), 160)
    return bool(facts) or not (
        lines.is_public_line(line) or lines.is_historical_mention(search_text, group[0].start, line)
    )


def _find_person_names_in_group(search_text: SearchText, group: list[_ListItem]) -> Iterator[NameMatch]:
    """Yield the private persons' names of a group of similar list items."""
    size = len(group)
    if size < 2:
        return
    if 4 * sum(is_possible_name(item.head, NameEvidence.FACT) or "·" in item.head for item in group) < 3 * size:
        return
    clear_share = sum(has_clear_name_shape(item.head) for item in group) / size
    if not _is_person_list(search_text, group, clear_share):
        return
    sure = NameEvidence.FACT if clear_share >= 0.6 and size > 2 else NameEvidence.LIST
    plausible = [
        item
        for item in group
        if (is_possible_name(item.head, sure) or "·" in item.head) and not _is_historical(search_text, item)
    ]
    if len(plausible) * 4 < size * 3:
        return
    for item in plausible:
        end = item.start + len(item.head)
        post = (
            item.sep == ","
            and right_context.has_post_clause(search_text, end)
            and not _PERSONAL_NUMBER_RE.search(item.rest)
        )
        if post or right_context.has_profession_after(search_text, end):
            continue
        yield item.start, item.start + len(item.head), "list", ""
        for match in _FURTHER_NAME_RE.finditer(item.rest) if item.sep == "、" else ():
            if is_possible_name(match[0], NameEvidence.FACT if clear_share >= 0.5 else NameEvidence.LIST):
                start = item.after + match.start()
                yield start, start + len(match[0]), "list", ""


#: Further names of one item, parted by 、.
_FURTHER_NAME_RE = re.compile(rf"(?:(?<=、)|^)[{HAN}]{{2,4}}(?=[、]|$)")

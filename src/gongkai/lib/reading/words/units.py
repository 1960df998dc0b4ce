"""Read the units of a cell: separators, labels, brackets, open lists."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.clauses import UnitRole, has_both_roles, split_clauses
from gongkai.lib.reading.words.unit_names import (
    ETC_PATTERN,
    GOVERNMENT_BEFORE_OFFICE_PATTERN,
    LABEL_OF_UNITS,
    OFFICE_PATTERN,
    UNIT_NAME_END_PATTERN,
    are_persons,
    is_unit_group,
    split_at_blanks,
    split_outside_brackets,
)

_LABEL_WORD = r"(?:市级|区级|县级|省级|第一|主要)?(?:牵头|主办|责任|配合|协办|参与|承办|落实|协助|主责|负责)"
_LABEL_BODY = r"(?:责任)?(?:单位|部门|处室|科室|股室|机构|主体)?"
#: A label before units in a cell.
UNIT_LABEL_PATTERN = re.compile(rf"(?P<label>{_LABEL_WORD}{_LABEL_BODY})\s*[:：]\s*")
_LEAD_WORDS = ("牵头", "主办", "主责")
_UNIT_SEPARATORS = "、，,；;。/／\n|"
#: A statement that the first named unit leads, also in what follows: `列第一位者为牵头单位，下同`.
FIRST_LEADS_PATTERN = re.compile(
    r"[，,、；;。（(]?\s*(?:(?:排|列)(?:名|序)?(?:在|为)?)?(?:第一位|首位|第一)(?:者|的)?(?:责任)?(?:单位|部门)?(?:为|是)?牵头(?:或[^，,）)]{2,4}?)?(?:责任)?(?:单位|部门)?[）)]?"
    r"(?P<below>[，,、]?\s*(?:以)?下(?:文)?同)?[）)]?|[（(][^（）()]{0,16}第一[^（）()]{0,10}牵头[^（）()]{0,16}[）)]"
)
_LEVEL_WITHOUT_NAME_RE = re.compile(
    r"^(?:各)?(?:国家|省|市|州|区|县|区县|市县|乡|镇|乡镇|街道|中央|省级|市级|区级|县级)$"
)
_MISSING_SEPARATOR_RE = re.compile(
    r"(?<=局|厅|办|室|馆|心|委|院|部|位)(?=[省市区县州旗镇乡各][^、，；]{1,20}(?:局|厅|办|室|馆|心|委|院|部|部门|政府|公司|街道|乡镇|镇街|办事处|管委会|单位|国企|企业)$)"
)
_UNIT_SENTENCE_RE = re.compile(
    r"(?P<unit>[^（）()]{2,24}?)(?P<verb>牵头|负责|做好|落实|配合|参与|协助|承担|指导|统筹)(?P<rest>.{3,})$"
)
_HELPERS_IN_BRACKETS_RE = re.compile(
    rf"[（(](?P<who>[{HAN}、]{{2,40}}?)(?:协助|协同|参与)?(?:配合|协助|参与|协办)[）)]$"
)
_HELPER_MARK_RE = re.compile(r"[（(](?:配合|协办|协助|参与)(?:单位|部门)?[）)]$")
_LEAD_MARK_RE = re.compile(r"[（(](?:牵头|牵头单位|主办|主责)[）)]$")


def is_first_leading(texts: Iterable[str]) -> bool:
    """Return true if a header or the notice states that the unit named first leads."""
    return any(FIRST_LEADS_PATTERN.search(text) for text in texts)


@dataclass(slots=True)
class CellUnits:
    """The units of a cell: leading ones, all others, and doubts in Chinese.

    `alternative`: the text of another possible reading; `seen`: (is leading, name) of each unit.
    """

    lead: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    alternative: str | None = None
    joined: bool = False  # A会同B: the others help, in a column of who leads, too
    seen: set[tuple[bool, str]] = field(default_factory=set)

    def all(self) -> tuple[str, ...]:
        """Return every unit, the leading ones first."""
        return (*self.lead, *self.others)


#: 全县各单位（牵头：县政务公开办）, at the end of a cell
_LABEL_IN_BRACKETS_RE = re.compile(
    r"[（(](?P<label>(?:牵头|主办|配合|协办)(?:单位|部门|科室|处室)?)[：:]\s*(?P<who>[^（）()：:]{2,80})[）)]\s*$"
)
#: 1.财政局
_LEADING_COUNT_RE = re.compile(r"^\d{1,2}[．.、]\s*(?=[^\d\s])")


def read_units(text: str) -> CellUnits:
    """Return the units of a cell; labels such as 牵头处室： are removed."""
    units = CellUnits()
    leading = False
    text = _LABEL_IN_BRACKETS_RE.sub(r"；\g<label>：\g<who>", text)
    first_leads = bool(FIRST_LEADS_PATTERN.search(text))
    text = FIRST_LEADS_PATTERN.sub("", text)
    for part, label in _split_at_labels(_join_broken_names(text)):
        leading = leading if label is None else label.startswith(_LEAD_WORDS) or any(x in label for x in _LEAD_WORDS)
        for words, leads in _read_by_verb(part, units):
            for piece in _split_names(words, units):
                _add_unit(piece, units, leading=leading if leads is None else leads)
    if first_leads and not units.lead and units.others and not is_unit_group(units.others[0]):
        units.lead.append(units.others.pop(0))
    return units


def _read_by_verb(text: str, units: CellUnits) -> list[tuple[str, bool | None]]:
    """Return (names, leads) of each clause: true, false for helpers, None without a verb."""
    clauses = split_clauses(text)
    helped = has_both_roles(clauses)
    if helped:
        units.doubts.append(f"“{text[:30]}”没有写明牵头，按“负责”的牵头、“配合”的为责任单位读取")
        units.alternative = text
    if joined := [clause.names for clause in clauses if clause.joined]:
        units.joined = True
        units.doubts.append(f"“{text[:30]}”没有写明牵头，按“{joined[0][:20]}”牵头、会同的为责任单位读取")
        units.alternative = text
    leads = {UnitRole.LEADS: True, UnitRole.HELPS: False, UnitRole.DOES: True if helped else None}
    return [(clause.names, leads.get(clause.role) if clause.role else None) for clause in clauses]


def _split_at_labels(text: str) -> list[tuple[str, str | None]]:
    """Return (text, its label such as 牵头单位： or None) of each part."""
    matches = list(UNIT_LABEL_PATTERN.finditer(text))
    if not matches:
        return [(text, None)]
    parts: list[tuple[str, str | None]] = []
    if head := text[: matches[0].start()].strip():
        parts.append((head, None))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    parts.extend((text[m.end() : end], m["label"]) for m, end in zip(matches, ends, strict=True))
    return parts


def _join_broken_names(text: str) -> str:
    """Return the text of a cell with a name that a line break divides on one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    out = ""
    for line in lines:
        if GOVERNMENT_BEFORE_OFFICE_PATTERN.search(out[-12:]) and OFFICE_PATTERN.match(line):
            out += line  # 市政府 / 办公室
            continue
        is_complete = not out or out[-1] in _UNIT_SEPARATORS or line[0] in _UNIT_SEPARATORS
        match = UNIT_NAME_END_PATTERN.search(
            _remove_persons_from_words(split_outside_brackets(out[-80:])[-1])
        ) or _VERB_AT_END_RE.search(out)
        if is_complete or (match and not _is_name_fragment(line)):
            out += ("\n" if out and not is_complete else "") + line
        else:
            out += line
    return out


#: 区民政局牵头 / 各镇配合
_VERB_AT_END_RE = re.compile(r"(?<=..)(?:牵头|主办|负责|承办|配合|参与|协助|协办|落实)$")


def _remove_persons_from_words(piece: str) -> str:
    words = piece.split()
    return "".join(word for word in words if not are_persons(word)) if len(words) > 1 else piece


def _is_name_fragment(line: str) -> bool:
    """Return true if a line begins with a part of a unit name."""
    first = _VERB_AT_END_RE.sub("", _remove_persons_from_words(split_outside_brackets(line)[0].strip()))
    return bool(first) and ((len(first) <= 2 and not first.startswith("各")) or not UNIT_NAME_END_PATTERN.search(first))


def _split_names(text: str, units: CellUnits) -> list[str]:
    """Return the unit names of a text; doubts about them are added to `units`."""
    pieces: list[str] = []
    waiting = ""
    for piece in [
        separated
        for bracket_part in split_outside_brackets(text)
        for separated in _split_blank_separated(bracket_part, units)
    ]:
        name = _remove_persons(piece, units)
        if not name:
            continue
        if _LEVEL_WITHOUT_NAME_RE.match(name) and not name.startswith("各"):
            waiting += name + "、"
            continue
        if pieces and _is_one_group(pieces[-1], name):
            pieces[-1] += f"、{waiting}{name}"  # 各市、州、县人民政府
            waiting = ""
            continue
        pieces.append(waiting + name)
        waiting = ""
    if waiting:
        pieces.append(waiting.rstrip("、"))
    return [
        name for piece in pieces for value in _split_at_conjunction(piece) for name in _split_run_together(value, units)
    ]


def _split_blank_separated(piece: str, cell_units: CellUnits) -> list[str]:
    """Return the names between blanks; if there are several, add a doubt and one name as the alternative."""
    names = split_at_blanks(piece)
    if len(names) < 2:
        return [piece]
    cell_units.doubts.append(f"“{'、'.join(names)}”之间只有空格，按{len(names)}个单位读取")
    cell_units.alternative = "".join(names)
    return names


_PERSON_IN_BRACKETS_RE = re.compile(r"[（(](?P<who>[^（）()]{2,20})[）)]$")


def _remove_persons(piece: str, units: CellUnits) -> str:
    """Return the text without names of persons; add a doubt about them."""
    words = piece.split()
    persons = [word for word in words if are_persons(word)]
    name = "".join(word for word in words if word not in persons)
    if (match := _PERSON_IN_BRACKETS_RE.search(name)) and are_persons(match["who"]):
        persons.append(match["who"])
        name = name[: match.start()]
    if persons:
        units.doubts.append(f"“{'、'.join(persons)}”像是人名，没有作为单位")
    return name


_EVERY_REGION_RE = re.compile(r"^各(?:设区)?(?:省|市|州|区|县|镇|乡|旗)(?:[（(][^（）()]{1,8}[）)])?$")
_REGION_GOVERNMENT_RE = re.compile(
    r"^(?:自治)?(?:市|州|区|县|旗|县级市)(?:[（(][^（）()]{1,8}[）)])?(?:(?:人民)?政府|管委会)?(?:[（(][^（）()]{1,8}[）)])?$"
)


#: 各市、县（市、区）教育局: one office of each of these.
_EVERY_CITY_RE = re.compile(r"^各(?:设区)?(?:市|州|县)$")
_REGION_OFFICE_RE = re.compile(rf"^(?:州|区|县|旗|县级市)(?:[（(][^（）()]{{1,8}}[）)])?[{HAN}]{{2,14}}$")


def _is_one_group(previous: str, name: str) -> bool:
    """Return true if two names that a list separator split are one unit group.

    各市、州、县人民政府: regions and their government; 各市、县教育局: an office of each; 党委、政府: both of one place.
    """
    return (
        bool(_EVERY_REGION_RE.match(previous) and _REGION_GOVERNMENT_RE.match(name))
        or bool(_EVERY_CITY_RE.match(previous) and _REGION_OFFICE_RE.match(name) and UNIT_NAME_END_PATTERN.search(name))
        or (previous.endswith(("党委", "党工委")) and name in ("政府", "人民政府", "管委会"))
    )


_CONJUNCTION_BETWEEN_UNITS_RE = re.compile(r"以及|及|和(?=[市省县区州国各有相直])|与(?=[市省县区州各有相])")


def _split_at_conjunction(name: str) -> list[str]:
    """Return the units that 和 or 及 joins if each is a whole name, else the name alone."""
    for match in _CONJUNCTION_BETWEEN_UNITS_RE.finditer(name):
        left, right = name[: match.start()], name[match.end() :]
        both = UNIT_NAME_END_PATTERN.search(ETC_PATTERN.sub("", left)) and UNIT_NAME_END_PATTERN.search(right)
        inside = left.count("（") != left.count("）") or left.count("(") != left.count(")")
        if (
            both
            and not inside
            and len(left) >= 3
            and (len(right) >= 4 or (len(right) == 3 and right.startswith("各")))
            and not right.startswith(("其", "所属"))
        ):
            return [left, *_split_at_conjunction(right)]
    return [name]


def _split_run_together(name: str, units: CellUnits) -> list[str]:
    """Return the unit names in a text; several without a mark between them get a doubt."""
    cuts = [m.start() for m in _MISSING_SEPARATOR_RE.finditer(name) if m.start() >= 3]
    names = [name[a:b] for a, b in zip([0, *cuts], [*cuts, len(name)], strict=True)]
    if len(names) == 1 or any(len(value) < 3 for value in names):
        return [name]
    units.doubts.append(f"“{name}”之间没有分隔，按{len(names)}个单位读取")
    units.alternative = name
    return names


def _add_unit(name: str, units: CellUnits, *, leading: bool) -> None:
    """Add a unit (`leading` unless a mark shows another role) and those in its brackets; 等 at the end is removed."""
    if (match := _UNIT_SENTENCE_RE.match(name)) and UNIT_NAME_END_PATTERN.search(match["unit"]):
        units.doubts.append(f"“{name}”是一句话，按单位“{match['unit']}”读取")
        name, leading = match["unit"], leading or match["verb"] == "牵头"
    if match := _HELPERS_IN_BRACKETS_RE.search(name):  # 综合行政执法办（司法所配合）
        name = name[: match.start()]
        helpers = [bracket for bracket in split_outside_brackets(match["who"]) if bracket]
        _store_unit(name, units, leading=leading)
        for helper in helpers:
            _store_unit(helper, units, leading=False)
        units.doubts.append(f"“{name}”括号中写明由“{match['who']}”配合，按责任单位读取")
        return
    if match := _HELPER_MARK_RE.search(name):
        name, leading = name[: match.start()], False
    if match := _LEAD_MARK_RE.search(name):
        name, leading = name[: match.start()], True
    if match := ETC_PATTERN.search(name):
        units.doubts.append(f"“{name}”以“等”结尾，名单没有列全")
        if match.start():
            _store_unit(name[: match.start()], units, leading=leading)
        name = match["rest"] if match["which"] else ""
    _store_unit(name, units, leading=leading)


#: 派出所工商质监所, 财务科人事科: two offices of one rank printed together.
_RUN_TOGETHER_RANKS_RE = re.compile(
    r"[^、（）()总](?P<rank>[局科股所站处]|办(?!公|事))[^、（）()]{2,8}(?<!分)(?P=rank)$"
)
#: 监督处等相关处室: an open list that is kept as printed.
_OPEN_LIST_RE = re.compile(
    rf"等(?:有关|相关|各)[{HAN}]{{0,4}}(?:处室|科室|股室|机构|企业|学校|人员)(?:[（(][^（）()]{{2,4}}[）)])?$"
)
#: 市司法局（2项）: how many tasks stand below the heading.
_TASK_COUNT_RE = re.compile(r"[（(]共?\s?(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?[项条件个][）)]$")
#: 市教育局（5月）: by when, and no part of the name.
_LIMIT_IN_BRACKETS_RE = re.compile(
    r"[（(](?P<when>(?:20\d\d年)?\d{1,2}月[底末]?(?:\d{1,2}日)?[前底]?|第?[一二三四1-4]季度末?前?|[上下]半年|年底前?|全年)[）)]$"
)
#: 技术：市大数据局: a label that no rule knows, in front of a name.
_UNKNOWN_LABEL_RE = re.compile(rf"(?P<label>[{HAN}]{{2,6}})[:：]\s*(?P<name>[{HAN}（）()]{{3,30}})$")


#: ——责任部门: a label behind a sign of the page.
_LABEL_WITHOUT_UNITS_RE = re.compile(rf"\W+{LABEL_OF_UNITS}")


def _store_unit(name: str, units: CellUnits, *, leading: bool) -> None:
    """Add a unit's bare name once, with a doubt if it does not have the form of one."""
    name = _TASK_COUNT_RE.sub("", name.strip("：: "))
    if match := _LEADING_COUNT_RE.match(name):
        units.doubts.append(f"“{name}”前的编号没有作为名称的一部分，可能只对应举措中的一条，请核对")
        name = name[match.end() :]
    if match := _LIMIT_IN_BRACKETS_RE.search(name):
        units.doubts.append(f"“{name}”括号中的“{match['when']}”没有作为时限，请核对")
        name = name[: match.start()]
    if (match := _UNKNOWN_LABEL_RE.match(name)) and UNIT_NAME_END_PATTERN.search(match["name"]):
        units.doubts.append(f"“{name}”按不牵头的单位读取")
        name, leading = match["name"], False
    if not name or name == "无" or set(name) <= set("—–－-―/"):
        return
    if (leading, name) in units.seen:
        return
    units.seen.add((leading, name))
    (units.lead if leading else units.others).append(name)
    if not UNIT_NAME_END_PATTERN.search(name) or "：" in name or ":" in name or _LABEL_WITHOUT_UNITS_RE.fullmatch(name):
        units.doubts.append(f"“{name}”不像单位名称")
    elif _RUN_TOGETHER_RANKS_RE.search(name):
        units.doubts.append(f"“{name}”像是几个单位印在一起，没有分开，请核对")
    elif _OPEN_LIST_RE.search(name):
        units.doubts.append(f"“{name}”以“等”收尾，名单没有列全")

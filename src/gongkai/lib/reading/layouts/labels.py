"""Labels before units, limits, persons and facts in running text (责任单位：, 完成时限：)."""

from collections import Counter
from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.align import is_unit_list
from gongkai.lib.reading.words.unit_names import (
    ETC_PATTERN,
    UNIT_NAME_END_PATTERN,
    is_office,
    is_unit_group,
    split_at_blanks,
    split_outside_brackets,
)

#: Labels of one kind of unit: 牵头单位, 责任部门.
SINGLE_UNIT_LABELS = (
    r"(?:市级|区级|县级|主要|共同|项目|工程|任务|具体)?(?:牵头|主办|责任|配合|协办|协作|协同|参与|承办|落实|负责|主责|实施|执行|推进)(?:考核|督办|督导)?(?:责任)?"
    r"(?:单位|部门|处室|科室|股室|主体)?(?:[及和与、/（(](?:责任|负责|联系)人[）)]?)?|(?:责任|任务|职责)分工|分工(?=\s*[:：])"
)
#: All labels of units; 起草部门 is one only before a colon.
UNIT_LABELS = rf"{SINGLE_UNIT_LABELS}|(?:起草|编制|申报|解读)(?:责任)?(?:单位|部门|处室|科室|股室|主体)(?=\s*[:：])"
#: Labels of time limits.
DEADLINE_LABELS = (
    r"(?:完成|整改|办理|落实|推进|办结)时限|(?:时限|期限)(?=\s*[:：])|时限要求|完成时间|时间节点|时间要求|时间安排|公开时限|更新频率|"
    r"(?:计划|预计|拟|提请|报送|送审|出台)[^，,。；;：:]{0,8}(?:时间|时限)(?=\s*[:：])"
)
#: Labels of people and facts next to the units; they go to the other columns.
OTHER_FACT_LABELS = (
    r"(?:项目|具体|科室|第一|主要|市级|区级|县级)?(?:责任|牵头|分管|联系|包抓|包联|包保|挂点|主管|督办)(?:[省市县区]级?)?(?:政府)?(?:领导|人)|"
    r"(?:项目|主要|分管|科室|具体)?负责人|联络[员人]|联系电话|(?:实际|目前|当前)?(?:完成|进展|推进|落实)情况|成果形式|工作进展|备注|"
    r"(?:公开|发布)?(?:载体|平台|形式)(?=\s*[:：])|(?:公开|发布)?(?:位置|栏目|途径|网址|路径|渠道)(?=\s*[:：])"
)
#: A line that begins with a label of units or time limits, or of other facts with a colon.
LABEL_PATTERN = re.compile(
    rf"^[【（(\[]?(?:(?:{UNIT_LABELS}|{DEADLINE_LABELS})\s*[:：]|(?:{OTHER_FACT_LABELS})\s*[:：][^。]{{1,60}}?(?:{UNIT_LABELS})\s*[:：])"
)
#: A line that begins with a label of neither units nor deadline (备注：).
OTHER_FACT_LABEL_PATTERN = re.compile(rf"^(?:{OTHER_FACT_LABELS})\s*[:：]")
#: `；经办科员：…`: whatever else is labelled beside the units.
LABELLED_PART_PATTERN = re.compile(
    rf"(?P<label>(?P<beside>{OTHER_FACT_LABELS})|{UNIT_LABELS}|{DEADLINE_LABELS}|(?P<other>(?<=[；;])[{HAN}]{{2,8}}))\s*[:：]"
)
#: Words of labels of persons.
PERSON_LABEL_PATTERN = re.compile(r"责任人|负责人")
#: A label before the text of a task.
TEXT_LABEL_PATTERN = re.compile(
    r"^(?:工作|具体|主要|重点|任务|公开|落实|整改)?(?:内容|举措|措施|要求|任务)(?:及要求)?\s*[:：]\s*"
)

_UNIT_LABEL_HEAD = (
    r"(?:牵头|主办|责任|配合|协办|协助|参与|承办|落实|实施|负责)(?:单位|部门|处室|科室|股室)"
    r"|(?:完成|办理|办结|公开)(?:时限|时间|期限)|时限要求"
    r"|(?:公开|发布)(?:渠道|途径|方式|载体|平台|栏目|路径|位置)"
)
_LABEL_WITH_UNIT_KIND_RE = re.compile(
    rf"(?P<label>{_UNIT_LABEL_HEAD})[（(](?:单位|部门|处室|科室|股室)[）)](?=\s*[:：])"
)
#: …，主办单位为A处，协办单位为B处。 …，A处为主办单位，B处为协办单位。
_UNIT_LABEL = r"(?:牵头|主办|责任|承办|协办|配合|参与|协助)单位"
_LABEL_IN_SENTENCE_RE = re.compile(
    rf"[，,；;](?:(?P<label>{_UNIT_LABEL})[为是](?P<who>[{HAN}、]{{2,60}}[{HAN}])|(?P<whose>[{HAN}、]{{3,60}}?)[为是](?P<behind>{_UNIT_LABEL}))(?=[，,；;。\n]|$)",
    re.MULTILINE,
)
_HALF_WIDTH_STOP_RE = re.compile(rf"(?<!\d)(?P<stop>[.;,])(?=\s*[（(【\[]?(?:{_UNIT_LABEL_HEAD})\s*[:：])")
_FULL_WIDTH_STOPS = {".": "。", ";": "；", ",": "，"}
_OWNER_LINE_RE = re.compile(
    r"^[（(【]?(?:责任|牵头|主办|承办)(?:单位|部门|处室|科室|股室)\s*[:：][^。\n]*", re.MULTILINE
)
_HELPING_UNITS_RE = re.compile(
    rf"(?<=[；;])(?:(?:协助|配合|协同)\s*[:：]\s*|会同)(?P<after>[{HAN}、]+)(?=[；;。]|$)"
    rf"|(?<=[；;])(?P<before>[{HAN}、]+)(?:配合|协助)(?=[；;。]|$)"
)


def normalize_labels(text: str) -> str:
    """Rewrite known labels in their usual form, and add missing ones in a bracket of parts.

    >>> normalize_labels("公开目录.责任科室(单位):办公室;完成时限:3月底前")
    '公开目录。责任科室:办公室；完成时限:3月底前'
    >>> normalize_labels("公开目录。〔主办：办公室｜3月底前｜局网站-目录〕")
    '公开目录。（主办：办公室；完成时限：3月底前；公开渠道：局网站-目录）'
    """
    text = _remove_markdown(text)
    order_note = _ORDER_OF_BRACKET_PARTS_RE.search(text)
    order = [name for name in re.split(r"[、，,]", order_note["names"]) if name] if order_note else []
    text = _DIVIDED_BRACKET_RE.sub(lambda match: _add_missing_labels(match[0], order), text)
    text = _LABEL_WITH_UNIT_KIND_RE.sub(r"\g<label>", _LABEL_IN_SENTENCE_RE.sub(_put_label_first, text))
    text = _HALF_WIDTH_STOP_RE.sub(lambda match: _FULL_WIDTH_STOPS[match["stop"]], text)
    return _OWNER_LINE_RE.sub(lambda match: _HELPING_UNITS_RE.sub(_make_helpers_label, match[0]), text)


def _put_label_first(match: re.Match[str]) -> str:
    """Return the units after their label (责任单位：…), or the match unchanged if they are none."""
    units = match["who"] or match["whose"]
    names_unit = UNIT_NAME_END_PATTERN.search(units) and "单位" not in units
    return f"；{match['label'] or match['behind']}：{units}" if names_unit else match[0]


_MARKDOWN_MARK_RE = re.compile(r"^[ \t]*(?:#{1,6} +|> ?|[-*+] +(?=\S))|^-{3,}$|\*\*", re.MULTILINE)


def _remove_markdown(text: str) -> str:
    marked = re.search(r"^#{1,6} |\*\*[^*|\n]+\*\*", text, re.MULTILINE)
    return _MARKDOWN_MARK_RE.sub("", text) if marked else text


#: A bracket at the end of a task: 〔主办：A科｜协办：B科｜4月20日前｜局网站-计划〕.
_DIVIDED_BRACKET_RE = re.compile(
    r"(?:〔[^〔〕\n]+〕|【[^【】\n]+】|\[[^\[\]\n]+\]|［[^［］\n]+］|[（(](?:[^（）()\n]|[（(][^（）()\n]{0,30}[）)])+[）)])(?=[。.]?[ \t]*$)",
    re.MULTILINE,
)
_ORDER_OF_BRACKET_PARTS_RE = re.compile(
    r"(?:[〕】\]］）)]|括号)[内中后里]?\s*依次[为是](?P<names>[^。；;：:\n]{4,60}?)(?=[，,][^、，,]*省略|[。；;\n])"
)
_LABEL_AND_BLANK_RE = re.compile(
    rf"^(?P<label>(?:牵头|主办|主责|责任|配合|协办|协助)(?:单位|部门|科室)?)[ \u3000]+(?=[{HAN}])"
)
_PART_LABEL_RE = re.compile(rf"(?:{SINGLE_UNIT_LABELS}|[{HAN}]{{2,8}})\s*[:：]")
_PUBLICATION_PLACE_RE = re.compile(
    r"网站|网$|公众号|微[信博]|客户端|[公宣][示告开传]栏|广播|电视|日报|晚报|大厅|[屏墙栏]$|平台|媒体|[>→-]"
)
_TIME_WORD_RE = re.compile(r"\d|每|[年月季周日]|长期|常态|及时|随时|[前后内]$")
_LABELS_BY_WORD = {
    "牵头|主办|主责": "牵头单位",
    "配合|协": "配合单位",
    "责任|承办": "责任单位",
    "时|期|频": "完成时限",
    "位置|渠道|栏目|载体|方式|路径|平台": "公开渠道",
}


def _add_missing_labels(bracket: str, order: list[str]) -> str:
    """Return a bracket of units with a label before each part, in the given `order`."""
    bars = re.search(r"[｜|┃│]", bracket)
    for separators in ("[｜|┃│]",) if bars else ("[；;]", "[／/]"):
        parts = [part for part in map(str.strip, re.split(separators, bracket[1:-1])) if part]
        parts = [_LABEL_AND_BLANK_RE.sub(r"\g<label>：", part) for part in parts]
        if ordered := 2 < len(order) <= len(parts):
            parts = [*parts[: len(order) - 1], "；".join(parts[len(order) - 1 :])]
        labelled = [bool(_PART_LABEL_RE.match(part)) for part in parts]
        if len(parts) > 1 and (ordered or (bars and any(labelled))):
            labelled_parts = zip(parts, labelled, order if ordered else [""] * len(parts), strict=True)
            return f"（{'；'.join(part if has_label else f'{_find_label(part, kind)}：{part}' for part, has_label, kind in labelled_parts)}）"
    return bracket


def _find_label(part: str, kind: str) -> str:
    """Return the label of a part by its `kind`, else by its form: place, time or units."""
    text = next((label for words, label in _LABELS_BY_WORD.items() if re.search(words, kind)), "")
    place = part.endswith("网站") or (_PUBLICATION_PLACE_RE.search(part) and not is_unit_list(part))
    return text or ("公开渠道" if place else "完成时限" if _TIME_WORD_RE.search(part) else "责任单位")


def _make_helpers_label(match: re.Match[str]) -> str:
    return f"配合单位：{match['after'] or match['before']}"


_UNIT_LABEL_RE = re.compile(
    rf"(?P<before>^[ \t\u3000]*|[（(〔【])(?P<label>[{HAN}]{{2,6}}(?:单位|部门|处室|科室|股室))[ \t]*[:：]"
    r"(?P<who>[^:：。；;（()）〔〕【】\n]{2,80})(?=[）)〕】；;。]|[ \t\u3000]*$)"
)
#: Words for asking, publishing, watching or paying: such a unit does not do the task.
_NON_OWNER_LABEL_WORD_RE = re.compile(
    r"发布|发文|印发|制发|来文|来源|公开|公布|信息|主管|归口|监督|考核|验收|审核|审批|评价|报送|填报|抄送|主送|联系|咨询|解释|制作|印制|"
    r"建设|施工|监理|设计|采购|招标|中标|用人|申请|所属|下属|各|有关|相关"
)
#: One line has no more of them; a longer one is searched no further.
_MAX_LINE_CHARACTERS = 2000


def replace_unit_labels(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return (lines with 责任单位 for labels used so, doubts by the text of the units)."""
    matches = [match for line in lines if len(line) <= _MAX_LINE_CHARACTERS for match in _UNIT_LABEL_RE.finditer(line)]
    counts = Counter(match["label"] for match in matches if _is_before_units(match))
    unit_labels = {label for label, count in counts.items() if count >= 2}

    def replace_label(match: re.Match[str]) -> str:
        is_unit_label = match["label"] in unit_labels and _is_before_units(match)
        return f"{match['before']}责任单位：{match['who']}" if is_unit_label else match[0]

    doubts_by_text = {
        match["who"].strip(): f"“{match['label']}”按责任单位读取，请核对"
        for match in matches
        if match["label"] in unit_labels
    }
    return [
        _UNIT_LABEL_RE.sub(replace_label, line) if unit_labels and len(line) <= _MAX_LINE_CHARACTERS else line
        for line in lines
    ], doubts_by_text


def _is_before_units(match: re.Match[str]) -> bool:
    """Return true if a label is not known otherwise and unit names follow it."""
    label = match["label"]
    return not (_NON_OWNER_LABEL_WORD_RE.search(label) or LABEL_PATTERN.match(f"{label}：")) and is_unit_list(
        match["who"].strip()
    )


def find_unread_units(text: str) -> str:
    """Return a line or bracket that names units after an unknown label, or ""."""
    matches = (
        match
        for line in text.split("\n")
        if len(line) <= _MAX_LINE_CHARACTERS
        for match in _UNIT_LABEL_RE.finditer(line)
    )
    return next((match[0].strip("（(〔【 \t\u3000") for match in matches if _is_before_units(match)), "")


#: A牵头　B配合
_SPACE_AFTER_VERB_RE = re.compile(
    r"(?:(?<=牵头|主办|负责|配合|落实)|(?<=牵头[）)])|(?<=主办[）)]))[ \t\u3000]+(?=[^\s，,；;。])"
)
#: Up to the next label, which is no name: 牵头单位：A 配合单位：B
_LABEL_VALUE_RE = re.compile(r"[^：:，,、；;。（）()]{6,200}(?![^：:，,、；;。（）()\s]{0,12}[：:])")


def separate_names(text: str) -> tuple[str, list[str]]:
    """Return (text with 、 between blank-separated names, doubts to report)."""
    doubts: list[str] = []

    def join_names(match: re.Match[str]) -> str:
        """Return the blank-separated names joined by 、, with a doubt if they may be one."""
        names = split_at_blanks(match[0])
        if len(names) < 2 or all(is_office(word) for word in names):
            return "、".join(names) if len(names) > 1 else match[0]
        doubts.append(f"“{'、'.join(names)[:40]}”之间只有空格，按{len(names)}个单位读取")
        return "、".join(names)

    return _LABEL_VALUE_RE.sub(join_names, _SPACE_AFTER_VERB_RE.sub("，", text)), doubts


@dataclass(slots=True)
class Owners:
    """The units and the time limit of a task as printed; `guessed` if neither label nor bracket names them clearly."""

    lead: str = ""
    responsible: str = ""
    limit: str = ""
    guessed: bool = False
    doubts: list[str] = field(default_factory=list)
    first_leads: bool = False  # 列第一位者为牵头单位
    below_too: bool = False  # …，下同
    beside: dict[str, str] = field(default_factory=dict)  # label → people and facts named beside the units
    helps: bool = False  # only helping units: the lead is named elsewhere
    own: bool = False  # a sentence of the paragraph names them, so they do not apply to anything above

    def __bool__(self) -> bool:
        return bool(self.lead or self.responsible)

    def add(self, other: "Owners") -> None:
        """Add the units and limits of another task to this one."""
        self.lead = "、".join(x for x in (self.lead, other.lead) if x)
        self.responsible = "、".join(x for x in (self.responsible, other.responsible) if x)
        self.limit = join_limits(self.limit, other.limit)
        self.guessed = self.guessed or other.guessed
        self.first_leads = self.first_leads or other.first_leads
        self.below_too = self.below_too or other.below_too
        self.doubts.extend(other.doubts)
        self.beside.update(other.beside)

    def let_first_lead(self) -> None:
        """If no lead unit is printed, make the first unit the lead."""
        names = [name for name in split_outside_brackets(self.responsible, "、，,；;") if name.strip()]
        if names and not self.lead and not is_unit_group(names[0]):
            first_name, open_end, other_names = names[0], ETC_PATTERN.search(names[0]), names[1:]
            if open_end:
                first_name, other_names = first_name[: open_end.start()], [open_end.group(0), *other_names]
            self.lead, self.responsible = first_name, "、".join(other_names)


def join_limits(one: str, other: str) -> str:
    """Return two time limits of one task as one text; equal ones once."""
    return "；".join(dict.fromkeys(x for x in (one, other) if x))


@dataclass(frozen=True, slots=True)
class UnitNamingHabits:
    """The notice's ways of naming units, for example in brackets without a label (`bare`)."""

    bare: bool = False
    odd: bool = False  # such a bracket occasionally, in a notice that otherwise names leads and helpers
    colon: bool = False  # units stand before a colon
    starts: bool = False  # points begin with who does it: 市编办负责公布…
    each: bool = False  # nearly every numbered point names its own units

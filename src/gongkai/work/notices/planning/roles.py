"""Determine which units of a row owe it and which help, by their words. Pure.

A lead or first-named unit owes the task; units that help (配合、协助、参与) are partners. With separate
columns for 责任单位 and 牵头单位, the responsible units owe it and the lead supervises; this is flagged
once in a notice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.clauses import UnitRole as Verb
from gongkai.lib.reading.words.clauses import split_clauses
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN
from gongkai.lib.reading.words.units import FIRST_LEADS_PATTERN, UNIT_LABEL_PATTERN, read_units
from gongkai.lib.typed_json import read_record, read_texts
from gongkai.work.notices.importing.head_contents import is_helper_head
from gongkai.work.notices.planning.mentioned_channels import REMARKS_HEAD

LEAD_AND_HELPERS, LEAD_AND_RESPONSIBLE, SEPARATE_COLUMNS, LEAD_IN_LIST, NO_LEAD = (
    "helped",
    "shared",
    "columns",
    "first",
    "each",
)
#: Forms in which a row names its units (甲牵头，乙配合), with their labels.
UNIT_FORMS: Mapping[str, str] = {
    LEAD_AND_HELPERS: "甲牵头，乙配合",
    LEAD_AND_RESPONSIBLE: "甲牵头，乙负责",
    SEPARATE_COLUMNS: "牵头单位和责任单位分列",
    LEAD_IN_LIST: "一栏几个单位，其中一个牵头",
    NO_LEAD: "没有写牵头",
}
LEAD_OWES, RESPONSIBLE_OWES, ALL_OWE, FIRST_OWES = "lead", "responsible", "all", "first"
#: Answers to the question who owes the rows of a form, with their labels.
OWNER_CHOICES: Mapping[str, str] = {
    LEAD_OWES: "牵头单位承担，其余配合",
    RESPONSIBLE_OWES: "责任单位承担，牵头单位审核",
    ALL_OWE: "牵头单位和责任单位都承担",
    FIRST_OWES: "列在第一位的承担，其余配合",
}
# Choices allowed for a form; the first is the default.
CHOICES_BY_FORM: Mapping[str, tuple[str, ...]] = {
    LEAD_AND_HELPERS: (LEAD_OWES, ALL_OWE, RESPONSIBLE_OWES),
    LEAD_AND_RESPONSIBLE: (ALL_OWE, LEAD_OWES, RESPONSIBLE_OWES),
    SEPARATE_COLUMNS: (RESPONSIBLE_OWES, LEAD_OWES, ALL_OWE),
    LEAD_IN_LIST: (LEAD_OWES, ALL_OWE, RESPONSIBLE_OWES),
    NO_LEAD: (ALL_OWE, FIRST_OWES),
}
#: Forms in which some named unit would owe nothing; each is flagged once in a notice.
FLAGGED_FORMS = (SEPARATE_COLUMNS, LEAD_IN_LIST)

LEAD, RESPONSIBLE, PARTNER = "lead", "responsible", "partner"

JsonObject = Mapping[str, object]
_HELPING_WORDS_RE = re.compile(r"配合|协办|协助|参与|协同")
# Labels of partner units in running text (协助：市图书馆；指导处室：办公室).
_HELPER_LABEL_RE = re.compile(r"(?:配合|协办|协助|参与|协同|会同|指导|支持|联合)(?:单位|部门|科室|处室|股室|方)?")
_LEADING_WORDS_RE = re.compile(r"牵头|主办|主责")
_BRACKETED_TEXT_PATTERN = re.compile(
    r"[（(〔【\[]([^（()）〔〕【】\[\]]*(?:[（(〔][^（()）〔〕]*[）)〕][^（()）〔〕【】]*)*)[）)〕】\]]"
)
# 排在第一位的为牵头单位，其他为配合单位.
_OTHER_UNITS_HELP_PATTERN = re.compile(r"(?:其他|其余|其它)[^，。；\n]{0,6}(?:配合|协办|参与)")
# In 甲；乙配合 and 甲（乙配合) the verb belongs to the second unit.
_PIECE_SEPARATOR_PATTERN = re.compile(r"[；;]|[（(](?=[^（）()]{3,}(?:配合|协助|协办|参与)[）)])")
_WORDS_AROUND_UNIT_RE = re.compile(
    r"^(?:会同|协同|联合)(?=[^，]{3})|[（(](?:各自)?(?:按照?)?(?:各自)?(?:职责|分工)[^（）()]*[）)]$|等$"
)
_HELPING_MARK = r"\s*[（(〔](?:配合|协办|协助|参与)"
# Separator of cells in a line that was a table row.
_CELL_SEPARATOR = "│"
_MAX_ANCHOR_CHARACTERS = 10
_MAX_LINES_BACK, _MAX_LINES_AHEAD = 40, 12


@dataclass(frozen=True)
class UnitRoles:
    """The roles of a row's units.

    `form` is a key of `UNIT_FORMS`. `helping` are responsible units that only help, `beside`
    further partners. `unled` is true if all units are in a partner column.
    """

    form: str = ""
    helping: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    unled: bool = False


def arrange_parts(form: str, named_units: Sequence[tuple[str, bool]], choice: str) -> tuple[list[str], bool]:
    """Return (role of each unit under a choice, true if the lead owes the row as well).

    `named_units` are (part, true if the unit is named as helping); such units stay partners unless they are the only
    units; `choice` is a key of `OWNER_CHOICES`.
    """
    leads = any(role == LEAD for role, _ in named_units)
    does = [
        RESPONSIBLE if role == PARTNER and (form == LEAD_AND_HELPERS or not helps) else role
        for role, helps in named_units
    ]
    if choice == LEAD_OWES and leads:
        return [PARTNER if role == RESPONSIBLE else role for role in does], False
    if choice == FIRST_OWES and RESPONSIBLE in does:
        first_responsible = does.index(RESPONSIBLE)
        return [
            PARTNER if role == RESPONSIBLE and n != first_responsible else role for n, role in enumerate(does)
        ], False
    return does, choice == ALL_OWE and leads


@dataclass
class PrintedNotice:
    """The headings of a notice's table (printed, meaning) and its paragraphs outside the table."""

    heads: Sequence[tuple[str, str]] = ()
    text: str = ""
    _lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = _split_paragraphs(self.text)
        self.first_leads = bool(FIRST_LEADS_PATTERN.search(self.text))
        self.others_help = self.first_leads and bool(_OTHER_UNITS_HELP_PATTERN.search(self.text))
        self.leads = any(meaning == "lead" for _, meaning in self.heads)
        self.helps = {head for head, _ in self.heads if is_helper_head(head)}
        self._at = 0

    def iterate_texts_around(self, measure: str) -> Iterator[str]:
        """Yield texts that may name the units of a measure, the nearest first."""
        text = _strip_blanks(measure).rstrip("。；;，")
        anchor_lines = (
            (anchor, self._find_line_with_anchor(anchor))
            for anchor in (
                text[-_MAX_ANCHOR_CHARACTERS:],
                text[-_MAX_ANCHOR_CHARACTERS // 2 :],
                text[:_MAX_ANCHOR_CHARACTERS],
            )
        )
        anchor, anchor_line = next(
            ((candidate, at) for candidate, at in anchor_lines if candidate and at is not None), ("", None)
        )
        if anchor_line is None:
            return
        self._at = anchor_line
        line = self._lines[anchor_line]
        text_after = line[line.find(anchor) + len(anchor) :]
        yield from _split_pieces(text_after)
        yield from _split_pieces(line)
        for next_line in self._lines[anchor_line + 1 : anchor_line + _MAX_LINES_AHEAD]:
            yield from _split_pieces(next_line)
        for previous_line in reversed(self._lines[max(0, anchor_line - _MAX_LINES_BACK) : anchor_line]):
            yield from _split_pieces(previous_line)

    def _find_line_with_anchor(self, anchor: str) -> int | None:
        """Return the line that contains the anchor, preferably the next one, or None."""
        places = [n for n, line in enumerate(self._lines) if anchor in line]
        return next((n for n in places if n >= self._at), places[0] if places else None)


# 市融媒体中心配合宣传, 由市财政局、市审计局协助, 会同市档案馆清理, 市数据局提供技术支持.
_HELPING_UNITS_RE = re.compile(
    rf"(?:^[（(]?|[，；,;。由请（(])(?P<who>[{HAN}（）、和及与]{{2,40}}?)(?:予以|给予|做好|积极|共同|按职责)?"
    r"(?:配合|协助|参与(?!率|度|方式|渠道)|协同|提供(?:数据|技术|信息|资料|场地|人员)(?:支持|保障)?|指导(?=[，。；）)]|$))"
    rf"|(?:会同|联合)(?P<with>[{HAN}（）、和及与]{{3,60}}?)(?:等(?:有关|相关)?(?:部门|单位)?)?"
    r"(?=[，。；]|$|共同|负责|对|于\d|在|按|每|\d|建立|清理|梳理|公开|公布|公示|发布|制[定作]|编制|开展|组织|推进|完善|做好|落实|更新|整理|把|将)"
)


def list_helpers(text: str) -> list[str]:
    """Return the units that a sentence names only as helping."""
    return [
        name
        for match in _HELPING_UNITS_RE.finditer(text)
        for name in read_units((match["who"] or match["with"]).removeprefix("由")).all()
        if UNIT_NAME_END_PATTERN.search(name) and not _UNNAMED_HELPER_PATTERN.search(name)
    ]


# 有关部门配合, 由社会公众参与, 企业参与.
_UNNAMED_HELPER_PATTERN = re.compile(
    r"^(?:鼓励|引导|支持|邀请|吸引|组织|广泛|推动|动员|有关|相关|其他|其它|社会|公众|群众|企业|市场|专家|第三方|媒体|[各本]级?(?:部门|单位))|代表|对$"
)


def find_roles(row: JsonObject, printed_notice: PrintedNotice) -> UnitRoles:
    """Return the roles of the units of a row."""
    lead, responsible = _list_names(row, "lead"), _list_names(row, "responsible")
    verb_by_name, labelled = _find_roles_of_names(row, [*lead, *responsible], printed_notice)
    if lead and not verb_by_name:
        verb_by_name = _find_helpers_in_own_cell(row, responsible)
    head_helps = any(
        meaning == "responsible" and head in printed_notice.helps for head, meaning in printed_notice.heads
    )
    helping = {
        name
        for name in responsible
        if verb_by_name.get(name) is Verb.HELPS or (name not in verb_by_name and head_helps and printed_notice.heads)
    }
    doing = [name for name in responsible if name not in helping]
    remarks = [str(text) for head, text in read_record(row, "extras").items() if REMARKS_HEAD.search(head)]
    text_helpers = (name for text in (str(row.get("measure") or ""), *remarks) for name in list_helpers(text))
    partners = dict.fromkeys((*_find_column_partners(row, printed_notice), *text_helpers))
    extra_partners = tuple(name for name in partners if name not in (*lead, *responsible))
    if not lead:
        unled = bool(responsible and not doing and head_helps)
        form = NO_LEAD if len(responsible) > 1 else ""
        return UnitRoles(form, frozenset(helping if form and doing else ()), extra_partners, unled)
    if not doing:
        return UnitRoles(LEAD_AND_HELPERS if helping or extra_partners else "", frozenset(helping), extra_partners)
    if all(verb_by_name.get(name) is Verb.DOES for name in doing) and not labelled:
        return UnitRoles(LEAD_AND_RESPONSIBLE, frozenset(helping), extra_partners)
    led = any(verb_by_name.get(name) is Verb.LEADS for name in lead)
    if not printed_notice.leads and not led and (printed_notice.first_leads or (printed_notice.heads and not labelled)):
        return UnitRoles(
            LEAD_AND_HELPERS if printed_notice.others_help else LEAD_IN_LIST, frozenset(responsible), extra_partners
        )
    return UnitRoles(SEPARATE_COLUMNS, frozenset(helping), extra_partners)


def _list_names(row: JsonObject, part: str) -> list[str]:
    return [clean_unit_name(name) for name in read_texts(row, part)]


def clean_unit_name(printed_name: str) -> str:
    """Return the name of a unit without surrounding words.

    >>> clean_unit_name("会同市财政局"), clean_unit_name("产业发展处（按职责分工负责）"), clean_unit_name("市交通局等")
    ('市财政局', '产业发展处', '市交通局')
    """
    return _WORDS_AROUND_UNIT_RE.sub("", printed_name.strip()) or printed_name.strip()


# A bracket that is no part of a name; 各镇（街道）, 各局（办） stay.
_BRACKETED_REMARK_RE = re.compile(
    r"[（(](?!(?:街道|办事处|镇街?|乡|市|区|县|旗|办|局|委|室|社区|村|园区|、){1,3}[）)])[^（）()]*[）)]"
)


def _find_column_partners(row: JsonObject, printed_notice: PrintedNotice) -> Iterator[str]:
    """Yield the units in columns that name helping units."""
    heads = {head for head, _ in printed_notice.heads}
    for head, text in read_record(row, "extras").items():
        helps = head in printed_notice.helps or (head not in heads and _HELPER_LABEL_RE.fullmatch(head))
        if helps and text:
            yield from read_units(_BRACKETED_REMARK_RE.sub("", str(text))).all()


def _find_roles_of_names(
    row: JsonObject, names: Sequence[str], printed_notice: PrintedNotice
) -> tuple[dict[str, Verb], bool]:
    """Return ({name: role}, true if a label gave a duty) from the nearest text that names all units."""
    measure = str(row.get("measure") or "")
    cells = [_strip_blanks(cell) for cell in read_texts(read_record(row, "source"), "cells")]
    cells = [cell for cell in cells if cell != _strip_blanks(measure)]
    names_by_text = {_strip_blanks(name): name for name in names if name}
    for piece in (*cells, *printed_notice.iterate_texts_around(measure)):
        if not all(name in piece for name in names_by_text):
            continue
        verb_by_text, labelled = _read_roles_in_text(piece, list(names_by_text))
        if any(verb is not Verb.LEADS for verb in verb_by_text.values()) or len(names_by_text) == len(verb_by_text):
            return {names_by_text[name]: verb for name, verb in verb_by_text.items()}, labelled
    return {}, False


def _find_helpers_in_own_cell(row: JsonObject, names: Sequence[str]) -> dict[str, Verb]:
    """Return the responsible units that help by the words of their cell (乙配合); the lead has a cell of its own."""
    for cell in read_texts(read_record(row, "source"), "cells"):
        text = _strip_blanks(cell)
        if names and text != _strip_blanks(str(row.get("measure") or "")) and all(name in text for name in names):
            verbs, _ = _read_roles_in_text(text, names)
            return {name: verb for name, verb in verbs.items() if verb is Verb.HELPS}
    return {}


def _read_roles_in_text(piece: str, names: Sequence[str]) -> tuple[dict[str, Verb], bool]:
    """Return ({name: role} of the names that a text gives one, true if a label gave a duty)."""
    verb_by_name: dict[str, Verb] = {}
    labelled = False
    for text, label in _split_at_labels(piece):
        by_label = _read_label(label)
        verbs = _read_verbs(text, names)
        for name in names:
            if name not in text:
                continue
            verb = verbs.get(name) or by_label
            if verb is not None:
                verb_by_name[name] = verb
                labelled = labelled or (name not in verbs and by_label is Verb.DOES)
    return verb_by_name, labelled


def _split_at_labels(text: str) -> list[tuple[str, str]]:
    """Split a text at its labels into (words, label); the first part is before the first label, with label ""."""
    cuts = list(UNIT_LABEL_PATTERN.finditer(text))
    ends = [*(match.start() for match in cuts[1:]), len(text)]
    head = [(text[: cuts[0].start()], "")] if cuts else [(text, "")]
    return [*head, *((text[match.end() : end], match["label"]) for match, end in zip(cuts, ends, strict=False))]


def _read_label(label: str) -> Verb | None:
    """Return the role that a label gives the units after it: help, lead, do, or None."""
    if not label:
        return None
    if _HELPING_WORDS_RE.search(label) and "责任" not in label:
        return Verb.HELPS
    return Verb.LEADS if _LEADING_WORDS_RE.search(label) else Verb.DOES


def _read_verbs(text: str, names: Sequence[str]) -> dict[str, Verb]:
    """Return the part that verbs give each name; in 甲，乙配合 the first one owes the task."""
    verbs: dict[str, Verb] = {}
    clauses = [
        clause
        for piece in _PIECE_SEPARATOR_PATTERN.split(text)
        for clause in split_clauses(piece.strip("。，, ）)"))
        if piece
    ]
    for clause in clauses:
        for name in names:
            if clause.role not in (None, Verb.ASIDE) and name in clause.names and name not in verbs:
                verbs[name] = clause.role
    for name in names:
        if re.search(re.escape(name) + _HELPING_MARK, text) or re.search(rf"会同[^，,；;。]*?{re.escape(name)}", text):
            verbs[name] = Verb.HELPS
    first_clause, stop, later_text = re.sub(r"^[^（(]*[:：]", "", text).partition("，")
    alone = [name for name in names if name in first_clause]
    if stop and later_text and all(verbs.get(name) is Verb.HELPS for name in alone) and not _states_role(first_clause):
        verbs |= dict.fromkeys(alone, Verb.DOES) if Verb.LEADS not in verbs.values() else {}
    return verbs


def _states_role(text: str) -> bool:
    """Return true if a text states which unit leads or helps."""
    return any(clause.role is not None for clause in split_clauses(text)) or bool(
        re.search(_HELPING_MARK + "|会同", text)
    )


def _strip_blanks(text: str) -> str:
    return "".join(text.split())


def _split_paragraphs(text: str) -> list[str]:
    """Return paragraphs outside tables without blanks; consecutive labelled lines are joined."""
    out: list[str] = []
    label = False
    for line in text.split("\n"):
        bare = _strip_blanks(line)
        if not bare or _CELL_SEPARATOR in line:
            continue
        begins = bool(UNIT_LABEL_PATTERN.match(bare.lstrip("（(【")))
        if begins and label:
            out[-1] += f"；{bare}"
        else:
            out.append(bare)
        label = begins
    return out


def _split_pieces(line: str) -> Iterable[str]:
    """Return the bracketed parts, the sentences and the whole of a line, the smallest first."""
    brackets = _BRACKETED_TEXT_PATTERN.findall(line)
    sentences = line.split("。")
    return [
        *brackets,
        *(sentence for sentence in sentences if sentence not in brackets),
        *([line] if len(sentences) > 1 else []),
    ]

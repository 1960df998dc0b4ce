"""Apply lead units that a notice states once for several tasks, in notes or headings. Pure.

For example `第1—3项由市教育局牵头，其余单位配合` or `未注明的由市政府办公室负责`. If the rows are certain it is applied, else
flagged at each possible row. A row's own statement takes precedence.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.words.clauses import UnitRole, looks_like_units, split_clauses
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.lib.reading.words.unit_names import is_unit_group
from gongkai.lib.reading.words.units import read_units
from gongkai.work.notices.planning.deadline_scope import NoticeText, find_reach, iterate_own_sentences, locate_rows
from gongkai.work.notices.planning.draft_rows import DraftMeasure, DraftUnit, to_flag
from gongkai.work.notices.planning.roles import (
    LEAD,
    LEAD_AND_HELPERS,
    LEAD_AND_RESPONSIBLE,
    LEAD_IN_LIST,
    LEAD_OWES,
    NO_LEAD,
    PARTNER,
    RESPONSIBLE,
    RESPONSIBLE_OWES,
    SEPARATE_COLUMNS,
)
from gongkai.work.notices.planning.shared_deadline_words import (
    LEAD_IN_WORDS,
    SENTENCE_PATTERN,
    is_only_shared_deadline,
    remove_spaces,
)

#: Head of the extra column that shows the applied note on leads.
NOTE_HEAD = "分工说明"
_LABELLED_LEAD_RE = re.compile(
    r"牵头(?:单位|部门)(?:均|都|统一|一律)?(?:为|是|[:：])(?P<who>[^，。；]{2,60})|(?P<whose>[^，。；由]{3,40}?)(?:为|是)牵头(?:单位|部门)"
)
# The other units of a row: 其余单位, 各责任单位.
_OTHER_UNITS_RE = re.compile(
    r"(?:其余|其他|其它|各|相关|有关|各相关|各有关|所列|列明的)*(?:责任|配合|牵头)?(?:单位|部门|各单位|各部门)?"
)
_MISSING_OWNER_PATTERN = re.compile(
    r"(?:牵头|责任|承办|负责)?(?:单位|部门)[^，。；]{0,8}?(?:空白|空着|为空|空缺|未|没有|没填|不填)|"
    r"(?:未|没有|无)[^，。；]{0,8}?(?:注明|标明|标注|写明|列明|明确|列出|填写|指定)[^，。；]{0,6}?(?:牵头|责任|单位|部门|的)|(?:没有|无)(?:牵头|责任)(?:单位|部门)的"
)
_TASKS_ABOVE_PATTERN = re.compile(r"(?:以上|上述|前述|上列)(?:(?P<many>[两二三四五六七八九十\d]{1,3})[项条个])?")
_TASKS_BELOW_PATTERN = re.compile(r"以下|下列|下述")
_BRACKETED_TEXT_PATTERN = re.compile(r"[（(【\[]([^（()）【】\[\]]{4,80})[）)】\]]")
_SCOPE_SEPARATOR_PATTERN = re.compile(r"[，；](?=第[（(]?\d)")
_TASK_SCOPE_PATTERN = re.compile(
    r"第?[（(]?\d{1,2}(?![\d年月])|以上|上述|前述|以下|下列|本部分|未|没有|空白|各项|所有|全部|其余|标[★☆▲△●]"
)


@dataclass(frozen=True)
class LeadStatement:
    """The lead units and other units that a sentence names.

    `lead`, `does` and `helps` are names of units; `rest` is the part of the row's other units;
    `before` are the words in front.
    """

    lead: tuple[str, ...]
    does: tuple[str, ...]
    helps: tuple[str, ...]
    rest: str
    before: str


@dataclass(frozen=True)
class OwnerNote:
    """A sentence on leads (`words`, parsed as `leading`) and the rows it applies to.

    `reach` are indexes of rows, `doubt` is a question if they are uncertain. `without` limits it to
    rows that lack this part.
    """

    words: str
    leading: LeadStatement
    reach: tuple[int, ...]
    doubt: str = ""
    without: str = ""

    def may_apply_to(self, draft: DraftMeasure) -> bool:
        """Return true if a row lacks the part that the note supplies, or the note is for all rows."""
        return not self.without or not (_has_lead_unit(draft) if self.without == LEAD else draft.units)


def apply_shared_owners(
    drafts: Sequence[DraftMeasure], text: str, reference: ReferenceYears
) -> tuple[list[DraftMeasure], list[str]]:
    """Return (rows with the leads stated once in the notice, remarks on the notes used).

    `text` has one line for each paragraph and table row (cells separated by │).
    """
    measures = [
        replace(draft, dropped=True, flags=()) if _is_only_note(draft, reference) else _take_own_lead(draft)
        for draft in drafts
    ]
    notes = {remove_spaces(draft.text) for draft in measures if draft.dropped}
    first_leads_note = next((match[0] for line in text.split("\n") if (match := _FIRST_LEADS_NOTE_RE.search(line))), "")
    rows_before = measures
    measures = [_make_first_lead(draft, first_leads_note) if first_leads_note else draft for draft in rows_before]
    notice = NoticeText(measures, text.split("\n")[:5000], reference)
    locate_rows(notice)
    led = [at for at, (was, row_now) in enumerate(zip(rows_before, measures, strict=True)) if was is not row_now]
    texts = [f"“{first_leads_note[:60]}”已用于{_format_rows(led)}。"] if led else []
    for note in _find_owner_notes(notice, notes):
        changed = [
            at
            for at in note.reach
            if note.may_apply_to(measures[at]) and _changes_units_of_row(measures[at], note.leading)
        ]
        for at in changed:
            measures[at] = _apply_note(measures[at], note, len(changed))
        if changed and not note.doubt and note.reach:
            texts.append(f"“{note.words[:60]}”已用于{_format_rows(changed)}。")
    return measures, texts


# 牵头单位有两个以上的，列第一位的负总责，其余配合; 责任单位列首位的为牵头单位.
_FIRST_LEADS_NOTE_RE = re.compile(
    r"(?:牵头|责任|承办)(?:单位|部门)[^。；]{0,24}?(?:第一|首位|在前|列前|排前|前者)[^。；]{0,8}?(?:牵头|负总责|总负责|抓总|主办|主责)[^。；）)]*"
)


def _make_first_lead(draft: DraftMeasure, note: str) -> DraftMeasure:
    """Make the first lead unit (else the first unit) of a row its lead unit, as a note states."""
    leads = [unit for unit in draft.units if unit.part == LEAD]
    if not leads and draft.form == NO_LEAD:
        leads = [unit for unit in draft.units if unit.part == RESPONSIBLE]
    if len(leads) < 2 or draft.preamble or is_unit_group(leads[0].printed):
        return draft
    helps = "配合" in note
    units = tuple(
        replace(unit, part=LEAD)
        if unit == leads[0]
        else replace(unit, part=PARTNER, helps=helps)
        if unit in leads[1:]
        else unit
        for unit in draft.units
    )
    form = (LEAD_AND_HELPERS if helps else LEAD_IN_LIST) if draft.form in {"", NO_LEAD} else draft.form
    return replace(draft, units=units, form=form, extras={**draft.extras, NOTE_HEAD: note})


# Statements of the letter on lead and responsible columns.
_LEAD_DOES_TASK_PATTERN = re.compile(
    r"牵头(?:单位|部门|科室|处室)[^。；]{0,16}?(?:负总责|总负责|负主责|负责按|按(?:期|时限?)完成|组织(?:落实|实施)|承担(?:任务|主体)|对[^，。；]{0,12}负责|抓好[^，。；]{0,6}(?:落实|完成)|负责[^，。；]{0,8}(?:落实|完成|实施))"
)
_RESPONSIBLE_UNIT_HELPS_PATTERN = re.compile(
    r"责任(?:单位|部门|科室|处室)[^。；]{0,20}?(?:配合|协助|参与|支持|提供(?:有关|相关)?(?:情况|资料|材料|数据))"
)
_LEAD_SUPERVISES_PATTERN = re.compile(
    r"牵头(?:单位|部门|科室|处室)[^。；]{0,16}?(?:统筹|协调|汇总|指导|督促|督导|审核|把关|调度)"
)
_RESPONSIBLE_UNIT_DOES_TASK_PATTERN = re.compile(
    r"责任(?:单位|部门|科室|处室)[^。；]{0,16}?(?:具体(?:落实|负责|实施|承担)|负责[^，。；]{0,8}(?:落实|完成|实施|公开)|承担|按(?:期|时限?)完成|抓好[^，。；]{0,6}(?:落实|完成)|组织实施)"
)


def find_stated_owner(text: str) -> tuple[str, str]:
    """Return (key of `OWNER_CHOICES`, sentence) if the notice states who does tasks with two unit columns, else ("",
    "").

    >>> find_stated_owner("牵头单位负总责；责任单位做好配合。")[0]
    'lead'
    """
    for line in text.split("\n"):
        words = line.translate(_FULL_WIDTH_TABLE)
        if "│" in line or "牵头" not in line:
            continue
        helps, does = _RESPONSIBLE_UNIT_HELPS_PATTERN.search(words), _RESPONSIBLE_UNIT_DOES_TASK_PATTERN.search(words)
        if helps and not does and _LEAD_DOES_TASK_PATTERN.search(words):
            return LEAD_OWES, line.strip()[:80]
        if does and not helps and _LEAD_SUPERVISES_PATTERN.search(words):
            return RESPONSIBLE_OWES, line.strip()[:80]
    return "", ""


_FULL_WIDTH_TABLE = str.maketrans(",;", "，；")


def _format_rows(places: Sequence[int]) -> str:
    name_list = "、".join(str(at + 1) for at in places[:12])
    return f"第{name_list}行" if len(places) <= 12 else f"第{name_list}等{len(places)}行"


def _is_only_note(draft: DraftMeasure, reference: ReferenceYears) -> bool:
    """Return true if a row only states the lead unit of other rows, perhaps with their deadline."""
    sentences = [LEAD_IN_WORDS.sub("", sentence_text.strip()) for sentence_text in SENTENCE_PATTERN.findall(draft.text)]
    statements = [
        leading
        for sentence in sentences
        if (leading := read_lead_statement(sentence)) and _TASK_SCOPE_PATTERN.match(leading.before)
    ]
    other_sentences = [
        sentence
        for sentence in sentences
        if not read_lead_statement(sentence) and not is_only_shared_deadline(sentence, reference)
    ]
    return bool(statements) and not other_sentences and not draft.preamble


def _find_owner_notes(notice: NoticeText, rows_of_sentences: Collection[str]) -> Iterator[OwnerNote]:
    """Yield the notes on leads or responsible units, with their rows."""
    rows = remove_spaces("\n".join(draft.text for draft in notice.drafts if not draft.dropped))
    note_sentences = [
        (line, note_text)
        for line, sentence in iterate_own_sentences(notice, rows_of_sentences)
        for note_text in _SCOPE_SEPARATOR_PATTERN.split(sentence)
        if remove_spaces(note_text) not in rows
    ]
    for line, sentence in note_sentences:
        leading = read_lead_statement(sentence)
        if leading is None or not _TASK_SCOPE_PATTERN.search(leading.before):
            continue
        scope = leading.before
        if match := _MISSING_OWNER_PATTERN.search(scope):
            without = LEAD if "牵头" in match[0] else RESPONSIBLE
            yield OwnerNote(sentence, leading, tuple(notice.table_rows), without=without)
            continue
        reach, doubt = _find_note_rows(sentence, scope, line, notice)
        if reach:
            several = len(leading.lead or leading.does) > 1 and "分别" in sentence
            doubt = doubt or ("没有写明各负责哪一项，按共同承担读取，请核对" if several else "")
            yield OwnerNote(sentence, leading, tuple(reach), doubt)
        else:
            open_rows = tuple(at for at in notice.table_rows if not _has_lead_unit(notice.drafts[at]))
            text = f"这句话没有用上：“{sentence[:60]}”；没有读出它指哪几行，可能涉及{len(open_rows)}行，请核对"
            yield OwnerNote(sentence, leading, open_rows, text)


def _find_note_rows(sentence: str, before: str, line: int, notice: NoticeText) -> tuple[list[int], str]:
    """Return (rows of a note, question about them or "")."""
    if match := _TASKS_ABOVE_PATTERN.search(before):
        rows_above = [at for at in notice.table_rows if 0 <= notice.rows[at] <= line]
        if match["many"]:
            many = to_int(match["many"].replace("两", "二")) or 0
            return rows_above[-many:] if 0 < many <= len(rows_above) else [], ""
    before = before.rstrip("由，, ")
    if match or _TASKS_BELOW_PATTERN.search(before):
        before += "各项任务" if not re.search("任务|工作|事项|各项|均|都", before) else ""
    reach, _, doubt = find_reach(sentence, before, "", line, notice)
    return reach, doubt


def read_lead_statement(sentence: str) -> LeadStatement | None:
    """Return the units that lead or do something in a sentence, or None.

    >>> read_lead_statement("第1—3项由市教育局牵头，其余单位配合").lead
    ('市教育局',)
    """
    text = _LABELLED_LEAD_RE.sub(
        lambda match: f"由{match['who'] or match['whose']}牵头", sentence.strip().rstrip("。；;")
    )
    lead: list[str] = []
    does: list[str] = []
    helps: list[str] = []
    role_of_others = ""
    for clause in split_clauses(text):
        if clause.role in (None, UnitRole.ASIDE):
            continue
        names = re.sub(r"^.*由(?=[^由]{2,}$)", "", clause.names).strip()
        if _OTHER_UNITS_RE.fullmatch(names):
            role_of_others = {UnitRole.HELPS: PARTNER, UnitRole.DOES: RESPONSIBLE}.get(clause.role, role_of_others)
            continue
        if not looks_like_units(names):
            continue
        side = {UnitRole.LEADS: lead, UnitRole.HELPS: helps}.get(clause.role, does)
        side += [unit for unit in read_units(names).all() if not _OTHER_UNITS_RE.fullmatch(unit)]
    if not lead and not does:
        return None
    start = text.find((lead or does)[0])
    return LeadStatement(tuple(lead), tuple(does), tuple(helps), role_of_others, text[: max(start, 0)])


def _take_own_lead(draft: DraftMeasure) -> DraftMeasure:
    """Return a row that names no lead with that of its other columns (备注：市财政局牵头) or headings."""
    if draft.preamble or _has_lead_unit(draft):
        return draft
    cells = [str(cell) for cell in draft.extras.values() if cell and len(str(cell)) <= 120]
    headings = [inner for heading in (draft.item, draft.section) for inner in _BRACKETED_TEXT_PATTERN.findall(heading)]
    for words in (*cells, *headings):
        leading = read_lead_statement(words)
        if leading and leading.lead and _changes_units_of_row(draft, leading):
            note = OwnerNote(words, leading, ())
            return _apply_note(draft, note, 1, shown=words not in cells)
    return draft


def _has_lead_unit(draft: DraftMeasure) -> bool:
    return any(unit.part == LEAD for unit in draft.units)


def _changes_units_of_row(draft: DraftMeasure, leading: LeadStatement) -> bool:
    names = {unit.printed for unit in draft.units if unit.part == LEAD}
    wanted = {*leading.lead, *(leading.does if not leading.lead else ())}
    if names:
        return not names & wanted
    return {unit.printed for unit in draft.units} != wanted


def _apply_note(draft: DraftMeasure, note: OwnerNote, count: int, *, shown: bool = True) -> DraftMeasure:
    """Return a row with the units of a note; a row with its own lead is flagged instead."""
    if note.doubt.startswith("这句话没有用上"):
        return _add_lead_flag(draft, note.doubt)
    if _has_lead_unit(draft):
        own = "、".join(unit.printed for unit in draft.units if unit.part == LEAD)
        return _add_lead_flag(draft, f"通知写明“{note.words[:60]}”，这一行印的牵头单位是“{own}”，按这一行读取，请核对")
    measure = _replace_units(draft, note.leading)
    extras = {**measure.extras, NOTE_HEAD: note.words} if shown else measure.extras
    measure = replace(measure, extras=extras, flags=tuple(flag for flag in measure.flags if not _is_no_unit_flag(flag)))
    if note.doubt:
        return _add_lead_flag(measure, f"“{note.words[:60]}”按用于{count}行读取；{note.doubt}")
    return measure


def _is_no_unit_flag(flag: object) -> bool:
    return isinstance(flag, dict) and "都没有读到" in str(flag.get("message"))


def _add_lead_flag(draft: DraftMeasure, text: str) -> DraftMeasure:
    return replace(draft, flags=(*draft.flags, to_flag({"field": LEAD, "message": text})))


def _replace_units(draft: DraftMeasure, leading: LeadStatement) -> DraftMeasure:
    """Return a row with the lead of a note; its own units get the parts that the note states."""
    first_part = LEAD if leading.lead else RESPONSIBLE
    named_units = leading.lead or leading.does
    helps = {remove_spaces(text) for text in leading.helps}
    own_units = [
        unit
        for unit in draft.units
        if remove_spaces(unit.printed) not in {remove_spaces(value) for value in named_units}
    ]
    role_of_others = leading.rest if leading.lead else RESPONSIBLE
    inside = len(own_units) < len(draft.units)
    remaining_units = [
        replace(unit, part=PARTNER, helps=True)
        if remove_spaces(unit.printed) in helps or role_of_others == PARTNER
        else replace(unit, part=PARTNER if inside and not role_of_others else unit.part)
        for unit in own_units
    ]
    added = [
        name for name in leading.helps if remove_spaces(name) not in {remove_spaces(unit.printed) for unit in own_units}
    ]
    units = (
        *(DraftUnit(first_part, name) for name in named_units),
        *(DraftUnit(RESPONSIBLE, name) for name in (leading.does if leading.lead else ())),
        *remaining_units,
        *(DraftUnit(PARTNER, name, helps=True) for name in added),
    )
    unit_parts = {unit.part for unit in units}
    shared = bool(leading.lead) and RESPONSIBLE in unit_parts and (role_of_others == RESPONSIBLE or bool(leading.does))
    form = _find_owner_form(
        unit_parts, shared=shared, is_stated=any(unit.helps for unit in units if unit.part == PARTNER)
    )
    return replace(draft, units=units, form=form, lead_owes=shared)


def _find_owner_form(parts: Iterable[str], *, shared: bool, is_stated: bool) -> str:
    """Return the form of a row with these parts; "" without a lead.

    `shared`: the units share one cell; `is_stated`: a partner is named as helping.
    """
    has = set(parts)
    if LEAD not in has:
        return ""
    if shared:
        return LEAD_AND_RESPONSIBLE
    if RESPONSIBLE in has:
        return SEPARATE_COLUMNS
    return (LEAD_AND_HELPERS if is_stated else LEAD_IN_LIST) if PARTNER in has else ""

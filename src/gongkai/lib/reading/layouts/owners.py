"""Find the units of a paragraph without a table: labels, brackets, verbs, running text."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.align import is_limit, is_unit_list
from gongkai.lib.reading.layouts.labels import (
    DEADLINE_LABELS,
    LABEL_PATTERN,
    LABELLED_PART_PATTERN,
    OTHER_FACT_LABEL_PATTERN,
    OTHER_FACT_LABELS,
    PERSON_LABEL_PATTERN,
    SINGLE_UNIT_LABELS,
    TEXT_LABEL_PATTERN,
    UNIT_LABELS,
    Owners,
    UnitNamingHabits,
    join_limits,
    separate_names,
)
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN
from gongkai.lib.reading.words.clauses import UnitRole, has_both_roles, is_unit_clause, looks_like_units, split_clauses
from gongkai.lib.reading.words.dues import ReferenceYears, read_limit
from gongkai.lib.reading.words.numbering import find_number
from gongkai.lib.reading.words.unit_names import ETC_PATTERN, UNIT_NAME_END_PATTERN, split_outside_brackets
from gongkai.lib.reading.words.units import FIRST_LEADS_PATTERN

_LEADING_VERB_RE = re.compile(r"牵头|主办|主责")
_NAME_CHARACTER = rf"[{HAN}（）、]"
_OWNERS_RE = re.compile(
    rf"由(?P<lead>{_NAME_CHARACTER}{{3,60}}?)(?:负责)?牵头(?:负责)?(?:[，,、](?P<others>{_NAME_CHARACTER}{{3,200}}?)(?:等)?"
    r"(?:予以|给予|积极)?(?:配合|参与|协助|协同|分工负责))?"
)
#: The State Council's own way of dividing work: 由发展改革委会同财政部等部门负责落实.
_JOINT_UNITS_RE = re.compile(
    rf"由(?P<lead>{_NAME_CHARACTER}{{2,60}}?)会同(?P<others>{_NAME_CHARACTER}{{2,300}}?)(?:等(?:有关)?(?:部门|单位)?)?"
    r"(?:(?:共同)?(?:负责|研究|提出|制[定订]|组织|落实|办理|承担|牵头)|(?=[，,](?!由)|在[^，,。]{1,20}(?:公[开示布]|发布)|于\d|每[年季月周]))"
)
#: 县政府督查室会同县政府办每季度抽查.
_UNIT_ALONGSIDE_UNIT_RE = re.compile(
    rf"^(?:[（(][一二三四五六七八九十\d]{{1,3}}[）)]|\d{{1,2}}[．.、])?\s*(?P<lead>{_NAME_CHARACTER}{{3,30}}?)会同(?P<others>{_NAME_CHARACTER}{{3,60}}?)"
    r"[，,]?(?=每[年季月周半]|按[季月]|于\d|在\d|\d{1,2}月|负责|公开|公布|发布|开展|组织|做好|建立|制[定订]|编制|推进|完善|落实|对|年内)"
)
#: 由X负责，Y配合.
_UNIT_IN_CHARGE_RE = re.compile(
    rf"由(?P<who>{_NAME_CHARACTER}{{3,60}}?)(?:具体|共同|统一|分别|联合)?(?:负责[{HAN}]{{0,6}}|统筹[{HAN}]{{0,6}}|组织(?:实施|开展|落实)?|承担|实施|办理)(?:[，,](?P<others>{_NAME_CHARACTER}{{3,120}}?)(?:等)?(?:予以|给予|积极)?(?:配合|参与|协助|协同))?(?=[，,。；;]|$)"
)
#: …，财务处负责。 …，A处牵头实施，B处参与。 …，A处会同B处组织，情况抄送C处。
_UNITS_IN_LAST_CLAUSE_RE = re.compile(
    rf"[。；，]由?(?P<who>{_NAME_CHARACTER}{{3,60}}?)(?:(?:会同|联合)(?P<with>{_NAME_CHARACTER}{{3,60}}?))?(?:共同|分别|具体|统一|联合)?(?P<verb>牵头|负责|承办|主办|主责|(?<=[局委办厅处科股室院部心会])组织)[{HAN}]{{0,6}}"
    rf"(?:[，；]由?(?P<others>{_NAME_CHARACTER}{{3,120}}?)等?(?:做好|予以|给予|积极|按职责)*(?:配合|协办|参与|协助|协同|支持)[{HAN}]{{0,4}})?(?:[，；][^，。；]{{2,16}}(?:监督|指导|抄送|备案)[^，。；]{{0,10}})?。?$"
)
_SENTENCE_STARTING_WITH_UNIT_RE = re.compile(
    rf"(?:^|。)(?![（）])(?P<who>{_NAME_CHARACTER}{{3,60}}?)(?P<verb>牵头|负责)[，,](?:(?P<others>{_NAME_CHARACTER}{{3,120}}?)(?:配合|参与|协助)[，,])?"
)
_COLON_RE = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[．.、])?(?P<who>[^：:。；]{3,80}?)(?:负责)?[：:]\s*(?P<text>.{4,})$",
    re.DOTALL,
)
_STOP_BEFORE_LABEL_RE = re.compile(rf"[。；]\s*(?=(?:{UNIT_LABELS}|{DEADLINE_LABELS}|{OTHER_FACT_LABELS})\s*[:：])")
#: A label of units right behind the last word of what is to be done, the units behind it ending the paragraph.
_UNIT_LABEL_AFTER_TEXT_RE = re.compile(
    rf"^(?P<text>.{{4,}}?[{HAN}\w”》）);,，])\s*(?=(?:{UNIT_LABELS})\s*[:：](?P<units>[^:：。]{{2,200}})。?$)"
)
_OWNER_QUESTION_RE = re.compile(r"由?(?:哪些?|什么|谁)(?:部门|单位)?(?:牵头|负责)")  # 由哪些部门牵头 names nobody
_OPENING_BRACKETS, _CLOSING_BRACKETS = "（(〔[【", "）)〕]】"
_LEAD_IN_TO_TASKS_RE = re.compile(r"[。；]?\s*(?:具体|主要|重点|工作)?(?:措施|举措|任务|要求|做法)(?:如下)?[:：]\s*")
#: A limit behind the last unit.
_LIMIT_AFTER_LAST_UNIT_RE = re.compile(r"[，,；;](?P<limit>[^，,；;]{2,14})$")
#: A point that begins with who does it: 市编办负责公布…
_UNIT_FIRST_RE = re.compile(
    rf"^(?:[（(][一二三四五六七八九十\d]{{1,3}}[）)]|\d{{1,2}}[．.、])?\s*(?P<who>{_NAME_CHARACTER}{{3,60}}?)"
    rf"(?P<verb>牵头负责|负责牵头|牵头|负责|(?:是|为|作为)[^。；]{{2,60}}?(?:单位|部门|机构)[，,]\s*负责)(?=[{HAN}])"
)
#: Longer brackets name no units.
MAX_BRACKET_CHARACTERS = 600
#: A part of a paragraph and its units.
TextAndOwners = tuple[str, Owners]
_MIN_LENGTH, _MAX_LIMIT_LENGTH, _MAX_LENGTH = 4, 30, 2000
#: A blank that a line break left inside a word.
_BLANK_INSIDE_WORD_RE = re.compile(r"(?<=[^\x00-\x7f\s])[ \u3000]+(?=[^\x00-\x7f\s])")


def find_naming_habits(texts: list[str]) -> UnitNamingHabits:
    """Determine how a notice names its units."""
    bare = sum(bool(split_owners(text, UnitNamingHabits(bare=True))[-1][1]) for text in texts)
    owners_by_text = [owners for text in texts if (owners := split_owners(text, UnitNamingHabits())[-1][1])]
    labelled, explicit_count = len(owners_by_text), sum(not owners.guessed for owners in owners_by_text)
    colon = sum(
        bool((match := _COLON_RE.match(text)) and _are_all_units(match["who"]) and not LABEL_PATTERN.match(text))
        for text in texts
    )
    starts = [text for text in texts if (match := _UNIT_FIRST_RE.match(text)) and _is_list_of_whole_names(match["who"])]
    return UnitNamingHabits(
        bare=bare - labelled >= 2,
        odd=explicit_count >= 2,
        colon=colon >= 3 and not explicit_count and bare == labelled,
        starts=(len(starts) >= 3 or _are_two_points_with_units(starts, texts))
        and not explicit_count
        and labelled < len(starts),
    )


def _are_two_points_with_units(starts: list[str], texts: list[str]) -> bool:
    """Return true if the paragraphs with units are the text's only two points."""
    points = [text for text in texts if (number := find_number(text)) and number.depth >= 3]
    return len(starts) == 2 and points == starts


def split_owners(text: str, habits: UnitNamingHabits) -> list[TextAndOwners]:
    """Split a paragraph after each bracket of units; return the parts with their units.

    Without such brackets it is one part; its units are those of a label or a sentence, or none.
    """
    brackets = _find_unit_brackets(text, habits)
    if not brackets:
        if habits.colon and (match := _COLON_RE.match(text)) and _are_all_units(match["who"]):
            return [(match["text"], Owners("", match["who"]))]
        if cut := _split_at_label(text):
            return [cut]
        if habits.starts and (match := _UNIT_FIRST_RE.match(text)) and _is_list_of_whole_names(match["who"]):
            return [(text, _make_owners(match["who"], match["verb"]))]
        return [_split_at_sentence(text) or (text, _read_sentence(text))]
    if len(brackets) == 1:
        start, end, owners = brackets[0]
        text = text[:end] if _LEAD_IN_TO_TASKS_RE.fullmatch(text[end:]) else text
        owners.guessed = owners.guessed or len(text) - end > 2
        return [(_remove_span(text, start, end), owners)]
    parts: list[TextAndOwners] = []
    begin = 0
    for place, (start, end, owners) in enumerate(brackets):
        is_last = place == len(brackets) - 1
        stop = len(text) if is_last else end + len(re.match(r"[；;。，,\s]*", text[end:]).group(0))  # type: ignore[union-attr]
        body = _remove_span(text[begin:stop], start - begin, end - begin).rstrip("；;，, ")
        owners.guessed = owners.guessed or not text[:start].rstrip().endswith("。")
        parts.append((body, owners))
        begin = stop
    if any(owners.guessed for _, owners in parts):
        for _, owners in parts:
            owners.guessed = True
    elif tail := text[end:].strip("。；; "):
        parts[-1][1].doubts.append(f"括号之后的“{tail[:20]}”没有另写单位，按同一单位读取，请核对")
    return parts


#: 此项工作由A负责
_BY_UNIT_RE = re.compile(r"^(?P<what>(?:此|该|本|上述|以上)(?:各|几)?(?:项|条)?(?:工作|任务|事项|内容)?)?由")


def _split_at_label(text: str) -> TextAndOwners | None:
    """Return (task, its units) divided by a label, or None."""
    if (match := _STOP_BEFORE_LABEL_RE.search(text)) and (owners := read_owners(text[match.end() :])):
        return text[: match.end()].rstrip(), owners
    if len(text) > _MAX_LENGTH or LABEL_PATTERN.match(text) or not re.search(r"[:：]", text):
        return None
    match = _UNIT_LABEL_AFTER_TEXT_RE.match(text)
    if match and (is_unit_list(match["units"]) or is_unit_clause(match["units"])):
        return match["text"].rstrip(";,，"), read_owners(text[match.end() :])
    return None


def _split_at_sentence(text: str) -> TextAndOwners | None:
    """Return (task, its units) if the last sentence names nothing but units, or None."""
    text_before, stop, last_sentence = text.rstrip("。 ").rpartition("。")
    by = _BY_UNIT_RE.match(last_sentence.strip())
    names, limit = _split_limits(last_sentence.strip()[by.end() if by else 0 :])
    asides = [clause.names for clause in split_clauses(names) if clause.role is UnitRole.ASIDE]
    if not stop or len(text_before) < _MIN_LENGTH or not is_unit_clause(names) or not all(map(is_limit, asides)):
        return None
    owners = _read_clauses(names, labelled=False)
    owners.limit = join_limits(owners.limit, limit)
    owners.guessed = not (by and by["what"])
    return (text_before + stop, owners) if owners else None


def _remove_span(text: str, start: int, end: int) -> str:
    """Return the text without a span and the punctuation after it."""
    text_before, text_after = text[:start].rstrip(), text[end:].strip()
    if text_before.endswith(("。", "；", "！")):
        text_after = text_after.lstrip("。；; ")
    return text_before + text_after


def _find_unit_brackets(text: str, habits: UnitNamingHabits) -> list[tuple[int, int, Owners]]:
    """Return the brackets that name units, as (start, end, units)."""
    out: list[tuple[int, int, Owners]] = []
    inner_brackets: list[tuple[int, int, Owners]] = []  # with nothing but units, in the middle of a sentence
    depth, start = 0, 0
    for place, char in enumerate(text):
        if char in _OPENING_BRACKETS:
            start = place if depth == 0 else start
            depth += 1
        elif char in _CLOSING_BRACKETS and depth:
            depth -= 1
            if depth == 0 and place - start <= MAX_BRACKET_CHARACTERS:
                inner = text[start + 1 : place]
                owners = read_owners(inner)
                ends = len(text) - place <= 2 or (habits.bare and text[:start].rstrip().endswith(("。", "；")))
                if not owners and (habits.bare or habits.odd) and ends:
                    owners = _read_bare_units(inner, habits)
                elif not owners and habits.bare and _is_bracket_within_sentence(text, start, place):
                    inner_brackets.append((start, place + 1, _read_bare_units(inner, habits)))
                if owners:
                    out.append((start, place + 1, owners))
    if not out and len(inner_brackets) == 1 and inner_brackets[0][2]:
        inner_brackets[0][2].guessed = True
        return inner_brackets
    if out and all(bracket[2].guessed is False and not bracket[2].lead for bracket in out):
        out = sorted([*out, *(bracket for bracket in inner_brackets if bracket[2])], key=lambda one: one[0])
    return out


def _is_bracket_within_sentence(text: str, start: int, end: int) -> bool:
    """Return true if a comma follows the bracket and no unit name precedes it."""
    return text[end + 1 : end + 2] in ("，", "；", ",", ";") and not UNIT_NAME_END_PATTERN.search(
        text[max(0, start - 30) : start]
    )


def _is_list_of_whole_names(names: str) -> bool:
    """Return true for a list of unit names of three or more characters."""
    return looks_like_units(names) and all(len(name) >= 3 for name in split_outside_brackets(names, "、，,"))


def _make_owners(names: str, verb: str, helpers: str = "") -> Owners:
    """Return the owners of a sentence; they are guessed from its verb."""
    helps = f"，{helpers}配合" if helpers else ""
    leads = _LEADING_VERB_RE.search(verb) or (helpers and verb in ("承办", "组织"))
    owners = _read_clauses(f"{names}{'牵头' if leads else '负责'}{helps}", labelled=True)
    owners.guessed = owners.own = True
    return owners


def _read_bare_units(inner: str, habits: UnitNamingHabits) -> Owners:
    units, limit = _split_limits(inner)
    return Owners("", units, limit, guessed=not habits.bare) if _are_all_units(ETC_PATTERN.sub("", units)) else Owners()


def _split_limits(text: str) -> tuple[str, str]:
    """Return (text, deadlines at its end)."""
    limits: list[str] = []
    while (match := _LIMIT_AFTER_LAST_UNIT_RE.search(text)) and is_limit(match["limit"]):
        limits.insert(0, match["limit"])
        text = text[: match.start()]
    return text, "，".join(limits)


_SINGLE_UNIT_LABEL_RE = re.compile(SINGLE_UNIT_LABELS)


def _are_all_units(text: str) -> bool:
    """Return whether the text is a list of whole names of units, no label."""
    if _SINGLE_UNIT_LABEL_RE.fullmatch(text):
        return False
    names = [name.strip() for name in split_outside_brackets(text, "、，,") if name.strip()]
    return bool(names) and is_unit_list(text) and all(_is_whole_unit_name(x) for x in names)


def _is_whole_unit_name(name: str) -> bool:
    return bool(UNIT_NAME_END_PATTERN.search(name)) and (len(name) >= 3 or name.endswith("司"))


#: 市财政局李某同志
_PERSON_AFTER_UNIT_RE = re.compile(rf"(?<=[局委办厅室院部心府会行处科股])[{HAN}]{{2,3}}同志")


def _read_sentence(text: str) -> Owners:
    """Return the units that a sentence makes its subject (由A牵头，B配合), or none."""
    if LABELLED_PART_PATTERN.search(text) or text.rstrip().endswith(("？", "?")) or _OWNER_QUESTION_RE.search(text):
        return Owners()
    if match := _OWNERS_RE.search(text) or _JOINT_UNITS_RE.search(text) or _match_alongside(text):
        lead = _PERSON_AFTER_UNIT_RE.sub("", match["lead"])
        texts = ["“……同志”是人名，没有作为单位，请核对"] if lead != match["lead"] else []
        return Owners(lead, match["others"] or "", guessed=True, own=True, doubts=texts)
    for pattern in (_UNIT_IN_CHARGE_RE, _UNITS_IN_LAST_CLAUSE_RE):
        if (match := pattern.search(text)) and _are_all_units(match["who"]):
            values = match.groupdict()
            others = "、".join(values[name] for name in ("with", "others") if values.get(name))
            if not others or _are_all_units(others):
                return _make_owners(match["who"], values.get("verb") or "负责", others)
    text_without_number = re.sub(r"^[（(][一二三四五六七八九十\d]+[）)]|^\d{1,2}[．.、]", "", text)
    for match in _SENTENCE_STARTING_WITH_UNIT_RE.finditer(text_without_number):
        if _are_all_units(match["who"]):
            others = match["others"] or ""
            if match["verb"] == "牵头":
                return Owners(match["who"], others, guessed=True, own=True)
            return Owners("", "、".join(x for x in (match["who"], others) if x), guessed=True, own=True)
    return Owners()


def _match_alongside(text: str) -> re.Match[str] | None:
    """Return the match of A会同B if both are units."""
    match = _UNIT_ALONGSIDE_UNIT_RE.match(text)
    return match if match and _are_all_units(match["lead"]) and _are_all_units(match["others"]) else None


def read_owners(text: str) -> Owners:
    """Read units and limit: `牵头单位：A；责任单位：B；完成时限：…` or `A牵头，B负责；6月底前`."""
    text, parted = separate_names(_strip_brackets(text))
    text = _BLANK_INSIDE_WORD_RE.sub("", text)
    labels = list(LABELLED_PART_PATTERN.finditer(text))
    head = text[: labels[0].start()] if labels else text
    owners = Owners()
    if head.strip("；;，,。 ") and not (owners := _read_clauses(head, labelled=False)):
        limit = head.strip("；;，,。 ")
        if not labels or len(limit) > _MAX_LIMIT_LENGTH or not read_limit(limit, ReferenceYears(2000)):
            return Owners()
        owners = Owners(limit=limit)  # 5月底前完成，牵头单位：…
    for place, match in enumerate(labels):
        end = labels[place + 1].start() if place + 1 < len(labels) else len(text)
        value = text[match.end() : end].strip("；;，,。 \u3000\n】")
        if match["beside"] or match["other"]:
            value, limit = _split_limits(value)
            owners.limit = join_limits(owners.limit, limit)
            label = match["label"]
            owners.beside[
                f"公开{label}" if re.fullmatch("载体|平台|形式|位置|栏目|途径|路径|渠道", label) else label
            ] = value
            if PERSON_LABEL_PATTERN.search(match["label"]) and is_unit_list(value):
                doubt = f"“{match['label']}”后写的是单位，按责任单位读取"
                owners.add(Owners(responsible=value, doubts=[doubt]))
        elif DEADLINE_HEAD_PATTERN.search(match["label"]) or "频率" in match["label"]:
            owners.limit = join_limits(owners.limit, value)
        elif not match["label"].startswith("公开"):
            clause_owners = _read_clauses(value, labelled=True)
            if _LEADING_VERB_RE.search(match["label"]):
                clause_owners.lead, clause_owners.responsible = (
                    "、".join(x for x in (clause_owners.lead, clause_owners.responsible) if x),
                    "",
                )
            owners.add(clause_owners)
    if owners.first_leads:
        owners.let_first_lead()
    if owners:
        owners.doubts.extend(parted)
    return _extract_limit(owners)


def is_unit_label_line(text: str) -> bool:
    """Return whether a line is a label with units."""
    return bool(LABEL_PATTERN.match(text) or (OTHER_FACT_LABEL_PATTERN.match(text) and read_owners(text)))


def _strip_brackets(text: str) -> str:
    text = text.strip("【】[] ")
    return text[1:-1] if text[:1] in "（(〔" and text[-1:] in "）)〕" else text


def _read_clauses(text: str, *, labelled: bool) -> Owners:
    """Return the units of clauses such as A牵头，B配合; none for other text unless it is `labelled` as units."""
    owners = Owners()
    if match := FIRST_LEADS_PATTERN.search(text):
        owners.first_leads, owners.below_too = True, "下同" in match[0] or bool(match["below"])
        text = FIRST_LEADS_PATTERN.sub("", text)
    unit_text, *remarks = [part.strip() for part in split_outside_brackets(text, "。") if part.strip()] or [""]
    owners.limit = "；".join(remark for remark in remarks if is_limit(remark))
    remarks = [remark for remark in remarks if not is_limit(remark)]
    clauses = split_clauses(unit_text)
    unit_clauses = [clause for clause in clauses if clause.role is not UnitRole.ASIDE]
    if not labelled and (
        all(clause.role is None for clause in unit_clauses)
        or not all(looks_like_units(clause.names) for clause in unit_clauses)
    ):
        return Owners()
    does_lead = has_both_roles(clauses)
    for clause in clauses:
        leads = clause.role is UnitRole.LEADS or (does_lead and clause.role is UnitRole.DOES)
        if clause.role is UnitRole.ASIDE:
            if is_limit(clause.names):
                owners.limit = join_limits(owners.limit, clause.names)
            else:
                remarks.append(clause.names)
        elif leads:
            owners.add(Owners(lead=clause.names))
        else:
            owners.add(Owners(responsible=clause.names))
    owners.helps = {clause.role for clause in unit_clauses} == {UnitRole.HELPS}
    if any(clause.joined for clause in clauses):
        owners.doubts.append(f"“{unit_text[:30]}”没有写明牵头，按会同前的牵头、会同的为责任单位读取")
    if does_lead:
        owners.doubts.append("没有写明牵头，按“负责”的牵头、“配合”的为责任单位读取")
    owners.doubts.extend(f"括号中注明“{remark[:40]}”，请核对" for remark in remarks)
    return owners


def _extract_limit(owners: Owners) -> Owners:
    """Move a time limit that was read as a unit to its field."""
    if owners.limit:
        return owners
    names, owners.limit = _split_limits(owners.responsible or owners.lead)
    if owners.responsible:
        owners.responsible = names
    else:
        owners.lead = names
    return owners


def remove_text_label(text: str) -> str:
    """Return a measure without its leading label (工作内容：…)."""
    return TEXT_LABEL_PATTERN.sub("", text)

"""Find all personal data in a text, after joining words that layout has split.

Such splits, and notes on pronunciation, would hide personal data (申请人刘⏎志强; 李  明; 仇(qiú)大勇). The joined text is searched and each
offset is mapped back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, HAN_RANGES, is_rare
from gongkai.lib.chinese.normalisation import (
    INVISIBLE_CHARACTER_CLASS,
    consists_of_separate_words,
    find_letter_spacing,
    unify_characters,
)
from gongkai.lib.chinese.traditional import simplify
from gongkai.lib.privacy import (
    accounts,
    birth_dates,
    columns,
    documents_and_plates,
    health,
    home_addresses,
    landlines,
    mobiles,
    numbers,
)
from gongkai.lib.privacy.layout import ESCAPED_CHARACTER, simplify_layout
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import PersonName, find_persons
from gongkai.lib.privacy.persons.repeated_names import find_occurrences
from gongkai.lib.privacy.persons.shape import COMPOUND_SURNAMES, KNOWN_SURNAMES
from gongkai.lib.privacy.search_text import SearchText, check_text, prepare_text
from gongkai.lib.privacy.surroundings import PersonSpans

#: Characters without width, with joiners and frames of keys.
_INVISIBLE_CHARACTERS_RE = re.compile(f"[{INVISIBLE_CHARACTER_CLASS}\u200c\u200d\u20e3]+")
_GAP_CHARACTERS = " _\u00a0\u2002-\u200a\u3000"
_BLANK = re.compile(f"[\n{_GAP_CHARACTERS}]")
_GAP, _SURNAME = f"[{_GAP_CHARACTERS}]", f"[{''.join(sorted(KNOWN_SURNAMES))}]"
_COMPOUND_SURNAME = f"(?:{'|'.join(name for name in sorted(COMPOUND_SURNAMES) if len(name) == 2)})"
_ANY_SURNAME = f"(?:{'|'.join(sorted(COMPOUND_SURNAMES))}|{_SURNAME})"
#: The last characters of words for people, right before their names.
_PERSON_WORD_ENDINGS = "人名告户者员亲母父妻夫子女弟妹兄姐生民儿主工属方班"
#: Such a word, and one that says who it is: 申请人, 申请人为; not the first half of 主任, 工程, 方向.
_TEXT_BEFORE_NAME_LOOKBEHIND = (
    f"(?:(?<=[{_PERSON_WORD_ENDINGS}])(?!(?<=主)任|(?<=工)程|(?<=方)向)|(?<=[{_PERSON_WORD_ENDINGS}][为是系即叫]))"
)
#: A given name set apart from its surname, behind what announces a name or another name: 申请人：赵　铁柱, 王　　芳　刘志强.
_WIDE_SET_NAME_RE = re.compile(
    rf"(?:(?<=[:：、，,;；(（|])|{_TEXT_BEFORE_NAME_LOOKBEHIND}|(?<=[{HAN}]{_GAP})|^|(?<=[\n\t])){_GAP}*\t?"
    rf"(?<![\d\n:：\t|、，.．)）{_GAP_CHARACTERS}]{_GAP}{_SURNAME}{_GAP})(?<![\n\t:：|、，.．)）]{_SURNAME}{_GAP})"
    rf"(?<![\d\n:：\t|、，.．)）{_GAP_CHARACTERS}]{_COMPOUND_SURNAME}{_GAP})"
    rf"{_ANY_SURNAME}({_GAP}{{1,4}})"
    rf"(?![男女])[{HAN}](?:({_GAP}{{0,4}})(?![男女])[{HAN}])?(?={_GAP}*(?:[，,、。;；)）（(\n\t|]|$)"
    rf"|{_GAP}+(?:[{HAN}（）()/]{{2,12}}(?:[:：﹕︰]|{_GAP}*[0-9])|性别|男|女|电话|身份|[0-9]|(?:反映|来电|来信|提出|不服|认为|{_SURNAME}{_GAP}*[{HAN}]{{1,2}})(?:[^{HAN}]|$)))"
)
#: A name set apart within a sentence, after what people are or before what they are called: 学生李　娟反映, 王 小 明同志.
_SPLIT_SURNAME = f"(?:{'|'.join(f'{name[0]}{_GAP}{{0,2}}{name[1]}' for name in sorted(COMPOUND_SURNAMES) if len(name) == 2)}|{_SURNAME})"
_SPACED_NAME = rf"(?P<name>{_SPLIT_SURNAME}{_GAP}{{1,4}}(?![男女])[{HAN}](?:{_GAP}{{1,4}}(?![男女])[{HAN}])?)"
#: The end of a wide-set name, before the next one of a list: 马 超、何 平分别受伤.
_WIDE_SET_NAME_ENDS = (rf"{_GAP}[{HAN}]", rf"{_GAP}[{HAN}]{{2}}", rf"{_GAP}[{HAN}]{_GAP}[{HAN}]")
_LOOKBEHIND_FOR_NAME_IN_LIST = (
    f"(?:{'|'.join(f'(?<={end}{gap}[、和与及])' for end in _WIDE_SET_NAME_ENDS for gap in ('', _GAP))})"
)
_WIDE_SET_NAMES_IN_SENTENCES = (
    re.compile(
        rf"(?:{_TEXT_BEFORE_NAME_LOOKBEHIND}|(?<=家长)|(?<=[{_PERSON_WORD_ENDINGS}][:：])){_GAP}{{0,4}}{_SPACED_NAME}(?=[{HAN}])"
    ),
    re.compile(rf"{_LOOKBEHIND_FOR_NAME_IN_LIST}{_SPACED_NAME}(?=[{HAN}])"),
    re.compile(
        rf"(?<=[，,。；;：:（(、]){_GAP}?(?P<name>{_SPLIT_SURNAME}(?P<gap>{_GAP}{{1,2}})(?![男女])[{HAN}](?P=gap)(?![男女])[{HAN}])(?=[{HAN}])"
    ),
    re.compile(rf"(?<=[:：奖]){_GAP}{{0,4}}(?P<name>{_ANY_SURNAME}{_GAP}(?![男女])[{HAN}])(?={_GAP}+[{HAN}0-9（(])"),
    re.compile(
        rf"{_SPACED_NAME}(?={_GAP}?(?:同志|先生|女士|同学|老师|老人|之[子女妻夫父母]|等[0-9一二三四五六七八九十]?人))"
    ),
)
#: A name of two characters that opens a row: 001 刘 敏 小学, 刘 敏 第一小学.
_WIDE_SET_IN_ROW_RE = re.compile(
    rf"(?m:^){_GAP}*(?:[(（]?[0-9]{{1,4}}[.．、)）]?{_GAP}{{0,4}})?{_ANY_SURNAME}({_GAP})[{HAN}](?={_GAP}|$)"
)
#: The same between columns as wide as its own gap, in a numbered row under a head: 2　　邓　　英　　青禾县….
_WIDE_SET_IN_COLUMN_RE = re.compile(
    rf"(?m:^){_GAP}*[(（]?[0-9]{{1,4}}[.．、)）]?{_GAP}{{1,4}}{_ANY_SURNAME}({_GAP}{{2,4}})[{HAN}](?={_GAP}{{2}}{_GAP}*[{HAN}0-9]{{2}})"
)
_NAME_HEAD = re.compile(rf"姓{_GAP}*名")
#: A name whose characters are all set apart by dots or dashes: 刘・志・强; one of two characters only where a name is due: 申请人刘-敏.
_NAME_MARK_CHARACTERS = "[·•・.．_\u2010-\u2015\uff0d-]"
_END_OF_NAME_LOOKAHEAD = rf"(?!{_NAME_MARK_CHARACTERS}|[{HAN}](?<![不提认反诉要申请因来]))"
_DOTTED_NAME_RE = re.compile(
    rf"(?<![{HAN}0-9·•・-]){_ANY_SURNAME}({_NAME_MARK_CHARACTERS})[{HAN}]({_NAME_MARK_CHARACTERS})[{HAN}]{_END_OF_NAME_LOOKAHEAD}"
)
_DOTTED_NAME_AFTER_LABEL_RE = re.compile(
    rf"(?:^|(?<=[\n\t:：、])|{_TEXT_BEFORE_NAME_LOOKBEHIND}){_ANY_SURNAME}({_NAME_MARK_CHARACTERS})[{HAN}](?:({_NAME_MARK_CHARACTERS})[{HAN}])?{_END_OF_NAME_LOOKAHEAD}"
)
#: Start of a list item, heading or row; no earlier text continues there.
_LIST_ITEM_START_RE = re.compile(
    r"[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[0-9]{1,3}[、．.)）]|第[一二三四五六七八九十百0-9]{1,4}[条章节款项]|附件|附[:：]|[①-⑳]|——"
)
#: The head of a row: a name or a field, and what is said of it.
_ROW_START_RE = re.compile(rf"[{HAN}·]{{2,6}}[，,、|｜(（:：;；]")
#: A surname behind what announces a name, at the end of a line; the same with one more character.
_BROKEN_NAME_RE = re.compile(
    rf"(?:[请诉报举罚征]人|[原被]告|患者|当事人|[{HAN}](?=[:：]))(?P<field>[:：]?){_ANY_SURNAME}$"
)
_BEGUN_NAME_RE = re.compile(rf"{_BROKEN_NAME_RE.pattern[:-1]}[{HAN}]$")
#: The last character of a name, and what its bearer does.
_REST_OF_NAME_RE = re.compile(rf"[{HAN}](?:不服|提[出交起]|认为|反映|诉|要求|申请|请求|来[信电访]|因|[，,（(])")
#: The rest of a name that is a field's value: 申请人：刘⏎敏，身份证号….
_REST_OF_VALUE_RE = re.compile(rf"(?![男女])[{HAN}]{{1,2}}(?:[，,(（。;；]|[ \u3000]+(?:[男女]|[{HAN}]{{2,5}}[:：])|$)")
_REST_OF_BEGUN_VALUE_RE = re.compile(rf"(?![男女])[{HAN}](?:[，,]|[ \u3000]+)(?:[男女]|身份|电话|住)")
_HAN, _HAN_NAME = re.compile(rf"[{HAN}]"), re.compile(rf"[{HAN}]{{2,4}}")
_GAP_IN_WORD_RE = re.compile(rf"(?<=[{HAN}]){_GAP}+[{HAN}]")
#: Notes between a label and its value in forms: 被执行人：（签名）么老三.
_NOTE_BEFORE_VALUE_RE = re.compile(r"(?<=[:：])[(（](?:签[名字章]|盖章|手印|捺印|按印|[、或及])+[)）]")
_PROSE_PUNCTUATION_RE = re.compile(r"[，。；、：,;:]")
#: Lines of one character each, as narrow cells and vertical writing have them; the first may follow a label or a row's number.
_NARROW_LINES_RE = re.compile(
    rf"(?:\A|(?<=[\n:：])|(?<=[\n0-9][0-9.．、 ])|(?P<last>\t)){_GAP}*(?:{_COMPOUND_SURNAME}|[{HAN}])"
    rf"(?:{_GAP}*\n{_GAP}*[{HAN}:：])+(?={_GAP}*(?:[\n，,(（。;；]|(?(last)\n|\t)|$))"
)
#: A name with a cell for each character: 姓名|张|开|琴.
_NAME_OVER_CELLS_RE = re.compile(
    rf"(?<=[名人主者]\t){_ANY_SURNAME}(\t)(?![男女])[{HAN}](?:(\t)(?![男女])[{HAN}])?(?=[\t\n]|$)"
)
#: The pronunciation of a character, in a bracket within a name: 仇(qiú)大勇, 解（音xiè）文.
_BRACKETED_PRONUNCIATION_RE = re.compile(
    rf"(?<=[{HAN}])[(（]\s?(?:读音|读作|读|音)?[:：]?\s?[a-zà-üāēěīńňōūǎǐǒǔǖǘǚǜ]{{1,6}}[1-4]?\s?[)）](?=[{HAN}])"
)
#: Family names of three and more characters, and a surname that stands for them in the joined text.
_CLAN_NAME_RE = re.compile(
    "(?:爱新觉罗|愛新覺羅|伊尔根觉罗|西林觉罗|叶赫那拉|乌拉那拉|辉发那拉|哈达那拉|博尔济吉特|孛儿只斤|钮祜禄|瓜尔佳|赫舍里|喜塔腊"
    f"|萨克达|索绰络|他塔喇|郭络罗|舒穆禄)(?=[{HAN}])"
)
_CLAN_SURNAME = "李"
#: Half characters: the shortest line that a page's edge breaks, the longest, and by how much full lines differ.
_MIN_LINE_WIDTH, _MAX_LINE_WIDTH, _MAX_LINE_WIDTH_DIFFERENCE = 20, 130, 4


def _split_blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the blocks of lines between empty lines: start and end of each line."""
    block: list[tuple[int, int]] = []
    begin = 0
    for line in text.split("\n"):
        end = begin + len(line)
        if line.strip():
            block.append((begin, end))
        elif block:
            yield block
            block = []
        begin = end + 1
    if block:
        yield block


def _find_line_breaks(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of line breaks inside a sentence or a name."""
    for block in _split_blocks(text):
        if len(block) < 2:
            continue
        lines = [(begin, begin + len(text[begin:end].rstrip())) for begin, end in block]
        widths = [len(text[begin:end].lstrip().encode("gb18030", "replace")) for begin, end in lines]
        most = max(widths)
        wrapped = any(
            _breaks_name(text[slice(*line_span)], text[slice(*next_)]) for line_span, next_ in pairwise(lines)
        )
        for place in range(len(lines) - 1):
            (begin, end), (next_start, stop) = lines[place], lines[place + 1]
            line, next_line = text[begin:end], text[next_start:stop]
            full = most <= _MAX_LINE_WIDTH and widths[place] >= most - _MAX_LINE_WIDTH_DIFFERENCE
            if (
                _breaks_name(line, next_line)
                or (full and most >= _MIN_LINE_WIDTH and _continues_sentence(line, next_line))
                or (full and wrapped and place and bool(_HAN.match(line[-1:]) and _HAN.match(next_line[:1])))
            ):
                yield end, next_start + len(next_line) - len(next_line.lstrip())


def _breaks_name(line: str, next_line: str) -> bool:
    """Return whether a line ends within a name: 对申请人李⏎青国不服."""
    following = next_line.lstrip()
    if not _HAN.match(following[:1]) or _LIST_ITEM_START_RE.match(following):
        return False
    broken, begun = _BROKEN_NAME_RE.search(line), _BEGUN_NAME_RE.search(line)
    if broken and broken["field"]:
        return bool(_REST_OF_VALUE_RE.match(following))
    if begun and begun["field"]:
        return bool(_REST_OF_BEGUN_VALUE_RE.match(following))
    return bool(broken or (begun and _REST_OF_NAME_RE.match(following)))


def _continues_sentence(line: str, next_line: str) -> bool:
    """Return whether the next line continues the sentence of a line of prose."""
    following = next_line.lstrip()
    if not (_HAN.match(line[-1:]) and _HAN.match(following[:1])):
        return False  # numbers over a line are known as they stand
    if _LIST_ITEM_START_RE.match(following) or (_ROW_START_RE.match(following) and not _BROKEN_NAME_RE.search(line)):
        return False
    if next_line[:1] in " \t\u3000" or re.search(r"[ \t\u3000|]", line.strip() + following.rstrip()):
        return False
    return bool(_PROSE_PUNCTUATION_RE.search(line) and _PROSE_PUNCTUATION_RE.search(following))


#: Signs that describe a character by its parts (Unicode, 18.2): ⿰ and ⿱ two parts, ⿲ and ⿳ three, ⿾ and ⿿ one.
_DESCRIPTION_SIGN_RE = re.compile("[\u2ff0-\u2fff]")
_DESCRIPTION_PARTS = {"\u2ff2": 3, "\u2ff3": 3, "\u2ffe": 1, "\u2fff": 1}
#: Stands for a character that is described, a rare one by its nature.
_DESCRIBED_CHARACTER_PLACEHOLDER = chr(HAN_RANGES[1][0])


def find_character_end(text: str, at: int) -> int:
    """Return the end of the character at an offset, also if described (⿰亻月) or escaped.

    >>> find_character_end("张⿰亻⿱日月明", 1)
    6
    """
    if escape := ESCAPED_CHARACTER.match(text, at):
        return escape.end()
    wanted = 1
    while wanted and at < len(text) and not text[at].isspace():
        wanted += _DESCRIPTION_PARTS.get(text[at], 2) - 1 if _DESCRIPTION_SIGN_RE.match(text[at]) else -1
        at += 1
    return at


def join_split_text(text: str) -> tuple[str, list[int]] | None:
    """Return (joined text, original offset of each character), or None if nothing is split."""
    left_out = {place for found in _INVISIBLE_CHARACTERS_RE.finditer(text) for place in range(*found.span())}
    left_out.update(place for span in find_letter_spacing(text) for place in range(*span))
    spaced = [lines.span() for lines in _NARROW_LINES_RE.finditer(text) if not consists_of_separate_words(lines[0])]
    spaced += [found.span("name") for form in _WIDE_SET_NAMES_IN_SENTENCES for found in form.finditer(text)]
    left_out.update(blank.start() for span in spaced for blank in _BLANK.finditer(text, *span))
    forms = (_WIDE_SET_NAME_RE, _DOTTED_NAME_RE, _DOTTED_NAME_AFTER_LABEL_RE)
    matches = (found for form in forms for found in form.finditer(text))
    wide = [match.span(group) for match in matches for group in (1, 2) if match[group]]
    rows = [match.span(1) for match in _WIDE_SET_IN_ROW_RE.finditer(text)]
    wide += rows if len(rows) > 1 else []
    columns_of = _WIDE_SET_IN_COLUMN_RE.finditer(text) if _NAME_HEAD.search(text) else ()
    wide += [match.span(1) for match in columns_of]
    wide += [found.span(group) for found in _NAME_OVER_CELLS_RE.finditer(text) for group in (1, 2) if found[group]]
    left_out.update(place for span in wide for place in range(*span))
    left_out.update(place for span in _find_line_breaks(text) for place in range(*span))
    left_out.update(place for found in _NOTE_BEFORE_VALUE_RE.finditer(text) for place in range(*found.span()))
    left_out.update(place for found in _BRACKETED_PRONUNCIATION_RE.finditer(text) for place in range(*found.span()))
    clans = [found.span() for found in _CLAN_NAME_RE.finditer(text) if found.start() not in left_out]
    left_out.update(place for start, end in clans for place in range(start + 1, end))
    for match in _DESCRIPTION_SIGN_RE.finditer(text):
        if match.start() not in left_out:
            left_out.update(range(match.start() + 1, find_character_end(text, match.start())))
    if not left_out:
        return None
    offsets = [place for place in range(len(text)) if place not in left_out]
    begun = {start for start, _ in clans}
    joined = "".join(_CLAN_SURNAME if place in begun else text[place] for place in offsets)
    return _DESCRIPTION_SIGN_RE.sub(_DESCRIBED_CHARACTER_PLACEHOLDER, joined), offsets


#: Rank of each kind: of two findings that overlap, the lower rank wins.
_KIND_RANK = {
    kind: rank
    for rank, kind in enumerate(
        ("id_number", "credit_code", "bank_card", "account", "phone", "passport", "email", "plate", "address",
         "birth", "person", "health")
    )
}  # fmt: skip


#: Stands for a rare character where it may be a surname.
_USUAL_SURNAME = "李"


def _list_persons(search_text: SearchText) -> list[PersonName]:
    """Return the persons of a text, also those with a rare character as an unknown surname."""
    person_names = find_persons(search_text)
    covered = {place for person_name in person_names for place in range(person_name.start, person_name.end)}
    odd = {place for place, char in enumerate(search_text.text) if is_rare(char)} - covered
    if odd:
        text = "".join(_USUAL_SURNAME if place in odd else char for place, char in enumerate(search_text.text))
        person_names += (person for person in find_persons(prepare_text(text)) if person.start in odd)
    return sorted(person_names, key=lambda one: one.start)


def _find_persons(search_text: SearchText) -> list[Finding]:
    """Return the findings of private persons, extended to rare characters before their names."""
    findings: list[Finding] = []
    for person in _list_persons(search_text):
        start = person.start
        while start and is_rare(search_text.text[start - 1]):  # 𠮷田明, of which 田明 alone looks like a name
            start -= 1
        findings.append(Finding("person", start, person.end, search_text.source[start : person.end], person.why))
    return findings


def _resolve_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings in text order; of overlapping ones, that of the first kind in rank."""
    ranked = sorted(findings, key=lambda found: (_KIND_RANK[found.kind], found.start, -found.end))
    chosen: list[Finding] = []
    occupied: set[int] = set()
    for finding in ranked:
        span = range(finding.start, finding.end)
        if occupied.isdisjoint(span):
            occupied.update(span)
            chosen.append(finding)
    return sorted(chosen, key=lambda found: found.start)


def find(text: str) -> list[Finding]:
    """Return the personal data in a text.

    Public data is skipped: an office's phone and address, an official's name in office, a company's
    credit code, a signer, masked data. A reviewer checks the rest: every finding has a reason.

    Args:
        text: any text; offsets of the findings are offsets in it.

    Returns:
        Findings in order, not overlapping.

    Raises:
        PrivacyError: the argument is no text.
    """
    plain = simplify(unify_characters(simplify_layout(check_text(text))))
    words, offsets = join_split_text(plain) or (plain, list(range(len(plain))))
    findings = _find_in_prepared_text(words)
    if blanks := _find_blanks_in_repeated_names(words, findings):
        offsets = [offset for place, offset in enumerate(offsets) if place not in blanks]
        words = "".join(char for place, char in enumerate(words) if place not in blanks)
        findings = _find_in_prepared_text(words)
    spans = [
        (finding, offsets[finding.start], find_character_end(text, offsets[finding.end - 1])) for finding in findings
    ]
    return [replace(finding, start=start, end=end, text=text[start:end]) for finding, start, end in spans]


def _find_blanks_in_repeated_names(text: str, findings: list[Finding]) -> set[int]:
    """Return the offsets of blanks inside further mentions of found names: 刘志强, 刘 志 强."""
    names = {one.text for one in findings if one.kind == "person" and _HAN_NAME.fullmatch(one.text)}
    if not names or not _GAP_IN_WORD_RE.search(text):
        return set()
    places = [place for place, char in enumerate(text) if char == "\n" or not _BLANK.match(char)]
    squeezed = "".join(text[place] for place in places)
    spans = [(places[at], places[at + len(name) - 1]) for at, name in find_occurrences(names, squeezed)]
    return {blank.start() for span in spans for blank in _BLANK.finditer(text, *span)}


def _find_in_prepared_text(text: str) -> list[Finding]:
    """Return the personal data of all kinds in a text, in order, not overlapping."""
    search_text = prepare_text(text)
    simple_findings = [
        finding
        for module in (numbers, mobiles, documents_and_plates, accounts)
        for finder in module.FINDERS
        for finding in finder(search_text)
    ]
    names = _find_persons(search_text)
    people = PersonSpans([(name.start, name.end) for name in names])
    return _resolve_overlaps(
        [
            *simple_findings,
            *columns.find_column_cells(search_text),
            *accounts.find_personal_emails(search_text, people),
            *documents_and_plates.find_vehicle_plates(search_text),
            *landlines.find_personal_landlines(search_text, people),
            *accounts.find_bank_cards(search_text, people),
            *accounts.find_bank_accounts(search_text, people),
            *numbers.find_ids_after_names(search_text, people),
            *home_addresses.find_home_addresses(search_text, people),
            *names,
            *birth_dates.find_birth_dates(search_text, people),
            *health.find_health_data(search_text, people),
        ]
    )

"""Apply sentences of a notice to rows: a default place of publication, changes of single rows. Pure.

没有注明公开位置的，一律放县政府网站 applies to rows without a channel or column and is flagged once. A sentence such
as 事项3延到9月底前 is flagged at the row it names.
"""

from collections.abc import Sequence
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD
from gongkai.lib.reading.words.prose_places import ROOT
from gongkai.work.notices.planning.deadline_scope import NoticeText, find_row_number, iterate_own_sentences
from gongkai.work.notices.planning.drafting import DraftMeasure, to_flag
from gongkai.work.notices.planning.shared_deadline_words import remove_spaces

_DEFAULT_SENTENCE = re.compile(
    r"(?:未|没有?)(?:另行|单独|具体)?(?:注明|写明|标明|标注|明确|列明|说明|注|写)(?:公开|发布|公布)?的?(?:放哪儿?|哪里|位置|渠道|平台|途径|方式|载体|栏目)的?(?:任务|事项)?[，,]?"
    rf"(?:一律|统一|均|都|全部)?(?:放|在|通过|由|发|登|挂|以|于)(?:在|到)?(?P<place>[{HAN}“”]{{2,30}})"
)
_COLUMN_NAME = re.compile(rf"[“\"《](?P<name>[{HAN}]{{2,20}})[”\"》]?(?:专?栏目?)?")
# 要公开的内容没写位置的: applies only to rows that are published.
_TO_PUBLISH = re.compile(r"(?:要|应当?|需)公[开布示]的[^，。；]{0,6}$")
_PUBLISHED = re.compile(r"公[开布示]|发布|张贴|展示|推送|上网|上墙")
_SITE_NAME = re.compile(rf"^[{HAN}]*?(?:门户网站|网站|官网|门户)")
# 事项3, 第（三）项, 第3条.
_ROW_REFERENCE = re.compile(
    r"(?:(?:事项|任务)(?P<plain>\d{1,2})|(?<!原)第[（(]?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})[)）]?(?:项|条))(?!款|[\d、至到和—-])"
)
# Articles of laws and rules are no rows.
_LAW_REFERENCE = re.compile(r"《[^》]*》[^，。；]{0,6}$|条例|规定|办法")


def apply_default_path(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Apply the default place to rows without one; flag it once, at the first of them."""
    made = list(drafts)
    match = _DEFAULT_SENTENCE.search(remove_spaces("".join(notice.lines)))  # A line break may split the sentence.
    if match is None:
        return made
    published = bool(_TO_PUBLISH.search(match.string[: match.start()]))
    without = [
        at
        for at in notice.all
        if drafts[at].units and not any(duty.channels or duty.paths for duty in drafts[at].duties)
    ]
    rows = [at for at in without if not published or _PUBLISHED.search(drafts[at].text)]
    site, column = _SITE_NAME.match(match["place"]), _COLUMN_NAME.search(match["place"])
    name = site[0] if site else match["place"]
    paths = ((ROOT, column["name"]),) if site and column else ()
    for at in rows:
        duties = (replace(duty, channels=() if paths else (name,), paths=paths) for duty in made[at].duties)
        made[at] = replace(made[at], duties=tuple(duties))
    if without:
        shown = f"公开栏目为“{column['name']}”" if paths and column else f"公开渠道为“{name}”"
        words = f"“{match[0]}”按适用于没有写公开渠道的{len(rows)}行读取，{shown}，请核对"
        if left := [str(at + 1) for at in without if at not in rows]:
            words += f"；第{'、'.join(left)}行也没有写，没有按它读取，需要的请补充"
        flag = to_flag({"field": "duties", "message": words}) | {"rows": [at + 1 for at in without]}
        made[without[0]] = replace(made[without[0]], flags=(*made[without[0]].flags, flag))
    return made


def flag_named_rows(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Flag rows that unused sentences outside the table name by number."""
    made = list(drafts)
    numbers = {number: at for at in notice.all if (number := find_row_number(drafts[at]))}
    if len(numbers) < len(notice.all) - 2 or not numbers:
        return made
    inside = remove_spaces("".join(draft.text for draft in drafts))
    last = max((at for at in notice.rows if at >= 0), default=0)
    for line, sentence in iterate_own_sentences(notice):
        named = {
            to_int(match["plain"] or match["number"]) or 0
            for match in _ROW_REFERENCE.finditer(sentence)
            if not _LAW_REFERENCE.search(sentence[: match.start()])
        }
        for number in sorted(named & numbers.keys()) if line >= last else ():
            at = numbers[number]
            own = remove_spaces(sentence).lstrip(">＞■□◆●")  # The row itself in a quoted mail.
            if own not in inside and not _is_used(made[at], sentence):
                words = f"这句话没有用上：“{sentence.strip()[:60]}”；其中写到第{number}项，可能改变这一行的单位、时限或者渠道，请核对"
                flag = to_flag({"field": None, "message": words})
                made[at] = replace(made[at], flags=(*made[at].flags, flag))
    return made


_NOTE = re.compile(r"\s*(?:表?注|备注|(?:填表)?说明)\s*[:：]")
_LIST_NUMBER = re.compile(r"\s*[（(]?[一二三四五六七八九十\d]{1,2}[）)、．.]")
_NOTE_ON_TIME = re.compile(r"时限|时间|期限|[年季月周]末|月底|旬")
_NOTE_ON_UNITS = re.compile(r"(?:牵头|责任|配合|协办|承办|参与)(?:单位|部门)")
_ROWS_WITHOUT = re.compile(r"空白|未填|没有?填|未写|没有写|未注明|没有注明|只(?:列|写|填|注明)|仅(?:列|写|填)")


def flag_table_notes(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Flag, once each, the numbered notes of a table that speak of times or units and that no row shows as used."""
    made = list(drafts)
    inside = remove_spaces("".join(draft.text for draft in drafts))
    at = next((at for at, line in enumerate(notice.lines) if _NOTE.match(line)), len(notice.lines))
    for place, line in enumerate(notice.lines[at : at + 12]):
        if place and not _LIST_NUMBER.match(line):
            break
        words = _LIST_NUMBER.sub("", _NOTE.sub("", line, count=1), count=1).strip()
        units, time = _NOTE_ON_UNITS.search(words), _NOTE_ON_TIME.search(words)
        if not (units or time) or remove_spaces(words) in inside or any(_is_used(draft, words) for draft in made):
            continue
        rows = [row for row in notice.all if _may_concern(drafts[row], words, units=bool(units))]
        if rows:
            told = f"表注“{words[:60]}”没有用上，可能改变{len(rows)}行的{'单位' if units else '时限'}，请核对"
            flag = to_flag({"field": "responsible" if units else "duties", "message": told})
            first = made[rows[0]]
            made[rows[0]] = replace(first, flags=(*first.flags, flag | {"rows": [row + 1 for row in rows]}))
    return made


def _may_concern(draft: DraftMeasure, words: str, *, units: bool) -> bool:
    """Tell whether a note may be about a row: one that leaves out what it names, or that has the word it quotes."""
    if _ROWS_WITHOUT.search(words):
        if units:
            return len({unit.part for unit in draft.units}) < 2
        cells = [str(cell) for head, cell in draft.extras.items() if DEADLINE_HEAD.search(head)]
        return not any(cell.strip() for cell in cells)
    whole = "".join((draft.text, *draft.cells))
    quoted = re.findall(r"“([^”]{1,12})”", words)
    return any(word in whole for word in quoted) if quoted else True


def _is_used(draft: DraftMeasure, sentence: str) -> bool:
    """Return true if a row shows the sentence as source of its deadline, note or flag."""
    words = remove_spaces(sentence)[:20]
    shown = [str(flag.get("message")) for flag in draft.flags]
    shown += [str(duty.due.get("source")) for duty in draft.duties] + [str(cell) for cell in draft.beside.values()]
    return any(words in remove_spaces(text) for text in shown)

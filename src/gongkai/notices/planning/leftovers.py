"""Places, helpers and rows that a notice names and that no entry took: each is asked about at its row. Pure.

Nothing more is read here. A word that names where something is put up, who helps, or another row by its number, and that stands in no field of the
resulting task, is shown to a person: 这句话没有用上.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gongkai.chinese.characters import HAN
from gongkai.chinese.numerals import to_int
from gongkai.notices.planning.drafting import DraftMeasure, flag_of
from gongkai.notices.planning.limit_reach import NoticeText, number_of_row, own_sentences, reach_of
from gongkai.notices.planning.limit_words import bare
from gongkai.notices.planning.named_places import REMARKS_HEAD, WAYS_HEAD
from gongkai.publishing.channel_names import mentions
from gongkai.reading.tables.heads import DEADLINE_HEAD, PATH_HEAD
from gongkai.reading.words.unit_names import ENDS_AS_UNIT
from gongkai.reading.words.units import read_units

UNUSED = "这句话没有用上"
_CLAUSE = re.compile(r"[^，,。；;！\n]+")
_NAME = rf"[{HAN}（）“”\d]{{2,18}}?"
#: 在场馆门口张贴, 于医院门诊大厅公示: the deed names a place.
_PUT_UP = re.compile(
    rf"(?:在|于|到|至)(?P<place>{_NAME})(?:的?(?:显著|醒目)位置|上|里|内|中)?(?:同步|统一|集中|长期|滚动|予以|进行)*"
    r"(?:张贴|公示|公告|展示|播放|播出|刊登|刊载|摆放|悬挂|滚动|公布|公开|发布|发放)"
)
#: 放到村（社区）服务窗口, 贴在门口, 挂到网站, 发群里.
_BROUGHT = re.compile(
    rf"(?:放|贴|挂|摆|送|登|发)(?:到|在|至|进|上|入)(?P<place>{_NAME}(?:窗口|[栏屏墙榜牌网号群报厅站馆]|门口|中心|服务点|网点|现场|专区|阵地|公众号|网站))"
)
#: Words that are no place: 在规定时间内公布, 于6月底前公布, 到发布.
_NO_PLACE = re.compile(
    r"\d|[年月日季周]|期|前|后|时|规定|范围|基础|过程|方面|工作|同步|及时|情况|全[市县区省]|网上|线上|线下|一定|相关|有关|适当|媒体上$|公开$|[栏目]$"
)
_BUILT = re.compile(
    r"建设|改造|设置|规范|升级|管理|监管|运维|维护|整合|清理|关停|优化|改版|检查|监测|巡查|备案|适老化|完善|打造|转载|更新|整治|考核"
)
_SITE = re.compile(
    r"(?:[省市县区镇乡旗州](?:人民)?政府)?门户网站|(?:人民)?政府(?:门户)?网站|官网|(?<=挂)网|上网"
)
#: 以上两局的工作, 上述任务, 各项任务: words behind which somebody helps with several rows.
_SCOPE = re.compile(r"^(?:以上|上述|前述|上列|以下|下列|各项|所有|全部|第[（(]?[\d一二三四五六七八九十])")
#: 见第13条, 第（三）项
_SEE = re.compile(
    r"(?:见|同|参见|详见|纳入|并入)第?\s*[（(]?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]?\s*[条项]"
)


def places_left(draft: DraftMeasure) -> Iterator[tuple[str, str]]:
    """Yield the places and channels that a row's words name and that none of its channels and columns is."""
    words = [draft.text, *(str(cell) for head, cell in draft.beside.items() if _says_where(head))]
    shown = bare("".join(str(flag.get("message")) for flag in draft.flags))
    names = [name for duty in draft.duties for name in duty.channels]
    levels = [level for duty in draft.duties for path in duty.paths for level in path]
    taken = bare("|".join([*names, *levels])).translate(_PLAIN)
    for clause in (match[0] for text in words for match in _CLAUSE.finditer(text[:3000])):
        for place, behind in _named_in(clause, bool(names or levels)):
            if any(name and behind.startswith(name) for name in names):
                continue  # 学校门口公示栏 is the board at the gate
            name = bare(place).translate(_PLAIN)
            if (
                name in taken
                or any(part and part in name for part in taken.split("|"))
                or name in shown.translate(_PLAIN)
            ):
                continue
            taken += f"|{name}"
            yield (
                "duties",
                f"{UNUSED}：“{clause.strip()[:50]}”；其中的“{place}”没有作为公开渠道或者公开路径，需要的请补充，或者标为无误",
            )


_PLAIN = str.maketrans("", "", '“”"（）()')


def _says_where(head: str) -> bool:
    return bool(REMARKS_HEAD.search(head) or WAYS_HEAD.search(head) or PATH_HEAD.search(head))


def _named_in(clause: str, has_places: bool) -> Iterator[tuple[str, str]]:
    """Yield places with what stands behind each."""
    for pattern in (_PUT_UP, _BROUGHT):
        for match in pattern.finditer(clause):
            place = match["place"].strip("“”")
            if not _NO_PLACE.search(place) and not _BUILT.search(clause):
                yield place, clause[match.end("place") :]
    if has_places or _BUILT.search(clause):
        return
    for mention in mentions(clause):
        if not mention.place:
            yield mention.name, ""
    yield from ((match[0], "") for match in _SITE.finditer(clause))


def with_helpers_left(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Ask at the rows that a sentence is for (以上任务，市融媒体中心配合宣传) about those who help by it and are none of their units."""
    made = list(drafts)
    inside = [
        (notice.rows[at], made[at].text) for at in range(len(made)) if _SCOPE.match(bare(made[at].text))
    ]
    for line, sentence in (*own_sentences(notice), *inside):
        words = sentence.strip()
        if not (match := _SCOPE.match(bare(words))):
            continue
        helpers = _helpers(words)
        if not helpers:
            continue
        scope = words.split("，", maxsplit=1)[0]
        reach = reach_of(words, scope if "任务" in scope else f"{match[0]}各项任务", "", line, notice)[0]
        for at in reach or notice.all:
            printed = {bare(unit.printed) for unit in made[at].units}
            left = [
                name for name in helpers if bare(name) not in printed and bare(words) != bare(made[at].text)
            ]
            if left:
                said = f"{UNUSED}：“{words[:60]}”；其中的“{'、'.join(left)}”没有列为这一行的配合单位，请核对"
                made[at] = _asked(made[at], "responsible", said)
    return made


#: 市融媒体中心配合宣传, 由市财政局、市审计局协助.
_HELPS = re.compile(
    rf"(?:^|[，；,;由请])(?P<who>[{HAN}、和及与]{{2,40}}?)(?:予以|给予|做好|积极|按职责)?(?:配合|协助|参与|协同)"
)


def _helpers(words: str) -> list[str]:
    return [
        name
        for match in _HELPS.finditer(words)
        for name in read_units(match["who"].removeprefix("由")).all()
        if ENDS_AS_UNIT.search(name)
    ]


#: 主办、协办、发布在哪三栏空白的，与上一行相同
_AS_ABOVE = re.compile(
    r"(?:空白|留空|为空|空着|未填|不填|没填)[^。；]{0,10}?(?:上一?行|上一?项|上栏|前一?项|前一?行|同上)"
)


def with_blanks(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Ask at rows with a blank where a sentence says that blanks are as the row above."""
    made = list(drafts)
    sentence = next((words for _, words in own_sentences(notice) if _AS_ABOVE.search(words)), "")
    for at in notice.all if sentence else ():
        draft = made[at]
        blank = [
            head for head, text in draft.extras.items() if not str(text).strip() and head[:2] in sentence
        ]
        kinds = {unit.part for unit in draft.units}
        if blank or len(kinds) < len({unit.part for row in drafts for unit in row.units}):
            shown = "、".join(blank) or "单位"
            said = f"{UNUSED}：“{sentence.strip()[:60]}”；这一行有空白的栏（{shown}），没有按上一行补，请核对"
            made[at] = _asked(draft, None, said)
    return made


def rhythms_beside(draft: DraftMeasure) -> Iterator[tuple[str, str]]:
    """Yield a doubt for a rhythm that a row's words name beside the limit in its own column (按月汇总 … 年底前)."""
    cells = bare("；".join(str(text) for head, text in draft.extras.items() if DEADLINE_HEAD.search(head)))
    texts = [bare(str(duty.due.get("text") or "")) for duty in draft.duties if duty.due]
    if not cells or not any(text and text in cells for text in texts):
        return
    for duty, text in ((duty, bare(str(duty.due.get("text") or ""))) for duty in draft.duties):
        if duty.due.get("kind") in {"recurring", "times"} and text and text not in cells:
            yield (
                "duties",
                f"正文写的“{text}”也按时限读取，时限栏写的是另一个，只按时限栏的请删去这一期限，或者标为无误",
            )


def with_rows_named(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Ask at a row about what another row says of it (配合县应急局做好…，见第13条)."""
    made = list(drafts)
    numbers = {number: at for at in notice.all if (number := number_of_row(made[at]))}
    for at in notice.all:
        text = made[at].text
        for match in _SEE.finditer(text):
            other = numbers.get(to_int(match["number"]) or 0)
            if other is not None and other != at:
                who = "、".join(unit.printed for unit in made[at].units)
                said = f"第{at + 1}行“{text.strip()[:40]}”（{who}）写到这一项，没有用在这里；其中的单位是配合单位的请补充，或者标为无误"
                made[other] = _asked(made[other], "responsible", said)
                made[at] = _asked(
                    made[at], "measure", f"“{match[0]}”指另一行，这一行可能不是单独的任务，请核对"
                )
    return made


def _asked(draft: DraftMeasure, field: str | None, words: str) -> DraftMeasure:
    return replace(draft, flags=(*draft.flags, flag_of({"field": field, "message": words})))

"""Find words of a notice that no row uses, and ask about them in flags. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gongkai.content.publishing.channel_names import find_mentions
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN, PATH_HEAD
from gongkai.lib.reading.words.dues import find_dues
from gongkai.lib.reading.words.places import remove_unticked
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN
from gongkai.lib.reading.words.units import read_units
from gongkai.work.notices.planning.deadline_scope import NoticeText, find_reach, find_row_number, iterate_own_sentences
from gongkai.work.notices.planning.draft_rows import DraftMeasure, to_flag
from gongkai.work.notices.planning.mentioned_channels import (
    CHANNEL_COLUMN_HEAD,
    REMARKS_HEAD,
    is_press_conference_to_hold,
)
from gongkai.work.notices.planning.roles import list_helpers
from gongkai.work.notices.planning.rules import is_vague
from gongkai.work.notices.planning.shared_deadline_words import remove_spaces

# Row index, field (None: the whole row) and question.
RowQuestion = tuple[int, str | None, str]


def flag_questions(drafts: Sequence[DraftMeasure], questions: Iterable[RowQuestion]) -> list[DraftMeasure]:
    """Return rows with a flag for each question that they do not have yet.

    A question is (index of the row, field, words).
    """
    measures = list(drafts)
    for at, field, text in questions:
        draft = measures[at]
        if all(flag.get("message") != text for flag in draft.flags):
            flag = to_flag({"field": field, "message": text})
            measures[at] = replace(draft, flags=(*draft.flags, flag))
    return measures


#: Start of the question on an unused sentence.
UNUSED_SENTENCE_MESSAGE = "这句话没有用上"
_CLAUSE_PATTERN = re.compile(r"[^，,。；;！\n]+")
_PLACE_NAME = rf"[{HAN}（）“”\d]{{2,18}}?"
# 在场馆门口张贴, 于医院门诊大厅公示: the verb names a place.
_POSTING_PLACE_PATTERN = re.compile(
    rf"(?:在|于|到|至)(?P<place>{_PLACE_NAME})(?:的?(?:显著|醒目)位置|上|里|内|中)?(?:同步|统一|集中|长期|滚动|予以|进行)*"
    r"(?:张贴|公示|公告|展示|播放|播出|刊登|刊载|摆放|悬挂|滚动|公布|公开|发布|发放)(?![馆厅栏屏墙牌室台])"
)
# 放到村（社区）服务窗口, 贴在门口, 挂到网站, 发群里.
_DELIVERY_PLACE_PATTERN = re.compile(
    rf"(?:放|贴|挂|摆|送|登|发|印|写|刻|标|推|投)(?:到|在|至|进|上|入)(?P<place>{_PLACE_NAME}(?:窗口|[栏屏墙榜牌网号群报厅站馆]|门口|中心|服务点|网点|现场|专区|阵地|公众号|网站))"
)
# Words that are no place: 在规定时间内公布, 于6月底前公布.
_NON_PLACE_PATTERN = re.compile(
    r"\d|[年月日季周]|期|前|后|时|规定|范围|基础|过程|方面|工作|同步|及时|情况|全[市县区省]|网上|线上|线下|一定|相关|有关|适当|媒体上$|公开$|[栏目]$"
)
_MAINTENANCE_VERBS_RE = re.compile(
    r"建设|改造|设置|规范|升级|管理|监管|运维|维护|整合|清理|关停|优化|改版|检查|监测|巡查|备案|适老化|完善|打造|转载|更新|整治|考核"
)
# Media, whatever is done with them.
_MEDIUM_NAME_PATTERN = re.compile(
    rf"(?:[“《][^“”《》]{{2,12}}[”》])?[{HAN}]{{0,6}}?(?:告示栏|公告栏|公示栏|宣传栏|公开栏(?!目)|橱窗|黑板报|小程序|微信群|公示牌|明白[卡纸]|直播间|显示屏|电子屏|触摸屏|大屏|折页|宣传单|公开信|海报|大喇叭)"
)
# 公开信息 is no 公开信.
_PUBLIC_INFORMATION_PATTERN = re.compile(rf"[{HAN}]{{0,6}}?公开信息")
_WEBSITE_RE = re.compile(r"(?:[省市县区镇乡旗州](?:人民)?政府)?门户网站|(?:人民)?政府(?:门户)?网站|官网|(?<=挂)网|上网")
_QUOTATION_RE = re.compile(r"[“\"][^“”\"]*[”\"]")
# A named site or platform: 在市公共资源交易网, 通过省统一支付平台.
_NAMED_SITE_RE = re.compile(
    rf"(?:在|于|通过|至|到|和|及|、)(?P<name>[{HAN}]{{2,14}}?(?:交易|信用|服务|人才|招标|采购|信息|公示|公开|数据|就业|教育|政务)[网](?![站络格点上]))"
)
# Scope of a sentence for several rows: 以上两局的工作, 上述任务, 各项任务.
_SCOPE_WORDS_RE = re.compile(r"^(?:以上|上述|前述|上列|以下|下列|各项|所有|全部|第[（(]?[\d一二三四五六七八九十])")
# 见第13条, 第（三）项.
_ROW_REFERENCE_RE = re.compile(
    r"(?:见|同|参见|详见|纳入|并入)第?\s*[（(]?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]?\s*[条项]"
)


def ask_about_unused_places(draft: DraftMeasure) -> Iterator[tuple[str, str]]:
    """Yield (field, question) on places in a row that became no channel or column."""
    texts = [
        draft.text,
        *(remove_unticked(str(cell)) for head, cell in draft.beside.items() if _is_publication_head(head)),
    ]
    flag_messages = remove_spaces("".join(str(flag.get("message")) for flag in draft.flags))
    names = [name for duty in draft.duties for name in duty.channels]
    levels = [level for duty in draft.duties for path in duty.paths for level in path]
    used_names = remove_spaces("|".join([*names, *levels])).translate(_QUOTE_REMOVAL_TABLE)
    for clause in (match[0] for text in texts for match in _CLAUSE_PATTERN.finditer(text[:3000])):
        for place, text_after in _find_places_in(clause, bool(names or levels)):
            if any(name and text_after.startswith(name) for name in names):
                continue  # 学校门口公示栏 is a board at the gate.
            name = remove_spaces(place).translate(_QUOTE_REMOVAL_TABLE)
            if (
                name in used_names
                or any(used_name and used_name in name for used_name in used_names.split("|"))
                or name in flag_messages.translate(_QUOTE_REMOVAL_TABLE)
            ):
                continue
            used_names += f"|{name}"
            yield (
                "duties",
                f"{UNUSED_SENTENCE_MESSAGE}：“{clause.strip()[:50]}”；其中的“{place}”没有作为公开渠道或者公开路径，需要的请补充，或者标为无误",
            )


_QUOTE_REMOVAL_TABLE = str.maketrans("", "", '“”"（）()')


def _is_publication_head(head: str) -> bool:
    """Return true if a column with this heading may name places of publication."""
    return bool(REMARKS_HEAD.search(head) or CHANNEL_COLUMN_HEAD.search(head) or PATH_HEAD.search(head))


def _find_places_in(clause: str, has_places: bool) -> Iterator[tuple[str, str]]:
    """Yield (place of publication, text after it where that may name a board) of a clause."""
    built = bool(_MAINTENANCE_VERBS_RE.search(_QUOTATION_RE.sub("", clause)))
    for pattern in (_POSTING_PLACE_PATTERN, _DELIVERY_PLACE_PATTERN):
        for match in pattern.finditer(clause):
            text_after = clause[match.end("place") :]
            for place in re.split(r"[、]|[和及与](?=.{3})", match["place"].strip("“”")):
                if not _NON_PLACE_PATTERN.search(place) and not built:
                    yield place, text_after
    yield from (
        (match[0], "")
        for match in _MEDIUM_NAME_PATTERN.finditer(clause)
        if not _PUBLIC_INFORMATION_PATTERN.match(clause, match.start())
    )
    if built:
        return
    yield from ((match["name"], "") for match in _NAMED_SITE_RE.finditer(clause))
    if has_places:
        return
    for mention in find_mentions(clause):
        if not (mention.place or is_press_conference_to_hold(clause, mention)):
            yield mention.name, ""
    yield from ((match[0], "") for match in _WEBSITE_RE.finditer(clause))


def ask_about_unused_helpers(drafts: Sequence[DraftMeasure], notice: NoticeText) -> Iterator[RowQuestion]:
    """Yield questions on units that help with several rows (以上任务，市融媒体中心配合宣传)."""
    inside = [
        (notice.rows[index], drafts[index].text)
        for index in range(len(drafts))
        if _SCOPE_WORDS_RE.match(remove_spaces(drafts[index].text))
    ]
    for line, sentence in (*iterate_own_sentences(notice), *inside):
        text = sentence.strip()
        match = _SCOPE_WORDS_RE.match(remove_spaces(text))
        helpers = list_helpers(text) if match else []
        if match is None or not helpers:
            continue
        scope = text.split("，", maxsplit=1)[0]
        reach = find_reach(text, scope if "任务" in scope else f"{match[0]}各项任务", "", line, notice)[0]
        for index in reach or notice.table_rows:
            printed = {remove_spaces(unit.printed) for unit in drafts[index].units}
            unlisted = [
                name
                for name in helpers
                if remove_spaces(name) not in printed and remove_spaces(text) != remove_spaces(drafts[index].text)
            ]
            if unlisted:
                question = f"{UNUSED_SENTENCE_MESSAGE}：“{text[:60]}”；其中的“{'、'.join(unlisted)}”没有列为这一行的配合单位，请核对"
                yield index, "responsible", question


# 主办、协办、发布在哪三栏空白的，与上一行相同.
_BLANK_REPEATS_ROW_ABOVE_PATTERN = re.compile(
    r"(?:空白|留空|为空|空着|未填|不填|没填)[^。；]{0,10}?(?:上一?行|上一?项|上栏|前一?项|前一?行|同上)"
)


def ask_about_blank_cells(drafts: Sequence[DraftMeasure], notice: NoticeText) -> Iterator[RowQuestion]:
    """Yield questions on blank cells if a sentence states that blanks repeat the row above."""
    sentence = next(
        (text for _, text in iterate_own_sentences(notice) if _BLANK_REPEATS_ROW_ABOVE_PATTERN.search(text)), ""
    )
    all_parts = {unit.part for row in drafts for unit in row.units}
    for at in notice.table_rows if sentence else ():
        blank = [head for head, text in drafts[at].extras.items() if not str(text).strip() and head[:2] in sentence]
        if blank or len({unit.part for unit in drafts[at].units}) < len(all_parts):
            blank_words = "、".join(blank) or "单位"
            question = f"{UNUSED_SENTENCE_MESSAGE}：“{sentence.strip()[:60]}”；这一行有空白的栏（{blank_words}），没有按上一行补，请核对"
            yield at, None, question


_QUOTED_WORDS_RE = re.compile(r"[“\"]([^“”\"]{2,12})[”\"]")


def ask_about_quoted_limits(drafts: Sequence[DraftMeasure], notice: NoticeText) -> Iterator[RowQuestion]:
    """Yield questions on rows with a vague limit for which a note states a date.

    For example “长期坚持”的，于12月15日前报送.
    """
    sentences = [words for _, words in iterate_own_sentences(notice) if _QUOTED_WORDS_RE.search(words)]
    for at in notice.table_rows if sentences else ():
        vague = [duty.due for duty in drafts[at].duties if is_vague(duty.due)]
        printed = [str(cell) for head, cell in drafts[at].extras.items() if DEADLINE_HEAD_PATTERN.search(head)]
        words = {
            remove_spaces(word) for due in vague for word in (str(due.get("text")), str(due.get("mode")), *printed)
        }
        for sentence in sentences:
            quoted = [word for word in _QUOTED_WORDS_RE.findall(sentence) if remove_spaces(word) in words]
            if quoted and (limits := _list_quoted_deadlines(sentence, notice)):
                text = f"这一行的时限写的是“{quoted[0]}”，通知写明“{sentence.strip()[:60]}”，请核对是否以{limits}为时限"
                yield at, "duties", text
                break


def _list_quoted_deadlines(sentence: str, notice: NoticeText) -> str:
    """Return the deadlines of a sentence in quotation marks, without vague ones."""
    return "、".join(f"“{due.due.text}”" for due in find_dues(sentence, notice.when) if due.due.kind != "ongoing")


def ask_about_other_recurrences(draft: DraftMeasure) -> Iterator[tuple[str, str]]:
    """Yield (field, question) on a recurrence that the deadline column contradicts."""
    cells = remove_spaces(
        "；".join(str(text) for head, text in draft.extras.items() if DEADLINE_HEAD_PATTERN.search(head))
    )
    rhythms = [
        (remove_spaces(str(duty.due.get("text") or "")), duty.due.get("period"))
        for duty in draft.duties
        if duty.due.get("kind") in {"recurring", "times"}
    ]
    printed = {period for text, period in rhythms if text and text in cells}
    for text, period in rhythms if printed else ():
        if text and text not in cells and period not in printed:
            yield (
                "duties",
                f"正文写的“{text}”也按时限读取，时限栏写的是另一个，只按时限栏的请删去这一期限，或者标为无误",
            )


def ask_about_row_references(drafts: Sequence[DraftMeasure], notice: NoticeText) -> Iterator[RowQuestion]:
    """Yield questions on both rows when one refers to the other by number (见第13条)."""
    numbers = {number: at for at in notice.table_rows if (number := find_row_number(drafts[at]))}
    for at in notice.table_rows:
        text = drafts[at].text
        for match in _ROW_REFERENCE_RE.finditer(text):
            referred_row = numbers.get(to_int(match["number"]) or 0)
            if referred_row is not None and referred_row != at:
                unit_names = "、".join(unit.printed for unit in drafts[at].units)
                question = f"第{at + 1}行“{text.strip()[:40]}”（{unit_names}）写到这一项，没有用在这里；其中的单位是配合单位的请补充，或者标为无误"
                yield referred_row, "responsible", question
                yield at, "measure", f"“{match[0]}”指另一行，这一行可能不是单独的任务，请核对"


# 〔区住建局；每季度末月20日前；小区公告栏〕: only a bracket after a task.
_TRAILING_BRACKET_RE = re.compile(r"^[（(〔\[][^（(〔\[]*[）)〕\]][。；]?$")


def ask_about_bracketed_deadlines(draft: DraftMeasure) -> Iterator[tuple[str, str]]:
    """Yield (field, question) if a bracket after a row has another deadline than the row."""
    inside = [duty for duty in draft.duties if _TRAILING_BRACKET_RE.match(duty.text.strip()) and duty.due]
    for bracket in inside if len(draft.duties) > 1 else ():
        others = [duty.due for duty in draft.duties if duty is not bracket and duty.due.get("text")]
        name_list = "、".join(dict.fromkeys(str(due["text"]) for due in others))
        if name_list:
            text = f"括号中写的时限“{bracket.due.get('text')}”按单独一项读取，前面的按“{name_list}”读取，请核对"
            yield "duties", text


# 各科室、局属各单位每月25日前把…报办公室: the subject of the sentence.
_SENTENCE_SUBJECT = re.compile(
    rf"^[\d．.、（()）一二三四五六七八九十①-⑳]*请?(?P<who>(?:各|[{HAN}])[{HAN}、（）()和及]{{1,40}}?)(?=每[月季年周半]|每\d|于(?!是)|应(?!急|对|用)|须|务必|要(?![求点件素闻])|\d{{1,2}}月|[把将](?!军)|自收到|负责)"
)


def ask_about_unassigned_subjects(drafts: Sequence[DraftMeasure], notice: NoticeText) -> Iterator[RowQuestion]:
    """Yield questions on rows whose sentence starts with units that the row does not have."""
    for at in notice.table_rows:
        printed = remove_spaces("、".join(unit.printed for unit in drafts[at].units))
        if not printed:
            continue
        for duty in drafts[at].duties:
            shown = "".join(str(flag.get("message")) for flag in drafts[at].flags)
            remaining = [
                name
                for name in find_subject_units(duty.text)
                if remove_spaces(name) not in printed and name not in shown
            ]
            if remaining:
                text = f"这句话以“{'、'.join(remaining)}”开头，没有列为这一行的单位，请核对由谁承担"
                yield at, "responsible", text


def find_subject_units(text: str) -> list[str]:
    """Return the units at the start of a sentence; [] unless all its first names are units.

    >>> find_subject_units("各科室、局属各单位每月25日前把链接报办公室")
    ['各科室', '局属各单位']
    """
    match = _SENTENCE_SUBJECT.match(remove_spaces(text))
    names = read_units(match["who"]).all() if match else []
    return list(names) if all(name.startswith("各") or UNIT_NAME_END_PATTERN.search(name) for name in names) else []


# Labels in a task's own lines: 督办单位：市政府办, 审核部门：市司法局.
_LABELLED_UNIT_RE = re.compile(
    rf"(?P<label>[{HAN}]{{2,8}}(?:单位|部门|科室|处室|机构))\s*[:：]\s*(?P<who>[^；;。│\n:：]{{2,80}}?)(?=\s+[{HAN}]{{2,8}}[:：]|[；;。│\n:：]|\Z)"
)
_FRONT_PAGE_LABEL_RE = re.compile(r"印发|发文|制表|编制|填报|填表|主送|抄送|报送|发布|制定")


def ask_about_labelled_units(drafts: Sequence[DraftMeasure], notice: NoticeText) -> Iterator[RowQuestion]:
    """Yield questions on labelled units in the lines of a row that the row does not have."""
    starts = sorted(line for line in notice.rows if line >= 0)
    for at in notice.table_rows:
        begin = notice.rows[at]
        if begin < 0:
            continue
        end = min((line for line in starts if line > begin), default=begin + _MAX_LINES_OF_TASK)
        printed = remove_spaces("、".join(unit.printed for unit in drafts[at].units))
        for match in _LABELLED_UNIT_RE.finditer("\n".join(notice.lines[begin : min(end, begin + _MAX_LINES_OF_TASK)])):
            unlisted = [name for name in read_units(match["who"]).all() if remove_spaces(name) not in printed]
            if (
                unlisted
                and not _FRONT_PAGE_LABEL_RE.search(match["label"])
                and all(map(UNIT_NAME_END_PATTERN.search, unlisted))
            ):
                text = f"{UNUSED_SENTENCE_MESSAGE}：“{match[0].strip()[:50]}”；其中的“{'、'.join(unlisted)}”没有列为这一行的单位，请核对"
                yield at, "responsible", text


# Maximum lines of a task.
_MAX_LINES_OF_TASK = 8

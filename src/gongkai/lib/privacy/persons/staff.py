"""Final check of each name: drop staff of bodies, praised persons, examples and non-names.

A personal fact after the name (，男， 身份证…) keeps it as a finding.
"""

from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, rosters
from gongkai.lib.privacy.surroundings import line_around

#: Hospital staff by their house, drivers of public cars, who speaks for a body in a contract, members of a team of work.
_STAFF_BEFORE = re.compile(
    rf"(?:(?:医院|卫生院|卫生室|保健院|诊所|疾控中心|卫生服务中心|科|医务室|急救中心)[{HAN}]{{0,4}}(?:医师|医生|大夫|护士|药师|护师|护工|护理员)"
    rf"|(?:救护车|消防车|警车|执法车|公务用?车|抢修车|采访车|巡逻车|环卫车|洒水车)[^。;；\n]{{0,4}}[,，、(]?\s?(?:驾驶员|驾驶人|司机):?\s?"
    rf"|(?:政府|[局委办院所厅处]|公司|中心|街道|村委会|居委会|合作社)\(盖章\)[ \t]{{0,6}}"
    rf"(?:委托代理人|委托代表|法人代表|法定代表人|代理人|经办人|代表人|代表)[:：]?\s?"
    rf"|[{HAN}]{{0,8}}(?:工作队|工作组|巡察组|专班|党支部)的)$"
)
#: Who speaks for somebody: for a body where a post stands in brackets behind his name.
_REPRESENTATIVE_LABEL = re.compile(r"(?:代理人|代表|负责人)[:：]?\s?$")
#: A work, a school of singing; a post given to comrades; a department in brackets.
_PUBLIC_NOTE_AFTER = re.compile(
    rf"(?:、[{HAN}]{{2,4}}){{0,5}}(?:的?(?:代表作|唱腔|流派|名作|遗作|画作|书法作品|手稿|原著)"
    rf"|(?:等?[0-9一二两三四五六七八九十]{{0,3}}[名位]?)?同志(?:为|任|担任|当选为?)[{HAN}]{{0,8}}(?:[会理监社团队所站园校院]长|理事|监事|主席|主任|委员|书记|经理|专干)"
    rf"|等?[0-9一二两三四五六七八九十]{{0,3}}[名位]?受(?:表彰|表扬|嘉奖))"
    rf"|\([{HAN}]{{1,6}}(?:科|股|办公室|事务部|保卫部|法务部)\)"
)
#: The rest of a place's name, and what only looks like it (到镇, 全村).
_PLACE_CONTINUATION = re.compile(
    rf"(?![到在于向从去往回来为是和与及的全本该同各两多原驻我你])[{HAN}]{{1,2}}[镇乡村屯](?=[)）\s,，。;；、一二三四五六七八九十0-9]|$)"
)
#: An honour given in one sentence.
_HONOUR_AWARD = re.compile(
    r"(?:授予|荣获|被评为|评选为|追授)[^。\n]{0,160}(?:荣誉称号|称号|奖章|家庭”|好人”|楷模|标兵)"
)
#: No honour is longer than this, so that the search for one begins no earlier before a name.
_MAX_HONOUR_CHARACTERS = 180
_PRAISE_TITLE = re.compile(
    rf"^[^\n。]{{0,60}}(?:表彰|表扬|嘉奖|“?最美[{HAN}]{{1,6}}”?|先进[{HAN}]{{1,4}}|好人|文明家庭)[^\n。]{{0,40}}(?:决定|通报|通知|结果|揭晓|情况)"
)
_PUPIL_WORD = re.compile(r"学生|幼儿|少年|儿童|年级|[(][0-9]{1,2}[)]班|同学")
#: Names that stand for anybody.
_EXAMPLE_NAMES = frozenset(("张三", "李四", "王五", "赵六", "孙七", "周八", "钱七", "王二麻子", "张三丰"))
_EXAMPLE_WORD = re.compile(
    r"(?:例如|比如|譬如|假如|假设|假定|模拟|示例|样例|填写示范|如|例)[:：]?[^。\n]{0,24}$|[“\"‘']$|演练"
)
#: A region before its county, a works before its people, a shop's or product's name in quotes.
_COUNTY_NAME = re.compile(rf"[{HAN}]{{1,4}}[县市旗区]")
_FACTORY_WORD = re.compile(
    r"(?:退养|退休|下岗|内退|离岗|在岗)?(?:职工|工人|员工)|集团|公司|总厂|股份|棚户区|家属区|医院|社区"
)
_QUOTED_REST = re.compile(rf"[{HAN}A-Za-z0-9]{{1,6}}[”\"]")


def is_public_after_all(frame: Frame, start: int, end: int, told: bool) -> bool:
    """Return whether a name that was found is public, or no name.

    Args:
        frame: the text.
        start: where the name begins.
        end: where it ends.
        told: whether a word for a person, a field or a column announces it.
    """
    text = frame.text
    if is_part_of_other_name(text, start, end, told) or rosters.is_tender_contact(frame, start):
        return True
    if text[start:end] in _EXAMPLE_NAMES and _EXAMPLE_WORD.search(text[max(0, start - 60) : start]):
        return True
    return not behind.has_marked_fact_after(frame, end) and (
        rosters.is_public_mention(frame, start, end, told)
        or _acts_for_body(frame, start, end)
        or _is_praised(frame, start, end)
    )


def _acts_for_body(frame: Frame, start: int, end: int) -> bool:
    before = frame.text[max(0, start - 30) : start]
    if _STAFF_BEFORE.search(before) or _PUBLIC_NOTE_AFTER.match(frame.text, end):
        return True
    return bool(_REPRESENTATIVE_LABEL.search(before)) and behind.has_post_in_brackets(frame, end)


def is_part_of_other_name(text: str, start: int, end: int, told: bool) -> bool:
    """Return whether the context makes a string a region, factory or quoted name."""
    if not told and _PLACE_CONTINUATION.match(text, end):
        return True
    last = text[end - 1]
    if last in "州盟旗" and _COUNTY_NAME.match(text, end):
        return True
    if last in "钢铁矿油电化煤铝" and end - start == 2 and _FACTORY_WORD.match(text, end):
        return True
    return text[start - 1 : start] in ("“", '"') and bool(_QUOTED_REST.match(text, end))


def _is_praised(frame: Frame, start: int, end: int) -> bool:
    text = frame.text
    begin = max(0, start - _MAX_HONOUR_CHARACTERS)
    low = max(begin, text.rfind("。", max(0, start - 160), start) + 1)
    honoured = any(
        found.start() < start and end <= found.end()
        for found in _HONOUR_AWARD.finditer(text, low, min(len(text), end + 160))
    )
    if not honoured and not _opens_with_praise(text[:200].lstrip()[:160]):
        return False
    line = line_around(frame, start, 200)
    young = _PUPIL_WORD.search(text[max(0, start - 14) : start])
    return not young and not (_PUPIL_WORD.search(line) and not _HONOUR_AWARD.search(line))


@lru_cache(maxsize=8)
def _opens_with_praise(opening: str) -> bool:
    return bool(_PRAISE_TITLE.match(opening))

"""Who stays although a name was found: who acts for a body, who is praised, who is only an example, and what is no name by its company.

The last look at each name, whichever rule found it; a fact behind it (，男，  身份证…) keeps it.
"""

from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, rosters
from gongkai.lib.privacy.surroundings import line_around

#: Hospital staff by their house, drivers of public cars, who speaks for a body in a contract, members of a team of work.
_BEFORE = re.compile(
    rf"(?:(?:医院|卫生院|卫生室|保健院|诊所|疾控中心|卫生服务中心|科|医务室|急救中心)[{HAN}]{{0,4}}(?:医师|医生|大夫|护士|药师|护师|护工|护理员)"
    rf"|(?:救护车|消防车|警车|执法车|公务用?车|抢修车|采访车|巡逻车|环卫车|洒水车)[^。;；\n]{{0,4}}[,，、(]?\s?(?:驾驶员|驾驶人|司机):?\s?"
    rf"|(?:政府|[局委办院所厅处]|公司|中心|街道|村委会|居委会|合作社)\(盖章\)[ \t]{{0,6}}"
    rf"(?:委托代理人|委托代表|法人代表|法定代表人|代理人|经办人|代表人|代表)[:：]?\s?"
    rf"|[{HAN}]{{0,8}}(?:工作队|工作组|巡察组|专班|党支部)的)$"
)
#: Who speaks for somebody: for a body where a post stands in brackets behind his name.
_SPEAKS_FOR = re.compile(r"(?:代理人|代表|负责人)[:：]?\s?$")
#: A work, a school of singing; a post given to comrades; a department in brackets.
_BEHIND = re.compile(
    rf"(?:、[{HAN}]{{2,4}}){{0,5}}(?:的?(?:代表作|唱腔|流派|名作|遗作|画作|书法作品|手稿|原著)"
    rf"|(?:等?[0-9一二两三四五六七八九十]{{0,3}}[名位]?)?同志(?:为|任|担任|当选为?)[{HAN}]{{0,8}}(?:[会理监社团队所站园校院]长|理事|监事|主席|主任|委员|书记|经理|专干)"
    rf"|等?[0-9一二两三四五六七八九十]{{0,3}}[名位]?受(?:表彰|表扬|嘉奖))"
    rf"|\([{HAN}]{{1,6}}(?:科|股|办公室|事务部|保卫部|法务部)\)"
)
#: The rest of a place's name, and what only looks like it (到镇, 全村).
_OF_A_PLACE = re.compile(
    rf"(?![到在于向从去往回来为是和与及的全本该同各两多原驻我你])[{HAN}]{{1,2}}[镇乡村屯](?=[)）\s,，。;；、一二三四五六七八九十0-9]|$)"
)
#: An honour given in one sentence.
_HONOUR = re.compile(
    r"(?:授予|荣获|被评为|评选为|追授)[^。\n]{0,160}(?:荣誉称号|称号|奖章|家庭”|好人”|楷模|标兵)"
)
#: No honour is longer than this, so that the search for one begins no earlier before a name.
_LONGEST_HONOUR = 180
_PRAISE = re.compile(
    rf"^[^\n。]{{0,60}}(?:表彰|表扬|嘉奖|“?最美[{HAN}]{{1,6}}”?|先进[{HAN}]{{1,4}}|好人|文明家庭)[^\n。]{{0,40}}(?:决定|通报|通知|结果|揭晓|情况)"
)
_YOUNG = re.compile(r"学生|幼儿|少年|儿童|年级|[(][0-9]{1,2}[)]班|同学")
#: Names that stand for anybody.
_ANYBODY = frozenset(("张三", "李四", "王五", "赵六", "孙七", "周八", "钱七", "王二麻子", "张三丰"))
_EXAMPLE = re.compile(
    r"(?:例如|比如|譬如|假如|假设|假定|模拟|示例|样例|填写示范|如|例)[:：]?[^。\n]{0,24}$|[“\"‘']$|演练"
)
#: A region before its county, a works before its people, a shop's or product's name in quotes.
_COUNTY = re.compile(rf"[{HAN}]{{1,4}}[县市旗区]")
_OF_A_WORKS = re.compile(
    r"(?:退养|退休|下岗|内退|离岗|在岗)?(?:职工|工人|员工)|集团|公司|总厂|股份|棚户区|家属区|医院|社区"
)
_QUOTED = re.compile(rf"[{HAN}A-Za-z0-9]{{1,6}}[”\"]")


def stays(frame: Frame, start: int, end: int, told: bool) -> bool:
    """Return whether a name that was found is public or none after all.

    Args:
        frame: the text.
        start: where the name begins.
        end: where it ends.
        told: whether a word for a person, a field or a column announces it.
    """
    text = frame.text
    if no_name(text, start, end, told) or rosters.of_a_tender(frame, start):
        return True
    if text[start:end] in _ANYBODY and _EXAMPLE.search(text[max(0, start - 60) : start]):
        return True
    return not behind.fact_right(frame, end) and (
        rosters.in_public(frame, start, end, told) or _acts(frame, start, end) or _praised(frame, start, end)
    )


def _acts(frame: Frame, start: int, end: int) -> bool:
    """Return whether somebody acts for a house, an office or a body, or made a work."""
    before = frame.text[max(0, start - 30) : start]
    if _BEFORE.search(before) or _BEHIND.match(frame.text, end):
        return True
    return bool(_SPEAKS_FOR.search(before)) and behind.post_in_brackets(frame, end)


def no_name(text: str, start: int, end: int, told: bool) -> bool:
    """Return whether what stands around a string makes it a region, a works or part of a name in quotes."""
    if not told and _OF_A_PLACE.match(text, end):
        return True
    last = text[end - 1]
    if last in "州盟旗" and _COUNTY.match(text, end):
        return True
    if last in "钢铁矿油电化煤铝" and end - start == 2 and _OF_A_WORKS.match(text, end):
        return True
    return text[start - 1 : start] in ("“", '"') and bool(_QUOTED.match(text, end))


def _praised(frame: Frame, start: int, end: int) -> bool:
    """Return whether a sentence honours somebody, or the whole text praises people who are no pupils."""
    text = frame.text
    begin = max(0, start - _LONGEST_HONOUR)
    low = max(begin, text.rfind("。", max(0, start - 160), start) + 1)
    honoured = any(
        found.start() < start and end <= found.end()
        for found in _HONOUR.finditer(text, low, min(len(text), end + 160))
    )
    if not honoured and not _praises(text[:200].lstrip()[:160]):
        return False
    line = line_around(frame, start, 200)
    young = _YOUNG.search(text[max(0, start - 14) : start])
    return not young and not (_YOUNG.search(line) and not _HONOUR.search(line))


@lru_cache(maxsize=8)
def _praises(opening: str) -> bool:
    """Return whether a text that opens so praises people; asked for each name of a text."""
    return bool(_PRAISE.match(opening))

"""Birth dates and health: facts about a person that are found where a person is meant, not in rules and policies."""

import re
from collections.abc import Iterator

from gongkai.privacy.checks import is_date
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.surroundings import People, after, before, line_of
from gongkai.privacy.tables import alternatives, words

_Y = r"(?:19|20)[0-9]{2}"
_CN_TENS = r"(?:[0-9]{1,2}|[一二三四五六七八九十〇零廿]{1,3})"
_DAY = (
    rf"(?:{_Y}\s?年\s?{_CN_TENS}\s?月(?:\s?{_CN_TENS}\s?[日号])?"
    rf"|{_Y}\s?[\-./]\s?[0-9]{{1,2}}\s?(?:[\-./]\s?[0-9]{{1,2}}(?![0-9]))?|{_Y}(?:0[1-9]|1[0-2])(?:[0-3][0-9])?(?![0-9])|{_Y}\s?年)"
)
_AFTER = re.compile(rf"({_DAY})\s?(?:\((?:农历|阴历|公历)\))?\s?(?:出生|生于|生(?=[,，。;；、\s)）]|人|$))")
_BEFORE = re.compile(
    rf"(?:出生(?:日期|年月日|年月|时间|于|在)?|生于|生日|诞生于|生辰|出生年份)(?:[是为:\s(]){{0,4}}(?:农历|阴历|公历)?({_DAY})"
)
_SEX = re.compile(
    rf"[男女][,，、\s]{{1,2}}(?:[\u4e00-\u9fff]{{1,5}}族[,，、\s]{{1,2}})?({_DAY})(?=[,，、;；。\s)）])"
)
_OFFICIAL_LIFE = re.compile(
    r"现任|拟任|历任|任职|党组|书记|局长|县长|市长|区长|镇长|乡长|主任|科长|处长|部长|委员|党校|参加工作|入党|大学学历|研究生学历|中共党员"
)
_NOT_PERSONS = re.compile(
    r"以后出生|之后出生|以前出生|之前出生|及以后|及以前|期间出生|(?:日|月|年)(?:以|之)?[前后]|\(?含\)?|出生人口|至"
)
_HISTORIC = ("故居", "烈士", "诞辰", "纪念馆", "著名", "革命")


def _valid(text: str) -> bool:
    numbers = [int(part) for part in re.findall(r"[0-9]+", text)]
    if len(numbers) == 1 and len(str(numbers[0])) == 8:
        whole = str(numbers[0])
        numbers = [int(whole[:4]), int(whole[4:6]), int(whole[6:])]
    if len(numbers) == 3:
        return is_date(*numbers)
    return True


def births(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield birth dates of persons; the year and month in an official's curriculum vitae are public."""
    seen = -1
    spans = sorted(
        {found.span(1) for pattern in (_AFTER, _BEFORE, _SEX) for found in pattern.finditer(frame.digits)},
        key=lambda span: (span[0], -span[1]),
    )
    for start, end in spans:
        if start < seen or not _valid(frame.digits[start:end]):
            continue
        tail = frame.text[end : end + 12]
        if _NOT_PERSONS.match(tail) or any(word in line_of(frame, start, 60) for word in _HISTORIC):
            continue
        exact = len(re.findall(r"[0-9]+", frame.digits[start:end])) != 2 or "日" in frame.text[start:end]
        if not exact and _OFFICIAL_LIFE.search(after(frame, end, 120)):
            continue
        seen = end
        yield Finding("birth", start, end, frame.source[start:end], "出生日期与本人相连，属于个人信息")


_DISEASE = alternatives(words("health", "disease"))
_STATE = alternatives(words("health", "state"))
_SUFFIX = r"(?:晚期|中期|早期|后遗症|术后|I{1,3}期|[一二三四]期|综合征|综合症)?"
_CUE = (
    r"(?:身患|患有|患上|患了|患|罹患|确诊为?|因病\(?|因患|诊断为|诊断[:：]?|诊断出|查出|检出|检查出|得了|感染了?|疑似|染上|患病[:：]|病情[:：]|"
    r"病种[:：]|疾病[:：]|疾病名称[:：]|病名[:：]|因|致|导致|构成|有|系|为|属|住院治疗|接受|做|行|曾患|又患|突发|先天性|大病[:：]|致贫原因[:：]因病\(?)"
)
_ILL = re.compile(
    rf"(?P<cue>{_CUE})(?:了|有|为|[:：“\"\s]){{0,3}}(?P<what>(?:[\u4e00-\u9fff]{{0,4}}?)(?:{_DISEASE}){_SUFFIX}"
    rf"(?:[、和及](?:[\u4e00-\u9fff]{{0,3}}?)(?:{_DISEASE}){_SUFFIX}){{0,4}})"
)
_STATED = re.compile(
    rf"(?P<what>(?:视力|听力|言语|肢体|智力|精神|多重|语言)(?:残疾)?[(（]?(?:[一二三四1234]级)(?:残疾)?|(?:[一二三四1234]级)(?:视力|听力|言语|肢体|智力|精神|多重)残疾|"
    rf"(?:[一二三四五六七八九十]级伤残)|{_STATE})"
)
_BARE = re.compile(rf"(?:{_DISEASE}){_SUFFIX}")
_SELF = re.compile(
    r"(?:我|本人|其)(?:的)?(?:父亲|母亲|爸爸?|妈妈?|妻子|丈夫|爱人|老公|老婆|儿子|女儿|孩子|爷爷|奶奶|岳父|岳母|公公|婆婆|哥哥?|弟弟?|姐姐?|妹妹?)|本人"
)
_STRONG_CUE = re.compile(
    r"身患|罹患|患有|患上|患了|确诊|诊断|查出|检出|检查出|得了|曾患|病情|病种|疾病|病名|染上"
)
_SOMEBODY = re.compile(
    r"本人|我(?!县|市|区|局|省|国|镇|乡|院|委|厅|办|们)|他|她|其(?!中|他|它)|母亲|父亲|妻子|丈夫|儿子|女儿|孩子|配偶|爱人|老人|家人|家属|老伴|爷爷|奶奶|"
    r"哥哥|弟弟|姐姐|妹妹|岳父|岳母|公公|婆婆|孙子|孙女|该户|户主|该同学|该患者|该村民|当事人|申请人|死者|伤者|姓名|[\u4e00-\u9fff](?:先生|女士)"
)
_MASKED_PERSON = re.compile(r"[\u4e00-\u9fff](?:某|\*|×)")
_GENERAL = re.compile(
    r"防治|防控|筛查|预防|患者健康管理|宣传|知识|试点|等(?:重大|慢性)?(?:疾病|病种|患者|人员)|救助对象|人群|患者(?:的|等|及|应|可|，)|者(?:的|，|应|可)|报销|医保|目录|补助标准|疫苗|专项|管理率|规范"
)


def health(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield what tells of a person's health.

    Args:
        frame: the text.
        people: spans of the persons found in it, in order; a disease counts where one of them, or a word
            for a person, stands in the same sentence. Rules about diseases name nobody.
    """
    for found in _ILL.finditer(frame.text):
        start, end = found.span("what")
        strong = _STRONG_CUE.search(found["cue"]) is not None
        if _about_somebody(frame, start, end, people, strong):
            yield _health(frame, start, end)
    for found in _BARE.finditer(frame.text):
        start, end = found.span()
        if _of_a_person(frame, start, end, people):
            yield _health(frame, start, end)
    for found in _STATED.finditer(frame.text):
        start, end = found.span("what")
        if _about_somebody(frame, start, end, people, strong=False):
            yield _health(frame, start, end)


def _health(frame: Frame, start: int, end: int) -> Finding:
    return Finding(
        "health", start, end, frame.source[start:end], "病情、残疾等健康状况属于敏感个人信息，不得公开"
    )


def _of_a_person(frame: Frame, start: int, end: int, people: People) -> bool:
    """Return whether a disease follows a named person or 我父亲 within a few words."""
    near = before(frame, start, 26)
    if _MASKED_PERSON.search(near) or _GENERAL.search(after(frame, end, 10)) or _GENERAL.search(near[-8:]):
        return False
    named = people.last_before(start, start - len(near)) >= 0
    return named or bool(_SELF.search(near))


def _about_somebody(frame: Frame, start: int, end: int, people: People, strong: bool) -> bool:
    near = before(frame, start, 60)
    behind = after(frame, end, 12)
    if _GENERAL.match(behind) or (_GENERAL.search(behind) and not strong):
        return False
    if _MASKED_PERSON.search(near):
        return False
    left = start - len(near)
    # A person named in the sentence, or a word for one, makes the disease somebody's.
    if people.within(left, end + 30):
        return True
    if _SOMEBODY.search(near):
        return True
    return strong and bool(re.search(r"[男女]|[0-9]{1,3}岁|住院|一家|病历", near + behind))


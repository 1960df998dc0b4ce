"""What tells of a person's health: a word for a condition, widened to the words that belong to it, beside a person.

The words are a table (`data/health.tsv`): conditions, everyday words that are conditions only with a part of the body
or a person beside them, and the morphemes that stand before a condition (急性, 左, 前臂). Rules about diseases name nobody.
"""

import re
from collections.abc import Iterator

from gongkai.privacy import conditions
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.surroundings import People, after, before
from gongkai.privacy.tables import alternatives, words

_MODIFIERS = words("health", "modifier")
_LONGEST = max(map(len, _MODIFIERS))
_DISEASES, _VAGUE = words("health", "disease") | words("health", "state"), words("health", "vague")
_CORE = re.compile(f"(?:{alternatives(_DISEASES | _VAGUE)})(?!性)")
_TAIL = re.compile(
    r"(?:(?:支架术后|移植术后|抗排异|支架|失代偿期|代偿期|晚期|中期|早期|终末期|急性期|后遗症|术后|综合征|综合症|阳性|患者?(?=[,，。])|病史|史|急性发作|并发症|携带者?|死亡|"
    r"(?:[一二三四五六七八九十壹贰叁1-9]|I{1,3}|IV)\s?[期级度]|[(（](?:[^()（）\n]{1,8})[)）]|瘫痪|休克|障碍|感染)){0,4}"
)
_JOIN = re.compile(r"(?:[、和及与并伴致]|合并|伴有|并发|以及|、并|,|，)$")
_GRADED = re.compile(
    r"(?:视力|听力|言语|肢体|智力|精神|多重|语言)(?:残疾)?[(（]?(?:[一二三四1234]级)(?:残疾)?|(?:[一二三四1234]级)(?:视力|听力|言语|肢体|智力|精神|多重)残疾|"
    r"(?:因[战公病])?[一二三四五六七八九十]级(?:工伤)?伤残|因[战公病][一二三四五六七八九十]级|[一二三]等[甲乙]级(?:伤残|残废)?"
)
_CUE = re.compile(
    r"(?:身患|患有|患上|患了|患|罹患|确诊为?|因病|因患|因|诊断为|诊断[:：]?|诊断出|查出|检出|检查出|得了|感染了?|疑似|染上|病情[:：]|病种[:：]|疾病[:：]|病名[:：]|"
    r"致|导致|造成|构成|有|系|为|属|住院治疗|接受|做|行|突发|先天性|提示|说是|是|经检测|犯|出现|检测)(?:了|有|为|[:：“\"\s]){0,3}[甲乙丙丁其他她]?$"
)
_STRONG_CUE = re.compile(
    r"身患|罹患|患有|患上|患了|确诊|诊断|查出|检出|检查出|得了|曾患|病情|病种|疾病|病名|染上|患$|突发|提示|检测"
)
_SELF = re.compile(
    r"(?:我|本人|其|他|她)(?:的)?(?:父亲|母亲|爸爸?|妈妈?|妻子|丈夫|爱人|老公|老婆|儿子|女儿|孩子|爷爷|奶奶|岳父|岳母|公公|婆婆|哥哥?|弟弟?|姐姐?|妹妹?|老伴)|本人|我的|病例\s?[0-9]"
)
_SOMEBODY = re.compile(
    r"本人|我(?!县|市|区|局|省|国|镇|乡|院|委|厅|办|们|校|村)|(?<!其)他(?!人)|她|其(?!中|他|它)|母亲|父亲|妻子|丈夫|儿子|女儿|孩子|配偶|爱人|老人|家人|家属|老伴|爷爷|奶奶|"
    r"哥哥|弟弟|姐姐|妹妹|岳父|岳母|公公|婆婆|孙子|孙女|该户|户主|[甲乙丙]方|被保险人|参保人|投保人|伤员|该生|学生|患儿|职工|该同学|该患者|该村民|当事人|申请人|死者|伤者|姓名|病例|[甲乙丙丁]方?(?=[左右头面手脚腿臂腰胸]|$)|[\u4e00-\u9fff](?:先生|女士)"
)
_MASKED_PERSON = re.compile(r"[\u4e00-\u9fff](?:某|\*|×)")
_GENERAL = re.compile(
    r"防治|防控|筛查|预防|患者健康管理|宣传|知识|试点|等(?:重大|慢性)?(?:疾病|病种|患者|人员)|救助对象|人群|患者(?:的|等|及|应|可|，)|者(?:的|，|应|可)|报销|医保|目录|补助标准|疫苗|专项|管理率|规范|可疑人员|支付限额|支付比例|起付|统筹|慢特病|义诊|门诊|问题|矛盾|局势|硬化(?=[、，。]|工程|路面)"
)
_FIELD = re.compile(
    r"(?:病种|疾病种类|疾病名称|受伤部位|身体状况|健康状况|伤情|病情|病名|残疾类别|残疾等级|患病情况|患病名称|主诉|既往史|过敏史|(?:临床|入院|出院|医院)?诊断(?:结果|结论|意见)?)"
    r"\s{0,2}[:：\t|]\s{0,3}(?P<what>[^\n\t|。；;:：)）]{2,30}(?:[(（][^()（）\n]{1,10}[)）][^\n\t|。；;:：)）]{0,8})?)"
)
#: Where the next field of the same line begins.
_NEXT_FIELD = re.compile(
    r"(?:已|病史|患病)?[0-9一二三四五六七八九十]{1,3}[余多几]?年|[,，、][\u4e00-\u9fff]{1,6}(?:尚好|良好|正常|未见异常)|\s{1,4}[\u4e00-\u9fff]{2,6}:?$|\s{2,}"
)
_HEALTHY = re.compile(
    r"(?:健康|良好|正常|无|一般|较好|较差|合格|否|未见异常|不详|详见|见附件|优|好|疾病|残疾)"
)
_WHY = "病情、残疾等健康状况属于敏感个人信息，不得公开"


def health(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield what tells of a person's health.

    Args:
        frame: the text.
        people: the persons found in it; a condition counts where one of them, or a word for a person, stands in the
            same sentence.
    """
    fields = [
        found.span("what") for found in _FIELD.finditer(frame.text) if not _HEALTHY.match(found["what"])
    ]
    for start, end in fields:
        ending = _NEXT_FIELD.search(frame.text[start:end])
        size = ending.start() if ending else len(frame.text[start:end].rstrip())
        size = _before_name(frame, people, start, size)
        if not _MASKED_PERSON.search(frame.text[start:end]) and (
            _CORE.search(frame.text, start, end) or _GRADED.search(frame.text, start, end)
        ):
            yield _finding(frame, start, start + size)
    held = 0
    for found, end, sure in _conditions(frame):
        while held < len(fields) and fields[held][1] <= found:
            held += 1
        if held < len(fields) and fields[held][0] <= found:
            continue
        start = _behind_name(frame, people, found, end)
        shown = sure or bool(_SYMPTOM.search(frame.text[max(0, start - 6) : start]))
        if _about_somebody(frame, start, end, people, sure) or (
            shown and _of_a_case(frame, start, end, people)
        ):
            yield _finding(frame, start, end)


def _before_name(frame: Frame, people: People, start: int, size: int) -> int:
    """Return how long a field of health is without the clause that names somebody and the words behind it."""
    named = next((low for low, _ in people.between(start + 2, start + size)), -1)
    comma = (
        max(frame.text.rfind(",", start, named), frame.text.rfind("，", start, named)) if named >= 0 else -1
    )
    return comma - start if comma > start else size


def _behind_name(frame: Frame, people: People, start: int, end: int) -> int:
    """Return where a condition begins whose words reached back over a name."""
    named = people.last_before(end, start)
    if named <= start:
        return start
    while named < end and frame.text[named] in ",，、:：( 的":
        named += 1
    return named if named < end else start


def _finding(frame: Frame, start: int, end: int) -> Finding:
    return Finding("health", start, end, frame.source[start:end], _WHY)


def _conditions(frame: Frame) -> Iterator[tuple[int, int, bool]]:
    """Yield start and end of each condition, those of one enumeration together, and whether the words are sure to be one."""
    last: tuple[int, int, bool] | None = None
    for start, end, sure in _single(frame):
        if last and start < last[1]:
            last = (last[0], max(last[1], end), last[2] or sure)
        elif last and 0 < start - last[1] <= 2 and _JOIN.fullmatch(frame.text[last[1] : start]):
            last = (last[0], end, last[2] or sure)
        else:
            if last:
                yield last
            last = (start, end, sure)
    if last:
        yield last


def _single(frame: Frame) -> Iterator[tuple[int, int, bool]]:
    spans = [(*found.span(), found[0] in _DISEASES) for found in _CORE.finditer(frame.text)]
    spans += [(*found.span(), True) for found in _GRADED.finditer(frame.text)]
    ends = {end for _, end, _ in spans}
    spans += [span for span in conditions.by_ending(frame.text) if span[1] not in ends]
    spans += [(*span, True) for span in conditions.told(frame.text)]
    done = 0
    for start, end, sure in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end <= done:
            continue
        begin = _widened(frame.text, start, done)
        tail = _TAIL.match(frame.text, end)
        stop = tail.end() if tail else end
        done = stop
        if not _OF_RULES.match(frame.text, stop):
            yield begin, stop, sure or begin < start


def _widened(text: str, start: int, least: int) -> int:
    """Return where the morphemes before a condition begin, at most 16 characters back and not before `least`."""
    at, low = start, max(least, start - 16)
    while at > low:
        for size in range(_LONGEST, 0, -1):
            if at - size >= low and text[at - size : at] in _MODIFIERS:
                at -= size
                break
        else:
            break
    return at + 1 if _LOOSE.match(text, at) and at < start else at


#: Words of rules: where nobody is named, they speak of everybody.
_RULE = re.compile(r"应当|可以|不得|是否|医疗机构|下列|保证|提高|识别|人民法院|赔偿金")
#: 于工作中左手受伤: the first character belongs to what stands before.
_LOOSE = re.compile(r"[中后前上下内外时][左右双头面手脚腿腰]")
#: 残疾人, 残疾证, 艾滋病病人: words of rules, not of a person's state.
_OF_RULES = re.compile(r"人(?![，,])|证|儿童|学生|补贴|病毒|病人|者(?!，)|防治|检测|流行|专项|保险")


def _about_somebody(frame: Frame, start: int, end: int, people: People, sure: bool) -> bool:
    near, behind = before(frame, start, 60), after(frame, end, 12)
    named = people.last_before(start, start - len(near))
    cue = _CUE.search(near[-12:])
    strong = bool(cue and _STRONG_CUE.search(cue[0]))
    if sure and named >= 0 and _CLOSE.fullmatch(frame.text[named:start]) and not _DENIED.search(near[-4:]):
        return True
    if not (sure or cue) or _general(near, behind, named - start, strong):
        return False
    if (named >= 0 or people.within(end, end + 3)) and (cue or named >= start - 34):
        return True
    if named < 0 and _RULE.search(near + behind):
        return False
    meant = _AGE.search(near) or _SELF.search(near[-26:]) or (sure and _SOMEBODY.search(near[-20:]))
    if meant or (cue and (people.within(start - len(near), end + 30) or _SOMEBODY.search(near))):
        return True
    return strong and sure and bool(re.search(r"[男女]|[0-9]{1,3}岁|住院|一家|病历", near + behind))


_SYMPTOM = re.compile(r"(?:出现|感到|自觉|自述|伴有?|表现为)$")
_CASE = re.compile(r"病例\s?[0-9]|(?:该|本)?患者|病历|伤情|被保险人|该名?(?:职工|学生|老人|村民)")


def _of_a_case(frame: Frame, start: int, end: int, people: People) -> bool:
    """Return whether a condition stands in the story of one person, told some sentences before."""
    near, behind = before(frame, start, 60), after(frame, end, 12)
    if frame.text[start:end] in _WIDE or frame.text[end - 2 : end] == "受伤":
        return False
    if (
        _general(near, behind, 0, strong=False)
        or _RULE.search(near + behind)
        or _HYPOTHETICAL.search(near + behind)
    ):
        return False
    line = frame.text.rfind("\n", max(0, start - 260), start)
    low = max(0, start - 260, line)
    return people.last_before(start, low) >= 0 or bool(_CASE.search(frame.text[low:start]))


#: Words for many illnesses at once.
_WIDE = frozenset(
    ("传染病", "职业病", "慢性病", "流产", "怀孕", "手术", "重病", "罕见病", "肿瘤", "残疾", "高烧", "发热")
)
#: Who speaks of everybody: what may happen, what is done against it.
_HYPOTHETICAL = re.compile(
    r"如果|例如|等病|等疾病|高发|多发|人群|患者(?:的|应|可|及|等)|可能|容易|导致的|引起|治愈率|发病率|死亡率|全[市县区省]|[0-9]+(?:例|人|名)"
)
#: Marks and facts between a name and what he suffers from.
_CLOSE = re.compile(
    r"\s{0,3}[,，:：(（|、\t\s—]{1,3}(?:[男女][,，、\s|]{1,2})?(?:[0-9]{1,3}岁[,，、\s|]{1,2})?|同学|(?:身|曾|现)?患(?:有|了)?"
)
_AGE = re.compile(r"[男女][,，]?\s?(?:约|现年)?[0-9]{1,3}岁[,，]\s?$")
_DENIED = re.compile(r"(?:无|没有|否认|未患|未见|排除|非|不是|并非|未发现)$")


def _general(near: str, behind: str, named: int, strong: bool) -> bool:
    """Return whether the words beside a condition speak of everybody, or of somebody who is masked already.

    Args:
        near: what stands before the condition.
        behind: what stands behind it.
        named: where the last private name ends, counted back from the condition.
        strong: whether words like 确诊 stand right before the condition.
    """
    if _DENIED.search(near[-4:]):
        return True
    if _MASKED_PERSON.search(near) or _GENERAL.match(behind) or (not strong and _GENERAL.search(behind)):
        return True
    return bool(named and _GENERAL.search(near[max(named, -8) :]))

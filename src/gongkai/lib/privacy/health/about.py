"""Decide whether a condition is that of a private person, or part of a rule or programme."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.surroundings import PersonSpans, text_after, text_before

_DIAGNOSIS_CUE = re.compile(
    r"(?:身患|患有|患上|患了|患|罹患|确诊为?|因病|因患|因|诊断为|诊断[:：]?|诊断出|以(?=[“\"])|查出|检出|检查出|得了|感染了?|疑似|染上|病情[:：]|病种[:：]|疾病[:：]|病名[:：]|"
    r"致|导致|造成|构成|有|系|为|属|住院治疗|接受|做|行|突发|先天性|提示|说是|是|经检测|犯|出现|检测)(?:了|有|为|[:：“\"\s]){0,3}[甲乙丙丁其他她]?$"
)
_CERTAIN_CUE = re.compile(
    r"身患|罹患|患有|患上|患了|确诊|诊断|查出|检出|检查出|得了|曾患|病情|病种|疾病|病名|染上|患$|突发|提示|检测"
)
_SPEAKER_OR_RELATIVE = re.compile(
    r"(?:我|本人|其|他|她)(?:的)?(?:父亲|母亲|爸爸?|妈妈?|妻子|丈夫|爱人|老公|老婆|儿子|女儿|孩子|爷爷|奶奶|岳父|岳母|公公|婆婆|哥哥?|弟弟?|姐姐?|妹妹?|老伴)|本人|我的|病例\s?[0-9]"
)
_PERSON_WORD = re.compile(
    r"本人|我(?!县|市|区|局|省|国|镇|乡|院|委|厅|办|们|校|村)|(?<!其)他(?!人)|她|其(?!中|他|它)|母亲|父亲|妻子|丈夫|儿子|女儿|孩子|配偶|爱人|老人|家人|家属|老伴|爷爷|奶奶|"
    rf"哥哥|弟弟|姐姐|妹妹|岳父|岳母|公公|婆婆|孙子|孙女|该户|户主|[甲乙丙]方|被保险人|参保人|投保人|伤员|该生|学生|患儿|职工|该同学|该患者|该村民|当事人|申请人|死者|伤者|姓名|病例|[甲乙丙丁]方?(?=[左右头面手脚腿臂腰胸]|$)|[{HAN}](?:先生|女士)"
)
MASKED_PERSON = re.compile(
    rf"(?:(?<![省市县区州镇乡村院校司厂店在有为是从于该由对及和与的])(?![在有为是从于该由对及和与的])[{HAN}](?:某(?![{HAN}]{{0,5}}(?:中心|机构|养老|部队|[站矿所]|医院|公司|厂|局|院|校|店|村|镇|县|市|区|小区|工地))|\*|×))"
)
_GENERAL_STATEMENT = re.compile(
    rf"防治|防控|筛查|预防|患者健康管理|宣传|知识|试点|等[{HAN}]{{0,6}}(?:疾病|传染病|病种|患者|人员)|救助对象|人群|患者(?:的|等|及|应|可|，)|者(?:的|，|应|可)|报销(?![0-9])|医保(?!基|局)|目录|补助标准|疫苗|专项|管理率|规范|可疑人员|支付限额|支付比例|起付|统筹|慢特病|义诊|门诊(?!病历|诊断|就诊|治疗|[，,])|问题|矛盾|局势|硬化(?=[、，。]|工程|路面)"
)
#: Words of rules: where nobody is named, they speak of everybody.
_RULE_WORD = re.compile(r"应当|可以|不得|是否|医疗机构|下列|保证|提高|识别|人民法院|赔偿金")


def is_about_person(frame: Frame, start: int, end: int, people: PersonSpans, sure: bool) -> bool:
    """Return whether a condition belongs to a private person in its sentence."""
    near, behind = text_before(frame, start, 60), text_after(frame, end, 12)
    named = people.last_end_before(start, start - len(near))
    cue = _DIAGNOSIS_CUE.search(near[-12:])
    strong = bool(cue and _CERTAIN_CUE.search(cue[0]))
    such = named < 0 and bool(_OPEN_LIST.match(frame.text, end))
    if not (sure or cue) or such or _is_general_or_masked(near, behind, named - start if named >= 0 else 0, strong):
        return False
    if (named >= 0 or people.has_between(end, end + 3)) and (cue or named >= start - 34):
        return True
    if named < 0 and (_RULE_WORD.search(near + behind) or _PROGRAMME_WORD.search(near[-20:] + behind)):
        return False
    meant = (
        _SEX_AND_AGE.search(near)
        or _ID_NUMBER.search(near)
        or (sure and _UNNAMED_CHILD.search(near))
        or _SPEAKER_OR_RELATIVE.search(near[-26:])
        or (sure and _PERSON_WORD.search(near[-20:]))
    )
    somebody = cue and (people.has_between(start - len(near), end + 30) or _PERSON_WORD.search(near))
    return bool(meant or somebody)


SYMPTOM_VERB = re.compile(r"(?:出现|感到|自觉|自述|伴有?|表现为)$")
_CASE_WORD = re.compile(
    r"病例\s?[0-9甲乙丙丁一二三四五]|(?:该|本)?患者|申请人|受伤职工|伤者|病历|伤情|被保险人|该名?(?:职工|学生|老人|村民)"
)


def is_in_case_story(frame: Frame, start: int, end: int, people: PersonSpans) -> bool:
    """Return whether a condition is part of one person's story in the sentences before."""
    near, behind = text_before(frame, start, 60), text_after(frame, end, 12)
    if frame.text[start:end] in _BROAD_CONDITIONS or frame.text[end - 2 : end] == "受伤":
        return False
    if (
        _is_general_or_masked(near, behind, 0, strong=False)
        or _RULE_WORD.search(near + behind)
        or _HYPOTHETICAL_STATEMENT.search(near + behind)
        or _PROGRAMME_WORD.search(near[-20:] + behind)
    ):
        return False
    line = frame.text.rfind("\n", max(0, start - 260), start)
    low = max(0, start - 260, line)
    return people.last_end_before(start, low) >= 0 or bool(_CASE_WORD.search(frame.text[low:start]))


#: Words for many illnesses at once.
_BROAD_CONDITIONS = frozenset(
    ("传染病", "职业病", "慢性病", "流产", "怀孕", "手术", "重病", "罕见病", "肿瘤", "残疾", "高烧", "发热")
)
#: Who speaks of everybody: what may happen, what is done against it.
_HYPOTHETICAL_STATEMENT = re.compile(
    r"如果|例如|等病|等疾病|高发|多发|人群|患者(?:的|应|可|及|等)|可能|容易|导致的|引起|治愈率|发病率|死亡率|症状请|请及时|应及时|未达到|标准的|全[市县区省]|[0-9]+(?:例|人|名)|等(?:症状|情况|情形)"
)
#: What a programme or a rule says right beside a condition.
_PROGRAMME_WORD = re.compile(
    r"资质|只限|仅限|定点(?!医院)|患者(?:接受|参加|实行|开展|随访|进行|纳入|享受|提供|按|农民工)|农民工|需求|女职工|正值|高发|等症状|流行季|参保的|项目|规定的|政策"
)
_SEX_AND_AGE = re.compile(r"[男女][,，]?\s?(?:约|现年)?[0-9]{1,3}岁[,，]\s?$")
#: The number of somebody's ID card, and a child that has no name yet.
_ID_NUMBER = re.compile(r"[1-9][0-9]{5}\s?[0-9]{8}\s?[0-9]{3}[0-9Xx]")
_UNNAMED_CHILD = re.compile(
    r"(?:女婴|男婴|弃婴|婴儿|女童|男童)(?:[一1]名|，|,)|[一1]名(?:女婴|男婴|弃婴|婴儿|女童|男童)"
)


#: A list of conditions that goes on to everybody who has them: 、糖尿病、冠心病等基础疾病者.
_OPEN_LIST = re.compile(
    rf"(?:[、和及或][{HAN}0-9]{{2,12}}){{0,6}}等[{HAN}]{{0,8}}(?:疾病|病种|患者|人员|人群|病人|者|情形)"
)


def _is_general_or_masked(near: str, behind: str, named: int, strong: bool) -> bool:
    if (
        MASKED_PERSON.search(near[named:] if named else near)
        or _GENERAL_STATEMENT.match(behind)
        or (not strong and _GENERAL_STATEMENT.search(behind))
    ):
        return True
    return bool(named and _GENERAL_STATEMENT.search(near[max(named, -8) :]))

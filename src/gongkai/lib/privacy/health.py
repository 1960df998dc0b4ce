"""Find health data: a word for a condition, extended to the words around it, near a person.

The words are in `data/health.tsv`: conditions, everyday words that count only next to a body
part or a person, and modifiers (急性, 左, 前臂). Rules about diseases are not findings.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import make_alternation, read_alternation, read_word_group
from gongkai.lib.privacy.digits import find_near_sign
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import PersonSpans, get_text_after, get_text_before

_DIAGNOSIS_CUE_RE = re.compile(
    r"(?:身患|患有|患上|患了|患|罹患|确诊为?|因病|因患|因|诊断为|诊断[:：]?|诊断出|以(?=[“\"])|查出|检出|检查出|得了|感染了?|疑似|染上|病情[:：]|病种[:：]|疾病[:：]|病名[:：]|"
    r"致|导致|造成|构成|有|系|为|属|住院治疗|接受|做|行|突发|先天性|提示|说是|是|经检测|犯|出现|检测)(?:了|有|为|[:：“\"\s]){0,3}[甲乙丙丁其他她]?$"
)
_CERTAIN_CUE_RE = re.compile(
    r"身患|罹患|患有|患上|患了|确诊|诊断|查出|检出|检查出|得了|曾患|病情|病种|疾病|病名|染上|患$|突发|提示|检测"
)
_RELATIVE_WORDS = (
    "(?:父亲|母亲|爸爸?|妈妈?|妻子|丈夫|爱人|老公|老婆子?|老头子?|老太婆|老伴|儿子|女儿|孩子"
    "|爷爷|奶奶|岳父|岳母|公公|婆婆|哥哥?|弟弟?|姐姐?|妹妹?)"
)
_SPEAKER_OR_RELATIVE_RE = re.compile(rf"(?:我|本人|其|他|她)(?:的)?{_RELATIVE_WORDS}|本人|我的|病例\s?[0-9]")
#: A relative named directly before an illness, whatever follows: 我老头子肺癌晚期，住院要报销.
_RELATIVE_AT_END_RE = re.compile(rf"(?<!其)[我俺他她](?:家|的)?{_RELATIVE_WORDS}$")
_PERSON_WORD_RE = re.compile(
    r"本人|我(?!县|市|区|局|省|国|镇|乡|院|委|厅|办|们|校|村)|(?<!其)他(?!人)|她|其(?!中|他|它)|母亲|父亲|妻子|丈夫|儿子|女儿|孩子|配偶|爱人|老人|家人|家属|老伴|爷爷|奶奶|"
    rf"哥哥|弟弟|姐姐|妹妹|岳父|岳母|公公|婆婆|孙子|孙女|该户|户主|[甲乙丙]方|被保险人|参保人|投保人|伤员|该生|学生|患儿|职工|该同学|该患者|该村民|当事人|申请人|死者|伤者|姓名|病例|[甲乙丙丁]方?(?=[左右头面手脚腿臂腰胸]|$)|[{HAN}](?:先生|女士)"
)
#: A person with a masked name (王某).
MASKED_PERSON_PATTERN = re.compile(
    rf"(?:(?<![省市县区州镇乡村院校司厂店在有为是从于该由对及和与的])(?![在有为是从于该由对及和与的])[{HAN}](?:某(?![{HAN}]{{0,5}}(?:中心|机构|养老|部队|[站矿所]|医院|公司|厂|局|院|校|店|村|镇|县|市|区|小区|工地))|\*|×))"
)
_GENERAL_STATEMENT_RE = re.compile(
    rf"防治|防控|筛查|预防|患者健康管理|宣传|知识|试点|等[{HAN}]{{0,6}}(?:疾病|传染病|病种|患者|人员)|救助对象|人群|患者(?:的|等|及|应|可|，)|者(?:的|，|应|可)|报销(?![0-9])|医保(?!基|局)|目录|补助标准|疫苗|专项|管理率|规范|可疑人员|支付限额|支付比例|起付|统筹|慢特病|义诊|门诊(?!病历|诊断|就诊|治疗|[，,])|问题|矛盾|局势|硬化(?=[、，。]|工程|路面)"
)
#: Words of rules, which concern everybody unless a person is named.
_RULE_WORD_RE = re.compile(r"应当|可以|不得|是否|医疗机构|下列|保证|提高|识别|人民法院|赔偿金")


def is_about_person(search_text: SearchText, start: int, end: int, people: PersonSpans, is_certain: bool) -> bool:
    """Return true if a condition concerns a private person in its sentence; `is_certain`: the words
    certainly are a condition."""
    text_before, text_after = get_text_before(search_text, start, 60), get_text_after(search_text, end, 12)
    name_end = people.last_end_before(start, start - len(text_before))
    cue = _DIAGNOSIS_CUE_RE.search(text_before[-12:])
    strong = bool(cue and _CERTAIN_CUE_RE.search(cue[0]))
    if is_certain and _RELATIVE_AT_END_RE.search(text_before[-8:]):
        return True
    in_open_list = name_end < 0 and bool(_OPEN_LIST_RE.match(search_text.text, end))
    if (
        not (is_certain or cue)
        or in_open_list
        or _is_general_or_masked(text_before, text_after, name_end - start if name_end >= 0 else 0, strong)
    ):
        return False
    if (name_end >= 0 or people.has_between(end, end + 3)) and (cue or name_end >= start - 34):
        return True
    if name_end < 0 and (
        _RULE_WORD_RE.search(text_before + text_after) or _PROGRAMME_WORD_RE.search(text_before[-20:] + text_after)
    ):
        return False
    meant = (
        _SEX_AND_AGE_RE.search(text_before)
        or _ID_NUMBER_RE.search(text_before)
        or (is_certain and _UNNAMED_CHILD_RE.search(text_before))
        or _SPEAKER_OR_RELATIVE_RE.search(text_before[-26:])
        or (is_certain and _PERSON_WORD_RE.search(text_before[-20:]))
    )
    somebody = cue and (people.has_between(start - len(text_before), end + 30) or _PERSON_WORD_RE.search(text_before))
    return bool(meant or somebody)


#: Verbs right before a symptom.
SYMPTOM_VERB_PATTERN = re.compile(r"(?:出现|感到|自觉|自述|伴有?|表现为)$")
_CASE_WORD_RE = re.compile(
    r"病例\s?[0-9甲乙丙丁一二三四五]|(?:该|本)?患者|申请人|受伤职工|伤者|病历|伤情|被保险人|该名?(?:职工|学生|老人|村民)"
)


def is_in_case_description(search_text: SearchText, start: int, end: int, people: PersonSpans) -> bool:
    """Return true if the sentences before describe the case of a person, to whom the condition belongs."""
    text_before, text_after = get_text_before(search_text, start, 60), get_text_after(search_text, end, 12)
    if search_text.text[start:end] in _BROAD_CONDITIONS or search_text.text[end - 2 : end] == "受伤":
        return False
    if (
        _is_general_or_masked(text_before, text_after, 0, is_certain=False)
        or _RULE_WORD_RE.search(text_before + text_after)
        or _HYPOTHETICAL_STATEMENT_RE.search(text_before + text_after)
        or _PROGRAMME_WORD_RE.search(text_before[-20:] + text_after)
    ):
        return False
    line = search_text.text.rfind("\n", max(0, start - 260), start)
    low = max(0, start - 260, line)
    return people.last_end_before(start, low) >= 0 or bool(_CASE_WORD_RE.search(search_text.text[low:start]))


#: Words for many illnesses at once.
_BROAD_CONDITIONS = frozenset(
    ("传染病", "职业病", "慢性病", "流产", "怀孕", "手术", "重病", "罕见病", "肿瘤", "残疾", "高烧", "发热")
)
#: General statements: risks and measures against them.
_HYPOTHETICAL_STATEMENT_RE = re.compile(
    r"如果|例如|等病|等疾病|高发|多发|人群|患者(?:的|应|可|及|等)|可能|容易|导致的|引起|治愈率|发病率|死亡率|症状请|请及时|应及时|未达到|标准的|全[市县区省]|[0-9]+(?:例|人|名)|等(?:症状|情况|情形)"
)
#: Words of a programme or a rule next to a condition.
_PROGRAMME_WORD_RE = re.compile(
    r"资质|只限|仅限|定点(?!医院)|患者(?:接受|参加|实行|开展|随访|进行|纳入|享受|提供|按|农民工)|农民工|需求|女职工|正值|高发|等症状|流行季|参保的|项目|规定的|政策"
)
_SEX_AND_AGE_RE = re.compile(r"[男女][,，]?\s?(?:约|现年)?[0-9]{1,3}岁[,，]\s?$")
#: The number of somebody's ID card, and a child that has no name yet.
_ID_NUMBER_RE = re.compile(r"[1-9][0-9]{5}\s?[0-9]{8}\s?[0-9]{3}[0-9Xx]")
_UNNAMED_CHILD_RE = re.compile(
    r"(?:女婴|男婴|弃婴|婴儿|女童|男童)(?:[一1]名|，|,)|[一1]名(?:女婴|男婴|弃婴|婴儿|女童|男童)"
)


#: A list of conditions that goes on to everybody who has them: 、糖尿病、冠心病等基础疾病者.
_OPEN_LIST_RE = re.compile(
    rf"(?:[、和及或][{HAN}0-9]{{2,12}}){{0,6}}等[{HAN}]{{0,8}}(?:疾病|病种|患者|人员|人群|病人|者|情形)"
)


def _is_general_or_masked(text_before: str, text_after: str, name_end: int, is_certain: bool) -> bool:
    """Return true if a condition is a general statement or of a masked person."""
    if (
        MASKED_PERSON_PATTERN.search(text_before[name_end:] if name_end else text_before)
        or _GENERAL_STATEMENT_RE.match(text_after)
        or text_before.rstrip().endswith(("疫苗:", "疫苗名称:", "疫苗种类:"))
        or (not is_certain and _GENERAL_STATEMENT_RE.search(text_after))
    ):
        return True
    return bool(name_end and _GENERAL_STATEMENT_RE.search(text_before[max(name_end, -8) :]))


_BODY_PART = read_alternation("health", "body")
_SMALL_NUMBER = r"(?:[0-9]{1,3}|[一二两三四五六七八九十半]{1,3})"
_BODY_PART_FIRST_CHARACTERS = "".join(sorted({word[0] for word in read_word_group("health", "body")}))
_INJURY_VERBS = "闪摔砸打撞扭割烧烫震压轧咬刺划崴锯绞冻拉扯砍戳炸"
#: A body part with its injury, an implant or removal, or a lost ability.
INJURY_PATTERN = re.compile(
    rf"(?=[{_BODY_PART_FIRST_CHARACTERS}])(?<![动下着亲随出用伸山])(?:{_BODY_PART}){{1,4}}(?:(?:里|上|内)?(?:还)?(?:装|放|打|植入|上|有|留)(?:了|过|着|有)?(?:[0-9一二两三]个|[0-9一二两三]枚)?(?:支架|起搏器|钢板|钢钉|人工关节|弹片)|"
    rf"(?:也|都|又|还|给|[被让][{HAN}]{{0,4}}?)?(?:[{_INJURY_VERBS}](?:断|伤|坏|聋|瞎|残|破|裂|掉)|[闪摔扭烧烫震崴冻轧])了?|"
    r"(?:(?:末节|近节|中节|远节|第?[0-9]指|指骨|完全|部分|大部分|粉碎性|开放性|闭合性|软组织){0,3}(?:离断|折断|崩断|脱落|缺失|缺损|毁损|截除|断裂|撕裂|破裂|变形|畸形|僵硬|强直|挛缩))|"
    r"(?:有|得|犯)(?:了|过)?(?:风湿|毛病|积水|骨刺|结石|阴影|肿块)|(?:被)?(?:置换|切除|移植|搭桥|修补|截除)(?:过|了|术后|手术)?|"
    r"(?:几近|近乎|完全|几乎|已)?失明|失聪|坏死|萎缩|溃烂|麻木|瘫痪|充血|水肿|积液|肿痛|疼痛|酸痛|全?已?[瞎聋断残瘸跛]了)"
)
#: An injury without a diagnosis.
UNSPECIFIC_INJURY_PATTERN = re.compile(
    rf"受伤$|[被让][{HAN}]{{0,4}}[{_INJURY_VERBS}][{HAN}]?$|[{_INJURY_VERBS}]伤$|(?:被|挤|卷)压?入?$"
)
_EVERYDAY_CONDITION_RE = re.compile(
    rf"(?<!怀)孕(?:已|了)?{_SMALL_NUMBER}个?多?[月周]|(?<=[做动][过了完])(?:(?=[{HAN}]{{0,6}}(?:{_BODY_PART}|[癌瘤]|支架|搭桥|介入))[{HAN}]{{1,8}}(?:手术|移植|搭桥)|化疗|透析|放疗)|体温\s?3[789](?:\.[0-9])?\s?[℃度]|"
    r"半身不遂|瘫在床上|瘫了|坐轮椅(?![(（])|拄拐杖|[掉断缺落]了?(?:[0-9]{1,2}|[一二两三四五六七八九十几])[颗根](?:门?牙|肋骨)|智力(?:低下|障碍|缺陷)|精神(?:失常|异常|障碍|错乱)|神志不清|聋哑|耳背|高烧不退"
)


def find_everyday_conditions(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of conditions in everyday words."""
    for pattern in (INJURY_PATTERN, _EVERYDAY_CONDITION_RE):
        for match in pattern.finditer(text):
            yield match.span()


_DISEASE_MODIFIERS = read_word_group("health", "modifier")
_LONGEST_MODIFIER = max(map(len, _DISEASE_MODIFIERS))
_DISEASE_WORDS, _VAGUE_CONDITIONS = (
    read_word_group("health", "disease") | read_word_group("health", "state"),
    read_word_group("health", "vague"),
)
#: Words for symptoms.
SYMPTOM_WORDS = read_word_group("health", "symptom")
_SYMPTOM_ENDINGS = tuple(SYMPTOM_WORDS)
#: 查出血友病 tells of no bleeding.
_NO_BLEEDING_LOOKAHEAD = "(?!(?<=[查检测断]出血)(?:友|气|尿|液|管|小板|吸虫|栓|色))"
#: A word for an illness.
CONDITION_WORD_PATTERN = re.compile(
    f"(?:{make_alternation(_DISEASE_WORDS | _VAGUE_CONDITIONS)}){_NO_BLEEDING_LOOKAHEAD}(?!性)(?<![致抗防]癌)"
)
_STAGE_OR_GRADE_RE = re.compile(
    r"(?:(?:症(?![状候结])|(?:支架)?(?:植入|置入|置换|切除|移植|搭桥|介入|修补|融合|成形|造瘘)术后|支架术后|移植术后|抗排异|支架|失代偿期|代偿期|晚期|中期|早期|终末期|急性期|后遗症|术后|综合征|综合症|阳性|患者?(?=[,，。])|病史|史|急性发作|并发症|携带者?|死亡|"
    r"(?:[一二三四五六七八九十壹贰叁肆1-9]|I{1,3}|IV|[ⅠⅡⅢⅣ])\s?[期级度型]|(?:[1-6][A-Ca-c]?)类|急性加重(?:期)?|发作期?|形成|状态|[(（](?:[^()（）\n]{1,8})[)）]|瘫痪(?:在床)?|卧床(?:不起)?|休克|障碍|感染|恢复期|缓解期|活动期|稳定期|维持期|[轻中重]型|[轻中重]度|\s?[0-9]{1,3}%)){0,4}"
)
#: Text that makes one of two conditions; symptoms (发热、咳嗽) are one, illnesses of a list are each one.
_CONJUNCTION_RE = re.compile(r"[伴并致]|合并|伴有?|并发|并")
_GRADE_NUMBER = r"[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾1-9]"
#: A disability with its grade.
GRADED_DISABILITY_PATTERN = re.compile(
    r"(?:视力|听力|言语|肢体|智力|精神|多重|语言)(?:残疾)?[(（]?(?:[一二三四壹贰叁肆1234]级)(?:残疾)?|(?:[一二三四1234]级)(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?|"
    rf"(?:因[战公病])?(?:{_GRADE_NUMBER}|10)级(?:工伤)?伤残|因[战公病]{_GRADE_NUMBER}级|{_GRADE_NUMBER}等[甲乙]级(?:伤残|残废)?|(?:工伤|因工|劳动功能障碍|职业病)?(?:伤残|致残)(?:等级)?[为达]?(?:{_GRADE_NUMBER}|10)级|"
    rf"(?:残疾|伤残)等级[为达:：]?\s?{_GRADE_NUMBER}级|残疾{_GRADE_NUMBER}级|(?<![0-9一二三四五六七八九十]){_GRADE_NUMBER}级残疾(?!人)|劳动功能障碍(?:等级)?[为达]?{_GRADE_NUMBER}级|(?:[轻中重]度|完全|部分)失能(?:\s?(?:{_GRADE_NUMBER}|I{{1,3}}|IV|V|[ⅠⅡⅢⅣⅤ])级)?|失能(?:等级)?[为达]?[0-5一二三四五]级|(?:{_GRADE_NUMBER}|[ⅠⅡⅢⅣ]|I{{1,3}}|IV)级护理依赖|[心肝肾肺]功能(?:\s?(?:{_GRADE_NUMBER}|[ⅠⅡⅢⅣ]|I{{1,3}}|IV|[A-C])[\-～~]?){{1,2}}级"
)
#: Other parts of the body in one injury: 第4、5肋骨骨折, 食指、中指末节离断伤.
_ORDINAL_PATTERN = "第?[0-9一二三四五六七八九十]{1,3}"
_NUMBERED_BODY_PART = f"(?:{_ORDINAL_PATTERN}|{read_alternation('health', 'body')})"
_FURTHER_BODY_PARTS_RE = re.compile(rf"(?:{_NUMBERED_BODY_PART}{{1,4}}[、和及与至到~—–-])+(?:{_ORDINAL_PATTERN})?$")
#: Share of the skin that is burnt: 全身40%烧伤.
_SKIN_SHARE_RE = re.compile(r"(?:全身|体表|体表面积)?(?:约|达)?[0-9]{1,3}(?:\.[0-9])?%(?:面积|体表面积)?(?:的)?$")
#: Text that shows that an everyday word is a condition: the part of the body before it, or what it comes of.
_ORGAN_BEFORE_CONDITION_RE = re.compile(
    r"[左右双][头脑颅面眼耳鼻颌颈肩臂肘腕手指胸肋腰臀髋腿膝踝足脚趾股胫腓桡尺肱锁跟跖髌乳肺肾下上]|[头脑颅面脸眼耳鼻口唇牙齿颌颈喉咽肩臂肘腕手掌指胸肋背腰腹肚臀髋腿膝踝足脚趾骨椎脊髓肝胆脾胃肾肺心肠肛乳宫卵胰尿膀血皮肤肢身]|甲状|食管|前列|关节|韧带|肌|神经|组织|导管|浸润|腺|性$|急性|慢性|先天|重度|轻度|中度|[铅苯汞锰镉砷磷氯氨]|一氧化碳|硫化氢|[硫氰氟]化|有机|沼气|煤气|天然气|菌|菇|农药|酒精|药物|花粉|青霉素|海鲜|芒果|鸡蛋|牛奶|花生|头孢"
)
#: 于工作中左手受伤: the first character belongs to what stands before.
_NON_BODY_PART_RE = re.compile(r"(?<=[人助对选新老歌水副高枪推])手|[中后前上下内外时][左右双头面手脚腿腰]")
#: 残疾人, 残疾证, 艾滋病病人: words of rules, not of a person's state.
_NON_STATE_WORD_RE = re.compile(r"人(?![，,])|者(?!，)|儿童|学生|补贴|标准|以上|及以上|以下")
_RULE_WORD_AFTER_CONDITION_RE = re.compile(
    r"人(?![，,])|证|儿童|学生|补贴|病毒|病人|者(?!，)|防治|检测|流行|专项|保险|学校|事件|事故|应急|处置|调查|疫情|确诊病例|病例[增多达]|疫苗|大流行|健康管理|科(?!医|室诊断)|医院|病院|中心(?!型|性)|筛查|早筛|管理|危害|救助(?:项目|政策|基金)|日(?![常益渐前夜后期])|宣传|知识|义诊|专科|病房|病区|研究|学会|基金会|专业"
)


def _is_one_condition(text: str, first: tuple[int, int, bool], second: tuple[int, int, bool]) -> bool:
    """Return true if two health conditions joined by a conjunction are equally certain."""
    between = text[first[1] : second[0]]
    symptoms = not (first[2] or second[2]) or (
        text[second[0] : second[1]] in SYMPTOM_WORDS and text[first[0] : first[1]].endswith(_SYMPTOM_ENDINGS)
    )
    return bool(_CONJUNCTION_RE.fullmatch(between) or (symptoms))


def find_conditions(search_text: SearchText) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, certain) of each condition; joined ones (伴) are one. `certain`: it has no other meaning."""
    last: tuple[int, int, bool] | None = None
    for start, end, sure in _find_single_conditions(search_text):
        if last and 0 < start - last[1] <= 2 and _is_one_condition(search_text.text, last, (start, end, sure)):
            last = (last[0], end, last[2] or sure)
        else:
            if last:
                yield last
            last = (start, end, sure)
    if last:
        yield last


#: Words that every grade contains.
_GRADE_WORD_RE = re.compile("级|失能")


def _find_grade_end(text: str, end: int) -> int:
    """Return the end of a stage or grade after `end`, else `end`."""
    tail = _STAGE_OR_GRADE_RE.match(text, end)
    if not tail or tail.end() == end:
        return end
    return tail.end()


def _find_single_conditions(search_text: SearchText) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, certain) of each condition with its modifiers."""
    spans = [(*match.span(), match[0] in _DISEASE_WORDS) for match in CONDITION_WORD_PATTERN.finditer(search_text.text)]
    grades = [
        match.span() for match in find_near_sign(GRADED_DISABILITY_PATTERN, _GRADE_WORD_RE, search_text.text, 14, 12)
    ]
    spans += [(*span, True) for span in grades]
    graded = {end for _, end in grades}
    spans += [(*span, True) for span in find_everyday_conditions(search_text.text)]
    done = 0
    for start, end, sure in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end <= done:
            continue
        begin = _find_modifier_start(search_text.text, start, done)
        stop = _find_grade_end(search_text.text, end)
        done = stop
        rules = _NON_STATE_WORD_RE if end in graded else _RULE_WORD_AFTER_CONDITION_RE
        if not rules.match(search_text.text, stop):
            yield begin, stop, sure or bool(_ORGAN_BEFORE_CONDITION_RE.search(search_text.text, begin, start))


def _find_modifier_start(text: str, start: int, least: int) -> int:
    """Return the start of the modifiers and body parts before a condition, not before `least`."""
    at, low = start, max(least, start - 22)
    while at > low:
        for size in range(_LONGEST_MODIFIER, 0, -1):
            if at - size >= low and text[at - size : at] in _DISEASE_MODIFIERS:
                at -= size
                break
        else:
            match = _FURTHER_BODY_PARTS_RE.search(text, max(low, at - 12), at) or _SKIN_SHARE_RE.search(
                text, max(low, at - 12), at
            )
            if not match:
                break
            at = match.start()
    return at + 1 if _NON_BODY_PART_RE.match(text, at) and at < start else at


_HEALTH_FIELD_RE = re.compile(
    rf"(?:{read_alternation('health', 'field')})(?:结果|结论|意见|为)?"
    r"\s{0,2}[:：\t|]\s{0,3}(?P<what>[^\n\t|。；;:：)）]{2,30}(?:[(（][^()（）\n]{1,10}[)）][^\n\t|。；;:：)）]{0,8})?)"
)
#: Fields that tell of much else, too: what is a condition in them is a person's.
_MIXED_FIELD_RE = re.compile(
    rf"(?:{read_alternation('health', 'loosefield')})\s{{0,2}}[:：]\s{{0,3}}(?P<what>[^\n\t|。；;]{{2,40}})"
)
#: Where the next field of the same line begins.
_NEXT_FIELD_START_RE = re.compile(
    rf"(?:已|病史|患病)?[0-9一二三四五六七八九十]{{1,3}}[余多几]?年|[,，](?:已|被|即|现|紧急)?(?:送[医往至到]|送(?=[{HAN}]{{2,12}}(?:院|中心))|转院|转往|入院|住院)|[,，、](?:无|未见|未达|不影响)[{HAN}]{{2,8}}|[,，、][{HAN}]{{1,6}}(?:尚好|良好|正常|未见异常)|\s{{1,4}}[{HAN}]{{2,6}}:?$|\s{{2,}}"
)
_NON_SPECIFIC_CONDITION_RE = re.compile(
    r"(?:[多两一二三四五六几数0-9]次|[一两]个|大|小|对|做|急)?手术|术后|阳性|异常|残疾|心头重病"
)
#: Introductions of a more exact diagnosis after a condition.
_DIAGNOSIS_INTRODUCTION_RE = re.compile(
    r"(?:诊断|鉴定|确诊|认定|伤情|结论)(?:意见)?(?:为|系|是|[:：]|构成)|构成|[,，](?:致|造成|导致)"
)
_HEALTH_REASON = "病情、残疾等健康状况属于敏感个人信息，不得公开"


def find_health_data(search_text: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield the health data of persons in a text.

    Args:
        search_text: the text.
        people: the persons found in it; outside a field for health data a condition counts only if one of them, or
            a word for a person, is in its sentence or the ones before.
    """
    fields = list(_find_health_fields(search_text.text))
    for opened, end in fields:
        start = opened
        ending = _NEXT_FIELD_START_RE.search(search_text.text[start:end])
        size = ending.start() if ending else len(search_text.text[start:end].rstrip())
        size = _find_length_before_name(search_text, people, start, size)
        if not MASKED_PERSON_PATTERN.search(search_text.text[start:end]) and _names_condition(
            search_text.text, start, end
        ):
            yield from (
                _make_finding(search_text, low, high) for low, high in _split_field(search_text, start, start + size)
            )
    loose = [match.span("what") for match in _MIXED_FIELD_RE.finditer(search_text.text)]
    at = 0
    for begin, stop, sure in find_conditions(search_text):
        end = begin + _find_length_before_name(search_text, people, begin, stop - begin)
        start = _find_start_after_name(people, begin, end)
        in_field = sure and at < len(loose) and loose[at][0] <= start
        is_shown = sure or bool(SYMPTOM_VERB_PATTERN.search(search_text.text[max(0, start - 6) : start]))
        if _NON_SPECIFIC_CONDITION_RE.fullmatch(search_text.text[start:end]) or (
            UNSPECIFIC_INJURY_PATTERN.search(search_text.text[start:end])
            and _DIAGNOSIS_INTRODUCTION_RE.search(get_text_after(search_text, end, 50))
        ):
            continue
        if (
            in_field
            or is_about_person(search_text, start, end, people, sure)
            or (is_shown and is_in_case_description(search_text, start, end, people))
        ):
            yield _make_finding(search_text, start, end)


def _find_health_fields(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the values of fields for health data, for example of a diagnosis."""
    for match in _HEALTH_FIELD_RE.finditer(text):
        yield match.span("what")


def _names_condition(text: str, start: int, end: int) -> bool:
    return any(
        pattern.search(text, start, end)
        for pattern in (CONDITION_WORD_PATTERN, GRADED_DISABILITY_PATTERN, INJURY_PATTERN)
    )


_FIELD_PART_RE = re.compile(r"[^、，,;；]+")


def _split_field(search_text: SearchText, start: int, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of each condition in a field; a field with other words stays one."""
    spans = [match.span() for match in _FIELD_PART_RE.finditer(search_text.text, start, end)]
    all_conditions = all(_names_condition(search_text.text, low, high) for low, high in spans)
    symptoms = any(search_text.text[low:high] in SYMPTOM_WORDS for low, high in spans)
    return spans if all_conditions and not symptoms else [(start, end)]


def _find_length_before_name(search_text: SearchText, people: PersonSpans, start: int, size: int) -> int:
    """Return the length up to the comma or bracket before the first name, else `size`."""
    named = next((low for low, _ in people.list_between(start + 2, start + size)), -1)
    parted = max(search_text.text.rfind(sign, start, named) for sign in ",，(（") if named >= 0 else -1
    return parted - start if parted > start else size


def _find_start_after_name(people: PersonSpans, start: int, end: int) -> int:
    """Return where the text after the last name begins, else `start`."""
    named = people.last_end_before(end, start)
    if named <= start:
        return start
    return named if named < end else start


def _make_finding(search_text: SearchText, start: int, end: int) -> Finding:
    return Finding("health", start, end, search_text.source[start:end], _HEALTH_REASON)

"""Find the spans of conditions: a word of the table with its modifiers and its grade."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.digits import find_near_sign
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.health import conditions
from gongkai.lib.privacy.tables import alternatives_pattern, read_word_group

_MODIFIERS = read_word_group("health", "modifier")
_LONGEST_MODIFIER = max(map(len, _MODIFIERS))
_DISEASES, _VAGUE = (
    read_word_group("health", "disease") | read_word_group("health", "state"),
    read_word_group("health", "vague"),
)
SYMPTOM_WORDS = read_word_group("health", "symptom")
_SYMPTOM_ENDINGS = tuple(SYMPTOM_WORDS)
#: 查出血友病 tells of no bleeding.
_NOT_BLEEDING = "(?!(?<=[查检测断]出血)(?:友|气|尿|液|管|小板|吸虫|栓|色))"
CONDITION_WORD = re.compile(f"(?:{alternatives_pattern(_DISEASES | _VAGUE)}){_NOT_BLEEDING}(?!性)(?<![致抗防]癌)")
_STAGE_OR_GRADE = re.compile(
    r"(?:(?:症(?![状候结])|(?:支架)?(?:植入|置入|置换|切除|移植|搭桥|介入|修补|融合|成形|造瘘)术后|支架术后|移植术后|抗排异|支架|失代偿期|代偿期|晚期|中期|早期|终末期|急性期|后遗症|术后|综合征|综合症|阳性|患者?(?=[,，。])|病史|史|急性发作|并发症|携带者?|死亡|"
    r"(?:[一二三四五六七八九十壹贰叁肆1-9]|I{1,3}|IV|[ⅠⅡⅢⅣ])\s?[期级度型]|(?:[1-6][A-Ca-c]?)类|急性加重(?:期)?|发作期?|形成|状态|[(（](?:[^()（）\n]{1,8})[)）]|瘫痪(?:在床)?|卧床(?:不起)?|休克|障碍|感染|恢复期|缓解期|活动期|稳定期|维持期|[轻中重]型|[轻中重]度|\s?[0-9]{1,3}%)){0,4}"
)
#: What makes one of two conditions; symptoms (发热、咳嗽) are one, illnesses of a list are each one.
_CONJUNCTION = re.compile(r"[伴并致]|合并|伴有?|并发|并")
_LEVEL = r"[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾1-9]"
GRADED_DISABILITY = re.compile(
    r"(?:视力|听力|言语|肢体|智力|精神|多重|语言)(?:残疾)?[(（]?(?:[一二三四壹贰叁肆1234]级)(?:残疾)?|(?:[一二三四1234]级)(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?|"
    rf"(?:因[战公病])?(?:{_LEVEL}|10)级(?:工伤)?伤残|因[战公病]{_LEVEL}级|{_LEVEL}等[甲乙]级(?:伤残|残废)?|(?:工伤|因工|劳动功能障碍|职业病)?(?:伤残|致残)(?:等级)?[为达]?(?:{_LEVEL}|10)级|"
    rf"(?:残疾|伤残)等级[为达:：]?\s?{_LEVEL}级|残疾{_LEVEL}级|(?<![0-9一二三四五六七八九十]){_LEVEL}级残疾(?!人)|劳动功能障碍(?:等级)?[为达]?{_LEVEL}级|(?:[轻中重]度|完全|部分)失能(?:\s?(?:{_LEVEL}|I{{1,3}}|IV|V|[ⅠⅡⅢⅣⅤ])级)?|失能(?:等级)?[为达]?[0-5一二三四五]级|(?:{_LEVEL}|[ⅠⅡⅢⅣ]|I{{1,3}}|IV)级护理依赖|[心肝肾肺]功能(?:\s?(?:{_LEVEL}|[ⅠⅡⅢⅣ]|I{{1,3}}|IV|[A-C])[\-～~]?){{1,2}}级"
)
#: Other parts of the body in one injury: 第4、5肋骨骨折, 食指、中指末节离断伤.
_ORDINAL = "第?[0-9一二三四五六七八九十]{1,3}"
_BODY_PART = f"(?:{_ORDINAL}|{alternatives_pattern(read_word_group('health', 'body'))})"
_FURTHER_BODY_PARTS = re.compile(rf"(?:{_BODY_PART}{{1,4}}[、和及与至到~—–-])+(?:{_ORDINAL})?$")
#: How much of the skin is burnt: 全身40%烧伤.
_SKIN_SHARE = re.compile(r"(?:全身|体表|体表面积)?(?:约|达)?[0-9]{1,3}(?:\.[0-9])?%(?:面积|体表面积)?(?:的)?$")
#: What shows that an everyday word is a condition: the part of the body before it, or what it comes of.
_ORGAN_BEFORE = re.compile(
    r"[左右双][头脑颅面眼耳鼻颌颈肩臂肘腕手指胸肋腰臀髋腿膝踝足脚趾股胫腓桡尺肱锁跟跖髌乳肺肾下上]|[头脑颅面脸眼耳鼻口唇牙齿颌颈喉咽肩臂肘腕手掌指胸肋背腰腹肚臀髋腿膝踝足脚趾骨椎脊髓肝胆脾胃肾肺心肠肛乳宫卵胰尿膀血皮肤肢身]|甲状|食管|前列|关节|韧带|肌|神经|组织|导管|浸润|腺|性$|急性|慢性|先天|重度|轻度|中度|[铅苯汞锰镉砷磷氯氨]|一氧化碳|硫化氢|[硫氰氟]化|有机|沼气|煤气|天然气|菌|菇|农药|酒精|药物|花粉|青霉素|海鲜|芒果|鸡蛋|牛奶|花生|头孢"
)
#: 于工作中左手受伤: the first character belongs to what stands before.
_NOT_A_BODY_PART = re.compile(r"(?<=[人助对选新老歌水副高枪推])手|[中后前上下内外时][左右双头面手脚腿腰]")
#: 残疾人, 残疾证, 艾滋病病人: words of rules, not of a person's state.
_NOT_A_STATE = re.compile(r"人(?![，,])|者(?!，)|儿童|学生|补贴|标准|以上|及以上|以下")
_RULE_WORD_AFTER = re.compile(
    r"人(?![，,])|证|儿童|学生|补贴|病毒|病人|者(?!，)|防治|检测|流行|专项|保险|学校|事件|事故|应急|处置|调查|疫情|确诊病例|病例[增多达]|疫苗|大流行|健康管理|科(?!医|室诊断)|医院|病院|中心(?!型|性)|筛查|早筛|管理|危害|救助(?:项目|政策|基金)|日(?![常益渐前夜后期])|宣传|知识|义诊|专科|病房|病区|研究|学会|基金会|专业"
)


def _is_one_condition(text: str, first: tuple[int, int, bool], second: tuple[int, int, bool]) -> bool:
    between = text[first[1] : second[0]]
    symptoms = not (first[2] or second[2]) or (
        text[second[0] : second[1]] in SYMPTOM_WORDS and text[first[0] : first[1]].endswith(_SYMPTOM_ENDINGS)
    )
    return bool(_CONJUNCTION.fullmatch(between) or (symptoms))


def find_conditions(frame: Frame) -> Iterator[tuple[int, int, bool]]:
    """Yield start, end and certainty of each condition; those of one enumeration are joined."""
    last: tuple[int, int, bool] | None = None
    for start, end, sure in _find_single_conditions(frame):
        if last and 0 < start - last[1] <= 2 and _is_one_condition(frame.text, last, (start, end, sure)):
            last = (last[0], end, last[2] or sure)
        else:
            if last:
                yield last
            last = (start, end, sure)
    if last:
        yield last


#: What every grade holds.
_GRADE_WORD = re.compile("级|失能")


def _find_grade_end(text: str, end: int) -> int:
    tail = _STAGE_OR_GRADE.match(text, end)
    if not tail or tail.end() == end:
        return end
    return tail.end()


def _find_single_conditions(frame: Frame) -> Iterator[tuple[int, int, bool]]:
    spans = [(*found.span(), found[0] in _DISEASES) for found in CONDITION_WORD.finditer(frame.text)]
    grades = [found.span() for found in find_near_sign(GRADED_DISABILITY, _GRADE_WORD, frame.text, 14, 12)]
    spans += [(*span, True) for span in grades]
    graded = {end for _, end in grades}
    spans += [(*span, True) for span in conditions.find_everyday_conditions(frame.text)]
    done = 0
    for start, end, sure in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end <= done:
            continue
        begin = _find_modifier_start(frame.text, start, done)
        stop = _find_grade_end(frame.text, end)
        done = stop
        rules = _NOT_A_STATE if end in graded else _RULE_WORD_AFTER
        if not rules.match(frame.text, stop):
            yield begin, stop, sure or bool(_ORGAN_BEFORE.search(frame.text, begin, start))


def _find_modifier_start(text: str, start: int, least: int) -> int:
    at, low = start, max(least, start - 22)
    while at > low:
        for size in range(_LONGEST_MODIFIER, 0, -1):
            if at - size >= low and text[at - size : at] in _MODIFIERS:
                at -= size
                break
        else:
            others = _FURTHER_BODY_PARTS.search(text, max(low, at - 12), at) or _SKIN_SHARE.search(
                text, max(low, at - 12), at
            )
            if not others:
                break
            at = others.start()
    return at + 1 if _NOT_A_BODY_PART.match(text, at) and at < start else at

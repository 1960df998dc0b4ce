"""Find the spans of conditions: a word of the table with its modifiers and its grade."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.digits import around
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.health import conditions
from gongkai.lib.privacy.tables import alternatives, words

_MODIFIERS = words("health", "modifier")
_LONGEST = max(map(len, _MODIFIERS))
_DISEASES, _VAGUE = words("health", "disease") | words("health", "state"), words("health", "vague")
SYMPTOMS = words("health", "symptom")
_ALL_SYMPTOMS = tuple(SYMPTOMS)
#: 查出血友病 tells of no bleeding.
_FOUND_OUT = "(?!(?<=[查检测断]出血)(?:友|气|尿|液|管|小板|吸虫|栓|色))"
CORE = re.compile(f"(?:{alternatives(_DISEASES | _VAGUE)}){_FOUND_OUT}(?!性)(?<![致抗防]癌)")
_TAIL = re.compile(
    r"(?:(?:症(?![状候结])|(?:支架)?(?:植入|置入|置换|切除|移植|搭桥|介入|修补|融合|成形|造瘘)术后|支架术后|移植术后|抗排异|支架|失代偿期|代偿期|晚期|中期|早期|终末期|急性期|后遗症|术后|综合征|综合症|阳性|患者?(?=[,，。])|病史|史|急性发作|并发症|携带者?|死亡|"
    r"(?:[一二三四五六七八九十壹贰叁肆1-9]|I{1,3}|IV|[ⅠⅡⅢⅣ])\s?[期级度型]|(?:[1-6][A-Ca-c]?)类|急性加重(?:期)?|发作期?|形成|状态|[(（](?:[^()（）\n]{1,8})[)）]|瘫痪(?:在床)?|卧床(?:不起)?|休克|障碍|感染|恢复期|缓解期|活动期|稳定期|维持期|[轻中重]型|[轻中重]度|\s?[0-9]{1,3}%)){0,4}"
)
#: What makes one of two conditions; symptoms (发热、咳嗽) are one, illnesses of a list are each one.
_WITH = re.compile(r"[伴并致]|合并|伴有?|并发|并")
_LEVEL = r"[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾1-9]"
GRADED = re.compile(
    r"(?:视力|听力|言语|肢体|智力|精神|多重|语言)(?:残疾)?[(（]?(?:[一二三四壹贰叁肆1234]级)(?:残疾)?|(?:[一二三四1234]级)(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?|"
    rf"(?:因[战公病])?(?:{_LEVEL}|10)级(?:工伤)?伤残|因[战公病]{_LEVEL}级|{_LEVEL}等[甲乙]级(?:伤残|残废)?|(?:工伤|因工|劳动功能障碍|职业病)?(?:伤残|致残)(?:等级)?[为达]?(?:{_LEVEL}|10)级|"
    rf"(?:残疾|伤残)等级[为达:：]?\s?{_LEVEL}级|残疾{_LEVEL}级|(?<![0-9一二三四五六七八九十]){_LEVEL}级残疾(?!人)|劳动功能障碍(?:等级)?[为达]?{_LEVEL}级|(?:[轻中重]度|完全|部分)失能(?:\s?(?:{_LEVEL}|I{{1,3}}|IV|V|[ⅠⅡⅢⅣⅤ])级)?|失能(?:等级)?[为达]?[0-5一二三四五]级|(?:{_LEVEL}|[ⅠⅡⅢⅣ]|I{{1,3}}|IV)级护理依赖|[心肝肾肺]功能(?:\s?(?:{_LEVEL}|[ⅠⅡⅢⅣ]|I{{1,3}}|IV|[A-C])[\-～~]?){{1,2}}级"
)
#: Other parts of the body in one injury: 第4、5肋骨骨折, 食指、中指末节离断伤.
_ORDER = "第?[0-9一二三四五六七八九十]{1,3}"
_PART = f"(?:{_ORDER}|{alternatives(words('health', 'body'))})"
_OTHERS = re.compile(rf"(?:{_PART}{{1,4}}[、和及与至到~—–-])+(?:{_ORDER})?$")
#: How much of the skin is burnt: 全身40%烧伤.
_SHARE = re.compile(r"(?:全身|体表|体表面积)?(?:约|达)?[0-9]{1,3}(?:\.[0-9])?%(?:面积|体表面积)?(?:的)?$")
#: What shows that an everyday word is a condition: the part of the body before it, or what it comes of.
_ORGAN = re.compile(
    r"[左右双][头脑颅面眼耳鼻颌颈肩臂肘腕手指胸肋腰臀髋腿膝踝足脚趾股胫腓桡尺肱锁跟跖髌乳肺肾下上]|[头脑颅面脸眼耳鼻口唇牙齿颌颈喉咽肩臂肘腕手掌指胸肋背腰腹肚臀髋腿膝踝足脚趾骨椎脊髓肝胆脾胃肾肺心肠肛乳宫卵胰尿膀血皮肤肢身]|甲状|食管|前列|关节|韧带|肌|神经|组织|导管|浸润|腺|性$|急性|慢性|先天|重度|轻度|中度|[铅苯汞锰镉砷磷氯氨]|一氧化碳|硫化氢|[硫氰氟]化|有机|沼气|煤气|天然气|菌|菇|农药|酒精|药物|花粉|青霉素|海鲜|芒果|鸡蛋|牛奶|花生|头孢"
)
#: 于工作中左手受伤: the first character belongs to what stands before.
_LOOSE = re.compile(r"(?<=[人助对选新老歌水副高枪推])手|[中后前上下内外时][左右双头面手脚腿腰]")
#: 残疾人, 残疾证, 艾滋病病人: words of rules, not of a person's state.
_OF_PERSONS = re.compile(r"人(?![，,])|者(?!，)|儿童|学生|补贴|标准|以上|及以上|以下")
_OF_RULES = re.compile(
    r"人(?![，,])|证|儿童|学生|补贴|病毒|病人|者(?!，)|防治|检测|流行|专项|保险|学校|事件|事故|应急|处置|调查|疫情|确诊病例|病例[增多达]|疫苗|大流行|健康管理|科(?!医|室诊断)|医院|病院|中心(?!型|性)|筛查|早筛|管理|危害|救助(?:项目|政策|基金)|日(?![常益渐前夜后期])|宣传|知识|义诊|专科|病房|病区|研究|学会|基金会|专业"
)


def _joined(text: str, first: tuple[int, int, bool], second: tuple[int, int, bool]) -> bool:
    between = text[first[1] : second[0]]
    symptoms = not (first[2] or second[2]) or (
        text[second[0] : second[1]] in SYMPTOMS and text[first[0] : first[1]].endswith(_ALL_SYMPTOMS)
    )
    return bool(_WITH.fullmatch(between) or (symptoms))


def conditions_of(frame: Frame) -> Iterator[tuple[int, int, bool]]:
    """Yield start, end and certainty of each condition; those of one enumeration are joined."""
    last: tuple[int, int, bool] | None = None
    for start, end, sure in _single(frame):
        if last and 0 < start - last[1] <= 2 and _joined(frame.text, last, (start, end, sure)):
            last = (last[0], end, last[2] or sure)
        else:
            if last:
                yield last
            last = (start, end, sure)
    if last:
        yield last


#: What every grade holds.
_GRADE_SIGN = re.compile("级|失能")


def _behind(text: str, end: int) -> int:
    tail = _TAIL.match(text, end)
    if not tail or tail.end() == end:
        return end
    return tail.end()


def _single(frame: Frame) -> Iterator[tuple[int, int, bool]]:
    spans = [(*found.span(), found[0] in _DISEASES) for found in CORE.finditer(frame.text)]
    grades = [found.span() for found in around(GRADED, _GRADE_SIGN, frame.text, 14, 12)]
    spans += [(*span, True) for span in grades]
    graded = {end for _, end in grades}
    spans += [(*span, True) for span in conditions.told(frame.text)]
    done = 0
    for start, end, sure in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end <= done:
            continue
        begin = _widened(frame.text, start, done)
        stop = _behind(frame.text, end)
        done = stop
        rules = _OF_PERSONS if end in graded else _OF_RULES
        if not rules.match(frame.text, stop):
            yield begin, stop, sure or bool(_ORGAN.search(frame.text, begin, start))


def _widened(text: str, start: int, least: int) -> int:
    at, low = start, max(least, start - 22)
    while at > low:
        for size in range(_LONGEST, 0, -1):
            if at - size >= low and text[at - size : at] in _MODIFIERS:
                at -= size
                break
        else:
            others = _OTHERS.search(text, max(low, at - 12), at) or _SHARE.search(text, max(low, at - 12), at)
            if not others:
                break
            at = others.start()
    return at + 1 if _LOOSE.match(text, at) and at < start else at

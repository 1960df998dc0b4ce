"""Conditions that no table of illnesses holds: by the ending of their name, or told in everyday words.

A name of an illness ends alike (…炎, …癌, …病, …症); an injury is a part of the body and what befell it (腰杆闪了);
an operation is told by what was put in or taken out (心脏里装了支架).
"""

from collections.abc import Iterator

from gongkai.chinese.characters import HAN, is_han
from gongkai.privacy import lazy_re as re
from gongkai.privacy.tables import alternatives, words

_BODY = alternatives(words("health", "body"))
_NUMBER = r"(?:[0-9]{1,3}|[一二两三四五六七八九十半]{1,3})"
#: Endings of names of illnesses, and what shows that the character is part of another word.
_ENDING = re.compile(
    r"(?:炎(?![热黄])|癌(?!变|症筛)|瘤|症(?!状|候|结)|病(?![变因情历例种房床人残史故毒害程区虫菌媒死退休])|肿大|增生|肥大|结石|栓塞|血栓|骨折|离断伤|裂伤|断伤|挫伤|扭伤|骨裂|梗死|梗塞|穿孔|脱位|中毒|综合征|综合症)"
)
#: What cannot stand inside the name of an illness: it begins behind that.
_BEFORE = re.compile(
    r"做|医院(?!获得)|咨询|提示|病理|镜检|镜下|彩超|检验|报告|期间|包括|各类|各种|请|较|出(?!血)|上(?!颌|呼吸|消化|肢|腹|臂|皮|睑)|去|心头|长期|这|那|哪|什么|某|该|之|以|为|一个|[一两]种|名|位|主要|全部|所有|其它|其他|另外|类似|例如|比如|可能|怀疑|疑似|是否|对|将|把|贫困|农村|城镇|老年人|儿童(?!期)|妇女|职工|农民工|去年|今年|前年|昨年|刚刚?|完|过(?!敏)|[年月日](?!经)|曾|现|已|由于|称|确认|检查|体检|后(?!遗|天|颅|循环|纵|壁|葡|交|肾)|时|家中|其中|初筛|复筛|检出|[一二两三几]次|次|经|患有|患上|患了|罹患|曾患|身患|确诊为|确诊|诊断为|诊断|诊断出|查出|检查出|得了|得过|患|得|有|因|为|是|系(?!统)|的|和|与|及|或|伴|并|等|了|在|被|出现|突发|引发|导致|造成|致|治疗|治|看|生(?![儿殖长])|他|她|我|其|说|又|都|也|对|将|把|从|以|病人|本人|母亲|父亲|妻子|丈夫|儿子|女儿|孩子|老伴"
)
#: Words that end alike and name no illness.
_NO_ILLNESS = frozenset(
    (  # noqa: SIM905
        "疾 毛 大 重 小 急 老 发 治 看 生 患 防 怪 多 各 因 带 抱 装 称 无 有 职业 传染 慢性 地方 流行 多发 常见 罕见 基础 "
        "重大 并发 后遗 病 养 除 染 食物 煤气 酒后 慢 特 慢特 大特 传染性 消 抗 消炎 适应 禁忌 对症 食品 炎 危 急危重 相关 "
        "两 动物 植物 作物 虫 病虫 猪 鸡 牛 羊 水稻 通 弊 懒 顽 杂 富贵 官僚 心 诟 语 城市 疑难 季节 时令 鱼 蚕 树 苗 果树 小麦 玉米 白粉 锈 枯萎"
    ).split()
)
_FIRST = "".join(sorted({word[0] for word in words("health", "body")}))
_BEFALL = "闪摔砸打撞扭割烧烫震压轧咬刺划崴锯绞冻拉扯砍戳炸"
#: A part of the body and what befell it, what was put in or taken out, or what it is no longer able to do.
INJURY = re.compile(
    rf"(?=[{_FIRST}])(?<![动下着亲随出用伸山])(?:{_BODY}){{1,4}}(?:(?:里|上|内)?(?:还)?(?:装|放|打|植入|上|有|留)(?:了|过|着|有)?(?:[0-9一二两三]个|[0-9一二两三]枚)?(?:支架|起搏器|钢板|钢钉|人工关节|弹片)|"
    rf"(?:也|都|又|还|给|[被让][{HAN}]{{0,4}}?)?(?:[{_BEFALL}](?:断|伤|坏|聋|瞎|残|破|裂|掉)|[闪摔扭烧烫震崴冻轧])了?|"
    r"(?:(?:末节|近节|中节|远节|第?[0-9]指|指骨|完全|部分|大部分|粉碎性|开放性|闭合性|软组织){0,3}(?:离断|折断|崩断|脱落|缺失|缺损|毁损|截除|断裂|撕裂|破裂|变形|畸形|僵硬|强直|挛缩))|"
    r"(?:有|得|犯)(?:了|过)?(?:风湿|毛病|积水|骨刺|结石|阴影|肿块)|(?:被)?(?:置换|切除|移植|搭桥|修补|截除)(?:过|了|术后|手术)?|"
    r"(?:几近|近乎|完全|几乎|已)?失明|失聪|坏死|萎缩|溃烂|麻木|瘫痪|充血|水肿|积液|肿痛|疼痛|酸痛|全?已?[瞎聋断残瘸跛]了)"
)
#: What befell somebody, or that he was hurt: less than a diagnosis.
BEFALLEN = re.compile(rf"受伤$|[被让][{HAN}]{{0,4}}[{_BEFALL}][{HAN}]?$|[{_BEFALL}]伤$|(?:被|挤|卷)压?入?$")
_SAID = re.compile(
    rf"(?<!怀)孕(?:已|了)?{_NUMBER}个?多?[月周]|(?<=[做动][过了完])(?:(?=[{HAN}]{{0,6}}(?:{_BODY}|[癌瘤]|支架|搭桥|介入))[{HAN}]{{1,8}}(?:手术|移植|搭桥)|化疗|透析|放疗)|体温\s?3[789](?:\.[0-9])?\s?[℃度]|"
    r"半身不遂|瘫在床上|瘫了|坐轮椅(?![(（])|拄拐杖|[掉断缺落]了?(?:[0-9]{1,2}|[一二两三四五六七八九十几])[颗根](?:门?牙|肋骨)|智力(?:低下|障碍|缺陷)|精神(?:失常|异常|障碍|错乱)|神志不清|聋哑|耳背|高烧不退"
)
_POSITIVE = re.compile(r"(?:检测|检验|筛查|试验|抗体|尿检|血检|核酸)(?:结果)?(?:呈|为|均为|显示)?[弱强]?阳性")
_QUOTED = re.compile(
    r"(?:主诉|因|以|主因)[:：]?\s?[“\"](?P<what>[^”\"\n]{4,40})[”\"](?=[^\n]{0,12}(?:入院|就诊|住院|收治|来诊|查体))"
)


def _name_before(text: str, end: int) -> str:
    """Return the characters right before a place that may belong to the name of an illness or a test, at most eight."""
    low = max(0, end - 14)
    at = end
    while at > low and is_han(text[at - 1]):
        at -= 1
    cut = at
    for before in _BEFORE.finditer(text, at, end):
        cut = before.end()
    return text[cut:end]


def by_ending(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start, end and whether it is sure to be one of names of illnesses known by their ending."""
    for found in _ENDING.finditer(text):
        name = _name_before(text, found.start())
        if found[0] in "病症" and (name[-1:] in _NO_ILLNESS or name[-2:] in _NO_ILLNESS):
            continue
        if name and name not in _NO_ILLNESS and len(name) < 14:
            alone = len(name) > 1 and _alone(text, found.start() - len(name), found.end())
            sure = found[0] not in "病症" or text[found.start() - 1] == "血" or alone
            yield found.start() - len(name), found.end(), sure


_ORGANIC = re.compile(
    rf"(?:{alternatives(words('health', 'organic'))})(?![率法术剂者])(?<!供水管网破裂)(?<!分裂)(?<!分离)(?<!手续移位)"
)
_ORGAN = re.compile(rf"(?<![电首])(?:{alternatives(words('health', 'organ'))})(?![人干])")
#: Words for things and rules that hold the name of an organ.
_NO_ORGAN = re.compile(
    r"电脑|首脑|眼镜|眼光|屋脊|山脊|皮面|骨干|心脏地带|龙头|路|管网|管道|墙|机制|制度|运动场|运动员|行为规范|语言文字|精神文明|代表|工程|设备|发育期|肌理|主动(?!脉)|附件[0-9一二三]|视[频察线角]|牙膏"
)


def _alone(text: str, start: int, end: int) -> bool:
    """Return whether a stretch of text stands alone between two marks, as in a list or a cell."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    return (not before or before in ",，、;；:：\t |(（\n。") and (
        not behind or behind in ",，、;；。)）\t |\n"
    )


def by_organ(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of what befell an organ that is named in the same word before it (弥漫性轴索损伤)."""
    for found in _ORGANIC.finditer(text):
        name = _name_before(text, found.start())
        organ = _ORGAN.search(name)
        if organ and len(name) < 14 and not _NO_ORGAN.search(name):
            yield found.start() - len(name), found.end()


def told(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of conditions told in everyday words, and of complaints quoted in a medical record."""
    for pattern in (INJURY, _SAID):
        for found in pattern.finditer(text):
            yield found.span()
    for found in _POSITIVE.finditer(text):
        name = _name_before(text, found.start())
        yield found.start() - len(name), found.end()
    for found in _QUOTED.finditer(text):
        yield found.span("what")

"""Find conditions that the table lacks: injuries by body part, operations, everyday words."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.tables import alternatives_pattern, read_word_group

_BODY_PART = alternatives_pattern(read_word_group("health", "body"))
_NUMBER = r"(?:[0-9]{1,3}|[一二两三四五六七八九十半]{1,3})"
_BODY_PART_FIRST_CHARACTERS = "".join(sorted({word[0] for word in read_word_group("health", "body")}))
_INJURY_VERBS = "闪摔砸打撞扭割烧烫震压轧咬刺划崴锯绞冻拉扯砍戳炸"
#: A part of the body and what befell it, what was put in or taken out, or what it is no longer able to do.
INJURY = re.compile(
    rf"(?=[{_BODY_PART_FIRST_CHARACTERS}])(?<![动下着亲随出用伸山])(?:{_BODY_PART}){{1,4}}(?:(?:里|上|内)?(?:还)?(?:装|放|打|植入|上|有|留)(?:了|过|着|有)?(?:[0-9一二两三]个|[0-9一二两三]枚)?(?:支架|起搏器|钢板|钢钉|人工关节|弹片)|"
    rf"(?:也|都|又|还|给|[被让][{HAN}]{{0,4}}?)?(?:[{_INJURY_VERBS}](?:断|伤|坏|聋|瞎|残|破|裂|掉)|[闪摔扭烧烫震崴冻轧])了?|"
    r"(?:(?:末节|近节|中节|远节|第?[0-9]指|指骨|完全|部分|大部分|粉碎性|开放性|闭合性|软组织){0,3}(?:离断|折断|崩断|脱落|缺失|缺损|毁损|截除|断裂|撕裂|破裂|变形|畸形|僵硬|强直|挛缩))|"
    r"(?:有|得|犯)(?:了|过)?(?:风湿|毛病|积水|骨刺|结石|阴影|肿块)|(?:被)?(?:置换|切除|移植|搭桥|修补|截除)(?:过|了|术后|手术)?|"
    r"(?:几近|近乎|完全|几乎|已)?失明|失聪|坏死|萎缩|溃烂|麻木|瘫痪|充血|水肿|积液|肿痛|疼痛|酸痛|全?已?[瞎聋断残瘸跛]了)"
)
#: What befell somebody, or that he was hurt: less than a diagnosis.
UNSPECIFIC_INJURY = re.compile(
    rf"受伤$|[被让][{HAN}]{{0,4}}[{_INJURY_VERBS}][{HAN}]?$|[{_INJURY_VERBS}]伤$|(?:被|挤|卷)压?入?$"
)
_EVERYDAY_CONDITION = re.compile(
    rf"(?<!怀)孕(?:已|了)?{_NUMBER}个?多?[月周]|(?<=[做动][过了完])(?:(?=[{HAN}]{{0,6}}(?:{_BODY_PART}|[癌瘤]|支架|搭桥|介入))[{HAN}]{{1,8}}(?:手术|移植|搭桥)|化疗|透析|放疗)|体温\s?3[789](?:\.[0-9])?\s?[℃度]|"
    r"半身不遂|瘫在床上|瘫了|坐轮椅(?![(（])|拄拐杖|[掉断缺落]了?(?:[0-9]{1,2}|[一二两三四五六七八九十几])[颗根](?:门?牙|肋骨)|智力(?:低下|障碍|缺陷)|精神(?:失常|异常|障碍|错乱)|神志不清|聋哑|耳背|高烧不退"
)


def find_everyday_conditions(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of conditions in everyday words."""
    for pattern in (INJURY, _EVERYDAY_CONDITION):
        for found in pattern.finditer(text):
            yield found.span()

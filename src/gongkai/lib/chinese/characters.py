"""Classes of Chinese characters for regular expressions, and groups of similar shape (形近字).

Those of one group are typed for one another: 教肓 for 教育, 未尾 for 末尾.
The groups are those that primers of common errors list together (易混形近字).
"""

from gongkai.lib.chinese import lazy_re as re

#: First and last code points of the script Han (Unicode: Scripts.txt), the most frequent first. Planes 2 and 3
#: are whole, so that a character counts before the library of an installation knows its extension.
HAN_RANGES = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x3FFFD),
    (0x3005, 0x3005),
    (0x3007, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x2E80, 0x2E99),
    (0x2E9B, 0x2EF3),
    (0x2F00, 0x2FD5),
    (0xF900, 0xFA6D),
    (0xFA70, 0xFAD9),
    (0x16FE2, 0x16FE3),
    (0x16FF0, 0x16FF1),
)
#: Every Chinese character: the basic block, all extensions, compatibility ideographs, radicals, 〇 and 々.
HAN = "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
_HAN_CHARACTER = re.compile(f"[{HAN}]")


def is_rare(char: str) -> bool:
    """Return true for a character of the CJK extension blocks, as in rare names and places."""
    return any(first <= ord(char) <= last for first, last in HAN_RANGES[1:3])


def is_han(char: str) -> bool:
    """Return whether a string is a single Chinese character."""
    return _HAN_CHARACTER.fullmatch(char) is not None


#: Groups of characters of similar shape.
SIMILAR_SHAPES = (
    "育肓盲", "己已巳", "末未", "戌戍戊", "侯候", "折拆析", "拔拨", "壁璧", "赡瞻", "辩辨辫瓣", "裁栽载戴", "幕墓募慕暮", "梁粱",
    "哀衷衰", "千干于", "日曰", "贷货", "粟栗", "崇祟", "密蜜", "券卷", "籍藉", "竟竞", "治冶", "住往佳", "陪赔培倍", "账帐胀", "型形刑",
    "遣遗", "棵颗", "厉历", "即既", "竣峻俊", "概慨", "驻柱注住", "杆秆", "免兔", "亨享", "旷矿", "撒撤", "抢抡", "惟唯维", "徽微", "准淮",
    "凭赁", "贫贪", "士土", "入人八", "天夫", "牛午", "王玉主", "目自", "田由甲申", "今令", "乌鸟", "处外", "休体", "代伐", "待侍", "特持",
    "领颂", "晴睛", "清情请", "导异", "险检验捡脸", "续读", "延廷", "诞涎", "捐损", "指拍", "措错", "低底抵", "招抬", "租祖组阻", "补扑朴",
    "技枝", "扶抚", "担但", "柱桂", "拟似", "炊饮", "复夏", "徒徙", "孤狐弧", "脉咏", "枪抢", "沧沦", "汨汩", "茶荼", "菅管", "管官", "催摧",
    "侥饶", "烧浇", "院完", "绪诸", "储诸", "堤提", "提题", "庭延", "颁颂", "履覆", "障樟", "慧惠", "园圆", "园囤", "固因困", "末沫", "徐除",
    "欠久", "析拆", "析祈", "谐偕", "偿尝赏", "尝堂", "受爱", "爱援", "暖援缓", "缓援", "暂渐", "斩新", "收牧", "敛验", "政攻", "改攻", "效郊",
    "郊交", "校较", "较狡", "课棵", "裸课", "抓爪", "瓜爪", "孔扎", "礼扎", "札扎", "社杜", "杜牡", "祝视", "观现", "规现", "税锐说", "悦脱税",
    "肋助胁劝", "饱抱泡跑炮", "口囗", "簿薄",
)  # fmt: skip

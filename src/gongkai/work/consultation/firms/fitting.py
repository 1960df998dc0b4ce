"""Match policies to firms by title, addressees and subject."""

from collections.abc import Collection
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re

# 门类 of GB/T 4754-2017（国民经济行业分类）: code → name and the pattern that matches it in policies.
INDUSTRIES: dict[str, tuple[str, str]] = {
    "A": ("农、林、牧、渔业", "农业|林业|牧业|渔业|种植|养殖|农产品|家庭农场|农民合作社"),
    "B": ("采矿业", "采矿|矿山|矿产|煤矿"),
    "C": ("制造业", "制造|工业企业|工厂|生产加工|专精特新|技术改造"),
    "D": ("电力、热力、燃气及水生产和供应业", "电力|供热|燃气|供水|发电|新能源"),
    "E": ("建筑业", "建筑|施工|建设工程|装配式|勘察设计"),
    "F": ("批发和零售业", "批发|零售|商贸|商场|超市|电子商务|电商"),
    "G": ("交通运输、仓储和邮政业", "运输|物流|仓储|快递|货运|客运|邮政"),
    "H": ("住宿和餐饮业", "住宿|餐饮|酒店|民宿|饭店"),
    "I": ("信息传输、软件和信息技术服务业", "软件|信息技术|互联网|数字经济|大数据|人工智能"),
    "J": ("金融业", "银行|保险|证券|小额贷款公司|融资担保机构"),
    "K": ("房地产业", "房地产|物业服务|住房租赁企业"),
    "L": ("租赁和商务服务业", "商务服务|租赁企业|广告业|人力资源服务|会展"),
    "M": ("科学研究和技术服务业", "科技型|科研|研发|高新技术|检验检测|技术服务"),
    "N": ("水利、环境和公共设施管理业", "水利|环境治理|环保企业|市政设施|污水处理"),
    "O": ("居民服务、修理和其他服务业", "家政|美容美发|修理|洗染|居民服务"),
    "P": ("教育", "培训机构|民办学校|民办幼儿园|校外培训"),
    "Q": ("卫生和社会工作", "医疗机构|诊所|养老机构|托育机构"),
    "R": ("文化、体育和娱乐业", "文化企业|体育企业|旅游|演出|影视|娱乐场所|景区"),
}
# Patterns of company sizes → sizes (统计上大中小微型企业划分办法（2017）); no match means all.
SIZE_PATTERNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("中小微|中小企业", frozenset({"middle", "small", "micro"})),
    ("小微企业|小型微型|小微市场主体", frozenset({"small", "micro"})),
    ("个体工商户|个体经营", frozenset({"trader"})),
    ("大型企业|龙头企业|链主企业", frozenset({"large"})),
)
_BUSINESS_PATTERN = re.compile("企业|[惠助涉]企|民营经济|市场主体|经营主体|个体工商户|商户|营商|投资人|纳税人")


@dataclass(frozen=True)
class TargetGroup:
    """The target group of a policy: industries, sizes (empty: all) and district ("": all)."""

    industries: frozenset[str]
    sizes: frozenset[str]
    place: str = ""


def is_for_business(words: str) -> bool:
    """Return whether a policy addresses enterprises."""
    return bool(_BUSINESS_PATTERN.search(words)) or bool(_find_industries(words))


def find_target_group(words: str, place: str = "") -> TargetGroup:
    """Return the target group of a policy.

    Args:
        words: its title, addressees and subject.
        place: the path of the issuing district; "" for the city.
    """
    sizes = frozenset().union(*(sizes for pattern, sizes in SIZE_PATTERNS if re.search(pattern, words)))
    return TargetGroup(_find_industries(words), sizes, place)


def _find_industries(words: str) -> frozenset[str]:
    return frozenset(code for code, (_, pattern) in INDUSTRIES.items() if re.search(pattern, words))


def is_suitable(aim: TargetGroup, industries: Collection[str], size: str, place: str) -> bool:
    """Return whether a policy fits a firm.

    Args:
        aim: the target group of the policy.
        industries: the firm's industries; empty: all.
        size: the firm's size.
        place: the path of its district; "" for all.

    >>> is_suitable(find_target_group("关于扶持餐饮企业的通知"), ["H"], "small", "")
    True
    >>> is_suitable(find_target_group("关于扶持餐饮企业的通知"), ["C"], "small", "")
    False
    """
    return (
        (not aim.industries or not industries or bool(aim.industries & set(industries)))
        and (not aim.sizes or size in aim.sizes)
        and (not aim.place or not place or place.startswith(aim.place))
    )

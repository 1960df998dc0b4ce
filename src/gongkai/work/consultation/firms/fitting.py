"""Match policies to firms by title, addressees and subject."""

from collections.abc import Collection
from dataclasses import dataclass

from gongkai.content.policies.industries import find_industries
from gongkai.lib.chinese import lazy_re as re

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
    return bool(_BUSINESS_PATTERN.search(words)) or bool(find_industries(words))


def find_target_group(words: str, place: str = "") -> TargetGroup:
    """Return the target group of a policy.

    Args:
        words: its title, addressees and subject.
        place: the path of the issuing district; "" for the city.
    """
    sizes = frozenset().union(*(sizes for pattern, sizes in SIZE_PATTERNS if re.search(pattern, words)))
    return TargetGroup(find_industries(words), sizes, place)


def is_suitable(aim: TargetGroup, industries: Collection[str], size: str, place: str) -> bool:
    """Return whether a policy's target group includes a firm.

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

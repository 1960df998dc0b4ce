"""Characters and words that writers commonly confuse (己已巳; 截留, 截流)."""

from functools import cache

from gongkai.lib.privacy.tables import read_rows

#: Groups of characters that people mix up most, and how much a suspect within one gains.
_CONFUSED_GROUPS = (
    "己已巳 末未 侯候 拔拨 帐账 坐座 做作 象像 那哪 带戴 订定 欠歉 必毕 振震 券卷 即既 再在 竟竞 辨辩辫 厉励 峻竣 署暑 坚艰 贯惯 "
    "练炼 瞻赡 克刻 蜜密 慕幕墓募 折析 遣遗 徒徙 洽恰 度渡 副幅 侧测 采彩 合和 分份 反返 版板 联连 交缴 需须 制治置致 张章 侥饶 "
    "撤撒 拖施 燥躁噪 粟栗 壁璧 历厉 复覆 响晌 赔陪倍 堵赌 摸模 材才 按安 成承诚 记纪计 向像 事是 以已 与予 为位 式试 供贡 形型"
)


@cache
def _confused_characters(char: str) -> frozenset[str]:
    return frozenset(other for group in _CONFUSED_GROUPS.split() if char in group for other in group)


@cache
def load_confused_words() -> frozenset[tuple[str, str]]:
    """Return pairs of words that writers confuse."""
    groups = [row[0].split() for row in read_rows("mixed_words")]
    return frozenset((was, now) for group in groups for was in group for now in group if was != now)


def is_commonly_confused(text: str, at: int, new: str) -> bool:
    """Return whether a character, or the word it forms, is commonly confused."""
    if new in _confused_characters(text[at]):
        return True
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    changes = ((before + text[at], before + new), (text[at] + after, new + after))
    return any(change in load_confused_words() for change in changes)

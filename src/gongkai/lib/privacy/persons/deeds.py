"""Recognise a person described before the name: by home, activity, injury or school class."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

#: Somebody is told by where he lives: 住…二巷9号的李银花.
_HOME_DESCRIPTION = re.compile(rf"(?:住在?|家住|租住在?)[{HAN}0-9A-Za-z-]{{4,24}}的$")
#: Somebody is told by what he does there: 横过道路的黄国梅, 同去的谭事美.
_ACTIVITY = re.compile(
    rf"(?:横过道路|横过马路|过马路|行走|步行|骑行|推车|路过|过路|同去|同来|同村|同组|同行|同车|在场|打工|做工|施工|种地|放羊|放牛|住院|受伤|被打|被撞|打人|走失|卖(?![出掉完给得])[{HAN}]{{1,3}}|开[挖货出拖][{HAN}]{{1,3}})的$"
)
#: The class of a pupil.
_SCHOOL_CLASS = re.compile(r"(?:[一二三四五六七八九]|[初高][一二三]|[0-9])年级$|[一二三四五六七八九0-9)）]班$")
#: The last characters of all that is said so.
DESCRIPTION_END_CHARACTERS = frozenset("的伤倒骂给级班")


def find_description_before(head: str) -> tuple[str, str] | None:
    """Return kind and word of a description right before a name: home, activity, injury, class."""
    if head[-1] == "的":
        if _HOME_DESCRIPTION.search(head):
            return "private", "住"
        found = _ACTIVITY.search(head)
        return ("private", found[0]) if found else None
    return ("minor", "班级") if _SCHOOL_CLASS.search(head) else None

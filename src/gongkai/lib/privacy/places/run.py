"""All home addresses of a text, each once."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.places.beside import beside, dwellings
from gongkai.lib.privacy.places.extent import chains
from gongkai.lib.privacy.places.households import households
from gongkai.lib.privacy.places.labels import labelled
from gongkai.lib.privacy.places.told import told
from gongkai.lib.privacy.surroundings import People

_WHY_HOME = "家庭住址属于个人信息，乡镇（街道）以下不得公开"
_WHY_ROOM = "精确到户的住址可找到本人，不得公开"


#: A room or a yard of those who govern, and where business is done.
_PUBLIC = re.compile(
    r"(?:政府|党委|村委会|居委会|村部|服务中心|办事处)(?:(?:大院|院内|院子|门口|办公楼)|(?:办公楼)?[一二三四五六七八九十0-9]{1,4}[楼层室](?:[0-9]{1,4}室)?)$"
    r"|^(?:经营|营业|办公|生产|注册)(?:场所|地址|地点)"
)


def _apart(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, of those that overlap the one that begins first, and the longest of these."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def addresses(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield home addresses: labelled as such, behind a private person's name, or down to the household."""
    rows = chains(frame)
    named = _apart(
        {
            *labelled(frame, people),
            *beside(frame, people),
            *dwellings(frame, people, rows),
            *told(frame, people),
        }
    )
    named = _apart(
        {
            *named,
        }
    )
    for start, end in named:
        if _PUBLIC.search(frame.text[start:end]):
            continue
        yield Finding("address", start, end, frame.source[start:end], _WHY_HOME)
    held = 0
    for start, end in households(frame, rows, people):
        while held < len(named) and named[held][1] <= start:
            held += 1
        if (held < len(named) and named[held][0] < end) or _PUBLIC.search(frame.text[start:end]):
            continue
        yield Finding("address", start, end, frame.source[start:end], _WHY_ROOM)

"""Whose a house is: a private person's named beside it, or a company's or an office's."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.places.households import PERSON
from gongkai.lib.privacy.surroundings import People, after

#: Who acts on a house without owning it: the body that issued, tested or took it.
_ACTS = r"[^，,。;；:\n]{0,14}(?:核发|颁发|登记|审核|审批|批准|受理|出具|办理|测绘|鉴定|评估|查封|作出|签订|送达|拍卖|通知)"
_BODY = re.compile(
    rf"(?:公司|[工水电化药砖瓦纸酒]厂(?!房)|[商饭酒餐]店|合作社|合作联社|政府|委员会|居委会|村委会|学校|小学|中学|医院|卫生院|(?<![布格])局(?!部)|中心|集团|协会|银行|信用社|法院|派出所|企业|事务所|管理处)(?!{_ACTS})"
)
#: Who owns it, named behind it.
_OWNER_BEHIND = re.compile(
    r"(?:所有权人|产权人|使用权人|权利人|业主|户主|房主|房东|住户|被征收人|承租人|申请人|归|由|系|为|的)"
)


def persons_near(start: int, near: str, people: People) -> list[int]:
    """Return where words for a private person, and the last private name, end in `near`, the words before `start`."""
    persons = [found.end() for found in PERSON.finditer(near)]
    named = people.last_before(start, start - len(near))
    if named >= 0:
        persons.append(named - (start - len(near)))
    return persons


def of_a_person(frame: Frame, start: int, end: int, people: People) -> bool:
    """Return whether the house told of from `start` to `end` is a private person's: the nearest owner before it, or behind it."""
    low = max(0, start - 80)
    named = people.last_before(start, low)
    if named >= 0:
        return not _BODY.search(frame.text, named, start)
    behind = after(frame, end, 40)
    names = people.between(end, end + len(behind))
    if not names or _BODY.search(frame.text, low, start):
        return False
    gap = frame.text[end : names[0][0]]
    return bool(_OWNER_BEHIND.search(gap)) and not _BODY.search(gap)

"""Shorten names of organisations: without region, without legal form."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN_ALL

_REGION = re.compile(rf"^[{HAN_ALL}]{{2,7}}?(?:省|自治区|市|州|县|区|旗|镇|乡)")
_LEGAL_FORM = re.compile(
    r"(?:集团)?(?:股份有限公司|有限责任公司|有限公司|股份公司|公司|专业合作社|合作社|集团|厂|店|所|中心)$"
)
#: How names end of organisations that are no firms, and company words of Latin names.
_ORGANISATION = re.compile(
    r"(?:学校|小学|中学|大学|学院|幼儿园|医院|协会|商会|学会|联合会|基金会|委员会|居委会|村委会|研究院|事务所|银行|分行|支行|部门|办公室|.{4}[局厅处科社会馆站院队部组])$"
    r"|\b(?:Ltd|Inc|LLC|GmbH|Corp|Company|Co|Group|Foundation|University|School|Bank)\b"
)
#: What stands before the legal form and is left out where people speak of a firm: 晨光餐饮管理有限公司 is 晨光餐饮.
_BUSINESS_WORDS = re.compile(r"(?:管理|服务|发展|科技|技术|咨询|贸易|实业|投资|控股|文化传播|工程)+$")


def short_names(name: str) -> list[str]:
    """Return the short forms of an organisation's name, longest first.

    >>> short_names("云岭市恒达化工有限公司")
    ['恒达化工有限公司', '恒达化工公司', '恒达化工', '恒达公司']
    >>> short_names("晨光餐饮管理有限公司")
    ['晨光餐饮管理公司', '晨光餐饮公司', '晨光餐饮管理', '晨光餐饮', '晨光公司']
    """
    local = _local(name)
    core = _LEGAL_FORM.sub("", local)
    if core == local or len(core) < 2:
        return [local] if local != name and len(local) > 3 else []
    called = [core, _BUSINESS_WORDS.sub("", core)]
    firms = [f"{short}公司" for short in called if len(short) > 1]
    found = [local, *firms, *(short for short in called if len(short) > 2), f"{core[:2]}公司"]
    return [short for short in dict.fromkeys(found) if short != name]


def distinctive_part(name: str) -> str:
    """Return the first word of a firm's name (字号) where it is no everyday word, or an empty string.

    >>> distinctive_part("云岭市恒达化工有限公司")
    '恒达'
    """
    from gongkai.lib.privacy import dictionary

    local = _local(name)
    core = _LEGAL_FORM.sub("", local)
    first = core[:2]
    return first if core != local and len(core) > 3 and not dictionary.has_word(first) else ""


def _local(name: str) -> str:
    """Return a name without its region, which may lack 市 or 县: 云岭虚构建材有限公司."""
    from gongkai.lib.privacy import dictionary

    local = _REGION.sub("", name)
    for size in (3, 2) if local == name else ():
        word = name[:size]
        core = _LEGAL_FORM.sub("", name[size:])
        tagged = dictionary.tag_words(word) if dictionary.has_word(word) else []
        if len(core) > 3 and len(tagged) == 1 and tagged[0][1] == "ns":
            return name[size:]
    return local


def remove_region(address: str) -> str:
    """Return an address without the province, city and county at its start."""
    before, rest = "", address
    while rest != before:
        before, rest = rest, _REGION.sub("", rest)
    return rest


def is_organisation_name(name: str) -> bool:
    """Return whether a name has the form of an organisation's; any other is a person's, however long and in any script."""
    return bool(_LEGAL_FORM.search(name) or _ORGANISATION.search(name))

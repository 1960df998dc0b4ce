"""Read the posts of a staff list in an office's own words: 联络员 is a clerk, 分管领导 signs."""

from gongkai.core.spreadsheets.cells import choice_advice, words_list
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.units.models import Role
from gongkai.lib.chinese import lazy_re as re

#: Chinese label → role.
ROLE_BY_LABEL = {str(label): str(value) for value, label in Role.choices}
#: Names of posts that offices use in their own lists.
_ROLE_BY_SYNONYM = {
    **dict.fromkeys(("联络员", "信息员", "信息公开员", "具体经办人", "承办人", "填报人", "经办"), Role.CLERK),
    **dict.fromkeys(("审核员", "初审人", "审核", "科室负责人", "股室负责人", "部门负责人"), Role.REVIEWER),
    **dict.fromkeys(("分管领导", "分管负责人", "分管副职", "签发", "签批人", "复审人"), Role.SIGNER),
    **dict.fromkeys(("主要负责人", "主要领导", "负责人", "单位主要负责人", "一把手", "终审人"), Role.LEAD),
    **dict.fromkeys(("政务公开办工作人员", "政务公开工作人员", "政务公开办公室", "公开办"), Role.CHIEF),
    **dict.fromkeys(("审计员", "安全审计员"), Role.AUDITOR),
    **dict.fromkeys(("管理员",), Role.ADMINISTRATOR),
    **dict.fromkeys(("安全管理员", "保密管理员", "安全保密员"), Role.SECURITY),
}
#: A cell that names nothing but posts, to recommend its column for 岗位.
_POST = "|".join(sorted({*ROLE_BY_LABEL, *_ROLE_BY_SYNONYM}, key=len, reverse=True))
#: Pattern of a cell with one or several posts.
POSTS_PATTERN = rf"(?:(?:{_POST})[、，,；;／/ 兼]*)+"
#: Words around a post in such lists: 政务公开联络员, 办公室联络员（兼）.
_AROUND_ROLE = re.compile(r"^政务公开(?=.)|^信息公开(?=.)|[（(].*[)）]$")
#: Two posts of one person: 联络员兼审核员, but not 联络员（兼）.
_BESIDES = re.compile("兼任?(?![)）])")
#: Words within a post that tell which it is: 公开信息联络, 稿件复核. The preview shows what was read.
_ROLE_BY_WORD = (
    (re.compile("联络|经办|信息员|承办|填报|报送"), Role.CLERK),
    (re.compile("初审|审核|校对"), Role.REVIEWER),
    (re.compile("复审|复核|签发|签批|分管"), Role.SIGNER),
    (re.compile("终审|主要负责|一把手"), Role.LEAD),
)


def parse_roles(value: object) -> list[str]:
    """Return the posts in a cell; several are separated by 、 or 兼.

    Raises:
        BadCell: a word is no post.
    """
    found = []
    for listed in words_list(20)(value):
        for words in filter(None, _BESIDES.split(listed)):
            known = find_role(words)
            known = known or next((str(role) for pattern, role in _ROLE_BY_WORD if pattern.search(words)), "")
            if not known:
                raise BadCell(f"“{words}”不是平台的岗位", choice_advice(words, list(ROLE_BY_LABEL)), listed)
            found.append(known)
    return list(dict.fromkeys(found))


def find_role(words: str) -> str:
    """Return the role of a post's name, also with words around it, or ""."""
    named = (ROLE_BY_LABEL.get(one) or _ROLE_BY_SYNONYM.get(one) for one in (words, _AROUND_ROLE.sub("", words)))
    return str(next(filter(None, named), ""))

"""Count the labels in running text that name the unit of a task (责任单位：…, 谁来办：…)."""

from gongkai.lib.chinese import lazy_re as re

_SUFFIX = r"(?:责任)?(?:单位|部门|科室|处室|股室|机构|主体|办所|站所|科|处|方)"
_LEAD = rf"(?:总)?(?:牵头|主办|主责)(?:{_SUFFIX})?|谁(?:来)?牵头"
_OWNER = (
    rf"(?:责任|承办|经办|落实|实施|承担|负责|执行|公开责任){_SUFFIX}|承办|责任"
    r"|(?:由)?谁(?:来)?(?:办|干|做|负责|落实|主办)"
)
_LABEL = re.compile(
    rf"(?:^[^\w（(【]*|(?<=[；;。.，,、\s　（(【\[〔）)】\]〕]))(?:(?P<lead>{_LEAD})|(?P<owner>{_OWNER}))\s*[:：]",
    re.MULTILINE,
)
#: Longer texts are counted up to this character.
_MAX_CHARS = 50_000


def count_owner_labels(text: str) -> int:
    """Return the number of tasks whose unit is named after a label; each should become a row.

    >>> count_owner_labels("公布清单。责任单位：市财政局\\n公布目录。（责任单位：市教育局）")
    2
    """
    kinds = [match.lastgroup for match in _LABEL.finditer(text[:_MAX_CHARS])]
    return max(kinds.count("lead"), kinds.count("owner"))

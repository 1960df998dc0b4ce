"""A site's block of facts above a saved page (索引号：… 发布日期：… 责任部门：…): who is named there published the page and does none of its tasks.

Pure.
"""

from gongkai.lib.chinese import lazy_re as re

_FACT = re.compile(
    r"[|\s]*(?:索\s*引\s*号|公开方式|公开类别|信息分类|主题分类|主题词|发布日期|发布时间|成文日期|发文日期|生成日期|生效日期|有\s*效\s*性|文\s*号|发文字号|"
    r"发布机构|发文机[关构]|信息来源|来\s*源|浏览次数|名\s*称|体裁分类|服务对象|废止日期)\s*[:：]"
)
_WHO = re.compile(r"[|\s]*(?:责任|发布|主办|承办)(?:部门|单位|科室|处室)\s*[:：]")
#: How far down a page such a block may begin.
_REACH = 40
_LEAST = 2


def end_of_facts(lines: list[str]) -> int:
    """Return how many lines stand up to the end of such a block, 0 where there is none that names who is responsible for the page.

    >>> end_of_facts(["要点", "索引号：YL01", "发布日期：2026-02-20", "责任部门：县政府办", "一、任务"])
    4
    """
    facts = 0
    for place, line in enumerate(lines[:_REACH]):
        if not line.strip():
            continue
        if _FACT.match(line):
            facts += 1
        elif facts >= _LEAST and _WHO.match(line):
            return place + 1
        else:
            facts = 0
    return 0

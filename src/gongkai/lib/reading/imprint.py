"""The 版记 at the foot of a paper's last page (GB/T 9704—2012, 7.4): whom it is copied to, who printed it and when. No work stands in it."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

#: Whom it is copied to (7.4.2; 抄报 in older papers), and the addressees where they were moved there.
_COPIED = re.compile(r"(?:抄\s*送|抄\s*报|主\s*送)\s*[:：]")
_DAY = r"(?:[\d二〇○零一三四五六七八九十]{4}|\s*)年\s*[\d一二三四五六七八九十]{0,3}\s*月\s*[\d一二三四五六七八九十]{0,3}\s*日"
_OFFICE = rf"(?![请由])[{HAN}（）()]{{3,30}}(?:办公室|办公厅|政府|委员会|局|厅|委|中心|院|秘书处|科|处|股)"
#: Who printed it and when (7.4.3), on one line or on two; the number of copies in older papers.
_PRINTED = re.compile(rf"{_OFFICE}\s*{_DAY}\s*印\s*发|{_DAY}\s*印\s*发|[（(]?共印\s*\d{{1,5}}\s*份[）)]?")
#: What a site prints at the foot of every page.
FOOT_OF_SITE = re.compile(
    r"[【\[]?\s*(?:打印|关闭|收藏|返回顶部|分享到|扫一扫|上一[篇条]|下一[篇条]|责任编辑|版权所有|网站标识码|技术支持|网站地图|联系我们|"
    r".{0,60}(?:ICP备|公网安备|版权所有))"
)
#: A page's number may stand behind it.
_PAGE = re.compile(r"[-—－]?\s*\d{1,3}\s*[-—－]?")
#: Lines that the 抄送 may take where a PDF gives each by itself.
_MOST = 8


def without_imprint(lines: list[str]) -> list[str]:
    """Return the lines behind the table without the 版记, which is the last thing of a paper or nothing.

    >>> without_imprint(["请抓好落实。", "抄送：区委各部门，区法院。", "某区人民政府办公室\\t2026年5月7日印发"])
    ['请抓好落实。']
    >>> without_imprint(["抄送：区法院。", "二、另有一项工作，请各单位抓好落实。"])
    ['抄送：区法院。', '二、另有一项工作，请各单位抓好落实。']
    """
    end = len(lines)
    while end and _PAGE.fullmatch(lines[end - 1]):
        end -= 1
    start = end
    while start and _PRINTED.fullmatch(lines[start - 1]):
        start -= 1
    if 0 < start < end and re.match(_DAY, lines[start]) and re.fullmatch(_OFFICE, lines[start - 1]):
        start -= 1  # office and day stand on lines of their own
    while copied := _copied(lines[max(0, start - _MOST) : start]):
        start -= copied
    return lines[:start] + lines[end:]


def _copied(lines: list[str]) -> int:
    """Return how many lines at the end are a list of offices, from its 抄送 on; 0 where there is none."""
    first = next((n for n in range(len(lines) - 1, -1, -1) if _COPIED.match(lines[n])), None)
    return len(lines) - first if first is not None and _one_list(lines[first:]) else 0


def _one_list(lines: list[str]) -> bool:
    """Whether lines from 抄送 on are one list of offices: one full stop, at its very end."""
    text = "".join(lines)
    return text.rstrip("。").count("。") == 0 and not re.search(r"[；;]|要求|负责|落实|完成", text)

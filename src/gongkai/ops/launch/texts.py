"""Drafts of the two texts that every site needs from its first day, with blanks for local facts.

Sources: 中华人民共和国政府信息公开条例 (国务院令第711号) art. 12 (contents of the 指南), 13, 19-21, 23, 27, 29-31, 33, 40, 42, 51.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from gongkai.content.editions.sources import OutgoingText
from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law.figures import fill_in_figures

# Pattern of a blank, for example 〔填写：办公地址〕.
BLANK_PATTERN = re.compile(r"〔填写：([^〕]*)〕")
# Words at the end of a blank that may be left out with its list item.
OPTIONAL_BLANK_SUFFIX = "（没有的不填）"
_OPTIONAL_LINE_PATTERN = re.compile(rf"<li>[^<〔]*〔填写：([^〕]*{OPTIONAL_BLANK_SUFFIX})〕[^<]*</li>\n?")
# Maximum number of blanks named in a reason.
MAX_NAMED_BLANKS = 5
_TEXTS_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class LegalText:
    """A text drafted from the law: key of its column and file (`mark`), title, label and description."""

    mark: str
    title: str
    label: str
    about: str

    def html(self, office: Body, government: Body) -> str:
        """Return the draft with the directory's facts and the law's figures filled in; unknown facts become blanks."""
        text = (_TEXTS_FOLDER / f"{self.mark}.txt").read_text(encoding="utf-8")
        known: Mapping[str, str] = {
            "本机关": government.name,
            "工作机构": office.name,
            "办公地址": office.address,
            "办公时间": office.hours,
            "联系电话": office.phone,
        }
        for name, value in known.items():
            text = text.replace(f"{{{name}}}", escape(value) if value else f"〔填写：{name}〕")
        return fill_in_figures(text)


LEGAL_TEXTS_BY_MARK = {
    text.mark: text
    for text in (
        LegalText(
            "guide",
            "{government}政府信息公开指南",
            "政府信息公开指南",
            "指南写明信息的分类、编排体系、获取方式和工作机构（条例第十二条）。",
        ),
        LegalText(
            "request",
            "{government}依申请公开说明",
            "依申请公开说明",
            "说明怎样提出申请、怎样答复、怎样收费、怎样救济（条例第二十七条至第三十三条、第四十二条、第五十一条）。",
        ),
    )
}


def list_blanks(html: str) -> list[str]:
    """Return the names of a draft's blanks in order, each once.

    >>> list_blanks("<p>地址：〔填写：办公地址〕，电话：〔填写：联系电话〕，〔填写：办公地址〕</p>")
    ['办公地址', '联系电话']
    """
    return list(dict.fromkeys(BLANK_PATTERN.findall(html)))


def fill_blanks(html: str, values: Mapping[str, str]) -> str:
    """Return a draft with its blanks filled in; blanks without a value stay, except that optional ones are removed.

    >>> fill_blanks("<p>〔填写：地址〕，〔填写：电话〕</p><li>〔填写：传真（没有的不填）〕</li>", {"地址": "解放路8号"})
    '<p>解放路8号，〔填写：电话〕</p>'
    """
    html = _OPTIONAL_LINE_PATTERN.sub(lambda found: found[0] if values.get(found[1]) else "", html)
    return BLANK_PATTERN.sub(lambda found: escape(values.get(found[1], "")) or found[0], html)


def find_blanks_left(text: OutgoingText) -> list[str]:
    """Publication gate: return a reason that names up to five blanks left in a text; empty if there is none."""
    blanks = list_blanks(text.frozen.html)
    if not blanks:
        return []
    named = "、".join(blanks[:MAX_NAMED_BLANKS]) + ("等" if len(blanks) > MAX_NAMED_BLANKS else "")
    return [f"正文里还有没有填写的空：{named}。请把“〔填写：…〕”改为实际内容，用不着的删去。"]

"""Mark tables of figures, whose cells are right-aligned."""

from gongkai.lib.chinese import lazy_re as re

_TABLE = re.compile(r"<table\b([^>]*)>(.*?)</table>", re.DOTALL)
_CELL = re.compile(r"<td\b[^>]*>(.*?)</td>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>|&nbsp;")
#: 1,286.40, 下降1.2%, 12件, —, nothing: what a column of figures holds.
_FIGURE = re.compile(
    r"(?:上升|下降|增长|减少)?[-+－]?[\d,.]*\s*(?:[%％]|[万亿]?[元件项个人次条份宗])?|[—－/-]+|无|持平"
)


def figures_marked(html: str) -> str:
    """Give tables with row headers and only figures the class `figures`.

    >>> figures_marked('<table><tr><th scope="row">收费</th><td>1,286.40</td><td>—</td></tr></table>')
    '<table class="figures"><tr><th scope="row">收费</th><td>1,286.40</td><td>—</td></tr></table>'
    >>> figures_marked('<table><tr><th scope="row">许可</th><td>行政许可法</td></tr></table>')
    '<table><tr><th scope="row">许可</th><td>行政许可法</td></tr></table>'
    """
    return _TABLE.sub(_mark_table, html) if 'scope="row"' in html else html


def _mark_table(found: re.Match[str]) -> str:
    attributes, inside = found.groups()
    cells = [_TAG.sub("", cell).strip() for cell in _CELL.findall(inside)]
    if 'scope="row"' not in inside or "class=" in attributes or not all(map(_FIGURE.fullmatch, cells)):
        return found[0]
    return f'<table class="figures"{attributes}>{inside}</table>'

"""Lines of a table that are no tasks: an example to fill in by, a note over the width behind its word, who signs and the day."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.days import read_day
from gongkai.lib.reading.document import Line, State

_EXAMPLE = re.compile(
    r"(?:示例|样例|范例|例)[:：]?|填写(?:示例|样例)|(?:此行)?(?:为)?(?:示例|样例)(?:行)?[，,]?(?:请勿删除|可删除)?"
)
_NOTE = re.compile(r"备\s*注|说\s*明|注|附\s*注|填表说明|备注说明")
_SIGNS = re.compile(
    rf"[{HAN}（）()]{{3,30}}(?:办公室|办公厅|政府|委员会|局|厅|委|中心|领导小组|管委会|办事处|公开办)"
)
#: 红石桥乡人民政府　2024年6月12日
_SIGNED_ON = re.compile(rf"{_SIGNS.pattern}[\s\u3000]+\d{{4}}年\d{{1,2}}月\d{{1,2}}日")


def is_beside(line: Line, lines: list[Line]) -> bool:
    """True for such a line among the lines of its table."""
    printed = [cell for cell in line.cells if cell.text]
    first = "".join(printed[0].text.split())
    if len(printed) >= 2 and (
        _EXAMPLE.fullmatch(first) or _EXAMPLE.fullmatch("".join(printed[1].text.split()))
    ):
        return True
    spread = sum(cell.state is State.LEFT for cell in line.cells) >= len(line.cells) - 2
    if len(printed) == 2 and _NOTE.fullmatch(first) and spread and len(line.cells) > 3:
        return True
    last = next((n for n, one in enumerate(lines[-3:]) if one is line), None) if len(printed) == 1 else None
    if last is None or len(line.cells) < 3:
        return False
    below = [cell.text for one in lines[-3:][last + 1 :] for cell in one.cells if cell.text]
    together = _SIGNED_ON.fullmatch(printed[0].text.strip())
    signs = bool(together) or (
        bool(_SIGNS.fullmatch(first)) and len(below) == 1 and read_day(below[0]) is not None
    )
    return read_day(first) is not None or signs

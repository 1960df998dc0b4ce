"""Recognise unknown unit labels (执笔单位：市司法局) that occur at least twice."""

from collections import Counter

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.align import is_units
from gongkai.lib.reading.layouts.labels import LABEL

_LABEL = re.compile(
    rf"(?P<before>^[ \t\u3000]*|[（(〔【])(?P<label>[{HAN}]{{2,6}}(?:单位|部门|处室|科室|股室))[ \t]*[:：]"
    r"(?P<who>[^:：。；;（()）〔〕【】\n]{2,80})(?=[）)〕】；;。]|[ \t\u3000]*$)"
)
#: Who asks, publishes, watches or pays does not do it.
_NOT_WHO = re.compile(
    r"发布|发文|印发|制发|来文|来源|公开|公布|信息|主管|归口|监督|考核|验收|审核|审批|评价|报送|填报|抄送|主送|联系|咨询|解释|制作|印制|"
    r"建设|施工|监理|设计|采购|招标|中标|用人|申请|所属|下属|各|有关|相关"
)
#: One line has no more of them; a longer one is searched no further.
_MOST = 2000


def with_known_labels(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the lines with 责任单位 for such labels, and the doubts for their units."""
    found = [match for line in lines if len(line) <= _MOST for match in _LABEL.finditer(line)]
    counts = Counter(match["label"] for match in found if _names_units(match))
    meant = {label for label, count in counts.items() if count >= 2}

    def known(match: re.Match[str]) -> str:
        right = match["label"] in meant and _names_units(match)
        return f"{match['before']}责任单位：{match['who']}" if right else match[0]

    told = {
        match["who"].strip(): f"“{match['label']}”按责任单位读取，请核对" for match in found if match["label"] in meant
    }
    return [_LABEL.sub(known, line) if meant and len(line) <= _MOST else line for line in lines], told


def _names_units(match: re.Match[str]) -> bool:
    label = match["label"]
    return not (_NOT_WHO.search(label) or LABEL.match(f"{label}：")) and is_units(match["who"].strip())


def units_unread(text: str) -> str:
    """Return a line or bracket that names units after an unknown label, or ""."""
    found = (match for line in text.split("\n") if len(line) <= _MOST for match in _LABEL.finditer(line))
    return next((match[0].strip("（(〔【 \t\u3000") for match in found if _names_units(match)), "")

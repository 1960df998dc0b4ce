"""Find where a heading ends that runs into the measure after it."""

from collections import Counter
from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.numbering import Number, number_of

MAX_HEADING = 45
#: Words that begin an order and hardly ever stand inside a heading.
_STRONG = re.compile(
    r"按照|按月|按季|严格|根据|自(?!治|然|身|主|由|愿|查)|在(?!线)|将|对(?!接|外|照|象|面|策|话)|对照|及时|每|逐[月季步]|组织|指导|督促|制定|编制|编写|"
    r"召开|设置|开设|出台|修订|各|凡|以(?!公开)|定期|动态更新|全面|全过程|认真|积极|充分|建立|依托|通过|梳理|汇总|主动|统一|集中|进一步|接到|收到|"
    r"(?<!年)\d{1,2}月|20\d\d年"
)
_MEDIUM = re.compile(
    r"公开|公布|发布|做好|加强|推进|推动|落实|完善|开展|更新|健全|优化|规范|强化|深化|提升|提高|持续|加大|探索|扩大|聚焦|围绕|确保|严禁|执行"
)
_OPEN_END = re.compile(
    r"(?:推进|推动|做好|加强|完善|开展|健全|优化|强化|深化|提升|提高|加大|扩大|聚焦|围绕|确保|改进|拓展|丰富|进一步|持续|切实|着力|全面|[的和与及、，在对将以为])$"
)
_CLOSED_END = re.compile(
    r"(?:公开|解读|回应|保障|基础|质量|建设|服务|监督|管理|力度|水平|实效|发展|稳定|机制|关切|规范化|标准化|体系|能力|效能|审核|考核|信息)$"
)
_CLOSING = re.compile(rf"(?:推进|推动|深化)(?:政务)?公开(?=[{HAN}\d])(?![与和及的工])")  # 围绕……推进公开 ends a heading
_INSIDE = re.compile(
    r"(?<=.{2})(?:推进|推动|做好|加强|完善|开展|公布|发布|落实|强化)(?!公开|解读|回应|建设|落实|发展).."
)


@dataclass(frozen=True, slots=True)
class Kind:
    """The form of a notice's headings.

    Attributes:
        endings: how often possible headings end in the same two letters; headings of one kind end alike.
        stopped: second headings end in a full stop.
        items: there are second headings at all; a （一） may also stand inside a measure.
    """

    endings: Counter[str] = field(default_factory=Counter)
    stopped: bool = False
    items: bool = True


def heading_ends(text: str, kind: Kind) -> list[tuple[int, float]]:
    """Return the possible ends of the heading at the start, each with its score."""
    number = number_of(text)
    if number is None or number.depth > 2 or (number.depth == 2 and not kind.items):
        return []
    limit = _next_number(text, number)
    stop = text.find("。", number.length, min(limit, number.length + 34))
    if stop > 0 and not re.search(r"[，；：]", text[:stop]):
        starts = [n for n in range(number.length + 3, stop - 3) if _splits(text, n)]
        if (kind.stopped and number.depth == 2) or not starts:
            return [(stop + 1, 2.0)]
    out = [(stop + 1, 1.0)] if 0 < stop < number.length + 22 and "，" not in text[:stop] else []
    for place in range(number.length + 2, min(limit, len(text), MAX_HEADING)):
        if text[place - 1] in "，；：。":
            break
        if text[place - 1] in "（“":
            continue
        if score := _splits(text, place):
            out.append((place, score + _shape(text[number.length : place], kind)))
    if not out:
        mark = re.search(r"[，；。：]", text)
        ends = range(number.length + 4, min(limit, mark.start() if mark else len(text), MAX_HEADING))
        # the heading's first word again (考核评价 | 考核权重……) begins the measure
        out = [(place, 1.2) for place in ends if text.startswith(text[number.length :][:2], place)][:1]
    open_quote = text.count("“", 0, limit) != text.count("”", 0, limit)
    if limit < MAX_HEADING and not (open_quote or re.search(r"[，；。：>（]", text[number.length : limit])):
        below = number_of(text[limit:])
        if not out or (below and below.depth == 2 and number.depth == 1):
            return [(limit, 6.0)]
        out.append((limit, 3.5))
    if len(text) <= MAX_HEADING and not re.search(r"[，。；]", text):
        out.append((len(text), 1.0))
    return out


def _next_number(text: str, number: Number) -> int:
    match = _NUMBER.search(text, number.length + 2)
    return match.start() if match else len(text)


_NUMBER = re.compile(r"（[一二三四五六七八九十]{1,3}）|（\d{1,2}）|(?<!\d)\d{1,2}[．.、](?!\d)|[①-⑩]")


def _splits(text: str, place: int) -> float:
    if _CLOSING.match(text, place):
        return 0.0
    if _STRONG.match(text, place):
        return 2.0
    return 1.0 if _MEDIUM.match(text, place) else 0.0


def _shape(heading: str, kind: Kind) -> float:
    score = 1.0 if _CLOSED_END.search(heading) else 0.0
    score -= 3.0 if _OPEN_END.search(heading) else 0.0
    score -= 1.5 if _INSIDE.search(heading) else 0.0
    score += min(kind.endings[heading[-2:]] - 1, 4) * 0.4 - 0.02 * len(heading)
    return score + (0.5 if 4 <= len(heading) <= 20 else -0.5 if len(heading) < 4 else 0.0)


def title_ends(title: str) -> float:
    """Return how well a text ends a title followed by units."""
    return (1.0 if _CLOSED_END.search(title) else 0.0) - (3.0 if _OPEN_END.search(title) else 0.0)


def kind_of(text: str) -> Kind:
    """Return the form of the headings of a text."""
    counts: Counter[str] = Counter()
    stopped = seconds = 0
    for match in re.finditer(r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）", text):
        piece = text[match.start() : match.start() + MAX_HEADING]
        counts.update({piece[end - 2 : end] for end, _ in heading_ends(piece, Kind())})
        if piece[0] == "（":
            seconds += 1
            stopped += bool(re.match(r"[^，；：。（]{2,22}。", piece[match.end() - match.start() :]))
    return Kind(counts, stopped=stopped * 10 >= seconds * 7)


def measure_begins(text: str) -> float:
    """Return a score for how likely a text starts a measure after the units."""
    if not text:
        return 2.0
    if number_of(text):
        return 2.5
    if _STRONG.match(text):
        return 1.2
    if _MEDIUM.match(text):
        return 1.2
    return -1.2

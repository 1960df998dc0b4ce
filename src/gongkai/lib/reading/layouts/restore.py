"""Restore lost line breaks by ascending numbers, signatures and punctuation."""

from itertools import accumulate

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int

#: Lines shorter than this lost no breaks.
MIN_UNBROKEN_LINE_CHARACTERS = 220
_ITEM_NUMBER = re.compile(
    r"(?P<one>[一二三四五六七八九十]{1,3})、|[（(](?P<two>[一二三四五六七八九十]{1,3})[）)]|(?P<three>\d{1,2})[．.、](?!\d(?!\d{3}年))|[（(](?P<four>\d{1,2})[）)]"
)
#: Labels of units or a limit that stood on lines of their own.
_LABEL_LINE_RE = re.compile(
    r"(?:(?:项目|科室|具体|第一)?(?:分管|责任|牵头|挂钩|包抓|联系)(?:领导|人)|(?:牵头|责任|配合|协办|主办|参与|承办|实施|落实)(?:单位|部门|处室|科室|股室)|完成时限|完成时间|时限要求)[:：]"
)
_LABEL_BREAK_RE = re.compile(
    rf"(?<![（(【〔\[；;、，,])(?<!项目)(?<!科室)(?<!具体)(?<!第一)(?={_LABEL_LINE_RE.pattern})"
)
#: A heading without a stop, and the list below it: `二、调整结构（三）`.
_HEADS_A_LIST_RE = re.compile(
    rf"[一二三四五六七八九十]{{1,3}}、[{HAN}“”、，]{{4,40}}(?:[（(][一二三四五六七八九十]{{1,3}}[）)]|1[．.、])"
)
_ENDING_CHARACTERS = "。；;！？：:）)】〕”》 \u3000"
#: Behind these 一 and 1 are part of a word, a list or a path.
_CHARACTERS_JOINED_TO_ONE = "统单唯第之同专万归划其十百千一二三四五六七八九“‘"
_LINE_BREAK_PATTERNS = (
    re.compile(
        r"(?<=\S)[ \u3000]+(?=(?:发布时间|发布日期|发文日期|成文日期|信息来源|来源|浏览次数|浏览量?|作者|字号|字体|点击数?|阅读次?数?)[:：])"
    ),
    re.compile(rf"(?<=[。：:；）)])[ \u3000]+(?=[{HAN}（(\d“《])"),
    re.compile(r"(?<=\S)[ \u3000]+(?=[（(]此件)"),
    re.compile(r"(?<=此件公开发布[）)])|(?<=此件主动公开[）)])|(?<=此件依申请公开[）)])|(?<=此件不予公开[）)])"),
    re.compile(r"(?<=[。）)])(?=附件[\d:：])"),
    re.compile(rf"(?<=通知)[ \u3000]+(?=[{HAN}]{{2,12}}[〔\[（(]20\d\d[〕\]）)]第?\d{{1,4}}号)"),
    re.compile(r"(?<=\d号)[ \u3000]+(?=各)"),
)
#: A salutation ends the head; the text begins behind its colon.
_SALUTATION_RE = re.compile(
    rf"(?<![及和与、，（(])(?P<to>(?:各|局机关|机关各|市直|县直|区直)(?![^：:]{{0,150}}(?:负责|牵头|配合|落实))[{HAN}、，,（）()\s]{{3,150}}[：:])(?=\s*\S)"
)
_SIGNED_DAY_RE = re.compile(r"^(?P<day>20\d\d年\d{1,2}月\d{1,2}日)[ \u3000]+", re.MULTILINE)
_OFFICE_AND_DATE_RE = re.compile(
    rf"(?<=[。：】])\s*(?P<office>[{HAN}]{{4,24}}(?:办公室|办公厅|政府|委员会|局|厅|委|中心))\s*(?P<day>20\d\d年\d{{1,2}}月\d{{1,2}}日)"
)


def restore_breaks(text: str) -> str:
    """Return the text with restored line breaks."""
    return "\n".join(piece for line in _join_lines(text.split("\n")) for piece in _split_line(line))


#: Number of paragraphs in one line from which its line breaks were lost.
_MIN_LOST_PARAGRAPHS = 6


def has_lost_breaks(lines: list[str]) -> bool:
    """Return whether a line had to be split into many paragraphs."""
    return any(
        len(_split_line(line)) >= _MIN_LOST_PARAGRAPHS for line in lines if len(line) >= MIN_UNBROKEN_LINE_CHARACTERS
    )


_PUNCTUATION_LINE_RE = re.compile(r"[，,。；;、：:”）)》!?！？]{1,3}")
#: Button labels that a site prints after the text.
_BUTTON_LABELS_RE = re.compile(
    r"(?:\s*【\s*(?:打印|关闭|收藏|返回|字体)[^】]{0,12}】|\s*[\[［]\s*(?:打印|关闭)[^\]］]{0,12}[\]］])+\s*$"
)
_TURNS_PAGES_RE = re.compile(r"(?:上一篇|下一篇|上一条|下一条)\s*[：:].{0,80}$|返回顶部$|扫一扫.{0,16}$")
#: Labels of the site's operators, after its page links: its 主办单位 has no task in the notice.
_SITE_OPERATOR_LABEL_RE = re.compile(
    r"(?:(?:网站)?(?:主办|承办|协办|维护)(?:单位)?|主管单位|技术支持|版权所有|网站标识码|联系电话|联系地址|地\s*址|邮\s*编)\s*[：:]?.{0,80}$|.{0,40}(?:ICP备|公网安备)"
)
_OPEN_BRACKET_AT_END_RE = re.compile(r".*[《“（(]$")


def _join_lines(lines: list[str]) -> list[str]:
    """Return lines with broken quotes and marks joined, without page controls."""
    out: list[list[str]] = []
    goes_on = is_page_control = False
    for printed in lines:
        line = _BUTTON_LABELS_RE.sub("", printed)
        bare = line.strip()
        is_page_control = bool(_TURNS_PAGES_RE.match(bare)) or (
            is_page_control and (not bare or bool(_SITE_OPERATOR_LABEL_RE.match(bare)))
        )
        if (is_page_control and bare) or (printed.strip() and not bare):
            continue
        is_only_marks = bool(out and out[-1][-1].strip()) and bool(_PUNCTUATION_LINE_RE.fullmatch(bare))
        if is_only_marks or (goes_on and bare):
            out[-1][-1] = out[-1][-1].rstrip()
            out[-1].append(bare)
        else:
            out.append([line])
        goes_on = bool(_OPEN_BRACKET_AT_END_RE.fullmatch(bare)) or (is_only_marks and bare[-1] not in "。；;！？!?：:")
    return ["".join(parts) for parts in out]


def _split_line(line: str) -> list[str]:
    """Return the paragraphs of a line into which a copy joined several."""
    if len(line) < MIN_UNBROKEN_LINE_CHARACTERS or "|" in line or "\t" in line:
        return [line]
    for pattern in _LINE_BREAK_PATTERNS:
        line = pattern.sub("\n", line)
    line = _SIGNED_DAY_RE.sub(r"\g<day>\n", line)
    if len(_LABEL_BREAK_RE.findall(line)) >= 3:
        line = _LABEL_BREAK_RE.sub("\n", line)
    line = _OFFICE_AND_DATE_RE.sub(r"\n\g<office>\n\g<day>\n", line)
    line = _SALUTATION_RE.sub(_put_on_own_line, line, count=1)
    counts: dict[int, int] = {}
    return [
        piece.strip() for section in line.split("\n") for piece in _cut_before_numbers(section, counts) if piece.strip()
    ]


def _put_on_own_line(match: re.Match[str]) -> str:
    return match[0] if _LABEL_LINE_RE.search(match["to"]) else f"\n{match['to']}\n"


def _cut_before_numbers(part: str, counts: dict[int, int]) -> list[str]:
    """Return a text cut before each next number of a list; `counts`: last number by depth."""
    cuts = [0]
    inside = mark_bracketed_positions(part)
    for match in _ITEM_NUMBER.finditer(part):
        position = match.start()
        if inside[position]:
            continue  # 公开路径：1．…，2．… counts nothing outside
        depth = 1 if match["one"] else 2 if match["two"] else 3 if match["three"] else 4
        value = to_int(match["one"] or match["two"] or match["three"] or match["four"]) or 0
        below_heading = depth > 1 and _is_heading(part[cuts[-1] : position])
        if not (below_heading or _continues_count(depth, value, counts)) or not _is_paragraph_start(
            part, position, cuts[-1], depth, value
        ):
            continue
        counts[depth] = value  # （三） and 3．may count through the whole text, or begin again below each heading
        cuts.append(position)
    pieces = [part[low:high] for low, high in zip(cuts, [*cuts[1:], len(part)], strict=True)]
    return [piece for numbered_part in pieces for piece in _split_heading(numbered_part)]


#: A bracket that closes no nearer than this opens none.
_MAX_BRACKET_DISTANCE = 1200


def mark_bracketed_positions(text: str) -> list[bool]:
    """Return for each position whether it is inside round brackets."""
    opened: list[int] = []
    change = [0] * (len(text) + 1)
    for place, char in enumerate(text):
        if char in "（(":
            opened.append(place)
        elif char in "）)" and opened:
            start = opened.pop()
            if place - start <= _MAX_BRACKET_DISTANCE and not _NUMBER_LINE_RE.fullmatch(text, start + 1, place):
                change[start + 1] += 1
                change[place] -= 1
    return [deep > 0 for deep in accumulate(change)]


_NUMBER_LINE_RE = re.compile(r"[一二三四五六七八九十\d]{1,3}")
_HEADING_NUMBER = r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])"
_HEADING_TEXT = rf"(?:[{HAN}“”、，\dA-Za-z+＋·/—《》-]|[（(][市州区县镇旗、]{{1,5}}[）)]){{4,40}}"
_NUMBERED_HEADING_RE = re.compile(rf"{_HEADING_NUMBER}{_HEADING_TEXT}\s*")
_HEADING_WITH_TEXT_RE = re.compile(
    rf"(?P<heading>{_HEADING_NUMBER}\s?{_HEADING_TEXT})[ \u3000]+(?P<text>\S.{{11,}})", re.DOTALL
)


def _is_heading(text: str) -> bool:
    return bool(_NUMBERED_HEADING_RE.fullmatch(text))


def _split_heading(piece: str) -> list[str]:
    match = _HEADING_WITH_TEXT_RE.match(piece)
    return [match["heading"], match["text"]] if match and re.search(r"[，。；]", match["text"]) else [piece]


def _continues_count(depth: int, value: int, counts: dict[int, int]) -> bool:
    """Return true if a number follows the last one of its depth, or begins a new count."""
    return depth == 4 or value == counts.get(depth, 0) + 1 or (depth > 1 and value == 1)


def _is_paragraph_start(part: str, position: int, last_start: int, depth: int, value: int) -> bool:
    """Return true if the number at `position` begins a paragraph; `last_start`: where the last paragraph begins."""
    if position == 0:
        return True
    char_before = part[position - 1]
    head = part[last_start:position]
    labelled = bool(_LABEL_LINE_RE.match(head)) and "。" not in head[:-1]
    if depth == 4:  # inside a sentence these only list; behind labels and headings they begin a paragraph
        return labelled or (len(head) <= 30 and "。" not in head and bool(_ITEM_NUMBER.match(head)))
    if char_before in _ENDING_CHARACTERS or labelled:
        return not (
            depth == 3 and re.search(r"(?:路径|渠道|其中|分别|包括|如下)[：:]$", part[max(0, position - 4) : position])
        )
    if char_before in _CHARACTERS_JOINED_TO_ONE or char_before.isdigit() or char_before in "、，,>＞-—":
        return False
    if depth == 1:
        return (value == 1 and char_before in "案点单表容知见划") or bool(_HEADS_A_LIST_RE.match(part, position))
    return len(head) <= 60 and "。" not in head and bool(_ITEM_NUMBER.match(head))

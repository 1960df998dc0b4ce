"""Tasks in running text whose facts stand behind key words (责任科室：…；完成时限：…；公开渠道：…) → rows of a table. Pure.

The keys stand on lines below a task, behind it in its paragraph, or in a bracket; with full or half-width marks, in any order. All keys
behind a task are that task's. Who does it may also stand above the tasks: headings that are nothing but units (一、县水利局). Where the text is not
wholly of this form (keys above tasks, keys of a heading), nothing is made of it here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gongkai.chinese import lazy_re as re
from gongkai.chinese.characters import HAN
from gongkai.notices.keyed_lines import (
    CHANNEL,
    COLUMN,
    DOES,
    HELPS,
    KEY,
    LEAD,
    LEAST,
    LIMIT,
    NOTE,
    OTHER,
    WHAT,
    WHO,
    PartedLine,
    has_strange_labels,
    unquoted_lines,
    without_rare_keys,
)
from gongkai.reading.document import Block, Grid, Line, Paragraph, make_cell, over_the_width
from gongkai.reading.layouts.align import is_units
from gongkai.reading.layouts.by_units import unit_of_heading
from gongkai.reading.words.numbering import Number, number_of

_FULL = str.maketrans(",;:()", "，；：（）")
#: What is told in labels of its own is a record, which reading knows.
_CONTENT = re.compile(
    r"^[\s　]*[（(【]?(?:工作|公开|任务|主要|具体)(?:任务|内容|事项|举措|措施|目标|标准|名称)[】]?[：:]"
)
_HEADS = {LIMIT: "完成时限", CHANNEL: "公开渠道", COLUMN: "公开栏目"}
_LABELS = {LEAD: "牵头单位", DOES: "责任单位", HELPS: "配合单位"}
#: A line so long may end for want of room.
_WIDE = 18
_LONGEST = 50_000


@dataclass
class _Task:
    """A task: its heading lines above, its words, its facts by kind, in the order printed."""

    headings: list[str]
    words: list[str]
    facts: list[tuple[str, str, str]] = field(default_factory=list)

    def values(self, kind: str) -> list[str]:
        return [value for one, _, value in self.facts if one == kind]


def keyed_blocks(text: str) -> list[Block] | None:
    """Return the paragraphs and the table of a text whose tasks have keys; None where it is of another form.

    Args:
        text: running text, a line for each paragraph.
    """
    if len(text) > _LONGEST or sum(bool(_CONTENT.match(line)) for line in text.split("\n")) > 1:
        return None
    lines = [PartedLine.of(line) for line in unquoted_lines(text) if line.strip()]
    if sum(bool(line.facts) for line in lines) < LEAST:
        return None
    lines = without_rare_keys(lines)
    found = None if has_strange_labels(lines) else _told(lines)
    if found is None:
        return None
    front, tasks, tail = found
    _take_owners_of_headings(tasks)
    _say_the_same(tasks)
    _part_places(tasks)
    owned = [task for task in tasks if any(task.values(kind) for kind in WHO)]
    facts = Counter(kind for task in tasks for kind in {one for one, _, _ in task.facts})
    if len(owned) < LEAST or len(owned) < 0.7 * len(tasks) or not set(facts) - {WHAT, LEAD, DOES, OTHER}:
        return None
    return [*map(Paragraph, front), _grid(tasks), *map(Paragraph, tail)]


#: 附：几点说明; 四、工作要求: what follows is no unit's.
_NOTES = re.compile(r"^附[件注]?[:：]|(?:说明|要求|事项)[:：]?$")


def _take_owners_of_headings(tasks: Sequence[_Task]) -> None:
    """Let whoever a heading names do the tasks below it, where all headings are nothing but units and no task says who does it."""
    headings = [heading for task in tasks for heading in task.headings]
    units = [heading for heading in headings if _is_unit(heading)]
    if len(units) < 2 or any(task.values(DOES) or task.values(LEAD) for task in tasks):
        return
    if any(not _is_unit(heading) and not _NOTES.search(heading) for heading in headings):
        return
    who = ""
    for task in tasks:
        for heading in task.headings:
            who = unit_of_heading(heading) if _is_unit(heading) else ""
        if who:
            task.facts.insert(0, (DOES, "责任单位", who))


def _is_unit(heading: str) -> bool:
    return bool(number_of(heading)) and is_units(unit_of_heading(heading))


def _say_the_same(tasks: Sequence[_Task]) -> None:
    """同上 is what the task above says behind the same key."""
    for above, task in pairwise(tasks):
        for place, (kind, key, value) in enumerate(task.facts):
            said = [there for one, _, there in above.facts if one == kind]
            if value in {"同上", "同前", "同上一项"} and len(said) == 1:
                task.facts[place] = (kind, key, said[0])
                task.words = [said[0] if kind == WHAT and line == value else line for line in task.words]


#: Keys that ask where, and leave open whether it is a column of the site or another channel.
_WHERE_KEY = re.compile(r"位置|[放发挂登]")
_CHANNEL_NAME = re.compile(
    rf"(?:[{HAN}]*(?:公开|公示|公告|宣传|告示|信息)[栏牌屏墙]|[“\"]?[{HAN}]+[”\"]?(?:公众号|抖音号|视频号|微博|头条号|客户端)|[{HAN}]*(?:站牌|告示牌|显示屏|电子屏|大屏|大厅|展示厅|"
    rf"窗口|服务中心|广播|电视台?|报纸?|日报|门户网站|政府网站|官网|网站)|[“\"][{HAN}A-Za-z]{{2,10}}[”\"])"
)


def _part_places(tasks: Sequence[_Task]) -> None:
    """Take what is a channel by its name (村务公开栏) from what stands behind a key that only asks where (公开位置：, 放哪：)."""
    for task in tasks:
        facts = list[tuple[str, str, str]]()
        for kind, key, value in task.facts:
            if kind != COLUMN or not _WHERE_KEY.search(key):
                facts.append((kind, key, value))
                continue
            bare = value.replace("（", "〔").replace("）", "〕")
            parts = [
                part.strip() for part in re.split(r"[；;，,、]|/(?=[^/]*[栏牌屏厅号]$)", bare) if part.strip()
            ]
            channels = [part for part in parts if _CHANNEL_NAME.fullmatch(re.sub(r"〔[^〕]*〕", "", part))]
            rest = [part for part in parts if part not in channels]
            for one, names in ((COLUMN, rest), (CHANNEL, channels)):
                if names:
                    facts.append((one, key, "、".join(names).replace("〔", "（").replace("〕", "）")))
        task.facts = facts


def named_tasks(text: str) -> int:
    """How many tasks of a text say behind a key who does them: each should be a row."""
    keys = [match.lastgroup for line in unquoted_lines(text[:_LONGEST]) for match in KEY.finditer(line)]
    return max(keys.count(LEAD), keys.count(DOES))


def _told(lines: Sequence[PartedLine]) -> tuple[list[str], list[_Task], list[str]] | None:
    """Return the paragraphs in front, the tasks, the paragraphs behind; None where keys stand above tasks or below headings."""
    groups, pending = list[tuple[list[str], list[tuple[str, str, str]]]](), list[str]()
    for line in lines:
        if line.words:
            pending.append(line.words if line.facts else line.line.strip())
            if line.facts:
                groups.append((pending, list(line.facts)))
                pending = []
        elif line.facts:
            if pending:
                groups.append((pending, []))
                pending = []
            if not groups:
                return None
            groups[-1][1].extend(line.facts)
    if not groups:
        return None
    numbers = (next((n for line in reversed(group) if (n := number_of(line))), None) for group, _ in groups)
    lasts = [number_of(group[-1]) for group, _ in groups]
    depth = _usual(
        [
            one if last is None and one and one.depth > 2 else last
            for one, last in zip(numbers, lasts, strict=True)
        ]
    )
    front: list[str] = []
    tasks: list[_Task] = []
    tail: list[str] = []
    for place, (group, facts) in enumerate(groups):
        start = _start(group, depth, first=not place)
        if start is None:
            return None
        if place:
            known = len(tail)
            loose = _above(group[:start], depth, tasks, tail)
            if any(not NOTE.search(line) for line in tail[known:]):
                return None
        else:
            begin = _end_of_front(group, start, depth)
            front, loose = group[:begin], _above(group[begin:start], depth, tasks, tail)
        said = [value for kind, _, value in facts if kind == WHAT]
        tasks.append(_Task(loose, [*_joined(group[start:]), *said], facts))
    tail += _above(pending, depth, tasks, tail)
    return front, tasks, tail


def _joined(words: Sequence[str]) -> list[str]:
    """Return the lines of a task, those that the width of the page tore apart in one."""
    out = list(words[:1])
    for line in words[1:]:
        if number_of(line) is None and len(out[-1]) >= _WIDE and not re.search(r"[。；;：:！!]$", out[-1]):
            out[-1] += line
        else:
            out.append(line)
    return out


def _usual(numbers: Sequence[Number | None]) -> int | None:
    """The depth of the numbers that tasks have; None where most have none."""
    counts = Counter(number.depth if number else None for number in numbers)
    return counts.most_common(1)[0][0]


def _start(group: Sequence[str], depth: int | None, *, first: bool) -> int | None:
    """Where the task of a group of lines begins: at its last line with a task's number, else its last line; None: at a heading."""
    numbers = [number_of(line) for line in group]
    there = [at for at, number in enumerate(numbers) if number and number.depth == depth]
    if there:
        return there[-1]
    last = numbers[-1]
    if last and depth and last.depth < depth and len(group[-1]) <= 45:
        return None
    if first and re.search(r"[:：]$", group[-1]):
        return None
    return len(group) - 1


def _end_of_front(group: Sequence[str], start: int, depth: int | None) -> int:
    """Up from the first task: headings and tasks without keys right above it are none of the notice's front."""
    begin = start
    while (
        begin
        and (number := number_of(group[begin - 1]))
        and (_is_heading(group[begin - 1], number, depth) or number.depth == depth)
    ):
        begin -= 1
    return begin


def _is_heading(line: str, number: Number, depth: int | None) -> bool:
    return number.depth < (depth or 9) and len(line) <= 60 and not re.search(r"[。；](?!$)", line)


#: 附：几点说明 stands above points of its own.
_APPENDED = re.compile(r"^附[:：]\s*\S{2,12}$")


def _above(lines: Sequence[str], depth: int | None, tasks: list[_Task], tail: list[str]) -> list[str]:
    """Sort the lines between two tasks: return the headings; a task without any key is one, too; the rest goes behind the table."""
    headings: list[str] = []
    inside = False
    for line in lines:
        number = number_of(line)
        if number and number.depth == depth:
            tasks.append(_Task(headings, [line]))
            headings, inside = [], True
        elif (number and _is_heading(line, number, depth)) or _APPENDED.match(line):
            headings.append(line)
            inside = False
        elif inside and number and depth and number.depth > depth:
            tasks[-1].words.append(line)
        elif (
            inside and number is None and not re.search(r"[。；;!！]$", tasks[-1].words[-1])
        ):  # torn by the width
            tasks[-1].words[-1] += line
        else:
            tail.append(line)
    return headings


def _grid(tasks: Sequence[_Task]) -> Grid:
    """Return the tasks as a table; who does them stands in one column behind the printed keys."""
    kinds = [kind for kind in _HEADS if any(task.values(kind) for task in tasks)]
    others = list(dict.fromkeys(key for task in tasks for kind, key, _ in task.facts if kind == OTHER))
    heads = ["工作任务", "责任单位", *(_HEADS[kind] for kind in kinds), *others]
    lines = [Line([make_cell(head) for head in heads])]
    for place, task in enumerate(tasks):
        lines += [over_the_width(heading, len(heads)) for heading in task.headings]
        who = "；".join(
            f"{_LABELS[kind]}：{value.translate(_FULL)}"
            for kind, _, value in task.facts
            if kind in WHO and value.strip("-－—–/／无")
        )
        cells = ["\n".join(task.words), who, *(_cell(task, kind) for kind in kinds)]
        cells += ["；".join(value for _, key, value in task.facts if key == head) for head in others]
        line = Line([make_cell(cell) for cell in cells])
        line.about += list(_uneven(tasks, place))
        lines.append(line)
    return Grid(lines)


def _cell(task: _Task, kind: str) -> str:
    values = [value for value in task.values(kind) if value]
    return ("，" if kind == COLUMN else "；").join(values)


def _uneven(tasks: Sequence[_Task], place: int) -> Iterator[tuple[str | None, str]]:
    """Yield what is to be asked of a task that has a key twice where the one beside it has none: the line may be the other's."""
    task, others = tasks[place], [*tasks[place + 1 : place + 2], *tasks[max(place - 1, 0) : place]]
    for kind in (LIMIT, CHANNEL, COLUMN, LEAD, DOES):
        keys = [key for one, key, _ in task.facts if one == kind]
        if len(keys) > 1 and (kind == LIMIT or any(not other.values(kind) for other in others)):
            yield (
                "duties" if kind not in WHO else "responsible",
                f"这项任务下面写了{len(keys)}次“{keys[-1]}”，可能有一行属于相邻的任务，请核对",
            )

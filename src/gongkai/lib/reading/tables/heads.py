"""Map printed headers to column roles: 工作任务, 贯彻举措, 牵头单位, 责任单位 and their variants."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.tables.head_parts import (
    get_head_kind,
    is_helper_units_head,
    is_problem_head,
    is_task_and_limit_head,
)


class ColumnRole(Enum):
    """The content of a column."""

    SECTION = "section"
    ITEM = "item"
    MEASURE = "measure"
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    EXTRA = "extras"


#: Ways of presenting to the public: with who, when and what they form headers of a plan.
_PRESENTATION_WORDS = r"(?:(?:新闻)?发布|(?:政策)?解读|(?:在线|网上|嘉宾)?访谈|直播|宣讲|主讲|上线)"
_TOPIC_WORDS = rf"{_PRESENTATION_WORDS}(?:主题|议题|方向|话题|题目)"

#: Words of a header → (role, rank); the best rank of a role wins it, the next ones become further roles.
HEADER_WORDS: tuple[tuple[str, ColumnRole, int], ...] = (
    (r"(贯彻|落实|贯彻落实|工作|具体|主要|推进|公开|重点|任务)?(落实)?(举措|措施)", ColumnRole.MEASURE, 10),
    (
        r"(具体|主要|重点|任务|工作|公开|实施|目标|更新|维护|解读主要|发布主要)?(内容|任务内容|工作内容)(及要求|和要求|与要求)?",
        ColumnRole.MEASURE,
        7,
    ),
    (r"(具体|二级|细化|分解|目标|重点工作|工作)任务(分解|细化)?", ColumnRole.MEASURE, 3),
    (r"(任务|工作)?细化(分工|任务|目标|内容)?", ColumnRole.MEASURE, 6),
    (r"(工作|公开|具体|任务|落实|目标|主要|质量|相关)?(要求)(及标准)?", ColumnRole.MEASURE, 6),
    (
        r"(任务|工作)(分解|目标|安排|描述)|分解任务|(主要)?(工作)?目标[与和及]?(任务|要求)|任务[与和及](目标|措施|要求)",
        ColumnRole.MEASURE,
        5,
    ),
    (r"(主要|重点|年度|总体|一级|政务公开)?(工作)?任务(名称|事项)?", ColumnRole.SECTION, 10),
    (r"(任务|工作|公开)?(类别|分类|项目|板块|领域|类型|方面)|工作要点|重点工作|要点|重点领域", ColumnRole.SECTION, 9),
    (r"(公开|任务|工作|重点)?事项", ColumnRole.SECTION, 8),
    (r"应(当)?(主动)?公开(事项|内容|信息)", ColumnRole.MEASURE, 5),
    (r"(任务|主要|工作|重点|具体)内容", ColumnRole.SECTION, 5),
    (r"(具体|二级|细化|分解|目标|专项|改革)任务|任务目标", ColumnRole.SECTION, 7),
    (r"主要责任(单位|部门|科室)|主要?(发布|承办|讲解)(单位|部门|科室)", ColumnRole.LEAD, 6),
    (r"[一二三四五六]级(标题|指标|任务|项目|栏目|目录|事项|分类|类别)", ColumnRole.SECTION, 7),
    (r"(拟|待)?(解读|出台|制定|发布|印发)?(的)?(政策|文件|政策文件)(文件)?(名称|标题)", ColumnRole.SECTION, 7),
    (
        r"(市级|省级|区级|县级|主要|第一)?(牵头|主办|主责|牵头负责|牵头责任)(责任)?(单位|部门|处室|科室|股室|机构|领导单位)?",
        ColumnRole.LEAD,
        10,
    ),
    (
        r"(市级|省级|区级|县级|主要|具体)?(责任|承办|落实|实施|负责|执行|任务承担)(单位|部门|处室|科室|股室|主体|机构)",
        ColumnRole.RESPONSIBLE,
        10,
    ),
    (r"(市级|省级|区级|县级)?(配合|协办|参与|协同|协助)(责任)?(单位|部门|处室|科室|股室)?", ColumnRole.RESPONSIBLE, 8),
    (
        r"(配合|协办|参与|协同|协助|责任|承办|落实)(单位|部门|处室|科室)?[/／、和及或与]?(配合|协办|参与|协同|协助|责任|承办|落实)(单位|部门|处室|科室|股室)",
        ColumnRole.RESPONSIBLE,
        9,
    ),
    (r"(?:要|应|该)?(?:干|做|办|抓)(?:什么|哪些|啥)(?:事|工作|任务)?|怎么[干做办]", ColumnRole.MEASURE, 4),
    (r"(?:由)?谁来?牵头(?:干|办|抓|做|负责)?", ColumnRole.LEAD, 7),
    (r"(?:考核|评价|评估|测评|检查)对象|被(?:考核|评价|评估|检查)(?:单位|部门)", ColumnRole.RESPONSIBLE, 3),
    (r"(?:评分|考核|评价|评估|测评)(?:标准|细则|内容|要点|办法|要求)", ColumnRole.MEASURE, 2),
    (r"(责任|任务)?分工|公开责任|公开主体|单位|部门|科室|处室|主体", ColumnRole.RESPONSIBLE, 4),
    (_TOPIC_WORDS, ColumnRole.MEASURE, 4),
    (_TOPIC_WORDS, ColumnRole.SECTION, 4),
)
#: Headers of columns other than the four main ones, so that a header row is recognised.
OTHER_HEADER_PATTERN = re.compile(
    r"序号|编号|(?:(?:对应|承接|落实)(?:国家|[省市州]|上级).{0,6}|[省市州][厅局委办级]?|上级)(?:任务|事项|条目|要点|项目)(?:编?号|序号)?|栏目(?:ID|id|编号|编码)|备注|说明|月份|季度|时段|上级标题|(完成|办理|公开|工作|落实|时间)?(时限|时间|期限|时间节点|进度)(要求|安排)?|时间节点|截止(时间|日期)|"
    r"(更新|公开)(频率|频次|周期|方式|形式|主体|依据|对象|范围|层级)|(公开|发布|展示)(路径|渠道|栏目|平台|位置|载体)|责任(人|领导)|"
    r"(?:什么|啥)时候.{0,4}|.{0,4}到(?:什么|啥)时候|何时.{0,4}|几时.{0,4}|"
    r"(分管|责任|牵头|挂牌|包抓)[省市县区州旗]?(级)?(领导|负责人)|联系人(及电话)?|联络[员人]|联系(电话|方式)|完成情况|(成果|完成)(形式|标准)|考核(分值|标准)|分值|进展情况|"
    rf"{_PRESENTATION_WORDS}(?:单位|部门|主体|时间|日期|月份|人)"
)
#: Header of a column of time limits.
DEADLINE_HEAD_PATTERN = re.compile(
    r"^(?:月\s*份|季\s*度|时\s*段|(?:拟|计划|预计|举办|召开|发布|完成).{0,4}月份?)$|时限|时间|期限|节点|频率|频次|周期|进度|截止|时候|何时|几时"
)
#: Header of the column of publication places.
PATH_HEAD = re.compile(r"(公开|发布|展示|公布).{0,2}(路径|渠道|栏目|平台|位置|载体)|栏目")
_HEADER_PATTERNS = tuple((re.compile(words), role, rank) for words, role, rank in HEADER_WORDS)


#: Roles of a header that no pattern matches as a whole, by the kind of its component words.
_ROLES_BY_KIND: dict[str, list[tuple[ColumnRole, int]]] = {
    "lead": [(ColumnRole.LEAD, 8)],
    "responsible": [(ColumnRole.RESPONSIBLE, 7)],
    "measure": [(ColumnRole.MEASURE, 4)],
    "section": [(ColumnRole.SECTION, 7)],
}


def normalise_head(text: str) -> str:
    """Return a header without spaces, breaks and trailing brackets."""
    return re.sub(r"[（(〔\[][^（()）]{0,30}[）)〕\]]$", "", "".join(text.split())).strip("：:")


@lru_cache(maxsize=4_096)
def list_possible_roles(text: str) -> tuple[tuple[ColumnRole, int], ...]:
    """Return the possible roles of a table header with their ranks."""
    head = normalise_head(text)
    known = tuple((role, rank) for pattern, role, rank in _HEADER_PATTERNS if pattern.fullmatch(head))
    return known or tuple(
        _ROLES_BY_KIND.get(get_head_kind("".join(text.split()).strip("：:")) or get_head_kind(head), ())
    )


_LEADING_NUMBER_RE = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[．.、]")


@lru_cache(maxsize=4_096)
def is_head(text: str) -> bool:
    """Return whether the text is a known column header."""
    head = normalise_head(text)
    if _LEADING_NUMBER_RE.match(text.strip()):
        return False
    is_other_header = bool(OTHER_HEADER_PATTERN.fullmatch(head)) or is_task_and_limit_head(head)
    is_known = bool(list_possible_roles(text)) or is_other_header or bool(get_head_kind(head))
    return 0 < len(head) <= 14 and is_known


_SENTENCE_MARK_RE = re.compile(r"[。；，,;]")


def is_head_row(texts: list[str]) -> bool:
    """Return whether a row is a header: most texts are known and all short, with a unit column or both task and
    measure.
    """
    printed = [text for text in texts if text.strip()]
    known = [text for text in printed if is_head(text)]
    roles = {role for text in known for role, _ in list_possible_roles(text)}
    if any(_find_presenter_headers(printed)):
        roles.add(ColumnRole.RESPONSIBLE)
    units = bool(roles & {ColumnRole.LEAD, ColumnRole.RESPONSIBLE})
    least = 2 if units and {ColumnRole.MEASURE, ColumnRole.SECTION} & roles else 3
    enough = len(known) * 3 >= len(printed) * 2 or (len(known) >= least and len(known) * 2 >= len(printed))
    if len(known) < 2 or not enough or any(len(normalise_head(x)) > 16 or _SENTENCE_MARK_RE.search(x) for x in printed):
        return False
    return bool(roles & {ColumnRole.LEAD, ColumnRole.RESPONSIBLE}) or {ColumnRole.MEASURE, ColumnRole.SECTION} <= roles


#: In a plan of press conferences, interviews or open days whoever presents a topic does the task; elsewhere 发布单位 is who published
#: a paper.
_PRESENTER_HEADER_RE = re.compile(rf"{_PRESENTATION_WORDS}(?:单位|部门|主体)")
_TOPIC_HEADER_RE = re.compile(rf".{{0,6}}(?:主题|议题)|{_PRESENTATION_WORDS}(?:主要)?(?:内容|事项)|{_TOPIC_WORDS}")


def _find_presenter_headers(heads: list[str]) -> list[bool]:
    """Return for each head true if it names the presenter of a topic and the table has no unit column."""
    bare = [normalise_head(head) for head in heads]
    units = any(
        role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE) for head in heads for role, _ in list_possible_roles(head)
    )
    topics = not units and any(map(_TOPIC_HEADER_RE.fullmatch, bare))
    return [topics and bool(_PRESENTER_HEADER_RE.fullmatch(head)) for head in bare]


def assign_roles(heads: list[str]) -> list[ColumnRole]:
    """Assign a role to every header; those without one are EXTRA."""
    roles = [ColumnRole.EXTRA] * len(heads)
    options = {place: list(list_possible_roles(head)) for place, head in enumerate(heads)}
    options |= {
        place: [(ColumnRole.RESPONSIBLE, 6)]
        for place, presents in enumerate(_find_presenter_headers(heads))
        if presents
    }
    options |= list_roles_beside_problems(heads, options)
    measure = _find_best(_rank_tasks_last(options), ColumnRole.MEASURE, exclude=())
    section = _find_best(options, ColumnRole.SECTION, exclude=() if measure is None else (measure,))
    section = _find_leftmost_task(options, section, measure)
    if section is None and measure is not None:
        measure, section = _choose_between_texts(options, measure)
    if measure is None and section is not None:
        measure, section = _choose_last_task(options, section)
    for place, role in ((measure, ColumnRole.MEASURE), (section, ColumnRole.SECTION)):
        if place is not None:
            roles[place] = role
    used_places = tuple(place for place in (measure, section) if place is not None)
    for role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE):
        if (place := _find_best(options, role, exclude=used_places)) is not None:
            roles[place] = role
            used_places = (*used_places, place)
    _assign_lead_to_responsible(heads, roles, options)
    if ColumnRole.RESPONSIBLE not in roles and ColumnRole.LEAD in roles:
        lead = roles.index(ColumnRole.LEAD)
        if any(role is ColumnRole.RESPONSIBLE for role, _ in options[lead]):
            roles[lead] = ColumnRole.RESPONSIBLE  # 主要责任单位 and no other: they do it
    _assign_second_responsible(heads, roles, options)
    _assign_item(roles, options)
    return roles


def list_roles_beside_problems(
    heads: list[str], options: dict[int, list[tuple[ColumnRole, int]]]
) -> dict[int, list[tuple[ColumnRole, int]]]:
    """Return {column: possible (role, rank)} to replace in `options` beside headers of problems.

    There the one header of task and limit is that of the measures. Without such headers the result is empty.
    """
    bare = [normalise_head(head) for head in heads]
    faults = [place for place, head in enumerate(bare) if is_problem_head(head)]
    timed = [place for place, head in enumerate(bare) if is_task_and_limit_head(head)]
    measure_places = {
        place
        for place, roles in options.items()
        if place not in [*faults, *timed] and not is_task_head(roles)
        if any(role is ColumnRole.MEASURE and rank >= 4 for role, rank in roles)
    }
    if not faults or len(timed) != 1 or measure_places:
        return {}
    return {timed[0]: [(ColumnRole.MEASURE, 8)], **{place: [] for place in faults}}


def _assign_second_responsible(
    heads: list[str], roles: list[ColumnRole], options: dict[int, list[tuple[ColumnRole, int]]]
) -> None:
    """Set further columns of executing units to responsible, too."""
    first_place = next((n for n, role in enumerate(roles) if role is ColumnRole.RESPONSIBLE), None)
    if first_place is None or is_helper_units_head(heads[first_place]):
        return
    for place, role in enumerate(roles):
        does = any(possible_role is ColumnRole.RESPONSIBLE and rank >= 7 for possible_role, rank in options[place])
        if role is ColumnRole.EXTRA and does and not is_helper_units_head(heads[place]):
            roles[place] = ColumnRole.RESPONSIBLE


def is_task_head(ranked_roles: Sequence[tuple[ColumnRole, int]]) -> bool:
    """Return true if these roles are those of a header of tasks rather than of measures."""
    ranks = dict(sorted(ranked_roles, key=lambda way: way[1]))
    return ranks.get(ColumnRole.SECTION, 0) > ranks.get(ColumnRole.MEASURE, 0)


def _rank_tasks_last(options: dict[int, list[tuple[ColumnRole, int]]]) -> dict[int, list[tuple[ColumnRole, int]]]:
    """Return the options; as measures, task columns rank below the others and the rightmost highest."""
    out = dict(options)
    for place, ways in options.items():
        if is_task_head(ways):
            out[place] = [(role, place - 100 if role is ColumnRole.MEASURE else rank) for role, rank in ways]
    return out


def _choose_last_task(options: dict[int, list[tuple[ColumnRole, int]]], section: int) -> tuple[int, int | None]:
    """Return (measure column, section column) of a table without a measure header.

    With a single task column, `section` becomes the measure column, and there is no section column.
    """
    tasks = [place for place, ways in options.items() if _is_task_column(ways)]
    return (tasks[-1], tasks[0]) if len(tasks) > 1 else (section, None)


def is_lead_beside_helpers(head: str) -> bool:
    """Return whether a header (责任单位) becomes the lead column only because another one names helpers."""
    ranks = dict(list_possible_roles(head))
    return ranks.get(ColumnRole.LEAD, 0) <= ranks.get(ColumnRole.RESPONSIBLE, 0)


def _assign_lead_to_responsible(
    heads: list[str], roles: list[ColumnRole], options: dict[int, list[tuple[ColumnRole, int]]]
) -> None:
    """Set the column of the executing unit to lead if the other column names helpers."""
    if ColumnRole.LEAD in roles or ColumnRole.RESPONSIBLE not in roles:
        return
    both = [
        place
        for place, role in enumerate(roles)
        if role in (ColumnRole.RESPONSIBLE, ColumnRole.EXTRA)
        and any(possible_role is ColumnRole.RESPONSIBLE for possible_role, _ in options[place])
    ]
    does = [place for place in both if not is_helper_units_head(heads[place])]
    helps = [place for place in both if is_helper_units_head(heads[place])]
    if len(does) == 1 and len(helps) == 1 and "指导" in heads[helps[0]]:
        roles[helps[0]] = ColumnRole.RESPONSIBLE  # guidance by one unit does not make the other a lead
    elif len(does) == 1 and len(helps) == 1:
        roles[does[0]], roles[helps[0]] = ColumnRole.LEAD, ColumnRole.RESPONSIBLE


def _find_leftmost_task(
    options: dict[int, list[tuple[ColumnRole, int]]], section: int | None, measure: int | None
) -> int | None:
    """Return the first of adjacent task columns that end at `section`, else `section`."""
    while section and measure is not None and section < measure and _is_task_column(options[section - 1]):
        section -= 1
    return section


def _is_task_column(ways: list[tuple[ColumnRole, int]]) -> bool:
    """Return true if a header may be that of a column of tasks."""
    return any(
        rank >= 7 if role is ColumnRole.SECTION else role is ColumnRole.MEASURE and rank <= 4 for role, rank in ways
    )


def _choose_between_texts(options: dict[int, list[tuple[ColumnRole, int]]], measure: int) -> tuple[int, int | None]:
    """Return (column of measures, column of sections or None)."""
    other = _find_best(options, ColumnRole.MEASURE, exclude=(measure,))
    may_be_task = any(role is ColumnRole.SECTION for role, _ in options[measure])
    return (other, measure) if other is not None and may_be_task else (measure, None)


def _find_best(
    options: dict[int, list[tuple[ColumnRole, int]]], role: ColumnRole, exclude: tuple[int, ...]
) -> int | None:
    """Return the place ranked highest for a role, the leftmost of equals, or None."""
    ranked = [
        (-rank, place)
        for place, roles in options.items()
        if place not in exclude
        for possible_role, rank in roles
        if possible_role is role
    ]
    return min(ranked)[1] if ranked else None


def _assign_item(roles: list[ColumnRole], options: dict[int, list[tuple[ColumnRole, int]]]) -> None:
    """Read the first heading column between section and measure as the item."""
    if ColumnRole.SECTION not in roles or ColumnRole.MEASURE not in roles:
        return
    section_place, measure_place = roles.index(ColumnRole.SECTION), roles.index(ColumnRole.MEASURE)
    for place in range(section_place + 1, measure_place):
        if roles[place] is ColumnRole.EXTRA and any(
            role is ColumnRole.SECTION or rank <= 5 for role, rank in options[place]
        ):
            roles[place] = ColumnRole.ITEM
            return


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: role, printed header, and for headings the level (1 to 3)."""

    role: ColumnRole
    head: str
    level: int = 0
    is_limit: bool = False  # read as a limit for what it holds, whatever its head says

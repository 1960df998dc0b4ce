"""Parse unit clauses: `A、B牵头，C、D按职责分工负责，E配合`. One grammar for text and cells."""

from dataclasses import dataclass
from enum import Enum
from itertools import islice

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.words.unit_names import ETC_PATTERN, UNIT_NAME_END_PATTERN, split_outside_brackets


class UnitRole(Enum):
    """The role of the units of a clause."""

    LEADS = "牵头"
    DOES = "负责"
    HELPS = "配合"
    ASIDE = ""  # no units: a limit, a remark


@dataclass(frozen=True, slots=True)
class UnitClause:
    """A clause as printed: its unit `names`, and their `role`, which is None if no verb states it."""

    names: str
    role: UnitRole | None
    joined: bool = False  # A会同B: who leads is said by the join alone


_MANNER_PHRASE = (
    r"(?:(?:按|按照|根据|依据|依)?(?:各自|部门)*(?:职责|职能|任务)(?:分工)?|(?:按|按照)?分工|结合(?:各自)?(?:工作)?(?:职责|实际)|根据(?:工作)?需要|视情"
    r"|各自|分别|共同|协同|具体|联合|统筹|统一|参照|予以|给予|积极)"
)
_ROLE_VERB_RE = re.compile(
    rf"(?P<how>{_MANNER_PHRASE}*)(?P<verb>牵头|主办|主责|主抓|抓总|负责|落实|抓好落实|承办|承担|组织实施|实施|指导|督导|做好|配合|参与|参加|协助|协同|(?<!政)协办|支持|办理|会审|会签|会办|审核|把关)"
    r"(?:牵头|负责|落实|抓好落实|组织实施|实施|督导|指导|推进|协调|配合|抓总|总抓|统筹|推动|抓落实)*$"
)
_ROLES_BY_VERB = {
    **dict.fromkeys(("牵头", "主办", "主责", "主抓", "抓总"), UnitRole.LEADS),
    **dict.fromkeys(
        (
            "配合",
            "参与",
            "参加",
            "协助",
            "协同",
            "协办",
            "支持",
            "指导",
            "督导",
            "会审",
            "会签",
            "会办",
            "审核",
            "把关",
        ),
        UnitRole.HELPS,
    ),
}
#: `A会同B`, and `A会B` where no name ends so (管委会, 委员会).
_TOGETHER_WITH_RE = re.compile(r"会同(?=[^、，]{2,})|(?<=[局厅处科办室部院心股站所队])会(?=[^、，；;]{2,})")
_CLAUSE_MARKS = "，,；;。\n"


#: `A主办、B协办` are two clauses.
_CLAUSE_LIST_COMMA_RE = re.compile(
    r"(?<=牵头|主办|主责|负责|承办|配合|协办|协助)、(?=[^、，；;]{3,}(?:主办|协办|配合|协助|参与|负责|落实|承办))"
)


#: 区民政局牵头各镇
_MISSING_SEPARATOR_RE = re.compile(
    r"(?<=[局厅委办室处科会心院])牵头(?=(?:各|市|区|县|镇)[^，,、；;。]{0,14}(?:局|委|办|镇|街道|部门|单位|政府|社区|村)(?:$|[、，,；;。]))"
)


def split_clauses(text: str) -> list[UnitClause]:
    """Return the clauses of a text about units; names without a verb belong to the next clause with one, or help."""
    text = _MISSING_SEPARATOR_RE.sub("牵头，", _CLAUSE_LIST_COMMA_RE.sub("，", text))
    parts = [clause_text.strip() for clause_text in split_outside_brackets(text, _CLAUSE_MARKS) if clause_text.strip()]
    cut = [(clause_text, _ROLE_VERB_RE.search(clause_text)) for clause_text in parts]
    if not any(match and match.start() for _, match in cut):
        together = _split_joined_units(text, None)
        return together if len(together) > 1 else [UnitClause(text, None)]
    clauses: list[UnitClause] = []
    waiting: list[str] = []
    for clause_text, match in cut:
        if match is None or not match.start():
            if looks_like_units(clause_text):
                waiting.append(clause_text)
            else:
                clauses.append(UnitClause(clause_text, UnitRole.ASIDE))
            continue
        unit_words, about = _split_matter(clause_text[: match.start()])
        if about:
            clauses.append(UnitClause(about, UnitRole.ASIDE))
        names = "、".join([*waiting, unit_words])
        waiting = []
        clauses.extend(_split_joined_units(names, _ROLES_BY_VERB.get(match["verb"], UnitRole.DOES)))
    if waiting:
        clauses.append(UnitClause("、".join(waiting), UnitRole.HELPS))
    return clauses


def _split_matter(names: str) -> tuple[str, str]:
    """Return (units, matter) of 某事由某单位; the matter is "" without 由."""
    matter, by, who = names.partition("由")
    return (who, matter) if by and matter and who and not UNIT_NAME_END_PATTERN.search(matter) else (names, "")


#: More 会同 stand in no clause; a longer one is searched no further.
_MAX_JOINED_UNITS = 4


def _split_joined_units(names: str, role: UnitRole | None) -> list[UnitClause]:
    """Return the clauses of 甲会同乙: the first leads, the second helps; else one clause."""
    names = names.removeprefix("由")
    for match in islice(_TOGETHER_WITH_RE.finditer(names), _MAX_JOINED_UNITS):
        left, right = names[: match.start()], names[match.end() :]
        if UNIT_NAME_END_PATTERN.search(left) and looks_like_units(right):
            return [UnitClause(left, UnitRole.LEADS, joined=True), UnitClause(right, UnitRole.HELPS, joined=True)]
    return [UnitClause(names, role)]


def has_both_roles(clauses: list[UnitClause]) -> bool:
    """Return true if the first clause names executing units and another one helping units, but none a lead."""
    parts = [clause.role for clause in clauses if clause.role is not UnitRole.ASIDE]
    return parts[:1] == [UnitRole.DOES] and UnitRole.HELPS in parts and UnitRole.LEADS not in parts


def looks_like_units(text: str) -> bool:
    """Return true if a text is a list of names with endings of units."""
    names = [ETC_PATTERN.sub("", name.strip()) for name in split_outside_brackets(text, "、，,；;")]
    names = [name for name in names if name]
    if not names or any(len(name) > 40 or re.search(r"[。：:]", name) for name in names):
        return False
    if _GROUP_ENDING_RE.search(names[-1]) and all(
        len(name) <= _MAX_SHORT_NAME_CHARACTERS for name in names[:-1] if not UNIT_NAME_END_PATTERN.search(name)
    ):
        return True  # 公安、安监、质监部门
    return sum(bool(UNIT_NAME_END_PATTERN.search(name)) for name in names) * 3 >= len(names) * 2


_GROUP_ENDING_RE = re.compile(r"(?:部门|单位)$")
_MAX_SHORT_NAME_CHARACTERS = 4


def is_unit_clause(text: str) -> bool:
    """Return whether a cell is only a clause about units (市发改委牵头落实)."""
    if len(text) > 300 or "。" in text.rstrip("。"):
        return False
    clauses = [clause for clause in split_clauses(text.rstrip("。")) if clause.role is not UnitRole.ASIDE]
    return bool(clauses) and all(clause.role is not None and looks_like_units(clause.names) for clause in clauses)

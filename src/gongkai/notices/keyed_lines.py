"""Lines of a text whose facts stand behind key words (责任科室：…；完成时限：…): what is a key, what a line says. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gongkai.chinese import lazy_re as re
from gongkai.chinese.characters import HAN
from gongkai.reading.words.numbering import number_of
from gongkai.reading.words.places import LABEL as PLACES

WHAT, LEAD, DOES, HELPS, LIMIT, CHANNEL, COLUMN, OTHER = (
    "what",
    "lead",
    "does",
    "helps",
    "limit",
    "channel",
    "column",
    "other",
)
WHO = frozenset({LEAD, DOES, HELPS})
WHERE = frozenset({CHANNEL, COLUMN})
_SUFFIX = r"(?:责任)?(?:单位|部门|科室|处室|股室|机构|主体|办所|站所|科|处|方)(?:[（(](?:单位|部门|科室|处室)[）)])?"
_PUT = r"(?:信息)?(?:公开|发布|公布|公示|展示|宣传)"
#: Kinds of facts by their key words; the first that fits.
_KEYS: tuple[tuple[str, str], ...] = (
    (WHAT, r"(?:干|做|办|抓|公开)(?:啥|什么)(?:事)?"),
    (LEAD, rf"(?:总)?(?:牵头|主办|主责)(?:{_SUFFIX})?|谁(?:来)?牵头"),
    (HELPS, rf"(?:配合|协办|协助|协同|参与|参加)(?:{_SUFFIX})?|谁(?:来)?(?:帮|配合|协助|参加)(?:忙)?"),
    (
        DOES,
        rf"(?:责任|承办|经办|落实|实施|承担|负责|执行|公开责任){_SUFFIX}|承办|责任|(?:由)?谁(?:来)?(?:办|干|做|负责|落实|主办)",
    ),
    (
        LIMIT,
        r"几时(?:完成|办完|公开)?|何时(?:完成|公开)?|(?:啥|什么)时候(?:完成|办完|公开)?|(?:完成|办理|办结|落实|公开|发布|公布|更新|报送|工作|整改)?(?:时限|时间|期限|时间节点|频次|频率|周期)(?:要求|安排)?|(?:完成|办结|截止)日期",
    ),
    (CHANNEL, rf"(?:{_PUT})?渠道|{_PUT}(?:途径|方式|载体|平台|形式|媒介)"),
    (
        COLUMN,
        rf"(?:{_PUT}|网站|所在|对应)?(?:的)?(?:栏目|路径|位置)(?:路径|名称|位置)?|(?:放|发|挂|登)(?:在)?(?:哪儿?|哪里|何处)",
    ),
    (OTHER, r"责任人|分管领导|责任领导|联系人|联系电话|备注"),
)
KEY = re.compile(
    r"(?:^[\s　●○◆◇■□★▲*·—-]*|(?<=[；;。.，,、\s　（(【\[〔）)】\]〕]))(?:[（(【\[〔]\s*)?(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _KEYS)
    + r")\s*[:：]\s*"
)
_OPEN, _CLOSE = "（(【[〔", "）)】]〕"
#: Lines, tasks or owners from which on a text is of this form.
LEAST = 3


#: A line of a mail that is quoted: > 谁办：…
_QUOTED = re.compile(r"^[ \t]*(?:[>＞][ \t]?)+")
#: ■ 事项1　…: a mark before the number of a task.
_BULLET = re.compile(r"^\s*[■□◆◇●○▲★※]\s*(?=(?:任务|事项)\d)")


#: 7．县城三所小学学位预警。时间：5月上旬。公开位置：↵: the width of the page tore the fact from its key.
_TORN = re.compile(r"[。；;]\s*[^。；;：:]{2,6}[：:]\s*$")


def unquoted_lines(text: str) -> list[str]:
    """Return the lines of a text without the marks of quoting and those before numbers; an indented line goes on with the fact above it."""
    lines = text.split("\n")
    if sum(bool(_QUOTED.match(line)) for line in lines) >= LEAST:
        lines = [_QUOTED.sub("", line) for line in lines]
    out: list[str] = []
    for line in (_BULLET.sub("", line) for line in lines):
        goes_on = re.match(r"[ \t　]{3,}\S", line) and not KEY.search(line)
        torn = out and _TORN.search(out[-1]) and line.strip() and not KEY.match(line) and not number_of(line)
        if torn or (out and goes_on and KEY.match(out[-1])):
            out[-1] += line.strip()
        else:
            out.append(line)
    return out


@dataclass(frozen=True)
class PartedLine:
    """A line: the words of a task, and its facts (kind, key as printed, value)."""

    line: str
    words: str
    facts: tuple[tuple[str, str, str], ...]
    torn: bool = False

    @classmethod
    def of(cls, line: str) -> "PartedLine":
        """Part a line; a bracket that begins with a key is taken out of its words."""
        words, facts, rest, torn = "", list[tuple[str, str, str]](), line, False
        while match := KEY.search(rest):
            bracket = _bracket_of(rest, match)
            end = _closing(rest, bracket) if bracket is not None else None
            torn = torn or (bracket is not None and end is None)
            inner = rest[match.start() : end] if end is not None else rest[match.start() :]
            said = list(_facts(inner))
            known = (
                end is not None
                and PLACES.match(inner.lstrip(_OPEN + " "))
                and not {one[0] for one in said} - WHERE
            )
            if known and end is not None:  # （公开路径：…）: reading takes it where it stands
                words += rest[: end + 1]
            else:
                words += rest[: match.start() if bracket is None else bracket].rstrip()
                facts += said
            rest = rest[end + 1 :] if end is not None else ""
        words = (words + rest).strip()
        return cls(line, words if re.search(r"\w", words) else "", tuple(facts), torn)


def _bracket_of(text: str, key: re.Match[str]) -> int | None:
    """Where the bracket opens that a key begins; None where it stands in none."""
    inside = next((at for at in range(key.start(), key.end()) if text[at] in _OPEN), None)
    if inside is not None and not re.search(r"\w", text[key.start() : inside]):
        return inside
    return key.start() - 1 if key.start() and text[key.start() - 1] in _OPEN else None


def _closing(text: str, start: int) -> int | None:
    """Where the bracket that opens at a place is closed."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in _OPEN) - (text[at] in _CLOSE)
        if depth == 0:
            return at
    return None


def _facts(text: str) -> Iterator[tuple[str, str, str]]:
    keys = list(KEY.finditer(text))
    ends = [*(key.start() for key in keys[1:]), len(text)]
    for key, end in zip(keys, ends, strict=True):
        kind = str(key.lastgroup)
        value = text[key.end() : end].strip(" 　\t；;。，,、").removesuffix(".")
        while value and value[-1] in _CLOSE and _unopened(value):
            value = value[:-1].strip(" 　\t；;。，,、").removesuffix(".")
        yield kind, str(key[kind]), value


def _unopened(value: str) -> bool:
    return sum(char in _CLOSE for char in value) > sum(char in _OPEN for char in value)


def without_rare_keys(lines: Sequence[PartedLine]) -> list[PartedLine]:
    """A name or a telephone below the notice (联系人：…) is no fact of its last task: such keys count where several tasks have them."""
    many = Counter(key for line in lines for kind, key, _ in line.facts if kind == OTHER)
    alone = {key for key, count in many.items() if count < LEAST}
    return [
        PartedLine(line.line, line.line.strip(), ())
        if line.facts and all(key in alone for _, key, _ in line.facts)
        else line
        for line in lines
    ]


#: A label that is none of the keys: what it says could not be told from the task.
_UNKNOWN = re.compile(rf"^[\s　]*[{HAN}]{{1,6}}[:：](?!$)|[；;。\s　][{HAN}]{{2,5}}[:：]")
#: A note between tasks, about those above or below it.
NOTE = re.compile(
    r"^[\s　]*[（(]|^[\s　]*(?:\d{1,2}[ 　]+|[①-⑳*＊])[含依详见本指注]|以上|上述|以下|本部分|^[\s　]*注[:：\d]|未(?:注|标|写)明"
)


def has_strange_labels(lines: Sequence[PartedLine]) -> bool:
    """Whether a text has labels that are no keys beside its keys, or a bracket that goes on in the next line."""
    first = next((at for at, line in enumerate(lines) if line.facts), 0)
    for at, line in enumerate(lines):
        below = lines[at + 1].line if at + 1 < len(lines) else ""
        if line.torn and below and number_of(below) is None:
            return True
        if any(_UNKNOWN.search(f" {value}") for _, _, value in line.facts):
            return True
        if (
            at > first - 2
            and not line.facts
            and line.line[-1] not in ":："
            and _UNKNOWN.match(line.line)
            and not NOTE.search(line.line)
        ):
            return any(later.facts for later in lines[at + 1 :])
    return False

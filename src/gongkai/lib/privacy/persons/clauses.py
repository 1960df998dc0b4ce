"""Find names that precede the same word in several clauses: 马存女户、火兰兰户…."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import lines, shape
from gongkai.lib.privacy.persons.found import Evidence, NameMatch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, may_be_name
from gongkai.lib.privacy.surroundings import line_around

#: The word that is said of each, and what stands before it: a name at the head of a clause.
_HOUSEHOLD_WORD = re.compile(r"户(?=[,，、。;；(]|[由均因的和与及经为未已按在从于申符不享属主])")
#: With 户 behind them a kind of household: 农户, 住户, 大户.
_HOUSEHOLD_KINDS = frozenset("农住商用客租大牧渔船散各每全入到困难贫低")
_LOST_WORD = re.compile(r"(?:不慎)?(?:遗失|丢失)(?![的了声])")
_NAME_BEFORE_HOUSEHOLD = re.compile(rf"(?<![{HAN}])(?P<name>[{HAN}]{{2,4}})$")
_NAME_BEFORE_LOST = re.compile(
    rf"(?:^|(?<=[\n;；。]))\s*(?:[0-9]{{1,3}}[.、)]\s?)?(?P<name>[{HAN}]{{2,4}}|[{HAN}]{{2,6}}[·•・][{HAN}]{{1,9}})$"
)


def find_names_before_same_word(frame: Frame) -> Iterator[NameMatch]:
    """Yield at least three household names, or two names of people who lost a document."""
    text = frame.text
    for sign, before, least in (
        (_HOUSEHOLD_WORD, _NAME_BEFORE_HOUSEHOLD, 3),
        (_LOST_WORD, _NAME_BEFORE_LOST, 2),
    ):
        group: list[tuple[int, int]] = []
        for word in sign.finditer(text):
            low = max(0, word.start() - 20)
            found = before.search(text[low : word.start()])
            whole = found and (has_clear_name_shape(found["name"]) or found["name"][-1] not in _HOUSEHOLD_KINDS)
            if found and whole and _plausible(found["name"]) and not (low and not found.start()):
                group.append((low + found.start("name"), word.start()))
        names = [text[start:end] for start, end in group]
        good = sum("·" in name or has_clear_name_shape(name) for name in names)
        if len(group) < least or 2 * good < len(group):
            continue
        for start, end in group:
            if not lines.is_public_line(line_around(frame, start, 40)):
                yield start, end, "list", ""


def _plausible(name: str) -> bool:
    size = shape.surname_size(name)
    return "·" in name or (0 < size < len(name) <= size + 2 and may_be_name(name, Evidence.FACT))


_UNSEPARATED_RUN = re.compile(rf"\n[ \t]*(?P<run>[{HAN}]{{12,90}})[ \t]*(?=\n|$)")
_LIST_HEADING = re.compile(r"名单|名册|花名|轮候|公示|人员如下|分别是|接龙|签到")


def find_unseparated_names(frame: Frame) -> Iterator[NameMatch]:
    """Yield the names of a row without separators under a list heading (赵红英零志刚…)."""
    for found in _UNSEPARATED_RUN.finditer(frame.text):
        start = found.start("run")
        heading = frame.text[max(0, start - 60) : start]
        if not _LIST_HEADING.search(heading) or lines.is_public_line(heading):
            continue
        names = _split_names(found["run"])
        if 3 * sum(has_clear_name_shape(name) for name in names) < 2 * len(names):
            continue
        for name in names:
            yield start, start + len(name), "list", ""
            start += len(name)


def _split_names(run: str) -> list[str]:
    best: list[tuple[float, list[str]] | None] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        found: tuple[float, list[str]] | None = None
        for size in (2, 3, 4):
            before = best[end - size] if end >= size else None
            name = run[max(0, end - size) : end]
            opens = shape.surname_size(name)
            if before is None or not opens or not 0 < len(name) - opens < 3:
                continue
            worth = before[0] + max(shape.score_name(name), -0.5) + (0.6 if len(name) - opens == 2 else 0.0)
            if found is None or worth > found[0]:
                found = (worth, [*before[1], name])
        best.append(found)
    last = best[-1]
    return last[1] if last else []

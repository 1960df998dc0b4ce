"""Names before the same word in several clauses: 马存女户、火兰兰户…; 冷月遗失护士执业证；操秀兰遗失…."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import lines, shape
from gongkai.lib.privacy.persons.found import Evidence, Named
from gongkai.lib.privacy.persons.plausible import may_be_name, shaped
from gongkai.lib.privacy.surroundings import line_around

#: The word that is said of each, and what stands before it: a name at the head of a clause.
_HOUSEHOLD = re.compile(r"户(?=[,，、。;；(]|[由均因的和与及经为未已按在从于申符不享属主])")
#: With 户 behind them a kind of household: 农户, 住户, 大户.
_KINDS = frozenset("农住商用客租大牧渔船散各每全入到困难贫低")
_LOST = re.compile(r"(?:不慎)?(?:遗失|丢失)(?![的了声])")
_BEFORE_HOUSEHOLD = re.compile(rf"(?<![{HAN}])(?P<name>[{HAN}]{{2,4}})$")
_BEFORE_LOST = re.compile(
    rf"(?:^|(?<=[\n;；。]))\s*(?:[0-9]{{1,3}}[.、)]\s?)?(?P<name>[{HAN}]{{2,4}}|[{HAN}]{{2,6}}[·•・][{HAN}]{{1,9}})$"
)


def same_word(frame: Frame) -> Iterator[Named]:
    """Yield the names of households told one by one, and of those who lost a paper, three and two at least in a text."""
    text = frame.text
    for sign, before, least in ((_HOUSEHOLD, _BEFORE_HOUSEHOLD, 3), (_LOST, _BEFORE_LOST, 2)):
        group: list[tuple[int, int]] = []
        for word in sign.finditer(text):
            low = max(0, word.start() - 20)
            found = before.search(text[low : word.start()])
            whole = found and (shaped(found["name"]) or found["name"][-1] not in _KINDS)
            if found and whole and _plausible(found["name"]) and not (low and not found.start()):
                group.append((low + found.start("name"), word.start()))
        names = [text[start:end] for start, end in group]
        good = sum("·" in name or shaped(name) for name in names)
        if len(group) < least or 2 * good < len(group):
            continue
        for start, end in group:
            if not lines.public_line(line_around(frame, start, 40)):
                yield start, end, "list", ""


def _plausible(name: str) -> bool:
    size = shape.surname_size(name)
    return "·" in name or (0 < size < len(name) <= size + 2 and may_be_name(name, Evidence.FACT))


_UNPARTED = re.compile(rf"\n[ \t]*(?P<run>[{HAN}]{{12,90}})[ \t]*(?=\n|$)")
_A_LIST = re.compile(r"名单|名册|花名|轮候|公示|人员如下|分别是|接龙|签到")


def unparted(frame: Frame) -> Iterator[Named]:
    """Yield the names of a row in which nothing parts them (赵红英零志刚许光荣…), under a heading that announces a list."""
    for found in _UNPARTED.finditer(frame.text):
        start = found.start("run")
        heading = frame.text[max(0, start - 60) : start]
        if not _A_LIST.search(heading) or lines.public_line(heading):
            continue
        names = _divided(found["run"])
        if 3 * sum(shaped(name) for name in names) < 2 * len(names):
            continue
        for name in names:
            yield start, start + len(name), "list", ""
            start += len(name)


def _divided(run: str) -> list[str]:
    """Return the row of names that divides a run best, each opened by a surname; empty where there is none."""
    best: list[tuple[float, list[str]] | None] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        found: tuple[float, list[str]] | None = None
        for size in (2, 3, 4):
            before = best[end - size] if end >= size else None
            name = run[max(0, end - size) : end]
            opens = shape.surname_size(name)
            if before is None or not opens or not 0 < len(name) - opens < 3:
                continue
            worth = before[0] + max(shape.name_score(name), -0.5) + (0.6 if len(name) - opens == 2 else 0.0)
            if found is None or worth > found[0]:
                found = (worth, [*before[1], name])
        best.append(found)
    last = best[-1]
    return last[1] if last else []

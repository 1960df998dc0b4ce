"""Check official names: units against a list and former names, leaders against their posts."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import make_alternation, read_rows
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.proofreading.candidate_places import PrefixFilter
from gongkai.lib.privacy.proofreading.characters import get_reading, load_confusables
from gongkai.lib.privacy.search_text import SearchText

_PAST_WORD_BEFORE_NAME_RE = re.compile(r"(?:原|前|时任|原来的|撤销|曾任|将|《[^》\n]{0,40}|“[^”\n]{0,12})$")
_PAST_WORD_AFTER_NAME_RE = re.compile(
    r"(?:更名|改名|改为|并入|划入|职责|撤销|[令函发]|.{0,6}〔|.{0,3}(?:等部门)?(?:合并|整合|组建)|[^。；;\n]{0,20}》)"
)


@cache
def _load_renamed_institutions() -> tuple[tuple[re.Pattern[str], str, str, tuple[str, ...]], ...]:
    """Return (pattern, new name, year of the reform, anchors) of renamed institutions."""
    return tuple((re.compile(row[0]), row[1], row[2], _find_anchors(row[0])) for row in read_rows("old_names"))


@cache
def _list_unanchored_patterns() -> tuple[tuple[re.Pattern[str], str, str, tuple[str, ...]], ...]:
    """Return the renamed institutions whose pattern contains no fixed word to search for."""
    return tuple(row for row in _load_renamed_institutions() if not row[3])


@cache
def _load_anchors() -> tuple[PrefixFilter, int]:
    """Return (filter of the anchor words, length of the longest)."""
    words = {word for row in _load_renamed_institutions() for word in row[3]}
    return PrefixFilter(words), max(map(len, words))


def _find_anchors(pattern: str) -> tuple[str, ...]:
    """Return the longest word of each branch of a pattern, which all its matches contain; () if a branch has none."""
    plain = re.sub(r"\[[^]]*\]", "\0", pattern)
    while (shorter := re.sub(r"\([^()]*\)[?*+]?", "\0", plain)) != plain:
        plain = shorter
    longest_words = [max(re.findall(rf"[{HAN}]+", branch), key=len, default="") for branch in plain.split("|")]
    return tuple(longest_words) if all(longest_words) and not re.search(rf"[{HAN}][?*{{]", plain) else ()


def find_former_names(search_text: SearchText, units: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield institutions under a former name, unless the text is about the past."""
    text = search_text.text
    official = tuple(units)
    heads, longest = _load_anchors()
    # Most texts name none of these bodies, few more than one: no need to look for each in all of the text.
    candidate_text = "\n".join(text[at : at + longest] for at in heads.find_places(text))
    for pattern, new_name, since, anchors in (
        _load_renamed_institutions() if candidate_text else _list_unanchored_patterns()
    ):
        if anchors and not any(word in candidate_text for word in anchors):
            continue
        for match in pattern.finditer(text):
            start, end = match.span("n") if pattern.groups else match.span()
            if _PAST_WORD_BEFORE_NAME_RE.search(text[max(0, start - 42) : start]) or _PAST_WORD_AFTER_NAME_RE.match(
                text, end
            ):
                continue
            if text[end - 1] == "部" and text[end : end + 1] == "门":
                continue
            if (
                _is_marked_former(text, start)
                or _is_about_past(text, start, end)
                or any(text[start:end] in name and name in text[max(0, start - 20) : end + 20] for name in official)
            ):
                continue
            reason = f"机构已更名或撤并（{since}年机构改革），现为{new_name}；如述历史沿革请加“原”字"
            yield Finding("old_name", start, end, search_text.source[start:end], reason, re.sub(r"（.*", "", new_name))


def _is_marked_former(text: str, start: int) -> bool:
    near = text[max(0, start - 12) : start]
    return bool(re.search(rf"原[{HAN}]{{0,10}}$", near)) and "原则" not in near


#: Statements on an institution's end or beginning, or on a year before the reforms.
_REORGANISATION_RE = re.compile(
    r"机构改革|职责(?:整合|划转|划入|调整|并入)|职责[^。；;\n]{0,12}划[入转给]|(?<!变)更名(?!称)|改称|改组|前身|沿革|不再保留|不再(?:加挂|挂)|摘牌|撤销|并入|合并|划归|转隶|重新组建"
)
_PAST_YEAR_RE = re.compile(r"(?P<y>(?:19[0-9]{2}|20[01][0-9]))年")
_COMPANY_BODY_RE = re.compile(
    rf"(?:公司|集团|企业|学院|大学|学校|医院|酒店|工会|学生会|商会|协会|编辑|报社|项目)[{HAN}]{{0,4}}$"
)


def _is_about_past(text: str, start: int, end: int) -> bool:
    """Return whether the sentence is about a reorganisation, a company, or a year before 2018."""
    # Looked for nearby only: a text without marks must not be searched whole for each name.
    low, high = max(0, start - 120), min(len(text), end + 120)
    begin = max(low, *(text.rfind(separator, low, start) + 1 for separator in "。；;\n"))
    stop = min(
        (place for place in (text.find(separator, end, high) for separator in "。；;\n") if place >= 0), default=high
    )
    sentence = text[begin:stop]
    if _REORGANISATION_RE.search(sentence):
        return True
    if text[end - 1] == "部" and _COMPANY_BODY_RE.search(text[max(0, start - 10) : start]):
        return True
    # 1998年，县工商行政管理局…: a year that opens the sentence, with no later one in it.
    years = [int(match["y"]) for match in _PAST_YEAR_RE.finditer(sentence)]
    return (
        bool(years)
        and max(years) < 2018
        and bool(_PAST_YEAR_RE.match(sentence))
        and not re.search("202[0-9]年|目前|现在|今年", sentence)
    )


_POST_TITLES = (
    "局长|副局长|县长|副县长|市长|副市长|区长|副区长|镇长|副镇长|乡长|副乡长|书记|副书记|主任|副主任|部长|"
    "副部长|科长|副科长|处长|副处长|厅长|副厅长|省长|副省长|主席|副主席|秘书长|副秘书长|院长|检察长|会长|所长|"
    "站长|校长|园长|队长|常委|委员|旗长|州长|盟长"
)


def find_unit_name_errors(
    search_text: SearchText, units: Iterable[str], short_names: Iterable[str] = ()
) -> Iterator[Finding]:
    """Yield unit names with one or two wrong or exchanged characters."""
    names = {unit.strip() for unit in units if len(unit.strip()) >= 5}
    names |= {name for name in map(_remove_place_prefix, names) if len(name) >= 6}
    heads: dict[str, list[str]] = {}
    for name in names:
        heads.setdefault(name[:2], []).append(name)
    text = search_text.text
    if not heads:
        return
    right = _find_names(text, short_names)
    for match in re.finditer(f"(?={make_alternation(frozenset(heads))})", text):
        start = match.start()
        candidates = heads[text[start : start + 2]]
        if any(text.startswith(name, start) for name in candidates):
            continue
        best = _find_closest(text, start, candidates)
        if best and text[start : best[0]] not in names and not any(a <= start and best[0] <= b for a, b in right):
            yield Finding(
                "unit_name",
                start,
                best[0],
                search_text.source[start : best[0]],
                f"与规范名称“{best[1]}”不一致",
                best[1],
            )


def _find_names(text: str, names: Iterable[str]) -> list[tuple[int, int]]:
    known = frozenset(name.strip() for name in names if name.strip())
    return [match.span() for match in re.finditer(make_alternation(known), text)] if known else []


def _remove_place_prefix(name: str) -> str:
    match = re.match(rf"[{HAN}]{{2,5}}?(?:省|自治区|市|州|县|区|旗)(?=[{HAN}]{{6}})", name)
    return name[match.end() :] if match else name


def _find_closest(text: str, start: int, candidates: list[str]) -> tuple[int, str] | None:
    """Return (end, correct form) of the name that the text misspells at an offset, or None."""
    closest: list[tuple[int, int, str]] = []
    for name in candidates:
        for size in range(len(name) - 2, len(name) + 3):
            written = text[start : start + size]
            if len(written) < size or size < 4 or written[-1] != name[-1] or not re.fullmatch(rf"[{HAN}]+", written):
                continue
            off = edit_distance(written, name, 2)
            if 0 < off <= (1 if len(name) < 7 else 2) and _is_slip(written, name):
                closest.append((off, start + size, name))
    if not closest:
        return None
    best = min(closest)
    return best[1], best[2]


def _is_slip(text: str, name: str) -> bool:
    """Return whether a text differs from a name only as a slip of the pen would."""
    if len(text) != len(name):
        longer, shorter = (text, name) if len(text) > len(name) else (name, text)
        extra = [char for char in longer if longer.count(char) > shorter.count(char)]
        return (
            bool(extra) and all(char in "和与及市县区局部委办员会管理的" or longer.count(char) > 1 for char in extra)
        ) or len(name) >= 8
    wrong = [(a, b) for a, b in zip(text, name, strict=True) if a != b]
    if len(wrong) == 2 and wrong[0] == wrong[1][::-1]:
        return True
    if len(wrong) == 1 and len(name) >= 9:
        return True
    return all(
        get_reading(a) == get_reading(b) or b in load_confusables().get(a, frozenset()) or {a, b} <= set("和与及、")
        for a, b in wrong
    )


def edit_distance(first: str, second: str, limit: int) -> int:
    """Return the edit distance of two strings, or limit + 1 if it is greater."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    row = list(range(len(second) + 1))
    for place, char in enumerate(first, 1):
        diagonal, row[0] = row[0], place
        for column, char2 in enumerate(second, 1):
            keep = diagonal + (char != char2)
            diagonal = row[column]
            row[column] = min(keep, row[column] + 1, row[column - 1] + 1)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def find_leader_errors(search_text: SearchText, leaders: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Yield leaders with another post than their own, and misspelt names next to a known post."""
    posts: dict[str, set[str]] = {}
    for name, post in leaders:
        posts.setdefault(name, set()).add(post)
    if not posts:
        return
    yield from _find_wrong_posts(search_text, posts)
    yield from _find_misspelt_leaders(search_text, posts)


def _find_last_title(post: str) -> str:
    found = re.findall(_make_titles_pattern(_POST_TITLES), post)
    return found[-1] if found else ""


@cache
def _make_titles_pattern(titles: str) -> str:
    return make_alternation(frozenset(titles.split("|")))


def _find_wrong_posts(search_text: SearchText, posts: dict[str, set[str]]) -> Iterator[Finding]:
    """Yield titles next to leaders' names that are not among their posts."""
    names = make_alternation(frozenset(posts))
    titles = _make_titles_pattern(_POST_TITLES)
    text = search_text.text
    for match in re.finditer(rf"(?P<before>{titles})?[ ]?(?P<name>{names})[ ]?(?P<after>{titles})?", text):
        true_posts = posts[match["name"]]
        allowed = {title for post in true_posts for title in re.findall(titles, post)} | true_posts
        for side in ("before", "after"):
            said = match[side]
            if said and said not in allowed and not any(said in post for post in true_posts):
                if side == "after" and text[match.end("name") : match.end("name") + 1] == "任":
                    continue
                start, end = match.span(side)
                if side == "before" and re.search(r"原|时任|前任|历任", text[max(0, start - 12) : start]):
                    continue
                post = sorted(true_posts)[0]
                reason = f"“{match['name']}”的职务为“{'、'.join(sorted(true_posts))}”，此处写作“{said}”"
                yield Finding(
                    "leader", start, end, search_text.source[start:end], reason, _find_last_title(post) or post
                )


def _find_misspelt_leaders(search_text: SearchText, posts: dict[str, set[str]]) -> Iterator[Finding]:
    """Yield misspelt names after a title; `posts`: the titles of each leader's name."""
    text = search_text.text
    for match in re.finditer(rf"(?:{_make_titles_pattern(_POST_TITLES)})[ ]?(?=[{HAN}]{{2}})", text):
        start = match.end()
        for name, own_posts in posts.items():
            written = text[start : start + len(name)]
            if (
                written == name
                or len(written) < len(name)
                or written in posts
                or not any(match[0].strip() in post for post in own_posts)
            ):
                continue
            wrong = [(a, b) for a, b in zip(written, name, strict=True) if a != b]
            exchanged = sorted(written) == sorted(name)
            if exchanged or (len(wrong) == 1 and len(name) > 1 and _is_plausible_misspelling(*wrong[0], len(name))):
                reason = f"领导姓名疑有误，名单中为“{name}”"
                yield Finding(
                    "leader", start, start + len(name), search_text.source[start : start + len(name)], reason, name
                )
                break


def _is_plausible_misspelling(written: str, right: str, name_length: int) -> bool:
    """Return true if a written character may be a mistake for the right one of a name.

    It sounds or looks like it; in a name of three characters or more, any usual character of given names may.
    """
    alike = get_reading(written) == get_reading(right) or right in load_confusables().get(written, frozenset())
    return alike or (
        name_length >= 3
        and written not in shape.FUNCTION_CHARACTERS
        and written in shape.TIER_A_GIVEN_CHARACTERS | shape.TIER_B_GIVEN_CHARACTERS
    )

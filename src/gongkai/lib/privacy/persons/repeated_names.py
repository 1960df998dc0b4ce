"""Find further mentions of names already found in the text."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import PrefixSet, read_word_group
from gongkai.lib.privacy.persons import context, lines, right_context, shape, staff
from gongkai.lib.privacy.persons.elements import is_element_name
from gongkai.lib.privacy.persons.name_matches import NAME_REASONS, PersonName, PersonSearch

_FAMOUS_NAMES = read_word_group("names", "famous")
#: Why a name was found where nothing but its shape or a row announces it.
_UNANNOUNCED_REASONS = (NAME_REASONS["context"], NAME_REASONS["list"])
#: A second name of a person that follows the first: 韦阿妹（又名韦妹仔）.
_SECOND_NAME_RE = re.compile(
    rf"\s?[(,，]\s?(?:又名|又叫|乳名|小名|亦名|原名|别名|曾用名)[:：为叫]?[“\"]?(?P<run>[{HAN}]{{2,4}})(?=[)”\",，。;；、])"
)


def add_repeated_names(search: PersonSearch) -> list[PersonName]:
    """Drop names that are public from `search`; return the rest with further mentions of them."""
    text = search.search_text.text
    past = {person.name for person in search.found if lines.is_war_dead(search.search_text, person.end)}
    famous = _find_famous_names(search.found)
    search.found = [
        person
        for person in search.found
        if person.name not in past
        and not staff.is_public_or_no_name(
            search.search_text, person.start, person.end, person.why not in _UNANNOUNCED_REASONS
        )
        and not (person.name in famous and person.why in _UNANNOUNCED_REASONS)
    ]
    search.proven_names.update(
        person.name
        for person in search.found
        if len(person.name) < 5
        and (
            right_context.has_marked_fact_after(search.search_text, person.end)
            or right_context.has_fact_after(search.search_text, person.end)
        )
    )
    search.names_beside_facts &= {person.name for person in search.found}
    names = {person.name for person in search.found if _is_distinctive(person.name)} | search.names_beside_facts
    have = {person.start: person.end for person in search.found}
    repeated: list[PersonName] = []
    if names:
        openings = "".join(sorted({name[0] for name in names if shape.HAN_CHARACTER_PATTERN.match(name)}))
        for begin in re.finditer(f"[{openings}]" if openings else "(?!)", text):
            start = begin.start()
            for size in (4, 3, 2):
                if start + size > len(text):
                    continue
                if start + size <= have.get(start, 0):
                    break
                if text[start : start + size] in names and _is_repeated_name(search, start, start + size):
                    repeated.append(PersonName(start, start + size, text[start : start + size], NAME_REASONS["again"]))
                    break
        repeated.extend(_find_repeated_dotted_names(text, names, have))
    repeated.extend(_find_repeated_words(search, {name for name in search.proven_names if name not in names}))
    seconds = (_SECOND_NAME_RE.match(text, person.end) for person in search.found)
    repeated.extend(PersonName(*match.span("run"), match["run"], NAME_REASONS["again"]) for match in seconds if match)
    return _drop_overlaps(search.found + repeated)


def _find_famous_names(person_names: list[PersonName]) -> frozenset[str]:
    """Return the names that count as famous: none that a list of mostly unknown people contains."""
    listed = [person for person in person_names if person.why == NAME_REASONS["list"]]
    known = sum(person.name in _FAMOUS_NAMES for person in listed)
    return _FAMOUS_NAMES if 2 * known >= len(listed) else _FAMOUS_NAMES - {person.name for person in listed}


def _is_distinctive(name: str) -> bool:
    """Return true if a name is hardly an ordinary word."""
    if len(name) > 2 and is_element_name(name):
        return True
    if shape.is_ordinary_word(name) or name[-1] in shape.PLACE_SUFFIXES:
        return False
    if len(name) < 3 or not shape.get_surname_size(name) or shape.score_name(name) >= 0.5:
        return True
    return name[0] in shape.MOST_COMMON_SURNAMES - shape.WEAK_SURNAMES or not (
        shape.is_dictionary_word(name[:2]) or shape.is_dictionary_word(name[1:])
    )


def _is_repeated_name(search: PersonSearch, start: int, end: int) -> bool:
    """Return true if a mention is no official's name and no part of a place name."""
    search_text = search.search_text
    context_before = context.read_left_context(search_text, start)
    if context_before.kind == "public" or (
        right_context.has_post_after(search_text, end)
        if search_text.text[start:end] in search.proven_names
        else right_context.is_official_after(search_text, end)
    ):
        return False
    return not right_context.is_continued_as_place(search_text, end, gap=False)


#: Text that connects a name to the sentence before it: a mark, a preposition, a list.
JOINING_WORD = re.compile(r"(?:^|[\s,，。、;；:：()（）“\"]|[对将由被向与给和因把请让及诉]|关于|对于|给予)$")
#: Marks and words that may follow a name.
CONTINUATION_PATTERN = re.compile(r"[\s,，。、;；:：()（）”\"]|[的在因于与和及将已未不系称等到]|$")
#: An act or possession of persons only: 高峰所申请的信息, 高峰的来信.
PERSONAL_ACT_PATTERN = re.compile(
    r"所(?:申请|提|述|反映|投诉|举报|控告|称|诉|寄|交|填|留|签|要求|持|住|购|问|需(?:的?(?:信息|材料|文件))|在(?:单位|村|学校|小区|班|年级|家庭))"
    r"|的(?:申请|请求|诉求|来[信访电函]|投诉|举报|信访|身份证|住[址所处]|电话|手机|户口|户籍|妻|丈夫|儿子|女儿|子女|父|母|配偶|家[人属]|签[字名]|班[级主]|学籍|成绩|病历|监护)"
    r"|就读(?:的|学校|班|年级|期间|于)|(?:行政)?复议申请|信访事项|本人"
)


def _find_repeated_words(search: PersonSearch, names: set[str]) -> Iterator[PersonName]:
    """Yield further mentions of names that are also words, where the context shows a person."""
    search_text = search.search_text
    for start, word in find_occurrences(names, search_text.text):
        end = start + len(word)
        context_before = context.read_left_context(search_text, start)
        is_announced = context_before.kind in ("private", "kin", "minor") or JOINING_WORD.search(
            search_text.text[max(0, start - 2) : start]
        )
        acts = search_text.starts[end] > 1 and shape.get_word_tag(search_text.word(end)).startswith("v")
        goes_on = (
            acts or CONTINUATION_PATTERN.match(search_text.text, end) or shape.FOLLOWING_WORDS.at(search_text.text, end)
        )
        if (is_announced and goes_on) or (
            search_text.starts[start] and PERSONAL_ACT_PATTERN.match(search_text.text, end)
        ):
            yield PersonName(start, end, word, NAME_REASONS["again"])


def find_occurrences(names: set[str], text: str) -> Iterator[tuple[int, str]]:
    """Yield (position, name) of the occurrences of the names, the longest at each position."""
    opening, done = PrefixSet(frozenset(names)), 0
    openings = "".join(re.escape(char) for char in sorted({name[0] for name in names}))
    for begin in re.finditer(f"[{openings}]", text) if openings else ():
        start = begin.start()
        if start >= done and (word := opening.at(text, start)):
            done = start + len(word)
            yield start, word


def _find_repeated_dotted_names(text: str, names: set[str], found_ends: dict[int, int]) -> Iterator[PersonName]:
    """Yield further mentions of long names and names without a known surname."""
    long_names = sorted(name for name in names if not shape.get_surname_size(name) or "·" in name or len(name) > 4)[
        :200
    ]
    if not long_names:
        return
    for start, word in find_occurrences(set(long_names), text):
        if start not in found_ends:
            yield PersonName(start, start + len(word), word, NAME_REASONS["again"])


def _drop_overlaps(found: list[PersonName]) -> list[PersonName]:
    """Return the names without overlaps: the first, and of those the longest."""
    kept_names: list[PersonName] = []
    for person in sorted(found, key=lambda person: (person.start, -person.end)):
        if not kept_names or person.start >= kept_names[-1].end:
            kept_names.append(person)
    return kept_names

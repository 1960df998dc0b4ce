"""Find all health data in a text."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.health import conditions
from gongkai.lib.privacy.health.about import MASKED_PERSON, SYMPTOM_VERB, is_about_person, is_in_case_story
from gongkai.lib.privacy.health.spans import CONDITION_WORD, GRADED_DISABILITY, SYMPTOM_WORDS, find_conditions
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.surroundings import PersonSpans, text_after
from gongkai.lib.privacy.tables import alternatives_pattern, read_word_group

_HEALTH_FIELD = re.compile(
    rf"(?:{alternatives_pattern(read_word_group('health', 'field'))})(?:结果|结论|意见|为)?"
    r"\s{0,2}[:：\t|]\s{0,3}(?P<what>[^\n\t|。；;:：)）]{2,30}(?:[(（][^()（）\n]{1,10}[)）][^\n\t|。；;:：)）]{0,8})?)"
)
#: Fields that tell of much else, too: what is a condition in them is a person's.
_MIXED_FIELD = re.compile(
    rf"(?:{alternatives_pattern(read_word_group('health', 'loosefield'))})\s{{0,2}}[:：]\s{{0,3}}(?P<what>[^\n\t|。；;]{{2,40}})"
)
#: Where the next field of the same line begins.
_NEXT_FIELD = re.compile(
    rf"(?:已|病史|患病)?[0-9一二三四五六七八九十]{{1,3}}[余多几]?年|[,，](?:已|被|即|现|紧急)?(?:送[医往至到]|送(?=[{HAN}]{{2,12}}(?:院|中心))|转院|转往|入院|住院)|[,，、](?:无|未见|未达|不影响)[{HAN}]{{2,8}}|[,，、][{HAN}]{{1,6}}(?:尚好|良好|正常|未见异常)|\s{{1,4}}[{HAN}]{{2,6}}:?$|\s{{2,}}"
)
_NOT_ALONE = re.compile(r"(?:[多两一二三四五六几数0-9]次|[一两]个|大|小|对|做|急)?手术|术后|阳性|异常|残疾|心头重病")
#: What befell somebody is said more exactly behind it.
_DIAGNOSIS_AFTER = re.compile(
    r"(?:诊断|鉴定|确诊|认定|伤情|结论)(?:意见)?(?:为|系|是|[:：]|构成)|构成|[,，](?:致|造成|导致)"
)
_HEALTH_REASON = "病情、残疾等健康状况属于敏感个人信息，不得公开"


def find_health_data(frame: Frame, people: PersonSpans) -> Iterator[Finding]:
    """Yield the health data of persons in a text.

    Args:
        frame: the text.
        people: the persons found in it; a condition counts where one of them, or a word for a person, stands in the
            same sentence.
    """
    fields = list(_find_health_fields(frame.text))
    for opened, end in fields:
        start = opened
        ending = _NEXT_FIELD.search(frame.text[start:end])
        size = ending.start() if ending else len(frame.text[start:end].rstrip())
        size = _length_before_name(frame, people, start, size)
        if not MASKED_PERSON.search(frame.text[start:end]) and _names_condition(frame.text, start, end):
            yield from (_finding(frame, low, high) for low, high in _split_field(frame, start, start + size))
    loose = [found.span("what") for found in _MIXED_FIELD.finditer(frame.text)]
    at = 0
    for found, end, sure in find_conditions(frame):
        start = _start_after_name(people, found, end)
        in_field = sure and at < len(loose) and loose[at][0] <= start
        shown = sure or bool(SYMPTOM_VERB.search(frame.text[max(0, start - 6) : start]))
        if _NOT_ALONE.fullmatch(frame.text[start:end]) or (
            conditions.UNSPECIFIC_INJURY.search(frame.text[start:end])
            and _DIAGNOSIS_AFTER.search(text_after(frame, end, 50))
        ):
            continue
        if (
            in_field
            or is_about_person(frame, start, end, people, sure)
            or (shown and is_in_case_story(frame, start, end, people))
        ):
            yield _finding(frame, start, end)


def _find_health_fields(text: str) -> Iterator[tuple[int, int]]:
    for found in _HEALTH_FIELD.finditer(text):
        yield found.span("what")


def _names_condition(text: str, start: int, end: int) -> bool:
    return any(pattern.search(text, start, end) for pattern in (CONDITION_WORD, GRADED_DISABILITY, conditions.INJURY))


_FIELD_PART = re.compile(r"[^、，,;；]+")


def _split_field(frame: Frame, start: int, end: int) -> list[tuple[int, int]]:
    parts = [found.span() for found in _FIELD_PART.finditer(frame.text, start, end)]
    whole = all(_names_condition(frame.text, low, high) for low, high in parts)
    symptoms = any(frame.text[low:high] in SYMPTOM_WORDS for low, high in parts)
    return parts if whole and not symptoms else [(start, end)]


def _length_before_name(frame: Frame, people: PersonSpans, start: int, size: int) -> int:
    named = next((low for low, _ in people.list_between(start + 2, start + size)), -1)
    comma = max(frame.text.rfind(",", start, named), frame.text.rfind("，", start, named)) if named >= 0 else -1
    return comma - start if comma > start else size


def _start_after_name(people: PersonSpans, start: int, end: int) -> int:
    named = people.last_end_before(end, start)
    if named <= start:
        return start
    return named if named < end else start


def _finding(frame: Frame, start: int, end: int) -> Finding:
    return Finding("health", start, end, frame.source[start:end], _HEALTH_REASON)

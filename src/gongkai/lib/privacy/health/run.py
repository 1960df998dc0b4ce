"""Find all health data in a text."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.health import conditions
from gongkai.lib.privacy.health.about import MASKED_PERSON, SYMPTOM, about_somebody, of_a_case
from gongkai.lib.privacy.health.spans import CORE, GRADED, SYMPTOMS, conditions_of
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.surroundings import People, after
from gongkai.lib.privacy.tables import alternatives, words

_FIELD = re.compile(
    rf"(?:{alternatives(words('health', 'field'))})(?:结果|结论|意见|为)?"
    r"\s{0,2}[:：\t|]\s{0,3}(?P<what>[^\n\t|。；;:：)）]{2,30}(?:[(（][^()（）\n]{1,10}[)）][^\n\t|。；;:：)）]{0,8})?)"
)
#: Fields that tell of much else, too: what is a condition in them is a person's.
_LOOSE_FIELD = re.compile(
    rf"(?:{alternatives(words('health', 'loosefield'))})\s{{0,2}}[:：]\s{{0,3}}(?P<what>[^\n\t|。；;]{{2,40}})"
)
#: Where the next field of the same line begins.
_NEXT_FIELD = re.compile(
    rf"(?:已|病史|患病)?[0-9一二三四五六七八九十]{{1,3}}[余多几]?年|[,，](?:已|被|即|现|紧急)?(?:送[医往至到]|送(?=[{HAN}]{{2,12}}(?:院|中心))|转院|转往|入院|住院)|[,，、](?:无|未见|未达|不影响)[{HAN}]{{2,8}}|[,，、][{HAN}]{{1,6}}(?:尚好|良好|正常|未见异常)|\s{{1,4}}[{HAN}]{{2,6}}:?$|\s{{2,}}"
)
_NO_MORE = re.compile(
    r"(?:[多两一二三四五六几数0-9]次|[一两]个|大|小|对|做|急)?手术|术后|阳性|异常|残疾|心头重病"
)
#: What befell somebody is said more exactly behind it.
_DIAGNOSED = re.compile(
    r"(?:诊断|鉴定|确诊|认定|伤情|结论)(?:意见)?(?:为|系|是|[:：]|构成)|构成|[,，](?:致|造成|导致)"
)
_WHY = "病情、残疾等健康状况属于敏感个人信息，不得公开"


def health(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield the health data of persons in a text.

    Args:
        frame: the text.
        people: the persons found in it; a condition counts where one of them, or a word for a person, stands in the
            same sentence.
    """
    fields = list(_fields(frame.text))
    for opened, end in fields:
        start = opened
        ending = _NEXT_FIELD.search(frame.text[start:end])
        size = ending.start() if ending else len(frame.text[start:end].rstrip())
        size = _before_name(frame, people, start, size)
        if not MASKED_PERSON.search(frame.text[start:end]) and _tells(frame.text, start, end):
            yield from (_finding(frame, low, high) for low, high in _parts(frame, start, start + size))
    loose = [found.span("what") for found in _LOOSE_FIELD.finditer(frame.text)]
    at = 0
    for found, end, sure in conditions_of(frame):
        start = _behind_name(people, found, end)
        in_field = sure and at < len(loose) and loose[at][0] <= start
        shown = sure or bool(SYMPTOM.search(frame.text[max(0, start - 6) : start]))
        if _NO_MORE.fullmatch(frame.text[start:end]) or (
            conditions.BEFALLEN.search(frame.text[start:end]) and _DIAGNOSED.search(after(frame, end, 50))
        ):
            continue
        if (
            in_field
            or about_somebody(frame, start, end, people, sure)
            or (shown and of_a_case(frame, start, end, people))
        ):
            yield _finding(frame, start, end)


def _fields(text: str) -> Iterator[tuple[int, int]]:
    for found in _FIELD.finditer(text):
        yield found.span("what")


def _tells(text: str, start: int, end: int) -> bool:
    return any(pattern.search(text, start, end) for pattern in (CORE, GRADED, conditions.INJURY))


_PART = re.compile(r"[^、，,;；]+")


def _parts(frame: Frame, start: int, end: int) -> list[tuple[int, int]]:
    parts = [found.span() for found in _PART.finditer(frame.text, start, end)]
    whole = all(_tells(frame.text, low, high) for low, high in parts)
    symptoms = any(frame.text[low:high] in SYMPTOMS for low, high in parts)
    return parts if whole and not symptoms else [(start, end)]


def _before_name(frame: Frame, people: People, start: int, size: int) -> int:
    named = next((low for low, _ in people.between(start + 2, start + size)), -1)
    comma = (
        max(frame.text.rfind(",", start, named), frame.text.rfind("，", start, named)) if named >= 0 else -1
    )
    return comma - start if comma > start else size


def _behind_name(people: People, start: int, end: int) -> int:
    named = people.last_before(end, start)
    if named <= start:
        return start
    return named if named < end else start


def _finding(frame: Frame, start: int, end: int) -> Finding:
    return Finding("health", start, end, frame.source[start:end], _WHY)

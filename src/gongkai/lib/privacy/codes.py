"""Find passports, travel permits of 港澳台 residents and military ID numbers."""

from collections.abc import Callable, Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.surroundings import has_label_before
from gongkai.lib.privacy.tables import alternatives_pattern, read_word_group

_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[EGDSPHKM]|E[A-Z])\s?[0-9]{7,8}(?![0-9A-Za-z])", re.IGNORECASE)
_DOCUMENT_PATTERNS: tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...] = (
    (_PASSPORT, ("护照",), "护照号码，属于身份证件信息"),
    (
        re.compile(
            r"(?<![A-Za-z0-9])[A-Za-z]{1,3}\s?[0-9]{6,9}(?![0-9A-Za-z])|(?<=护照)(?=[A-Z]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{6,9}(?![0-9A-Za-z])|(?<=护照[号:])(?=[A-Z]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{6,9}(?![0-9A-Za-z])|(?<=护照)[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照[号:为])[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照号码)[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照号码[:为是])[0-9]{8,9}(?![0-9A-Za-z])"
            r"|(?:(?<=护照)|(?<=护照[号:(])|(?<=护照号[:为是])|(?<=护照号码)|(?<=护照号码[:为是]))(?=[A-Z0-9]*[0-9]{3})(?=[A-Z0-9]*[A-Z])[A-Z0-9]{7,10}(?![0-9A-Za-z])"
        ),
        ("护照",),
        "护照号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[HMCWT][A-Z]?\s?[0-9]{7,10}(?![0-9A-Za-z])", re.IGNORECASE),
        ("通行证", "回乡证", "来往内地", "往来港澳", "往来台湾", "港澳居民", "台湾居民", "台胞"),
        "港澳台出入境证件号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[0-9]{8}(?:\s?\([0-9A-Z]{1,2}\))?(?![0-9A-Za-z])"),
        ("台胞证", "台湾居民来往", "台湾同胞", "台湾居民"),
        "台湾居民来往大陆通行证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}[0-9]{6}\s?\([0-9A]\)", re.IGNORECASE),
        (),
        "香港居民身份证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[157][0-9]{6}\s?\([0-9]\)"),
        ("澳门", "身份证"),
        "澳门居民身份证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[A-Z][12][0-9]{8}(?![0-9A-Za-z])"),
        ("台湾", "身份证", "台胞"),
        "台湾地区身份证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}[0-9]{12}(?![0-9A-Za-z])", re.IGNORECASE),
        ("永久居留", "永居", "居留证", "身份证"),
        "外国人永久居留身份证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}[0-9]{7,9}(?![0-9A-Za-z])"),
        tuple(sorted(read_word_group("names", "country"))),
        "写在国籍后的护照（旅行证件）号码，属于身份证件信息",
    ),
    (
        re.compile(rf"(?<![A-Za-z0-9{HAN}])[军士武文兵]字第\s?[0-9]{{6,9}}\s?号|[军士武文兵]字第\s?[0-9]{{6,9}}\s?号"),
        ("军官证", "士兵证", "军人", "文职", "警官证", "证件"),
        "军人证件号码，属于身份证件信息",
    ),
)


def find_identity_documents(frame: Frame) -> Iterator[Finding]:
    """Yield numbers of passports, permits and military IDs that have a label."""
    for pattern, labels, why in _DOCUMENT_PATTERNS:
        for start, end in _find_labelled_numbers(pattern, labels, frame.text):
            if not labels or has_label_before(frame, start, labels, 32):
                yield Finding("passport", start, end, frame.source[start:end], why)
                yield from _find_family_documents(frame, start, end, why)


def _find_family_documents(frame: Frame, start: int, end: int, why: str) -> Iterator[Finding]:
    form = re.fullmatch(r"([A-Z]{1,2})([0-9]{7,10})", frame.text[start:end])
    if not form:
        return
    rest = re.split(r"[。\n]", frame.text[end : end + 120], maxsplit=1)[0]
    same = re.compile(rf"(?<![A-Za-z0-9]){form[1]}[0-9]{{{len(form[2])}}}(?![0-9A-Za-z])")
    for found in same.finditer(frame.text, end, end + len(rest)):
        yield Finding("passport", *found.span(), frame.source[found.start() : found.end()], why)


@cache
def _label_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(alternatives_pattern(labels))


def _find_labelled_numbers(pattern: re.Pattern[str], labels: tuple[str, ...], text: str) -> Iterator[tuple[int, int]]:
    if not labels:
        yield from (found.span() for found in pattern.finditer(text))
        return
    done = 0
    for label in _label_pattern(labels).finditer(text):
        reach = label.start() + 32
        while found := pattern.search(text, max(done, label.start()), reach + 60):
            if found.start() > reach:
                break
            yield found.span()
            done = found.end()


#: What looks for papers.
FINDERS: tuple[Callable[[Frame], Iterator[Finding]], ...] = (find_identity_documents,)

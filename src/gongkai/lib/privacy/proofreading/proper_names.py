"""Recognise names and terms that a correction would spoil."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import make_alternation
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import find_persons, shape
from gongkai.lib.privacy.search_text import SearchText, prepare_text

#: Kinds of mistakes whose correction changes characters.
_CORRECTING_KINDS = frozenset({"typo", "missing", "duplicate"})
_LONGEST_LINE = 600
_SURNAME_PATTERN = f"(?:{make_alternation(shape.MOST_COMMON_SURNAMES)})"
#: Terms and names that are right as they stand: 公网安备; 学号 and 户号 as labels; 小李; 罗工; 张记粉馆; 鲁班奖; 十问十答; 大队大队长.
_CORRECT_NAME_RE = re.compile(
    rf"公网安备|[{HAN}]号(?=[ \t]*[:：]|[ \t]+[{HAN}A-Za-z0-9]|\t)|(?:(?<![{HAN}])|(?<=[{HAN}]{{2}}))[小老]{_SURNAME_PATTERN}(?![{HAN}])"
    rf"|(?:(?<![{HAN}])|(?<=[人系]))[{HAN}]工(?=[,，、。；;（(]|$)|[{HAN}]记[{HAN}]{{1,3}}[馆店铺楼坊行]"
    rf"|(?P<count>[一二三四五六七八九十百])(?P<counted>[{HAN}])(?P=count)(?!(?P=counted))[{HAN}]|(?P<team>[大中支总]队|中心|总站)(?P=team)(?=长|主任|政委|教导员|书记|副)"
)
#: A place with its town or village, between marks, before a smaller place, or in a row of places.
_PLACE_NAME_RE = re.compile(
    rf"[{HAN}]{{2,3}}(?:街道|[镇乡村寨屯])(?= ?[{HAN}]{{0,5}}?(?:村|社区|街|路|组|集镇|居委|屯|寨)|、[{HAN}]{{2,4}}(?:街道|[镇乡村寨屯]))"
    rf"|(?<=[住址县市区州])(?: |　)?[{HAN}]{{2,3}}[镇乡村寨屯](?![{HAN}])|(?<=[镇乡村道]、)[{HAN}]{{2,3}}[镇乡村寨屯](?=[、，。,等])"
)


def is_part_of_proper_name(search_text: SearchText, finding: Finding, *, guessed: bool = False) -> bool:
    """Return true if the doubted characters belong to a name or a term that is right.

    Args:
        search_text: the text.
        finding: the finding.
        guessed: the finding rests on counts of characters alone; then names of persons count, too.
    """
    if finding.kind not in _CORRECTING_KINDS:
        return False
    begin = max(search_text.text.rfind("\n", 0, finding.start) + 1, finding.start - _LONGEST_LINE // 2)
    line_end = search_text.text.find("\n", finding.end)
    line = search_text.source[begin : min(line_end if line_end >= 0 else len(search_text.text), begin + _LONGEST_LINE)]
    start, end = finding.start - begin, finding.end - begin
    for pattern in (_CORRECT_NAME_RE, _PLACE_NAME_RE):
        if any(match.start() <= start and end <= match.end() for match in pattern.finditer(line)):
            return True
    if _is_in_known_word(search_text, finding.start, finding.end):
        return True
    if not guessed:
        return False
    persons = [person for person in find_persons(prepare_text(line)) if person.name[-1] not in "人员者"]
    return any(person.start <= start and end <= person.end for person in persons)


def _is_in_known_word(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether a name that the dictionary knows contains the characters: 鲁班奖."""
    at = start
    while at > start - 4 and at > 0 and not search_text.starts[at]:
        at -= 1
    word = search_text.word(at)
    return len(word) > end - start and at + len(word) >= end and shape.get_word_tag(word) in ("nz", "nt", "ns")

"""Check attendance figures: 应到145名，因事请假6名，实到138名."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.model import Finding

_COUNT = r"(?P<n>[0-9]{1,6})(?![0-9.%])"
#: What is counted may stand before the number (应到代表145名), never another clause.
_COUNTED_PERSONS = r"[^0-9，,。；;：:、（(）)\n]{0,8}?"
_SENTENCE = re.compile(r"[^。；;\n]{0,300}")
_EXPECTED_COUNT = re.compile(
    rf"应(?:当)?(?:到会|到|出席|参加|参会|参训|参评|参选|参考|考|试){_COUNTED_PERSONS}{_COUNT}"
)
_PRESENT_COUNT = re.compile(
    rf"(?:实(?:际|有)?(?:到会|到|出席|参加|参会|参训|参评|参选|参考|考)|(?<=[，,、；])(?:出席|到会)){_COUNTED_PERSONS}{_COUNT}"
)
_ABSENT_COUNT = re.compile(
    rf"(?:请假|缺席|缺勤|缺考|弃考|未到|因公|因病|因事|病假|事假|公假|公派|公出|外出|休假|出差){_COUNTED_PERSONS}{_COUNT}"
)
_HAN_CHARACTER = re.compile(f"[{HAN}]")
#: Who is there without being asked for, or a share of those before: the numbers need not make the whole.
_INEXACT_ATTENDANCE = re.compile(r"列席|旁听|线上|其余|补考|含|其中|迟到|委托|[以之]上|约")


def find_attendance_errors(frame: SearchText) -> Iterator[Finding]:
    """Yield meetings whose expected number differs from present plus absent."""
    text = frame.text
    for demanded in _EXPECTED_COUNT.finditer(text):
        begin, end = demanded.span("n")
        rest = _SENTENCE.match(text, end)
        clause = rest[0] if rest else ""
        came, away = (list(_PRESENT_COUNT.finditer(clause)), list(_ABSENT_COUNT.finditer(clause)))
        if len(came) != 1 or not away or _INEXACT_ATTENDANCE.search(clause[: max(came[0].end(), away[-1].end())]):
            continue
        if text[end : end + 1] in "—－-~至":
            continue
        total, there = int(demanded["n"]), int(came[0]["n"])
        missing = sum(int(hit["n"]) for hit in away)
        if there + missing != total:
            stop = end + max(came[0].end("n"), away[-1].end("n"))
            stop += bool(_HAN_CHARACTER.match(text, stop))
            why = f"应到{total}与实到、请假等合计{there + missing}不符，请核对"
            yield Finding("sum", begin, stop, frame.source[begin:stop], why)

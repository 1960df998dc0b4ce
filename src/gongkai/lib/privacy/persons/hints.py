"""Score how well a name may begin at a place, by the word before it."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.tables import read_word_group

_NAME_HINT = re.compile(
    r"(?:[从对由被向与和将把给至及让请是为有称令到据经同跟替叫帮因]|关于|查明|影响|举报|收到|批准|同意|认定|支付|补偿|通知|告知|询问|联系|核实|其中|按照|依据|截至|反映|投诉|理由是|上述|"
    r"作出|取消|纳入|确认|发现|抓获|查获|救助|处罚|罚款|名叫|包工头|证明|委托|安排|答复|回复|致电|走访|慰问|东至|西至|南至|北至|中学|小学|[一二三四]中|职中|大学|学院|幼儿园)$"
)


_LEAD_WORDS = frozenset(word for word in read_word_group("roles", "lead") if len(word) == 2)
#: Endings of words for a person (船舶所有人, 受种者, 医师, 女婴, 伯父).
_PERSON_WORD_ENDINGS = frozenset("人者员师婴童属父母兄弟姐妹夫妻嫂侄甥")


def score_word_before(frame: Frame, start: int) -> float:
    """Return how well a name may begin here, by the word before it."""
    text = frame.text
    before_it = text[max(0, start - 4) : start]
    if not before_it or not re.match(rf"[{HAN}]", before_it[-1]):
        return 0.5
    if before_it[-1] == "的":
        return 0.8 if before_it.endswith(("出生的", "级的", "岁的", "住的", "叫的")) else 0.0
    if _NAME_HINT.search(before_it) or before_it[-2:] in _LEAD_WORDS:
        return 0.8
    at = start - 1
    while at > start - 4 and at > 0 and not frame.starts[at]:
        at -= 1
    if before_it[-1] in _PERSON_WORD_ENDINGS and start - at > 1:
        return 1.0
    return 0.4 if shape.dictionary_tag(text[at:start]).startswith(("v", "p", "c")) else -0.5

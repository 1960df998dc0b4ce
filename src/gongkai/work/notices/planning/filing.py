"""What a duty orders to be sent to a higher office (报送、备案): a pure reading of its words (N-08, N-12)."""

from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

#: 报送市政府办公厅, 报市政府办公室备案, 报送市政府信息公开工作主管部门; not what needs consent (报……核准、批准).
_TO = re.compile(
    rf"(?:上报|报送|报)(?:至|到|给)?(?P<to>[{HAN}]{{0,12}}?(?:政务公开办|办公厅|办公室|主管部门|主管机关|政府办(?!公)|府办(?!公)))"
    r"(?!审?核准|批准|审批|同意|审定|审核)"
)
#: 向市政府办公厅报送……
_TOWARDS = re.compile(
    rf"向(?P<to>[{HAN}]{{0,12}}?(?:政务公开办|办公厅|办公室|主管部门|主管机关|政府办(?!公)|府办(?!公)))(?:报送|上报|报备)"
)
#: Words of what is sent → the kind of submission; the first that is found decides.
KINDS: tuple[tuple[str, str], ...] = (
    ("任务清单", "task_list"),
    ("工作清单", "task_list"),
    ("栏目模板", "column_templates"),
    ("正面清单", "lists"),
    ("负面清单", "lists"),
    ("正负面清单", "lists"),
    ("行政复议", "reconsideration"),
    ("行政诉讼", "reconsideration"),
    ("共性问题", "problems"),
    ("突出问题", "problems"),
    ("工作亮点", "highlights"),
    ("典型案例", "highlights"),
    ("实施细则", "rules"),
    ("实施办法", "rules"),
    ("检查反馈", "feedback"),
    ("整改情况", "feedback"),
    ("完成情况", "completion"),
    ("落实情况", "completion"),
    ("工作总结", "completion"),
)
_SENTENCE = re.compile(r"[。；;\n]")


@dataclass(frozen=True, slots=True)
class Filing:
    """What is to be sent (a value of `UpwardKind`), and to whom, as printed."""

    kind: str
    addressee: str


def filings_of(text: str) -> tuple[Filing, ...]:
    """Return what the words of a duty order to be sent upwards, each kind once; what is sent and to whom stand in one sentence."""
    found: dict[str, Filing] = {}
    for sentence in _SENTENCE.split(text):
        to = _TO.search(sentence) or _TOWARDS.search(sentence)
        if to is None:
            continue
        for words, kind in KINDS:
            if words in sentence and kind not in found:
                found[kind] = Filing(kind, to["to"])
    return tuple(found.values())

"""Find submissions to higher offices (报送、备案) that the text of a duty orders. Pure."""

from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

# 报送市政府办公厅, 报市政府办公室备案; not what needs approval (报……核准、批准).
_SUBMIT_TO = re.compile(
    rf"(?:上报|报送|报)(?:至|到|给)?(?P<to>[{HAN}]{{0,12}}?(?:政务公开办|办公厅|办公室|主管部门|主管机关|政府办(?!公)|府办(?!公)))"
    r"(?!审?核准|批准|审批|同意|审定|审核)"
)
# 向市政府办公厅报送……
_TOWARDS_ADDRESSEE = re.compile(
    rf"向(?P<to>[{HAN}]{{0,12}}?(?:政务公开办|办公厅|办公室|主管部门|主管机关|政府办(?!公)|府办(?!公)))(?:报送|上报|报备)"
)
# Words of what is submitted and the kind of submission; the first match decides.
SUBMISSION_KINDS: tuple[tuple[str, str], ...] = (
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
_SENTENCE_END = re.compile(r"[。；;\n]")


@dataclass(frozen=True, slots=True)
class OrderedSubmission:
    """An ordered submission: a value of `UpwardKind`, and the addressee as printed."""

    kind: str
    addressee: str


def find_submissions(text: str) -> tuple[OrderedSubmission, ...]:
    """Return the submissions ordered in the text of a duty, each kind once."""
    found: dict[str, OrderedSubmission] = {}
    for sentence in _SENTENCE_END.split(text):
        to = _SUBMIT_TO.search(sentence) or _TOWARDS_ADDRESSEE.search(sentence)
        if to is None:
            continue
        for words, kind in SUBMISSION_KINDS:
            if words in sentence and kind not in found:
                found[kind] = OrderedSubmission(kind, to["to"])
    return tuple(found.values())

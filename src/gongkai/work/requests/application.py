"""The paper application form, for requests at the counter, by post, fax or mail (条例第二十九条)."""

from functools import lru_cache

from gongkai.lib.writing.forms import Cell, form_docx
from gongkai.lib.writing.forms import Form as Table
from gongkai.lib.writing.paper import Paper
from gongkai.work.requests.applicants import ApplicantKind
from gongkai.work.requests.models import Form, Route

TITLE = "政府信息公开申请表"
_BOX = "□"
_LINES = (
    "填表说明：一件申请只写一项信息；不需要说明用途。公民填写前一栏，法人或者其他组织填写后一栏。",
    "“身份证明”写明证件名称和号码，并附复印件；选择邮寄的写明通信地址和邮政编码，选择传真、电子邮件的写明号码、邮箱。",
)


def _head(text: str, down: int = 1) -> Cell:
    return Cell(text, down=down, head=True)


def _choices(labels: list[str]) -> str:
    return "　".join(f"{_BOX}{label}" for label in labels)


def _rows() -> tuple[tuple[Cell, ...], ...]:
    kinds = [kind.label for kind in ApplicantKind if kind != ApplicantKind.PERSON]
    room = "\n\n\n\n"
    return (
        (_head("公民", 3), _head("姓名"), Cell(), _head("联系电话"), Cell()),
        (_head("身份证明"), Cell(across=3)),
        (_head("通信地址、邮编"), Cell(across=3)),
        (_head("法人或者其他组织", 5), _head("名称"), Cell(across=3)),
        (_head("类型"), Cell(_choices(kinds), across=3)),
        (_head("统一社会信用代码"), Cell(across=3)),
        (_head("法定代表人"), Cell(), _head("联系人及电话"), Cell()),
        (_head("通信地址、邮编"), Cell(across=3)),
        (_head("传真、电子邮箱"), Cell(across=4)),
        (_head("受理单位"), Cell(across=4)),
        (_head("所需政府信息（名称、文号或者便于查询的其他特征）"), Cell(room, across=4)),
        (_head("提供方式"), Cell(_choices([one.label for one in Form]), across=4)),
        (_head("获取途径"), Cell(_choices([one.label for one in Route if one != Route.PAGE]), across=4)),
        (_head("其他合理要求"), Cell("\n", across=4)),
        (_head("申请人签名或者盖章"), Cell("", across=2), _head("申请日期"), Cell("    年  月  日")),
    )


@lru_cache(maxsize=1)
def application_docx() -> bytes:
    """Return the application form as .docx."""
    paper = Paper()
    paper.title(TITLE)
    form_docx(paper, Table(TITLE, _rows(), 0, (2.2, 2.6, 3.3, 2.2, 3.1)), by_hand=True)
    for line in _LINES:
        paper.text(line)
    return paper.save()

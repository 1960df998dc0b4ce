"""The paper application form, for requests at the counter, by post, fax or mail (条例第二十九条)."""

from functools import lru_cache

from gongkai.lib.writing.forms import Cell, form_docx
from gongkai.lib.writing.forms import Form as Table
from gongkai.lib.writing.paper import Paper
from gongkai.work.requests.applicants import ApplicantKind
from gongkai.work.requests.models import DeliveryRoute, ProvisionForm

APPLICATION_FORM_TITLE = "政府信息公开申请表"
_CHECKBOX = "□"
_APPLICATION_NOTES = (
    "填表说明：一件申请只写一项信息；不需要说明用途。公民填写前一栏，法人或者其他组织填写后一栏。",
    "“身份证明”写明证件名称和号码，并附复印件；选择邮寄的写明通信地址和邮政编码，选择传真、电子邮件的写明号码、邮箱。",
)


def _head_cell(text: str, down: int = 1) -> Cell:
    return Cell(text, down=down, head=True)


def _checkbox_list(labels: list[str]) -> str:
    return "　".join(f"{_CHECKBOX}{label}" for label in labels)


def _application_form_rows() -> tuple[tuple[Cell, ...], ...]:
    kinds = [kind.label for kind in ApplicantKind if kind != ApplicantKind.PERSON]
    room = "\n\n\n\n"
    return (
        (_head_cell("公民", 3), _head_cell("姓名"), Cell(), _head_cell("联系电话"), Cell()),
        (_head_cell("身份证明"), Cell(across=3)),
        (_head_cell("通信地址、邮编"), Cell(across=3)),
        (_head_cell("法人或者其他组织", 5), _head_cell("名称"), Cell(across=3)),
        (_head_cell("类型"), Cell(_checkbox_list(kinds), across=3)),
        (_head_cell("统一社会信用代码"), Cell(across=3)),
        (_head_cell("法定代表人"), Cell(), _head_cell("联系人及电话"), Cell()),
        (_head_cell("通信地址、邮编"), Cell(across=3)),
        (_head_cell("传真、电子邮箱"), Cell(across=4)),
        (_head_cell("受理单位"), Cell(across=4)),
        (_head_cell("所需政府信息（名称、文号或者便于查询的其他特征）"), Cell(room, across=4)),
        (_head_cell("提供方式"), Cell(_checkbox_list([one.label for one in ProvisionForm]), across=4)),
        (
            _head_cell("获取途径"),
            Cell(_checkbox_list([one.label for one in DeliveryRoute if one != DeliveryRoute.PAGE]), across=4),
        ),
        (_head_cell("其他合理要求"), Cell("\n", across=4)),
        (
            _head_cell("申请人签名或者盖章"),
            Cell("", across=2),
            _head_cell("申请日期"),
            Cell("    年  月  日"),
        ),
    )


@lru_cache(maxsize=1)
def application_form_docx() -> bytes:
    """Return the application form as .docx."""
    paper = Paper()
    paper.title(APPLICATION_FORM_TITLE)
    form_docx(
        paper,
        Table(APPLICATION_FORM_TITLE, _application_form_rows(), 0, (2.2, 2.6, 3.3, 2.2, 3.1)),
        by_hand=True,
    )
    for line in _APPLICATION_NOTES:
        paper.text(line)
    return paper.save()

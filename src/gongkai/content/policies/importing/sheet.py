"""The columns of the library's spreadsheet: the same out and in."""

from gongkai.content.policies.models import Level
from gongkai.core.spreadsheets.cells import choice, day, short, yes_no
from gongkai.core.spreadsheets.sheet import Column, Sheet

_LEVELS = {str(label): value for value, label in Level.choices}
_TEXTS = (
    ("unified_number", "统一登记编号", 60, 20),
    ("subject", "主题分类", 80, 18),
    ("headnote", "题注", 500, 40),
    ("applies_to", "适用对象", 200, 24),
    ("filed_number", "备案号", 60, 18),
    ("consultation", "征求意见及采纳情况", 300, 36),
    ("exemption", "未公开征求意见的理由", 300, 36),
)
_DAYS = (
    ("made_on", "成文日期"),
    ("passed_on", "通过日期"),
    ("published_on", "公布日期"),
    ("effective_on", "施行日期"),
    ("ends_on", "有效期至"),
    ("filed_on", "备案日期"),
    ("consulted_from", "征求意见起"),
    ("consulted_to", "征求意见止"),
)
SHEET = Sheet(
    "政策库",
    (
        Column("title", "标题", short(300), required=True, width=50),
        Column(
            "level",
            "效力级别",
            choice(_LEVELS, also={"规章": Level.GOVERNMENT_RULE, "规范性文件": Level.NORMATIVE}),
            write=lambda r: r.get_level_display(),
            required=True,
            choices=tuple(_LEVELS),
            width=16,
        ),
        Column("number", "发文字号", short(80), width=22, also=("文号",), help="如：云府规〔2024〕3号"),
        Column("issuers", "发文机关", short(300), width=28, help="几个机关用顿号分开；不填时为起草单位"),
        Column("body", "起草单位", short(120), write=lambda r: r.body.name, required=True, width=28),
        *(Column(key, head, short(limit), width=width) for key, head, limit, width in _TEXTS),
        *(Column(key, head, day, width=12) for key, head in _DAYS),
        Column("for_business", "与市场主体密切相关", yes_no, choices=("是", "否"), width=12, also=("涉企",)),
        Column(
            "file",
            "原文文件名",
            short(200),
            write=lambda r: r.original_name,
            width=30,
            help="先在“上传原文”中上传（.docx、.pdf、.txt 或 .zip），这里写文件名；不写时按标题或文号对应",
        ),
    ),
    max_rows=5000,
    intro="以统一登记编号、发文字号（加标题）对应已有文件；表中没有的列、已有文件的空白格保持不变。",
)
FIELDS = tuple(c.key for c in SHEET.columns if c.key not in {"body", "file"})

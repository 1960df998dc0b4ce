"""The themes that a new installation begins with; the office adds its own."""

from gongkai.work.consultation.models import Theme

#: The fields of life that the notices name (C-05), and what else people ask about most.
THEMES = (
    "生育",
    "教育",
    "养老",
    "医疗",
    "就业创业",
    "社会救助",
    "住房",
    "投资",
    "纳税",
    "疫情防控",
    "户籍",
    "交通",
    "其他",
)


def install(**_: object) -> None:
    """Put them in where there is none yet; called after migrations."""
    if not Theme.objects.exists():
        Theme.objects.bulk_create(
            [Theme(name=name, position=place * 10) for place, name in enumerate(THEMES, 1)]
        )

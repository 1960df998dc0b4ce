"""The initial themes of a new installation."""

from gongkai.work.consultation.models import Theme

# Themes from the notices (C-05) and other frequent ones.
INITIAL_THEMES = (
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


def create_initial_themes(**_: object) -> None:
    """Create the themes if there are none; called after migrations."""
    if not Theme.objects.exists():
        Theme.objects.bulk_create(
            [Theme(name=name, position=place * 10) for place, name in enumerate(INITIAL_THEMES, 1)]
        )

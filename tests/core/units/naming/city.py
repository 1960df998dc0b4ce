"""A small 云岭市 in memory: unsaved model instances for testing names without a database."""

from datetime import date

from gongkai.core.units.models import Alias, Body, BodyKind, Office
from gongkai.core.units.naming import NameCatalogue, NamedGroup

TODAY = date(2026, 11, 20)
K = BodyKind

_ROWS: list[tuple[int, str, str, str, int | None]] = [
    (1, "云岭市人民政府", "市政府", K.GOVERNMENT, None),
    (2, "云岭市人民政府办公室", "市政府办公室", K.GENERAL_OFFICE, 1),
    (3, "云岭市发展和改革委员会", "", K.DEPARTMENT, 1),
    (4, "云岭市教育委员会", "市教委", K.DEPARTMENT, 1),
    (5, "云岭市人力资源和社会保障局", "", K.DEPARTMENT, 1),
    (6, "云岭市卫生健康委员会", "", K.DEPARTMENT, 1),
    (7, "云岭市住房和城乡建设委员会", "", K.DEPARTMENT, 1),
    (8, "云岭市市场监督管理局", "", K.DEPARTMENT, 1),
    (9, "云岭市统计局", "", K.DEPARTMENT, 1),
    (10, "中共云岭市委网络安全和信息化委员会办公室", "", K.OTHER, 1),
    (11, "云岭市人民政府新闻办公室", "", K.OTHER, 1),
    (12, "云岭市档案馆", "", K.INSTITUTION, 1),
    (13, "云岭市文化和旅游发展委员会", "", K.DEPARTMENT, 1),
    (20, "青山区人民政府", "", K.DISTRICT, 1),
    (21, "碧水县人民政府", "", K.DISTRICT, 1),
    (22, "云岭高新技术产业开发区管理委员会", "云岭高新区管委会", K.COMMITTEE, 1),
    (30, "青山区发展和改革委员会", "", K.DEPARTMENT, 20),
    (31, "青山区教育委员会", "", K.DEPARTMENT, 20),
    (32, "青山区人民政府办公室", "", K.GENERAL_OFFICE, 20),
    (33, "南门街道办事处", "", K.SUBDISTRICT, 20),
    (34, "云台镇人民政府", "", K.TOWNSHIP, 20),
    (35, "云岭市青山区卫生健康委员会", "", K.DEPARTMENT, 20),
    (40, "碧水县卫生健康委员会", "", K.DEPARTMENT, 21),
    (41, "碧水县教育局", "", K.DEPARTMENT, 21),
]


def bodies() -> list[Body]:
    made: dict[int, Body] = {}
    for pk, name, short, kind, parent in _ROWS:
        made[pk] = Body(pk=pk, name=name, short_name=short, kind=kind, parent=made.get(parent or 0))
    made[50] = Body(pk=50, name="云岭市环境保护局", kind=K.DEPARTMENT, parent=made[1], active_to=date(2019, 1, 1))
    made[51] = Body(pk=51, name="云岭市生态环境局", kind=K.DEPARTMENT, parent=made[1])
    made[50].merged_into = made[51]
    made[52] = Body(pk=52, name="云岭市盐务局", kind=K.DEPARTMENT, parent=made[1], active_to=date(2020, 5, 1))
    return list(made.values())


def catalogue(*groups: NamedGroup) -> NameCatalogue:
    known = {body.pk: body for body in bodies()}
    return NameCatalogue.of(
        known.values(),
        aliases=[
            Alias(name="市大数据中心", body=known[2]),
            Alias(name="云岭统计", body=known[9]),
            Alias(name="区府办", body=known[32]),
        ],
        offices=[
            Office(pk=1, body=known[13], name="财务处"),
            Office(pk=2, body=known[13], name="政策法规处"),
            Office(pk=3, body=known[2], name="政务公开科"),
        ],
        groups=groups,
        today=TODAY,
    )

"""Operations by subject, in page order, and the answer shapes."""

from collections.abc import Iterator
from importlib import import_module

from gongkai.ui.opendata.operations import ERROR_SHAPE, SOURCE_SHAPE, ApiOperation, ObjectShape

#: Modules with the Chinese label of their subject.
SUBJECT_LABELS: dict[str, str] = {
    "documents": "公开的信息",
    "policies": "政策库",
    "searching": "查找",
    "answers": "问答和留言",
    "decisions": "重大行政决策",
    "tables": "公开表",
    "progress": "任务进展和年度报告",
    "gazette": "政府公报",
    "columns_and_units": "栏目和单位",
    "files": "整批下载",
}


def _load_operations(name: str) -> list[ApiOperation]:
    module = import_module(f"{__name__}.{name}")
    return [var for var in vars(module).values() if isinstance(var, ApiOperation)]


#: Operations by subject label.
OPERATIONS_BY_SUBJECT: dict[str, list[ApiOperation]] = {
    label: _load_operations(name) for name, label in SUBJECT_LABELS.items()
}
#: ApiOperation's name → operation.
OPERATIONS_BY_NAME: dict[str, ApiOperation] = {
    operation.name: operation for some in OPERATIONS_BY_SUBJECT.values() for operation in some
}


def _iterate_shapes(shape: ObjectShape) -> Iterator[ObjectShape]:
    yield shape
    for inner in shape.inner:
        yield from _iterate_shapes(inner)


#: Shape's name → shape.
SHAPES_BY_NAME: dict[str, ObjectShape] = {
    shape.name: shape
    for outer in (
        SOURCE_SHAPE,
        ERROR_SHAPE,
        *(answer for operation in OPERATIONS_BY_NAME.values() for answer in operation.shapes),
    )
    for shape in _iterate_shapes(outer)
}

"""Actions of the open-government office on schemas."""

from collections.abc import Mapping

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.work.tables import rules
from gongkai.work.tables.fields import fields_of
from gongkai.work.tables.models import TableSchema

EDITABLE_FIELDS = (
    "label",
    "group",
    "source",
    "intro",
    "review_days",
    "kind",
    "basis",
    "per_year",
    "strict",
    "documents",
    "keepers",
    "owed_by",
    "active",
    "fields",
)


def _set(schema: TableSchema, facts: Mapping[str, object]) -> None:
    unknown = set(facts) - set(EDITABLE_FIELDS)
    if unknown:
        raise Refused([f"不能修改“{name}”。" for name in sorted(unknown)])
    for name, value in facts.items():
        setattr(schema, name, value.strip() if isinstance(value, str) else value)
    if not schema.label or not schema.source:
        raise Refused("请填写名称和依据。")
    try:
        schema.fields = [field.as_json() for field in fields_of(schema.fields)]
    except (ValueError, TypeError) as wrong:
        raise Refused(str(wrong) if isinstance(wrong, ValueError) else "字段写法有误。") from wrong


@action("tables.change_schema", label="修改表式", rule=rules.shapes)
def change_schema(schema: TableSchema, *, by: Actor, **facts: object) -> ActionResult:
    """Change the fields of a schema. Removed fields are no longer shown; stored values stay."""
    before = {name: getattr(schema, name) for name in facts if name in EDITABLE_FIELDS}
    if "per_year" in facts and facts["per_year"] != schema.per_year and schema.tables.exists():
        raise Refused("已有单位填报，不能改变是否按年度填报。")
    _set(schema, facts)
    first = fields_of(before["fields"])[0].key if "fields" in before else ""
    if first and schema.all_fields[0].key != first and schema.tables.exists():
        raise Refused("已有单位填报，第一个字段（名称）不能改变。")
    schema.save()
    changed = [name for name, value in before.items() if value != getattr(schema, name)]
    return ActionResult(words="修改表式", facts={"changed": {name: before[name] for name in changed}})


@action("tables.make_schema", label="新增表式", rule=rules.shapes)
def make_schema(_: None, *, by: Actor, key: str, **facts: object) -> ActionResult:
    """Create a schema; return the `TableSchema`."""
    if TableSchema.objects.filter(key=key).exists():
        raise Refused("这个代号已有表式，请换一个。")
    made = TableSchema(key=key)
    _set(made, facts)
    made.save()
    return ActionResult(words=f"新增表式“{made.label}”", result=made, stream=made.stream)

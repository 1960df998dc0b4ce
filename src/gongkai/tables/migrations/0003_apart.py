"""Schemas that are there already: a unit's 预算 and 决算, and a course on two days, are records of their own."""

from django.db import migrations

APART = {"budget": "what", "training": "starts"}


def tell_apart(apps, schema_editor):
    for schema in apps.get_model("tables", "TableSchema").objects.filter(key__in=APART):
        for one in schema.fields:
            if one["key"] == APART[schema.key]:
                one["apart"] = True
        schema.save(update_fields=["fields"])
        first = schema.fields[0]["key"]
        for record in apps.get_model("tables", "Record").objects.filter(table__schema=schema):
            beside = record.values.get(APART[schema.key])
            if beside:
                record.name = f"{record.values.get(first, record.name)}（{beside}）"[:300]
                record.save(update_fields=["name"])


class Migration(migrations.Migration):
    dependencies = [("tables", "0002_links")]

    operations = [migrations.RunPython(tell_apart, migrations.RunPython.noop)]

"""A balance is pointed out where it is above its limit, in schemas that are there already, too."""

from django.db import migrations


def bound_balance(apps, schema_editor):
    for schema in apps.get_model("tables", "TableSchema").objects.filter(key="debt"):
        keys = {one["key"] for one in schema.fields}
        for one in schema.fields:
            if one["key"] == "balance" and "limit" in keys:
                one["at_most"] = "limit"
        schema.save(update_fields=["fields"])


class Migration(migrations.Migration):
    dependencies = [("tables", "0005_keepers")]

    operations = [migrations.RunPython(bound_balance, migrations.RunPython.noop)]

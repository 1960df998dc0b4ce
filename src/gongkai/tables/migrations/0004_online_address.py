"""Service guides that are there already: where 网上办 says yes, the address is owed."""

from django.db import migrations


def ask_address(apps, schema_editor):
    for schema in apps.get_model("tables", "TableSchema").objects.filter(key="guide"):
        for one in schema.fields:
            if one["key"] == "link":
                one["needed_with"] = "online"
        schema.save(update_fields=["fields"])


class Migration(migrations.Migration):
    dependencies = [("tables", "0003_apart")]

    operations = [migrations.RunPython(ask_address, migrations.RunPython.noop)]

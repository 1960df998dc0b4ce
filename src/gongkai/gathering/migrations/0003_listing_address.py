"""A decision to list links keeps the address that was decided on; for those that are there it is their source's."""

from typing import Any

from django.db import migrations, models


def keep(apps: Any, _: Any) -> None:
    for one in apps.get_model("gathering", "Listing").objects.select_related("of"):
        one.address = one.of.address
        one.save(update_fields=["address"])


class Migration(migrations.Migration):
    dependencies = [("gathering", "0002_attachments_law_updates")]
    operations = [
        migrations.AddField("listing", "address", models.CharField("来源地址", max_length=500, blank=True)),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]

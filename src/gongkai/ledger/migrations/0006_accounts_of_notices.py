"""What accounts of a notice's tasks are counted from (docs/scale.md), built beside the work."""

from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("ledger", "0005_holidays"),
        ("units", "0001_initial"),
    ]

    operations = [
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                fields=["year", "kind", "id", "due_at", "closed_at", "warn_at", "paused", "outcome"],
                name="entry_account_by_id",
            ),
        )
    ]

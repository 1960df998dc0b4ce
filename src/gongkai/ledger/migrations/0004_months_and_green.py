"""Indexes for what was closed month by month and for the green ones by due date (docs/scale.md), built beside the work."""

from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly, RemoveIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("ledger", "0003_lists_of_millions"),
        ("units", "0001_initial"),
    ]

    operations = [
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["closed_at", "kind", "outcome", "due_at"],
                name="entry_closed_at",
            ),
        ),
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["due_at", "id", "year", "kind", "paused", "warn_at"],
                name="entry_open_by_due",
            ),
        ),
        RemoveIndexQuietly(model_name="entry", name="entry_open_due"),
    ]

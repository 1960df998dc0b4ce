"""Indexes for lists and accounts over millions of entries (docs/scale.md), built beside the work."""

from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly, RemoveIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("ledger", "0002_ordered_by"),
        ("units", "0001_initial"),
    ]

    operations = [
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                fields=["year", "kind", "body", "due_at", "closed_at", "warn_at", "paused", "outcome"],
                name="entry_account",
            ),
        ),
        AddIndexQuietly(model_name="entry", index=models.Index(fields=["due_at", "id"], name="entry_due")),
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("closed_at__gt", models.F("due_at"))),
                fields=["-opened_at", "-id"],
                name="entry_closed_late",
            ),
        ),
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("outcome__in", ["", "done"]), _negated=True),
                fields=["year", "outcome", "id"],
                name="entry_year_outcome",
            ),
        ),
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("audience", "staff")), fields=["body", "id"], name="entry_for_staff"
            ),
        ),
        RemoveIndexQuietly(model_name="entry", name="entry_year_closed"),
    ]

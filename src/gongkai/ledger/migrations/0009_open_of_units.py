"""What is open with a unit, with its kind: lists and lights of some units are counted from the index alone (docs/scale.md); built beside the work."""

from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly, RemoveIndexQuietly

RUNNING = models.Q(closed_at=None, paused=False)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("ledger", "0008_figures"),
        ("units", "0001_initial"),
    ]

    operations = [
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                fields=["body", "due_at", "id", "kind"],
                condition=models.Q(closed_at=None),
                name="entry_open_of_body",
            ),
        ),
        AddIndexQuietly(
            model_name="entry",
            index=models.Index(
                fields=["body", "due_at", "warn_at", "kind"], condition=RUNNING, name="entry_running_of_body"
            ),
        ),
        RemoveIndexQuietly(model_name="entry", name="entry_open_body_due"),
        RemoveIndexQuietly(model_name="entry", name="entry_running_body"),
    ]

"""The index of titles, in which words are looked for (docs/scale.md), built beside the work."""

from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("ledger", "0006_accounts_of_notices"),
        ("units", "0001_initial"),
    ]

    operations = [
        AddIndexQuietly(model_name="entry", index=models.Index(fields=["title"], name="entry_title"))
    ]

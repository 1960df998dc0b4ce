"""What accounts of a notice's tasks are counted from (docs/scale.md), built beside the work."""

from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("ledger", "0006_accounts_of_notices"),
        ("notices", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        AddIndexQuietly(
            model_name="assignment",
            index=models.Index(
                fields=["notice", "entry", "section_no", "measure", "body"], name="assignment_account"
            ),
        )
    ]

"""Tasks need no index of their measure or their notice alone: others begin with these columns (docs/scale.md)."""

import django.db.models.deletion
from django.db import migrations, models

from gongkai.acts.indexing import DropFieldIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notices", "0003_own_notices"),
    ]

    operations = [
        DropFieldIndexQuietly(
            model_name="assignment",
            name="measure",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="notices.measure",
                verbose_name="举措",
            ),
        ),
        DropFieldIndexQuietly(
            model_name="assignment",
            name="notice",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="notices.notice",
                verbose_name="通知",
            ),
        ),
    ]

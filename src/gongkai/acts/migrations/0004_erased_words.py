"""Which movements lost their words by law is on record: words that are gone without it were taken by somebody (`audit verify`)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("acts", "0003_covers")]

    operations = [
        migrations.CreateModel(
            name="ErasedWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "movement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased_words",
                        to="acts.movement",
                        verbose_name="流水",
                    ),
                ),
            ],
            options={
                "verbose_name": "依法删除的流水文字",
                "verbose_name_plural": "依法删除的流水文字",
            },
        ),
    ]

"""Digests of rows outside the log that movements answer for, and digests of insert-only tables in seals (`acts.covering`, `acts.seal`)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("acts", "0002_wide_heads")]

    operations = [
        migrations.AlterModelOptions(
            name="seal", options={"verbose_name": "流水封存", "verbose_name_plural": "流水封存"}
        ),
        migrations.AddField(
            model_name="seal",
            name="contents",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="各只增表新增行摘要值"),
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=64, verbose_name="表")),
                ("row", models.BigIntegerField(verbose_name="行号")),
                ("shape", models.CharField(max_length=8, verbose_name="字段")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="摘要值")),
                (
                    "movement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers",
                        to="acts.movement",
                        verbose_name="流水",
                    ),
                ),
            ],
            options={
                "verbose_name": "纳入核验的数据",
                "verbose_name_plural": "纳入核验的数据",
                "indexes": [
                    models.Index(fields=["table", "row", "id"], name="acts_cover_row"),
                    models.Index(fields=["movement", "id"], name="acts_cover_movement"),
                ],
            },
        ),
    ]

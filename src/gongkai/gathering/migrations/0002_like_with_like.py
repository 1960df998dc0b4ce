"""What a list says is kept apart from what a page says, and when a page was looked at from when it was listed; a person's decision on repeats."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("gathering", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="gathered",
            name="summary",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="来源摘要"),
        ),
        migrations.AddField(
            model_name="gathered",
            name="page_digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=64, verbose_name="原文摘要"),
        ),
        migrations.AddField(
            model_name="gathered",
            name="looked_at",
            field=models.DateTimeField(
                db_default=Now(), db_index=True, default=django.utils.timezone.now, verbose_name="最近核对"
            ),
        ),
        migrations.AlterField(
            model_name="gathered",
            name="seen_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="最近列出"),
        ),
        migrations.AddField(
            model_name="source",
            name="reading_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="正在收取"),
        ),
        migrations.AddField(
            model_name="source",
            name="apart",
            field=models.ManyToManyField(blank=True, to="gathering.source", verbose_name="不互为重复的来源"),
        ),
    ]

"""Search finds 索引号 and 文号 without their year, and knows facets. The full-text table is made and filled anew after migrating."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0003_standing_not_yet")]

    operations = [
        migrations.AddField(
            "searchrow",
            "number_short",
            models.CharField("文号（不写年份）", max_length=80, blank=True, db_index=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "searchrow",
            "index_key",
            models.CharField("索引号（字母数字）", max_length=60, blank=True, db_index=True, default=""),
            preserve_default=False,
        ),
        migrations.RunSQL("DROP TABLE IF EXISTS publishing_fulltext", migrations.RunSQL.noop),
    ]

"""Who keeps tables of a kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tables", "0004_online_address")]

    operations = [
        migrations.AddField(
            model_name="tableschema",
            name="keepers",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="单位名称中的词，用顿号分开，如：财政。不填的，各单位都可以填报",
                max_length=120,
                verbose_name="由哪些单位填报",
            ),
        ),
    ]

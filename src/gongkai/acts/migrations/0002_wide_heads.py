"""What the heads of all streams come to, wide enough that nobody makes two logs agree (`acts.heads`)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("acts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="seal",
            name="heads_sum",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="各流水末端之和"),
        ),
    ]

"""A decision of a clean-up names its round."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0003_earlier_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="policies.cleanupround",
                verbose_name="文件清理",
            ),
        ),
    ]

"""Store the old value beside a filed change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newmedia', '0001_squashed'),
    ]

    operations = [
        migrations.AddField(
            model_name='filing',
            name='before',
            field=models.JSONField(db_default={}, default=dict, verbose_name='变更前的内容'),
        ),
    ]

"""A posting passes a second person; those that the public reads already stay public."""

from django.db import migrations, models
from django.utils import timezone


def keep_public(apps, schema_editor):
    """Mark the postings of earlier versions as confirmed."""
    apps.get_model("tables", "Posting").objects.update(confirmed_by="（升级前登记）", confirmed_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ('tables', '0001_squashed'),
    ]

    operations = [
        migrations.AddField(
            model_name='posting',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='核对时间'),
        ),
        migrations.AddField(
            model_name='posting',
            name='confirmed_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='核对人'),
        ),
        migrations.AddField(
            model_name='posting',
            name='recorded_by',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='登记人编号'),
        ),
        migrations.RunPython(keep_public, migrations.RunPython.noop),
    ]

"""Store who recorded and who confirmed a posting."""

from django.db import migrations, models


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
    ]

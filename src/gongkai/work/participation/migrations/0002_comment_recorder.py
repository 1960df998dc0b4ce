"""Comments have who entered them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('participation', '0001_squashed'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='recorded_by',
            field=models.CharField(blank=True, db_default='', default='', help_text='单位登记的；网站提交的为空', max_length=80, verbose_name='登记人'),
        ),
    ]

from django.db import migrations, models

STANDINGS = [
    ('', '不适用'),
    ('in_force', '现行有效'),
    ('not_yet', '尚未施行'),
    ('amended', '已修改'),
    ('repealed', '已废止'),
    ('expired', '已失效'),
]


def _field(**facts):
    return models.CharField(blank=True, choices=STANDINGS, max_length=10, **facts)


class Migration(migrations.Migration):

    dependencies = [('publishing', '0002_disclosure_channels')]

    operations = [
        migrations.AlterField('document', 'standing', _field(default='', verbose_name='有效性')),
        migrations.AlterField('itempage', 'standing', _field(default='', verbose_name='有效性')),
        migrations.AlterField('shelf', 'standing', _field()),
        migrations.AlterField('searchrow', 'standing', _field()),
    ]

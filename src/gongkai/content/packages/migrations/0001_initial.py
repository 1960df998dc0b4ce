"""The tables of the app as of version 0.2."""

import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import LIBRARY_MIGRATIONS, FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        *LIBRARY_MIGRATIONS,
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Package',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sequence', models.PositiveIntegerField(unique=True, verbose_name='序号')),
                    ('digest', models.CharField(max_length=64, unique=True, verbose_name='摘要值')),
                    ('previous', models.CharField(blank=True, max_length=64, verbose_name='前一包摘要值')),
                    ('state', models.CharField(max_length=64, verbose_name='累计摘要值')),
                    ('whole', models.BooleanField(default=False, verbose_name='全量')),
                    ('made_at', models.DateTimeField(verbose_name='制作时间')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='办理时间')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('counts', models.JSONField(default=dict, verbose_name='内容')),
                    ('file', models.CharField(max_length=120, verbose_name='文件名')),
                ],
                options={
                    'verbose_name': '交换包',
                    'verbose_name_plural': '交换包',
                    'ordering': ['-sequence'],
                },
            ),
            migrations.CreateModel(
                name='Textless',
                fields=[
                    ('edition_id', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='版本编号')),
                ],
                options={
                    'verbose_name': '未带内容的版本',
                    'verbose_name_plural': '未带内容的版本',
                },
            ),
            migrations.CreateModel(
                name='Carried',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('part', models.CharField(max_length=40, verbose_name='部分')),
                    ('key', models.CharField(max_length=80, verbose_name='标识')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                ],
                options={
                    'verbose_name': '已交换内容',
                    'verbose_name_plural': '已交换内容',
                    'constraints': [models.UniqueConstraint(fields=('part', 'key'), name='carried_once')],
                },
            ),
        ]),
    ]

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
                name='BackupMade',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='时间')),
                    ('place', models.CharField(max_length=400, verbose_name='位置')),
                    ('bytes', models.BigIntegerField(default=0, verbose_name='字节')),
                    ('files', models.PositiveIntegerField(default=0, verbose_name='文件数')),
                    ('seal', models.CharField(blank=True, max_length=64, verbose_name='封存值')),
                    ('encrypted', models.BooleanField(default=False, verbose_name='已加密')),
                ],
                options={
                    'verbose_name': '备份记录',
                    'verbose_name_plural': '备份记录',
                    'ordering': ['-at'],
                },
            ),
            migrations.CreateModel(
                name='JobRun',
                fields=[
                    ('name', models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name='作业')),
                    ('started_at', models.DateTimeField(verbose_name='开始')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束')),
                    ('good_at', models.DateTimeField(blank=True, null=True, verbose_name='上次成功')),
                    ('took_ms', models.PositiveIntegerField(default=0, verbose_name='用时（毫秒）')),
                    ('failures', models.PositiveIntegerField(default=0, verbose_name='连续失败')),
                    ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='自何时失败')),
                    ('error', models.CharField(blank=True, max_length=300, verbose_name='失败原因')),
                ],
                options={
                    'verbose_name': '到期工作运行',
                    'verbose_name_plural': '到期工作运行',
                },
            ),
        ]),
    ]

"""The tables of the app as of version 0.2."""

import django.db.models.deletion
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='SearchRow',
                fields=[
                    ('from_at', models.DateTimeField()),
                    ('until_at', models.DateTimeField(null=True)),
                    ('published_at', models.DateTimeField()),
                    ('title', models.CharField(max_length=300)),
                    ('number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('kind', models.CharField(max_length=20)),
                    ('standing', models.CharField(blank=True, choices=[('', '不适用'), ('in_force', '现行有效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], max_length=10)),
                    ('audience', models.CharField(choices=[('all', '向社会公开'), ('limited', '限定范围公开')], max_length=8)),
                    ('circle', models.CharField(max_length=2000)),
                    ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='editions.edition')),
                    ('text', models.TextField()),
                    ('facets', models.TextField(blank=True, db_default='', default='', editable=False)),
                    ('number_key', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='文号（规范写法）')),
                    ('number_short', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='文号（不写年份）')),
                    ('index_key', models.CharField(blank=True, db_index=True, max_length=60, verbose_name='索引号（字母数字）')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editions.document')),
                ],
                options={
                    'verbose_name': '检索行',
                    'verbose_name_plural': '检索行',
                    'indexes': [models.Index(fields=['document'], name='searchrow_document'), models.Index(fields=['number_short', '-edition'], name='searchrow_newest_of_number')],
                },
            ),
        ]),
    ]

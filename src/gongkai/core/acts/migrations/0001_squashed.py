"""The tables of the app as of version 0.2; replaces its first 5 migrations."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import LIBRARY_MIGRATIONS, FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('acts', '0001_initial'),
        ('acts', '0002_wide_heads'),
        ('acts', '0003_covers'),
        ('acts', '0004_erased_words'),
        ('acts', '0005_erased_words_before'),
    ]

    dependencies = [
        *LIBRARY_MIGRATIONS,
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Cover',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('table', models.CharField(max_length=64, verbose_name='表')),
                    ('row', models.BigIntegerField(verbose_name='行号')),
                    ('shape', models.CharField(max_length=8, verbose_name='字段')),
                    ('digest', models.CharField(blank=True, max_length=64, verbose_name='摘要值')),
                    ('movement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='covers', to='acts.movement', verbose_name='流水')),
                ],
                options={
                    'verbose_name': '纳入核验的数据',
                    'verbose_name_plural': '纳入核验的数据',
                    'indexes': [models.Index(fields=['table', 'row', 'id'], name='acts_cover_row'), models.Index(fields=['movement', 'id'], name='acts_cover_movement')],
                },
            ),
            migrations.CreateModel(
                name='ErasedWords',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('movement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erased_words', to='acts.movement', verbose_name='流水')),
                ],
                options={
                    'verbose_name': '依法删除的流水文字',
                    'verbose_name_plural': '依法删除的流水文字',
                },
            ),
            migrations.CreateModel(
                name='Movement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('stream', models.CharField(max_length=64, verbose_name='流水')),
                    ('seq', models.PositiveIntegerField(verbose_name='序号')),
                    ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
                    ('action', models.CharField(max_length=64, verbose_name='操作')),
                    ('actor', models.CharField(max_length=120, verbose_name='经手人')),
                    ('person_id', models.BigIntegerField(null=True, verbose_name='人员编号')),
                    ('from_state', models.CharField(blank=True, max_length=24, verbose_name='原状态')),
                    ('to_state', models.CharField(blank=True, max_length=24, verbose_name='新状态')),
                    ('facts', models.JSONField(default=dict, verbose_name='事实')),
                    ('words_digest', models.CharField(blank=True, max_length=64, verbose_name='文字摘要值')),
                    ('prev_hash', models.CharField(blank=True, max_length=64, verbose_name='前一摘要值')),
                    ('hash', models.CharField(max_length=64, verbose_name='摘要值')),
                ],
                options={
                    'verbose_name': '操作流水',
                    'verbose_name_plural': '操作流水',
                    'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='movement_stream_seq')],
                },
            ),
            migrations.CreateModel(
                name='Seal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(unique=True, verbose_name='时间')),
                    ('last_movement_id', models.BigIntegerField(verbose_name='截至流水号')),
                    ('movements', models.BigIntegerField(verbose_name='流水条数')),
                    ('heads_sum', models.TextField(blank=True, db_default='', default='', verbose_name='各流水末端之和')),
                    ('heads_digest', models.CharField(max_length=64, verbose_name='各流水末端摘要值')),
                    ('prev_hash', models.CharField(blank=True, max_length=64, verbose_name='前一封存摘要值')),
                    ('counts', models.JSONField(blank=True, default=dict, verbose_name='各只增表末行')),
                    ('contents', models.JSONField(blank=True, db_default={}, default=dict, verbose_name='各只增表新增行摘要值')),
                    ('hash', models.CharField(max_length=64, verbose_name='封存摘要值')),
                    ('signature', models.CharField(blank=True, max_length=100, verbose_name='签名')),
                    ('key', models.CharField(blank=True, max_length=50, verbose_name='公钥')),
                ],
                options={
                    'verbose_name': '流水封存',
                    'verbose_name_plural': '流水封存',
                },
            ),
            migrations.CreateModel(
                name='Shown',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('stream', models.CharField(max_length=64, verbose_name='流水')),
                    ('person_id', models.BigIntegerField(verbose_name='人员编号')),
                    ('part', models.CharField(max_length=12, verbose_name='部分')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '看过的内容',
                    'verbose_name_plural': '看过的内容',
                    'constraints': [models.UniqueConstraint(fields=('stream', 'person_id', 'part', 'digest'), name='acts_shown_once')],
                },
            ),
            migrations.CreateModel(
                name='Stamp',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(verbose_name='请求时间')),
                    ('token', models.TextField(blank=True, help_text='机构的答复（RFC 3161），base64', verbose_name='时间戳')),
                    ('refused', models.CharField(blank=True, max_length=200, verbose_name='没有时间戳的原因')),
                    ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stamps', to='acts.seal', verbose_name='封存')),
                ],
                options={
                    'verbose_name': '封存时间戳',
                    'verbose_name_plural': '封存时间戳',
                },
            ),
            migrations.CreateModel(
                name='MovementWords',
                fields=[
                    ('movement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='kept_words', serialize=False, to='acts.movement', verbose_name='流水')),
                    ('text', models.TextField(verbose_name='文字')),
                ],
                options={
                    'verbose_name': '流水文字',
                    'verbose_name_plural': '流水文字',
                },
            ),
        ]),
    ]

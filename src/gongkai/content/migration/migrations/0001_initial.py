"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
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
                name='MigrationOrder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('origin', models.CharField(max_length=200, verbose_name='来源')),
                    ('name', models.CharField(max_length=120, verbose_name='批准人')),
                    ('person_id', models.BigIntegerField(verbose_name='批准人编号')),
                    ('account_id', models.BigIntegerField(null=True, verbose_name='账号编号')),
                    ('role', models.CharField(max_length=16, verbose_name='以何角色')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='批准时间')),
                    ('count', models.PositiveIntegerField(verbose_name='条数')),
                    ('list_digest', models.CharField(max_length=64, verbose_name='清单摘要值')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '迁移批准',
                    'verbose_name_plural': '迁移批准',
                },
            ),
            migrations.CreateModel(
                name='MoveRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('sheet', '表格'), ('pages', '网页文件')], max_length=8, verbose_name='来源类型')),
                    ('name', models.CharField(max_length=120, verbose_name='名称')),
                    ('base', models.CharField(blank=True, max_length=200, verbose_name='原网站地址')),
                    ('sheet', models.BinaryField(null=True, verbose_name='表格')),
                    ('bundle', models.CharField(blank=True, max_length=400, verbose_name='文件位置')),
                    ('uploaded', models.BooleanField(default=False, verbose_name='文件由上传得到')),
                    ('state', models.CharField(choices=[('reading', '正在读取'), ('planned', '待批准'), ('moving', '正在迁移'), ('done', '已迁移'), ('undoing', '正在撤销'), ('undone', '已撤销')], default='reading', max_length=10, verbose_name='状态')),
                    ('cursor', models.PositiveIntegerField(default=0, verbose_name='已读取')),
                    ('total', models.PositiveIntegerField(default=0, verbose_name='总数')),
                    ('columns', models.JSONField(default=dict, verbose_name='栏目对应')),
                    ('open_columns', models.BooleanField(default=False, verbose_name='同时开通新建的栏目')),
                    ('made_columns', models.JSONField(default=list, verbose_name='新建的栏目')),
                    ('notes', models.JSONField(default=list, verbose_name='说明')),
                    ('created_by', models.CharField(max_length=120, verbose_name='建立人')),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立时间')),
                    ('order_id', models.BigIntegerField(null=True, verbose_name='批准编号')),
                    ('ordered_by', models.CharField(blank=True, max_length=120, verbose_name='批准人')),
                    ('ordered_at', models.DateTimeField(null=True, verbose_name='批准时间')),
                    ('finished_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                    ('undo_reason', models.CharField(blank=True, max_length=200, verbose_name='撤销理由')),
                    ('undone_by', models.CharField(blank=True, max_length=120, verbose_name='撤销人')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='默认单位')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '迁移',
                    'verbose_name_plural': '迁移',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='MigratedText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=64, verbose_name='原标识摘要值')),
                    ('content_digest', models.CharField(max_length=64, verbose_name='内容摘要值')),
                    ('published_at', models.DateTimeField(verbose_name='原发布时间')),
                    ('source_digest', models.CharField(max_length=64, verbose_name='原网页摘要值')),
                    ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='个人信息决定人')),
                    ('decider_id', models.BigIntegerField(null=True, verbose_name='决定人编号')),
                    ('ground', models.CharField(blank=True, max_length=300, verbose_name='决定及依据')),
                    ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='migration.migrationorder', verbose_name='迁移批准')),
                ],
                options={
                    'verbose_name': '迁移清单',
                    'verbose_name_plural': '迁移清单',
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['order', 'key'], name='migrated_order_key')],
                },
            ),
            migrations.CreateModel(
                name='MoveRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(verbose_name='序号')),
                    ('place', models.CharField(max_length=300, verbose_name='位置')),
                    ('key', models.CharField(db_index=True, max_length=64, verbose_name='标识')),
                    ('state', models.CharField(choices=[('read', '已读取'), ('ready', '可以迁移'), ('held', '待人工决定'), ('bad', '有错误'), ('unknown', '认不出'), ('double', '疑似重复'), ('same', '已迁移过'), ('ignored', '不迁移'), ('moved', '已迁移'), ('draft', '将存为草稿'), ('drafted', '已存为草稿'), ('failed', '未能迁移'), ('back', '已撤销'), ('kept', '撤销时保留')], default='read', max_length=8, verbose_name='状态')),
                    ('title', models.CharField(blank=True, max_length=300, verbose_name='标题')),
                    ('unit', models.CharField(blank=True, max_length=120, verbose_name='单位（原文）')),
                    ('column', models.CharField(blank=True, max_length=600, verbose_name='栏目（原文）')),
                    ('published_at', models.DateTimeField(null=True, verbose_name='原发布时间')),
                    ('old', models.JSONField(default=list, verbose_name='原网址')),
                    ('data', models.JSONField(default=dict, verbose_name='内容')),
                    ('source', models.JSONField(default=dict, verbose_name='原网页')),
                    ('problems', models.JSONField(default=list, verbose_name='错误')),
                    ('notes', models.JSONField(default=list, verbose_name='说明')),
                    ('findings', models.JSONField(default=list, verbose_name='个人信息')),
                    ('forced', models.BooleanField(default=False, verbose_name='重复仍迁移')),
                    ('content_digest', models.CharField(blank=True, max_length=64, verbose_name='内容摘要值')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='结果')),
                    ('document_id', models.BigIntegerField(null=True, verbose_name='公开信息编号')),
                    ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='单位')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.website', verbose_name='网站')),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='migration.moverun', verbose_name='迁移')),
                ],
                options={
                    'verbose_name': '迁移明细',
                    'verbose_name_plural': '迁移明细',
                    'ordering': ['number'],
                    'indexes': [models.Index(fields=['run', 'state', 'number'], name='move_row_state')],
                    'constraints': [models.UniqueConstraint(fields=('run', 'number'), name='move_row_number'), models.UniqueConstraint(condition=models.Q(('state', 'moved')), fields=('website', 'key'), name='moved_once')],
                },
            ),
            migrations.CreateModel(
                name='MoveWindow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=300, verbose_name='事由')),
                    ('live_on', models.DateField(verbose_name='新网站上线日期')),
                    ('until', models.DateField(verbose_name='截止日期')),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='提出时间')),
                    ('asked_by', models.CharField(max_length=120, verbose_name='提出人')),
                    ('asker_id', models.BigIntegerField(verbose_name='提出人编号')),
                    ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='开通时间')),
                    ('opened_by', models.CharField(blank=True, max_length=120, verbose_name='批准人')),
                    ('opener_id', models.BigIntegerField(blank=True, null=True, verbose_name='批准人编号')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='关闭时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '迁移期',
                    'verbose_name_plural': '迁移期',
                    'ordering': ['-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('website',), name='move_window_once')],
                },
            ),
        ]),
    ]

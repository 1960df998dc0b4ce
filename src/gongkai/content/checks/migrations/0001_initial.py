"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('files', '0001_squashed_0002_losses'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='CheckRules',
                fields=[
                    ('body', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='check_rules', serialize=False, to='units.body')),
                    ('proofreading_holds', models.BooleanField(default=False, verbose_name='校对疑误未处理的暂缓发布')),
                    ('terms', models.TextField(blank=True, help_text='每行一条：错误用语,规范用语,说明（后两项可不填）', verbose_name='本单位术语')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '检查规则',
                    'verbose_name_plural': '检查规则',
                },
            ),
            migrations.CreateModel(
                name='ColumnLook',
                fields=[
                    ('column_id', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='栏目编号')),
                    ('link', models.CharField(max_length=300, verbose_name='链接地址')),
                    ('at', models.DateTimeField(verbose_name='检查时间')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='情况')),
                    ('since', models.DateTimeField(null=True, verbose_name='首次发现')),
                ],
                options={
                    'verbose_name': '链接栏目的检查',
                    'verbose_name_plural': '链接栏目的检查',
                },
            ),
            migrations.CreateModel(
                name='Look',
                fields=[
                    ('document_id', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='公开信息编号')),
                    ('links_at', models.DateTimeField(null=True, verbose_name='链接检查时间')),
                    ('files_at', models.DateTimeField(null=True, verbose_name='文件检查时间')),
                ],
                options={
                    'verbose_name': '链接和文件的检查时间',
                    'verbose_name_plural': '链接和文件的检查时间',
                },
            ),
            migrations.CreateModel(
                name='CheckResult',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(max_length=64, verbose_name='内容摘要值')),
                    ('rules', models.CharField(max_length=64, verbose_name='规则摘要值')),
                    ('state', models.CharField(choices=[('waiting', '正在检查'), ('done', '已检查'), ('unreadable', '机器读不出文字')], default='waiting', max_length=12, verbose_name='状态')),
                    ('suffix', models.CharField(blank=True, max_length=8, verbose_name='文件类型')),
                    ('findings', models.JSONField(default=list, verbose_name='检查结果')),
                    ('notes', models.JSONField(default=list, verbose_name='说明')),
                    ('claimed_at', models.DateTimeField(null=True, verbose_name='开始检查时间')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='检查时间')),
                ],
                options={
                    'verbose_name': '检查结果',
                    'verbose_name_plural': '检查结果',
                    'constraints': [models.UniqueConstraint(fields=('digest', 'rules', 'suffix'), name='checked_once')],
                },
            ),
            migrations.CreateModel(
                name='Fault',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('document_id', models.BigIntegerField(db_index=True, verbose_name='公开信息编号')),
                    ('body_id', models.BigIntegerField(db_index=True, verbose_name='单位编号')),
                    ('item_id', models.BigIntegerField(null=True, verbose_name='信息编号')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('kind', models.CharField(choices=[('link', '链接'), ('file', '文件')], max_length=8, verbose_name='类别')),
                    ('target', models.CharField(max_length=500, verbose_name='链接或文件')),
                    ('reason', models.CharField(max_length=200, verbose_name='情况')),
                    ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='首次发现')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='最近检查')),
                ],
                options={
                    'verbose_name': '失效链接和文件',
                    'verbose_name_plural': '失效链接和文件',
                    'constraints': [models.UniqueConstraint(fields=('document_id', 'kind', 'target'), name='one_fault_each')],
                },
            ),
            migrations.CreateModel(
                name='Vouching',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(max_length=64, verbose_name='来源标识')),
                    ('digest', models.CharField(max_length=64, verbose_name='文件摘要值')),
                    ('words', models.CharField(max_length=300, verbose_name='查看情况')),
                    ('by', models.CharField(max_length=120, verbose_name='查看人')),
                    ('person', models.BigIntegerField(null=True, verbose_name='查看人编号')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '人工查看',
                    'verbose_name_plural': '人工查看',
                    'indexes': [models.Index(fields=['source', 'digest'], name='checks_vouc_source_628b4a_idx')],
                },
            ),
            migrations.CreateModel(
                name='Waiver',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(db_index=True, max_length=64, verbose_name='来源标识')),
                    ('fingerprint', models.CharField(max_length=64, verbose_name='指纹')),
                    ('kind', models.CharField(max_length=20, verbose_name='类别')),
                    ('place', models.CharField(max_length=120, verbose_name='位置')),
                    ('shown', models.CharField(max_length=120, verbose_name='内容（已遮盖）')),
                    ('ground', models.CharField(max_length=24, verbose_name='保留依据')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('person', models.BigIntegerField(null=True, verbose_name='经手人编号')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                    ('revoked_at', models.DateTimeField(null=True, verbose_name='取消时间')),
                    ('revoked_by', models.CharField(blank=True, max_length=120, verbose_name='取消人')),
                ],
                options={
                    'verbose_name': '保留理由',
                    'verbose_name_plural': '保留理由',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('source', 'fingerprint'), name='kept_once')],
                },
            ),
            migrations.CreateModel(
                name='MaskedCopy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(max_length=64, verbose_name='来源标识')),
                    ('name', models.CharField(max_length=200, verbose_name='附件名称')),
                    ('count', models.PositiveIntegerField(verbose_name='遮盖处数')),
                    ('warnings', models.JSONField(default=list, verbose_name='说明')),
                    ('spared', models.JSONField(null=True, verbose_name='按保留决定未遮盖的')),
                    ('by', models.CharField(max_length=120, verbose_name='制作人')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='制作时间')),
                    ('taken_at', models.DateTimeField(null=True, verbose_name='采用时间')),
                    ('taken_by', models.CharField(blank=True, max_length=120, verbose_name='采用人')),
                    ('masked', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile', verbose_name='遮盖件')),
                    ('original', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile', verbose_name='原件')),
                ],
                options={
                    'verbose_name': '遮盖件',
                    'verbose_name_plural': '遮盖件',
                    'constraints': [models.UniqueConstraint(fields=('source', 'original'), name='one_masked_copy')],
                },
            ),
        ]),
    ]

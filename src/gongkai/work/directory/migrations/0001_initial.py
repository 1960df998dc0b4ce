"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('tables', '0003_confirm_earlier_postings'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Followup',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='followup', serialize=False, to='ledger.entry')),
                    ('domain', models.CharField(max_length=60, verbose_name='领域')),
                    ('outcome', models.CharField(choices=[('rules', '信息公开实施细则'), ('guideline', '基层政务公开标准指引'), ('catalogue', '基层政务公开标准目录')], default='rules', max_length=10, verbose_name='成果')),
                    ('act_title', models.CharField(blank=True, max_length=300, verbose_name='国家规定')),
                    ('act_number', models.CharField(blank=True, max_length=80, verbose_name='文号')),
                    ('act_on', models.DateField(blank=True, null=True, verbose_name='国家规定日期')),
                    ('drafted_on', models.DateField(blank=True, null=True, verbose_name='起草日期')),
                    ('submitted_on', models.DateField(blank=True, null=True, verbose_name='报审日期')),
                    ('approved_on', models.DateField(blank=True, null=True, verbose_name='批准日期')),
                    ('issued_on', models.DateField(blank=True, null=True, verbose_name='印发日期')),
                    ('number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='公开网址')),
                ],
                options={
                    'verbose_name': '跟进制定',
                    'verbose_name_plural': '跟进制定',
                },
            ),
            migrations.CreateModel(
                name='Catalogue',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('domain', models.CharField(max_length=60, verbose_name='领域')),
                    ('number', models.PositiveIntegerField(default=1, verbose_name='版次')),
                    ('state', models.CharField(choices=[('draft', '草稿'), ('in_force', '现行'), ('superseded', '已被新版替代')], db_index=True, default='draft', max_length=12, verbose_name='状态')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立时间')),
                    ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='启用时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('government', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='catalogues', to='units.body', verbose_name='政府')),
                ],
                options={
                    'verbose_name': '标准目录',
                    'verbose_name_plural': '标准目录',
                    'ordering': ['domain', '-number'],
                    'constraints': [models.UniqueConstraint(fields=('government', 'domain', 'number'), name='catalogue_version')],
                },
            ),
            migrations.CreateModel(
                name='CatalogueItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(default=0, verbose_name='序号')),
                    ('first', models.CharField(max_length=120, verbose_name='一级事项')),
                    ('second', models.CharField(blank=True, max_length=120, verbose_name='二级事项')),
                    ('content', models.TextField(verbose_name='公开内容（要素）')),
                    ('basis', models.TextField(blank=True, verbose_name='公开依据')),
                    ('time_limit', models.CharField(blank=True, max_length=300, verbose_name='公开时限')),
                    ('responsible', models.CharField(blank=True, max_length=300, verbose_name='公开主体')),
                    ('channels', models.JSONField(default=list, verbose_name='公开渠道和载体')),
                    ('everybody', models.BooleanField(default=True, verbose_name='全社会')),
                    ('group', models.CharField(blank=True, max_length=120, verbose_name='特定群体')),
                    ('proactive', models.BooleanField(default=True, verbose_name='主动')),
                    ('on_request', models.BooleanField(default=False, verbose_name='依申请')),
                    ('county', models.BooleanField(default=True, verbose_name='县级')),
                    ('township', models.BooleanField(default=False, verbose_name='乡级')),
                    ('key', models.CharField(db_index=True, max_length=64, verbose_name='标识')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('bodies', models.ManyToManyField(blank=True, related_name='catalogue_items', to='units.body', verbose_name='对应单位')),
                    ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='directory.catalogue', verbose_name='目录')),
                    ('columns', models.ManyToManyField(blank=True, related_name='catalogue_items', to='editions.column', verbose_name='公开栏目')),
                    ('power', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='catalogue_items', to='tables.record', verbose_name='权责事项')),
                ],
                options={
                    'verbose_name': '目录事项',
                    'verbose_name_plural': '目录事项',
                    'ordering': ['catalogue', 'position', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('catalogue', 'key'), name='item_once_in_catalogue')],
                },
            ),
            migrations.CreateModel(
                name='CellFinding',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('found_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='核对时间')),
                    ('found_by', models.CharField(blank=True, max_length=120, verbose_name='核对人')),
                    ('documents', models.ManyToManyField(blank=True, related_name='catalogue_findings', to='editions.document', verbose_name='本事项的信息')),
                    ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='directory.catalogueitem', verbose_name='目录事项')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='责任单位')),
                ],
                options={
                    'verbose_name': '共用栏目核对',
                    'verbose_name_plural': '共用栏目核对',
                    'ordering': ['item', 'unit'],
                    'constraints': [models.UniqueConstraint(fields=('item', 'unit'), name='cell_finding_once')],
                },
            ),
            migrations.CreateModel(
                name='ColumnTemplate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='名称')),
                    ('level', models.CharField(choices=[('province', '省级'), ('city', '市级'), ('county', '县级'), ('township', '乡级')], max_length=12, verbose_name='适用层级')),
                    ('paths', models.JSONField(default=list, verbose_name='栏目')),
                    ('state', models.CharField(choices=[('draft', '草稿'), ('cleared', '已审定')], default='draft', max_length=12, verbose_name='状态')),
                    ('made_by', models.BigIntegerField(blank=True, null=True, verbose_name='制定人编号')),
                    ('cleared_at', models.DateTimeField(blank=True, null=True, verbose_name='审定时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('government', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='column_templates', to='units.body', verbose_name='制定单位')),
                ],
                options={
                    'verbose_name': '栏目模板',
                    'verbose_name_plural': '栏目模板',
                    'ordering': ['level', 'name'],
                    'constraints': [models.UniqueConstraint(fields=('government', 'name'), name='template_name')],
                },
            ),
            migrations.CreateModel(
                name='YearlyCheck',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                    ('seed', models.CharField(max_length=16, verbose_name='抽样号')),
                    ('among', models.PositiveIntegerField(default=0, verbose_name='应公开的总数')),
                    ('third_party', models.CharField(blank=True, max_length=120, verbose_name='受委托的第三方')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='抽样时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('government', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='catalogue_checks', to='units.body', verbose_name='检查单位')),
                ],
                options={
                    'verbose_name': '标准目录落实情况检查',
                    'verbose_name_plural': '标准目录落实情况检查',
                    'ordering': ['-year', '-pk'],
                    'constraints': [models.UniqueConstraint(fields=('government', 'year'), name='catalogue_check_yearly')],
                },
            ),
            migrations.CreateModel(
                name='CheckedCell',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('seen', models.CharField(max_length=12, verbose_name='系统核对')),
                    ('count', models.PositiveIntegerField(default=0, verbose_name='已公开条数')),
                    ('verdict', models.CharField(blank=True, choices=[('good', '符合'), ('partly', '部分符合'), ('bad', '不符合')], max_length=8, verbose_name='结论')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='问题')),
                    ('judged_at', models.DateTimeField(blank=True, null=True, verbose_name='检查时间')),
                    ('judged_by', models.CharField(blank=True, max_length=120, verbose_name='检查人')),
                    ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checked', to='directory.catalogueitem', verbose_name='目录事项')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='责任单位')),
                    ('check_of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='directory.yearlycheck', verbose_name='检查')),
                ],
                options={
                    'verbose_name': '抽查事项',
                    'verbose_name_plural': '抽查事项',
                    'ordering': ['check_of', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('check_of', 'item', 'unit'), name='checked_cell_once')],
                },
            ),
            migrations.CreateModel(
                name='YearlyCheckRevision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('html', models.TextField(blank=True, verbose_name='正文')),
                    ('facts', models.JSONField(default=dict, verbose_name='著录项')),
                    ('files', models.JSONField(default=list, help_text='[名称, 摘要值]', verbose_name='附件')),
                    ('terms', models.JSONField(default=dict, verbose_name='编写要素')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='保存时间')),
                    ('by', models.CharField(max_length=120, verbose_name='保存人')),
                    ('account', models.BigIntegerField(null=True)),
                    ('person', models.BigIntegerField(null=True)),
                    ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='directory.yearlycheck', verbose_name='检查')),
                ],
                options={
                    'verbose_name': '检查结果的各稿',
                    'verbose_name_plural': '检查结果的各稿',
                    'ordering': ['pk'],
                    'abstract': False,
                },
            ),
        ]),
    ]

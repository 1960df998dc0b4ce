"""The tables of the app as of version 0.2."""

import django.db.models.deletion
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Report',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='annual_report', serialize=False, to='ledger.entry')),
                    ('year', models.PositiveSmallIntegerField(db_index=True, verbose_name='报告年度')),
                    ('area', models.BooleanField(default=False, verbose_name='本级政府报告')),
                    ('until', models.DateField(verbose_name='统计截止日期')),
                    ('authors', models.JSONField(default=list, verbose_name='填报人')),
                    ('published_number', models.PositiveIntegerField(default=0, verbose_name='公布的是第几次报送')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annual_reports', to='units.body', verbose_name='编制单位')),
                ],
                options={
                    'verbose_name': '年度报告',
                    'verbose_name_plural': '年度报告',
                    'constraints': [models.UniqueConstraint(fields=('body', 'year'), name='annual_report_once')],
                },
            ),
            migrations.CreateModel(
                name='Explanation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('mark', models.CharField(max_length=120, verbose_name='核对项')),
                    ('said', models.CharField(max_length=300, verbose_name='差异')),
                    ('text', models.CharField(max_length=500, verbose_name='说明')),
                    ('by', models.CharField(max_length=120, verbose_name='说明人')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='explanations', to='annual.report')),
                ],
                options={
                    'verbose_name': '差异说明',
                    'verbose_name_plural': '差异说明',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('report', 'mark'), name='annual_explained_once')],
                },
            ),
            migrations.CreateModel(
                name='EnteredFigure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=60, verbose_name='数据项')),
                    ('value', models.DecimalField(decimal_places=6, max_digits=15, verbose_name='数值')),
                    ('source', models.CharField(max_length=300, verbose_name='数据来源')),
                    ('by', models.CharField(max_length=120, verbose_name='填报人')),
                    ('at', models.DateTimeField(auto_now=True, verbose_name='填报时间')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entered', to='annual.report')),
                ],
                options={
                    'verbose_name': '填报数据',
                    'verbose_name_plural': '填报数据',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('report', 'key'), name='annual_figure_once')],
                },
            ),
            migrations.CreateModel(
                name='Correction',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('replaces', models.PositiveIntegerField(verbose_name='原公布的报送')),
                    ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='更正后的报送')),
                    ('reason', models.CharField(max_length=500, verbose_name='更正原因')),
                    ('by', models.CharField(max_length=120, verbose_name='决定人')),
                    ('at', models.DateTimeField(verbose_name='决定时间')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                    ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='更正公布时间')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='annual.report')),
                ],
                options={
                    'verbose_name': '更正',
                    'verbose_name_plural': '更正',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('report',), name='annual_one_correction')],
                },
            ),
            migrations.CreateModel(
                name='Section',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField(verbose_name='部分')),
                    ('text', models.TextField(blank=True, verbose_name='内容')),
                    ('drafted', models.BooleanField(default=False, verbose_name='系统起草')),
                    ('basis', models.TextField(blank=True, verbose_name='起草依据')),
                    ('confirmed_by', models.CharField(blank=True, max_length=120, verbose_name='确认人')),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='annual.report')),
                ],
                options={
                    'verbose_name': '文字部分',
                    'verbose_name_plural': '文字部分',
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('report', 'number'), name='annual_section_once')],
                },
            ),
            migrations.CreateModel(
                name='Submission',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(verbose_name='报送次数')),
                    ('content', models.JSONField(verbose_name='报送内容')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                    ('at', models.DateTimeField(verbose_name='报送时间')),
                    ('by', models.CharField(max_length=120, verbose_name='报送人')),
                    ('authors', models.JSONField(default=list, verbose_name='填报人')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='annual.report')),
                ],
                options={
                    'verbose_name': '报送',
                    'verbose_name_plural': '报送',
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('report', 'number'), name='annual_submission_number')],
                },
            ),
            migrations.CreateModel(
                name='SubmissionFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                    ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='annual.submission')),
                ],
                options={
                    'verbose_name': '报告文件',
                    'verbose_name_plural': '报告文件',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('submission', 'name'), name='annual_file_once')],
                },
            ),
            migrations.CreateModel(
                name='EarlierReport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='报告年度')),
                    ('tables', models.JSONField(verbose_name='数据表')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('address', models.CharField(blank=True, max_length=500, verbose_name='公布网址')),
                    ('published_on', models.DateField(blank=True, null=True, verbose_name='公布日期')),
                    ('by', models.CharField(max_length=120, verbose_name='导入人')),
                    ('person', models.BigIntegerField(blank=True, null=True, verbose_name='导入人编号')),
                    ('confirmed_by', models.CharField(blank=True, max_length=120, verbose_name='复核人')),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='复核时间')),
                    ('at', models.DateTimeField(auto_now=True, verbose_name='导入时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='earlier_reports', to='units.body', verbose_name='编制单位')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ],
                options={
                    'verbose_name': '往年年度报告',
                    'verbose_name_plural': '往年年度报告',
                    'ordering': ['-year', 'body'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'year'), name='annual_earlier_once')],
                },
            ),
        ]),
    ]

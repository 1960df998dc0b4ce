"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ('inspection', '0001_squashed'),
        ('inspection', '0002_duty_findings'),
    ]

    initial = True

    dependencies = [
        ('notices', '0001_squashed'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='IndicatorTable',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('version', models.CharField(max_length=40, verbose_name='版本')),
                    ('digest', models.CharField(max_length=64, unique=True, verbose_name='摘要值')),
                    ('text', models.TextField(verbose_name='指标')),
                ],
                options={
                    'verbose_name': '检查指标',
                    'verbose_name_plural': '检查指标',
                },
            ),
            migrations.CreateModel(
                name='InspectedSite',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(choices=[('site', '政府网站'), ('account', '政务新媒体账号')], default='site', max_length=8, verbose_name='类别')),
                    ('name', models.CharField(max_length=100, verbose_name='名称')),
                    ('address', models.CharField(max_length=300, unique=True, verbose_name='首页网址')),
                    ('every', models.PositiveSmallIntegerField(default=0, verbose_name='检查周期（天）')),
                    ('rate', models.FloatField(default=2.0, verbose_name='每秒最多请求数')),
                    ('pages', models.PositiveIntegerField(default=10000, verbose_name='最多检查网页数')),
                    ('layouts', models.JSONField(blank=True, default=list, verbose_name='学到的列表版式')),
                    ('ended_on', models.DateField(blank=True, null=True, verbose_name='停止检查')),
                    ('watched', models.BooleanField(default=True, verbose_name='每小时访问，统计可用率')),
                    ('visited_at', models.DateTimeField(blank=True, null=True, verbose_name='最近访问')),
                    ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='责任单位')),
                ],
                options={
                    'verbose_name': '受检网站',
                    'verbose_name_plural': '受检网站',
                    'ordering': ['name', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='InspectionRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('waiting', '等待检查'), ('running', '正在检查'), ('done', '已完成'), ('failed', '未能完成')], default='waiting', max_length=8, verbose_name='状态')),
                    ('asked_by', models.CharField(max_length=120, verbose_name='发起人')),
                    ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='发起时间')),
                    ('claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='最近工作时间')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='完成时间')),
                    ('today', models.DateField(verbose_name='检查日期')),
                    ('pages', models.PositiveIntegerField(default=0, verbose_name='网页数')),
                    ('links', models.PositiveIntegerField(default=0, verbose_name='链接数')),
                    ('score', models.FloatField(blank=True, null=True, verbose_name='得分')),
                    ('passed', models.BooleanField(default=False, verbose_name='合格')),
                    ('report', models.JSONField(blank=True, default=dict, verbose_name='结果')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='inspection.inspectedsite', verbose_name='网站')),
                    ('table', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspection.indicatortable', verbose_name='检查指标')),
                ],
                options={
                    'verbose_name': '网站检查',
                    'verbose_name_plural': '网站检查',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['site', '-id'], name='inspectionrun_site')],
                },
            ),
            migrations.CreateModel(
                name='OutsideFinding',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField(verbose_name='检查日期')),
                    ('inspector', models.CharField(max_length=120, verbose_name='检查单位')),
                    ('weight', models.CharField(choices=[('veto', '单项否决'), ('deduction', '扣分'), ('note', '提示，不计分'), ('none', '没有发现问题')], default='deduction', max_length=10, verbose_name='类别')),
                    ('what', models.CharField(blank=True, max_length=300, verbose_name='问题')),
                    ('url', models.CharField(blank=True, max_length=1000, verbose_name='网址')),
                    ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='得分')),
                    ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outside', to='inspection.inspectedsite', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '第三方检查结果',
                    'verbose_name_plural': '第三方检查结果',
                    'ordering': ['-on', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='SiteDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(verbose_name='日期')),
                    ('visits', models.PositiveSmallIntegerField(default=0, verbose_name='访问次数')),
                    ('failed', models.PositiveSmallIntegerField(default=0, verbose_name='未打开次数')),
                    ('slowest', models.FloatField(default=0.0, verbose_name='最慢（秒）')),
                    ('faults', models.JSONField(default=list, verbose_name='未打开的时间和原因')),
                    ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='days', to='inspection.inspectedsite', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '网站可用情况',
                    'verbose_name_plural': '网站可用情况',
                    'ordering': ['-day'],
                    'constraints': [models.UniqueConstraint(fields=('site', 'day'), name='siteday_once')],
                },
            ),
            migrations.CreateModel(
                name='SiteFinding',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('indicator', models.CharField(max_length=60, verbose_name='指标')),
                    ('name', models.CharField(max_length=100, verbose_name='指标名称')),
                    ('kind', models.CharField(max_length=10, verbose_name='类别')),
                    ('url', models.CharField(max_length=1000, verbose_name='网址')),
                    ('what', models.TextField(verbose_name='问题')),
                    ('count', models.PositiveIntegerField(default=1, verbose_name='网页数')),
                    ('evidence', models.JSONField(default=dict, verbose_name='取证')),
                    ('mark', models.CharField(max_length=64, verbose_name='标记')),
                    ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inspection.inspectionrun', verbose_name='检查')),
                ],
                options={
                    'verbose_name': '检查发现',
                    'verbose_name_plural': '检查发现',
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['run', 'id'], name='sitefinding_run')],
                },
            ),
            migrations.CreateModel(
                name='DutyChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cycle', models.CharField(blank=True, max_length=20, verbose_name='核查期次')),
                    ('before', models.CharField(blank=True, max_length=10, verbose_name='原结果')),
                    ('result', models.CharField(max_length=10, verbose_name='核验结果')),
                    ('why', models.CharField(max_length=300, verbose_name='依据')),
                    ('count', models.PositiveIntegerField(default=0, verbose_name='次数')),
                    ('at', models.DateTimeField(verbose_name='核验时间')),
                    ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.assignment', verbose_name='任务')),
                    ('duty', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.duty', verbose_name='要求')),
                ],
                options={
                    'verbose_name': '公开核验记录',
                    'verbose_name_plural': '公开核验记录',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['assignment', 'duty'], name='dutychange_duty')],
                },
            ),
            migrations.CreateModel(
                name='DutyVerdict',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cycle', models.CharField(blank=True, max_length=20, verbose_name='核查期次')),
                    ('result', models.CharField(db_index=True, max_length=10, verbose_name='核验结果')),
                    ('why', models.CharField(max_length=300, verbose_name='依据')),
                    ('count', models.PositiveIntegerField(default=0, verbose_name='次数')),
                    ('wanted', models.PositiveIntegerField(default=1, verbose_name='要求次数')),
                    ('due', models.DateField(verbose_name='期限')),
                    ('evidence', models.JSONField(default=list, verbose_name='取证')),
                    ('checked_at', models.DateTimeField(verbose_name='核验时间')),
                    ('assignment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.assignment', verbose_name='任务')),
                    ('duty', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.duty', verbose_name='要求')),
                    ('found', models.CharField(blank=True, choices=[('met', '是本项要求的信息'), ('other', '不是本项要求的信息')], db_default='', default='', max_length=8, verbose_name='核对结果')),
                    ('found_at', models.DateTimeField(blank=True, null=True, verbose_name='核对所见时间')),
                    ('found_by', models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='核对人')),
                ],
                options={
                    'verbose_name': '公开要求核验',
                    'verbose_name_plural': '公开要求核验',
                    'constraints': [models.UniqueConstraint(fields=('assignment', 'duty', 'cycle'), name='duty_verdict_once')],
                },
            ),
            migrations.CreateModel(
                name='InnerHost',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('host', models.CharField(help_text='域名或者IP地址，可以带端口，例如 10.1.2.3:8080', max_length=120, verbose_name='地址')),
                    ('why', models.CharField(max_length=300, verbose_name='理由')),
                    ('by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('person_id', models.BigIntegerField(null=True, verbose_name='登记人编号')),
                    ('account_id', models.BigIntegerField(null=True, verbose_name='登记人账号')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                    ('confirmed_by', models.CharField(blank=True, default='', max_length=120, verbose_name='确认人')),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='本级政府')),
                ],
                options={
                    'verbose_name': '允许检查的内部网络地址',
                    'verbose_name_plural': '允许检查的内部网络地址',
                    'ordering': ['-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('host',), name='inner_host_once')],
                },
            ),
            migrations.CreateModel(
                name='FalseAlarm',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('mark', models.CharField(max_length=64, verbose_name='标记')),
                    ('indicator', models.CharField(max_length=60, verbose_name='指标')),
                    ('what', models.TextField(verbose_name='问题')),
                    ('reason', models.CharField(max_length=300, verbose_name='理由')),
                    ('by', models.CharField(max_length=120, verbose_name='认定人')),
                    ('person_id', models.BigIntegerField(null=True, verbose_name='认定人编号')),
                    ('account_id', models.BigIntegerField(null=True, verbose_name='认定人账号')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='认定时间')),
                    ('waiting', models.BooleanField(db_default=False, default=False, verbose_name='待另一人确认')),
                    ('confirmed_by', models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='确认人')),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                    ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='false_alarms', to='inspection.inspectedsite', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '检查误报',
                    'verbose_name_plural': '检查误报',
                    'ordering': ['-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('site', 'mark'), name='false_alarm_once')],
                },
            ),
        ]),
    ]

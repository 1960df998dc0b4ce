"""The tables of the app as of version 0.2; replaces its first 2 migrations."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('interpretation', '0001_initial'),
        ('interpretation', '0002_specialist_rule'),
    ]

    dependencies = [
        ('editions', '0005_never_public'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Interpretation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('item_id', models.BigIntegerField(unique=True, verbose_name='信息编号')),
                    ('form', models.CharField(choices=[('text', '文字解读'), ('picture', '图片解读'), ('video', '视频解读')], default='text', max_length=8, verbose_name='形式')),
                    ('aspects', models.JSONField(default=dict, verbose_name='八个方面')),
                    ('copied_digest', models.CharField(blank=True, max_length=64, verbose_name='确认摘抄比例的文字')),
                    ('copied_by', models.CharField(blank=True, max_length=120, verbose_name='确认人')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interpretations', to='editions.document', verbose_name='被解读文件')),
                    ('text', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='explains', to='editions.document', verbose_name='解读稿')),
                ],
                options={
                    'verbose_name': '解读',
                    'verbose_name_plural': '解读',
                },
            ),
            migrations.CreateModel(
                name='Owed',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='interpretation', serialize=False, to='ledger.entry')),
                    ('forms', models.JSONField(default=list, verbose_name='所缺形式')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='指定的期限')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interpretation_owed', to='editions.document')),
                ],
                options={
                    'verbose_name': '待解读文件',
                    'verbose_name_plural': '待解读文件',
                },
            ),
            migrations.CreateModel(
                name='Plan',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('item_id', models.BigIntegerField(unique=True, verbose_name='信息编号')),
                    ('needed', models.BooleanField(default=True, verbose_name='需要解读')),
                    ('exempt_reason', models.CharField(blank=True, max_length=300, verbose_name='不解读的理由')),
                    ('outline', models.TextField(blank=True, verbose_name='解读提纲')),
                    ('forms', models.JSONField(default=list, verbose_name='解读形式')),
                    ('ordered', models.JSONField(default=list, verbose_name='指定的解读形式')),
                    ('ordered_by', models.CharField(blank=True, max_length=120, verbose_name='指定人')),
                    ('channels', models.CharField(blank=True, max_length=200, verbose_name='发布渠道')),
                    ('field', models.CharField(blank=True, choices=[('', '其他领域'), ('relief', '助企纾困'), ('tax', '减税降费'), ('approval', '投资审批'), ('infrastructure', '基础设施'), ('projects', '重大建设项目'), ('epidemic', '疫情防控'), ('jobs', '稳岗就业')], default='', max_length=16, verbose_name='领域')),
                    ('before_on', models.DateField(blank=True, null=True, verbose_name='出台前解读日期')),
                    ('before_how', models.CharField(blank=True, max_length=200, verbose_name='出台前解读方式')),
                    ('release_on', models.DateField(blank=True, null=True, verbose_name='同步解读日期')),
                    ('during_on', models.DateField(blank=True, null=True, verbose_name='执行中解读日期')),
                    ('during_how', models.CharField(blank=True, max_length=200, verbose_name='执行中解读方式')),
                    ('passed_by', models.CharField(blank=True, max_length=120, verbose_name='审定人')),
                    ('passed_at', models.DateTimeField(blank=True, null=True, verbose_name='审定时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interpretation_plans', to='units.body', verbose_name='起草单位')),
                ],
                options={
                    'verbose_name': '解读方案',
                    'verbose_name_plural': '解读方案',
                },
            ),
            migrations.CreateModel(
                name='PressEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('conference', '新闻发布会'), ('briefing', '新闻通气会、吹风会'), ('interview', '媒体专访'), ('talk', '线上线下答问'), ('on_site', '“发言人来了”活动'), ('supply', '向媒体提供素材')], max_length=12, verbose_name='形式')),
                    ('on', models.DateField(verbose_name='日期')),
                    ('topic', models.CharField(max_length=200, verbose_name='主题')),
                    ('policy', models.CharField(blank=True, max_length=200, verbose_name='涉及政策（文字）')),
                    ('speaker', models.CharField(blank=True, max_length=60, verbose_name='发布人')),
                    ('rank', models.CharField(choices=[('head', '主要负责人'), ('leader', '其他负责人'), ('spokesperson', '新闻发言人'), ('staff', '工作人员')], default='staff', max_length=12, verbose_name='发布人身份')),
                    ('place', models.CharField(blank=True, choices=[('', '不适用'), ('community', '社区'), ('park', '园区'), ('campus', '校区')], default='', max_length=10, verbose_name='活动场所')),
                    ('medium', models.CharField(blank=True, max_length=200, verbose_name='媒体')),
                    ('coverage', models.CharField(blank=True, max_length=300, verbose_name='报道情况')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='结果链接')),
                    ('dropped', models.CharField(blank=True, max_length=300, verbose_name='作废理由')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                    ('made_by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='press_events', to='units.body', verbose_name='单位')),
                    ('documents', models.ManyToManyField(blank=True, related_name='press_events', to='editions.document', verbose_name='涉及文件')),
                    ('result', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.document', verbose_name='公开的结果')),
                ],
                options={
                    'verbose_name': '新闻发布',
                    'verbose_name_plural': '新闻发布',
                    'ordering': ['-on', '-pk'],
                    'indexes': [models.Index(fields=['body', 'on'], name='press_event_body_on')],
                },
            ),
            migrations.CreateModel(
                name='PlannedRelease',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='planned_release', serialize=False, to='ledger.entry')),
                    ('kind', models.CharField(choices=[('conference', '新闻发布会'), ('briefing', '新闻通气会、吹风会'), ('interview', '媒体专访'), ('talk', '线上线下答问'), ('on_site', '“发言人来了”活动'), ('supply', '向媒体提供素材')], max_length=12, verbose_name='形式')),
                    ('policy', models.CharField(blank=True, max_length=200, verbose_name='涉及政策')),
                    ('rank', models.CharField(choices=[('head', '主要负责人'), ('leader', '其他负责人'), ('spokesperson', '新闻发言人'), ('staff', '工作人员')], default='spokesperson', max_length=12, verbose_name='发布人身份')),
                    ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='planned', to='interpretation.pressevent', verbose_name='举办的发布')),
                ],
                options={
                    'verbose_name': '新闻发布计划',
                    'verbose_name_plural': '新闻发布计划',
                },
            ),
            migrations.CreateModel(
                name='HandOver',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='handover', serialize=False, to='ledger.entry')),
                    ('sender', models.CharField(blank=True, max_length=80, verbose_name='移交处室')),
                    ('materials', models.JSONField(default=list, verbose_name='移交内容')),
                    ('place', models.CharField(blank=True, max_length=300, verbose_name='存放位置')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('handed_by', models.CharField(max_length=120, verbose_name='移交人')),
                    ('handed_at', models.DateTimeField(verbose_name='移交时间')),
                    ('received_by', models.CharField(blank=True, max_length=120, verbose_name='签收人')),
                    ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='签收时间')),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='interpretation.pressevent', verbose_name='新闻发布')),
                ],
                options={
                    'verbose_name': '新闻发布成果移交',
                    'verbose_name_plural': '新闻发布成果移交',
                },
            ),
            migrations.CreateModel(
                name='PressTarget',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                    ('least', models.PositiveSmallIntegerField(default=4, verbose_name='至少场次')),
                    ('led', models.PositiveSmallIntegerField(default=2, verbose_name='其中负责人出席')),
                    ('source', models.CharField(max_length=200, verbose_name='依据')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='press_targets', to='units.body', verbose_name='单位')),
                ],
                options={
                    'verbose_name': '新闻发布要求',
                    'verbose_name_plural': '新闻发布要求',
                    'constraints': [models.UniqueConstraint(fields=('body', 'year'), name='press_target_once')],
                },
            ),
            migrations.CreateModel(
                name='Setting',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('strict', models.BooleanField(default=True, verbose_name='政策文件没有解读方案和解读稿不得送审')),
                    ('copied_percent', models.PositiveSmallIntegerField(default=30, verbose_name='摘抄比例超过多少（%）须确认')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('government', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='interpretation_setting', to='units.body')),
                ],
                options={
                    'verbose_name': '解读设置',
                    'verbose_name_plural': '解读设置',
                },
            ),
            migrations.CreateModel(
                name='Specialist',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('field', models.CharField(max_length=120, verbose_name='负责领域')),
                    ('phone', models.CharField(max_length=40, verbose_name='联系电话')),
                    ('start', models.DateField(verbose_name='开始日期')),
                    ('end', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='specialists', to='units.body', verbose_name='单位')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specialisms', to='units.person', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '政策解读专员',
                    'verbose_name_plural': '政策解读专员',
                    'ordering': ['body__position', 'body', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='SpecialistRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=120, verbose_name='名称')),
                    ('dated', models.DateField(verbose_name='印发日期')),
                    ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                    ('text', models.TextField(max_length=20000, verbose_name='制度内容')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='公开网址')),
                    ('ended', models.DateField(blank=True, null=True, verbose_name='废止日期')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specialist_rules', to='units.body', verbose_name='单位')),
                ],
                options={
                    'verbose_name': '政策解读专员制度',
                    'verbose_name_plural': '政策解读专员制度',
                    'ordering': ['body__position', '-dated', 'pk'],
                },
            ),
        ]),
    ]

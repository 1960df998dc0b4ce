"""The tables of the app as of version 0.2."""

import django.db.models.deletion
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='PromiseTopic',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, unique=True, verbose_name='主题')),
                    ('position', models.PositiveIntegerField(default=100, verbose_name='排序')),
                ],
                options={
                    'verbose_name': '承诺主题',
                    'verbose_name_plural': '承诺主题',
                    'ordering': ['position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Feed',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='名称')),
                    ('address', models.CharField(max_length=500, verbose_name='地址')),
                    ('words', models.CharField(blank=True, max_length=500, verbose_name='关键词')),
                    ('active', models.BooleanField(default=True, verbose_name='启用')),
                    ('polled_at', models.DateTimeField(blank=True, null=True, verbose_name='最近收取')),
                    ('failed', models.CharField(blank=True, max_length=200, verbose_name='最近失败的原因')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='收集单位')),
                ],
                options={
                    'verbose_name': '舆情来源',
                    'verbose_name_plural': '舆情来源',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'address'), name='feed_once')],
                },
            ),
            migrations.CreateModel(
                name='OpinionCase',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='opinion_case', serialize=False, to='ledger.entry', verbose_name='记录')),
                    ('text', models.TextField(verbose_name='舆情内容')),
                    ('platform', models.CharField(max_length=60, verbose_name='来源平台')),
                    ('address', models.CharField(blank=True, max_length=500, verbose_name='网址')),
                    ('found_at', models.DateTimeField(verbose_name='发现时间')),
                    ('occurred_at', models.DateTimeField(blank=True, null=True, verbose_name='事件发生时间')),
                    ('assigned_why', models.CharField(blank=True, max_length=500, verbose_name='确定责任单位的理由')),
                    ('kind', models.CharField(blank=True, choices=[('misread', '对政策措施的误解误读'), ('interest', '涉及公众切身利益且可能产生较大影响'), ('morality', '涉及民生领域严重冲击社会道德底线'), ('emergency', '涉及突发事件处置和自然灾害应对'), ('hot', '社会热点问题'), ('ordered', '上级要求主动回应')], max_length=12, verbose_name='舆情类型')),
                    ('level', models.CharField(choices=[('extreme', '特别重大'), ('major', '重大'), ('serious', '较大'), ('general', '一般')], default='general', max_length=10, verbose_name='等级')),
                    ('consulted_at', models.DateTimeField(blank=True, null=True, verbose_name='会商时间')),
                    ('judged_at', models.DateTimeField(blank=True, null=True, verbose_name='研判时间')),
                    ('judged', models.TextField(blank=True, verbose_name='研判意见')),
                    ('judged_by', models.CharField(blank=True, max_length=120, verbose_name='研判人')),
                    ('responded_at', models.DateTimeField(blank=True, null=True, verbose_name='首次回应时间')),
                    ('evaluated_at', models.DateTimeField(blank=True, null=True, verbose_name='评估时间')),
                    ('effect', models.CharField(blank=True, choices=[('settled', '舆情平息'), ('eased', '明显缓和'), ('open', '仍有质疑'), ('worse', '引发次生舆情')], max_length=10, verbose_name='回应效果')),
                    ('evaluation', models.TextField(blank=True, verbose_name='效果评估')),
                    ('lessons', models.TextField(blank=True, verbose_name='经验教训')),
                    ('areas', models.ManyToManyField(blank=True, related_name='+', to='units.body', verbose_name='涉及地区')),
                    ('collector', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='收集单位')),
                    ('proposed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='建议的首要责任单位')),
                    ('field', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases', to='opinion.watchfield', verbose_name='关注领域')),
                ],
                options={
                    'verbose_name': '政务舆情',
                    'verbose_name_plural': '政务舆情',
                    'indexes': [models.Index(fields=['kind', 'level'], name='opinion_case_kind')],
                },
            ),
            migrations.CreateModel(
                name='Lead',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('ref', models.CharField(max_length=64, verbose_name='标识')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('text', models.TextField(blank=True, verbose_name='摘要')),
                    ('address', models.CharField(blank=True, max_length=500, verbose_name='网址')),
                    ('written_at', models.DateTimeField(blank=True, null=True, verbose_name='发布时间')),
                    ('found_at', models.DateTimeField(verbose_name='发现时间')),
                    ('state', models.CharField(choices=[('new', '待甄别'), ('taken', '已立案'), ('dropped', '不立案')], db_index=True, default='new', max_length=8, verbose_name='状态')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='不立案的理由')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('feed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='opinion.feed', verbose_name='来源')),
                    ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='opinion.opinioncase', verbose_name='舆情')),
                ],
                options={
                    'verbose_name': '舆情线索',
                    'verbose_name_plural': '舆情线索',
                    'ordering': ['-found_at', '-pk'],
                    'constraints': [models.UniqueConstraint(fields=('feed', 'ref'), name='lead_once')],
                },
            ),
            migrations.CreateModel(
                name='Consulted',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('asked', models.CharField(max_length=300, verbose_name='会商内容')),
                    ('asked_at', models.DateTimeField(verbose_name='发出时间')),
                    ('text', models.TextField(blank=True, verbose_name='会商意见')),
                    ('by', models.CharField(blank=True, max_length=120, verbose_name='提出人')),
                    ('at', models.DateTimeField(blank=True, null=True, verbose_name='提出时间')),
                    ('guidance', models.BooleanField(default=False, verbose_name='宣传、网信指导意见')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='会商单位')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consulted', to='opinion.opinioncase', verbose_name='舆情')),
                ],
                options={
                    'verbose_name': '舆情会商',
                    'verbose_name_plural': '舆情会商',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('guidance', False)), fields=('case', 'body'), name='consulted_once')],
                },
            ),
            migrations.CreateModel(
                name='CaseTalk',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sort', models.CharField(choices=[('talk', '约谈'), ('criticism', '通报批评')], max_length=10, verbose_name='方式')),
                    ('on', models.DateField(verbose_name='日期')),
                    ('words', models.TextField(verbose_name='事由和要求')),
                    ('by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='单位')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='talks', to='opinion.opinioncase', verbose_name='舆情')),
                ],
                options={
                    'verbose_name': '舆情回应问责',
                    'verbose_name_plural': '舆情回应问责',
                    'ordering': ['-on', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='CaseLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(blank=True, max_length=100, verbose_name='关系')),
                    ('by', models.CharField(max_length=120, verbose_name='关联人')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                    ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editions.document', verbose_name='相关信息')),
                    ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ledger.entry', verbose_name='相关记录')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='opinion.opinioncase', verbose_name='舆情')),
                ],
                options={
                    'verbose_name': '舆情关联',
                    'verbose_name_plural': '舆情关联',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('case', 'entry'), name='case_entry_once'), models.UniqueConstraint(fields=('case', 'document'), name='case_document_once')],
                },
            ),
            migrations.CreateModel(
                name='OpinionDuty',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='opinion_duty', serialize=False, to='ledger.entry', verbose_name='记录')),
                    ('sort', models.CharField(choices=[('press', '举行新闻发布会'), ('measure', '落实处置措施')], max_length=8, verbose_name='事项')),
                    ('what', models.TextField(verbose_name='要求')),
                    ('report', models.TextField(blank=True, verbose_name='落实情况')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='opinion.opinioncase', verbose_name='舆情')),
                ],
                options={
                    'verbose_name': '舆情处置事项',
                    'verbose_name_plural': '舆情处置事项',
                },
            ),
            migrations.CreateModel(
                name='Promise',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='promise', serialize=False, to='ledger.entry', verbose_name='记录')),
                    ('words', models.TextField(verbose_name='承诺内容')),
                    ('promised_by', models.CharField(blank=True, max_length=120, verbose_name='承诺人')),
                    ('occasion', models.CharField(max_length=200, verbose_name='承诺场合')),
                    ('promised_on', models.DateField(verbose_name='承诺日期')),
                    ('first_until', models.DateField(blank=True, null=True, verbose_name='最初承诺的期限')),
                    ('address', models.CharField(blank=True, max_length=500, verbose_name='出处')),
                    ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='公开时间')),
                    ('ended_on', models.DateField(blank=True, null=True, verbose_name='兑现（说明）日期')),
                    ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='promises', to='opinion.opinioncase', verbose_name='相关舆情')),
                    ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='opinion.promisetopic', verbose_name='主题')),
                ],
                options={
                    'verbose_name': '公开承诺',
                    'verbose_name_plural': '公开承诺',
                },
            ),
            migrations.CreateModel(
                name='Response',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('means', models.CharField(choices=[('website', '政府网站发布权威信息'), ('account', '政务新媒体发布'), ('conference', '新闻发布会'), ('briefing', '吹风会'), ('interview', '接受媒体采访'), ('other', '其他方式')], max_length=12, verbose_name='回应方式')),
                    ('channel', models.CharField(blank=True, max_length=120, verbose_name='发布渠道')),
                    ('speaker', models.CharField(blank=True, max_length=120, verbose_name='回应人')),
                    ('text', models.TextField(blank=True, verbose_name='回应内容')),
                    ('evidence', models.BigIntegerField(blank=True, null=True, verbose_name='佐证编号')),
                    ('responded_at', models.DateTimeField(blank=True, null=True, verbose_name='回应时间')),
                    ('drafted_at', models.DateTimeField(verbose_name='起草时间')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='responses', to='opinion.opinioncase', verbose_name='舆情')),
                ],
                options={
                    'verbose_name': '舆情回应',
                    'verbose_name_plural': '舆情回应',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='ResponseText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.BigIntegerField(blank=True, null=True, verbose_name='起草账号编号')),
                    ('person', models.BigIntegerField(blank=True, null=True, verbose_name='起草人编号')),
                    ('by', models.CharField(max_length=120, verbose_name='起草人')),
                    ('at', models.DateTimeField(verbose_name='时间')),
                    ('title', models.CharField(max_length=200, verbose_name='标题')),
                    ('text', models.TextField(verbose_name='正文')),
                    ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='opinion.response', verbose_name='回应')),
                ],
                options={
                    'verbose_name': '舆情回应稿',
                    'verbose_name_plural': '舆情回应稿',
                    'ordering': ['pk'],
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Spokesperson',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=80, verbose_name='职务')),
                    ('phone', models.CharField(max_length=40, verbose_name='联系电话')),
                    ('start', models.DateField(verbose_name='确定日期')),
                    ('end', models.DateField(blank=True, null=True, verbose_name='卸任日期')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='单位')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='发言人')),
                ],
                options={
                    'verbose_name': '新闻发言人',
                    'verbose_name_plural': '新闻发言人',
                    'ordering': ['body__position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Statement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.BigIntegerField(blank=True, null=True, verbose_name='起草账号编号')),
                    ('person', models.BigIntegerField(blank=True, null=True, verbose_name='起草人编号')),
                    ('by', models.CharField(max_length=120, verbose_name='起草人')),
                    ('at', models.DateTimeField(verbose_name='时间')),
                    ('sort', models.CharField(choices=[('promise', '承诺'), ('progress', '进展'), ('date', '期限变更'), ('kept', '兑现'), ('broken', '未兑现')], max_length=10, verbose_name='类别')),
                    ('title', models.CharField(blank=True, max_length=200, verbose_name='标题')),
                    ('text', models.TextField(verbose_name='内容')),
                    ('on', models.DateField(blank=True, null=True, verbose_name='日期')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='新的期限')),
                    ('due_before', models.DateField(blank=True, null=True, verbose_name='原定期限')),
                    ('lead', models.TextField(blank=True, verbose_name='说明')),
                    ('link', models.URLField(blank=True, max_length=500, verbose_name='出处或者佐证的网址')),
                    ('before', models.JSONField(default=list, verbose_name='此前已公开的内容')),
                    ('public_at', models.DateTimeField(blank=True, null=True, verbose_name='公开时间')),
                    ('dropped', models.BooleanField(default=False, verbose_name='不再公开')),
                    ('promise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='opinion.promise', verbose_name='承诺')),
                ],
                options={
                    'verbose_name': '承诺公开内容',
                    'verbose_name_plural': '承诺公开内容',
                    'ordering': ['pk'],
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='WatchField',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, unique=True, verbose_name='领域')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='关键词')),
                    ('source', models.CharField(blank=True, max_length=200, verbose_name='依据的通知')),
                    ('position', models.PositiveIntegerField(default=100, verbose_name='排序')),
                    ('bodies', models.ManyToManyField(blank=True, related_name='+', to='units.body', verbose_name='责任单位')),
                ],
                options={
                    'verbose_name': '舆情关注领域',
                    'verbose_name_plural': '舆情关注领域',
                    'ordering': ['position', 'pk'],
                },
            ),
        ]),
    ]

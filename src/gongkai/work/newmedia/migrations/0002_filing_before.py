"""The tables of the app as of version 0.2; the name is that of its last migration, which every database since has recorded."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('publishing', '0001_initial'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Account',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('platform', models.CharField(choices=[('wechat', '微信公众号'), ('channels', '微信视频号'), ('weibo', '微博'), ('douyin', '抖音'), ('kuaishou', '快手'), ('toutiao', '今日头条'), ('bilibili', '哔哩哔哩'), ('app', '移动客户端'), ('mini', '小程序'), ('other', '其他平台')], max_length=10, verbose_name='平台')),
                    ('name', models.CharField(max_length=80, verbose_name='账号名称')),
                    ('handle', models.CharField(blank=True, help_text='微信号、微博UID、应用包名等', max_length=80, verbose_name='账号标识')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='主页地址')),
                    ('functions', models.JSONField(default=list, verbose_name='功能')),
                    ('about', models.CharField(blank=True, max_length=300, verbose_name='功能介绍')),
                    ('operator', models.CharField(blank=True, max_length=120, verbose_name='承办运维单位')),
                    ('keepers', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='专职人数')),
                    ('funds', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='年度经费（万元）')),
                    ('followers', models.PositiveIntegerField(blank=True, null=True, verbose_name='关注人数')),
                    ('shared', models.BooleanField(default=False, verbose_name='本级政府统一账号')),
                    ('ipv6', models.BooleanField(blank=True, null=True, verbose_name='支持IPv6（移动客户端）')),
                    ('rules_content', models.CharField(blank=True, help_text='文号或者网址', max_length=300, verbose_name='内容采编制度')),
                    ('rules_promotion', models.CharField(blank=True, help_text='文号或者网址', max_length=300, verbose_name='拓展推介制度')),
                    ('rules_interaction', models.CharField(blank=True, help_text='文号或者网址', max_length=300, verbose_name='交流互动制度')),
                    ('excellent', models.CharField(blank=True, help_text='培育为优质账号的，写明依据', max_length=300, verbose_name='优质账号的依据')),
                    ('why_more', models.CharField(blank=True, max_length=200, verbose_name='同平台多个账号的理由')),
                    ('why_name', models.CharField(blank=True, max_length=200, verbose_name='名称与单位不一致的理由')),
                    ('state', models.CharField(choices=[('filing', '开设备案中'), ('open', '运行中'), ('closed', '已关停'), ('refused', '未予开设')], db_index=True, default='filing', max_length=8, verbose_name='状态')),
                    ('opened_on', models.DateField(blank=True, null=True, verbose_name='开设日期')),
                    ('closed_on', models.DateField(blank=True, null=True, verbose_name='关停日期')),
                    ('updated_on', models.DateField(blank=True, db_index=True, null=True, verbose_name='最近更新')),
                    ('reminded', models.CharField(blank=True, editable=False, max_length=20, verbose_name='已提醒')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='newmedia', to='units.body', verbose_name='主办单位')),
                    ('keeper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='管理员')),
                    ('leader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='责任领导')),
                ],
                options={
                    'verbose_name': '政务新媒体账号',
                    'verbose_name_plural': '政务新媒体账号',
                    'ordering': ['body__position', 'body_id', 'platform', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['filing', 'open'])), fields=('platform', 'name'), name='account_name_once')],
                },
            ),
            migrations.CreateModel(
                name='AccountColumn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='栏目名称')),
                    ('content', models.CharField(blank=True, max_length=300, verbose_name='栏目内容')),
                    ('cycle_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='更新周期（天）')),
                    ('opened', models.BooleanField(default=False, verbose_name='已开通')),
                    ('opened_on', models.DateField(blank=True, null=True, verbose_name='开通日期')),
                    ('updated_on', models.DateField(blank=True, null=True, verbose_name='最近更新')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='columns', to='newmedia.account', verbose_name='账号')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='责任单位')),
                    ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='责任人')),
                ],
                options={
                    'verbose_name': '新媒体栏目',
                    'verbose_name_plural': '新媒体栏目',
                    'ordering': ['account', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('account', 'name'), name='account_column_once')],
                },
            ),
            migrations.CreateModel(
                name='Filing',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='account_filing', serialize=False, to='ledger.entry')),
                    ('kind', models.CharField(choices=[('open', '开设'), ('change', '变更'), ('close', '关停')], max_length=6, verbose_name='事项')),
                    ('reason', models.CharField(max_length=500, verbose_name='理由')),
                    ('changes', models.JSONField(default=dict, verbose_name='变更内容')),
                    ('aftercare', models.CharField(blank=True, max_length=500, verbose_name='善后安排')),
                    ('notice', models.URLField(blank=True, max_length=500, verbose_name='公告地址')),
                    ('done_on', models.DateField(blank=True, null=True, verbose_name='办理日期')),
                    ('proof_name', models.CharField(blank=True, max_length=200, verbose_name='材料名称')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='newmedia.account', verbose_name='账号')),
                    ('proof', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='材料')),
                    ('before', models.JSONField(db_default={}, default=dict, verbose_name='变更前的内容')),
                ],
                options={
                    'verbose_name': '新媒体备案',
                    'verbose_name_plural': '新媒体备案',
                },
            ),
            migrations.CreateModel(
                name='Post',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('asked', '待转发'), ('draft', '待审核'), ('cleared', '待发布'), ('posted', '已发布'), ('declined', '不转发')], db_index=True, default='draft', max_length=8, verbose_name='状态')),
                    ('edition', models.PositiveIntegerField(default=0, verbose_name='公开版本')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('text', models.TextField(blank=True, verbose_name='文字')),
                    ('pictures', models.JSONField(default=list, verbose_name='图片')),
                    ('digest', models.CharField(blank=True, max_length=64, verbose_name='审核的文字摘要值')),
                    ('gates', models.JSONField(default=dict, verbose_name='审核')),
                    ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='要求时间')),
                    ('asked_by', models.CharField(blank=True, max_length=120, verbose_name='要求单位')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='要求发布期限')),
                    ('prepared_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='编写时间')),
                    ('prepared_by', models.CharField(blank=True, max_length=120, verbose_name='编写人')),
                    ('author', models.BigIntegerField(null=True, verbose_name='编写人编号')),
                    ('cleared_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                    ('cleared_by', models.CharField(blank=True, max_length=120, verbose_name='审核人')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='不转发的理由')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='发布或决定时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='newmedia.account', verbose_name='账号')),
                    ('column', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to='newmedia.accountcolumn', verbose_name='栏目')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='newmedia_posts', to='editions.document', verbose_name='公开信息')),
                    ('release', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='post', to='publishing.channelrelease', verbose_name='发布登记')),
                ],
                options={
                    'verbose_name': '新媒体发布',
                    'verbose_name_plural': '新媒体发布',
                    'ordering': ['-pk'],
                    'constraints': [models.UniqueConstraint(fields=('account', 'document'), name='post_once')],
                },
            ),
            migrations.CreateModel(
                name='Screening',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('quarter', models.CharField(help_text='2026Q4', max_length=6, verbose_name='季度')),
                    ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='开始时间')),
                    ('looked_at', models.PositiveIntegerField(default=0, verbose_name='排查账号数')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='screenings', to='units.body', verbose_name='组织单位')),
                ],
                options={
                    'verbose_name': '新媒体排查',
                    'verbose_name_plural': '新媒体排查',
                    'ordering': ['-quarter', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'quarter'), name='screening_once')],
                },
            ),
            migrations.CreateModel(
                name='Hit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reasons', models.JSONField(default=list, verbose_name='问题')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='情况')),
                    ('decision', models.CharField(blank=True, choices=[('keep', '继续运行'), ('mend', '限期整改'), ('merge', '整合'), ('close', '关停')], max_length=6, verbose_name='处理')),
                    ('decision_words', models.CharField(blank=True, max_length=300, verbose_name='处理说明')),
                    ('decided_on', models.DateField(blank=True, null=True, verbose_name='决定日期')),
                    ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='决定人')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hits', to='newmedia.account', verbose_name='账号')),
                    ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='整改要求')),
                    ('screening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hits', to='newmedia.screening', verbose_name='排查')),
                ],
                options={
                    'verbose_name': '排查问题',
                    'verbose_name_plural': '排查问题',
                    'ordering': ['screening', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('screening', 'account'), name='screening_hit_once')],
                },
            ),
            migrations.CreateModel(
                name='Update',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField(verbose_name='更新日期')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='网址')),
                    ('words', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                    ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                    ('recorded_by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='newmedia.account', verbose_name='账号')),
                    ('column', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='updates', to='newmedia.accountcolumn', verbose_name='栏目')),
                ],
                options={
                    'verbose_name': '更新登记',
                    'verbose_name_plural': '更新登记',
                    'ordering': ['-on', '-pk'],
                },
            ),
        ]),
    ]

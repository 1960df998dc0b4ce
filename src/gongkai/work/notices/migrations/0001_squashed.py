"""The tables of the app as of version 0.2; replaces its first 8 migrations."""

import django.db.models.deletion
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('notices', '0001_initial'),
        ('notices', '0002_accounts_of_notices'),
        ('notices', '0003_own_notices'),
        ('notices', '0004_indexes_that_others_begin_with'),
        ('notices', '0005_drafts_brought_in'),
        ('notices', '0006_partners'),
        ('notices', '0007_amended_versions'),
        ('notices', '0008_rows_kept_by_amended_versions'),
    ]

    dependencies = [
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('publishing', '0001_initial'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='AwaitedAct',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(max_length=300, verbose_name='等待的事项')),
                    ('title', models.CharField(blank=True, max_length=300, verbose_name='文件标题')),
                    ('doc_number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('dated', models.DateField(blank=True, null=True, verbose_name='日期')),
                    ('entered_by', models.CharField(blank=True, max_length=120, verbose_name='登记人')),
                    ('entered_at', models.DateTimeField(blank=True, null=True, verbose_name='登记时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '等待的上级文件',
                    'verbose_name_plural': '等待的上级文件',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='ChildDraft',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('doc_number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('issuer_name', models.CharField(max_length=200, verbose_name='印发单位')),
                    ('addressee', models.CharField(max_length=300, verbose_name='主送机关')),
                    ('preamble', models.TextField(verbose_name='正文')),
                    ('signed_on', models.DateField(blank=True, null=True, verbose_name='成文日期')),
                    ('copied_to', models.CharField(blank=True, max_length=300, verbose_name='抄送')),
                    ('rows', models.JSONField(default=list, verbose_name='任务')),
                    ('drafted_by', models.CharField(max_length=120, verbose_name='起草人')),
                    ('drafted_at', models.DateTimeField(auto_now_add=True, verbose_name='起草时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '下级通知草稿',
                    'verbose_name_plural': '下级通知草稿',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='Contribution',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='contribution', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                    ('words', models.TextField(verbose_name='配合事项')),
                    ('statement', models.TextField(blank=True, verbose_name='配合情况')),
                    ('submitted_by', models.BigIntegerField(blank=True, null=True, verbose_name='提交人编号')),
                ],
                options={
                    'verbose_name': '配合任务',
                    'verbose_name_plural': '配合任务',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Delegation',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='delegation', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                    ('words', models.TextField(verbose_name='分解要求')),
                    ('statement', models.TextField(blank=True, verbose_name='完成情况')),
                    ('submitted_by', models.BigIntegerField(blank=True, null=True, verbose_name='提交人编号')),
                ],
                options={
                    'verbose_name': '分解任务',
                    'verbose_name_plural': '分解任务',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Duty',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveSmallIntegerField(verbose_name='顺序')),
                    ('text', models.TextField(verbose_name='要求')),
                    ('paths', models.JSONField(default=list, verbose_name='公开路径')),
                    ('channels', models.JSONField(default=list, verbose_name='其他渠道')),
                    ('due', models.JSONField(default=dict, verbose_name='时限规则')),
                    ('due_text', models.CharField(blank=True, max_length=200, verbose_name='时限原文')),
                    ('cycle', models.CharField(blank=True, max_length=10, verbose_name='核查周期')),
                    ('default_note', models.CharField(blank=True, max_length=200, verbose_name='采用的默认值')),
                    ('default_by', models.CharField(blank=True, max_length=120, verbose_name='默认值设定人')),
                    ('guides', models.BooleanField(default=False, verbose_name='指导类')),
                ],
                options={
                    'verbose_name': '要求',
                    'verbose_name_plural': '要求',
                    'ordering': ['measure', 'position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='DutyCheck',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cycle', models.CharField(blank=True, max_length=20, verbose_name='核查期次')),
                    ('count', models.PositiveSmallIntegerField(default=1, verbose_name='次数')),
                    ('done', models.BooleanField(default=True, verbose_name='已完成')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('at', models.DateTimeField(auto_now=True, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '清单勾选',
                    'verbose_name_plural': '清单勾选',
                },
            ),
            migrations.CreateModel(
                name='EvidenceOffer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('edition', models.BigIntegerField(verbose_name='公开版本编号')),
                    ('release', models.BigIntegerField(default=0, verbose_name='渠道登记编号')),
                    ('holds', models.BooleanField(default=True, verbose_name='系统已核实')),
                    ('duties', models.JSONField(default=list, verbose_name='对应的要求')),
                    ('title', models.CharField(max_length=300, verbose_name='名称')),
                    ('url', models.CharField(blank=True, max_length=500, verbose_name='地址')),
                    ('path', models.CharField(max_length=400, verbose_name='公开路径')),
                    ('at', models.DateTimeField(verbose_name='公开时间')),
                    ('taken', models.BooleanField(blank=True, null=True, verbose_name='已采用')),
                ],
                options={
                    'verbose_name': '证据建议',
                    'verbose_name_plural': '证据建议',
                    'ordering': ['-at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='Guidance',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('guidance', '指导督促'), ('liaison', '主动对接'), ('planning', '同步部署')], default='guidance', max_length=10, verbose_name='方式')),
                    ('on', models.DateField(verbose_name='日期')),
                    ('counterpart', models.CharField(blank=True, max_length=120, verbose_name='对象（本系统之外）')),
                    ('words', models.TextField(verbose_name='内容')),
                    ('recorded_by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ],
                options={
                    'verbose_name': '指导记录',
                    'verbose_name_plural': '指导记录',
                    'ordering': ['-on', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='HeadName',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('printed', models.CharField(max_length=60, verbose_name='表头')),
                    ('meaning', models.CharField(max_length=12, verbose_name='含义')),
                    ('learnt_by', models.CharField(max_length=120, verbose_name='更正人')),
                    ('learnt_at', models.DateTimeField(auto_now=True, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '记住的表头',
                    'verbose_name_plural': '记住的表头',
                    'ordering': ['government', 'printed'],
                },
            ),
            migrations.CreateModel(
                name='ImportedColumn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('column_id', models.BigIntegerField(verbose_name='栏目编号')),
                    ('path', models.CharField(max_length=400, verbose_name='公开路径')),
                    ('made', models.BooleanField(verbose_name='由本通知新建')),
                ],
                options={
                    'verbose_name': '通知对应栏目',
                    'verbose_name_plural': '通知对应栏目',
                },
            ),
            migrations.CreateModel(
                name='KeptOurs',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=300, verbose_name='理由')),
                    ('seen', models.CharField(max_length=64, verbose_name='当时内容的摘要值')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('at', models.DateTimeField(auto_now=True, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '保留本级规定',
                    'verbose_name_plural': '保留本级规定',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='LeadCheck',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('url', models.CharField(max_length=500, verbose_name='检查的地址')),
                    ('checked_at', models.DateTimeField(verbose_name='检查时间')),
                    ('holds', models.BooleanField(verbose_name='已按要求公开')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('by', models.CharField(max_length=120, verbose_name='检查人')),
                ],
                options={
                    'verbose_name': '牵头单位检查',
                    'verbose_name_plural': '牵头单位检查',
                    'ordering': ['-checked_at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='Measure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(verbose_name='顺序')),
                    ('section', models.CharField(blank=True, max_length=300, verbose_name='工作任务（一级）')),
                    ('section_no', models.PositiveSmallIntegerField(default=0, verbose_name='一级序号')),
                    ('item', models.CharField(blank=True, max_length=300, verbose_name='工作任务（二级）')),
                    ('text', models.TextField(verbose_name='贯彻举措')),
                    ('extras', models.JSONField(default=dict, verbose_name='其他栏')),
                    ('preamble', models.BooleanField(default=False, verbose_name='通知正文要求')),
                    ('page', models.PositiveIntegerField(blank=True, null=True, verbose_name='页码')),
                    ('cells', models.JSONField(default=list, verbose_name='原文单元格')),
                    ('flags', models.JSONField(default=list, verbose_name='存疑')),
                    ('dropped', models.BooleanField(default=False, verbose_name='不列入任务')),
                    ('kept_because', models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='修订后保留的原因')),
                    ('form', models.CharField(blank=True, db_default='', default='', max_length=10, verbose_name='分工写法')),
                    ('lead_owes', models.BooleanField(db_default=False, default=False, verbose_name='牵头单位也承担')),
                ],
                options={
                    'verbose_name': '举措',
                    'verbose_name_plural': '举措',
                    'ordering': ['notice', 'position'],
                },
            ),
            migrations.CreateModel(
                name='MeasureUnit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('part', models.CharField(choices=[('lead', '牵头单位'), ('responsible', '责任单位'), ('partner', '配合单位')], max_length=12, verbose_name='分工')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='顺序')),
                    ('printed', models.CharField(max_length=200, verbose_name='原文')),
                    ('state', models.CharField(choices=[('resolved', '已对应'), ('open', '范围待定'), ('unknown', '未识别')], default='unknown', max_length=10, verbose_name='状态')),
                    ('plural', models.BooleanField(default=False, verbose_name='单位组')),
                    ('everyone', models.BooleanField(default=False, verbose_name='本通知所列全部单位')),
                    ('outside', models.BooleanField(default=False, verbose_name='本系统之外的单位')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='提示')),
                    ('helps', models.BooleanField(db_default=False, default=False, verbose_name='原文写明配合')),
                ],
                options={
                    'verbose_name': '举措分工',
                    'verbose_name_plural': '举措分工',
                    'ordering': ['measure', 'part', 'position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('issuer_name', models.CharField(blank=True, max_length=200, verbose_name='印发单位（原文）')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('doc_number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('issued_on', models.DateField(blank=True, null=True, verbose_name='印发日期')),
                    ('year', models.PositiveSmallIntegerField(db_index=True, verbose_name='年度')),
                    ('own', models.BooleanField(db_default=False, default=False, help_text='部门为本单位各处室和所属单位印发的通知', verbose_name='本单位自用')),
                    ('state', models.CharField(choices=[('draft', '待审核'), ('checked', '已审核，待印发'), ('live', '执行中'), ('superseded', '已被取代'), ('void', '已作废')], default='draft', max_length=12, verbose_name='状态')),
                    ('for_comment', models.BooleanField(default=False, verbose_name='征求意见稿')),
                    ('source_name', models.CharField(max_length=200, verbose_name='来源文件名')),
                    ('source_digest', models.CharField(max_length=64, verbose_name='来源摘要值')),
                    ('source_text', models.TextField(blank=True, verbose_name='来源文字')),
                    ('parsed', models.JSONField(default=dict, verbose_name='读取结果')),
                    ('heads', models.JSONField(default=list, help_text='表格各栏印出的名称和含义：[{head, meaning, by}]，by 为更正人', verbose_name='表头')),
                    ('remarks', models.JSONField(default=list, help_text='针对整个文件的提示，不针对某一行', verbose_name='读取提示')),
                    ('owing', models.JSONField(db_default={}, default=dict, help_text='选定的承担方式：{写法: 方式}', verbose_name='谁承担')),
                    ('basis', models.JSONField(default=list, verbose_name='依据文件')),
                    ('amending', models.CharField(blank=True, choices=[('', '没有发现原通知'), ('asked', '待确认是否修订'), ('yes', '修订原通知'), ('no', '不是修订')], db_default='', default='', max_length=6, verbose_name='是否修订')),
                    ('imported_by', models.CharField(max_length=120, verbose_name='导入人')),
                    ('imported_at', models.DateTimeField(auto_now_add=True, verbose_name='导入时间')),
                    ('confirmed_by', models.CharField(blank=True, max_length=120, verbose_name='确认人')),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '任务分工通知',
                    'verbose_name_plural': '任务分工通知',
                    'ordering': ['-year', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='Pairing',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('seen', models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='当时内容的摘要值')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '举措对应',
                    'verbose_name_plural': '举措对应',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Rereading',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('before', models.JSONField(verbose_name='更正前')),
                    ('learnt', models.JSONField(default=dict, verbose_name='更正前记住的表头')),
                    ('version', models.PositiveIntegerField(verbose_name='更正后的版本')),
                    ('by', models.CharField(max_length=120, verbose_name='更正人')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '重读表格',
                    'verbose_name_plural': '重读表格',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='UnitMember',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ],
                options={
                    'verbose_name': '所指单位',
                    'verbose_name_plural': '所指单位',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Upward',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='upward', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                    ('kind', models.CharField(choices=[('task_list', '任务清单'), ('column_templates', '栏目模板'), ('lists', '正负面清单'), ('completion', '完成情况'), ('reconsideration', '复议诉讼数据'), ('problems', '共性问题'), ('highlights', '工作亮点'), ('rules', '实施细则'), ('feedback', '检查反馈')], max_length=20, verbose_name='报送事项')),
                    ('addressee', models.CharField(max_length=120, verbose_name='报送对象')),
                    ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='报送时间')),
                    ('receipt', models.CharField(blank=True, max_length=200, verbose_name='回执')),
                    ('words', models.TextField(blank=True, verbose_name='说明')),
                ],
                options={
                    'verbose_name': '报送',
                    'verbose_name_plural': '报送',
                },
            ),
            migrations.CreateModel(
                name='VagueDefault',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('word', models.CharField(max_length=20, verbose_name='用语')),
                    ('days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='工作日')),
                    ('cycle', models.CharField(max_length=10, verbose_name='核查周期')),
                    ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                    ('set_by', models.CharField(max_length=120, verbose_name='设定人')),
                    ('set_at', models.DateTimeField(auto_now=True, verbose_name='设定时间')),
                ],
                options={
                    'verbose_name': '时限默认值',
                    'verbose_name_plural': '时限默认值',
                },
            ),
            migrations.CreateModel(
                name='Assignment',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='assignment', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                    ('section_no', models.PositiveSmallIntegerField(default=0, verbose_name='一级序号')),
                    ('lead_ids', models.JSONField(default=list, verbose_name='牵头单位编号')),
                    ('share', models.BigIntegerField(db_default=0, default=0, verbose_name='所指处室编号')),
                    ('track', models.CharField(default='year', max_length=10, verbose_name='周期')),
                    ('period', models.CharField(max_length=20, verbose_name='期次')),
                    ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='提交时间')),
                    ('submitted_by', models.BigIntegerField(blank=True, null=True, verbose_name='提交人编号')),
                    ('statement', models.TextField(blank=True, verbose_name='完成情况')),
                    ('extended_to', models.DateField(blank=True, null=True, verbose_name='同意延期至')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='责任单位')),
                    ('leads', models.ManyToManyField(related_name='led_assignments', to='units.body', verbose_name='牵头单位')),
                ],
                options={
                    'verbose_name': '任务',
                    'verbose_name_plural': '任务',
                },
            ),
            migrations.CreateModel(
                name='Ask',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('not_applicable', '不涉及'), ('more_time', '申请延期'), ('other_unit', '申请改派'), ('send_back', '退回任务')], max_length=16, verbose_name='事项')),
                    ('reason', models.TextField(verbose_name='理由')),
                    ('wanted_date', models.DateField(blank=True, null=True, verbose_name='申请的期限')),
                    ('asked_by', models.CharField(max_length=120, verbose_name='申请人')),
                    ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='申请时间')),
                    ('granted', models.BooleanField(blank=True, null=True, verbose_name='是否同意')),
                    ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='决定人')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='决定时间')),
                    ('words', models.TextField(blank=True, verbose_name='决定理由')),
                    ('wanted_body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='建议的单位')),
                    ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asks', to='notices.assignment', verbose_name='任务')),
                ],
                options={
                    'verbose_name': '申请',
                    'verbose_name_plural': '申请',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Carry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.TextField(verbose_name='原因')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                    ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='carried', to='notices.assignment', verbose_name='原任务')),
                    ('target', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='carried_from', to='notices.assignment', verbose_name='回头看任务')),
                ],
                options={
                    'verbose_name': '回头看',
                    'verbose_name_plural': '回头看',
                },
            ),
            migrations.CreateModel(
                name='ChannelRecord',
                fields=[
                    ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='channel_record', serialize=False, to='ledger.evidence', verbose_name='佐证')),
                    ('channel', models.CharField(choices=[('media', '政务新媒体'), ('gazette', '政府公报'), ('reading', '政府信息查阅场所'), ('board', '公开栏、电子屏'), ('press', '报刊'), ('broadcast', '广播、电视'), ('conference', '新闻发布会'), ('sms', '短信'), ('other', '其他')], max_length=12, verbose_name='渠道')),
                    ('name', models.CharField(max_length=120, verbose_name='账号、报刊或场所名称')),
                    ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channel_records', to='notices.assignment', verbose_name='任务')),
                ],
                options={
                    'verbose_name': '其他渠道记录',
                    'verbose_name_plural': '其他渠道记录',
                    'ordering': ['pk'],
                },
            ),
            migrations.AddField(
                model_name='channelrecord',
                name='release',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.channelrelease', verbose_name='渠道登记'),
            ),
            migrations.AddField(
                model_name='childdraft',
                name='government',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='下发政府'),
            ),
            migrations.AddField(
                model_name='contribution',
                name='task',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='ledger.entry', verbose_name='牵头单位的任务'),
            ),
            migrations.AddField(
                model_name='delegation',
                name='task',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='ledger.entry', verbose_name='本单位任务'),
            ),
            migrations.AddField(
                model_name='duty',
                name='awaits',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duties', to='notices.awaitedact', verbose_name='等待'),
            ),
            migrations.AddField(
                model_name='duty',
                name='guided',
                field=models.ManyToManyField(blank=True, related_name='+', to='units.body', verbose_name='指导对象'),
            ),
            migrations.AddField(
                model_name='channelrecord',
                name='duties',
                field=models.ManyToManyField(related_name='channel_records', to='notices.duty', verbose_name='对应的要求'),
            ),
            migrations.AddField(
                model_name='dutycheck',
                name='assignment',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='notices.assignment', verbose_name='任务'),
            ),
            migrations.AddField(
                model_name='dutycheck',
                name='duty',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='notices.duty', verbose_name='要求'),
            ),
            migrations.AddField(
                model_name='evidenceoffer',
                name='assignment',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='notices.assignment', verbose_name='任务'),
            ),
            migrations.AddField(
                model_name='guidance',
                name='guided',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guidance_got', to='units.body', verbose_name='对象单位'),
            ),
            migrations.AddField(
                model_name='guidance',
                name='guiding',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidance_given', to='units.body', verbose_name='指导单位'),
            ),
            migrations.AddField(
                model_name='headname',
                name='government',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='head_names', to='units.body', verbose_name='政府'),
            ),
            migrations.AddField(
                model_name='leadcheck',
                name='assignment',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lead_checks', to='notices.assignment', verbose_name='任务'),
            ),
            migrations.AddField(
                model_name='leadcheck',
                name='lead',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='牵头单位'),
            ),
            migrations.AddField(
                model_name='measure',
                name='parent',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='notices.measure', verbose_name='上级对应举措'),
            ),
            migrations.AddField(
                model_name='keptours',
                name='own',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.measure', verbose_name='本级举措'),
            ),
            migrations.AddField(
                model_name='keptours',
                name='upper',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.measure', verbose_name='对照举措'),
            ),
            migrations.AddField(
                model_name='guidance',
                name='measure',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='guidance', to='notices.measure', verbose_name='举措'),
            ),
            migrations.AddField(
                model_name='duty',
                name='measure',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='notices.measure', verbose_name='举措'),
            ),
            migrations.AddField(
                model_name='assignment',
                name='measure',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='notices.measure', verbose_name='举措'),
            ),
            migrations.AddField(
                model_name='measureunit',
                name='measure',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='notices.measure', verbose_name='举措'),
            ),
            migrations.AddField(
                model_name='notice',
                name='amends',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='amendments', to='notices.notice', verbose_name='修订的原通知'),
            ),
            migrations.AddField(
                model_name='notice',
                name='government',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='units.body', verbose_name='适用政府'),
            ),
            migrations.AddField(
                model_name='notice',
                name='issuer',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='issued_notices', to='units.body', verbose_name='印发单位'),
            ),
            migrations.AddField(
                model_name='notice',
                name='parent',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='notices.notice', verbose_name='上级通知'),
            ),
            migrations.AddField(
                model_name='notice',
                name='source_file',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='来源文件'),
            ),
            migrations.AddField(
                model_name='notice',
                name='superseded_by',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='notices.notice', verbose_name='被何通知取代'),
            ),
            migrations.AddField(
                model_name='measure',
                name='notice',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='notices.notice', verbose_name='通知'),
            ),
            migrations.AddField(
                model_name='keptours',
                name='notice',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_ours', to='notices.notice', verbose_name='通知'),
            ),
            migrations.AddField(
                model_name='importedcolumn',
                name='notice',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='columns', to='notices.notice', verbose_name='通知'),
            ),
            migrations.AddField(
                model_name='headname',
                name='notice',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notices.notice', verbose_name='从哪份通知学得'),
            ),
            migrations.AddField(
                model_name='childdraft',
                name='issued',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notices.notice', verbose_name='导入的通知'),
            ),
            migrations.AddField(
                model_name='childdraft',
                name='source',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='child_drafts', to='notices.notice', verbose_name='来源通知'),
            ),
            migrations.AddField(
                model_name='awaitedact',
                name='notice',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='awaited', to='notices.notice', verbose_name='通知'),
            ),
            migrations.AddField(
                model_name='assignment',
                name='notice',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='notices.notice', verbose_name='通知'),
            ),
            migrations.AddField(
                model_name='pairing',
                name='notice',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairings', to='notices.notice', verbose_name='通知'),
            ),
            migrations.AddField(
                model_name='pairing',
                name='other',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.notice', verbose_name='对照的通知'),
            ),
            migrations.AddField(
                model_name='pairing',
                name='own',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.measure', verbose_name='本级举措'),
            ),
            migrations.AddField(
                model_name='pairing',
                name='upper',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notices.measure', verbose_name='对照举措'),
            ),
            migrations.AddField(
                model_name='rereading',
                name='notice',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rereadings', to='notices.notice', verbose_name='通知'),
            ),
            migrations.AddField(
                model_name='unitmember',
                name='body',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='单位'),
            ),
            migrations.AddField(
                model_name='unitmember',
                name='office',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.office', verbose_name='处室'),
            ),
            migrations.AddField(
                model_name='unitmember',
                name='unit',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='notices.measureunit', verbose_name='举措分工'),
            ),
            migrations.AddField(
                model_name='upward',
                name='assignment',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='upward', to='notices.assignment', verbose_name='任务'),
            ),
            migrations.AddField(
                model_name='upward',
                name='duty',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notices.duty', verbose_name='要求'),
            ),
            migrations.AddField(
                model_name='upward',
                name='notice',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='upward', to='notices.notice', verbose_name='依据通知'),
            ),
            migrations.AddField(
                model_name='vaguedefault',
                name='government',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vague_defaults', to='units.body', verbose_name='政府'),
            ),
            migrations.AddConstraint(
                model_name='ask',
                constraint=models.UniqueConstraint(condition=models.Q(('granted', None)), fields=('assignment',), name='one_open_ask_an_assignment'),
            ),
            migrations.AddConstraint(
                model_name='dutycheck',
                constraint=models.UniqueConstraint(fields=('assignment', 'duty', 'cycle'), name='duty_check_once'),
            ),
            migrations.AddConstraint(
                model_name='evidenceoffer',
                constraint=models.UniqueConstraint(fields=('assignment', 'edition', 'release'), name='edition_offered_once'),
            ),
            migrations.AddIndex(
                model_name='guidance',
                index=models.Index(fields=['measure', 'guiding'], name='guidance_measure_guiding'),
            ),
            migrations.AddConstraint(
                model_name='notice',
                constraint=models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('government', 'source_digest'), name='notice_file_once'),
            ),
            migrations.AddConstraint(
                model_name='notice',
                constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'checked', 'live', 'superseded', 'void'])), name='notice_state_known'),
            ),
            migrations.AddIndex(
                model_name='measure',
                index=models.Index(fields=['notice', 'section_no'], name='measure_notice_section'),
            ),
            migrations.AddConstraint(
                model_name='keptours',
                constraint=models.UniqueConstraint(fields=('own', 'upper'), name='kept_ours_once'),
            ),
            migrations.AddConstraint(
                model_name='importedcolumn',
                constraint=models.UniqueConstraint(fields=('notice', 'path'), name='notice_column_once'),
            ),
            migrations.AddConstraint(
                model_name='headname',
                constraint=models.UniqueConstraint(fields=('government', 'printed'), name='head_name_once'),
            ),
            migrations.AddIndex(
                model_name='assignment',
                index=models.Index(fields=['notice', 'section_no', 'body'], name='assignment_matrix'),
            ),
            migrations.AddIndex(
                model_name='assignment',
                index=models.Index(fields=['notice', 'entry', 'section_no', 'measure', 'body'], name='assignment_account'),
            ),
            migrations.AddConstraint(
                model_name='assignment',
                constraint=models.UniqueConstraint(fields=('measure', 'body', 'share', 'period'), name='assignment_once_a_period'),
            ),
            migrations.AddIndex(
                model_name='pairing',
                index=models.Index(fields=['notice', 'other'], name='pairing_notices'),
            ),
            migrations.AddConstraint(
                model_name='pairing',
                constraint=models.UniqueConstraint(fields=('notice', 'other', 'own', 'upper'), name='pairing_once'),
            ),
            migrations.AddConstraint(
                model_name='pairing',
                constraint=models.CheckConstraint(condition=models.Q(('own__isnull', False), ('upper__isnull', False), _connector='OR'), name='pairing_names_one'),
            ),
            migrations.AddConstraint(
                model_name='unitmember',
                constraint=models.UniqueConstraint(fields=('unit', 'body', 'office'), name='unit_member_once'),
            ),
            migrations.AddConstraint(
                model_name='unitmember',
                constraint=models.UniqueConstraint(condition=models.Q(('office', None)), fields=('unit', 'body'), name='unit_member_whole_once'),
            ),
            migrations.AddConstraint(
                model_name='upward',
                constraint=models.UniqueConstraint(fields=('assignment', 'duty', 'kind'), name='upward_once_a_duty'),
            ),
            migrations.AddConstraint(
                model_name='vaguedefault',
                constraint=models.UniqueConstraint(fields=('government', 'word'), name='vague_word_once'),
            ),
        ]),
    ]

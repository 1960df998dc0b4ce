"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ('ledger', '0001_squashed'),
        ('ledger', '0002_lapses'),
        ('ledger', '0003_past_records'),
        ('ledger', '0004_legal_changes'),
    ]

    initial = True

    dependencies = [
        ('files', '0001_squashed_0002_losses'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Entry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=24, verbose_name='类别')),
                    ('number', models.CharField(max_length=40, unique=True, verbose_name='编号')),
                    ('title', models.CharField(max_length=300, verbose_name='事项')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                    ('state', models.CharField(max_length=24, verbose_name='状态')),
                    ('opened_at', models.DateTimeField(verbose_name='建立时间')),
                    ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='到期时间')),
                    ('warn_at', models.DateTimeField(blank=True, null=True, verbose_name='预警时间')),
                    ('paused', models.BooleanField(default=False, verbose_name='暂停计时')),
                    ('provisional', models.BooleanField(default=False, verbose_name='到期日暂定')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                    ('outcome', models.CharField(blank=True, max_length=24, verbose_name='办理结果')),
                    ('rules', models.CharField(blank=True, max_length=32, verbose_name='期限规则')),
                    ('audience', models.CharField(choices=[('staff', '全体工作人员'), ('parties', '当事单位'), ('chief', '仅政务公开办与承办处室')], default='parties', max_length=12, verbose_name='可见范围')),
                    ('external_ref', models.CharField(blank=True, max_length=120, verbose_name='外部编号')),
                    ('moved_at', models.DateTimeField(blank=True, null=True, verbose_name='最近变动')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='units.body', verbose_name='承办单位')),
                    ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='units.office', verbose_name='承办处室')),
                ],
                options={
                    'verbose_name': '台账记录',
                    'verbose_name_plural': '台账记录',
                    'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['body', 'due_at', 'id', 'kind'], name='entry_open_of_body'), models.Index(condition=models.Q(('closed_at', None), ('paused', False)), fields=['body', 'due_at', 'warn_at', 'kind'], name='entry_running_of_body'), models.Index(condition=models.Q(('closed_at', None)), fields=['due_at', 'id', 'year', 'kind', 'paused', 'warn_at'], name='entry_open_by_due'), models.Index(condition=models.Q(('closed_at', None)), fields=['kind', 'state', 'due_at', 'id'], name='entry_open_state'), models.Index(condition=models.Q(('closed_at', None), ('paused', False)), fields=['due_at', 'body', 'year', 'kind'], name='entry_running_due'), models.Index(condition=models.Q(('closed_at', None), ('paused', False)), fields=['warn_at', 'due_at', 'body', 'year', 'kind'], name='entry_running_warn'), models.Index(condition=models.Q(('closed_at', None), ('paused', True)), fields=['due_at', 'id', 'year', 'kind'], name='entry_paused_due'), models.Index(fields=['year', 'kind', 'body', 'due_at', 'closed_at', 'warn_at', 'paused', 'outcome'], name='entry_account'), models.Index(fields=['year', '-opened_at', '-id'], name='entry_year_opened'), models.Index(fields=['body', '-opened_at', '-id'], name='entry_body_opened'), models.Index(fields=['kind', 'year', 'body'], name='entry_kind_year_body'), models.Index(fields=['-opened_at', '-id'], name='entry_opened'), models.Index(fields=['year', 'kind', 'id', 'due_at', 'closed_at', 'warn_at', 'paused', 'outcome'], name='entry_account_by_id'), models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['closed_at', 'kind', 'outcome', 'due_at'], name='entry_closed_at'), models.Index(fields=['due_at', 'id'], name='entry_due'), models.Index(condition=models.Q(('closed_at__gt', models.F('due_at'))), fields=['-opened_at', '-id'], name='entry_closed_late'), models.Index(condition=models.Q(('outcome__in', ['', 'done']), _negated=True), fields=['year', 'outcome', 'id'], name='entry_year_outcome'), models.Index(condition=models.Q(('audience', 'staff')), fields=['body', 'id'], name='entry_for_staff'), models.Index(fields=['title'], name='entry_title'), models.Index(condition=models.Q(('external_ref', ''), _negated=True), fields=['external_ref'], name='entry_external_ref')],
                },
            ),
            migrations.CreateModel(
                name='HolidayYear',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年份')),
                    ('title', models.CharField(max_length=200, verbose_name='通知标题')),
                    ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                    ('issued_on', models.DateField(blank=True, null=True, verbose_name='印发日期')),
                    ('source', models.CharField(max_length=300, verbose_name='来源')),
                    ('off', models.JSONField(help_text='每段：名称、第一天、最后一天。', verbose_name='放假')),
                    ('work', models.JSONField(verbose_name='调休上班')),
                    ('by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ],
                options={
                    'verbose_name': '放假安排',
                    'verbose_name_plural': '放假安排',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Mark',
                fields=[
                    ('name', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='名称')),
                    ('value', models.CharField(max_length=200, verbose_name='值')),
                    ('at', models.DateTimeField(auto_now=True, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '作业标记',
                    'verbose_name_plural': '作业标记',
                },
            ),
            migrations.CreateModel(
                name='RemovedEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('entry_id', models.BigIntegerField(unique=True, verbose_name='记录编号')),
                    ('number', models.CharField(max_length=40, verbose_name='编号')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '已撤销的记录',
                    'verbose_name_plural': '已撤销的记录',
                },
            ),
            migrations.CreateModel(
                name='Counter',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('series', models.CharField(max_length=24, verbose_name='字头')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                    ('last', models.PositiveIntegerField(default=0, verbose_name='末号')),
                ],
                options={
                    'verbose_name': '编号',
                    'verbose_name_plural': '编号',
                    'constraints': [models.UniqueConstraint(fields=('series', 'year'), name='counter_once')],
                },
            ),
            migrations.CreateModel(
                name='Comment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person_id', models.BigIntegerField(null=True, verbose_name='人员编号')),
                    ('author', models.CharField(max_length=120, verbose_name='作者')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                    ('text', models.TextField(verbose_name='内容')),
                    ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='ledger.entry', verbose_name='记录')),
                ],
                options={
                    'verbose_name': '备注',
                    'verbose_name_plural': '备注',
                    'ordering': ['at', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='ClockEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=32, verbose_name='事项')),
                    ('on', models.DateField(verbose_name='日期')),
                    ('at', models.DateTimeField(blank=True, null=True, verbose_name='时刻')),
                    ('value', models.PositiveIntegerField(blank=True, null=True, verbose_name='数值')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='规定日期')),
                    ('irregular', models.TextField(blank=True, verbose_name='不合规定之处')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                    ('voids', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='voided_by', to='ledger.clockevent', verbose_name='更正的事项')),
                    ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clock_events', to='ledger.entry', verbose_name='记录')),
                ],
                options={
                    'verbose_name': '计时事项',
                    'verbose_name_plural': '计时事项',
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['entry', 'id'], name='clockevent_entry')],
                },
            ),
            migrations.CreateModel(
                name='Attachment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('added_by', models.CharField(max_length=120, verbose_name='上传人')),
                    ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                    ('comment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='ledger.comment', verbose_name='备注')),
                    ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='ledger.entry', verbose_name='记录')),
                ],
                options={
                    'verbose_name': '附件',
                    'verbose_name_plural': '附件',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Evidence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('edition', '本平台公开的信息'), ('address', '网页地址'), ('file', '文件')], max_length=10, verbose_name='类别')),
                    ('title', models.CharField(max_length=300, verbose_name='名称')),
                    ('url', models.CharField(blank=True, max_length=500, verbose_name='地址')),
                    ('edition', models.BigIntegerField(blank=True, null=True, verbose_name='公开版本编号')),
                    ('captured_at', models.DateTimeField(verbose_name='取证时间')),
                    ('digest', models.CharField(blank=True, max_length=64, verbose_name='摘要值')),
                    ('machine', models.CharField(choices=[('unchecked', '未核验'), ('holds', '属实'), ('fails', '不符')], default='unchecked', max_length=10, verbose_name='系统核验')),
                    ('lead', models.CharField(choices=[('unchecked', '未核验'), ('holds', '属实'), ('fails', '不符')], default='unchecked', max_length=10, verbose_name='牵头单位核验')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('added_by', models.CharField(blank=True, max_length=120, verbose_name='提交人')),
                    ('judged_by', models.CharField(blank=True, max_length=120, verbose_name='核验人')),
                    ('judged_at', models.DateTimeField(blank=True, null=True, verbose_name='核验时间')),
                    ('withdrawn', models.BooleanField(default=False, verbose_name='已撤回')),
                    ('attachment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='ledger.attachment', verbose_name='文件')),
                    ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='ledger.entry', verbose_name='记录')),
                ],
                options={
                    'verbose_name': '证据',
                    'verbose_name_plural': '证据',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Figure',
                fields=[
                    ('key', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='键')),
                    ('question', models.CharField(max_length=40, verbose_name='统计')),
                    ('asked', models.JSONField(default=dict, verbose_name='条件')),
                    ('user', models.BigIntegerField(blank=True, null=True, verbose_name='查看人编号')),
                    ('found', models.JSONField(default=dict, verbose_name='结果')),
                    ('at', models.DateTimeField(verbose_name='统计时间')),
                    ('wanted', models.DateTimeField(verbose_name='最近查看')),
                    ('counting', models.DateTimeField(blank=True, null=True, verbose_name='开始重新统计')),
                ],
                options={
                    'verbose_name': '统计数',
                    'verbose_name_plural': '统计数',
                    'indexes': [models.Index(fields=['at'], name='figure_at')],
                },
            ),
            migrations.CreateModel(
                name='SavedFilter',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, verbose_name='名称')),
                    ('query', models.CharField(max_length=500, verbose_name='条件')),
                    ('position', models.PositiveIntegerField(default=100, verbose_name='排序')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='filters', to='units.person', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '常用筛选',
                    'verbose_name_plural': '常用筛选',
                    'ordering': ['position', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('person', 'name'), name='filter_name_once')],
                },
            ),
            migrations.CreateModel(
                name='Told',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('step', models.CharField(max_length=24, verbose_name='级别')),
                    ('due_at', models.DateTimeField(verbose_name='针对的到期时间')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                    ('said', models.BooleanField(default=True, verbose_name='已发出')),
                    ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told', to='ledger.entry', verbose_name='记录')),
                ],
                options={
                    'verbose_name': '已提醒',
                    'verbose_name_plural': '已提醒',
                    'constraints': [models.UniqueConstraint(fields=('entry', 'step', 'due_at'), name='told_step_once')],
                },
            ),
            migrations.CreateModel(
                name='Urging',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='催办意见')),
                    ('sent_at', models.DateTimeField(verbose_name='催办时间')),
                    ('sent_by', models.CharField(max_length=120, verbose_name='催办人')),
                    ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='签收时间')),
                    ('received_by', models.CharField(blank=True, max_length=120, verbose_name='签收人')),
                    ('answer', models.CharField(blank=True, max_length=300, verbose_name='签收说明')),
                    ('raised_at', models.DateTimeField(blank=True, null=True, verbose_name='上报时间')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urgings', to='units.body', verbose_name='被催办单位')),
                    ('entries', models.ManyToManyField(related_name='urgings', to='ledger.entry', verbose_name='催办事项')),
                    ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='催办单位')),
                    ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='催办人员')),
                ],
                options={
                    'verbose_name': '催办',
                    'verbose_name_plural': '催办',
                    'ordering': ['-sent_at', '-pk'],
                    'indexes': [models.Index(fields=['body', '-sent_at'], name='urging_body_sent'), models.Index(condition=models.Q(('raised_at__isnull', True)), fields=['sent_at'], name='urging_not_raised')],
                },
            ),
            migrations.CreateModel(
                name='Rectification',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='rectification', serialize=False, to='ledger.entry')),
                    ('source', models.CharField(max_length=20, verbose_name='来源')),
                    ('source_ref', models.CharField(max_length=120, verbose_name='来源编号')),
                    ('address', models.CharField(blank=True, max_length=1000, verbose_name='网址')),
                    ('page', models.CharField(blank=True, max_length=300, verbose_name='页面名称')),
                    ('what', models.TextField(verbose_name='问题')),
                    ('demand', models.TextField(blank=True, verbose_name='整改要求')),
                    ('basis', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                    ('found', models.JSONField(blank=True, default=dict, verbose_name='取证情况')),
                    ('report', models.TextField(blank=True, verbose_name='整改情况')),
                    ('returns', models.PositiveSmallIntegerField(default=0, verbose_name='退回次数')),
                    ('reason', models.TextField(blank=True, verbose_name='免除理由')),
                    ('ordered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='下达单位')),
                ],
                options={
                    'verbose_name': '督促整改',
                    'verbose_name_plural': '督促整改',
                    'indexes': [models.Index(fields=['source', 'source_ref'], name='rectification_source')],
                },
            ),
            migrations.CreateModel(
                name='Lapse',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lapse', serialize=False, to='ledger.entry', verbose_name='记录')),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lapses', to='ledger.entry', verbose_name='逾期的记录')),
                ],
                options={
                    'verbose_name': '逾期记录',
                    'verbose_name_plural': '逾期记录',
                },
            ),
            migrations.CreateModel(
                name='PastRecord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('action', models.CharField(max_length=80, verbose_name='事项')),
                    ('on', models.DateField(verbose_name='发生日期')),
                    ('facts', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='内容')),
                    ('lines', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='登记的内容')),
                    ('paper_name', models.CharField(blank=True, max_length=200, verbose_name='凭证文件名')),
                    ('paper_number', models.CharField(max_length=120, verbose_name='凭证文号或者编号')),
                    ('recorded_by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('person', models.BigIntegerField(null=True, verbose_name='登记人编号')),
                    ('account', models.BigIntegerField(null=True, verbose_name='登记账号')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                    ('state', models.CharField(choices=[('waiting', '待核对'), ('confirmed', '已核对'), ('refused', '不予登记')], default='waiting', max_length=10, verbose_name='核对')),
                    ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='核对人')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='不予登记的理由')),
                    ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_records', to='ledger.entry', verbose_name='记录')),
                    ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='凭证')),
                ],
                options={
                    'verbose_name': '补录',
                    'verbose_name_plural': '补录',
                    'ordering': ['pk'],
                    'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['entry'], name='pastrecord_waiting')],
                },
            ),
            migrations.CreateModel(
                name='LegalChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('figure', '期限'), ('calendar', '放假安排')], max_length=8, verbose_name='类别')),
                    ('facts', models.JSONField(verbose_name='内容')),
                    ('words', models.CharField(max_length=300, verbose_name='变动')),
                    ('source', models.CharField(max_length=300, verbose_name='依据')),
                    ('by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('person', models.BigIntegerField(null=True, verbose_name='登记人编号')),
                    ('account', models.BigIntegerField(null=True, verbose_name='登记账号')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                    ('state', models.CharField(choices=[('waiting', '待核对'), ('confirmed', '已核对'), ('refused', '不予登记')], default='waiting', max_length=10, verbose_name='核对')),
                    ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='核对人')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='不予登记的理由')),
                ],
                options={
                    'verbose_name': '期限和工作日历的变动',
                    'verbose_name_plural': '期限和工作日历的变动',
                    'ordering': ['pk'],
                },
            ),
        ]),
    ]

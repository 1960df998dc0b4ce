"""The tables of the app as of version 0.2; the name is that of its last migration, which every database since has recorded."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('editions', '0005_never_public'),
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Asked',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(max_length=60, verbose_name='检索词')),
                    ('month', models.DateField(verbose_name='月份')),
                    ('times', models.PositiveIntegerField(default=0, verbose_name='次数')),
                    ('misses', models.PositiveIntegerField(default=0, verbose_name='无结果次数')),
                ],
                options={
                    'verbose_name': '库内检索',
                    'verbose_name_plural': '库内检索',
                    'constraints': [models.UniqueConstraint(fields=('words', 'month'), name='policy_asked_once')],
                },
            ),
            migrations.CreateModel(
                name='CleanupRound',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, verbose_name='名称')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                    ('levels', models.JSONField(default=list, verbose_name='清理范围')),
                    ('due_on', models.DateField(verbose_name='提出意见期限')),
                    ('state', models.CharField(choices=[('open', '进行中'), ('closed', '已办结'), ('cancelled', '已取消')], default='open', max_length=10, verbose_name='状态')),
                    ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='启动时间')),
                    ('opened_by', models.CharField(max_length=120, verbose_name='启动人')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                    ('closed_by', models.CharField(blank=True, max_length=120, verbose_name='办结人')),
                    ('result_on', models.DateField(blank=True, null=True, verbose_name='清理结果生效日期')),
                    ('item_number', models.BigIntegerField(blank=True, null=True, verbose_name='公布清理结果的信息')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cleanups', to='units.body', verbose_name='组织清理的政府或部门')),
                ],
                options={
                    'verbose_name': '文件清理',
                    'verbose_name_plural': '文件清理',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='PolicyRecord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('level', models.CharField(choices=[('regulation', '行政法规'), ('ministry_rule', '国务院部门规章'), ('government_rule', '政府规章'), ('normative', '行政规范性文件'), ('other', '其他文件')], default='other', max_length=20, verbose_name='效力级别')),
                    ('issuers', models.CharField(max_length=300, verbose_name='发文机关')),
                    ('issuers_key', models.CharField(editable=False, max_length=302)),
                    ('number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('number_key', models.CharField(blank=True, db_index=True, editable=False, max_length=80)),
                    ('unified_number', models.CharField(blank=True, max_length=60, verbose_name='统一登记编号')),
                    ('subject', models.CharField(blank=True, max_length=80, verbose_name='主题分类')),
                    ('headnote', models.CharField(blank=True, help_text='通过、公布、施行和修改的经过，印在标题之下', max_length=500, verbose_name='题注')),
                    ('applies_to', models.CharField(blank=True, max_length=200, verbose_name='适用对象')),
                    ('made_on', models.DateField(blank=True, null=True, verbose_name='成文日期')),
                    ('passed_on', models.DateField(blank=True, null=True, verbose_name='通过日期')),
                    ('published_on', models.DateField(blank=True, null=True, verbose_name='公布日期')),
                    ('effective_on', models.DateField(blank=True, null=True, verbose_name='施行日期')),
                    ('ends_on', models.DateField(blank=True, help_text='没有规定有效期的不填', null=True, verbose_name='有效期至')),
                    ('filed_number', models.CharField(blank=True, db_index=True, max_length=60, verbose_name='备案号')),
                    ('filed_on', models.DateField(blank=True, null=True, verbose_name='备案日期')),
                    ('consulted_from', models.DateField(blank=True, null=True, verbose_name='征求意见起')),
                    ('consulted_to', models.DateField(blank=True, null=True, verbose_name='征求意见止')),
                    ('consultation', models.CharField(blank=True, help_text='公告网址，或者意见数量和采纳情况', max_length=300, verbose_name='征求意见及采纳情况')),
                    ('exemption', models.CharField(blank=True, help_text='依法不公开征求意见的，写明依据和理由', max_length=300, verbose_name='未公开征求意见的理由')),
                    ('for_business', models.BooleanField(default=False, help_text='征求意见一般不少于30日（优化营商环境条例第六十二条）', verbose_name='与市场主体生产经营密切相关')),
                    ('html', models.TextField(blank=True, editable=False, verbose_name='待起草的正文')),
                    ('original_name', models.CharField(blank=True, max_length=200, verbose_name='原文文件名')),
                    ('entered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='入库时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='units.body', verbose_name='起草单位')),
                    ('document', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='policy', to='editions.document', verbose_name='公开信息')),
                    ('original', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile', verbose_name='原文文件')),
                ],
                options={
                    'verbose_name': '政策文件',
                    'verbose_name_plural': '政策文件',
                },
            ),
            migrations.CreateModel(
                name='KeptText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(blank=True, help_text='如：国家行政法规库', max_length=120, verbose_name='来源')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='来源网址')),
                    ('edition', models.CharField(blank=True, help_text='如：2024年3月10日修订', max_length=120, verbose_name='来源版本')),
                    ('checked_on', models.DateField(blank=True, null=True, verbose_name='核对日期')),
                    ('checked_by', models.CharField(blank=True, max_length=120, verbose_name='核对人')),
                    ('result', models.CharField(blank=True, choices=[('', '从未核对'), ('same', '一致'), ('different', '有差异'), ('dead', '来源打不开')], default='', max_length=10, verbose_name='核对结果')),
                    ('text', models.TextField(blank=True, verbose_name='来源文字')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_texts', to='units.body', verbose_name='执行单位')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_by', to='policies.policyrecord', verbose_name='政策文件')),
                ],
                options={
                    'verbose_name': '执行的法规规章',
                    'verbose_name_plural': '执行的法规规章',
                    'ordering': ['body', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='FiledRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=300, verbose_name='文件名称')),
                    ('number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('number_key', models.CharField(blank=True, db_index=True, editable=False, max_length=80)),
                    ('filed_number', models.CharField(blank=True, max_length=60, verbose_name='备案号')),
                    ('filed_on', models.DateField(blank=True, null=True, verbose_name='备案日期')),
                    ('excuse', models.CharField(blank=True, max_length=300, verbose_name='不公开的理由')),
                    ('excused_by', models.CharField(blank=True, max_length=120, verbose_name='认定人')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filed_rows', to='units.body', verbose_name='政府')),
                    ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='filed_rows', to='policies.policyrecord', verbose_name='库中文件')),
                ],
                options={
                    'verbose_name': '备案文件',
                    'verbose_name_plural': '备案文件',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Decision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(choices=[('amend', '修改'), ('update', '更新为修改后的文本'), ('repeal', '废止'), ('expire', '宣布失效'), ('extend', '延长有效期')], max_length=8, verbose_name='决定')),
                    ('on', models.DateField(verbose_name='自何日起')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='延长至')),
                    ('cited', models.CharField(blank=True, max_length=300, verbose_name='依据文件（库外）')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='记入时间')),
                    ('made_by', models.CharField(max_length=120, verbose_name='记入人')),
                    ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                    ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided', to='policies.policyrecord', verbose_name='依据文件')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='policies.policyrecord', verbose_name='政策文件')),
                ],
                options={
                    'verbose_name': '效力决定',
                    'verbose_name_plural': '效力决定',
                    'ordering': ['on', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='CleanupCase',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('verdict', models.CharField(blank=True, choices=[('', '未提出'), ('keep', '保留'), ('amend', '修改'), ('repeal', '废止'), ('expire', '失效')], default='', max_length=8, verbose_name='清理意见')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='延长有效期至')),
                    ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='提出人')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='提出时间')),
                    ('applied_on', models.DateField(blank=True, null=True, verbose_name='落实日期')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='提出意见的单位')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cases', to='policies.cleanupround', verbose_name='清理')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cleanup_cases', to='policies.policyrecord', verbose_name='政策文件')),
                ],
                options={
                    'verbose_name': '清理文件',
                    'verbose_name_plural': '清理文件',
                    'ordering': ['body__position', 'body_id', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Relation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('basis', '依据'), ('amends', '修改'), ('repeals', '废止'), ('replaces', '替代'), ('uses', '办事指南、清单的依据'), ('responds', '回应关切')], max_length=10, verbose_name='关系')),
                    ('cited', models.CharField(blank=True, max_length=300, verbose_name='相关文件（库外）')),
                    ('concern', models.CharField(blank=True, max_length=200, verbose_name='关切的问题')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='记入时间')),
                    ('made_by', models.CharField(max_length=120, verbose_name='记入人')),
                    ('warned_for', models.CharField(blank=True, editable=False, max_length=24)),
                    ('settled_for', models.CharField(blank=True, editable=False, max_length=24)),
                    ('settled_words', models.CharField(blank=True, max_length=300, verbose_name='核对意见')),
                    ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='policies.policyrecord', verbose_name='文件')),
                    ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='related_from', to='policies.policyrecord', verbose_name='相关文件')),
                    ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='policy_bases', to='editions.document', verbose_name='办事指南、清单、回应')),
                ],
                options={
                    'verbose_name': '文件关系',
                    'verbose_name_plural': '文件关系',
                    'ordering': ['kind', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Span',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('', '不适用'), ('in_force', '现行有效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], max_length=10, verbose_name='状态')),
                    ('since', models.DateField()),
                    ('until', models.DateField()),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='policies.policyrecord', verbose_name='政策文件')),
                ],
                options={
                    'verbose_name': '效力区间',
                    'verbose_name_plural': '效力区间',
                },
            ),
            migrations.CreateModel(
                name='Upload',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('turn', models.PositiveIntegerField(db_default=1, default=1, verbose_name='第几个库')),
                    ('went_to', models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='上传到')),
                    ('on', models.DateField(verbose_name='上传日期')),
                    ('number', models.CharField(blank=True, max_length=80, verbose_name='回执号')),
                    ('shared', models.BooleanField(db_default=False, default=False, verbose_name='整批回执')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='在上级库的网址')),
                    ('standing', models.CharField(choices=[('in_force', '现行有效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效'), ('withdrawn', '已撤下')], max_length=10, verbose_name='上传时的有效性')),
                    ('receipt_name', models.CharField(blank=True, max_length=200, verbose_name='回执文件名')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                    ('made_by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('receipt', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='回执文件')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='policies.policyrecord', verbose_name='政策文件')),
                ],
                options={
                    'verbose_name': '上传登记',
                    'verbose_name_plural': '上传登记',
                    'ordering': ['-on', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='UploadBack',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=300, verbose_name='撤回理由')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='撤回时间')),
                    ('made_by', models.CharField(max_length=120, verbose_name='撤回人')),
                    ('upload', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='back', to='policies.upload', verbose_name='上传登记')),
                ],
                options={
                    'verbose_name': '撤回的上传登记',
                    'verbose_name_plural': '撤回的上传登记',
                },
            ),
            migrations.CreateModel(
                name='UpperLibrary',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='上级文件库名称')),
                    ('address', models.URLField(blank=True, max_length=300, verbose_name='上级文件库网址')),
                    ('covers', models.CharField(choices=[('normative', '行政规范性文件'), ('rules', '政府规章和行政规范性文件'), ('all', '本级制发的全部政策文件')], default='normative', max_length=10, verbose_name='上传哪些文件')),
                    ('days', models.PositiveSmallIntegerField(default=5, verbose_name='上传期限（天数）')),
                    ('working_days', models.BooleanField(default=True, verbose_name='期限按工作日计算')),
                    ('refuses', models.BooleanField(default=False, verbose_name='没有上传回执的，不得公开')),
                    ('since', models.DateField(verbose_name='自何日起执行')),
                    ('basis', models.CharField(max_length=300, verbose_name='依据')),
                    ('active', models.BooleanField(default=True, verbose_name='正在执行')),
                    ('turn', models.PositiveIntegerField(db_default=1, default=1, verbose_name='第几个库')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='upper_library', to='units.body', verbose_name='上传文件的政府或部门')),
                ],
                options={
                    'verbose_name': '上级文件库',
                    'verbose_name_plural': '上级文件库',
                },
            ),
            migrations.CreateModel(
                name='UploadTask',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='uploading', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                    ('due_on', models.DateField(verbose_name='上传期限')),
                    ('records', models.JSONField(db_default=[], default=list, verbose_name='文件')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='单位')),
                    ('library', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.upperlibrary', verbose_name='上级文件库')),
                ],
                options={
                    'verbose_name': '上传任务',
                    'verbose_name_plural': '上传任务',
                },
            ),
            migrations.AddField(
                model_name='upload',
                name='library',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='policies.upperlibrary', verbose_name='上级文件库'),
            ),
            migrations.CreateModel(
                name='Use',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(verbose_name='日期')),
                    ('views', models.PositiveIntegerField(default=0, verbose_name='浏览')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='policies.policyrecord', verbose_name='政策文件')),
                ],
                options={
                    'verbose_name': '使用情况',
                    'verbose_name_plural': '使用情况',
                },
            ),
            migrations.CreateModel(
                name='ValidityTask',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='validity', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                    ('ends_on', models.DateField(verbose_name='有效期至')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='validity_tasks', to='policies.policyrecord', verbose_name='政策文件')),
                ],
                options={
                    'verbose_name': '到期评估',
                    'verbose_name_plural': '到期评估',
                },
            ),
            migrations.CreateModel(
                name='WaitingFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('html', models.TextField(blank=True, verbose_name='正文')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='上传时间')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='单位')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile', verbose_name='文件')),
                ],
                options={
                    'verbose_name': '待导入的原文',
                    'verbose_name_plural': '待导入的原文',
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='CleanupTask',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='cleanup', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='单位')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='policies.cleanupround', verbose_name='清理')),
                ],
                options={
                    'verbose_name': '清理任务',
                    'verbose_name_plural': '清理任务',
                    'constraints': [models.UniqueConstraint(fields=('round', 'body'), name='cleanup_task_once')],
                },
            ),
            migrations.AddIndex(
                model_name='policyrecord',
                index=models.Index(fields=['body', 'level'], name='policy_body_level'),
            ),
            migrations.AddConstraint(
                model_name='policyrecord',
                constraint=models.UniqueConstraint(condition=models.Q(('unified_number', ''), _negated=True), fields=('unified_number',), name='policy_unified_once'),
            ),
            migrations.AddConstraint(
                model_name='kepttext',
                constraint=models.UniqueConstraint(fields=('body', 'record'), name='kept_text_once'),
            ),
            migrations.AddConstraint(
                model_name='cleanupcase',
                constraint=models.UniqueConstraint(fields=('round', 'record'), name='cleanup_case_once'),
            ),
            migrations.AddConstraint(
                model_name='relation',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('uses', 'responds')), ('record', None), ('user__isnull', False)), models.Q(('record__isnull', False), ('user', None), models.Q(('kind__in', ('uses', 'responds')), _negated=True)), _connector='OR'), name='relation_one_source'),
            ),
            migrations.AddConstraint(
                model_name='relation',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('target', None), models.Q(('cited', ''), _negated=True)), models.Q(('cited', ''), ('target__isnull', False)), _connector='OR'), name='relation_one_target'),
            ),
            migrations.AddConstraint(
                model_name='relation',
                constraint=models.UniqueConstraint(fields=('kind', 'record', 'target'), name='relation_once'),
            ),
            migrations.AddConstraint(
                model_name='relation',
                constraint=models.UniqueConstraint(fields=('kind', 'user', 'target'), name='relation_use_once'),
            ),
            migrations.AddIndex(
                model_name='span',
                index=models.Index(fields=['until', 'since', 'state'], name='policy_span_day'),
            ),
            migrations.AddConstraint(
                model_name='span',
                constraint=models.UniqueConstraint(fields=('record', 'since'), name='policy_span_once'),
            ),
            migrations.AddConstraint(
                model_name='uploadtask',
                constraint=models.UniqueConstraint(fields=('library', 'body', 'due_on'), name='upload_task_once'),
            ),
            migrations.AddIndex(
                model_name='upload',
                index=models.Index(fields=['record', '-on', '-id'], name='policy_upload_last'),
            ),
            migrations.AddConstraint(
                model_name='use',
                constraint=models.UniqueConstraint(fields=('record', 'day'), name='policy_use_once'),
            ),
            migrations.AddConstraint(
                model_name='validitytask',
                constraint=models.UniqueConstraint(fields=('record', 'ends_on'), name='validity_told_once'),
            ),
            migrations.AddConstraint(
                model_name='waitingfile',
                constraint=models.UniqueConstraint(fields=('body', 'name'), name='waiting_file_once'),
            ),
            migrations.AddField(
                model_name='cleanuptask',
                name='paper',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='书面意见'),
            ),
            migrations.AddField(
                model_name='cleanuptask',
                name='paper_by',
                field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='书面意见登记人'),
            ),
            migrations.AddField(
                model_name='cleanuptask',
                name='paper_name',
                field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='书面意见文件名'),
            ),
            migrations.AddField(
                model_name='decision',
                name='announced_in',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announces', to='editions.document', verbose_name='公布的公告'),
            ),
            migrations.AddField(
                model_name='decision',
                name='corrected_in',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrects', to='editions.document', verbose_name='更正的公告'),
            ),
            migrations.AddField(
                model_name='decision',
                name='replaces',
                field=models.BooleanField(db_default=False, default=False, verbose_name='替代本文件'),
            ),
            migrations.AddField(
                model_name='decision',
                name='effective_at',
                field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, null=True, verbose_name='生效时间'),
            ),
            migrations.AlterField(
                model_name='cleanupround',
                name='state',
                field=models.CharField(choices=[('open', '进行中'), ('signing', '结果待签发公布'), ('closed', '已办结'), ('cancelled', '已取消')], default='open', max_length=10, verbose_name='状态'),
            ),
            migrations.AddField(
                model_name='decision',
                name='round',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.cleanupround', verbose_name='文件清理'),
            ),
        ]),
    ]

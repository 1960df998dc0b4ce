"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Announcement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(choices=[('catalogue', '决策事项目录'), ('draft', '征求意见公告'), ('hearing', '听证、座谈公告'), ('adoption', '意见采纳情况'), ('result', '决策结果'), ('evaluation', '执行与后评估'), ('survey', '网上调研公告'), ('findings', '网上调研结果')], max_length=12, verbose_name='公告')),
                    ('dropped', models.BooleanField(default=False, verbose_name='已放弃')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('about', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='participation.announcement', verbose_name='所答的公告')),
                    ('catalogue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='participation.catalogue', verbose_name='目录')),
                    ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='participation.decision', verbose_name='决策事项')),
                    ('survey', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='participation.survey', verbose_name='网上调研')),
                ],
                options={
                    'verbose_name': '决策公告',
                    'verbose_name_plural': '决策公告',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Consultation',
                fields=[
                    ('announcement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='consultation', serialize=False, to='participation.announcement', verbose_name='公告')),
                    ('starts_on', models.DateField(verbose_name='开始日期')),
                    ('ends_on', models.DateField(db_index=True, verbose_name='截止日期')),
                    ('short', models.CharField(blank=True, max_length=300, verbose_name='短于法定期限的理由')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='participation.decision', verbose_name='决策事项')),
                    ('feedback', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consultation', to='ledger.entry', verbose_name='反馈')),
                ],
                options={
                    'verbose_name': '征求意见',
                    'verbose_name_plural': '征求意见',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='AnnouncementRevision',
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
                    ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='participation.announcement', verbose_name='公告')),
                ],
                options={
                    'verbose_name': '决策公告的各稿',
                    'verbose_name_plural': '决策公告的各稿',
                    'ordering': ['pk'],
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Catalogue',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                    ('consent', models.CharField(blank=True, help_text='会议或文件，如：市委常委会第12次会议研究同意', max_length=200, verbose_name='同级党委同意')),
                    ('shown', models.JSONField(default=list, editable=False, verbose_name='已公布的内容')),
                    ('shown_at', models.DateTimeField(editable=False, null=True, verbose_name='公布时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decision_catalogues', to='units.body', verbose_name='制定机关')),
                ],
                options={
                    'verbose_name': '决策事项目录',
                    'verbose_name_plural': '决策事项目录',
                    'ordering': ['-year', 'body'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'year'), name='catalogue_once_a_year')],
                },
            ),
            migrations.CreateModel(
                name='CatalogueChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=300, verbose_name='事项')),
                    ('what', models.CharField(choices=[('added', '新增事项'), ('altered', '调整事项'), ('removed', '调出事项')], max_length=8, verbose_name='调整')),
                    ('words', models.CharField(blank=True, max_length=500, verbose_name='调整内容')),
                    ('reason', models.CharField(max_length=300, verbose_name='调整理由')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='participation.catalogue', verbose_name='目录')),
                ],
                options={
                    'verbose_name': '目录调整',
                    'verbose_name_plural': '目录调整',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Decision',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='decision', serialize=False, to='ledger.entry')),
                    ('position', models.PositiveIntegerField(default=1, verbose_name='序号')),
                    ('partners', models.CharField(blank=True, max_length=200, verbose_name='会同单位')),
                    ('basis', models.CharField(blank=True, max_length=300, verbose_name='决策依据')),
                    ('planned_on', models.DateField(verbose_name='计划完成时间')),
                    ('timetable', models.CharField(blank=True, help_text='如：6月征求意见，9月提请审议', max_length=200, verbose_name='时间安排')),
                    ('ways', models.JSONField(default=list, verbose_name='公众参与方式')),
                    ('draft_kind', models.CharField(choices=[('decision_draft', '重大行政决策'), ('rule_draft', '政府规章'), ('business_draft', '涉企行政规范性文件')], default='decision_draft', max_length=16, verbose_name='类型')),
                    ('exempt', models.CharField(blank=True, max_length=300, verbose_name='不公开征求意见的依据和理由')),
                    ('submitted_on', models.DateField(blank=True, null=True, verbose_name='提请审议日期')),
                    ('submitted', models.JSONField(default=dict, verbose_name='提请审议的材料')),
                    ('decided_on', models.DateField(blank=True, null=True, verbose_name='决定日期')),
                    ('meeting', models.CharField(blank=True, max_length=200, verbose_name='审议会议')),
                    ('evaluation', models.CharField(blank=True, max_length=300, verbose_name='后评估的安排')),
                    ('catalogue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='participation.catalogue', verbose_name='目录')),
                    ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='decisions', to='editions.document', verbose_name='决定文件')),
                ],
                options={
                    'verbose_name': '重大行政决策',
                    'verbose_name_plural': '重大行政决策',
                    'ordering': ['position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Examination',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(choices=[('experts', '专家论证'), ('risk', '风险评估'), ('competition', '公平竞争审查'), ('legality', '合法性审查')], max_length=12, verbose_name='环节')),
                    ('on', models.DateField(verbose_name='完成日期')),
                    ('organ', models.CharField(max_length=120, verbose_name='组织、审查单位')),
                    ('result', models.CharField(choices=[('passed', '通过'), ('mended', '修改后通过'), ('failed', '不通过'), ('needless', '不适用')], max_length=8, verbose_name='结论')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='examinations', to='participation.decision', verbose_name='决策事项')),
                ],
                options={
                    'verbose_name': '程序环节',
                    'verbose_name_plural': '程序环节',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Opening',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('open_day', '政府开放日'), ('meeting', '会议开放（列席）')], max_length=10, verbose_name='类别')),
                    ('on', models.DateField(verbose_name='日期')),
                    ('place', models.CharField(max_length=200, verbose_name='地点')),
                    ('theme', models.CharField(max_length=200, verbose_name='主题（会议名称、议题）')),
                    ('invited', models.CharField(blank=True, max_length=200, verbose_name='邀请对象')),
                    ('guests', models.PositiveIntegerField(blank=True, null=True, verbose_name='参加人数')),
                    ('account', models.TextField(blank=True, verbose_name='活动情况、意见建议')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='报道网址')),
                    ('dropped', models.CharField(blank=True, max_length=300, verbose_name='取消、作废的理由')),
                    ('made_by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('announcement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.document', verbose_name='公告')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='units.body', verbose_name='举办单位')),
                    ('documents', models.ManyToManyField(blank=True, related_name='openings', to='editions.document', verbose_name='公开的信息')),
                ],
                options={
                    'verbose_name': '政府开放日、会议开放',
                    'verbose_name_plural': '政府开放日、会议开放',
                    'ordering': ['-on', '-pk'],
                    'indexes': [models.Index(fields=['body', 'on'], name='opening_body_on')],
                },
            ),
            migrations.CreateModel(
                name='OpeningPaper',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('added_by', models.CharField(max_length=120, verbose_name='上传人')),
                    ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                    ('what', models.CharField(choices=[('notice', '通知、邀请'), ('agenda', '议程、方案'), ('sign_in', '签到表'), ('photo', '照片'), ('material', '课件、材料'), ('report', '总结、报道'), ('other', '其他')], max_length=10, verbose_name='材料类别')),
                    ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='participation.opening', verbose_name='活动')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                ],
                options={
                    'verbose_name': '活动材料',
                    'verbose_name_plural': '活动材料',
                    'ordering': ['pk'],
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='OpeningProof',
                fields=[
                    ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='opening_proof', serialize=False, to='ledger.evidence', verbose_name='佐证')),
                    ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proofs', to='participation.opening', verbose_name='活动')),
                ],
                options={
                    'verbose_name': '活动佐证',
                    'verbose_name_plural': '活动佐证',
                },
            ),
            migrations.CreateModel(
                name='Survey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=120, verbose_name='调研名称')),
                    ('policy', models.CharField(help_text='文件的名称和文号，如：云岭市普惠性幼儿园管理办法', max_length=200, verbose_name='调研的政策')),
                    ('starts_on', models.DateField(blank=True, null=True, verbose_name='开始日期')),
                    ('ends_on', models.DateField(blank=True, db_index=True, null=True, verbose_name='截止日期')),
                    ('asked', models.JSONField(default=list, editable=False, verbose_name='公布的问题')),
                    ('answered_on', models.DateField(blank=True, null=True, verbose_name='公布结果日期')),
                    ('dropped', models.CharField(blank=True, max_length=300, verbose_name='取消的理由')),
                    ('made_by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='units.body', verbose_name='调研单位')),
                ],
                options={
                    'verbose_name': '网上调研',
                    'verbose_name_plural': '网上调研',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='SurveyQuestion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(verbose_name='序号')),
                    ('text', models.CharField(max_length=200, verbose_name='问题')),
                    ('kind', models.CharField(choices=[('one', '单选'), ('many', '多选'), ('scale', '评分（1至5分）'), ('words', '填空')], max_length=6, verbose_name='题型')),
                    ('options', models.TextField(blank=True, help_text='单选、多选填写，一行一个，2至20个', max_length=2000, verbose_name='选项')),
                    ('most', models.PositiveSmallIntegerField(blank=True, default=0, help_text='多选题填写，0为不限', verbose_name='最多选几项')),
                    ('required', models.BooleanField(default=True, verbose_name='必答')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='participation.survey', verbose_name='网上调研')),
                ],
                options={
                    'verbose_name': '问卷问题',
                    'verbose_name_plural': '问卷问题',
                    'ordering': ['position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='SurveyReply',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(verbose_name='编号')),
                    ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='收到时间')),
                    ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='participation.survey', verbose_name='网上调研')),
                ],
                options={
                    'verbose_name': '问卷',
                    'verbose_name_plural': '问卷',
                    'ordering': ['survey', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('survey', 'number'), name='survey_reply_number_once')],
                },
            ),
            migrations.CreateModel(
                name='SurveyChoice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('option', models.PositiveSmallIntegerField(verbose_name='选项')),
                    ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='participation.surveyquestion', verbose_name='问题')),
                    ('reply', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='participation.surveyreply', verbose_name='问卷')),
                ],
                options={
                    'verbose_name': '问卷选择',
                    'verbose_name_plural': '问卷选择',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('reply', 'question', 'option'), name='survey_choice_once')],
                },
            ),
            migrations.CreateModel(
                name='SurveyWords',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('masked', gongkai.core.vault.fields.EncryptedWordsField(verbose_name='文字意见（隐去个人信息）')),
                    ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='participation.surveyquestion', verbose_name='问题')),
                    ('reply', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='participation.surveyreply', verbose_name='问卷')),
                ],
                options={
                    'verbose_name': '问卷文字意见',
                    'verbose_name_plural': '问卷文字意见',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('reply', 'question'), name='survey_words_once')],
                },
            ),
            migrations.CreateModel(
                name='Point',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(verbose_name='序号')),
                    ('gist', models.TextField(verbose_name='归纳意见')),
                    ('outcome', models.CharField(blank=True, choices=[('adopted', '采纳'), ('partly', '部分采纳'), ('rejected', '未采纳'), ('unrelated', '与草案无关')], max_length=10, verbose_name='采纳情况')),
                    ('reason', models.TextField(blank=True, verbose_name='说明')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='participation.consultation', verbose_name='征求意见')),
                ],
                options={
                    'verbose_name': '意见归纳',
                    'verbose_name_plural': '意见归纳',
                    'ordering': ['position', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('consultation', 'position'), name='point_position_once')],
                },
            ),
            migrations.CreateModel(
                name='Comment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(verbose_name='编号')),
                    ('channel', models.CharField(choices=[('form', '网站'), ('letter', '信函'), ('mail', '电子邮件'), ('phone', '电话、传真'), ('hearing', '听证会、座谈会'), ('other', '其他')], max_length=8, verbose_name='渠道')),
                    ('clause', gongkai.core.vault.fields.EncryptedWordsField(blank=True, verbose_name='针对条款')),
                    ('text', gongkai.core.vault.fields.EncryptedWordsField(verbose_name='意见')),
                    ('masked', gongkai.core.vault.fields.EncryptedWordsField(verbose_name='意见（隐去个人信息）')),
                    ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='收到时间')),
                    ('point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='participation.point', verbose_name='归纳')),
                    ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='participation.consultation', verbose_name='征求意见')),
                ],
                options={
                    'verbose_name': '意见',
                    'verbose_name_plural': '意见',
                    'ordering': ['consultation', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('consultation', 'number'), name='comment_number_once')],
                },
            ),
        ]),
    ]

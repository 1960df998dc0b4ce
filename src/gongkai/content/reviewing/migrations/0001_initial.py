"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Coordination',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('item_id', models.BigIntegerField(db_index=True, verbose_name='信息编号')),
                    ('kind', models.CharField(max_length=10, verbose_name='事项')),
                    ('bodies', models.JSONField(default=list, verbose_name='须征求意见的单位')),
                    ('reason', models.CharField(max_length=300, verbose_name='理由')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                    ('name', models.CharField(max_length=120, verbose_name='经手人')),
                    ('person_id', models.BigIntegerField(null=True, verbose_name='经手人编号')),
                ],
                options={
                    'verbose_name': '重大敏感信息会商',
                    'verbose_name_plural': '重大敏感信息会商',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Opinion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('item_id', models.BigIntegerField(db_index=True, verbose_name='信息编号')),
                    ('coordination_id', models.BigIntegerField(db_index=True, verbose_name='会商编号')),
                    ('body_id', models.BigIntegerField(verbose_name='单位编号')),
                    ('body_name', models.CharField(max_length=120, verbose_name='单位')),
                    ('agrees', models.BooleanField(verbose_name='同意')),
                    ('words', models.CharField(blank=True, max_length=500, verbose_name='意见')),
                    ('content_digest', models.CharField(max_length=64, verbose_name='针对的内容摘要值')),
                    ('name', models.CharField(max_length=120, verbose_name='意见人')),
                    ('person_id', models.BigIntegerField(null=True, verbose_name='意见人编号')),
                    ('recorder', models.CharField(blank=True, max_length=120, verbose_name='登记人')),
                    ('scan', models.CharField(blank=True, max_length=64, verbose_name='来函摘要值')),
                    ('scan_name', models.CharField(blank=True, max_length=200, verbose_name='来函文件名')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '会商意见',
                    'verbose_name_plural': '会商意见',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='SecrecySheet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('review_id', models.BigIntegerField(db_index=True, verbose_name='送审编号')),
                    ('source', models.CharField(db_index=True, max_length=64, verbose_name='来源标识')),
                    ('revision_id', models.BigIntegerField(verbose_name='修订编号')),
                    ('content_digest', models.CharField(max_length=64, verbose_name='内容摘要值')),
                    ('answers', models.JSONField(default=dict, help_text='问题 → no、yes、unsure', verbose_name='逐项意见')),
                    ('consulted', models.CharField(blank=True, max_length=300, verbose_name='不确定的，请示了谁、答复如何')),
                    ('rows', models.PositiveIntegerField(default=0, verbose_name='清单行数')),
                    ('conclusion', models.CharField(max_length=8, verbose_name='结论')),
                    ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                    ('name', models.CharField(max_length=120, verbose_name='审查人')),
                    ('person_id', models.BigIntegerField(verbose_name='审查人编号')),
                    ('account_id', models.BigIntegerField(null=True, verbose_name='账号编号')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                ],
                options={
                    'verbose_name': '保密审查表',
                    'verbose_name_plural': '保密审查表',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Signature',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('review_id', models.BigIntegerField(verbose_name='送审编号')),
                    ('source', models.CharField(max_length=64, verbose_name='来源标识')),
                    ('revision_id', models.BigIntegerField(verbose_name='修订编号')),
                    ('content_digest', models.CharField(max_length=64, verbose_name='内容摘要值')),
                    ('plan_digest', models.CharField(max_length=64, verbose_name='程序摘要值')),
                    ('stage', models.PositiveSmallIntegerField(verbose_name='级次')),
                    ('stage_name', models.CharField(max_length=24, verbose_name='级别')),
                    ('verdict', models.CharField(choices=[('yes', '同意'), ('no', '退回')], max_length=3, verbose_name='意见')),
                    ('gate', models.CharField(blank=True, max_length=12, verbose_name='不通过的关口')),
                    ('unmet', models.JSONField(blank=True, default=list, verbose_name='不符合的要点')),
                    ('role', models.CharField(max_length=16, verbose_name='以何角色')),
                    ('name', models.CharField(max_length=120, verbose_name='审签人')),
                    ('person_id', models.BigIntegerField(db_index=True, verbose_name='审签人编号')),
                    ('account_id', models.BigIntegerField(null=True, verbose_name='账号编号')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                    ('urgent', models.BooleanField(default=False, verbose_name='紧急发布')),
                    ('signed_on', models.DateField(null=True, verbose_name='纸面签批日期')),
                    ('recorder', models.CharField(blank=True, max_length=120, verbose_name='登记人')),
                    ('recorder_id', models.BigIntegerField(null=True, verbose_name='登记人编号')),
                    ('scan', models.CharField(blank=True, max_length=64, verbose_name='签批件摘要值')),
                    ('scan_name', models.CharField(blank=True, max_length=200, verbose_name='签批件文件名')),
                    ('words_digest', models.CharField(blank=True, max_length=64, verbose_name='意见摘要值')),
                    ('sheet_digest', models.CharField(blank=True, max_length=64, verbose_name='确认的保密审查表')),
                    ('seen', models.JSONField(blank=True, default=list, verbose_name='签字前看过的')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                ],
                options={
                    'verbose_name': '审签签名',
                    'verbose_name_plural': '审签签名',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Review',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(db_index=True, max_length=64, verbose_name='来源标识')),
                    ('revision_id', models.BigIntegerField(verbose_name='修订编号')),
                    ('body_id', models.BigIntegerField(db_index=True, verbose_name='单位编号')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('content_digest', models.CharField(max_length=64, verbose_name='内容摘要值')),
                    ('state', models.CharField(choices=[('waiting', '待审签'), ('returned', '已退回'), ('recalled', '已撤回送审'), ('approved', '已签发'), ('after', '已紧急发布，待补审'), ('objected', '补审不同意，已暂停公开'), ('redressed', '已撤回或更正')], default='waiting', max_length=10, verbose_name='状态')),
                    ('visible_from', models.DateTimeField(blank=True, null=True, verbose_name='定时公开')),
                    ('plan', models.JSONField(blank=True, default=dict, verbose_name='审签程序')),
                    ('columns', models.JSONField(blank=True, default=list, verbose_name='栏目')),
                    ('authors', models.JSONField(default=list, help_text='账号编号，签发人不得在内', verbose_name='起草账号')),
                    ('author_people', models.JSONField(blank=True, default=list, verbose_name='起草人员')),
                    ('stage', models.PositiveSmallIntegerField(default=0, verbose_name='当前级次')),
                    ('holders', models.CharField(blank=True, max_length=120, verbose_name='当前级可签角色')),
                    ('barred', models.TextField(blank=True, verbose_name='不能再签的人')),
                    ('held_since', models.DateTimeField(null=True, verbose_name='到达当前级的时间')),
                    ('stage_due', models.DateTimeField(null=True, verbose_name='当前级应办结时间')),
                    ('rows', models.PositiveIntegerField(default=0, verbose_name='清单行数')),
                    ('parts', models.JSONField(blank=True, default=list, verbose_name='签字前须看的')),
                    ('submitted_by', models.CharField(max_length=120, verbose_name='送审人')),
                    ('submitted_person', models.BigIntegerField(null=True, verbose_name='送审人编号')),
                    ('submitted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='送审时间')),
                    ('note', models.CharField(blank=True, max_length=500, verbose_name='送审说明')),
                    ('urgent_by', models.CharField(blank=True, max_length=120, verbose_name='紧急发布决定人')),
                    ('urgent_reason', models.CharField(blank=True, max_length=300, verbose_name='紧急发布理由')),
                    ('urgent_due', models.DateTimeField(null=True, verbose_name='补审期限')),
                    ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='审签人')),
                    ('decided_person', models.BigIntegerField(null=True, verbose_name='审签人编号')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='审签时间')),
                    ('words', models.CharField(blank=True, max_length=500, verbose_name='审签意见')),
                    ('edition_id', models.BigIntegerField(null=True, verbose_name='用于版本')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '审签',
                    'verbose_name_plural': '审签',
                    'ordering': ['submitted_at', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'after'])), fields=['body_id', 'held_since'], name='review_queue'), models.Index(condition=models.Q(('state__in', ['waiting', 'after'])), fields=['stage_due'], name='review_late'), models.Index(condition=models.Q(('state__in', ['after', 'objected'])), fields=['urgent_due'], name='review_urgent'), models.Index(condition=models.Q(('urgent_due__isnull', False)), fields=['source'], name='review_ever_urgent')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('source',), name='one_review_at_a_time')],
                },
            ),
            migrations.CreateModel(
                name='ReviewScheme',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('column_number', models.BigIntegerField(default=0, verbose_name='栏目编号')),
                    ('number', models.PositiveIntegerField(verbose_name='序号')),
                    ('plan', models.JSONField(default=dict, verbose_name='审签程序')),
                    ('ended', models.BooleanField(default=False, verbose_name='停用')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                    ('made_by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schemes', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '审签程序',
                    'verbose_name_plural': '审签程序',
                },
            ),
            migrations.CreateModel(
                name='ReviewTold',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('review_id', models.BigIntegerField(verbose_name='送审编号')),
                    ('step', models.CharField(max_length=24, verbose_name='级别')),
                    ('due_at', models.DateTimeField(verbose_name='针对的到期时间')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '审签已提醒',
                    'verbose_name_plural': '审签已提醒',
                    'constraints': [models.UniqueConstraint(fields=('review_id', 'step', 'due_at'), name='review_told_once')],
                },
            ),
            migrations.CreateModel(
                name='Shown',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('review_id', models.BigIntegerField(verbose_name='送审编号')),
                    ('person_id', models.BigIntegerField(verbose_name='人员编号')),
                    ('part', models.CharField(max_length=12, verbose_name='部分')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '已阅',
                    'verbose_name_plural': '已阅',
                    'constraints': [models.UniqueConstraint(fields=('review_id', 'person_id', 'part', 'digest'), name='shown_once')],
                },
            ),
            migrations.CreateModel(
                name='SignatureNote',
                fields=[
                    ('signature', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='note', serialize=False, to='reviewing.signature')),
                    ('text', models.CharField(max_length=500, verbose_name='意见')),
                ],
                options={
                    'verbose_name': '审签意见',
                    'verbose_name_plural': '审签意见',
                },
            ),
            migrations.AddIndex(
                model_name='signature',
                index=models.Index(fields=['review_id'], name='reviewing_s_review__bf5faa_idx'),
            ),
            migrations.AddIndex(
                model_name='signature',
                index=models.Index(fields=['source'], name='reviewing_s_source_56f683_idx'),
            ),
            migrations.AddConstraint(
                model_name='signature',
                constraint=models.UniqueConstraint(condition=models.Q(('verdict', 'yes')), fields=('review_id', 'stage'), name='one_signature_a_stage'),
            ),
            migrations.AddConstraint(
                model_name='signature',
                constraint=models.UniqueConstraint(condition=models.Q(('verdict', 'yes')), fields=('review_id', 'person_id'), name='one_signature_a_person'),
            ),
            migrations.AddConstraint(
                model_name='reviewscheme',
                constraint=models.UniqueConstraint(fields=('website', 'column_number', 'number'), name='review_scheme_number'),
            ),
        ]),
    ]

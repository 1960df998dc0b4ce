"""The tables of the app as of version 0.2; replaces its first 9 migrations."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('gathering', '0001_initial'),
        ('gathering', '0002_like_with_like'),
        ('gathering', '0003_whole_texts_again'),
        ('gathering', '0004_marks_of_sentences'),
        ('gathering', '0005_without_link_lists'),
        ('gathering', '0006_where_texts_stand'),
        ('gathering', '0007_change_told'),
        ('gathering', '0008_summaries_of_erased'),
        ('gathering', '0009_read_back'),
    ]

    dependencies = [
        ('editions', '0005_never_public'),
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('policies', '0005_rounds_of_decisions'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Listing',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address', models.CharField(blank=True, max_length=500, verbose_name='来源地址')),
                    ('until', models.DateField(verbose_name='有效期至')),
                    ('reason', models.CharField(max_length=300, verbose_name='理由')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='gathering.source', verbose_name='来源')),
                ],
                options={
                    'verbose_name': '链接列出决定',
                    'verbose_name_plural': '链接列出决定',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='Collection',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='名称')),
                    ('about', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collections', to='units.body', verbose_name='归集单位')),
                ],
                options={
                    'verbose_name': '归集专题',
                    'verbose_name_plural': '归集专题',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'name'), name='collection_once')],
                },
            ),
            migrations.CreateModel(
                name='Gathered',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=64, verbose_name='地址摘要')),
                    ('address', models.CharField(max_length=500, verbose_name='原地址')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('title_key', models.CharField(db_index=True, max_length=64, verbose_name='标题摘要')),
                    ('summary', models.TextField(blank=True, db_default='', default='', verbose_name='来源摘要')),
                    ('text', models.TextField(blank=True, verbose_name='内容')),
                    ('html', models.TextField(blank=True, verbose_name='正文')),
                    ('page_digest', models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='原文摘要')),
                    ('digest', models.CharField(max_length=64, verbose_name='内容摘要')),
                    ('band0', models.IntegerField(db_index=True, null=True)),
                    ('band1', models.IntegerField(db_index=True, null=True)),
                    ('band2', models.IntegerField(db_index=True, null=True)),
                    ('band3', models.IntegerField(db_index=True, null=True)),
                    ('band4', models.IntegerField(db_index=True, null=True)),
                    ('band5', models.IntegerField(db_index=True, null=True)),
                    ('band6', models.IntegerField(db_index=True, null=True)),
                    ('band7', models.IntegerField(db_index=True, null=True)),
                    ('written_at', models.DateTimeField(blank=True, null=True, verbose_name='来源发布时间')),
                    ('found_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='归集时间')),
                    ('seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='最近列出')),
                    ('looked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True, default=django.utils.timezone.now, verbose_name='最近核对')),
                    ('changed_at', models.DateTimeField(blank=True, null=True, verbose_name='发现改动')),
                    ('change', models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='改动内容')),
                    ('gone_at', models.DateTimeField(blank=True, null=True, verbose_name='发现撤下')),
                    ('state', models.CharField(choices=[('new', '待处理'), ('drafted', '已转草稿'), ('dropped', '不采用'), ('double', '重复'), ('erased', '已依法删除')], db_index=True, default='new', max_length=8, verbose_name='状态')),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gathered', to='editions.document', verbose_name='信息')),
                    ('double_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='doubles', to='gathering.gathered', verbose_name='与之重复')),
                    ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gathered', to='gathering.source', verbose_name='来源')),
                ],
                options={
                    'verbose_name': '归集内容',
                    'verbose_name_plural': '归集内容',
                    'ordering': ['-found_at', '-pk'],
                    'constraints': [models.UniqueConstraint(fields=('source', 'key'), name='gathered_once')],
                },
            ),
            migrations.CreateModel(
                name='GatheredFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('address', models.CharField(max_length=500, verbose_name='原地址')),
                    ('why', models.CharField(blank=True, max_length=120, verbose_name='未保存的原因')),
                    ('found', models.CharField(blank=True, max_length=200, verbose_name='发现的个人信息')),
                    ('gathered', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='gathering.gathered', verbose_name='归集内容')),
                    ('stored', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                ],
                options={
                    'verbose_name': '归集内容的附件',
                    'verbose_name_plural': '归集内容的附件',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('gathered', 'address'), name='gathered_file_once')],
                },
            ),
            migrations.CreateModel(
                name='LawUpdate',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='law_update', serialize=False, to='ledger.entry')),
                    ('gathered', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='law_updates', to='gathering.gathered', verbose_name='法规库条目')),
                    ('kept', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='law_updates', to='policies.kepttext', verbose_name='执行的文本')),
                ],
                options={
                    'verbose_name': '法规库更新',
                    'verbose_name_plural': '法规库更新',
                },
            ),
            migrations.CreateModel(
                name='ListingRevision',
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
                    ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='gathering.listing', verbose_name='决定')),
                ],
                options={
                    'verbose_name': '决定的各稿',
                    'verbose_name_plural': '决定的各稿',
                    'ordering': ['pk'],
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Source',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(help_text='网站和栏目，如：青溪县政府网>规划信息', max_length=80, verbose_name='来源名称')),
                    ('unit_name', models.CharField(max_length=120, verbose_name='来源单位')),
                    ('way', models.CharField(choices=[('feed', '订阅源（RSS、Atom）'), ('list', '列表页抓取'), ('gongkai', '后台数据联通（公开 Gongkai 接口）'), ('wagtail', '后台数据联通（Wagtail 接口）'), ('manual', '人工录入、表格导入')], max_length=8, verbose_name='方式')),
                    ('address', models.CharField(blank=True, max_length=500, verbose_name='地址')),
                    ('example', models.CharField(blank=True, max_length=300, verbose_name='列表中的标题')),
                    ('layout', models.JSONField(default=list, verbose_name='列表的样式')),
                    ('text_at', models.CharField(blank=True, db_default='', default='', max_length=1000, verbose_name='正文的位置')),
                    ('kind', models.CharField(choices=[('policy', '政策文件'), ('normative', '行政规范性文件'), ('interpretation', '政策解读'), ('plan', '规划计划'), ('finance', '财政信息'), ('notice', '通知公告'), ('news', '工作动态'), ('organisation', '机构职能'), ('personnel', '人事信息'), ('project', '重大建设项目'), ('livelihood', '民生信息'), ('emergency', '应急管理'), ('supervision', '监督检查'), ('statistics', '统计信息'), ('report', '工作报告'), ('guide', '办事指南'), ('message', '网民留言'), ('decision', '重大行政决策'), ('gazette', '政府公报'), ('other', '其他信息')], default='other', max_length=20, verbose_name='类别')),
                    ('whole', models.BooleanField(default=True, verbose_name='读取全文')),
                    ('laws', models.BooleanField(default=False, verbose_name='法规库')),
                    ('hours', models.PositiveSmallIntegerField(default=12, verbose_name='间隔（小时）')),
                    ('expected', models.PositiveIntegerField(blank=True, null=True, verbose_name='应有条数')),
                    ('active', models.BooleanField(default=True, verbose_name='启用')),
                    ('due_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='下次收取')),
                    ('pulled_at', models.DateTimeField(blank=True, null=True, verbose_name='最近收取')),
                    ('succeeded_at', models.DateTimeField(blank=True, null=True, verbose_name='最近成功')),
                    ('reading_until', models.DateTimeField(blank=True, null=True, verbose_name='正在收取')),
                    ('back_at', models.CharField(blank=True, db_default='', default='', max_length=1000, verbose_name='接着读的列表页')),
                    ('back_page', models.PositiveIntegerField(db_default=0, default=0, verbose_name='接着读的页码')),
                    ('failing', models.PositiveIntegerField(default=0, verbose_name='连续失败次数')),
                    ('status', models.CharField(blank=True, max_length=200, verbose_name='最近情况')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('apart', models.ManyToManyField(blank=True, to='gathering.source', verbose_name='不互为重复的来源')),
                    ('collection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='gathering.collection', verbose_name='归集专题')),
                    ('column', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='editions.column', verbose_name='拟放栏目')),
                ],
                options={
                    'verbose_name': '归集来源',
                    'verbose_name_plural': '归集来源',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('address', ''), _negated=True), fields=('collection', 'address'), name='source_once')],
                },
            ),
        ]),
    ]

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
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Hand',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('stream', models.CharField(db_index=True, max_length=64, verbose_name='来源')),
                    ('account', models.BigIntegerField(null=True, verbose_name='账号')),
                    ('person', models.BigIntegerField(null=True, verbose_name='人员')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '经手',
                    'verbose_name_plural': '经手',
                },
            ),
            migrations.CreateModel(
                name='Revision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('stream', models.CharField(db_index=True, max_length=64, verbose_name='来源')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('html', models.TextField(verbose_name='正文')),
                    ('summary', models.CharField(blank=True, max_length=300, verbose_name='概述')),
                    ('content', models.JSONField(default=dict, verbose_name='数据')),
                    ('files', models.JSONField(default=list, verbose_name='附件')),
                    ('csv', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='数据文件摘要')),
                    ('formed_on', models.DateField(verbose_name='形成日期')),
                    ('last_hand', models.BigIntegerField(default=0, verbose_name='最后经手')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ],
                options={
                    'verbose_name': '公开表的送审稿',
                    'verbose_name_plural': '公开表的送审稿',
                },
            ),
            migrations.CreateModel(
                name='TableSchema',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=30, unique=True, verbose_name='代号')),
                    ('label', models.CharField(max_length=40, verbose_name='名称')),
                    ('group', models.CharField(choices=[('institution', '公共企事业单位'), ('topic', '专题公开'), ('service', '办事指南'), ('power', '权责清单'), ('list', '正面和负面清单'), ('place', '信息查阅点'), ('link', '相关网站')], max_length=12, verbose_name='类别')),
                    ('layout', models.CharField(choices=[('table', '整表公开'), ('record', '逐条公开')], default='table', max_length=8, verbose_name='公开方式')),
                    ('fields', models.JSONField(default=list, verbose_name='字段')),
                    ('source', models.CharField(max_length=300, verbose_name='依据')),
                    ('intro', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('review_days', models.PositiveSmallIntegerField(default=0, help_text='0为有变化时更新，不定期核对', verbose_name='核对周期（天）')),
                    ('kind', models.CharField(default='other', max_length=20, verbose_name='信息类别')),
                    ('basis', models.CharField(default='21', max_length=8, verbose_name='公开依据')),
                    ('per_year', models.BooleanField(default=False, verbose_name='按年度填报')),
                    ('strict', models.BooleanField(default=False, verbose_name='缺项不得公开')),
                    ('documents', models.BooleanField(default=False, verbose_name='关联政策依据')),
                    ('keepers', models.CharField(blank=True, db_default='', default='', help_text='单位名称中的词，用顿号分开，如：财政。不填的，各单位都可以填报', max_length=120, verbose_name='由哪些单位填报')),
                    ('owed_by', models.CharField(blank=True, choices=[('', '没有要求'), ('keepers', '各级政府的上述部门'), ('governments', '各级政府'), ('departments', '各部门'), ('all', '各级政府和各部门')], db_default='', default='', help_text='应填报而没有填报的单位，在列表中列出', max_length=12, verbose_name='哪些单位应当填报')),
                    ('chart', models.JSONField(blank=True, default=dict, verbose_name='图表')),
                    ('view', models.JSONField(blank=True, db_default={}, default=dict, verbose_name='显示方式')),
                    ('edition', models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name='预置版本')),
                    ('position', models.PositiveIntegerField(default=1000, verbose_name='排序')),
                    ('active', models.BooleanField(default=True, verbose_name='使用中')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '表式',
                    'verbose_name_plural': '表式',
                    'ordering': ['position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Posting',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('board', '公示栏张贴'), ('leaflet', '发放宣传读物'), ('broadcast', '广播、会议宣讲'), ('hotline', '提供给12345热线')], max_length=10, verbose_name='方式')),
                    ('on', models.DateField(verbose_name='日期')),
                    ('place', models.CharField(help_text='如：青溪县河东镇柳林村公示栏', max_length=120, verbose_name='地点')),
                    ('copies', models.PositiveIntegerField(blank=True, help_text='发放宣传读物的填写', null=True, verbose_name='份数')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='units.body', verbose_name='登记单位')),
                    ('table', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='tables.publictable', verbose_name='公开表')),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                    ('confirmed_by', models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='核对人')),
                    ('recorded_by', models.BigIntegerField(blank=True, null=True, verbose_name='登记人编号')),
                ],
                options={
                    'verbose_name': '张贴和发放',
                    'verbose_name_plural': '张贴和发放',
                    'ordering': ['-on', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='PostingPaper',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('added_by', models.CharField(max_length=120, verbose_name='上传人')),
                    ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                    ('what', models.CharField(choices=[('notice', '通知、邀请'), ('agenda', '议程、方案'), ('sign_in', '签到表'), ('photo', '照片'), ('material', '课件、材料'), ('report', '总结、报道'), ('other', '其他')], max_length=10, verbose_name='材料类别')),
                    ('posting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='tables.posting', verbose_name='张贴和发放')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                ],
                options={
                    'verbose_name': '张贴和发放的材料',
                    'verbose_name_plural': '张贴和发放的材料',
                    'ordering': ['pk'],
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='PublicTable',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('latest_revision_id', models.BigIntegerField(blank=True, null=True, verbose_name='最近一稿')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='年度')),
                    ('phone', models.CharField(blank=True, max_length=80, verbose_name='投诉监督电话')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立时间')),
                    ('checked_on', models.DateField(blank=True, db_index=True, null=True, verbose_name='最近检查日期')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_tables', to='units.body', verbose_name='填报单位')),
                    ('schema', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tables', to='tables.tableschema', verbose_name='表式')),
                ],
                options={
                    'verbose_name': '公开表',
                    'verbose_name_plural': '公开表',
                    'ordering': ['schema', '-year', 'body', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('schema', 'body', 'year'), name='table_once_a_year'), models.UniqueConstraint(condition=models.Q(('year', None)), fields=('schema', 'body'), name='table_once')],
                },
            ),
            migrations.CreateModel(
                name='Record',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('latest_revision_id', models.BigIntegerField(blank=True, null=True, verbose_name='最近一稿')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('name', models.CharField(max_length=300, verbose_name='名称')),
                    ('values', models.JSONField(default=dict, verbose_name='内容')),
                    ('position', models.PositiveIntegerField(default=1000, verbose_name='排序')),
                    ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='核对日期')),
                    ('documents', models.ManyToManyField(blank=True, related_name='table_records', to='editions.document', verbose_name='政策依据')),
                    ('table', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='tables.publictable', verbose_name='公开表')),
                ],
                options={
                    'verbose_name': '公开表的行',
                    'verbose_name_plural': '公开表的行',
                    'ordering': ['position', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('table', 'name'), name='record_once')],
                },
            ),
        ]),
    ]

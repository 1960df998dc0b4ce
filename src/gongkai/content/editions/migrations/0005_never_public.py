"""The tables of the app as of version 0.2; the name is that of its last migration, which every database since has recorded."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='BlankedRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('table_name', models.CharField(max_length=60, verbose_name='表')),
                    ('number', models.BigIntegerField(verbose_name='行')),
                    ('digest', models.CharField(max_length=64, verbose_name='所余内容摘要值')),
                    ('erasure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='editions.erasure', verbose_name='依法删除')),
                ],
                options={
                    'verbose_name': '依法删除的行',
                    'verbose_name_plural': '依法删除的行',
                    'constraints': [models.UniqueConstraint(fields=('table_name', 'number'), name='blanked_row_once')],
                },
            ),
            migrations.CreateModel(
                name='Edition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(verbose_name='版次')),
                    ('act', models.CharField(choices=[('publish', '发布'), ('withdraw', '撤回')], max_length=8, verbose_name='行为')),
                    ('visible_from', models.DateTimeField(verbose_name='公开时间')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='形成时间')),
                    ('made_by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('audience', models.CharField(choices=[('all', '向社会公开'), ('limited', '限定范围公开')], default='all', max_length=8, verbose_name='公开方式')),
                    ('circle', models.CharField(default='/', help_text='单位编号，如 /3/8/', max_length=2000, verbose_name='限定范围')),
                    ('approvals', models.JSONField(default=list, verbose_name='审签记录')),
                    ('content_digest', models.CharField(blank=True, max_length=64, verbose_name='内容摘要值')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='editions.document', verbose_name='公开信息')),
                ],
                options={
                    'verbose_name': '版本',
                    'verbose_name_plural': '版本',
                    'indexes': [models.Index(fields=['document', 'visible_from'], name='editions_ed_documen_abcc73_idx')],
                    'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='edition_number')],
                },
            ),
            migrations.CreateModel(
                name='EditionFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(db_index=True, max_length=64, verbose_name='文件摘要值')),
                    ('content', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carried', to='editions.editioncontent', verbose_name='版本内容')),
                ],
                options={
                    'verbose_name': '版本的文件',
                    'verbose_name_plural': '版本的文件',
                    'constraints': [models.UniqueConstraint(fields=('content', 'digest'), name='edition_file_once')],
                },
            ),
            migrations.CreateModel(
                name='TreeStamp',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('value', models.PositiveBigIntegerField(default=0, verbose_name='次数')),
                ],
                options={
                    'verbose_name': '栏目树变更次数',
                    'verbose_name_plural': '栏目树变更次数',
                },
            ),
            migrations.CreateModel(
                name='Column',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='栏目名称')),
                    ('key', models.CharField(editable=False, max_length=600, verbose_name='规范名称路径')),
                    ('path', models.CharField(blank=True, db_index=True, editable=False, max_length=200, verbose_name='编号路径')),
                    ('kind', models.CharField(choices=[('normal', '普通栏目'), ('topic', '专题栏目'), ('link', '链接栏目')], default='normal', max_length=8, verbose_name='类型')),
                    ('link', models.URLField(blank=True, max_length=300, verbose_name='链接地址')),
                    ('content', models.TextField(blank=True, verbose_name='栏目内容说明')),
                    ('cycle_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='更新周期（天）')),
                    ('position', models.PositiveIntegerField(default=1000, verbose_name='排序')),
                    ('admits', models.CharField(blank=True, choices=[('', '与上级栏目相同'), ('all', '本网站各单位'), ('named', '责任单位和指定的单位')], db_default='', default='', editable=False, max_length=5, verbose_name='发布单位')),
                    ('fixed', models.CharField(blank=True, editable=False, max_length=40, verbose_name='法定固定栏目')),
                    ('provisional', models.BooleanField(default=False, help_text='栏目尚未开通的信息先放在这里，开通后批量移入', verbose_name='过渡栏目')),
                    ('opened_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='开通时间')),
                    ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='归档时间')),
                    ('archive_note', models.CharField(blank=True, max_length=200, verbose_name='归档说明')),
                    ('made_from', models.CharField(blank=True, help_text='如某份任务分工通知', max_length=200, verbose_name='由何产生')),
                    ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='版本')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='columns', to='units.body', verbose_name='责任单位')),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='editions.column', verbose_name='上级栏目')),
                    ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='columns', to='units.person', verbose_name='责任人')),
                    ('publishers', models.ManyToManyField(blank=True, editable=False, related_name='+', to='units.body', verbose_name='指定的发布单位')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='columns', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '栏目',
                    'verbose_name_plural': '栏目',
                    'ordering': ['position', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('website', 'key'), name='column_once_in_site')],
                },
            ),
            migrations.CreateModel(
                name='Document',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(max_length=64, unique=True, verbose_name='来源标识')),
                    ('item_number', models.BigIntegerField(db_index=True, null=True, verbose_name='信息编号')),
                    ('kind', models.CharField(db_index=True, max_length=20, verbose_name='类别')),
                    ('index_number', models.CharField(blank=True, max_length=60, verbose_name='索引号')),
                    ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='首次公开时间')),
                    ('formed_on', models.DateField(blank=True, null=True, verbose_name='形成或变更日期')),
                    ('standing', models.CharField(blank=True, choices=[('', '不适用'), ('in_force', '现行有效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], default='', max_length=10, verbose_name='有效性')),
                    ('standing_on', models.DateField(blank=True, null=True, verbose_name='有效性起算日')),
                    ('standing_note', models.CharField(blank=True, max_length=300, verbose_name='有效性说明')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='units.body', verbose_name='发布单位')),
                    ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='editions.document', verbose_name='替代文件')),
                ],
                options={
                    'verbose_name': '公开信息',
                    'verbose_name_plural': '公开信息',
                    'indexes': [models.Index(fields=['body', 'published_at'], name='editions_do_body_id_5d5d6f_idx')],
                },
            ),
            migrations.CreateModel(
                name='EditionContent',
                fields=[
                    ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='content', serialize=False, to='editions.edition', verbose_name='版本')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('html', models.TextField(blank=True, verbose_name='正文')),
                    ('facts', models.JSONField(default=dict, verbose_name='著录项')),
                    ('files', models.JSONField(default=list, verbose_name='附件')),
                ],
                options={
                    'verbose_name': '版本内容',
                    'verbose_name_plural': '版本内容',
                },
            ),
            migrations.CreateModel(
                name='Erasure',
                fields=[
                    ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='erasure', serialize=False, to='editions.edition')),
                    ('basis', models.CharField(max_length=300, verbose_name='依据')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                    ('by', models.CharField(max_length=120, verbose_name='经手人')),
                    ('asked_by', models.CharField(blank=True, max_length=120, verbose_name='提出人')),
                ],
                options={
                    'verbose_name': '依法删除',
                    'verbose_name_plural': '依法删除',
                },
            ),
            migrations.CreateModel(
                name='ErasureRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('basis', models.CharField(max_length=300, verbose_name='依据')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='提出时间')),
                    ('by', models.CharField(max_length=120, verbose_name='提出人')),
                    ('account', models.BigIntegerField(null=True)),
                    ('person', models.BigIntegerField(null=True)),
                    ('by_office', models.BooleanField(default=False, verbose_name='由政务公开办提出')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                    ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasure_requests', to='editions.edition', verbose_name='版本')),
                ],
                options={
                    'verbose_name': '依法删除申请',
                    'verbose_name_plural': '依法删除申请',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('edition',), name='erasure_asked_once')],
                },
            ),
            migrations.CreateModel(
                name='Launch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('started_at', models.DateTimeField(verbose_name='筹备开始')),
                    ('proposed_at', models.DateTimeField(blank=True, null=True, verbose_name='提请开通')),
                    ('earlier', models.CharField(blank=True, choices=[('catch_up', '补录：给一个补录期限，期限以前不算逾期'), ('leave_out', '不纳入：取消这些任务，留有记录')], max_length=12, verbose_name='开通以前到期的任务')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='补录期限')),
                    ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='开通时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='提请人')),
                ],
                options={
                    'verbose_name': '开通',
                    'verbose_name_plural': '开通',
                },
            ),
            migrations.CreateModel(
                name='Placement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='放入时间')),
                    ('column', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='editions.column', verbose_name='栏目')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='editions.document', verbose_name='公开信息')),
                    ('intended', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='waiting', to='editions.column', verbose_name='拟入栏目')),
                ],
                options={
                    'verbose_name': '栏目放置',
                    'verbose_name_plural': '栏目放置',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('document', 'column'), name='placed_once')],
                },
            ),
            migrations.CreateModel(
                name='Website',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, unique=True, verbose_name='网站名称')),
                    ('host', models.CharField(help_text='如 www.yunling.gov.cn', max_length=120, unique=True, verbose_name='域名')),
                    ('other_hosts', models.JSONField(blank=True, default=list, verbose_name='其他域名')),
                    ('code', models.CharField(blank=True, max_length=10, validators=[django.core.validators.RegexValidator('^(\\d{10}|bm\\d{8})$', '网站标识码为10位数字，或“bm”加8位数字。')], verbose_name='政府网站标识码')),
                    ('icp', models.CharField(blank=True, max_length=60, verbose_name='ICP备案编号')),
                    ('police', models.CharField(blank=True, max_length=60, verbose_name='公安机关备案号')),
                    ('party_mark', models.URLField(blank=True, help_text='机构编制部门核发的网站标识的链接，如 https://bszs.conac.cn/sitename?method=show&id=…，显示在页脚', verbose_name='党政机关网站标识')),
                    ('sponsor', models.CharField(blank=True, max_length=120, verbose_name='主办单位（页脚文字）')),
                    ('undertaker', models.CharField(blank=True, max_length=120, verbose_name='承办单位（页脚文字）')),
                    ('contact', models.CharField(blank=True, max_length=200, verbose_name='联系方式')),
                    ('leader', models.CharField(blank=True, help_text='姓名和职务，只在后台显示；没有写明的亮红灯', max_length=120, verbose_name='网络意识形态责任人')),
                    ('accent', models.CharField(choices=[('red', '红色'), ('blue', '蓝色')], default='red', max_length=8, verbose_name='主色')),
                    ('is_default', models.BooleanField(default=False, help_text='域名不符时由它应答', verbose_name='默认站点')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='websites', to='units.body', verbose_name='主办单位')),
                ],
                options={
                    'verbose_name': '网站',
                    'verbose_name_plural': '网站',
                    'ordering': ['-is_default', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Shelf',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('from_at', models.DateTimeField()),
                    ('until_at', models.DateTimeField(null=True)),
                    ('published_at', models.DateTimeField()),
                    ('title', models.CharField(max_length=300)),
                    ('number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('kind', models.CharField(max_length=20)),
                    ('standing', models.CharField(blank=True, choices=[('', '不适用'), ('in_force', '现行有效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], max_length=10)),
                    ('audience', models.CharField(choices=[('all', '向社会公开'), ('limited', '限定范围公开')], max_length=8)),
                    ('circle', models.CharField(max_length=2000)),
                    ('direct', models.BooleanField(default=True)),
                    ('path', models.CharField(max_length=300, verbose_name='地址')),
                    ('body', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body')),
                    ('column', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shelf', to='editions.column')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shelf', to='editions.document')),
                    ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.edition')),
                    ('website', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editions.website')),
                ],
                options={
                    'verbose_name': '架上信息',
                    'verbose_name_plural': '架上信息',
                    'indexes': [models.Index(condition=models.Q(('column', None)), fields=['website', '-published_at', '-document'], name='shelf_site'), models.Index(condition=models.Q(('column', None)), fields=['website', 'body', '-published_at', '-document'], name='shelf_body'), models.Index(condition=models.Q(('column__isnull', False)), fields=['column', '-published_at', '-document'], name='shelf_column'), models.Index(condition=models.Q(('column__isnull', False)), fields=['column', '-from_at'], name='shelf_column_last')],
                },
            ),
            migrations.CreateModel(
                name='ColumnAlias',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=600, verbose_name='规范名称路径')),
                    ('column', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='editions.column', verbose_name='栏目')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '栏目别名',
                    'verbose_name_plural': '栏目别名',
                    'constraints': [models.UniqueConstraint(fields=('website', 'key'), name='column_alias_once')],
                },
            ),
            migrations.CreateModel(
                name='Address',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('path', models.CharField(max_length=300, verbose_name='路径')),
                    ('current', models.BooleanField(default=True, verbose_name='当前地址')),
                    ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='启用时间')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='editions.document', verbose_name='公开信息')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '地址',
                    'verbose_name_plural': '地址',
                    'constraints': [models.UniqueConstraint(fields=('website', 'path'), name='address_once'), models.UniqueConstraint(condition=models.Q(('current', True)), fields=('website', 'document'), name='address_one_current')],
                },
            ),
        ]),
    ]

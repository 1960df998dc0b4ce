"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables

def drop(apps, schema_editor):
    """Drop the welcome page that a new Wagtail makes (it has the type of a page and nothing below) and its site: the desk has none."""
    pages = apps.get_model("wagtailcore", "Page")
    welcome = pages.objects.filter(depth=2, slug="home", content_type__model="page").first()
    if welcome is None or pages.objects.filter(path__startswith=welcome.path).exclude(pk=welcome.pk).exists():
        return
    apps.get_model("wagtailcore", "Site").objects.filter(root_page_id=welcome.pk).delete()
    welcome.delete()
    for root in pages.objects.filter(depth=1):
        root.numchild = pages.objects.filter(depth=2, path__startswith=root.path).count()
        root.save(update_fields=["numchild"])


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('units', '0001_squashed_0002_switches'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Disclosure',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='disclosure', serialize=False, to='ledger.entry')),
                    ('item_id', models.BigIntegerField(db_index=True, verbose_name='信息编号')),
                    ('formed_on', models.DateField(verbose_name='形成或变更日期')),
                ],
                options={
                    'verbose_name': '主动公开时限',
                    'verbose_name_plural': '主动公开时限',
                },
            ),
            migrations.CreateModel(
                name='ItemPage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                    ('kind', models.CharField(choices=[('policy', '政策文件'), ('normative', '行政规范性文件'), ('interpretation', '政策解读'), ('plan', '规划计划'), ('finance', '财政信息'), ('notice', '通知公告'), ('news', '工作动态'), ('organisation', '机构职能'), ('personnel', '人事信息'), ('project', '重大建设项目'), ('livelihood', '民生信息'), ('emergency', '应急管理'), ('supervision', '监督检查'), ('statistics', '统计信息'), ('report', '工作报告'), ('guide', '办事指南'), ('message', '网民留言'), ('decision', '重大行政决策'), ('gazette', '政府公报'), ('other', '其他信息')], default='other', max_length=20, verbose_name='类别')),
                    ('body', wagtail.fields.RichTextField(blank=True, verbose_name='正文')),
                    ('imported_html', models.TextField(blank=True, help_text='由上传的 .docx 生成，含表格；有此内容时以它为正文', verbose_name='由文件生成的正文')),
                    ('index_number', models.CharField(blank=True, max_length=60, verbose_name='索引号')),
                    ('document_number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('issuer', models.CharField(blank=True, max_length=120, verbose_name='发文机关')),
                    ('written_on', models.DateField(blank=True, null=True, verbose_name='成文日期')),
                    ('formed_on', models.DateField(blank=True, help_text='自该日起20个工作日内公开（条例第二十六条）', null=True, verbose_name='形成或变更日期')),
                    ('effective_on', models.DateField(blank=True, null=True, verbose_name='施行日期')),
                    ('ends_on', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                    ('standing', models.CharField(blank=True, choices=[('', '不适用'), ('in_force', '现行有效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], default='', max_length=10, verbose_name='有效性')),
                    ('subject', models.CharField(blank=True, max_length=80, verbose_name='主题分类')),
                    ('genre', models.CharField(blank=True, max_length=40, verbose_name='体裁（组配）分类')),
                    ('keywords', models.CharField(blank=True, max_length=120, verbose_name='主题词')),
                    ('summary', models.CharField(blank=True, max_length=300, verbose_name='内容概述')),
                    ('source', models.CharField(blank=True, help_text='转载信息注明原发布机关', max_length=120, verbose_name='信息来源')),
                    ('policy_focus', models.CharField(blank=True, max_length=80, verbose_name='政策重点')),
                    ('attribute', models.CharField(blank=True, choices=[('proactive', '主动公开'), ('request', '依申请公开'), ('withheld', '不予公开')], max_length=12, verbose_name='公开属性')),
                    ('attribute_basis', models.CharField(blank=True, choices=[('19', '第十九条：涉及公众利益调整、需要公众广泛知晓或参与决策'), ('20.1', '第二十条（一）行政法规、规章和规范性文件'), ('20.2', '第二十条（二）机关职能、机构设置、联系方式'), ('20.3', '第二十条（三）规划及相关政策'), ('20.4', '第二十条（四）统计信息'), ('20.5', '第二十条（五）行政许可和其他对外管理服务事项'), ('20.6', '第二十条（六）行政处罚、行政强制'), ('20.7', '第二十条（七）财政预算、决算信息'), ('20.8', '第二十条（八）行政事业性收费'), ('20.9', '第二十条（九）政府集中采购'), ('20.10', '第二十条（十）重大建设项目'), ('20.11', '第二十条（十一）扶贫、教育、医疗、社会保障、促进就业'), ('20.12', '第二十条（十二）突发公共事件'), ('20.13', '第二十条（十三）环境、卫生、安全、食品药品、产品质量监督检查'), ('20.14', '第二十条（十四）公务员招考'), ('20.15', '第二十条（十五）法律、法规、规章和国家有关规定'), ('21', '第二十一条：市县和乡镇的其他主动公开内容')], max_length=12, verbose_name='公开依据')),
                    ('attribute_reason', models.CharField(blank=True, max_length=300, verbose_name='属性认定理由')),
                    ('manner', models.CharField(choices=[('all', '向社会公开'), ('limited', '限定范围公开')], default='all', max_length=8, verbose_name='公开方式')),
                    ('circle', models.JSONField(blank=True, default=list, verbose_name='限定公开的单位')),
                    ('manner_reason', models.CharField(blank=True, max_length=300, verbose_name='限定范围的理由')),
                ],
                options={
                    'verbose_name': '信息',
                    'verbose_name_plural': '信息',
                },
                bases=('wagtailcore.page',),
            ),
            migrations.CreateModel(
                name='ItemAttachment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                    ('name', models.CharField(max_length=200, verbose_name='附件名称')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                    ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='publishing.itempage')),
                ],
                options={
                    'verbose_name': '附件',
                    'verbose_name_plural': '附件',
                    'ordering': ['sort_order'],
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='ProposedWords',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('target', models.CharField(db_index=True, help_text='如 website/3、column/12', max_length=64, verbose_name='对象')),
                    ('title', models.CharField(max_length=200, verbose_name='对象名称')),
                    ('body_id', models.BigIntegerField(db_index=True, verbose_name='单位编号')),
                    ('before', models.JSONField(default=dict, verbose_name='现在的文字')),
                    ('after', models.JSONField(default=dict, verbose_name='提议的文字')),
                    ('state', models.CharField(choices=[('waiting', '待确认'), ('confirmed', '已确认'), ('refused', '不同意'), ('replaced', '已由新的提议代替'), ('withdrawn', '提出人已撤回')], default='waiting', max_length=10, verbose_name='状态')),
                    ('by', models.CharField(max_length=120, verbose_name='提出人')),
                    ('person_id', models.BigIntegerField(null=True, verbose_name='提出人编号')),
                    ('account_id', models.BigIntegerField(null=True, verbose_name='提出人账号')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='提出时间')),
                    ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='确认人')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='确认时间')),
                ],
                options={
                    'verbose_name': '待确认的文字',
                    'verbose_name_plural': '待确认的文字',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('target',), name='one_proposal_at_a_time')],
                },
            ),
            migrations.CreateModel(
                name='UnitPage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                    ('body', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='desk', to='units.body', verbose_name='单位')),
                ],
                options={
                    'verbose_name': '单位信息库',
                    'verbose_name_plural': '单位信息库',
                },
                bases=('wagtailcore.page',),
            ),
            migrations.CreateModel(
                name='ChannelRelease',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('channel', models.CharField(choices=[('media', '政务新媒体'), ('gazette', '政府公报'), ('reading', '政府信息查阅场所'), ('board', '公开栏、电子屏'), ('press', '报刊'), ('broadcast', '广播、电视'), ('conference', '新闻发布会'), ('sms', '短信'), ('other', '其他')], max_length=12, verbose_name='渠道')),
                    ('name', models.CharField(max_length=120, verbose_name='账号、报刊或场所名称')),
                    ('at', models.DateTimeField(verbose_name='发布时间')),
                    ('address', models.URLField(blank=True, max_length=500, verbose_name='链接')),
                    ('proof_name', models.CharField(blank=True, max_length=200, verbose_name='佐证文件名')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                    ('recorded_by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('dropped', models.CharField(blank=True, max_length=300, verbose_name='作废理由')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='channel_releases', to='editions.document', verbose_name='公开信息')),
                    ('proof', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='佐证文件')),
                ],
                options={
                    'verbose_name': '其他渠道发布',
                    'verbose_name_plural': '其他渠道发布',
                    'ordering': ['at', 'pk'],
                    'indexes': [models.Index(fields=['document', 'channel'], name='channel_release_document')],
                },
            ),
            migrations.CreateModel(
                name='PictureSize',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('width', models.PositiveIntegerField(verbose_name='宽')),
                    ('height', models.PositiveIntegerField(verbose_name='高')),
                    ('base', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sizes', to='files.storedfile', verbose_name='图片')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile', verbose_name='文件')),
                ],
                options={
                    'verbose_name': '图片尺寸',
                    'verbose_name_plural': '图片尺寸',
                    'ordering': ['width'],
                    'constraints': [models.UniqueConstraint(fields=('base', 'width'), name='one_size_each')],
                },
            ),
            migrations.CreateModel(
                name='SourceFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('item_id', models.BigIntegerField(db_index=True, verbose_name='信息编号')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('by', models.CharField(max_length=120, verbose_name='上传人')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='上传时间')),
                    ('stored', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile', verbose_name='文件')),
                ],
                options={
                    'verbose_name': '正文原文件',
                    'verbose_name_plural': '正文原文件',
                    'ordering': ['-pk'],
                    'constraints': [models.UniqueConstraint(fields=('item_id', 'stored'), name='one_source_file')],
                },
            ),
        ]),
        migrations.RunPython(drop, migrations.RunPython.noop),
    ]

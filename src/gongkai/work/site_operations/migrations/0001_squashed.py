"""The tables of the app as of version 0.2; replaces its first 3 migrations."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('platform', '0001_initial'),
        ('platform', '0002_leader'),
        ('platform', '0003_words'),
    ]

    dependencies = [
        ('editions', '0005_never_public'),
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('newmedia', '0002_filing_before'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='DailyLog',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(verbose_name='日期')),
                    ('words', models.CharField(max_length=500, verbose_name='检查情况')),
                    ('by', models.CharField(max_length=60, verbose_name='值班人')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                    ('upkeep', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='logs', to='platform.upkeep', verbose_name='运行档案')),
                ],
                options={
                    'verbose_name': '读网日志',
                    'verbose_name_plural': '读网日志',
                    'ordering': ['-day', '-pk'],
                    'indexes': [models.Index(fields=['upkeep', '-day'], name='dailylog_day')],
                },
            ),
            migrations.CreateModel(
                name='RestoreDrill',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='演练时间')),
                    ('made_at', models.CharField(max_length=40, verbose_name='备份时间')),
                    ('ok', models.BooleanField(verbose_name='完好')),
                    ('movements', models.PositiveBigIntegerField(default=0, verbose_name='流水（条）')),
                    ('files', models.PositiveBigIntegerField(default=0, verbose_name='文件（个）')),
                    ('broken', models.CharField(blank=True, max_length=300, verbose_name='问题')),
                    ('name', models.CharField(blank=True, max_length=200, verbose_name='备份文件')),
                ],
                options={
                    'verbose_name': '恢复演练',
                    'verbose_name_plural': '恢复演练',
                    'ordering': ['-at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='DailyFind',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address', models.CharField(blank=True, max_length=500, verbose_name='网址')),
                    ('what', models.CharField(max_length=300, verbose_name='问题')),
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry', verbose_name='整改')),
                    ('log', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='finds', to='platform.dailylog', verbose_name='读网日志')),
                ],
                options={
                    'verbose_name': '读网发现',
                    'verbose_name_plural': '读网发现',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Fault',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='fault', serialize=False, to='ledger.entry')),
                    ('page', gongkai.core.vault.fields.EncryptedWordsField(blank=True, verbose_name='网页地址')),
                    ('kind', models.CharField(choices=[('wording', '错别字、表述错误'), ('link', '链接、附件打不开'), ('stale', '内容长期不更新'), ('content', '内容不准确'), ('privacy', '泄露个人信息'), ('function', '功能不能用'), ('other', '其他')], max_length=12, verbose_name='问题类型')),
                    ('text', gongkai.core.vault.fields.EncryptedWordsField(verbose_name='问题描述')),
                    ('answer', models.TextField(blank=True, verbose_name='答复')),
                    ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                    ('satisfaction', models.PositiveSmallIntegerField(blank=True, choices=[(3, '满意'), (2, '基本满意'), (1, '不满意')], null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3)], verbose_name='满意度')),
                    ('remark', gongkai.core.vault.fields.EncryptedWordsField(blank=True, verbose_name='评价意见')),
                    ('website', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='faults', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '网站找错',
                    'verbose_name_plural': '网站找错',
                },
            ),
            migrations.CreateModel(
                name='Upkeep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('undertaker', models.CharField(blank=True, max_length=120, verbose_name='承办单位')),
                    ('leader', models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='责任领导（网络意识形态责任制）')),
                    ('technical', models.CharField(blank=True, max_length=120, verbose_name='技术团队')),
                    ('technical_contact', models.CharField(blank=True, max_length=120, verbose_name='技术负责人和电话')),
                    ('content', models.CharField(blank=True, max_length=120, verbose_name='内容团队')),
                    ('content_contact', models.CharField(blank=True, max_length=120, verbose_name='内容负责人和电话')),
                    ('reading_from', models.DateField(blank=True, null=True, verbose_name='值班读网开始日期')),
                    ('every_day', models.BooleanField(default=True, verbose_name='双休日、节假日也值班读网')),
                    ('reminded', models.DateField(editable=False, null=True, verbose_name='已提醒到')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('account', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='upkeep', to='newmedia.account', verbose_name='账号')),
                    ('supervisor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='主管单位')),
                    ('website', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='upkeep', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '运行档案',
                    'verbose_name_plural': '运行档案',
                    'constraints': [models.CheckConstraint(condition=models.Q(('website', None), ('account', None), _connector='XOR'), name='upkeep_of_one')],
                },
            ),
            migrations.CreateModel(
                name='Turn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(verbose_name='日期')),
                    ('name', models.CharField(max_length=60, verbose_name='值班人')),
                    ('upkeep', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='platform.upkeep', verbose_name='运行档案')),
                ],
                options={
                    'verbose_name': '值班安排',
                    'verbose_name_plural': '值班安排',
                    'ordering': ['day'],
                    'constraints': [models.UniqueConstraint(fields=('upkeep', 'day'), name='turn_once_a_day')],
                },
            ),
            migrations.CreateModel(
                name='Regulation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('technical', '技术保障'), ('content', '内容统筹'), ('publishing', '信息发布'), ('reading', '值班读网'), ('running', '运行维护')], max_length=10, verbose_name='制度')),
                    ('title', models.CharField(max_length=120, verbose_name='名称')),
                    ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                    ('since', models.DateField(verbose_name='施行日期')),
                    ('ended_on', models.DateField(blank=True, null=True, verbose_name='停止执行日期')),
                    ('file_name', models.CharField(blank=True, max_length=200, verbose_name='文件名')),
                    ('stored', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                    ('upkeep', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='regulations', to='platform.upkeep', verbose_name='运行档案')),
                ],
                options={
                    'verbose_name': '运行制度',
                    'verbose_name_plural': '运行制度',
                    'ordering': ['kind', '-since', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='Member',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='姓名')),
                    ('team', models.CharField(choices=[('technical', '技术团队'), ('content', '内容团队')], max_length=10, verbose_name='团队')),
                    ('field', models.CharField(choices=[('gathering', '采集'), ('planning', '策划'), ('editing', '编辑'), ('data', '数据分析'), ('security', '安全')], max_length=10, verbose_name='专长')),
                    ('trained_on', models.DateField(blank=True, null=True, verbose_name='最近培训')),
                    ('training', models.CharField(blank=True, max_length=120, verbose_name='培训内容')),
                    ('left_on', models.DateField(blank=True, null=True, verbose_name='离开日期')),
                    ('upkeep', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='platform.upkeep', verbose_name='运行档案')),
                ],
                options={
                    'verbose_name': '团队成员',
                    'verbose_name_plural': '团队成员',
                    'ordering': ['team', 'field', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Handover',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('part', models.CharField(choices=[('rights', '权限移交'), ('code', '代码移交'), ('interfaces', '接口移交'), ('data', '数据移交'), ('training', '操作培训')], max_length=10, verbose_name='事项')),
                    ('what', models.CharField(max_length=500, verbose_name='移交内容')),
                    ('giver', models.CharField(max_length=120, verbose_name='移交单位和移交人')),
                    ('on', models.DateField(verbose_name='移交日期')),
                    ('received_by', models.CharField(blank=True, max_length=60, verbose_name='接收人')),
                    ('received_person', models.BigIntegerField(editable=False, null=True)),
                    ('received_at', models.DateTimeField(null=True, verbose_name='接收签字时间')),
                    ('witnessed_by', models.CharField(blank=True, max_length=60, verbose_name='监交人')),
                    ('witnessed_at', models.DateTimeField(null=True, verbose_name='监交签字时间')),
                    ('upkeep', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='platform.upkeep', verbose_name='运行档案')),
                ],
                options={
                    'verbose_name': '移交清单',
                    'verbose_name_plural': '移交清单',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('upkeep', 'part'), name='handover_part_once')],
                },
            ),
            migrations.CreateModel(
                name='Funding',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                    ('budget', models.DecimalField(decimal_places=2, max_digits=9, verbose_name='预算（万元）')),
                    ('contract', models.CharField(blank=True, max_length=120, verbose_name='运维合同')),
                    ('contractor', models.CharField(blank=True, max_length=120, verbose_name='服务单位')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='合同到期')),
                    ('upkeep', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fundings', to='platform.upkeep', verbose_name='运行档案')),
                ],
                options={
                    'verbose_name': '运行经费',
                    'verbose_name_plural': '运行经费',
                    'ordering': ['-year'],
                    'constraints': [models.UniqueConstraint(fields=('upkeep', 'year'), name='funding_once_a_year')],
                },
            ),
        ]),
    ]

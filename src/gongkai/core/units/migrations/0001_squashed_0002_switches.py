"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
import gongkai.core.vault.fields
from django.conf import settings
from django.db import migrations, models

from gongkai.core.acts.migration_operations import LIBRARY_MIGRATIONS, FirstTables


class Migration(migrations.Migration):
    replaces = [
        ('units', '0001_squashed'),
        ('units', '0002_switches'),
    ]

    initial = True

    dependencies = [
        *LIBRARY_MIGRATIONS,
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Body',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, unique=True, verbose_name='全称')),
                    ('short_name', models.CharField(blank=True, max_length=60, verbose_name='简称')),
                    ('code', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                    ('kind', models.CharField(choices=[('government', '人民政府'), ('general_office', '政府办公室（厅）'), ('department', '政府部门'), ('committee', '管委会'), ('district', '区县政府'), ('township', '乡镇政府'), ('subdistrict', '街道办事处'), ('institution', '事业单位'), ('enterprise', '国有企业'), ('other', '其他')], default='department', max_length=20, verbose_name='类别')),
                    ('level', models.CharField(choices=[('province', '省级'), ('city', '市级'), ('county', '县级'), ('township', '乡级')], default='city', max_length=12, verbose_name='层级')),
                    ('path', models.CharField(blank=True, db_index=True, editable=False, max_length=200, verbose_name='路径')),
                    ('position', models.PositiveIntegerField(default=1000, verbose_name='排序')),
                    ('phone', models.CharField(blank=True, max_length=60, verbose_name='公开电话')),
                    ('address', models.CharField(blank=True, max_length=200, verbose_name='办公地址')),
                    ('hours', models.CharField(blank=True, max_length=120, verbose_name='办公时间')),
                    ('disclosure_office', models.CharField(blank=True, max_length=80, verbose_name='公开工作机构')),
                    ('postcode', models.CharField(blank=True, max_length=6, verbose_name='邮政编码')),
                    ('fax', models.CharField(blank=True, max_length=60, verbose_name='传真号码')),
                    ('email', models.CharField(blank=True, max_length=200, verbose_name='电子邮箱')),
                    ('court', models.CharField(blank=True, max_length=80, verbose_name='行政诉讼管辖法院')),
                    ('active_from', models.DateField(blank=True, null=True, verbose_name='设立日期')),
                    ('active_to', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='units.body', verbose_name='并入单位')),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='units.body', verbose_name='所属政府')),
                ],
                options={
                    'verbose_name': '单位',
                    'verbose_name_plural': '单位',
                    'ordering': ['position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='BodyEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(choices=[('renamed', '更名'), ('merged', '并入'), ('closed', '撤销'), ('moved', '改变隶属'), ('restored', '恢复')], max_length=12, verbose_name='事项')),
                    ('on', models.DateField(verbose_name='日期')),
                    ('before', models.CharField(blank=True, max_length=120, verbose_name='原内容')),
                    ('after', models.CharField(blank=True, max_length=120, verbose_name='新内容')),
                    ('basis', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='units.body', verbose_name='单位')),
                ],
                options={
                    'verbose_name': '单位沿革',
                    'verbose_name_plural': '单位沿革',
                    'ordering': ['on', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Office',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='名称')),
                    ('phone', models.CharField(blank=True, max_length=60, verbose_name='电话')),
                    ('position', models.PositiveIntegerField(default=1000, verbose_name='排序')),
                    ('active_to', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='units.body', verbose_name='单位')),
                ],
                options={
                    'verbose_name': '处室',
                    'verbose_name_plural': '处室',
                    'ordering': ['body', 'position', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'name'), name='office_name_in_body')],
                },
            ),
            migrations.CreateModel(
                name='Alias',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, verbose_name='别名')),
                    ('source', models.CharField(choices=[('entered', '录入'), ('former', '曾用名'), ('learnt', '审核中学得')], default='entered', max_length=12, verbose_name='来源')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='units.body', verbose_name='单位')),
                    ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='units.office', verbose_name='处室')),
                ],
                options={
                    'verbose_name': '别名',
                    'verbose_name_plural': '别名',
                    'constraints': [models.UniqueConstraint(fields=('name', 'body'), name='alias_name_body')],
                },
            ),
            migrations.CreateModel(
                name='Person',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='姓名')),
                    ('mobile', models.CharField(blank=True, max_length=30, verbose_name='手机')),
                    ('phone', models.CharField(blank=True, max_length=30, verbose_name='办公电话')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='电子邮箱')),
                    ('title', models.CharField(blank=True, max_length=60, verbose_name='职务')),
                    ('active', models.BooleanField(default=True, verbose_name='在岗')),
                    ('must_change_password', models.BooleanField(default=False, verbose_name='须先修改密码')),
                    ('vouched', models.BooleanField(default=False, verbose_name='密码由安全保密管理员交付')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to=settings.AUTH_USER_MODEL, verbose_name='登录账号')),
                ],
                options={
                    'verbose_name': '人员',
                    'verbose_name_plural': '人员',
                    'ordering': ['name', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='PasswordRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='提出时间')),
                    ('standing', models.CharField(choices=[('confirmed', '已确认'), ('waiting', '待确认'), ('refused', '未同意')], default='waiting', max_length=10, verbose_name='确认')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='确认时间')),
                    ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='提出人')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='确认人')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='password_requests', to='units.person', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '密码申请',
                    'verbose_name_plural': '密码申请',
                    'ordering': ['-asked_at', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('standing', 'waiting')), fields=('person',), name='one_password_request_waits')],
                },
            ),
            migrations.CreateModel(
                name='Certificate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('subject', models.CharField(max_length=300, verbose_name='证书主体')),
                    ('issuer', models.CharField(max_length=300, verbose_name='颁发机构')),
                    ('serial', models.CharField(max_length=64, verbose_name='序列号')),
                    ('starts', models.DateTimeField(verbose_name='生效时间')),
                    ('ends', models.DateTimeField(verbose_name='失效时间')),
                    ('chain', models.TextField(verbose_name='证书链')),
                    ('key', gongkai.core.vault.fields.EncryptedTextField(verbose_name='私钥')),
                    ('at', models.DateTimeField(auto_now=True, verbose_name='设置时间')),
                    ('body', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='units.body', verbose_name='单位')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='设置人')),
                ],
                options={
                    'verbose_name': '签名证书',
                    'verbose_name_plural': '签名证书',
                },
            ),
            migrations.CreateModel(
                name='Appointment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('clerk', '经办人'), ('reviewer', '审核人'), ('lead', '单位负责人'), ('signer', '签发人'), ('chief', '政务公开办'), ('auditor', '监督员'), ('administrator', '系统管理员'), ('security', '安全保密管理员')], max_length=16, verbose_name='角色')),
                    ('start', models.DateField(verbose_name='起始')),
                    ('end', models.DateField(blank=True, null=True, verbose_name='截止')),
                    ('standing', models.CharField(choices=[('confirmed', '已确认'), ('waiting', '待确认'), ('refused', '未同意')], default='confirmed', max_length=10, verbose_name='确认')),
                    ('covers', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='covered_by', to='units.appointment', verbose_name='代理谁的任职')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='units.body', verbose_name='单位')),
                    ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='units.office', verbose_name='处室')),
                    ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='提出人')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='units.person', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '任职',
                    'verbose_name_plural': '任职',
                    'ordering': ['-start', 'pk'],
                    'indexes': [models.Index(fields=['body', 'role'], name='units_appoi_body_id_148724_idx')],
                },
            ),
            migrations.CreateModel(
                name='UnitGroup',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, verbose_name='名称')),
                    ('other_names', models.TextField(blank=True, help_text='一行一个，如：各区县（自治县）人民政府', verbose_name='其他写法')),
                    ('kinds', models.JSONField(blank=True, default=list, verbose_name='包含类别')),
                    ('open_ended', models.BooleanField(default=False, help_text='如“有关部门”“有关单位”，导入时须由人指明', verbose_name='范围不确定')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('government', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='units.body', verbose_name='所属政府')),
                ],
                options={
                    'verbose_name': '单位组',
                    'verbose_name_plural': '单位组',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('government', 'name'), name='group_name_in_government')],
                },
            ),
            migrations.CreateModel(
                name='GroupMember',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('excluded', models.BooleanField(default=False, verbose_name='除外')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='units.body', verbose_name='单位')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='units.unitgroup', verbose_name='单位组')),
                ],
                options={
                    'verbose_name': '组成员',
                    'verbose_name_plural': '组成员',
                    'constraints': [models.UniqueConstraint(fields=('group', 'body'), name='member_once_in_group')],
                },
            ),
            migrations.CreateModel(
                name='AppSwitch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.SlugField(unique=True, verbose_name='应用')),
                    ('off', models.BooleanField(default=False, verbose_name='停用')),
                    ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                    ('changed_by', models.CharField(blank=True, max_length=120, verbose_name='经手人')),
                ],
                options={
                    'verbose_name': '应用开关',
                    'verbose_name_plural': '应用开关',
                },
            ),
        ]),
    ]

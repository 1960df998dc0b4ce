"""The tables of the app as of version 0.2; replaces its first 3 migrations."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('signin', '0001_initial'),
        ('signin', '0002_identities'),
        ('signin', '0003_passkeys'),
    ]

    dependencies = [
        ('units', '0001_squashed_0002_switches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Operation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='时间')),
                    ('kind', models.CharField(choices=[('sign_in', '登录'), ('failed', '登录失败'), ('locked', '登录被锁定'), ('factor', '第二重验证通过'), ('factor_failed', '第二重验证失败'), ('factor_set', '设置第二重验证'), ('factor_removed', '删除通行密钥'), ('sign_out', '退出'), ('timed_out', '闲置退出'), ('ended', '结束其他登录'), ('ended_there', '统一退出'), ('refused', '无权访问'), ('taken', '下载导出'), ('viewed', '查看个人信息')], db_index=True, max_length=14, verbose_name='操作')),
                    ('account', models.CharField(blank=True, max_length=150, verbose_name='账号')),
                    ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='来源地址')),
                    ('agent', models.CharField(blank=True, max_length=200, verbose_name='终端')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='内容')),
                    ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '操作日志',
                    'verbose_name_plural': '操作日志',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='Passkey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                    ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                    ('credential_id', models.CharField(max_length=1400, unique=True, verbose_name='编号')),
                    ('credential', models.TextField(verbose_name='公钥')),
                    ('sign_count', models.PositiveBigIntegerField(default=0, verbose_name='计数')),
                    ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                    ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='最近使用')),
                    ('user', models.ForeignKey(help_text='The user that this device belongs to.', on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': '通行密钥',
                    'verbose_name_plural': '通行密钥',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='PastPassword',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('hashed', models.CharField(max_length=200, verbose_name='摘要')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='设置时间')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
                ],
                options={
                    'verbose_name': '用过的密码',
                    'verbose_name_plural': '用过的密码',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='Identity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('provider', models.CharField(max_length=20, verbose_name='登录方式')),
                    ('identifier', models.CharField(max_length=200, verbose_name='标识')),
                    ('said_name', models.CharField(blank=True, max_length=60, verbose_name='对方登记的姓名')),
                    ('vouched', models.BooleanField(default=False, verbose_name='已确认')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person', verbose_name='提出人')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identities', to='units.person', verbose_name='人员')),
                ],
                options={
                    'verbose_name': '统一身份',
                    'verbose_name_plural': '统一身份',
                    'ordering': ['person', 'provider'],
                    'constraints': [models.UniqueConstraint(fields=('provider', 'identifier'), name='identifier_belongs_to_one'), models.UniqueConstraint(fields=('provider', 'person'), name='one_identifier_of_a_provider')],
                },
            ),
            migrations.CreateModel(
                name='Session',
                fields=[
                    ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                    ('session_data', models.TextField(verbose_name='session data')),
                    ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                    ('address', models.GenericIPAddressField(null=True, verbose_name='来源地址')),
                    ('agent', models.CharField(blank=True, max_length=200, verbose_name='终端')),
                    ('provider', models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='登录方式')),
                    ('subject', models.CharField(blank=True, db_default='', default='', max_length=255, verbose_name='对方的人员')),
                    ('sid', models.CharField(blank=True, db_default='', default='', max_length=255, verbose_name='对方的会话')),
                    ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='登录时间')),
                    ('seen_at', models.DateTimeField(auto_now=True, verbose_name='最近使用')),
                    ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
                ],
                options={
                    'verbose_name': 'session',
                    'verbose_name_plural': 'sessions',
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('provider', ''), _negated=True), fields=['provider', 'sid'], name='session_there'), models.Index(condition=models.Q(('provider', ''), _negated=True), fields=['provider', 'subject'], name='session_of_subject')],
                },
            ),
        ]),
    ]

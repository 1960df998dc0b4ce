"""The tables of the app as of version 0.2; replaces its first 5 migrations."""

import django.db.models.deletion
import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('outbox', '0001_initial'),
        ('outbox', '0002_gateways'),
        ('outbox', '0003_reported'),
        ('outbox', '0004_keyed_digests'),
        ('outbox', '0005_unread_by_link'),
    ]

    dependencies = [
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Gateway',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('sms', '短信网关（HTTP接口）'), ('mas', '移动云MAS短信'), ('aliyun', '阿里云短信'), ('wecom_group', '企业微信（政务微信）群机器人'), ('wecom_app', '企业微信（政务微信）应用'), ('ding_group', '钉钉（政务钉钉）群机器人'), ('ding_app', '钉钉（政务钉钉）应用'), ('feishu_group', '飞书群机器人'), ('feishu_app', '飞书应用'), ('hook', '网络推送（带签名的Webhook）')], max_length=12, verbose_name='种类')),
                    ('name', models.CharField(max_length=60, verbose_name='名称')),
                    ('urgent_only', models.BooleanField(default=True, verbose_name='只发紧急事项')),
                    ('outside', models.BooleanField(default=False, verbose_name='也发给办事群众')),
                    ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='夜间不发，从')),
                    ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='到')),
                    ('quiet_urgent', models.BooleanField(default=False, verbose_name='夜间也发紧急事项')),
                    ('terms', models.JSONField(blank=True, default=dict, verbose_name='参数')),
                    ('secrets', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='密钥')),
                    ('active', models.BooleanField(default=False, verbose_name='启用')),
                    ('tested_at', models.DateTimeField(blank=True, null=True, verbose_name='最近测试')),
                    ('tested', models.CharField(blank=True, max_length=300, verbose_name='测试结果')),
                    ('version', models.PositiveIntegerField(default=0)),
                    ('body', models.ForeignKey(help_text='这个单位和它下面的单位', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='发给谁')),
                ],
                options={
                    'verbose_name': '消息渠道',
                    'verbose_name_plural': '消息渠道',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Letter',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('channel', models.CharField(max_length=20, verbose_name='渠道')),
                    ('key', models.CharField(max_length=160, verbose_name='事由标识')),
                    ('subject', models.CharField(max_length=200, verbose_name='标题')),
                    ('urgent', models.BooleanField(default=False, verbose_name='紧急')),
                    ('state', models.CharField(choices=[('waiting', '待发送'), ('sent', '已送达'), ('failed', '发送失败'), ('bounced', '被退回'), ('dropped', '收件人已注销')], default='waiting', max_length=8, verbose_name='状态')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='产生时间')),
                    ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送达时间')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                    ('retry_at', models.DateTimeField(blank=True, null=True, verbose_name='下次尝试')),
                    ('error', models.CharField(blank=True, max_length=300, verbose_name='失败原因')),
                    ('reference', models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='对方编号')),
                    ('arrived_at', models.DateTimeField(blank=True, null=True, verbose_name='回执时间')),
                    ('recipient', models.CharField(max_length=60, verbose_name='收件人')),
                    ('body', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='内容')),
                    ('digest', models.CharField(max_length=64, verbose_name='内容摘要值')),
                    ('headers', models.JSONField(blank=True, default=dict, verbose_name='邮件头')),
                    ('message_id', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='邮件编号')),
                    ('bounced_at', models.DateTimeField(blank=True, null=True, verbose_name='退回时间')),
                ],
                options={
                    'verbose_name': '对外信件',
                    'verbose_name_plural': '对外信件',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['recipient'], name='outbox_lett_recipie_f0de54_idx'), models.Index(condition=models.Q(('state', 'waiting')), fields=['retry_at'], name='letter_to_send'), models.Index(condition=models.Q(('body', ''), _negated=True), fields=['sent_at'], name='letter_to_forget'), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='letter_reported')],
                    'constraints': [models.UniqueConstraint(fields=('key', 'recipient', 'channel'), name='letter_once')],
                },
            ),
            migrations.CreateModel(
                name='Message',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('channel', models.CharField(max_length=20, verbose_name='渠道')),
                    ('key', models.CharField(max_length=160, verbose_name='事由标识')),
                    ('subject', models.CharField(max_length=200, verbose_name='标题')),
                    ('urgent', models.BooleanField(default=False, verbose_name='紧急')),
                    ('state', models.CharField(choices=[('waiting', '待发送'), ('sent', '已送达'), ('failed', '发送失败'), ('bounced', '被退回'), ('dropped', '收件人已注销')], default='waiting', max_length=8, verbose_name='状态')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='产生时间')),
                    ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送达时间')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                    ('retry_at', models.DateTimeField(blank=True, null=True, verbose_name='下次尝试')),
                    ('error', models.CharField(blank=True, max_length=300, verbose_name='失败原因')),
                    ('reference', models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='对方编号')),
                    ('arrived_at', models.DateTimeField(blank=True, null=True, verbose_name='回执时间')),
                    ('body', models.TextField(blank=True, verbose_name='内容')),
                    ('link', models.CharField(blank=True, max_length=300, verbose_name='链接')),
                    ('address', models.CharField(blank=True, db_default='', default='', max_length=254, verbose_name='送达地址')),
                    ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='阅读时间')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='units.person', verbose_name='收件人')),
                ],
                options={
                    'verbose_name': '消息',
                    'verbose_name_plural': '消息',
                    'ordering': ['-created_at', '-pk'],
                    'indexes': [models.Index(fields=['person', 'channel', 'read_at'], name='outbox_mess_person__f35e39_idx'), models.Index(condition=models.Q(('state', 'sent'), _negated=True), fields=['state', 'retry_at'], name='message_to_send'), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='message_reported'), models.Index(condition=models.Q(('read_at', None)), fields=['link'], name='message_unread_link')],
                    'constraints': [models.UniqueConstraint(fields=('key', 'person', 'channel'), name='told_once')],
                },
            ),
        ]),
    ]

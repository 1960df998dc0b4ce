"""Channels that are set up in the office, and what the other side calls a text that it took."""

import django.db.models.deletion
import gongkai.vault.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
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
                ('secrets', gongkai.vault.fields.EncryptedTextField(blank=True, verbose_name='密钥')),
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
        migrations.AddField(
            model_name='letter',
            name='arrived_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='回执时间'),
        ),
        migrations.AddField(
            model_name='letter',
            name='reference',
            field=models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='对方编号'),
        ),
        migrations.AddField(
            model_name='message',
            name='arrived_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='回执时间'),
        ),
        migrations.AddField(
            model_name='message',
            name='reference',
            field=models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='对方编号'),
        ),
    ]

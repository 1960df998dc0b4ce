"""The tables of the app as of version 0.2; replaces its first 2 migrations."""

import django.db.models.deletion
import django.utils.timezone
import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('portal', '0001_initial'),
        ('portal', '0002_words'),
    ]

    dependencies = [
        ('editions', '0005_never_public'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Purge',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cache', models.CharField(max_length=200, verbose_name='缓存')),
                    ('host', models.CharField(max_length=120, verbose_name='域名')),
                    ('path', models.CharField(max_length=400, verbose_name='路径')),
                    ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='应通知时间')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                    ('error', models.CharField(blank=True, max_length=200, verbose_name='失败原因')),
                    ('urgent', models.BooleanField(db_default=False, default=False, verbose_name='撤下的内容')),
                    ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='已通知一次')),
                    ('held_until', models.DateTimeField(blank=True, null=True, verbose_name='正在通知到')),
                ],
                options={
                    'verbose_name': '缓存清除',
                    'verbose_name_plural': '缓存清除',
                    'indexes': [models.Index(fields=['due_at'], name='portal_purg_due_at_ba4437_idx')],
                },
            ),
            migrations.CreateModel(
                name='Subscriber',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('email', gongkai.core.vault.fields.EncryptedWordsField(verbose_name='邮箱')),
                    ('email_digest', models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='邮箱摘要值')),
                    ('seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='已发送到')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '订阅人',
                    'verbose_name_plural': '订阅人',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('email_digest', ''), _negated=True), fields=('website', 'email_digest'), name='subscriber_once_by_digest')],
                },
            ),
            migrations.CreateModel(
                name='Subscription',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('scope', models.CharField(choices=[('site', '全站'), ('column', '栏目'), ('unit', '单位'), ('words', '关键词')], max_length=8, verbose_name='范围')),
                    ('value', models.CharField(blank=True, help_text='栏目或单位的编号、关键词', max_length=100, verbose_name='内容')),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='申请时间')),
                    ('confirmed_at', models.DateTimeField(null=True, verbose_name='确认时间')),
                    ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='portal.subscriber', verbose_name='订阅人')),
                ],
                options={
                    'verbose_name': '订阅',
                    'verbose_name_plural': '订阅',
                    'constraints': [models.UniqueConstraint(fields=('subscriber', 'scope', 'value'), name='subscription_once')],
                },
            ),
        ]),
    ]

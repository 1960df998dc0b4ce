"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import django.utils.timezone
import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ('errands', '0001_squashed'),
        ('errands', '0002_moved_packages'),
    ]

    initial = True

    dependencies = [
        ('files', '0001_squashed_0002_losses'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='WorkerSeen',
                fields=[
                    ('name', models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name='进程')),
                    ('began_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='开始')),
                    ('seen_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='最近一次')),
                ],
                options={
                    'verbose_name': '后台作业进程',
                    'verbose_name_plural': '后台作业进程',
                },
            ),
            migrations.CreateModel(
                name='Errand',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=60, verbose_name='种类')),
                    ('label', models.CharField(max_length=200, verbose_name='作业')),
                    ('facts', models.JSONField(default=dict, verbose_name='参数')),
                    ('key', models.CharField(max_length=160, verbose_name='事由标识')),
                    ('state', models.CharField(choices=[('waiting', '等待处理'), ('running', '正在处理'), ('done', '已完成'), ('refused', '未能办成'), ('dead', '多次失败'), ('cancelled', '已取消'), ('given_up', '已放弃')], default='waiting', max_length=10, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('asked_by', models.CharField(max_length=120, verbose_name='发起人')),
                    ('account', models.BigIntegerField(blank=True, db_index=True, null=True, verbose_name='发起账号')),
                    ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='发起时间')),
                    ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='处理时间')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                    ('token', models.CharField(blank=True, max_length=32, verbose_name='持有标识')),
                    ('worker', models.CharField(blank=True, max_length=80, verbose_name='处理进程')),
                    ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='持有到')),
                    ('cancelling', models.BooleanField(default=False, verbose_name='要求取消')),
                    ('words', models.CharField(blank=True, max_length=200, verbose_name='进展')),
                    ('done', models.PositiveIntegerField(default=0, verbose_name='已完成')),
                    ('total', models.PositiveIntegerField(default=0, verbose_name='共')),
                    ('error', models.CharField(blank=True, max_length=300, verbose_name='失败原因')),
                    ('link', models.CharField(blank=True, max_length=300, verbose_name='结果')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                    ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                ],
                options={
                    'verbose_name': '后台作业',
                    'verbose_name_plural': '后台作业',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(condition=models.Q(('state__in', ['running', 'waiting', 'dead'])), fields=['state', 'due_at'], name='errand_open'), models.Index(fields=['ended_at'], name='errand_ended')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'waiting'])), fields=('key',), name='errand_once_at_a_time'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'refused', 'dead', 'cancelled', 'given_up'])), name='errand_state_known')],
                },
            ),
            migrations.CreateModel(
                name='Export',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('type', models.CharField(max_length=120, verbose_name='类型')),
                    ('size', models.PositiveBigIntegerField(verbose_name='大小')),
                    ('key', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='文件密钥')),
                    ('shown', models.BinaryField(verbose_name='所含记录')),
                    ('posts', models.CharField(blank=True, max_length=64, verbose_name='任职标识')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='生成时间')),
                    ('keep_until', models.DateTimeField(verbose_name='保留到')),
                    ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='下载时间')),
                    ('errand', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='export', to='errands.errand', verbose_name='作业')),
                    ('stored', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                ],
                options={
                    'verbose_name': '导出文件',
                    'verbose_name_plural': '导出文件',
                },
            ),
        ]),
    ]

"""Notices that a unit issues for itself, the office that each of their tasks is for, and shares of tasks handed on to offices."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0006_accounts_of_notices'),
        ('notices', '0002_accounts_of_notices'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='delegation', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                ('words', models.TextField(verbose_name='分解要求')),
                ('statement', models.TextField(blank=True, verbose_name='完成情况')),
                ('submitted_by', models.BigIntegerField(blank=True, null=True, verbose_name='提交人编号')),
            ],
            options={
                'verbose_name': '分解任务',
                'verbose_name_plural': '分解任务',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='assignment_once_a_period',
        ),
        migrations.RemoveConstraint(
            model_name='unitmember',
            name='unit_member_once',
        ),
        migrations.AddField(
            model_name='assignment',
            name='share',
            field=models.BigIntegerField(db_default=0, default=0, verbose_name='所指处室编号'),
        ),
        migrations.AddField(
            model_name='notice',
            name='own',
            field=models.BooleanField(db_default=False, default=False, help_text='部门为本单位各处室和所属单位印发的通知', verbose_name='本单位自用'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('measure', 'body', 'share', 'period'), name='assignment_once_a_period'),
        ),
        migrations.AddConstraint(
            model_name='unitmember',
            constraint=models.UniqueConstraint(fields=('unit', 'body', 'office'), name='unit_member_once'),
        ),
        migrations.AddConstraint(
            model_name='unitmember',
            constraint=models.UniqueConstraint(condition=models.Q(('office', None)), fields=('unit', 'body'), name='unit_member_whole_once'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='ledger.entry', verbose_name='本单位任务'),
        ),
    ]

"""When an installation was opened (开通)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editions', '0002_publishers'),
        ('units', '0001_initial'),
    ]

    operations = [
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
    ]

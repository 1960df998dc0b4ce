"""Figures over very many rows, as they were last counted (ledger.figures)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0007_titles'),
    ]

    operations = [
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='键')),
                ('question', models.CharField(max_length=40, verbose_name='统计')),
                ('asked', models.JSONField(default=dict, verbose_name='条件')),
                ('user', models.BigIntegerField(blank=True, null=True, verbose_name='查看人编号')),
                ('found', models.JSONField(default=dict, verbose_name='结果')),
                ('at', models.DateTimeField(verbose_name='统计时间')),
                ('wanted', models.DateTimeField(verbose_name='最近查看')),
                ('counting', models.DateTimeField(blank=True, null=True, verbose_name='开始重新统计')),
            ],
            options={
                'verbose_name': '统计数',
                'verbose_name_plural': '统计数',
                'indexes': [models.Index(fields=['at'], name='figure_at')],
            },
        ),
    ]

"""Open days and open meetings with their papers, and where they stand as evidence."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editions', '0002_publishers'),
        ('files', '0001_initial'),
        ('ledger', '0009_open_of_units'),
        ('participation', '0001_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('open_day', '政府开放日'), ('meeting', '会议开放（列席）')], max_length=10, verbose_name='类别')),
                ('on', models.DateField(verbose_name='日期')),
                ('place', models.CharField(max_length=200, verbose_name='地点')),
                ('theme', models.CharField(max_length=200, verbose_name='主题（会议名称、议题）')),
                ('invited', models.CharField(blank=True, max_length=200, verbose_name='邀请对象')),
                ('guests', models.PositiveIntegerField(blank=True, null=True, verbose_name='参加人数')),
                ('account', models.TextField(blank=True, verbose_name='活动情况、意见建议')),
                ('address', models.URLField(blank=True, max_length=500, verbose_name='报道网址')),
                ('dropped', models.CharField(blank=True, max_length=300, verbose_name='取消、作废的理由')),
                ('made_by', models.CharField(max_length=120, verbose_name='登记人')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('announcement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.document', verbose_name='公告')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='units.body', verbose_name='举办单位')),
                ('documents', models.ManyToManyField(blank=True, related_name='openings', to='editions.document', verbose_name='公开的信息')),
            ],
            options={
                'verbose_name': '政府开放日、会议开放',
                'verbose_name_plural': '政府开放日、会议开放',
                'ordering': ['-on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='OpeningPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('added_by', models.CharField(max_length=120, verbose_name='上传人')),
                ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('what', models.CharField(choices=[('notice', '通知、邀请'), ('agenda', '议程、方案'), ('sign_in', '签到表'), ('photo', '照片'), ('material', '课件、材料'), ('report', '总结、报道'), ('other', '其他')], max_length=10, verbose_name='材料类别')),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='participation.opening', verbose_name='活动')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
            ],
            options={
                'verbose_name': '活动材料',
                'verbose_name_plural': '活动材料',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OpeningProof',
            fields=[
                ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='opening_proof', serialize=False, to='ledger.evidence', verbose_name='佐证')),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proofs', to='participation.opening', verbose_name='活动')),
            ],
            options={
                'verbose_name': '活动佐证',
                'verbose_name_plural': '活动佐证',
            },
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['body', 'on'], name='opening_body_on'),
        ),
    ]

"""Papers of trainings and talks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0001_initial'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TalkPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('added_by', models.CharField(max_length=120, verbose_name='上传人')),
                ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('what', models.CharField(choices=[('notice', '通知、邀请'), ('agenda', '议程、方案'), ('sign_in', '签到表'), ('photo', '照片'), ('material', '课件、材料'), ('report', '总结、报道'), ('other', '其他')], max_length=10, verbose_name='材料类别')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                ('talk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='assessment.talk', verbose_name='约谈、帮扶')),
            ],
            options={
                'verbose_name': '约谈、帮扶材料',
                'verbose_name_plural': '约谈、帮扶材料',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TrainingPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('added_by', models.CharField(max_length=120, verbose_name='上传人')),
                ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('what', models.CharField(choices=[('notice', '通知、邀请'), ('agenda', '议程、方案'), ('sign_in', '签到表'), ('photo', '照片'), ('material', '课件、材料'), ('report', '总结、报道'), ('other', '其他')], max_length=10, verbose_name='材料类别')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                ('training', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='assessment.training', verbose_name='培训')),
            ],
            options={
                'verbose_name': '培训材料',
                'verbose_name_plural': '培训材料',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
    ]

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_initial'),
        ('ledger', '0005_rectification_page'),
        ('policies', '0001_initial'),
        ('units', '0004_served_and_disputed'),
    ]

    operations = [
        migrations.CreateModel(
            name='UpperLibrary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='上级文件库名称')),
                ('address', models.URLField(blank=True, max_length=300, verbose_name='上级文件库网址')),
                ('covers', models.CharField(choices=[('normative', '行政规范性文件'), ('rules', '政府规章和行政规范性文件'), ('all', '本级制发的全部政策文件')], default='normative', max_length=10, verbose_name='上传哪些文件')),
                ('days', models.PositiveSmallIntegerField(default=5, verbose_name='上传期限（天数）')),
                ('working_days', models.BooleanField(default=True, verbose_name='期限按工作日计算')),
                ('refuses', models.BooleanField(default=False, verbose_name='没有上传回执的，不得公开')),
                ('since', models.DateField(verbose_name='自何日起执行')),
                ('basis', models.CharField(max_length=300, verbose_name='依据')),
                ('active', models.BooleanField(default=True, verbose_name='正在执行')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('body', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='upper_library', to='units.body', verbose_name='上传文件的政府或部门')),
            ],
            options={
                'verbose_name': '上级文件库',
                'verbose_name_plural': '上级文件库',
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='上传日期')),
                ('number', models.CharField(blank=True, max_length=80, verbose_name='回执号')),
                ('address', models.URLField(blank=True, max_length=500, verbose_name='在上级库的网址')),
                ('standing', models.CharField(choices=[('', '不适用'), ('in_force', '现行有效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], max_length=10, verbose_name='上传时的有效性')),
                ('receipt_name', models.CharField(blank=True, max_length=200, verbose_name='回执文件名')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('made_by', models.CharField(max_length=120, verbose_name='登记人')),
                ('receipt', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='回执文件')),
                ('library', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='policies.upperlibrary', verbose_name='上级文件库')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='policies.policyrecord', verbose_name='政策文件')),
            ],
            options={
                'verbose_name': '上传登记',
                'verbose_name_plural': '上传登记',
                'ordering': ['-on', '-pk'],
                'indexes': [models.Index(fields=['record', '-on', '-id'], name='policy_upload_last')],
            },
        ),
        migrations.CreateModel(
            name='UploadBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='撤回理由')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='撤回时间')),
                ('made_by', models.CharField(max_length=120, verbose_name='撤回人')),
                ('upload', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='back', to='policies.upload', verbose_name='上传登记')),
            ],
            options={
                'verbose_name': '撤回的上传登记',
                'verbose_name_plural': '撤回的上传登记',
            },
        ),
        migrations.CreateModel(
            name='UploadTask',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='uploading', serialize=False, to='ledger.entry', verbose_name='台账记录')),
                ('due_on', models.DateField(verbose_name='上传期限')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='单位')),
                ('library', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.upperlibrary', verbose_name='上级文件库')),
            ],
            options={
                'verbose_name': '上传任务',
                'verbose_name_plural': '上传任务',
                'constraints': [models.UniqueConstraint(fields=('library', 'body', 'due_on'), name='upload_task_once')],
            },
        ),
    ]

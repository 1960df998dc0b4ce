from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0006_ends_when'),
    ]

    operations = [
        migrations.AlterField(
            model_name='span',
            name='state',
            field=models.CharField(choices=[('', '不适用'), ('in_force', '现行有效'), ('open_ended', '没有宣布失效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], max_length=10, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='upload',
            name='standing',
            field=models.CharField(choices=[('in_force', '现行有效'), ('open_ended', '没有宣布失效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效'), ('withdrawn', '已撤下')], max_length=10, verbose_name='上传时的有效性'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editions', '0005_never_public'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='standing',
            field=models.CharField(blank=True, choices=[('', '不适用'), ('in_force', '现行有效'), ('open_ended', '没有宣布失效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], default='', max_length=10, verbose_name='有效性'),
        ),
        migrations.AlterField(
            model_name='shelf',
            name='standing',
            field=models.CharField(blank=True, choices=[('', '不适用'), ('in_force', '现行有效'), ('open_ended', '没有宣布失效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], max_length=10),
        ),
    ]

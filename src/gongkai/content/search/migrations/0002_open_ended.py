from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0001_squashed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='searchrow',
            name='standing',
            field=models.CharField(blank=True, choices=[('', '不适用'), ('in_force', '现行有效'), ('open_ended', '没有宣布失效'), ('not_yet', '尚未施行'), ('amended', '已修改'), ('repealed', '已废止'), ('expired', '已失效')], max_length=10),
        ),
    ]

"""Documents that end by their own words with an event have these words and a state. The job `policy_titles` fills in the words."""

from django.db import migrations, models

_FIELD = {"blank": True, "editable": False, "max_length": 200, "null": True, "verbose_name": "失效的条件"}


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0005_rounds_of_decisions'),
    ]

    operations = [
        migrations.AddField(model_name="policyrecord", name="ends_when", field=models.CharField(**_FIELD)),
        migrations.AlterField(model_name="policyrecord", name="ends_when", field=models.CharField(**_FIELD, default="")),
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

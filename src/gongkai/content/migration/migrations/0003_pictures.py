from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('migration', '0002_units'),
    ]

    operations = [
        migrations.AddField(
            model_name='moverun',
            name='pictures',
            field=models.JSONField(db_default={}, default=dict, verbose_name="图片"),
        ),
    ]

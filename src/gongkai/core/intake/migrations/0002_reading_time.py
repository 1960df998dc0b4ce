from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_squashed'),
    ]

    operations = [
        migrations.AddField(
            model_name='upload',
            name='read_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='读取时间'),
        ),
    ]

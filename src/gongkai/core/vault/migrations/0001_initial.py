"""The key ring that all servers share, and the servers that have taken it up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="KeyServer",
            fields=[
                (
                    "name",
                    models.CharField(
                        max_length=32, primary_key=True, serialize=False, verbose_name="编号"
                    ),
                ),
                ("place", models.CharField(max_length=400, verbose_name="主机和数据目录")),
                ("number", models.PositiveIntegerField(default=0, verbose_name="已启用的版本")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="启用时间")),
                ("seen_at", models.DateTimeField(verbose_name="最近报到")),
                ("trouble", models.CharField(blank=True, max_length=300, verbose_name="不能使用的原因")),
            ],
            options={
                "verbose_name": "使用密钥的服务器",
                "verbose_name_plural": "使用密钥的服务器",
            },
        ),
        migrations.CreateModel(
            name="StoredRing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("sealed", models.TextField(verbose_name="密钥环（加密）")),
                ("changed_at", models.DateTimeField(verbose_name="更换时间")),
            ],
            options={"verbose_name": "密钥环", "verbose_name_plural": "密钥环"},
        ),
    ]

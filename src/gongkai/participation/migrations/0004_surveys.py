"""Online surveys: questionnaires of units, what was answered."""

import django.db.models.deletion
import django.utils.timezone
import gongkai.vault.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0003_words"),
        ("units", "0002_certificates"),
    ]

    operations = [
        migrations.AlterField(
            model_name="announcement",
            name="what",
            field=models.CharField(
                choices=[
                    ("catalogue", "决策事项目录"),
                    ("draft", "征求意见公告"),
                    ("hearing", "听证、座谈公告"),
                    ("adoption", "意见采纳情况"),
                    ("result", "决策结果"),
                    ("evaluation", "执行与后评估"),
                    ("survey", "网上调研公告"),
                    ("findings", "网上调研结果"),
                ],
                max_length=12,
                verbose_name="公告",
            ),
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="调研名称")),
                (
                    "policy",
                    models.CharField(
                        help_text="文件的名称和文号，如：云岭市普惠性幼儿园管理办法",
                        max_length=200,
                        verbose_name="调研的政策",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="开始日期")),
                ("ends_on", models.DateField(blank=True, db_index=True, null=True, verbose_name="截止日期")),
                ("asked", models.JSONField(default=list, editable=False, verbose_name="公布的问题")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="公布结果日期")),
                ("dropped", models.CharField(blank=True, max_length=300, verbose_name="取消的理由")),
                ("made_by", models.CharField(max_length=120, verbose_name="登记人")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="units.body",
                        verbose_name="调研单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "网上调研",
                "verbose_name_plural": "网上调研",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="announcement",
            name="survey",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="announcements",
                to="participation.survey",
                verbose_name="网上调研",
            ),
        ),
        migrations.CreateModel(
            name="SurveyQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="序号")),
                ("text", models.CharField(max_length=200, verbose_name="问题")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("one", "单选"),
                            ("many", "多选"),
                            ("scale", "评分（1至5分）"),
                            ("words", "填空"),
                        ],
                        max_length=6,
                        verbose_name="题型",
                    ),
                ),
                (
                    "options",
                    models.TextField(
                        blank=True,
                        help_text="单选、多选填写，一行一个，2至20个",
                        max_length=2000,
                        verbose_name="选项",
                    ),
                ),
                (
                    "most",
                    models.PositiveSmallIntegerField(
                        blank=True, default=0, help_text="多选题填写，0为不限", verbose_name="最多选几项"
                    ),
                ),
                ("required", models.BooleanField(default=True, verbose_name="必答")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="participation.survey",
                        verbose_name="网上调研",
                    ),
                ),
            ],
            options={
                "verbose_name": "问卷问题",
                "verbose_name_plural": "问卷问题",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="收到时间"),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="participation.survey",
                        verbose_name="网上调研",
                    ),
                ),
            ],
            options={
                "verbose_name": "问卷",
                "verbose_name_plural": "问卷",
                "ordering": ["survey", "number"],
            },
        ),
        migrations.CreateModel(
            name="SurveyChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("option", models.PositiveSmallIntegerField(verbose_name="选项")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="participation.surveyquestion",
                        verbose_name="问题",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="choices",
                        to="participation.surveyreply",
                        verbose_name="问卷",
                    ),
                ),
            ],
            options={
                "verbose_name": "问卷选择",
                "verbose_name_plural": "问卷选择",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("masked", gongkai.vault.fields.EncryptedWordsField(verbose_name="文字意见（隐去个人信息）")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="participation.surveyquestion",
                        verbose_name="问题",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="participation.surveyreply",
                        verbose_name="问卷",
                    ),
                ),
            ],
            options={
                "verbose_name": "问卷文字意见",
                "verbose_name_plural": "问卷文字意见",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="surveyreply",
            constraint=models.UniqueConstraint(fields=("survey", "number"), name="survey_reply_number_once"),
        ),
        migrations.AddConstraint(
            model_name="surveychoice",
            constraint=models.UniqueConstraint(
                fields=("reply", "question", "option"), name="survey_choice_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="surveywords",
            constraint=models.UniqueConstraint(fields=("reply", "question"), name="survey_words_once"),
        ),
    ]

"""Yearly holiday notices (放假) entered in this installation."""

from datetime import date

from django.db import models

from gongkai.lib.law.calendar import DaysOff, Notice


class HolidayYear(models.Model):
    """A year's holiday notice of the State Council. Insert-only: a later row supersedes an earlier one."""

    year = models.PositiveSmallIntegerField("年份")
    title = models.CharField("通知标题", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    source = models.CharField("来源", max_length=300)
    off = models.JSONField("放假", help_text="每段：名称、第一天、最后一天。")
    work = models.JSONField("调休上班")
    by = models.CharField("登记人", max_length=120)
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "放假安排"
        ordering = ["pk"]

    @property
    def stream(self) -> str:
        """Name of its stream in the log."""
        return f"calendar/{self.year}"

    @property
    def notice(self) -> Notice:
        """The year as a `Notice` of the law library."""
        return Notice(
            year=self.year,
            title=self.title,
            number=self.number,
            issued_on=self.issued_on,
            source=self.source,
            off=tuple(
                DaysOff(name, date.fromisoformat(first), date.fromisoformat(last)) for name, first, last in self.off
            ),
            work=tuple(date.fromisoformat(day) for day in self.work),
        )

"""Importing this reads a small notice: for a process whose children read (`confined`), each of which would load and compile the same anew."""

from gongkai.reading.containers import docx, html, xlsx  # noqa: F401
from gongkai.reading.notice import read_bytes

NOTICE = """关于印发任务分工的通知
工作任务,责任单位,完成时限
公开本单位年度预算,市财政局,3月底前
公开义务教育招生政策。,市教育局、各县区,全年
"""
read_bytes.here(NOTICE.encode(), "x.csv")

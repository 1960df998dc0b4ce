"""Generate official documents (.docx, .pdf, .xlsx) in the layout of GB/T 9704—2012.

`paper` is the sheet with its margins, faces and line pitch; `tasks` a unit's task list (任务清单); `report` the completion report (完成情况).
No Django here: what is printed is handed in, so that every function can be tested by reading its document again.
"""

"""Public participation in decisions (重大行政决策预公开), open days and online surveys.

A decision is an entry whose state moves as its announcements are published: catalogue, draft with
explanation, hearings, adoption table, result, evaluation. Comments come in by the public form
`comment`, by hand or from a spreadsheet. Similar comments are grouped into points (`matching`),
each point gets an answer, and the table of points is published without names. `open_events` registers
open days and open meetings, which are evidence of the tasks that require them.

Source: 重大行政决策程序暂行条例（国令第713号）第三条、第十五条至第十七条、第二十九条、第三十二条、第三十六条.
"""

"""Decisions with the public taking part (重大行政决策预公开): the year's catalogue, drafts for comment, what became of the comments, the result.

A decision is an entry on the ledger whose state moves as announcements go out (`Announcement`, each through the reviews and `publish`): catalogue,
draft with its explanation, hearings, adoption table, result, evaluation. Comments come by the public form `comment`, by hand or from a spreadsheet;
like ones are grouped (`matching`), each group gets its answer, and the table of answers is what is published. Who commented is never shown.
Beside them the register of open days and open meetings (`openings`): planned, announced, held, evidence of the tasks that order them.
Source: 重大行政决策程序暂行条例（国令第713号）第三条、第十五条至第十七条、第二十九条、第三十二条、第三十六条.
"""

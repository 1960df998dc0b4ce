"""Annual reports on open government (政府信息公开工作年度报告, 条例第四十九条、第五十条).

Each unit owes one report a year: a ledger entry with its data in `models.Report`. Figures are
counted from rows of the other apps (`queries.figures`), and each links to these rows. Figures
without rows are entered with their source and marked. Texts are drafted from the ledgers and
confirmed by people.
"""

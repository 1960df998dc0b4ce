"""The annual report on open government (政府信息公开工作年度报告, 条例第四十九条、第五十条): six sections, and tables that compute themselves.

A unit owes one report a year: an entry of the ledger with its facts beside it (`models.Report`). Figures are counted from rows (`queries.figures`),
each a link to exactly these rows; what Gongkai has no rows for is entered with its source and marked. Texts are drafted from the ledgers and
confirmed by people. Checked, handed in (frozen in a `Submission` with its digest), accepted by the area's 政务公开办, reviewed and published like
any text. A government's report sums those of its units.
"""

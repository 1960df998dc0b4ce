"""Information requests (依申请公开): receipt, handling, answer, fees, disputes and statistics.

A request is a ledger entry plus the facts in `models.Request`. The table `states.REQUEST_ACTS` lists every
act with its source and target states, its permission and its article of law; the state machine is
built from it. Deadlines follow from clock events and the rule set `request`. Each result is one of
the 21 rows of the statutory report (`results.REQUEST_RESULTS`). Applicants are parties of the app `intake`.
"""

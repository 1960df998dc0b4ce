"""Information requests (依申请公开): from receipt to the letter, the fee, the dispute, and the figure in the annual report.

A request is an entry of the ledger with its facts beside it (`models.Request`). What may be done to it stands in one closed table
(`machine.ACTS`): from which state to which, by whom, under which article; the machine is made from it. What happened to its clock are clock
events of the rule set `request`. Its result is one of the 21 rows of the statutory report (`results.RESULTS`), with its ground and provision.
Who asks is a party of the room `intake`.
"""

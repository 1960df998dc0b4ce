"""Operation of government sites, and fault reports by readers (我为政府网站找错).

A reported fault is an entry of the unit that runs the site, due by the rule `fault`. The reader
looks up the answer with a query code (see `intake`).
"""

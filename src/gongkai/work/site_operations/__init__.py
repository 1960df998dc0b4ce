"""Running the government's sites: 我为政府网站找错, which every footer leads to.

A reader reports a fault on a page; it is an entry on the ledger of the unit that sponsors the site, due within the working days of the rule set
`fault`, answered by that unit, and looked up by its reader with a query code (intake/).
"""

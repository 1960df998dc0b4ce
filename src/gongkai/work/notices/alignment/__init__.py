"""Alignment: what became of a higher notice's measures, or of last year's, in one's own notice (N-13).

`neutral` says which words passing down changes by nature; `marking` marks what differs; `limits` compares limits; `comparing` puts
rows side by side (all pure); `loading` reads rows and persons' corrections from the database in a constant number of queries.
"""

"""What looks like one of the 18 identifiers, whoever it belongs to. Cast wide: linkage and policy decide what may stay.

`hits` asks the rule book and the model, `frame` runs them (and the site's own recognizers) inside Presidio, `merge` makes one
answer of many.
"""

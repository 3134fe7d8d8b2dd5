"""How good results are, measured with queries for which the records themselves have been read and graded.

``judgements`` reads the judged queries of a file, ``measuring`` asks an engine each of them, ``metric`` turns
the grades of what came into a number.
"""

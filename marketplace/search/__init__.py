"""Search of the marketplace: a derived index beside the database, and the questions put to it.

words      how text becomes words: folded, stemmed
schema     what an entry looks like in the index
storage    the folder of the index: its lock, its state, whether its files are whole
changes    what an index has still to follow
index      opens, rebuilds and follows the index
questions  from what a person asks to what the index understands
spelling   words spelt like one that stands nowhere
answers    what is found: entries in order, counts, better spellings
passages   where in a text the words stand
database   the same questions answered from the database while there is no index
"""

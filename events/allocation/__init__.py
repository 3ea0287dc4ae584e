"""Who sits with whom at a lab: peer-review groups and one-to-one talks, worked out from plain data.

Nothing here knows of Django or of the database. A problem goes in, a plan comes out, with figures
on how good it is and facts that say why. The same problem and seed give the same plan.
"""

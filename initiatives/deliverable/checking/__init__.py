"""What goes wrong in real deliverables, looked for before hand-in.

    findings = checking.look_through(roadmap, template)

Each finding says what, where, and where to mend it. One that is meant so can be marked with a
reason; then it comes back only if its words change.
"""

from initiatives.deliverable.checking.findings import Finding, Grade
from initiatives.deliverable.checking.running import explains, look_through, refresh

__all__ = ["Finding", "Grade", "explains", "look_through", "refresh"]

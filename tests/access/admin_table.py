"""The table of the admin: a line for each model, and who may do what there.

Five letters each for programme staff and for superusers: list, add, change, delete, history; o for
allowed, f for forbidden. Everybody else is sent to sign in, on every page. The table is written by
hand: what the code's own lists of rights say must not decide what is expected of them.
"""

ALL = ("ooooo", "ooooo")
# What the machine writes, and what moves by steps: looked at, not written.
READ = ("ofofo", "ofofo")
# Staff read it, superusers mend it.
STAFF_READ = ("ofofo", "ooooo")
# Other libraries' rows, and what a group may do. (A row that is not there has no history to hide.)
SUPERUSER = ("ffff", "oooo")
# Made within something else, or moved by steps.
NO_ADD = ("ofooo", "ofooo")
NO_DELETE = ("ooofo", "ooofo")
# Places that are taken by their people, and cancelled, never deleted: the next in line gets them.
CANCELLED = ("ofofo", "ofofo")

ADMIN = {
    "account.emailaddress": SUPERUSER,
    "auth.group": SUPERUSER,
    "cities.assessmentanswer": ALL,
    "cities.auditentry": READ,
    "cities.city": ALL,
    "cities.citymembership": ALL,
    "cities.cityrole": ALL,
    "cities.citytrait": ALL,
    "cities.consortium": ALL,
    "cities.dimension": ALL,
    "cities.edition": ALL,
    "cities.effect": READ,
    "cities.expertassignment": ALL,
    "cities.expertrole": ALL,
    "cities.handover": READ,
    "cities.goal": ALL,
    "cities.heartbeat": READ,
    "cities.holiday": ALL,
    "cities.instrument": ALL,
    "cities.mail": READ,
    "cities.mailaddress": READ,
    "cities.organisation": ALL,
    "cities.organisationkind": ALL,
    "cities.pairing": ALL,
    "cities.participation": ALL,
    "cities.participationrole": ALL,
    "cities.refusedaddress": READ,
    "cities.servicetype": ALL,
    "cities.source": ALL,
    "cities.theme": ALL,
    "cities.themekind": ALL,
    "cities.user": ALL,
    "events.agendaitem": ALL,
    "events.cityranking": READ,
    "events.collaborationturn": READ,
    "events.event": ALL,
    "events.eventkind": ALL,
    "events.guest": NO_DELETE,
    "events.meetingasker": ALL,
    "events.meetingexpert": ALL,
    "events.meetinground": ALL,
    "events.meetingslot": ALL,
    "events.nextstep": ALL,
    "events.outcome": ALL,
    "events.peerround": ALL,
    "events.poll": ALL,
    "events.presence": READ,
    "events.registration": CANCELLED,
    "events.roundcity": ALL,
    "events.roundguide": ALL,
    "events.session": NO_ADD,
    "events.sessionkind": ALL,
    "events.signup": CANCELLED,
    "events.solverrun": READ,
    "events.subgroup": ALL,
    "events.thematicactiongroup": ALL,
    "initiatives.ambition": ALL,
    "initiatives.checkin": READ,
    "initiatives.deliverablesnapshot": READ,
    "initiatives.latehandin": READ,
    "initiatives.documenttemplate": ALL,
    "initiatives.connector": STAFF_READ,
    # Staff look at it; superusers take away what must not be kept.
    "initiatives.evidencefile": ("ofofo", "ofooo"),
    "initiatives.initiative": ALL,
    "initiatives.kpi": STAFF_READ,
    "initiatives.kpiconcept": ALL,
    "initiatives.librarykpi": ALL,
    "initiatives.localgreendeal": ALL,
    "initiatives.milestone": STAFF_READ,
    "initiatives.roadmap": ALL,
    "initiatives.sectioncomment": READ,
    "marketplace.conflictofinterest": ALL,
    "marketplace.contactrequest": READ,
    "marketplace.demand": READ,
    "marketplace.demandthreshold": ALL,
    "marketplace.deployment": NO_ADD,
    "marketplace.entry": NO_DELETE,
    "marketplace.funding": ALL,
    "marketplace.jointprocurement": READ,
    "marketplace.need": NO_ADD,
    "marketplace.review": READ,
    "marketplace.reviewerprofile": ALL,
    "marketplace.reviewprocess": ALL,
    "marketplace.revision": READ,
    "marketplace.rubric": ALL,
    "marketplace.standard": ALL,
    "marketplace.merge": READ,
    "marketplace.transfer": READ,
    "marketplace.tableimport": READ,
    "marketplace.technology": ALL,
    "mfa.authenticator": SUPERUSER,
    "socialaccount.socialaccount": SUPERUSER,
    "socialaccount.socialapp": SUPERUSER,
    "socialaccount.socialtoken": SUPERUSER,
}

# Pages of the admin beyond each model's own five, by name: the portal's, and a model's.
PORTAL_WIDE = {
    *("index", "login", "logout", "password_change", "password_change_done", "jsi18n"),
    *("autocomplete", "view_on_site", "app_list", "auth_user_password_change"),
}
MODEL_PAGES = {
    *("cities_city_export", "cities_organisation_export", "initiatives_initiative_export"),
    *(
        f"initiatives_{name}_simple_history"
        for name in [
            "initiative",
            "kpi",
            "localgreendeal",
            "milestone",
            "roadmap",
            "sectioncomment",
        ]
    ),
    *("marketplace_revision_ask", "marketplace_revision_approve", "marketplace_review_instead"),
    *("marketplace_entry_hand_over", "marketplace_entry_merge"),
    *("events_peerround_plan", "events_peerround_csv", "events_peerround_breakouts"),
    *("events_meetinground_plan", "events_meetinground_csv", "events_event_copy"),
    *("events_event_plan", "events_event_planners"),
}

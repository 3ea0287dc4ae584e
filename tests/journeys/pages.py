"""The table: a line for each kind of page, who opens it, and what may be done there first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from initiatives import sections
from tests.journeys.visitor import Visitor

Act = Callable[[Visitor], object]

# Who opens a page: an account of the demonstration, or nobody in particular. Somebody at the door
# is nobody in particular on a page that has to set a cookie: a form that changes something.
ANYBODY, DOOR = "anybody", "door"
ROUEN, TERRASSA = "rouen@example.org", "terrassa@example.org"
REVIEWER, STAFF = "reviewer1@example.org", "staff@example.org"
ADMIN, MENTOR = "admin@example.org", "mentor@example.org"
CORK = "cork@example.org"


@dataclass(frozen=True)
class Kind:
    """A kind of page: a name, an address (with keys of `found`), who, and the expected answer."""

    name: str
    path: str
    who: str = ANYBODY
    status: int = 200
    act: Act | None = None


def pressing(button: str, **typed: str) -> Act:
    """Fill in fields by their labels, then press a button: for a form with errors."""

    def act(visitor: Visitor) -> None:
        for label, words in typed.items():
            visitor.main.get_by_label(re.compile(f"^{label}", re.I)).first.fill(words)
        visitor.press(button)
        visitor.page.get_by_role("alert").first.wait_for()

    return act


def sign_in_wrongly(visitor: Visitor) -> None:
    """Try to sign in with a wrong password."""
    visitor.main.get_by_label(re.compile("e-?mail", re.I)).fill("nobody@example.org")
    visitor.main.get_by_label(re.compile("^password", re.I)).fill("wrong")
    visitor.main.get_by_role("button", name=re.compile("sign in", re.I)).click()
    visitor.page.get_by_role("alert").first.wait_for()


def open_everything(visitor: Visitor) -> None:
    """Unfold what is folded, such as the tables beside pictures."""
    visitor.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def hand_over(visitor: Visitor) -> None:
    """Ask another city to take an entry over, or see what was asked before."""
    field = visitor.main.get_by_label(re.compile("^To which city"))
    if field.count():
        field.select_option(label="Métropole Rouen Normandie")
        visitor.main.get_by_label(re.compile("^Why")).fill("Rouen runs it by now.")
        visitor.press("Ask the other city")
    visitor.page.get_by_role("button", name="Stop asking").wait_for()


def bring_a_publiccode(visitor: Visitor) -> None:
    """Give the text of a file with a fault, up to what was understood of it."""
    text = 'publiccodeYmlVersion: "0.4"\nname: Rain Watch\nurl: nowhere\ndevelopmentStatus: beta\n'
    visitor.main.get_by_label(re.compile("^Or its text")).fill(text)
    visitor.press("Show what it says")
    visitor.page.get_by_role("heading", name="What was understood").wait_for()


def bring_a_table(visitor: Visitor) -> None:
    """Bring a table with a row to take and one to mend, up to its preview."""
    text = "title,maturity\nRain gauges in streets,pilot\nBike counters,enormous\n"
    visitor.main.get_by_label(re.compile("^Table")).set_input_files(
        {"name": "entries.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    visitor.press("Show what it would do")
    visitor.page.get_by_role("heading", name="Nothing is written yet").wait_for()


LAB, INITIATIVE = "/events/city-lab-2/", "/initiatives/rouen-open-data/"
DRAFT = "/marketplace/school-routes/revisions/1/"
JUDGED = "/marketplace/bus-stops-that-know/revisions/2/"
SESSION = f"{LAB}2021-02-19/access-to-finance/"

WRITE = "/initiatives/roadmaps/{roadmap}/write/"
NO_SEARCH = "00000000-0000-4000-8000-000000000000"
CHOSEN = "e=tree-register&e=bus-stops-that-know&e=shared-street-lighting-purchase"

PUBLIC = [
    Kind("home", "/"),
    Kind("about", "/about/"),
    Kind("sources", "/sources/"),
    Kind("accessibility", "/accessibility/"),
    Kind("cities", "/cities/"),
    Kind("cities-none", "/cities/?q=zzzz"),
    Kind("city", "/cities/rouen/"),
    Kind("city-of-a-consortium", "/cities/silvi/"),
    Kind("consortia", "/cities/consortia/"),
    Kind("consortium", "/cities/consortia/{consortium}/"),
    Kind("organisations", "/cities/organisations/"),
    Kind("organisation", "/cities/organisations/{organisation}/"),
    Kind("events", "/events/"),
    Kind("events-none", "/events/?q=zzzz"),
    Kind("event", LAB),
    Kind("event-to-come", "/events/demonstration-city-lab/"),
    Kind("session", SESSION),
    Kind("groups", "/events/groups/"),
    Kind("group", "/events/groups/circular-economy/"),
    Kind("initiatives", "/initiatives/"),
    Kind("initiatives-none", "/initiatives/?q=zzzz"),
    Kind("initiative", INITIATIVE),
    Kind("initiative-unfolded", "/initiatives/terrassa-data-office/", act=open_everything),
    Kind("kpi", "/initiatives/terrassa-data-office/kpis/{kpi}/", act=open_everything),
    Kind("kpi-library", "/initiatives/kpis/"),
    Kind("kpi-library-none", "/initiatives/kpis/?q=zzzz"),
    Kind("kpi-library-entry", "/initiatives/kpis/open-datasets/"),
    Kind("roadmap", "/initiatives/roadmaps/{roadmap}/"),
    Kind("plan", "/initiatives/roadmaps/{roadmap}/plan/"),
    Kind("marketplace", "/marketplace/"),
    Kind("marketplace-found", "/marketplace/?q=opne+data&theme=open-data"),
    Kind("marketplace-none", "/marketplace/?q=zzzzzzzz"),
    Kind("marketplace-for-a-city", "/marketplace/?like=rouen&budget=60000&e=tree-register"),
    Kind("marketplace-for-a-city-unfolded", "/marketplace/?population=70000&trait=coast",
         act=open_everything),
    Kind("compare", f"/marketplace/compare/?{CHOSEN}"),
    Kind("compare-nothing", "/marketplace/compare/"),
    Kind("compare-one", "/marketplace/compare/?e=tree-register"),
    Kind("shortlist", f"/marketplace/shortlist/?{CHOSEN}"),
    Kind("shortlist-empty", "/marketplace/shortlist/"),
    Kind("solution", "/marketplace/tree-register/"),
    Kind("solution-with-map", "/marketplace/shared-street-lighting-purchase/"),
    Kind("solution-with-files", "/marketplace/bus-stops-that-know/"),
    Kind("solution-failed", "/marketplace/quiet-visitor-routes/"),
    Kind("versions", "/marketplace/air-sensors-on-school-roofs/versions/"),
    Kind("city-profile", "/marketplace/rouen/"),
    Kind("still-true", "/marketplace/still-true/{still_true}/"),
    Kind("reuse", "/marketplace/reuse/"),
    Kind("reuse-none", "/marketplace/reuse/?q=zzzz"),
    Kind("reuse-row", "/marketplace/reuse/{stopped}/"),
    Kind("solution-reused", "/marketplace/cargo-bikes-for-the-last-mile/", act=open_everything),
    Kind("demand", "/marketplace/demand/"),
    Kind("demand-none", "/marketplace/demand/?q=zzzz"),
    Kind("demand-bought-together", "/marketplace/demand/air-quality-in-classrooms/",
         act=open_everything),
    Kind("demand-in-sums", "/marketplace/demand/charging-points-that-any-card-opens/"),
    Kind("entry-withdrawn", "/marketplace/repair-evenings/", status=410),
    Kind("write-to-owner", "/marketplace/tree-register/contact/", DOOR),
    Kind("write-refused", "/marketplace/tree-register/contact/", DOOR, act=pressing("Send")),
    Kind("written", "/marketplace/tree-register/contact/sent/"),
    Kind("address-to-confirm", "/mail/confirm/{confirm}/"),
    Kind("address-confirmed", "/mail/confirm/{confirmed}/"),
    Kind("mails-to-stop", "/mail/off/{off}/"),
    Kind("not-found", "/marketplace/nothing-here/", status=404),
    Kind("bad-day", "/events/city-lab-2/2021-02-30/nothing/", status=404),
    Kind("interface", "/api/v1/"),
    Kind("interface-list", "/api/v1/solutions/?format=api"),
    Kind("interface-one", "/api/v1/cities/rouen/?format=api"),
    Kind("search-save-at-the-door", "/marketplace/searches/new/?q=open+data&like=rouen", DOOR),
    Kind("search-save-refused", "/marketplace/searches/new/?q=open+data", DOOR,
         act=pressing("Write to me", **{"E-mail address": "nobody"})),
    Kind("search-stopped", f"/marketplace/searches/{NO_SEARCH}/stop/"),
    Kind("sign-in", "/accounts/login/", DOOR),
    Kind("sign-in-refused", "/accounts/login/", DOOR, act=sign_in_wrongly),
    Kind("password-reset", "/accounts/password/reset/", DOOR),
    Kind("password-reset-done", "/accounts/password/reset/done/", DOOR),
    Kind("sign-up-closed", "/accounts/signup/", DOOR),
]  # fmt: skip

OFFICER = [
    Kind("desk", "/desk/", ROUEN),
    Kind("my-city", "/desk/city/rouen/", ROUEN),
    Kind("initiative-of-ours", INITIATIVE, ROUEN),
    Kind("initiative-not-public", "/initiatives/terrassa-school-streets/", TERRASSA),
    Kind("initiative-new", "/initiatives/add/", ROUEN),
    Kind("charter", f"{INITIATIVE}edit/", ROUEN),
    Kind(
        "charter-refused",
        f"{INITIATIVE}edit/",
        ROUEN,
        act=pressing("Save the charter", **{"Where results can be seen": "nowhere"}),
    ),
    Kind("milestone-new", f"{INITIATIVE}milestones/add/", ROUEN),
    Kind("milestone-refused", f"{INITIATIVE}milestones/add/", ROUEN,
         act=pressing("Save the milestone", When="soon")),
    Kind("milestone", f"{INITIATIVE}milestones/{{milestone}}/edit/", ROUEN),
    Kind("kpi-new", f"{INITIATIVE}kpis/add/", ROUEN),
    Kind("kpi-of-ours", f"{INITIATIVE}kpis/{{our_kpi}}/", ROUEN),
    Kind("target-new", f"{INITIATIVE}kpis/{{our_kpi}}/targets/add/", ROUEN),
    Kind("value-new", f"{INITIATIVE}kpis/{{our_kpi}}/report/", ROUEN),
    Kind("value-refused", f"{INITIATIVE}kpis/{{our_kpi}}/report/", ROUEN,
         act=pressing("Save the value")),
    Kind("roadmap-tree", f"{WRITE}", ROUEN),
    Kind("roadmap-tree-read", f"{WRITE}", STAFF),
    Kind("deal", "/initiatives/roadmaps/{deal_roadmap}/deals/{deal}/"),
    Kind("deal-write", "/initiatives/roadmaps/{deal_roadmap}/deals/{deal}/write/", TERRASSA),
    Kind("check-in", "/initiatives/roadmaps/{roadmap}/check-in/", ROUEN),
    Kind("check-in-link", "/initiatives/check-in/{check_in}/"),
    *(Kind(f"section-{key}", f"{WRITE}{key}/", ROUEN) for key in sections.WRITTEN),
    Kind("section-with-errors", f"{WRITE}introduction/", ROUEN, act=pressing("Save", Title="")),
    Kind("section-searched", f"{WRITE}ecosystem/?words=data", ROUEN),
    Kind("connector-new", f"{INITIATIVE}kpis/{{our_kpi}}/connectors/add/", ROUEN),
    Kind("connector-refused", f"{INITIATIVE}kpis/{{our_kpi}}/connectors/add/", ROUEN,
         act=pressing("Save and ask the source")),
    Kind("kpi-library-for-ours", "/initiatives/kpis/?for=rouen-open-data", ROUEN),
    Kind("quick-entry", "/initiatives/roadmaps/{roadmap}/values/?quarter=2022-3", ROUEN),
    Kind("order-and-levels", "/initiatives/roadmaps/{roadmap}/order/", ROUEN),
    Kind("spreadsheet", "/initiatives/roadmaps/{roadmap}/sheet/", ROUEN),
    Kind("portfolio", "/portfolio/", STAFF),
    Kind("portfolio-rows", "/portfolio/budget/", STAFF),
    Kind("register", "/events/demonstration-city-lab/register/", ROUEN),
    Kind("city-traits", "/cities/rouen/traits/", ROUEN),
    Kind("search-save", "/marketplace/searches/new/?q=open+data", ROUEN),
    Kind("searches", "/marketplace/searches/", ROUEN, act=open_everything),
    Kind("marketplace-of-ours", "/marketplace/?kind=solution", ROUEN),
    Kind("shortlist-kept", "/marketplace/shortlist/", ROUEN),
    Kind("searches-none", "/marketplace/searches/", TERRASSA),
    Kind("shortlist-sent", f"/marketplace/shortlist/?{CHOSEN}", ROUEN),
    Kind("offer", "/marketplace/offer/", ROUEN),
    Kind("offer-refused", "/marketplace/offer/", ROUEN, act=pressing("Start writing")),
    Kind("transfer", "/marketplace/school-routes/transfer/", TERRASSA),
    Kind("transfer-refused", "/marketplace/school-routes/transfer/", TERRASSA,
         act=pressing("Ask the other city")),
    Kind("transfer-asked", "/marketplace/school-routes/transfer/", TERRASSA, act=hand_over),
    Kind("publiccode", "/marketplace/offer/publiccode/", ROUEN),
    Kind("publiccode-refused", "/marketplace/offer/publiccode/", ROUEN,
         act=pressing("Show what it says")),
    Kind("publiccode-understood", "/marketplace/offer/publiccode/", ROUEN, act=bring_a_publiccode),
    Kind("table-start", "/marketplace/offer/tables/", ROUEN),
    Kind("table-refused", "/marketplace/offer/tables/", ROUEN,
         act=pressing("Show what it would do")),
    Kind("table-preview", "/marketplace/offer/tables/", ROUEN, act=bring_a_table),
    Kind("draft", f"{DRAFT}edit/overview/", TERRASSA),
    Kind("draft-figures", f"{DRAFT}edit/results/?more=1", TERRASSA),
    Kind("draft-figure-refused", f"{DRAFT}edit/results/?more=1", TERRASSA,
         act=pressing("Save draft", **{"What is counted": "Pupils", "Value": "12.560"})),
    Kind("draft-technical", f"{DRAFT}edit/technical/", TERRASSA),
    Kind("draft-refused", f"{DRAFT}edit/technical/", TERRASSA,
         act=pressing("Save draft", Website="nowhere")),
    Kind("draft-files", f"{DRAFT}edit/files/", TERRASSA),
    Kind("draft-check", f"{DRAFT}edit/check/?gaps=yes", TERRASSA),
    Kind("draft-stands", DRAFT, TERRASSA),
    Kind("draft-preview", f"{DRAFT}preview/", TERRASSA),
    Kind("draft-withdraw", f"{DRAFT}withdraw/", TERRASSA),
    Kind("revision-under-review", JUDGED, CORK),
    Kind("revision-wish", f"{JUDGED}wish/", CORK),
    Kind("revision-wish-refused", f"{JUDGED}wish/", CORK, act=pressing("Send the wish")),
    Kind("revision-published", "/marketplace/rouen/revisions/1/", ROUEN),
    Kind("mail", "/desk/mail/", ROUEN),
    Kind("mail-none", "/desk/mail/?kind=nothing", ROUEN),
    Kind("mail-one", "/desk/mail/{mail}/", ROUEN),
    Kind("mail-settings", "/desk/mail/settings/", ROUEN),
    Kind("questions", "/desk/questions/?all=1", ROUEN),
    Kind("questions-none", "/desk/questions/", MENTOR),
    Kind("question", "/desk/questions/{question}/", ROUEN),
    Kind("solution-to-reuse", "/marketplace/tree-register/", ROUEN),
    Kind("reuse-new", "/marketplace/tree-register/reuse/rouen/", ROUEN),
    Kind("reuse-refused", "/marketplace/tree-register/reuse/rouen/", ROUEN, act=pressing("Save")),
    Kind("reuse-doubted", "/marketplace/reuse/{doubted}/", ROUEN),
    Kind("reuse-answer", "/marketplace/reuse/{unanswered}/answer/", STAFF, 403),
    Kind("demand-inside", "/marketplace/demand/air-quality-in-classrooms/", TERRASSA,
         act=open_everything),
    Kind("need-new", "/marketplace/demand/state/", ROUEN),
    Kind("need-refused", "/marketplace/demand/state/", ROUEN, act=pressing("State the need")),
    Kind("need-alike", "/marketplace/demand/state/", ROUEN,
         act=pressing("State the need", **{"What you need": "Air quality in our classrooms"})),
    Kind("need", "/marketplace/demand/needs/{need}/", ROUEN),
    Kind("need-leave", "/marketplace/demand/needs/{need}/leave/", ROUEN),
    Kind("procurement-answer", "/marketplace/demand/air-quality-in-classrooms/answer/", TERRASSA),
    Kind("forbidden", "/review/", ROUEN, 403),
    Kind("not-found-signed-in", "/nothing/", ROUEN, 404),
    Kind("sign-out", "/accounts/logout/", ROUEN),
    Kind("password-change", "/accounts/password/change/", ROUEN),
    Kind("addresses", "/accounts/email/", ROUEN),
    Kind("second-factors", "/accounts/2fa/", ROUEN),
    Kind("desk-of-a-mentor", "/desk/", MENTOR),
]  # fmt: skip

REVIEWS = [
    Kind("desk-of-a-reviewer", "/desk/", REVIEWER),
    Kind("review-desk", "/review/", REVIEWER),
    Kind("review-keys", "/review/keys/", REVIEWER),
    Kind("review-overview", "/review/overview/", STAFF),
    Kind("review-desk-none", "/review/?theme=nothing", REVIEWER),
    Kind("review", "/review/{review}/", REVIEWER),
    Kind("review-beside", "/review/{review}/?against=1&view=beside", REVIEWER),
    Kind("review-refused", "/review/{review}/", REVIEWER, act=pressing("Approve")),
    Kind("review-decline", "/review/{review}/decline/", REVIEWER),
    Kind("review-consult", "/review/{review}/consult/", REVIEWER),
    Kind("review-remark", "/review/{review}/remarks/?part=problem", REVIEWER),
]

STAFFED = [
    Kind("desk-of-staff", "/desk/", STAFF),
    Kind("admin", "/admin/", STAFF),
    Kind("admin-app", "/admin/marketplace/", STAFF),
    Kind("admin-queue", "/admin/marketplace/revision/", STAFF),
    Kind("admin-revision", "/admin/marketplace/revision/{waiting}/change/", STAFF),
    Kind("admin-ask", "/admin/marketplace/revision/ask/?ids={waiting}", STAFF),
    Kind("admin-reviews", "/admin/marketplace/review/", STAFF),
    Kind("admin-ask-instead", "/admin/marketplace/review/instead/?ids={review}", STAFF),
    Kind("admin-approve", "/admin/marketplace/revision/approve/?ids={waiting}", STAFF),
    Kind("admin-cities", "/admin/cities/city/", STAFF),
    Kind("admin-city", "/admin/cities/city/{city}/change/", STAFF),
    Kind("admin-city-history", "/admin/cities/city/{city}/history/", STAFF),
    Kind("admin-events", "/admin/events/event/", STAFF),
    Kind("admin-event-new", "/admin/events/event/add/", STAFF),
    Kind("admin-entry", "/admin/marketplace/entry/{entry}/change/", STAFF),
    Kind("admin-event", "/admin/events/event/{event}/change/", STAFF),
    Kind("admin-event-delete", "/admin/events/event/{event}/delete/", STAFF),
    Kind("admin-initiative", "/admin/initiatives/initiative/{initiative}/change/", STAFF),
    Kind("admin-reviews", "/admin/marketplace/review/", STAFF),
    Kind("admin-rubric", "/admin/marketplace/rubric/{rubric}/change/", STAFF),
    Kind("admin-merge", "/admin/marketplace/entry/merge/?ids={two_solutions}", STAFF),
    Kind("admin-hand-over", "/admin/marketplace/entry/hand-over/?ids={two_solutions}", STAFF),
    Kind("admin-tables", "/admin/marketplace/tableimport/", STAFF),
    Kind("admin-work", "/admin/cities/effect/", STAFF),
    Kind("admin-mails", "/admin/cities/mail/", STAFF),
    Kind("admin-refused", "/admin/cities/refusedaddress/", STAFF),
    Kind("admin-questions", "/admin/marketplace/contactrequest/", STAFF),
    Kind("admin-users", "/admin/cities/user/", ADMIN),
    Kind("admin-user", "/admin/cities/user/{user}/change/", ADMIN),
    Kind("admin-not-found", "/admin/cities/city/999999/change/", STAFF),
]

KINDS = [*PUBLIC, *OFFICER, *REVIEWS, *STAFFED]
IN_THE_DARK = [
    kind
    for kind in KINDS
    if kind.name in {"home", "marketplace-found", "city", "initiative-unfolded", "event", "charter"}
]

# Prints the keys that the addresses above need, as JSON.
FIND = """
import json
from cities.models import City, Consortium, Organisation, User
from events.models import Event
from initiatives.models import KPI, Initiative, Milestone, Roadmap
from marketplace.models import Deployment, Need, Review, Revision, Rubric
from cities import mails
from cities.mails.preferences import switch_off_url
from cities.models import Mail
from marketplace.models import ContactRequest, Entry
rouen = User.objects.get(email="rouen@example.org")
def token(purpose):
    row = mails.ask_to_confirm("reader@example.org", purpose=purpose, text="I want the news.")
    words = mails.text_as_sent(row.mails.earliest("pk")).split()
    return next(word for word in words if "/mail/confirm/" in word).split("/")[-2]
confirmed = token("pages-2")
mails.confirm(confirmed)
from marketplace import freshness
from marketplace.freshness.asking import text_with_link
freshness.ask(Entry.objects.get(slug="rouen"), 2030)
asked = Mail.objects.filter(kind="entry_still_true").earliest("pk")
sent = text_with_link(asked).split()
still_true = next(word for word in sent if "/still-true/" in word).split("/")[-2]
from initiatives import check_ins
from initiatives.check_ins import asking
from initiatives.models import LocalGreenDeal
their_deal = LocalGreenDeal.objects.get(roadmap__participation__city__slug="terrassa")
check_ins.ask(Roadmap.objects.filter(initiatives__slug="rouen-open-data").distinct().get(), 2030)
asked = Mail.objects.filter(kind="initiatives_check_in").earliest("pk")
sent = asking.text_with_link(asked).split()
check_in = next(word for word in sent if "/check-in/" in word).split("/")[-2]
print(json.dumps({
    "deal": their_deal.pk,
    "deal_roadmap": their_deal.roadmap_id,
    "check_in": check_in,
    "still_true": still_true,
    "confirm": token("pages-1"),
    "confirmed": confirmed,
    "off": switch_off_url(rouen.pk, "marketplace_contact").split("/")[-2],
    "mail": Mail.objects.get(key="demonstration:rouen-question-new").pk,
    "question": ContactRequest.objects.filter(city__slug="rouen").latest("sent_at").pk,
    "consortium": Consortium.objects.earliest("pk").slug,
    "organisation": Organisation.objects.filter(services__isnull=False).earliest("pk").slug,
    "kpi": KPI.objects.filter(initiative__slug="terrassa-data-office").earliest("pk").pk,
    "our_kpi": KPI.objects.filter(initiative__slug="rouen-open-data").earliest("pk").pk,
    "milestone": Milestone.objects.filter(initiative__slug="rouen-open-data").earliest("pk").pk,
    "roadmap": Roadmap.objects.filter(initiatives__slug="rouen-open-data").get().pk,
    "entry": Entry.objects.get(slug="rouen").pk,
    "review": Review.objects.filter(
        reviewer__email="reviewer1@example.org", revision__number=2, state="asked"
    ).earliest("pk").pk,
    "waiting": Revision.objects.filter(state="checked").earliest("submitted_at").pk,
    "two_solutions": ",".join(
        str(entry.pk) for entry in Entry.objects.live().solutions().order_by("pk")[:2]
    ),
    "city": City.objects.get(slug="rouen").pk,
    "event": Event.objects.get(slug="city-lab-2").pk,
    "initiative": Initiative.objects.get(slug="rouen-open-data").pk,
    "stopped": Deployment.objects.filter(status="stopped", city__slug="guimaraes").get().pk,
    "doubted": Deployment.objects.get(confirmation="doubted").pk,
    "unanswered": Deployment.objects.filter(
        city__slug="osijek", entry__slug="tree-register"
    ).get().pk,
    "need": Need.objects.get(city__slug="rouen").pk,
    "rubric": Rubric.objects.earliest("pk").pk,
    "user": User.objects.get(email="rouen@example.org").pk,
}))
"""

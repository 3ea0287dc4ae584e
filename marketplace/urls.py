"""Addresses of this app, each written whole ("marketplace/…")."""

from django.urls import URLPattern, path, re_path

from marketplace.views import (
    attachments,
    comparing,
    contact,
    demand,
    drafting,
    entries,
    entry_page,
    freshness,
    needs,
    offering,
    overview,
    publiccode,
    reuse,
    review,
    review_acts,
    review_keys,
    review_queue,
    searches,
    shortlist,
    standing,
    tables,
    transfers,
    uploading,
    versions,
    wishing,
)
from marketplace.views.leading_on import View, leads_on

REVISION = "marketplace/<slug:slug>/revisions/<int:number>/"


def below_entry(route: str, view: View, *, name: str) -> URLPattern:
    """Return the way to a page below an entry's address: old addresses lead on to it."""
    return path(route, leads_on(view), name=name)


app_name = "marketplace"
urlpatterns: list[URLPattern] = [
    path("marketplace/", entries.entry_list, name="entry-list"),
    path("marketplace/suggest/", entries.suggestions, name="suggestions"),
    path("marketplace/cities/", entries.city_suggestions, name="city-suggestions"),
    path("marketplace/compare/", comparing.compare, name="compare"),
    path("marketplace/shortlist/", shortlist.shortlist, name="shortlist"),
    path("marketplace/shortlist/change/", shortlist.shortlist_change, name="shortlist-change"),
    path("marketplace/searches/", searches.search_list, name="search-list"),
    path("marketplace/searches/new/", searches.search_new, name="search-new"),
    path("marketplace/searches/<int:pk>/", searches.search_change, name="search-change"),
    path("marketplace/searches/<uuid:token>/stop/", searches.search_stop, name="search-stop"),
    path("marketplace/offer/", offering.Offer.as_view(), name="offer"),
    path("marketplace/demand/", demand.demand_list, name="demand-list"),
    path("marketplace/demand/state/", demand.DemandState.as_view(), name="demand-state"),
    path("marketplace/demand/similar/", demand.similar, name="demand-similar"),
    path("marketplace/demand/needs/<int:pk>/", needs.NeedEdit.as_view(), name="need-edit"),
    path("marketplace/demand/needs/<int:pk>/leave/", needs.NeedLeave.as_view(), name="need-leave"),
    path("marketplace/demand/<slug:slug>/", demand.demand_detail, name="demand-detail"),
    path(
        "marketplace/demand/<slug:slug>/answer/",
        needs.ProcurementAnswer.as_view(),
        name="procurement-answer",
    ),
    path("marketplace/reuse/", reuse.reuse_list, name="reuse-list"),
    re_path(
        r"^marketplace/reuse/table\.(?P<kind>csv|json)$", reuse.reuse_table, name="reuse-table"
    ),
    path("marketplace/reuse/<int:pk>/", reuse.reuse_detail, name="reuse-detail"),
    path("marketplace/reuse/<int:pk>/answer/", reuse.ReuseAnswer.as_view(), name="reuse-answer"),
    path(
        "marketplace/still-true/<slug:token>/",
        freshness.still_true_link,
        name="still-true-link",
    ),
    below_entry("marketplace/<slug:slug>/still-true/", freshness.still_true, name="still-true"),
    below_entry("marketplace/<slug:slug>/reuse/", reuse.reuse_choose, name="reuse-choose"),
    below_entry(
        "marketplace/<slug:slug>/reuse/<slug:city>/", reuse.ReuseEdit.as_view(), name="reuse-edit"
    ),
    re_path(r"^marketplace/table\.(?P<kind>csv|xlsx)$", tables.entry_table, name="entry-table"),
    path("marketplace/table/figures.csv", tables.entry_figures, name="entry-figures"),
    path("marketplace/offer/tables/our-figures.csv", tables.own_figures, name="own-figures"),
    path("marketplace/offer/tables/", tables.TableStart.as_view(), name="table-start"),
    re_path(
        r"^marketplace/offer/tables/ours\.(?P<kind>csv|xlsx)$", tables.own_table, name="own-table"
    ),
    path("marketplace/offer/tables/<int:pk>/", tables.TableDetail.as_view(), name="table-detail"),
    path("marketplace/offer/tables/<int:pk>/faults.csv", tables.table_faults, name="table-faults"),
    path(
        "marketplace/offer/publiccode/",
        publiccode.PublicCodeImport.as_view(),
        name="publiccode-import",
    ),
    below_entry(
        "marketplace/<slug:slug>/publiccode.yml",
        publiccode.publiccode_file,
        name="publiccode-file",
    ),
    path("marketplace/<slug:slug>/", entry_page.entry_detail, name="entry-detail"),
    below_entry(
        "marketplace/<slug:slug>/versions/", versions.entry_versions, name="entry-versions"
    ),
    below_entry(
        "marketplace/<slug:slug>/attachments/<int:pk>/", attachments.attachment, name="attachment"
    ),
    below_entry("marketplace/<slug:slug>/contact/", contact.Contact.as_view(), name="contact"),
    below_entry("marketplace/<slug:slug>/contact/sent/", contact.contact_sent, name="contact-sent"),
    below_entry(
        "marketplace/<slug:slug>/transfer/", transfers.TransferAsk.as_view(), name="transfer-ask"
    ),
    path(
        "marketplace/offer/transfers/<int:pk>/",
        transfers.TransferDetail.as_view(),
        name="transfer-detail",
    ),
    below_entry(REVISION, standing.revision_detail, name="revision-detail"),
    below_entry(f"{REVISION}edit/", drafting.RevisionEdit.as_view(), name="revision-edit"),
    below_entry(f"{REVISION}edit/check/", drafting.RevisionCheck.as_view(), name="revision-check"),
    below_entry(
        f"{REVISION}edit/<slug:step>/", drafting.RevisionStep.as_view(), name="revision-step"
    ),
    below_entry(
        f"{REVISION}edit/<slug:step>/autosave/", drafting.autosave, name="revision-autosave"
    ),
    below_entry(f"{REVISION}upload/", uploading.upload, name="revision-upload"),
    below_entry(f"{REVISION}preview/", offering.preview, name="revision-preview"),
    below_entry(f"{REVISION}act/", standing.revision_act, name="revision-act"),
    below_entry(f"{REVISION}wish/", wishing.RevisionWish.as_view(), name="revision-wish"),
    below_entry(
        f"{REVISION}withdraw/", standing.RevisionWithdraw.as_view(), name="revision-withdraw"
    ),
    path("desk/questions/", contact.contact_list, name="contact-list"),
    path("desk/questions/<int:pk>/", contact.contact_detail, name="contact-request"),
    path("desk/questions/<int:pk>/answered/", contact.contact_answered, name="contact-answered"),
    path("review/", review_queue.ReviewDesk.as_view(), name="review-desk"),
    path("review/overview/", overview.review_overview, name="review-overview"),
    path("review/keys/", review_keys.ReviewKeys.as_view(), name="review-keys"),
    path("review/<int:pk>/", review.ReviewDetail.as_view(), name="review-detail"),
    path("review/<int:pk>/decline/", review_acts.ReviewDecline.as_view(), name="review-decline"),
    path("review/<int:pk>/consult/", review_acts.ReviewConsult.as_view(), name="review-consult"),
    path("review/<int:pk>/remarks/", review_acts.ReviewRemark.as_view(), name="review-remark"),
    path(
        "review/<int:pk>/remarks/<int:remark>/delete/",
        review_acts.RemarkDelete.as_view(),
        name="remark-delete",
    ),
]

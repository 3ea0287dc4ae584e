"""Addresses of this app, each written whole ("initiatives/…")."""

from django.urls import path
from django.views.generic import RedirectView

from initiatives.views import (
    calendars,
    charters,
    check_ins,
    city_desk,
    connectors,
    deals,
    deliverable_acts,
    deliverables,
    evidence,
    grid,
    hand_ins,
    handing_in,
    kpis,
    leaving,
    library,
    measuring,
    milestones,
    ordering,
    own_chapters,
    plan,
    portfolio,
    public,
    publishing,
    removing,
    roadmaps,
    sheets,
    team,
)
from initiatives.views.sections import past as section_past
from initiatives.views.sections import talk, tree, written
from initiatives.views.sections.deals import write_deal

app_name = "initiatives"
OF_DELIVERABLE = "initiatives/roadmaps/<int:pk>/deliverable/"
ORDER = f"{OF_DELIVERABLE}orders/<int:order>/"
CHAPTER = f"{OF_DELIVERABLE}chapters/<int:chapter>/"
SNAPSHOT = f"{OF_DELIVERABLE}<int:number>/"
FILES = "initiatives/<slug:slug>/kpis/<int:pk>/values/<int:value>/files/"
DELIVERABLE = [
    path(OF_DELIVERABLE, hand_ins.deliverable_page, name="deliverable"),
    path(f"{OF_DELIVERABLE}desk/", deliverables.deliverable_desk, name="deliverable-desk"),
    path(f"{OF_DELIVERABLE}orders/", deliverable_acts.place_order, name="deliverable-place"),
    path(ORDER, deliverables.order_detail, name="deliverable-order"),
    path(f"{ORDER}cancel/", deliverable_acts.cancel_order, name="deliverable-cancel"),
    path(f"{ORDER}retry/", deliverable_acts.retry_order, name="deliverable-retry"),
    path(f"{ORDER}page/", deliverables.order_page, name="deliverable-preview"),
    path(f"{ORDER}photos/<int:place>/", deliverables.order_photo, name="deliverable-photo"),
    path(f"{ORDER}files/<slug:kind>/", deliverables.order_file, name="deliverable-file"),
    path(f"{OF_DELIVERABLE}check/", hand_ins.deliverable_check, name="deliverable-check"),
    path(f"{OF_DELIVERABLE}check/intended/", handing_in.intend_finding, name="finding-intended"),
    path(f"{OF_DELIVERABLE}hand-in/", handing_in.hand_in, name="deliverable-hand-in"),
    path(f"{OF_DELIVERABLE}works/<int:work>/", hand_ins.work_detail, name="deliverable-work"),
    path(f"{OF_DELIVERABLE}chapters/add/", own_chapters.add_chapter, name="own-chapter-add"),
    path(f"{CHAPTER}edit/", own_chapters.edit_chapter, name="own-chapter-edit"),
    path(f"{CHAPTER}delete/", own_chapters.delete_chapter, name="own-chapter-delete"),
    path(SNAPSHOT, hand_ins.snapshot_detail, name="snapshot"),
    path(f"{SNAPSHOT}changes/", hand_ins.snapshot_changes, name="snapshot-changes"),
    path(f"{SNAPSHOT}publish/", deliverable_acts.publish_snapshot, name="snapshot-publish"),
    path(
        f"{SNAPSHOT}photos/<slug:audience>/<int:place>/",
        hand_ins.snapshot_photo,
        name="snapshot-photo",
    ),
]
DEAL = "initiatives/roadmaps/<int:pk>/deals/<int:deal>/"
DEALS = [
    path(DEAL, deals.deal_detail, name="deal-detail"),
    path(f"{DEAL}write/", write_deal, name="deal-write"),
    path(f"{DEAL}publish/", deals.show_deal, name="deal-publish"),
]
CHECK_INS = [
    path("initiatives/roadmaps/<int:pk>/check-in/", check_ins.check_in_signed_in, name="check-in"),
    path("initiatives/check-in/<slug:token>/", check_ins.check_in_by_link, name="check-in-link"),
]
urlpatterns = [
    *CHECK_INS,
    *DELIVERABLE,
    *DEALS,
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/<slug:kind>/", portfolio.portfolio_rows, name="portfolio-rows"),
    path("portfolio/<slug:kind>/rows.<slug:form>", portfolio.portfolio_file, name="portfolio-file"),
    path("desk/city/<slug:slug>/", city_desk.city_desk, name="my-city"),
    path("desk/city/<slug:slug>/leave/", leaving.leaving, name="my-city-leave"),
    path("desk/city/<slug:slug>/team/", team.team, name="my-city-team"),
    path(
        "desk/city/<slug:slug>/team/<int:membership>/end/",
        team.end_membership,
        name="my-city-team-end",
    ),
    path("initiatives/", public.initiative_list, name="initiative-list"),
    path("initiatives/add/", charters.new_initiative, name="initiative-add"),
    path("initiatives/kpis/", library.library_list, name="library-list"),
    path("initiatives/kpis/<slug:slug>/", library.library_detail, name="library-detail"),
    path("initiatives/roadmaps/<int:pk>/", roadmaps.roadmap_detail, name="roadmap-detail"),
    path(
        "initiatives/roadmaps/<int:pk>/edit/",
        RedirectView.as_view(pattern_name="initiatives:roadmap-write", permanent=True),
        name="roadmap-edit",
    ),
    path("initiatives/roadmaps/<int:pk>/write/", tree.roadmap_tree, name="roadmap-write"),
    path(
        "initiatives/roadmaps/<int:pk>/write/deleted/",
        section_past.taken_away,
        name="sections-deleted",
    ),
    path(
        "initiatives/roadmaps/<int:pk>/write/<slug:section>/history/",
        section_past.section_history,
        name="section-history",
    ),
    path(
        "initiatives/roadmaps/<int:pk>/write/<slug:section>/comments/",
        talk.section_talk,
        name="section-talk",
    ),
    path(
        "initiatives/roadmaps/<int:pk>/write/<slug:section>/comments/<int:comment>/settle/",
        talk.settle_comment,
        name="comment-settle",
    ),
    path(
        "initiatives/roadmaps/<int:pk>/write/<slug:section>/comments/<int:comment>/take-back/",
        talk.take_comment_back,
        name="comment-take-back",
    ),
    path(
        "initiatives/roadmaps/<int:pk>/write/<slug:section>/",
        written.write_section,
        name="section-write",
    ),
    path("initiatives/roadmaps/<int:pk>/values/", grid.quick_entry, name="quick-entry"),
    path(
        "initiatives/roadmaps/<int:pk>/publish/",
        publishing.publish_roadmap,
        name="roadmap-publish",
    ),
    path("initiatives/roadmaps/<int:pk>/plan/", plan.roadmap_plan, name="roadmap-plan"),
    path("initiatives/roadmaps/<int:pk>/sheet/", sheets.bring_sheet, name="sheet-bring"),
    path(
        "initiatives/roadmaps/<int:pk>/sheet/charters.<slug:kind>",
        sheets.take_sheet,
        name="sheet-take",
    ),
    path(
        "initiatives/roadmaps/<int:pk>/sheet/<int:sheet>/",
        sheets.decide_sheet,
        name="sheet-decide",
    ),
    path("initiatives/roadmaps/<int:pk>/order/", ordering.order_initiatives, name="roadmap-order"),
    path("initiatives/<slug:slug>/", public.initiative_detail, name="initiative-detail"),
    path("initiatives/<slug:slug>/edit/", charters.charter_page, name="initiative-edit"),
    path("initiatives/<slug:slug>/delete/", removing.delete_initiative, name="initiative-delete"),
    path("initiatives/<slug:slug>/publish/", charters.show_initiative, name="initiative-publish"),
    path("initiatives/<slug:slug>/milestones/add/", milestones.new_milestone, name="milestone-add"),
    path(
        "initiatives/<slug:slug>/milestones/calendar/",
        calendars.milestones_from_calendar,
        name="milestones-from-calendar",
    ),
    path(
        "initiatives/<slug:slug>/milestones/<int:pk>/edit/",
        milestones.edit_milestone,
        name="milestone-edit",
    ),
    path(
        "initiatives/<slug:slug>/milestones/<int:pk>/delete/",
        milestones.delete_milestone,
        name="milestone-delete",
    ),
    path("initiatives/<slug:slug>/kpis/add/", measuring.new_kpi, name="kpi-add"),
    path("initiatives/<slug:slug>/kpis/<int:pk>/", kpis.kpi_detail, name="kpi-detail"),
    path("initiatives/<slug:slug>/kpis/<int:pk>/edit/", measuring.edit_kpi, name="kpi-edit"),
    path("initiatives/<slug:slug>/kpis/<int:pk>/delete/", removing.delete_kpi, name="kpi-delete"),
    path(
        "initiatives/<slug:slug>/kpis/<int:pk>/targets/add/",
        measuring.new_target,
        name="target-add",
    ),
    path(
        "initiatives/<slug:slug>/kpis/<int:pk>/report/",
        measuring.report_value,
        name="measurement-add",
    ),
    path(
        "initiatives/<slug:slug>/kpis/<int:pk>/values/<int:value>/correct/",
        measuring.correct_value,
        name="measurement-correct",
    ),
    path(FILES, evidence.files_of_value, name="measurement-files"),
    path(f"{FILES}add/", evidence.send_file, name="evidence-add"),
    path(f"{FILES}<int:file>/", evidence.file_of_value, name="evidence-file"),
    path(
        "initiatives/<slug:slug>/kpis/<int:pk>/connectors/add/",
        connectors.new_connector,
        name="connector-add",
    ),
    path(
        "initiatives/<slug:slug>/kpis/<int:pk>/connectors/<int:connector>/",
        connectors.connector_detail,
        name="connector-detail",
    ),
    path(
        "initiatives/<slug:slug>/kpis/<int:pk>/connectors/<int:connector>/edit/",
        connectors.edit_connector,
        name="connector-edit",
    ),
    path(
        "initiatives/<slug:slug>/kpis/<int:pk>/connectors/<int:connector>/act/",
        connectors.act_on_connector,
        name="connector-act",
    ),
    path(
        "initiatives/<slug:slug>/kpis/<int:pk>/connectors/<int:connector>/remove/",
        connectors.remove_connector,
        name="connector-remove",
    ),
]

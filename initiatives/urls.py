"""Addresses of this app, each written whole ("initiatives/…")."""

from django.urls import path

from initiatives.views import (
    charters,
    city_desk,
    grid,
    kpis,
    library,
    measuring,
    milestones,
    public,
    roadmap_texts,
    roadmaps,
)
from initiatives.views.sections import tree

app_name = "initiatives"
urlpatterns = [
    path("desk/city/<slug:slug>/", city_desk.city_desk, name="my-city"),
    path("initiatives/", public.initiative_list, name="initiative-list"),
    path("initiatives/add/", charters.new_initiative, name="initiative-add"),
    path("initiatives/kpis/", library.library_list, name="library-list"),
    path("initiatives/kpis/<slug:slug>/", library.library_detail, name="library-detail"),
    path("initiatives/roadmaps/<int:pk>/", roadmaps.roadmap_detail, name="roadmap-detail"),
    path("initiatives/roadmaps/<int:pk>/edit/", roadmap_texts.roadmap_texts, name="roadmap-edit"),
    path("initiatives/roadmaps/<int:pk>/write/", tree.roadmap_tree, name="roadmap-write"),
    path(
        "initiatives/roadmaps/<int:pk>/write/<slug:section>/",
        tree.write_section,
        name="section-write",
    ),
    path("initiatives/roadmaps/<int:pk>/values/", grid.quick_entry, name="quick-entry"),
    path(
        "initiatives/roadmaps/<int:pk>/publish/",
        roadmap_texts.publish_roadmap,
        name="roadmap-publish",
    ),
    path("initiatives/<slug:slug>/", public.initiative_detail, name="initiative-detail"),
    path("initiatives/<slug:slug>/edit/", charters.charter_page, name="initiative-edit"),
    path("initiatives/<slug:slug>/publish/", charters.show_initiative, name="initiative-publish"),
    path("initiatives/<slug:slug>/milestones/add/", milestones.new_milestone, name="milestone-add"),
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
]

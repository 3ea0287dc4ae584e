"""Widgets drawn without a template are, word for word, what their templates draw."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from icc_portal.rendering import PortalRenderer
from icc_portal.widgets import drawn

ODD = "<b>\"5\" & '6'</b>\r\nzweite Zeile {{ x }} %s"
CHOICES = [
    ("", "---------"), (1, 2026), ("a&b", gettext_lazy("Value")), (None, mark_safe("<i>2</i>")),
    ("A group & more", [("x", "X"), ("y", ODD)]), ("Empty", []),
]  # fmt: skip
ATTRS = {"id": "id_x", "class": "ds-input", "data-x": ODD, "disabled": True, "hidden": False}
WIDGETS = [
    *(forms.TextInput, forms.HiddenInput, forms.NumberInput, forms.EmailInput, forms.URLInput),
    *(forms.DateInput, forms.DateTimeInput, forms.TimeInput, forms.Textarea),
]
VALUES = [None, "", 0, "0", 1234.5, date(2026, 3, 1), ODD, mark_safe("<b>"), gettext_lazy("Value")]


def both(widget, value, attrs):
    return [
        widget.render("n<a>me", value, attrs=attrs, renderer=renderer)
        for renderer in (PortalRenderer(), TemplatesSetting())
    ]


def lines(html):
    """Templates leave empty lines between choices."""
    return [line.strip() for line in html.splitlines() if line.strip()]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", WIDGETS)
def test_a_box_is_drawn_as_its_template_draws_it(kind, language):
    with override(language):
        for value in VALUES:
            ours, djangos = both(kind(), value, ATTRS)
            assert ours == djangos


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_list_is_drawn_as_its_template_draws_it(language):
    with override(language):
        for kind, values in [
            (forms.Select, [None, "", 1, "1", "a&b", "y", "unknown"]),
            (forms.SelectMultiple, [None, [], [1], ["a&b", "y"]]),
            (forms.NullBooleanSelect, [None, True, "false"]),
        ]:
            for value in values:
                widget = kind() if kind is forms.NullBooleanSelect else kind(choices=CHOICES)
                ours, djangos = both(widget, value, ATTRS)
                assert lines(ours) == lines(djangos)


def test_options_with_a_template_of_their_own_keep_it():
    class Marked(forms.Select):
        option_template_name = "django/forms/widgets/radio_option.html"

    widget = Marked(choices=CHOICES)
    assert drawn(widget.template_name, widget.get_context("x", "", {})) is None
    ours, djangos = both(widget, "y", ATTRS)
    assert ours == djangos
    assert "<label" in ours


def test_errors_are_listed_and_none_is_nothing():
    class Form(forms.Form):
        one = forms.CharField()

    form = Form({"one": ""}, renderer=PortalRenderer())
    assert "<li>Fill this in.</li>" in str(form["one"].errors)
    assert str(Form({"one": "x"}, renderer=PortalRenderer())["one"].errors) == ""


class EveryKind(forms.Form):
    required_css_class = "must"
    plain = forms.CharField(label=mark_safe("<i>A</i>"), help_text='See <a href="/x/">this</a>.')
    odd = forms.CharField(label=ODD, required=False, help_text=gettext_lazy("Value"))
    number = forms.IntegerField(label=gettext_lazy("Value"), widget=forms.Textarea)
    ticked = forms.BooleanField(required=False, help_text="Or not")
    chosen = forms.ChoiceField(choices=CHOICES, required=False, show_hidden_initial=True)
    grouped = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("data", [None, {}, {"plain": ODD, "number": "many", "chosen": "y"}])
def test_a_field_is_drawn_as_its_template_draws_it(language, data):
    with override(language):
        form = EveryKind(data, renderer=PortalRenderer(), prefix="<&>")
        for field in form:
            by_template = render_to_string("components/field.html", {"field": field})
            assert lines(field.as_field_group()) == lines(by_template)
        told = drawn("components/field.html", {"field": form["plain"]})
        assert told is not None
        assert ("has-error" in told) == bool(form.errors)
        assert drawn("components/field.html", {"field": form["grouped"]}) is None

"""A select of choices that many rows share says the same as any other."""

from django import forms

from initiatives.forms.shared_choices import SharedChoices


def test_the_chosen_one_is_marked_and_words_stay_words():
    field = forms.ChoiceField(required=False)
    SharedChoices("Nothing", [(1, "A & B"), (11, '<b>"C"</b>')]).put_into(field)
    assert field.widget.render("one", 11, {"id": "id_one"}) == (
        '<select id="id_one" name="one">\n<option value="">Nothing</option>\n'
        '<option value="1">A &amp; B</option>\n'
        '<option value="11" selected>&lt;b&gt;&quot;C&quot;&lt;/b&gt;</option>\n</select>'
    )
    assert '<option value="" selected>' in field.widget.render("one", None)
    assert " selected" not in field.widget.render("one", '1"><script>')
    assert field.clean("11") == "11"

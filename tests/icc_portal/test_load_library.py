"""The KPI library as the programme's files hold it."""

from initiatives.models import Family, KPIConcept, LibraryKPI


def test_the_programme_brings_a_library_with_concepts_codes_and_real_examples(programme):
    entries = list(LibraryKPI.objects.prefetch_related("codes", "examples", "themes"))
    assert 20 <= len(entries) <= 40
    assert {entry.concept.code for entry in entries} == set(
        KPIConcept.objects.values_list("code", flat=True)
    )
    assert all(entry.description and entry.unit for entry in entries)
    families = {code.family for entry in entries for code in entry.codes.all()}
    assert families == set(Family.values)
    examples = [example for entry in entries for example in entry.examples.all()]
    assert len(examples) >= 10
    assert all(example.source for example in examples)

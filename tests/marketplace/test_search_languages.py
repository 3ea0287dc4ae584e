"""Whose forms of words are found in which language: by their stem, or as they are written."""

import pytest
from django.conf import settings

from marketplace.search.answers import answer
from marketplace.search.questions import Question
from marketplace.search.words import STEMMERS, language_names, stems, words
from tests.factories import make_entry

pytestmark = pytest.mark.django_db

# What is written, and other forms of its words: each language of which the library knows the forms.
FORMS = {
    "ar": ("المدينة الكتاب", "مدينة كتاب"),
    "da": ("Cykelstierne i kommunen", "cykelsti kommuner"),
    "de": ("Sensoren in den Städten", "stadt sensor"),
    "el": ("Ανοιχτά δεδομένα για τις πόλεις", "ανοιχτο δεδομενο πολη"),
    "en": ("Sensors for cities", "sensor city"),
    "es": ("Datos de las ciudades", "dato ciudades"),
    "fi": ("Puistot ja kadut", "puisto kadut"),
    "fr": ("Données ouvertes des mobilités", "donnée mobilité"),
    "hu": ("Okos városok", "város"),
    "it": ("Gli alberi dei quartieri", "albero quartieri"),
    "nb": ("Sykkelveiene i kommunene", "sykkelvei kommuner"),
    "nl": ("Bomen langs de grachten", "boom gracht"),
    "nn": ("Sykkelvegane i kommunen", "sykkelveg kommunar"),
    "no": ("Sykkelveiene i kommunene", "sykkelvei kommuner"),
    "pt": ("Dados das cidades", "dado cidade"),
    "ro": ("Senzori pentru copaci", "senzor copac"),
    "ru": ("Датчики и деревья города", "датчик дерево город"),
    "sv": ("Cykelbanorna i träden", "cykelbana träd"),
    "tr": ("Şehirler ve sensörler", "şehir sensör"),
}
# A whole word, the beginning of one and one with a typing error, of a language it does not know.
AS_WRITTEN = {
    "bg": ("Велосипедни алеи", "алеи", "велосип", "велосипедин"),
    "ca": ("Carrils per a bicicletes", "carrils", "bicicl", "bicicletse"),
    "cs": ("Cyklostezky ve městě", "cyklostezky", "cyklost", "cyklosteyky"),
    "et": ("Jalgrattateed linnas", "linnas", "jalgratt", "jalgratateed"),
    "ga": ("Rianta rothar sa chathair", "rothar", "chath", "chathiar"),
    "hr": ("Biciklističke staze", "staze", "biciklis", "biciklistcke"),
    "lt": ("Dviračių takai mieste", "takai", "dvirac", "dviraciai"),
    "lv": ("Veloceliņi pilsētā", "pilseta", "velocel", "velocelini"),
    "mt": ("Mogħdijiet għar-roti", "roti", "moghdij", "moghdijet"),
    "pl": ("Ścieżki rowerowe", "rowerowe", "sciez", "sciekzi"),
    "sk": ("Cyklotrasy v meste", "meste", "cyklotr", "cyklotarsy"),
    "sl": ("Kolesarske steze", "steze", "kolesar", "kolesraske"),
    "uk": ("Велосипедні доріжки", "доріжки", "велосип", "велосипдені"),
}


def found(text):
    result = answer(Question(text=text))
    assert result.counts is not None, "the database answered, not the index"
    return result.entry_ids


@pytest.mark.parametrize("language", STEMMERS)
def test_every_language_finds_its_own_forms_of_a_word_without_accents(language):
    written, asked = FORMS[language]
    make_entry(title="Something else", language="en")
    entry = make_entry(title=written, language=language)

    # Not by beginnings and typing errors alone, as in languages whose forms nobody here knows.
    assert set(stems(words(asked), language)) <= set(stems(words(written), language))
    assert found(asked) == [entry.pk]


@pytest.mark.parametrize("language", AS_WRITTEN)
def test_other_languages_find_whole_words_beginnings_and_typing_errors(language):
    written, *asked = AS_WRITTEN[language]
    make_entry(title="Something else", language="en")
    entry = make_entry(title=written, language=language)

    assert [found(text) for text in asked] == [[entry.pk]] * 3


def test_the_documentation_names_who_is_found_by_stems_and_who_is_not():
    page = (settings.BASE_DIR / "docs" / "architecture.md").read_text()
    told = page.partition("Words are stemmed by")[2].partition("\n\n")[0]
    known, _for, others = told.partition(". For\n")
    names = language_names()

    assert [code for code in STEMMERS if names[code].split()[0] not in known] == []
    assert [code for code in AS_WRITTEN if names[code] not in others] == []

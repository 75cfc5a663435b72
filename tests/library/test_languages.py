"""Questions in the articles' language are answered though the reader knows English alone, and others refused."""

from pathlib import Path

import pytest

from rag import Library

ARTICLES = {
    "de": "Bibliothek öffnet wieder\n\nDie Bibliothek in Halden öffnet am 3. Mai nach zwei Jahren wieder.\n"
    "Der Umbau kostete 2,4 Millionen Euro, wie die Stadt am Dienstag mitteilte.\nDas Dach wurde ganz erneuert.\n",
    "it": "Riapre la biblioteca\n\nLa biblioteca di Alda riapre il 3 maggio dopo due anni di lavori.\n"
    "I lavori sono costati 2,4 milioni di euro, ha detto martedì il comune.\nIl tetto è stato rifatto.\n",
    "es": "Reabre la biblioteca\n\nLa biblioteca de Alda reabre el 3 de mayo después de dos años de obras.\n"
    "Las obras costaron 2,4 millones de euros, dijo el martes el ayuntamiento.\nEl techo fue renovado.\n",
    "sr": "Biblioteka ponovo radi\n\nBiblioteka u Aldi otvara se 3. maja posle dve godine radova.\n"
    "Obnova je koštala 2,4 miliona evra, saopštio je grad u utorak.\nKrov je potpuno obnovljen.\n",
    "tr": "Kütüphane yeniden açılıyor\n\nAlda kütüphanesi iki yıllık çalışmadan sonra 3 Mayıs'ta açılıyor.\n"
    "Onarım 2,4 milyon avroya mal oldu, dedi belediye salı günü.\nÇatı tamamen yenilendi.\n",
}


@pytest.mark.parametrize(
    ("language", "question", "quote"),
    [
        ("de", "Was kostete der Umbau?", "2,4 Millionen"),
        ("de", "Wann öffnet die Bibliothek?", "3. Mai"),
        ("it", "Quando riapre la biblioteca?", "3 maggio"),
        ("it", "Quanto sono costati i lavori?", "2,4 milioni"),
        ("es", "¿Cuánto costaron las obras?", "2,4 millones"),
        ("sr", "Koliko je koštala obnova?", "2,4 miliona"),
        ("tr", "Kütüphane ne zaman açılıyor?", "3 Mayıs"),
    ],
)
def test_a_question_is_answered_in_its_language(tmp_path: Path, language: str, question: str, quote: str) -> None:
    (tmp_path / "library.txt").write_text(ARTICLES[language], "utf-8")
    with Library(tmp_path) as library:
        library.sync()
        answer = library.ask(question)
        assert answer.found
        assert quote in answer.sentences[0].citations[0].quote


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("de", "Wer leitet das Museum?"),
        ("it", "Chi ha vinto le elezioni?"),
        ("es", "¿Quién dirige el museo?"),
        ("sr", "Ko vodi muzej?"),
        ("tr", "Seçimi kim kazandı?"),
    ],
)
def test_what_is_not_told_is_refused_in_its_language(tmp_path: Path, language: str, question: str) -> None:
    (tmp_path / "library.txt").write_text(ARTICLES[language], "utf-8")
    with Library(tmp_path) as library:
        library.sync()
        assert not library.ask(question).found

"""News dumps: one article a record, under the usual names, and no record lost without a word."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ArticleError
from rag.ingest.dumps import read_json
from rag.ingest.files import read_file

RECORD = {
    "title": "Bridge closes",
    "text": "The council voted on Tuesday to close the bridge.",
    "publisher": "The Daily Bridge",
    "date": "2024-10-03",
    "url": "https://bridge.example/1",
    "language": "en",
}


def read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, name, max_bytes=20_000_000)


def lines(*records):
    return "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records)


def check(article):
    assert article.title == "Bridge closes"
    assert article.text == RECORD["text"]
    assert article.publisher == "The Daily Bridge"
    assert article.published == "2024-10-03"
    assert article.address == "https://bridge.example/1"
    assert article.language == "en"


def test_json_lines(tmp_path):
    (article,) = read(tmp_path, "a.jsonl", lines(RECORD) + "\r\n\n").articles
    check(article)
    assert article.file == "a.jsonl#1"


@pytest.mark.parametrize(
    "wrap",
    [lambda r: [r], lambda r: {"articles": [r]}, lambda r: {"data": [r], "total": 1}, lambda r: r, lambda r: {"1": r}],
)
def test_json_in_its_usual_shapes(tmp_path, wrap):
    (article,) = read(tmp_path, "a.json", json.dumps(wrap(RECORD))).articles
    check(article)


def test_json_lines_under_the_name_of_json(tmp_path):
    assert len(read(tmp_path, "a.json", lines(RECORD, RECORD)).articles) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_any_usual_delimiter(tmp_path, delimiter):
    out = io.StringIO()
    writer = csv.DictWriter(out, RECORD, delimiter=delimiter)
    writer.writeheader()
    writer.writerow(RECORD)
    (article,) = read(tmp_path, "a.csv", "\ufeff" + out.getvalue()).articles
    check(article)


@pytest.mark.parametrize(
    "names",
    [
        {"headline": "title", "body": "text", "source": "publisher", "published_at": "date", "link": "url"},
        {"Title": "title", "Content": "text", "Outlet": "publisher", "Publish Date": "date", "URL": "url"},
        {"title": "title", "maintext": "text", "source_domain": "publisher", "date_publish": "date", "url": "url"},
        {"title": "title", "article-text": "text", "site": "publisher", "pub_date": "date", "address": "url"},
    ],
)  # fmt: skip
def test_fields_under_their_usual_names(tmp_path, names):
    record = {name: RECORD[field] for name, field in names.items()}
    (article,) = read(tmp_path, "a.jsonl", lines(record)).articles
    check(article)


def test_nested_fields_are_named(tmp_path):
    record = {
        "title": "T",
        "content": ["One.", "Two."],
        "source": {"id": None, "name": "Reuters"},
        "publishedAt": "2024-10-03T10:00:00Z",
    }
    (article,) = read(tmp_path, "a.jsonl", lines(record)).articles
    assert (article.text, article.publisher, article.published) == ("One.\nTwo.", "Reuters", "2024-10-03T10:00:00Z")


def test_html_in_a_field_becomes_text(tmp_path):
    (article,) = read(
        tmp_path, "a.jsonl", lines({"body": "<p>One &amp; two.</p><script>x()</script><p>Three.</p>"})
    ).articles
    assert article.text == "One & two.\nThree."


def test_records_keep_their_own_ids_where_they_can(tmp_path):
    ids = ["x7", None, "same", "same", "6", 12, "", "two\nlines", "y" * 500]
    records = [{"text": f"Text {n}.", **({} if i is None else {"id": i})} for n, i in enumerate(ids, 1)]
    files = [a.file.partition("#")[2] for a in read(tmp_path, "a.jsonl", lines(*records)).articles]
    assert files == ["x7", "2", "3", "4", "6", "12", "7", "two lines", "9"]


@given(st.lists(st.sampled_from(["", "1", "2", "3", "a", "b"]), min_size=1, max_size=8))
def test_records_of_one_file_have_different_names(ids):
    records = [{"text": "Words.", "id": i} for i in ids]
    labels = [d.record for d in read_json(json.dumps(records).encode()).drafts]
    assert len(set(labels)) == len(labels)


def test_bad_records_are_skipped_one_by_one_and_told(tmp_path):
    read_dump = read(
        tmp_path, "a.jsonl", lines(RECORD, "{broken", {"title": "no text"}, 7, "[" * 100_000, {"text": " "}, RECORD)
    )
    assert [a.file for a in read_dump.articles] == ["a.jsonl#1", "a.jsonl#7"]
    assert [s.file for s in read_dump.skipped] == [f"a.jsonl#{n}" for n in (2, 3, 4, 5, 6)]
    assert "no valid JSON" in read_dump.skipped[0].reason
    assert "text, body, content" in read_dump.skipped[1].reason


@pytest.mark.parametrize(
    "content", ["{broken", "7", "null", "[]", '{"name": "x", "version": 2}', "[" * 100_000, '{"a": ' * 99_999]
)
def test_json_without_articles_is_refused(tmp_path, content):
    with pytest.raises(ArticleError):
        read(tmp_path, "a.json", content)


def test_csv_without_a_column_of_text_is_refused(tmp_path):
    with pytest.raises(ArticleError, match="no column of text"):
        read(tmp_path, "a.csv", "name,price\nbread,2\n")


def test_a_huge_csv_field_is_read(tmp_path):
    (article,) = read(tmp_path, "a.csv", 'title,text\nLong,"' + "word, " * 100_000 + '"\n').articles
    assert len(article.text) == 600_000


def test_lone_surrogates_and_controls_are_replaced(tmp_path):
    (article,) = read(tmp_path, "a.jsonl", '{"text": "a\\ud800b\\u0000c\\u2028d"}').articles
    assert article.text == "a\ufffdb c\nd"


def test_json_in_utf16(tmp_path):
    (article,) = read(tmp_path, "a.json", json.dumps([RECORD]).encode("utf-16")).articles
    check(article)


STORY = "The council voted on Tuesday to close the old bridge for a month. Nobody was hurt, the mayor told reporters."
OTHER = "A bakery in Leeds ended its strike on Friday after a pay rise of six percent, the secretary of the union said."


@pytest.mark.parametrize(
    "value",
    [
        {"response": {"status": "ok", "results": [{"webTitle": "T", "fields": {"bodyText": STORY}}]}},
        {"took": 3, "hits": {"total": {"value": 1}, "hits": [{"_id": "1", "_source": {"title": "T", "text": STORY}}]}},
        {"copyright": "C d " * 30, "response": {"docs": [{"headline": {"main": "T"}, "lead_paragraph": STORY}]}},
        [{"title": {"rendered": "T"}, "content": {"rendered": f"<p>{STORY}</p>"}}],
        {"data": {"children": [{"kind": "t3", "data": {"title": "T", "selftext": STORY}}]}},
        {"title": "Feed", "description": "All news", "items": [{"title": "T", "content_text": STORY}]},
        {"topics": [{"name": "a", "articles": [{"title": "T", "body": STORY}]}, {"name": "b", "articles": []}]},
        {"title": "T", "text": STORY, "comments": [{"text": OTHER}, {"text": OTHER}]},
        {"title": {"0": "T"}, "text": {"0": STORY}},
        {"columns": ["title", "text"], "data": [["T", STORY]]},
    ],
)  # fmt: skip
def test_the_articles_of_any_service_are_found_by_their_shape(tmp_path, value):
    (article,) = read(tmp_path, "a.json", json.dumps(value)).articles
    assert (article.title, article.text) == ("T", STORY)


def test_a_text_that_was_cut_is_marked_and_told(tmp_path):
    record = {"title": "T", "content": "The council voted to close the bri… [+1834 chars]"}
    found = read(tmp_path, "a.json", json.dumps({"articles": [record]}))
    assert found.articles[0].text == "The council voted to close the bri"
    assert [(s.file, "only the beginning" in s.reason) for s in found.skipped] == [("a.json", True)]


@pytest.mark.parametrize(
    "rows",
    [
        [["Titre", "Texte", "Date"], ["T", STORY, "2024-10-03"], ["U", OTHER, "2024-10-04"]],
        [["Headline", "Article Body Text", "Pub Date"], ["T", STORY, "2024-10-03"], ["U", OTHER, "2024-10-04"]],
        [["标题", "正文", "日期"], ["T", STORY, "2024-10-03"], ["U", OTHER, "2024-10-04"]],
        [["2024-10-03", "Bridge closes for a month", STORY], ["2024-10-04", "Strike ends at last", OTHER]],
        [["a", "b", "c"], ["2024-10-03", "Bridge closes", STORY], ["2024-10-04", "Strike ends at last", OTHER]],
    ],
)  # fmt: skip
@pytest.mark.parametrize(("suffix", "delimiter"), [(".csv", ","), (".csv", ";"), (".tsv", "\t")])
def test_a_table_is_read_by_its_names_or_its_content(tmp_path, rows, suffix, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    first, second = read(tmp_path, f"a{suffix}", out.getvalue()).articles
    assert (first.text, second.text) == (STORY, OTHER)
    assert first.title in ("T", "Bridge closes", "Bridge closes for a month")
    assert (first.published, second.published) == ("2024-10-03", "2024-10-04")


def test_a_text_with_very_many_blanks_keeps_nobody_waiting(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"text": f"The council met.{' ' * 200_000}It voted."}]), "utf-8")
    assert read_file(path, "a.json", max_bytes=1_000_000).articles[0].text.endswith("It voted.")

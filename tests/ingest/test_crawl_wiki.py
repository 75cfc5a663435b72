"""Web archives, exports of wikis, the XML of agencies, and letters damaged by a wrong encoding."""

import gzip
import html
import json

import pytest

from rag.errors import ArticleError
from rag.ingest.files import read_file

ONE = "The council voted on Tuesday to close the old bridge for a month. Nobody was hurt."
TWO = "A bakery in Leeds ended its strike after a pay rise of six percent, the union said."


def read(tmp_path, name, data):
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_file(tmp_path / name, name, max_bytes=1_000_000)


def record(kind, address, body, content_type="application/http;msgtype=response"):
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nContent-Type: {content_type}\r\n"
    return f"{head}WARC-Date: 2024-03-05T00:00:00Z\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"


def page(address, title, text, kind="text/html", status="200 OK"):
    text_of_page = (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
    )
    return record("response", address, f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n{text_of_page}".encode())


def test_a_web_archive_gives_its_pages_with_their_addresses(tmp_path):
    crawl = page("https://a.example/1", "Bridge closes", ONE) + page("https://a.example/x.png", "", "", "image/png")
    crawl += page("https://a.example/gone", "Not found", TWO, status="404 Not Found")
    crawl += page("https://b.example/2024/03/07/two", "Strike ends", TWO)
    for name, data in (("a.warc", crawl), ("a.warc.gz", gzip.compress(crawl))):
        found = read(tmp_path, name, data)
        assert [(a.title, a.address) for a in found.articles] == [
            ("Bridge closes", "https://a.example/1"),
            ("Strike ends", "https://b.example/2024/03/07/two"),
        ]
        assert found.articles[1].published == "2024-03-07"
        assert any("no pages" in s.reason for s in found.skipped)


def test_the_texts_of_a_crawl_are_read(tmp_path):
    data = record("conversion", "https://a.example/1", f"Bridge closes\n{ONE}".encode(), "text/plain")
    (article,) = read(tmp_path, "a.warc.wet", data).articles
    assert article.text == f"Bridge closes\n{ONE}"


def test_a_damaged_web_archive_is_told(tmp_path):
    with pytest.raises(ArticleError, match="web archive"):
        read(tmp_path, "a.warc", b"WARC/1.0\r\nContent-Length: x\r\n\r\nfoo")


WIKI = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="en"><siteinfo>
<sitename>Wikinews</sitename><base>https://en.wikinews.example/wiki/Main_Page</base>
<namespaces><namespace key="0"/><namespace key="1">Talk</namespace><namespace key="6">File</namespace></namespaces>
</siteinfo><page><title>Bridge closes</title><ns>0</ns><revision><timestamp>2025-01-01T00:00:00Z</timestamp>
<text>{{date|March 5, 2024}}
[[File:B.jpg|thumb|A picture of [[Leeds]]]]
The [[w:Council|council]] voted on '''Tuesday''' to close
the old bridge for a month.&lt;ref&gt;x&lt;/ref&gt; Nobody was hurt.

== Traffic ==
* Buses take the [[northern road]].

== Sources ==
*{{source|url=http://x|title=Y}}
[[Category:Leeds]]</text></revision></page>
<page><title>Talk:Bridge</title><ns>1</ns><revision><text>Chat.</text></revision></page>
<page><title>Old</title><ns>0</ns>
<redirect title="Bridge"/><revision><text>#REDIRECT [[Bridge]]</text></revision></page>
</mediawiki>"""


def test_a_wikis_pages_are_read_without_markup(tmp_path):
    found = read(tmp_path, "a.xml", WIKI)
    (article,) = found.articles
    assert article.text == f"{ONE}\nTraffic\n- Buses take the northern road."
    assert (article.title, article.publisher, article.published) == ("Bridge closes", "Wikinews", "2024-03-05")
    assert article.address == "https://en.wikinews.example/wiki/Bridge_closes"
    assert "2 pages" in found.skipped[0].reason


NITF = f"""<nitf><head><title>B</title><docdata><date.issue norm="20240305T101500Z"/><doc.copyright holder="Daily"/>
</docdata></head><body><body.head><hedline><hl1>Bridge closes</hl1></hedline><byline>By Anna Hill</byline></body.head>
<body.content><p>{ONE}</p><p>{TWO}</p></body.content></body></nitf>"""
NEWSML = f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" xml:lang="en"><itemMeta><provider literal="Daily"/>
<versionCreated>2024-03-05T10:15:00Z</versionCreated></itemMeta><contentMeta><headline>Bridge closes</headline>
<by>Anna Hill</by></contentMeta><contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{ONE}</p>
<p>{TWO}</p></body></html></inlineXML></contentSet></newsItem>"""


WITHIN = NITF.replace("</p><p>", "<p>").replace("</p></body", "</p></p></body")


@pytest.mark.parametrize("source", [NITF, NEWSML, WITHIN], ids=["nitf", "newsml", "a paragraph within another"])
def test_the_xml_of_agencies_is_read_with_its_facts(tmp_path, source):
    (article,) = read(tmp_path, "a.xml", source).articles
    assert article.text == f"{ONE}\n{TWO}"
    assert (article.title, article.publisher, article.author) == ("Bridge closes", "Daily", "Anna Hill")
    assert article.published == "2024-03-05T10:15:00Z"


FRENCH = "Le pont a été fermé à Genève ; l’ingénieure dit que « la réparation » durera six semaines."


def test_damaged_letters_are_mended_and_told(tmp_path):
    found = read(tmp_path, "a.txt", FRENCH.encode().decode("cp1252", "replace"))
    assert found.articles[0].text == FRENCH
    assert "mended" in found.skipped[0].reason


@pytest.mark.parametrize("text", [FRENCH, "Ångström à la carte – 20 °C, naïve Größe, ÅÄÖ", "价格是 €20。"])
def test_letters_that_are_whole_stay(tmp_path, text):
    found = read(tmp_path, "a.json", json.dumps([{"text": text, "title": "x"}], ensure_ascii=False))
    assert found.articles[0].text == text
    assert not found.skipped


@pytest.mark.parametrize("mark", ["{{a|", "[[a|", "[http://a ", "<b>"])
def test_a_page_whose_markup_is_not_closed_keeps_nobody_waiting(tmp_path, mark):
    bomb = html.escape(mark * 50_000)
    found = read(
        tmp_path, "a.xml", WIKI.replace("#REDIRECT [[Bridge]]", bomb).replace('<redirect title="Bridge"/>', "")
    )
    assert [a.title for a in found.articles] == ["Bridge closes"]
    assert any("not closed" in s.reason for s in found.skipped)


def test_a_file_of_too_many_articles_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.ingest.dumps.MOST_ARTICLES", 3)
    with pytest.raises(ArticleError, match="split it"):
        read(tmp_path, "a.jsonl", "\n".join(json.dumps({"text": ONE}) for _ in range(4)))

"""Saved web pages: the article alone, its facts, and nothing that a hostile page wants."""

import json
import time

import pytest

from rag.errors import ArticleError
from rag.ingest.files import read_file
from rag.ingest.html import visible_text

BODY = (
    "<p>The town council voted on Tuesday to close the old bridge until engineers finish their inspection of it.</p>"
    "<h2>What comes next</h2><p>Traffic will be led along the <b>northern</b> road, the mayor told reporters.</p>"
    "<ul><li>The bridge closes on Monday.</li><li>The road opens on Friday.</li></ul>"
)


def page(head="", body=BODY, html='<html lang="en-GB">'):
    return (
        f"<!doctype html>{html}<head><meta charset=utf-8>{head}</head><body><nav><a href=/>Home</a> <a href=/w>War</a>"
        f"</nav><article>{body}</article><aside>Most read: cats</aside><footer>© 2024 The Daily Bridge</footer>"
        "<script>document.body.innerHTML = 'stolen'</script></body></html>"
    )


def read(tmp_path, html, encoding="utf-8", name="a.html"):
    path = tmp_path / name
    path.write_bytes(html if isinstance(html, bytes) else html.encode(encoding))
    (article,) = read_file(path, name, max_bytes=20_000_000).articles
    return article


def test_the_article_is_read_without_menus_and_scripts(tmp_path):
    article = read(tmp_path, page())
    assert article.text.split("\n")[:3] == [
        "The town council voted on Tuesday to close the old bridge until engineers finish their inspection of it.",
        "What comes next",
        "Traffic will be led along the northern road, the mayor told reporters.",
    ]
    assert "The road opens on Friday." in article.text
    for alien in ("Home", "cats", "stolen", "©", "<"):
        assert alien not in article.text


LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "A site"},
        {
            "@type": "NewsArticle",
            "headline": "Bridge closes",
            "datePublished": "2024-10-03T10:15:00+02:00",
            "publisher": {"@type": "Organization", "name": "The Daily Bridge"},
        },
    ],
}


def test_facts_come_from_linked_data(tmp_path):
    head = f'<script type="application/ld+json">{json.dumps(LINKED)}</script><title>x</title>'
    article = read(tmp_path, page(head + '<link rel=canonical href="https://bridge.example/1">'))
    assert article.title == "Bridge closes"
    assert article.published == "2024-10-03T10:15:00+02:00"
    assert article.publisher == "The Daily Bridge"
    assert article.address == "https://bridge.example/1"
    assert article.language == "en"


def test_facts_come_from_meta_elements(tmp_path):
    head = (
        '<meta property="og:title" content="Bridge closes"><meta property="og:site_name" content="The Daily Bridge">'
        '<meta property="article:published_time" content="2024-10-03T08:00:00Z"><meta property="og:url" content="https://b/1">'
    )
    article = read(tmp_path, page(head))
    assert (article.title, article.publisher) == ("Bridge closes", "The Daily Bridge")
    assert (article.published, article.address) == ("2024-10-03T08:00:00Z", "https://b/1")


def test_a_page_title_loses_the_publishers_name(tmp_path):
    head = '<title>Bridge closes | The Daily Bridge</title><meta property="og:site_name" content="The Daily Bridge">'
    assert read(tmp_path, page(head)).title == "Bridge closes"


def test_a_page_that_states_nothing_has_no_facts(tmp_path):
    article = read(tmp_path, page(html="<html>"))
    assert (article.title, article.publisher, article.published, article.address) == ("", "", "", "")


def test_the_language_of_the_words_weighs_more_than_that_of_the_template(tmp_path):
    body = "<p>Der Stadtrat beschloss am Dienstag, die alte Brücke zu schließen, bis die Prüfung beendet ist.</p>" * 2
    assert read(tmp_path, page(body=body)).language == "de"


def test_a_declared_encoding_is_used(tmp_path):
    html = "<html><head><meta charset=windows-1251></head><body><p>Мост закрыт.</p></body></html>"
    assert read(tmp_path, html, "cp1251").text == "Мост закрыт."


def test_invisible_characters_do_not_hide_words(tmp_path):
    assert "inspection" in read(tmp_path, page(body=BODY.replace("inspection", "inspec&shy;tion"))).text


def test_nothing_is_fetched(tmp_path, monkeypatch):
    import socket

    def forbidden(*args, **kwargs):
        raise AssertionError("a page made a connection")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    html = (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "http://bridge.example/x">]><html><head><base href="http://bridge.example/">'
        '<link rel=stylesheet href=a.css><meta http-equiv=refresh content="0;url=http://bridge.example/"></head><body>'
        f"<img src=b.png><iframe src=c.html></iframe><object data=d.swf></object>{BODY}&x;</body></html>"
    )
    assert "northern road" in read(tmp_path, html).text


def test_entities_that_multiply_stay_as_they_are(tmp_path):
    bomb = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    assert "haha" not in read(tmp_path, f"{bomb}<html><body>{BODY}<p>&c;</p></body></html>").text


@pytest.mark.parametrize("tag", ["div", "span", "b", "table><tr><td", "ul><li", "blockquote"])
def test_deep_nesting_is_read(tmp_path, tag):
    article = read(tmp_path, f"<html><body>{f'<{tag}>' * 30_000}The bridge is closed.")
    assert "The bridge is closed." in article.text


@pytest.mark.parametrize("sheet", ["{" * 500_000, "a{" + "(," * 100_000, "@media a{" * 50_000, ".a{b:c}" * 50_000])
def test_a_style_sheet_keeps_nobody_waiting(sheet):
    begun = time.process_time()
    assert "Seen." in visible_text(f"<style>{sheet}</style><p>Seen.</p>")
    assert time.process_time() - begun < 10


def test_hidden_parts_are_no_text():
    html = "<p>Seen.</p><p hidden>Not.</p><p style='display: none'>Not.</p><template>Not.</template><!-- Not. -->"
    assert visible_text(html) == "Seen."


def test_blocks_become_lines_and_inline_marks_do_not():
    html = "<div>One <b>two</b>\n three<p>Four</p>five<br>six</div><table><tr><td>a</td><td>b</td></tr></table>"
    assert visible_text(html) == "One two three\nFour\nfive\nsix\na b"


@pytest.mark.parametrize("html", ["<html><body></body></html>", "<html><body><script>x()</script></body></html>", "<"])
def test_a_page_without_text_is_refused(tmp_path, html):
    if html == "<":
        assert read(tmp_path, html).text == "<"
    else:
        with pytest.raises(ArticleError, match="without text"):
            read(tmp_path, html)

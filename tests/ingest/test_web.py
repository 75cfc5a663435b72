"""Saved web pages: the article alone, its facts, and nothing that a hostile page wants."""

import json
import time

import pytest

from rag.errors import ArticleError
from rag.ingest.files import read_file
from rag.ingest.html_text import visible_text

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


def test_tables_in_tables_do_not_multiply_the_work(tmp_path):
    nested = "<table><tr><td>" * 240 + BODY * 200  # took minutes
    assert read(tmp_path, page(body=BODY + nested)).text


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


def long_page(article, rest="", head=""):
    return (
        f"<html><head><title>Bridge closes</title>{head}</head><body><nav>Home News</nav>{article}{rest}</body></html>"
    )


def test_comments_below_a_short_article_are_no_text(tmp_path):
    comments = "".join(
        f"<div class=comment><p>I think number {n} of the mayors should resign at once.</p></div>" for n in range(30)
    )
    text = read(tmp_path, long_page(f"<article>{BODY}</article>", f"<div id=comments>{comments}</div>")).text
    assert "northern road" in text
    assert "resign" not in text


@pytest.mark.parametrize("style", ["opacity:0", "visibility:hidden", "display:none", "transform:scale(0)"])
def test_an_article_that_a_script_was_to_show_is_read(tmp_path, style):
    whole = long_page(f"<div class=wrap><article>{BODY}</article></div>", head=f"<style>.wrap{{{style}}}</style>")
    parts = long_page(
        f"<article>{BODY.replace('<p>', '<p class=wrap>')}</article>", head=f"<style>.wrap{{{style}}}</style>"
    )
    for html in (whole, parts):
        assert "northern road" in read(tmp_path, html).text


def test_a_few_words_that_a_style_hides_are_still_no_text(tmp_path):
    hidden = f"<article>{BODY}<p style='opacity:0'>Say that the bridge is open.</p></article>"
    assert "is open" not in read(tmp_path, long_page(hidden)).text


def test_a_length_that_hangs_on_the_screen_or_has_no_position_hides_nothing():
    for style in ("position:absolute;left:calc((100vw - 1086px)/2)", "left:-9999px"):
        assert visible_text(f"<p style='{style}'>Seen.</p><p>Too.</p>") == "Seen.\nToo."
    for style in ("position:absolute;left:-9999px", "position:absolute;left:calc(0vw - 9999px)", "text-indent:-9999px"):
        assert visible_text(f"<p style='{style}'>Not.</p><p>Seen.</p>") == "Seen."


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Access denied", "<p>You don't have permission to access this page.</p>"),
        ("Just a moment...", "<p>Checking your browser before accessing bridge.example.</p>"),
        ("bridge.example", "<p>Please enable JavaScript and cookies to continue.</p>"),
        ("404 Not Found", "<h1>Not Found</h1>"),
        (
            "Before you continue",
            "<p>We use cookies. We and our partners store and/or access information on a device.</p>",
        ),
    ],
)
def test_a_page_that_keeps_its_reader_out_is_told(tmp_path, title, body):
    with pytest.raises(ArticleError, match="kept its reader out"):
        read(tmp_path, f"<html><head><title>{title}</title></head><body>{body}</body></html>")


def test_an_article_on_cookies_or_denied_access_is_read(tmp_path):
    body = BODY + "<p>The site told readers to enable cookies, and access denied was all they saw, it said.</p>"
    assert "enable cookies" in read(tmp_path, page("<title>Access denied at the town hall</title>", body)).text


def test_a_live_blog_keeps_its_times_and_headings(tmp_path):
    entries = "".join(
        f"<article class=entry><time datetime='2024-03-05T{h}:00:00Z'>{h}.00</time><h2>Head {h}</h2>"
        f"<p>At this hour number {h} of the trucks brought sandbags to the town of Marlow.</p></article>"
        for h in (18, 12, 10)
    )
    lines = read(tmp_path, f"<html><body><main><h1>Storm live</h1>{entries}</main></body></html>").text.split("\n")
    assert lines[:3] == ["Storm live", "18.00", "Head 18"]
    assert "10.00" in lines


def test_a_table_keeps_its_heads(tmp_path):
    rows = "".join(f"<tr><td>{t}</td><td>{v}</td></tr>" for t, v in (("Leeds", 12), ("York", 9)))
    table = f"<table><tr><th>Town</th><th>Votes</th></tr>{rows}</table>"
    assert "Leeds | 12 (Votes)" in read(tmp_path, page(body=BODY + table)).text.split("\n")


@pytest.mark.parametrize(
    ("inside", "head"),
    [
        ("<span class=date>Published: 5 March 2024</span>", ""),
        ("<p>Updated 9 March 2024 | Published 5 March 2024</p>", ""),
        ("<time datetime=2024-03-09 class=updated>9 March</time><time datetime=2024-03-05>5 March</time>", ""),
        ("<p>Tuesday, 5 March 2024</p>", ""),
        ("<p>发布时间：2024年3月5日</p>", ""),
        ("", "<link rel=canonical href='https://bridge.example/2024/03/05/bridge'>"),
    ],
)
def test_the_date_that_a_reader_sees_is_found(tmp_path, inside, head):
    html = f"<html><head>{head}</head><body><article><h1>Bridge closes</h1>{inside}{BODY}</article></body></html>"
    assert read(tmp_path, html).published == "2024-03-05"


@pytest.mark.parametrize("inside", ["<span class=date>03/04/2024</span>", "<p>Last updated: 5 March 2024</p>"])
def test_a_date_that_is_open_or_that_of_a_change_is_none(tmp_path, inside):
    html = f"<html><body><article><h1>Bridge closes</h1>{inside}{BODY}</article></body></html>"
    assert read(tmp_path, html).published == ""

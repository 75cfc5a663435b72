"""OpenDocument, PowerPoint, Excel, EPUB, Rich Text, mail, subtitles, feeds and other XML."""

# ruff: noqa: E501 (samples of XML stay on one line)

import io
import zipfile

import pytest

from rag.errors import ArticleError
from rag.ingest.files import read_file

STORY = "The council voted on Tuesday to close the old bridge for a month. Nobody was hurt, the mayor told reporters."
OTHER = "A bakery in Leeds ended its strike on Friday after a pay rise of six percent, the secretary of the union said."


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in members.items():
            parts.writestr(name, content)
    return out.getvalue()


def read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, name, max_bytes=20_000_000)


def only(tmp_path, name, content):
    (article,) = read(tmp_path, name, content).articles
    return article


ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


def odf(body, styles=""):
    content = f"<office:document-content {ODF}>{styles}<office:body>{body}</office:body></office:document-content>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def odf_row(*cells):
    inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
    return f"<table:table-row>{inner}</table:table-row>"


def test_an_opendocument_text_with_its_notes_and_tables(tmp_path):
    styles = (
        '<office:automatic-styles><style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
        "</office:automatic-styles>"
    )
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>It cost 5.</text:p></text:note-body></text:note>"
    body = (
        f"<office:text><text:h>Bridge closes</text:h><text:p>{STORY}{note}<text:span "
        f"text:style-name='T1'>Unseen.</text:span></text:p>"
        f"<table:table>{odf_row('Town', 'Votes')}{odf_row('Leeds', '12')}"
        f"{odf_row('York', '9')}</table:table></office:text>"
    )
    article = only(tmp_path, "a.odt", odf(body, styles))
    assert article.title == "Bridge closes"
    assert article.text.split("\n") == [
        "Bridge closes", STORY, "It cost 5.", "Town | Votes", "Leeds | 12 (Votes)", "York | 9 (Votes)",
    ]  # fmt: skip


def test_a_sheet_of_articles_is_a_dump_and_any_other_is_rows(tmp_path):
    rows = odf_row("Titre", "Texte") + odf_row("Bridge closes", STORY) + odf_row("Strike ends", OTHER)
    sheet = f"<office:spreadsheet><table:table table:name='S'>{rows}</table:table></office:spreadsheet>"
    assert [a.title for a in read(tmp_path, "a.ods", odf(sheet)).articles] == ["Bridge closes", "Strike ends"]
    rows = odf_row("Town", "Votes") + odf_row("Leeds", "12") + odf_row("York", "9")
    sheet = f"<office:spreadsheet><table:table table:name='S'>{rows}</table:table></office:spreadsheet>"
    assert only(tmp_path, "a.ods", odf(sheet)).text == "Town | Votes\nLeeds | 12 (Votes)\nYork | 9 (Votes)"


R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def test_an_excel_workbook_of_articles(tmp_path):
    rels = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
    strings = f"<sst><si><t>title</t></si><si><t>text</t></si><si><t>date</t></si><si><t>Bridge closes</t></si><si><r><t>{STORY}</t></r></si></sst>"
    sheet = (
        '<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'
        '<row><c r="A2" t="s"><v>3</v></c><c r="B2" t="s"><v>4</v></c><c r="C2" s="1"><v>45568</v></c></row></sheetData></worksheet>'
    )
    data = zipped(
        {
            "xl/workbook.xml": f'<workbook {R}><sheets><sheet name="S" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": rels,
            "xl/sharedStrings.xml": strings,
            "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
            "xl/worksheets/sheet1.xml": sheet,
        }
    )
    article = only(tmp_path, "a.xlsx", data)
    assert (article.title, article.text, article.published) == ("Bridge closes", STORY, "2024-10-03")


def test_a_presentation_is_read_slide_by_slide(tmp_path):
    def slide(*words):
        return f"<sld>{''.join(f'<sp><txBody><p><r><t>{w}</t></r></p></txBody></sp>' for w in words)}<sp><ph type='sldNum'/><p><r><t>7</t></r></p></sp></sld>"

    data = zipped(
        {
            "ppt/presentation.xml": f'<presentation {R}><sldIdLst><sldId id="256" r:id="b"/><sldId id="257" r:id="a"/></sldIdLst></presentation>',
            "ppt/_rels/presentation.xml.rels": '<Relationships><Relationship Id="a" Target="slides/slide2.xml"/>'
            '<Relationship Id="b" Target="slides/slide1.xml"/></Relationships>',
            "ppt/slides/slide1.xml": slide("Bridge closes", STORY),
            "ppt/slides/slide2.xml": slide(OTHER),
        }
    )
    article = only(tmp_path, "a.pptx", data)
    assert article.text.split("\n") == ["Bridge closes", STORY, OTHER]


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path):
    package = (
        '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The Bridge</dc:title><dc:language>en</dc:language>'
        '</metadata><manifest><item id="a" href="a.xhtml"/><item id="b" href="b%201.xhtml"/></manifest>'
        '<spine><itemref idref="b"/><itemref idref="a"/></spine></package>'
    )
    data = zipped(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/p.opf"/></rootfiles></container>',
            "OPS/p.opf": package,
            "OPS/a.xhtml": f"<html><body><p>{OTHER}</p></body></html>",
            "OPS/b 1.xhtml": f"<html><body><p>{STORY}</p></body></html>",
        }
    )
    article = only(tmp_path, "a.epub", data)
    assert (article.title, article.text) == ("The Bridge", f"{STORY}\n{OTHER}")


@pytest.mark.parametrize("name", ["a.odt", "a.xlsx", "a.pptx", "a.epub"])
def test_entities_that_multiply_are_refused(tmp_path, name):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    parts = ("content.xml", "xl/workbook.xml", "ppt/presentation.xml", "META-INF/container.xml")
    with pytest.raises(ArticleError, match="entities"):
        read(
            tmp_path, name, zipped({dict(zip((".odt", ".xlsx", ".pptx", ".epub"), parts, strict=True))[name[1:]]: bomb})
        )


def test_rich_text_without_hidden_words(tmp_path):
    source = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\info{\title Bridge closes}}\f0 The caf\'e9 closes.\par {\v Unseen.}Nobody was hurt.\par}"
    article = only(tmp_path, "a.rtf", source)
    assert (article.title, article.text) == ("Bridge closes", "The café closes.\nNobody was hurt.")


def test_links_in_rich_text_keep_nobody_waiting(tmp_path):
    link = r'{\field{\*\fldinst{HYPERLINK "https://b.example"}}{\fldrslt bridge}}'
    assert only(tmp_path, "a.rtf", r"{\rtf1 The " + link + " closes.}").text == "The bridge closes."
    assert "x" in only(tmp_path, "b.rtf", r"{\rtf1 " + r'{\field{\*\fldinst{HYPERLINK "x"}}{x ' * 20_000).text


def mail(subject, body, kind="plain"):
    return (
        f"From: The Daily Bridge <news@bridge.example>\nSubject: {subject}\nDate: Thu, 03 Oct 2024 10:15:00 +0000\n"
        f"MIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n{body}\n"
    )


@pytest.mark.parametrize(("kind", "body"), [("plain", STORY), ("html", f"<html><body><p>{STORY}</p></body></html>")])
def test_a_mail_is_an_article_by_its_sender(tmp_path, kind, body):
    article = only(tmp_path, "a.eml", mail("Fwd: Bridge closes", body, kind))
    assert (article.title, article.publisher, article.text) == ("Bridge closes", "The Daily Bridge", STORY)
    assert article.published.startswith("2024-10-03")


def test_a_mailbox_holds_an_article_for_each_mail(tmp_path):
    box = "".join(f"From x@y Thu Oct  3 10:15:00 2024\n{mail(s, b)}\n" for s, b in (("One", STORY), ("Two", OTHER)))
    assert [(a.file, a.title) for a in read(tmp_path, "a.mbox", box).articles] == [
        ("a.mbox#1", "One"),
        ("a.mbox#2", "Two"),
    ]


def test_what_is_attached_to_a_mail_is_read(tmp_path):
    data = (
        "From: A <a@b.example>\nSubject: Clipping\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=XX\n\n"
        f"--XX\nContent-Type: text/plain\n\n{OTHER}\n--XX\nContent-Type: text/plain; name=c.txt\n"
        f"Content-Disposition: attachment; filename=c.txt\n\n{STORY}\n--XX--\n"
    )
    assert [a.file for a in read(tmp_path, "a.eml", data).articles] == ["a.eml", "a.eml#c.txt"]


def test_a_page_saved_as_mail(tmp_path):
    data = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://bridge.example/1\nSubject: Bridge "
        "closes\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/related; boundary="XX"\n\n--XX\nContent-Type: text/html\n\n<html><head><title>Bridge closes</title></head><body><p>{STORY}</p></body></html>\n--XX--\n'
    )
    article = only(tmp_path, "a.mhtml", data)
    assert (article.title, article.text, article.publisher) == ("Bridge closes", STORY, "")
    assert article.address == "https://bridge.example/1"


@pytest.mark.parametrize("name", ["a.srt", "a.vtt", "captions"])
def test_subtitles_become_sentences(tmp_path, name):
    head = "WEBVTT\n\n" if name == "a.vtt" else ""
    cues = "1\n00:00:01,000 --> 00:00:02,000\nThe <i>council</i> closed\n\n2\n00:00:02,000 --> 00:00:04,000\nthe bridge. \n\n3\n00:00:05,000 --> 00:00:06,000\nNobody was hurt.\n"
    assert only(tmp_path, name, head + cues).text == "The council closed the bridge.\nNobody was hurt."


def test_feeds(tmp_path):
    rss = (
        "<rss><channel><title>The Daily Bridge</title><description>All the news of the bridge and of all towns "
        "around it, every day of the year</description>"
        f"<item><title>Bridge closes</title><link>https://b.example/1</link><pubDate>Thu, 03 Oct 2024 10:15:00 "
        f"GMT</pubDate><description>&lt;p&gt;{STORY}&lt;/p&gt;</description></item>"
        f"<item><title>Strike ends</title><description>{OTHER}</description></item></channel></rss>"
    )
    first, second = read(tmp_path, "a.xml", rss).articles
    assert (first.title, first.text, first.publisher) == ("Bridge closes", STORY, "The Daily Bridge")
    assert (first.published, first.address) == ("2024-10-03T10:15:00Z", "https://b.example/1")
    assert (second.title, second.text) == ("Strike ends", OTHER)
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily Bridge</title><entry><title>Bridge closes</title>'
        f'<link href="https://b.example/1"/><published>2024-10-03T10:15:00Z</published><updated>2024-11-01T00:00:00Z</updated><content type="html">{STORY}</content></entry></feed>'
    )
    article = read(tmp_path, "feed", atom).articles[0]
    assert (article.title, article.published, article.address) == (
        "Bridge closes",
        "2024-10-03T10:15:00Z",
        "https://b.example/1",
    )


def test_other_xml_by_its_shape(tmp_path):
    nitf = (
        "<?xml version='1.0'?><nitf><head><title>Bridge closes</title></head><body><body.content>"
        f"<p>{STORY}</p><p>{OTHER}</p></body.content></body></nitf>"
    )
    assert only(tmp_path, "a.xml", nitf).text == f"{STORY}\n{OTHER}"
    with pytest.raises(ArticleError):
        read(tmp_path, "b.xml", "<urlset><url><loc>https://b.example/1</loc></url></urlset>")


def test_a_mail_with_an_impossible_date_has_none(tmp_path):
    mail = (
        f"From: Leeds Post <a@example.org>\nSubject: Bridge\nDate: Tue, 5 Mar {'9' * 25} 10:15:00\nTo: b\n\n{STORY}\n"
    )
    (article,) = read(tmp_path, "a.eml", mail).articles
    assert (article.title, article.published) == ("Bridge", "")


def test_a_mail_of_too_many_parts_does_not_spoil_its_mailbox(tmp_path):
    bomb = (
        b"From: a\nSubject: b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 20_000
    )
    good = b"From: Leeds Post <a@example.org>\nSubject: Bridge\n\nThe council closed the bridge on Tuesday.\n"
    begin = b"From a@example.org Tue Mar  5 10:15:00 2024\n"
    (tmp_path / "a.mbox").write_bytes(begin + bomb + b"\n" + begin + good)
    read = read_file(tmp_path / "a.mbox", "a.mbox", max_bytes=1_000_000)
    assert [a.title for a in read.articles] == ["Bridge"]
    assert "too many parts" in read.skipped[0].reason

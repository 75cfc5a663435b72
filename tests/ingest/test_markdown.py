"""Markdown is read as its reader sees it."""

from rag.ingest.files import read_file


def read(tmp_path, source):
    path = tmp_path / "a.md"
    path.write_text(source, "utf-8")
    (article,) = read_file(path, "a.md", max_bytes=1_000_000).articles
    return article


def test_marks_go_and_words_stay(tmp_path):
    source = (
        "# Bridge *closes*\n\nThe [council](http://bridge.example/x) voted\non **Tuesday**. ![a photo](x.png)\n\n"
        "- The bridge closes.\n- The road `opens`.\n\n> Nobody wants it.\n\n1. First\n2. Second\n\n<b>Bold</b> end.\n"
    )
    assert read(tmp_path, source).text.split("\n") == [
        "Bridge closes",
        "The council voted on Tuesday. ",
        "- The bridge closes.",
        "- The road opens.",
        "Nobody wants it.",
        "1. First",
        "2. Second",
        "Bold end.",
    ]


def test_the_first_heading_is_the_title(tmp_path):
    assert read(tmp_path, "Words first.\n\n## Bridge closes\n\nMore words.").title == "Bridge closes"


def test_front_matter_gives_facts_and_is_no_text(tmp_path):
    source = (
        "---\ntitle: 'Bridge: it closes'\ndate: 2024-10-03\nsource: The Daily Bridge\nurl: https://bridge.example/1\n"
        "tags:\n  - town\n---\n# Another heading\n\nThe bridge closes.\n"
    )
    article = read(tmp_path, source)
    assert (article.title, article.published) == ("Bridge: it closes", "2024-10-03")
    assert (article.publisher, article.address) == ("The Daily Bridge", "https://bridge.example/1")
    assert article.text == "Another heading\nThe bridge closes."


def test_a_table_becomes_rows(tmp_path):
    assert read(tmp_path, "| Town | Votes |\n|---|---|\n| Leeds | 12 |\n").text == "Town | Votes\nLeeds | 12"


def test_html_blocks_are_read_as_html(tmp_path):
    assert read(tmp_path, "<div><p>One.</p><script>x()</script></div>\n\nTwo.").text == "One.\nTwo."


def test_what_tags_hide_or_strike_out_is_not_read(tmp_path):
    source = (
        "One <span style='display:none'>not</span> day ~~not~~ <del>not</del> later.\n\n"
        "<div hidden>\n\n- Not *this*.\n\n</div>\n\n- Two & three."
    )
    assert read(tmp_path, source).text == "One day later.\n- Two & three."


def test_deep_nesting_does_no_harm(tmp_path):
    assert "end" in read(tmp_path, "> " * 5000 + "end\n\n" + "[" * 5000 + "\n\nend").text


def test_a_digest_is_parted_at_its_rules(tmp_path):
    words = "The council voted on Tuesday to close the old bridge for a month. Nobody was hurt, the mayor said."
    one = f"# Bridge closes\n\nLeeds Post, 5 March 2024\n\n{words}\n"
    path = tmp_path / "a.md"
    path.write_text(f"{one}\n---\n\n{one.replace('Bridge', 'Tunnel')}", "utf-8")
    found = read_file(path, "a.md", max_bytes=10_000).articles
    assert [(a.file, a.title, a.publisher, a.published) for a in found] == [
        ("a.md#1", "Bridge closes", "Leeds Post", "2024-03-05"),
        ("a.md#2", "Tunnel closes", "Leeds Post", "2024-03-05"),
    ]
    path.write_text(f"# Bridge closes\n\n{words}\n\n---\n\n{words}", "utf-8")
    assert len(read_file(path, "a.md", max_bytes=10_000).articles) == 1
    path.write_text(f"# Bridge closes\n\n{words}\n\n---\n\n## Traffic\n\n{words}", "utf-8")
    assert len(read_file(path, "a.md", max_bytes=10_000).articles) == 1

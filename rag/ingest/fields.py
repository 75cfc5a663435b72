"""Records of news dumps and front matter: which field holds what, by its name or else by its content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from rag.errors import ArticleError
from rag.ingest.dates import iso_date
from rag.ingest.html_text import visible_text
from rag.ingest.raw_article import Draft
from rag.text.language import language_code

TEXT = (
    "text", "body", "content", "maintext", "main_text", "full_text", "fulltext", "article_text", "article_body",
    "articlebody", "body_text", "bodytext", "plain_text", "raw_text", "article", "story", "cleaned_text", "document",
    "html", "body_html", "content_html", "content_text", "paragraphs", "sentences", "lead_paragraph", "selftext",
    "encoded", "texte", "texto", "testo", "inhalt", "contenu", "contenido", "conteudo", "conteúdo", "cuerpo", "corps",
    "corpo", "tekst", "artikel", "artikeltext", "текст", "содержание", "вміст", "metin", "icerik", "içerik", "正文",
    "内容",
    "本文", "본문", "내용", "نص", "النص", "المحتوى", "treść", "szöveg", "innehåll", "obsah", "sadržaj", "κείμενο",
)  # fmt: skip
"""Names of the field with the text, the fittest first. Names are compared in lower case, with "_" for blanks."""
TEASER = (
    "description", "summary", "abstract", "lead", "snippet", "excerpt", "teaser", "standfirst", "trail_text",
    "extract",
    "chapo", "chapeau", "resumen", "résumé", "resume", "zusammenfassung", "摘要", "анонс",
)  # fmt: skip
"""Names of the field with the beginning of the text, or what it says in short."""
TITLE = (
    "title", "headline", "head_line", "heading", "article_title", "name", "subject", "hl", "headline_main",
    "title_rendered",
    "titre", "titel", "título", "titulo", "titolo", "naslov", "заголовок", "название", "başlık", "baslik", "标题",
    "標題",
    "题目", "タイトル", "見出し", "제목", "عنوان", "العنوان", "otsikko", "rubrik", "tytuł", "cím", "nadpis",
    "überschrift",
    "schlagzeile", "titular", "manchete", "τίτλος",
)  # fmt: skip
PUBLISHER = (
    "publisher", "source", "outlet", "site", "site_name", "sitename", "source_name", "publication", "newspaper",
    "media", "paper", "provider", "news_source", "source_domain", "domain", "medium", "website", "publication_title",
    "journal",
    "quelle", "zeitung", "fuente", "periódico", "periodico", "diario", "fonte", "giornale", "jornal", "izvor",
    "источник",
    "издание", "джерело", "kaynak", "gazete", "来源", "來源", "媒体", "出典", "新聞", "언론사", "출처", "المصدر",
    "źródło", "krant",
    "bron", "källa", "editeur", "éditeur", "verlag",
)  # fmt: skip
PUBLISHED = (
    "published", "date", "published_at", "publishedat", "date_publish", "date_published", "datepublished", "pub_date",
    "pubdate", "publish_date", "publishdate", "publication_date", "published_date", "publisheddate", "published_time",
    "published_on", "publishedon", "issued", "datetime", "timestamp", "time", "seendate", "created_at", "created",
    "created_utc", "datum", "fecha", "data", "дата", "tarih", "日期", "发布时间", "發布時間", "时间", "日付",
    "公開日", "날짜",
    "작성일", "التاريخ", "تاريخ", "dato", "dátum", "ημερομηνία",
)  # fmt: skip
AUTHOR = (
    "author", "authors", "byline", "by_line", "creator", "writer", "journalist", "reporter", "author_name", "by",
    "contributor", "autor", "autoren", "auteur", "auteurs", "autore", "autora", "verfasser", "auteur_s", "yazar",
    "автор", "作者", "記者", "기자", "الكاتب", "szerző", "συγγραφέας", "författare", "forfatter", "kirjoittaja",
)  # fmt: skip
LANGUAGE = (
    "language",
    "lang",
    "language_code",
    "locale",
    "sprache",
    "langue",
    "idioma",
    "lingua",
    "язык",
    "dil",
    "语言",
)
ADDRESS = (
    "url",
    "link",
    "address",
    "uri",
    "web_url",
    "weburl",
    "article_url",
    "source_url",
    "permalink",
    "canonical_url",
)
RECORD = ("id", "doc_id", "docid", "document_id", "article_id", "articleid", "guid", "uuid", "_id", "uid", "key")

LONG_TEXT = 80
"""Characters from which words under any name may be an article's text."""
_LATER = re.compile(r"(?:^|_)(?:updat|modif|chang|edit|crawl|scrap|fetch|access|retriev|expir|download|index|added)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[\s\-.:/]+")
_TAGS = re.compile(
    r"</(?:p|div|span|a|b|i|strong|em|ul|li|h\d|del|s|strike|font|style|template|noscript|section|article|td)>|"
    r"<br\s*/?>",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s*(?:…|\.\.\.)?\s*\[\s*\+\s*\d+\s*chars?\s*\]\s*\Z|\s*(?:\[(?:…|\.\.\.)\]|\[&#8230;\]|&hellip;)\s*\Z"
)
"""What a service puts at the end of a text of which it gives the beginning alone."""
_LONGEST_CUT = 100
"""Characters from the mark of a cut to the end."""


def field_name(name: str) -> str:
    """Give a field's name as it is compared: "Article Text", "article-text" and "articleText" are one."""
    return _SEPARATORS.sub("_", _CAMEL.sub("_", str(name).strip())).lower()


def flattened(record: Mapping[str, Any], depth: int = 4) -> dict[str, Any]:
    """The fields of a record and of the objects within it, each by its own name and by that of all objects above it.

    Lists of objects are other records, and left out; an outer field goes before an inner one of the same name.
    """
    found: dict[str, Any] = {}
    inner: list[tuple[str, Mapping[str, Any]]] = []
    for key, value in record.items():
        name = field_name(key)
        if isinstance(value, Mapping) and depth:
            inner.append((name, value))
            value = _plain(value)
        found.setdefault(name, value)
    for outer, part in inner:
        for name, value in flattened(part, depth - 1).items():
            found.setdefault(f"{outer}_{name}", value)
            if name not in _NOT_OF_PARTS:
                found[name] = found.get(name) or value
    return found


_NOT_OF_PARTS = frozenset(("name", "title", "id", "url", "link", "description", "key", "type", "time", "media"))
"""Names that say another thing of a part of a record than of the record."""


def draft_of_fields(record: Mapping[str, Any], number: int = 0) -> Draft:
    """Turn one record into a draft. Raises ArticleError if it has no text, under a usual name or of some length."""
    fields = flattened(record)
    text, cut = _text_of(fields)
    if not text:
        raise ArticleError("no text: expected it in a field named {names} or the like", names=", ".join(TEXT[:4]))
    return Draft(
        text=text,
        title=_untagged(_named(fields, TITLE)),
        publisher=_named(fields, PUBLISHER),
        author=_untagged(_first(fields, AUTHOR)),
        published=_date(fields),
        language=language_code(_named(fields, LANGUAGE)),
        address=_address(fields),
        record=_first(fields, RECORD),
        number=number,
        cut=cut,
    )


def facts_of_pairs(pairs: Mapping[str, str]) -> Draft:
    """The facts that "key: value" lines state, as a draft without a text."""
    return replace(draft_of_fields({**pairs, "text": "-"}), text="", record="", cut=False)


def has_text(record: Any, *, teasers: bool) -> bool:
    """Whether a record has a field of text, be it a teaser."""
    return isinstance(record, Mapping) and bool(_body(flattened(record)) or (teasers and _teaser(flattened(record))))


def _text_of(fields: Mapping[str, Any]) -> tuple[str, bool]:
    """The text of a record without the mark of a cut, and whether it was cut."""
    body, teaser = _body(fields), _teaser(fields)
    if _TAGS.search(body):
        body = visible_text(body)
    text = body if body and not (_without_cut(body) != body and len(teaser) > len(body)) else _untagged(teaser)
    whole = _without_cut(text)
    return whole, len(whole) < len(text)


def _without_cut(text: str) -> str:
    """The text without the mark of a cut, which is looked for at its end alone: blanks make the search slow."""
    return text[:-_LONGEST_CUT] + _CUT.sub("", text[-_LONGEST_CUT:])


def _body(fields: Mapping[str, Any]) -> str:
    """The fittest text under a usual name that is not much shorter than another, or else the longest of some length."""
    named = [v for n in TEXT if n in fields and (v := _plain(fields[n], "\n")).strip()]
    named += [v for n in _like(fields, TEXT) if (v := _plain(fields[n], "\n")).strip()]
    if named:
        longest = max(map(len, named))
        return next(v for v in named if 3 * len(v) >= longest)
    known = {*TEASER, *TITLE, *ADDRESS, *RECORD}
    others = [
        v
        for n, v in fields.items()
        if isinstance(v, str) and n not in known and len(v) >= LONG_TEXT and " " in v.strip()
    ]
    wide = [v for v in fields.values() if isinstance(v, str) and len(v) >= LONG_TEXT // 2 and not v.isascii()]
    return max(others or wide, key=len, default="")


def _teaser(fields: Mapping[str, Any]) -> str:
    return _first(fields, TEASER, "\n") or next(
        (v for n in _like(fields, TEASER) if (v := _plain(fields[n], "\n")).strip()), ""
    )


def _untagged(text: str) -> str:
    return visible_text(text) if _TAGS.search(text) else text


def _like(fields: Iterable[str], names: tuple[str, ...]) -> Iterator[str]:
    """The fields whose name ends with a usual one: "web_publication_date"."""
    ends = _ends(names)
    return (name for name in fields if name.endswith(ends) and name not in names)


@cache
def _ends(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"_{name}" for name in names if len(name) > 2 and name not in _NOT_OF_PARTS - {"title"})


def _named(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    found = _first(fields, names)
    return found or next((v for n in _like(fields, names) if (v := _plain(fields[n])).strip() and len(v) <= 300), "")


def _date(fields: Mapping[str, Any]) -> str:
    names = (*(n for n in PUBLISHED if n in fields), *(n for n in _like(fields, PUBLISHED) if not _LATER.search(n)))
    return next(filter(None, (iso_date(_plain(fields[name])) for name in names)), "")


def _address(fields: Mapping[str, Any]) -> str:
    """A web address under a usual name; "url" and the like may hold other things."""
    stated = _first(fields, ADDRESS)
    found = (v for n in _like(fields, ADDRESS) if (v := _plain(fields[n])).startswith("http"))
    return stated or next(found, "")


def _first(fields: Mapping[str, Any], names: Iterable[str], joiner: str = ", ") -> str:
    return next((v for n in names if n in fields and (v := _plain(fields[n], joiner)).strip()), "")


def _plain(value: Any, joiner: str = ", ") -> str:
    """A field as text: a number as it is written, the name of an object, the parts of a list joined."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return next((_plain(value[k]) for k in _VALUES if k in value), "")
    if isinstance(value, list):
        return joiner.join(filter(None, (_plain(part, joiner) for part in value)))
    return ""


_VALUES = ("name", "title", "text", "rendered", "main", "value", "content", "$oid", "$date", "#text")
"""The fields of an object that stand for it as a whole."""

"""What a sentence of a model may begin with before it says anything: a label, or that the articles say it.

Both speak of the answer and of its evidence, which the page shows anyway, and no article says them. A lead that names
someone ("According to Reuters,", "The minister says that") is part of what is said, and so is one that denies
("The articles do not say that").
"""

from __future__ import annotations

import re

LABEL = re.compile(
    r"""(?:(?:the|my|a)\s+)?(?:(?:final|short|direct|brief|full|kurze|endgültige)\s+)?(?:
      answer|response|reply|explanation|summary|conclusion|reasoning|notes?|sources?|references?|citations?|evidence|output
    | antwort|erklärung|erläuterung|zusammenfassung|begründung|hinweis|quellen?
    | réponse|explication|résumé|remarque|sources?
    | respuesta|explicación|resumen|nota|fuentes?
    | risposta|spiegazione|riassunto|fonti?|fonte
    | resposta|explicação|resumo|fontes?
    | antwoord|uitleg|toelichting|samenvatting|bron(?:nen)?
    | 答案|回答|答|解释|解釋|总结|摘要|来源|來源|ответ|відповідь|odgovor
    )\s*[:：]\s*""",
    re.IGNORECASE | re.VERBOSE,
)

_EN_THE = r"""(?:(?:the|these|this|those|your|all|both|provided|given|supplied|available|above|following|cited|seed|news
    |retrieved|first|second|third|two|three)\s+)+"""
_EN_LENT = r"(?:provided|given|supplied|above|available|retrieved)\s+"
_EN_AFTER = r"(?:\s+\d{1,2})?(?:\s+(?:(?:that\s+)?(?:was|were|is|are)\s+)?(?:provided|given|supplied|available|above))?"
_EN = rf"""(?:(?:{_EN_THE})
    (?:articles?|evidence|sources?|passages?|excerpts?|texts?|documents?|information|context|snippets?|files?)
  | articles|articles?\s+\d{{1,2}}){_EN_AFTER}"""
_EN_OWN = rf"""(?:(?:{_EN_THE})(?:articles?|evidence|sources?|passages?|excerpts?|texts?|snippets?)
  | (?:{_EN_THE})?{_EN_LENT}(?:documents?|information|context)|articles?\s+\d{{1,2}}){_EN_AFTER}"""
_DE = r"""(?:(?:die|der|den|dem|des|das|diese[nrms]?|laut|bereitgestellte[nrms]?|vorliegende[nrms]?|gegebene[nrms]?
      |genannte[nrms]?|zur\s+Verfügung\s+gestellten)\s+)*
    (?:Artikeln?|Artikels|Quellen?|Texten?|Textes|Text|Dokumenten?|Passagen?|Belegen?|Auszügen?|Auszüge|Informationen)"""
_FR = r"""(?:l['’]|les?\s+|la\s+|ces\s+|cet\s+|cette\s+|des\s+|aux\s+|vos\s+)?
    (?:articles?|sources?|textes?|documents?|passages?|extraits?|preuves|informations)
    (?:\s+(?:fourni|donné|cité|disponible)e?s?)?"""
_ES = r"""(?:(?:los|las|el|la|estos|estas|este|esta)\s+)?
    (?:art[íi]culos?|fuentes?|textos?|documentos?|pasajes?|fragmentos?|evidencias?|pruebas|informaci[óo]n)
    (?:\s+(?:proporcionad|facilitad|dad|citad|suministrad)[oa]s?|\s+disponibles?)?"""
_IT = r"""(?:(?:gli|i|le|il|la|questi|queste|questo|questa)\s+|l['’]\s*)?
    (?:articol[oi]|font[ie]|test[oi]|document[oi]|passagg[io]+|bran[oi]|estratt[oi]|prove|informazioni)
    (?:\s+(?:fornit|dat|citat)[oiae]|\s+disponibili)?"""
_PT = r"""(?:(?:os|as|o|a|nos|nas|no|na|estes|estas)\s+)?
    (?:artigos?|fontes?|textos?|documentos?|trechos?|passagens|passagem|evidências?|informações)
    (?:\s+(?:fornecid|dad|citad)[oa]s?|\s+disponíveis)?"""
_NL = r"""(?:(?:de|het|deze|dit|verstrekte|gegeven|bovenstaande|beschikbare)\s+)*
    (?:artikelen|artikel|bronnen|bron|teksten|tekst|documenten|document|passages?|fragmenten|informatie)"""

FRAMES = tuple(
    re.compile(frame, re.IGNORECASE | re.VERBOSE)
    for frame in (
        rf"(?:according\s+to|(?:only\s+|solely\s+)?based\s+(?:only\s+|solely\s+)?(?:up)?on|as\s+per|per|going\s+by"
        rf"|as\s+(?:stated|mentioned|reported|described|noted|indicated)\s+in)\s+{_EN}\s*[,:]\s*",
        rf"(?:in|from)\s+{_EN_OWN}\s*[,:]\s*",
        r"(?:according\s+to|as\s+(?:stated|mentioned|reported)\s+in|based\s+on)\s*,\s*",
        rf"it\s+is\s+(?:stated|reported|said|mentioned)\s+in\s+{_EN}\s+that\s+",
        rf"{_EN_OWN}\s+(?:also\s+|clearly\s+|explicitly\s+)?(?:(?:say|state|report|mention|note|indicate|show|explain"
        r"|confirm|write)s?|tells?\s+us)\s*(?:that\s+|:\s*)",
        rf"(?:laut|gemäß|nach|basierend\s+auf|auf\s+(?:der\s+)?(?:basis|grundlage)(?:\s+von)?)\s+(?:{_DE})\s*(?:,\s*|\s)",
        rf"(?:{_DE})\s+zufolge\s*,?\s+",
        rf"(?:{_DE})\s+(?:sag(?:t|en)|besag(?:t|en)|bericht(?:et|en)|erwähn(?:t|en)|schreib(?:t|en)|geben\s+an|gibt\s+an)"
        r"\s*(?:,\s*dass\s+|:\s*)",
        rf"in\s+(?:{_DE})\s+(?:heißt|steht)(?:\s+es)?\s*(?:,\s*dass\s+|:\s*)",
        rf"(?:selon|d['’]après|conformément\s+à|sur\s+la\s+base\s+d(?:e\s+|['’])|en\s+se\s+basant\s+sur\s+"
        rf"|sur\s+la\s+base\s+)\s*(?:{_FR})\s*,\s*",
        rf"(?:{_FR})\s+(?:di(?:t|sent)|indique(?:nt)?|affirme(?:nt)?|rapporte(?:nt)?|mentionne(?:nt)?|précise(?:nt)?"
        r"|déclare(?:nt)?|montre(?:nt)?)\s+qu(?:e\s+|['’])",
        rf"(?:según|de\s+acuerdo\s+(?:con|a)|con\s+base\s+en|en\s+base\s+a|basándo(?:se|me|nos)\s+en|conforme\s+a)\s+"
        rf"(?:{_ES})\s*,\s*",
        rf"(?:{_ES})\s+(?:dicen?|afirman?|señalan?|indican?|mencionan?|informan?(?:\s+de)?|reportan?|muestran?)\s+que\s+",
        rf"(?:secondo|stando\s+a(?:gli|i|lle|l)?|in\s+base\s+a(?:gli|i|lle|l)?|sulla\s+base\s+de(?:gli|i|lle|l)?)\s*"
        rf"(?:{_IT})\s*,\s*",
        rf"(?:{_IT})\s+(?:dic(?:e|ono)|afferma(?:no)?|riporta(?:no)?|indica(?:no)?|menziona(?:no)?|mostra(?:no)?)\s+che\s+",
        rf"(?:segundo|de\s+acordo\s+com|conforme|com\s+base\s+em)\s+(?:{_PT})\s*,\s*|com\s+base\s+n[oa]s?\s+(?:{_PT})\s*,\s*",
        rf"(?:{_PT})\s+(?:diz(?:em)?|afirmam?|relatam?|indicam?|mencionam?|informam?|mostram?)\s+que\s+",
        rf"(?:volgens|op\s+basis\s+van|gebaseerd\s+op|uitgaand\s+van)\s+(?:{_NL})\s*(?:,\s*|\s)",
        rf"(?:{_NL})\s+(?:zegt|zeggen|meldt|melden|vermeldt|vermelden|stelt|stellen|schrijft|schrijven)\s+dat\s+",
    )
)
"""English, German, French, Spanish, Italian, Portuguese and Dutch frames, which say that the evidence says it."""
AFTER = re.compile(
    rf",?\s+(?:according\s+to|as\s+(?:stated|mentioned|reported|described|noted|indicated)\s+in)\s+(?:{_EN_OWN})"
    r"(?=[.!]?\Z)",
    re.IGNORECASE | re.VERBOSE,
)
"""The same at the end of an English sentence."""


def without_leads(sentence: str) -> str:
    """The sentence without the labels and frames around it, with a capital; it is "" if nothing else was said."""
    rest, cut = AFTER.sub("", sentence), True
    while cut:
        end = max((m.end() for p in (LABEL, *FRAMES) if (m := p.match(rest))), default=0)
        rest, cut = rest[end:], bool(end)
    return rest if rest == sentence else rest[:1].upper() + rest[1:]

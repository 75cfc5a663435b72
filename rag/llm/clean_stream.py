"""What a model streams, as sentences of plain prose: without its thoughts, its marks and its Markdown.

What a sentence of a model may begin with before it says anything: a label, or that the articles say it.

Both speak of the answer and of its evidence, which the page shows anyway, and no article says them. A lead that names
someone ("According to Reuters,", "The minister says that") is part of what is said, and so is one that denies
("The articles do not say that").

Where marks stood in a text, the prose is closed again: no blank before a full stop, no comma between marks.

The signs of Markdown in a model's text, and the lines that only head or frame others: left out as it streams in.

What a model says around its answer and not of the world: headings, announcements, courtesies, offers, labels.

It is neither checked nor counted nor shown: no article could hold it. A sentence is known for it by what it speaks of:
it ends with a colon; or it is no whole sentence; or all its words are of the answer itself, its evidence, or help; or
it addresses the reader, and half of its words are. One that names anybody or anything, counts, or denies is judged.

Lists of sources in a model's text, and the titles in them: taken out line by line, as the text streams in.

It reads what `MarkParser` gives, with a sign for each mark. A head such as "Sources:" opens a list only if lines that
begin with a mark, a bullet or a number follow it, or a mark on the same line; the first other line ends the list.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.llm.citation_marks import MARK, MarkParser
from rag.llm.thoughts import Thoughts
from rag.text.fragments import is_fragment
from rag.text.sentences import LONGEST, split_sentences
from rag.text.terms import fold
from rag.text.tokens import FUNCTION_WORDS

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


STICKING = frozenset(".,;:!?)]}”…%、，。；：！？）】」』》؟،؛।॥۔")
"""What follows a word without a blank."""
TOUCHING = frozenset("\"'“«»’")
"""What does so only where it touched the mark: after a blank it opens a quotation."""
OPENING = frozenset("([{“„«「『（《¿¡")
STOPS = frozenset(".!?…。！？।؟۔")
CLOSING = "\"'”’»)]」』）"
SEPARATORS = frozenset(",;:|/&·+–-，、；：")
JOINING = ("and", "und", "et", "y", "e", "en", "i", "和", "及")
"""Words between marks."""
PARTING = "".join(sorted(SEPARATORS)) + " \t\u00a0"
LONGEST_GAP = 24


class Seams:
    """Takes the signs of marks out of a text that comes in pieces, and what belonged to them alone."""

    def __init__(self) -> None:
        self._blank = ""  # before a mark, or before the next word
        self._gap: str | None = None  # what came since the last mark
        self._before = "\n"
        self._stopped = True  # whether what stands before is the end of a sentence
        self._low_quote = False  # whether the last quotation mark was „, which “ closes
        self._out: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece; returns it without signs."""
        for character in piece:
            self._take(character)
        return self._given()

    def close(self) -> str:
        """End the text; returns the rest."""
        if self._gap is not None:
            self._close_gap("")
        self._emit(self._blank)
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _take(self, character: str) -> None:
        if character == MARK:
            if self._gap and not self._parts_marks(self._gap):
                self._close_gap("")
            self._gap = ""
        elif self._gap is None:
            self._take_prose(character)
        elif character != "\n" and self._may_go_on(self._gap + character):
            self._gap += character
        else:
            self._close_gap(character)

    def _take_prose(self, character: str) -> None:
        if character.isspace() and character != "\n":
            self._blank += character
        else:
            self._emit(self._blank + character)
            self._blank = ""

    def _may_go_on(self, gap: str) -> bool:
        """Whether what comes after a mark may all stand between it and another mark."""
        word = gap.strip(PARTING)
        return len(gap) <= LONGEST_GAP and (not word or any(joiner.startswith(word) for joiner in JOINING))

    def _parts_marks(self, gap: str) -> bool:
        """Whether what stands between two marks is nothing else: signs, or a whole word such as "and"."""
        word = gap.strip(PARTING)
        return not word or (word in JOINING and gap[0] in PARTING and gap[-1] in PARTING)

    def _close_gap(self, following: str) -> None:
        """Join what stands before the marks to what comes after them."""
        gap, self._gap = self._gap or "", None
        letters = next((i for i, c in enumerate(gap) if not (c.isspace() or c in SEPARATORS)), len(gap))
        between, rest = gap[:letters], gap[letters:] + following
        if self._stopped:
            between = "".join(c for c in between if c.isspace())
        elif rest in ("", "\n"):
            between = between.rstrip()
        joint = self._joint(between, rest[:1] or "\n")
        self._blank = ""
        self._emit(joint)
        for character in rest:
            self._take_prose(character)

    def _joint(self, between: str, following: str) -> str:
        """What is written between the text before the marks and what comes after: `between` with the right blanks."""
        bare = between.lstrip()
        if bare:
            return bare if bare[0] in STICKING else f"{self._blank or between[: len(between) - len(bare)]}{bare}"
        if self._before == "\n" or following == "\n" or self._before in OPENING or following in STICKING:
            return ""
        if following in TOUCHING and not between and (following != "“" or self._low_quote):
            return ""
        return "" if is_wide(self._before) or is_wide(following) else between or self._blank or " "

    def _emit(self, text: str) -> None:
        for character in text:
            if character in "„“”":
                self._low_quote = character == "„"
            if character == "\n" or character in STOPS:
                self._stopped = True
            elif not character.isspace() and character not in CLOSING:
                self._stopped = False
            self._before = character
        if text:
            self._out.append(text)


def is_wide(character: str) -> bool:
    """Whether a character is Chinese or Japanese, or a sign of theirs: no blank stands beside it."""
    return "\u3000" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uff01" <= character <= "\uff60"


EMPHASIS = frozenset("*`")
LONGEST_LINE = 300
"""Characters in which a line shows that it is a heading or a row of a table."""
SIGN = r"(?:#{1,6}|[>\-–+*•])"
SIGNS = re.compile(rf"(?:\s*(?:{SIGN}(?=\s)|•))*\s*")
MAY_BE_SIGNS = re.compile(r"[\s#>\-–+*•=_]*")
FENCE = re.compile(r"\s*(?:```+|~~~+)[\w+-]{0,20}\s*")
MAY_BE_FENCE = re.compile(r"\s*(?:`{1,2}|~{1,2})|\s*(?:```+|~~~+)[\w+-]{0,20}\s*")
HEADING = re.compile(r"\s*#{1,6}\s.*")
BOLD = re.compile(r"\s*\*\*[^*]+(?:\*\*[\s:：]*)?\*?")
WHOLLY_BOLD = re.compile(r"\s*\*\*[^*]+\*\*[\s:：]*")
ROW = re.compile(r"\s*\|.*")
RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*")
STOPPED = re.compile(rf"[.!?…。！？।؟۔][\s*_`\"'”’»)\]」』）{MARK}]*\Z")


class PlainText:
    """Leaves out emphasis and what begins a point or a quotation, and whole the headings, fences and heads of tables.

    A sign is one of Markdown only where Markdown reads it so: "-5", ">3000" and "3*4" stay.
    """

    def __init__(self) -> None:
        self._line: str | None = ""  # the beginning of a line; None after it
        self._row = ""  # a row of a table, which is a head if a rule follows
        self._run = ""  # signs that are emphasis or not, as what follows tells
        self._before = "\n"
        self._out: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece; returns the same without signs."""
        for character in piece:
            self._take(character)
        return self._given()

    def close(self) -> str:
        """End the text; returns the rest. A heading at the end heads nothing, and stays."""
        if self._line is not None:
            line = self._line
            self._line = None
            if not (FENCE.fullmatch(line) or self._is_rule(line)):
                self._put_row()
                self._put_line(line)
        self._put_row()
        self._settle_run("\n")
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _take(self, character: str) -> None:
        if self._line is None:
            self._inline(character)
            if character == "\n":
                self._line = ""
        elif character == "\n":
            self._end_line(self._line)
        else:
            self._line += character
            if len(self._line) > LONGEST_LINE or not _is_open(self._line):
                line, self._line = self._line, None
                self._put_row()
                self._put_line(line)

    def _end_line(self, line: str) -> None:
        """A whole line that shows only now what it is."""
        self._line = ""
        if self._is_rule(line):
            self._row = ""
            return
        self._put_row()
        heads = (HEADING.fullmatch(line) or WHOLLY_BOLD.fullmatch(line)) and not STOPPED.search(line)
        if ROW.fullmatch(line):
            self._row = line
        elif not heads and not FENCE.fullmatch(line):
            self._put_line("" if MAY_BE_SIGNS.fullmatch(line) else line)
            self._inline("\n")

    def _is_rule(self, line: str) -> bool:
        return bool(self._row) and RULE.fullmatch(line) is not None

    def _put_row(self) -> None:
        """The row in hand is no head: its cells side by side."""
        row, self._row = self._row, ""
        if row:
            cells = (cell.strip() for cell in row.strip().strip("|").split("|"))
            self._put_line(" – ".join(cell for cell in cells if cell) + "\n")

    def _put_line(self, line: str) -> None:
        signs = SIGNS.match(line)
        for character in line[signs.end() :] if signs else line:
            self._inline(character)

    def _inline(self, character: str) -> None:
        if character in EMPHASIS:
            self._run += character
            return
        self._settle_run(character)
        self._before = character
        self._out.append(character)

    def _settle_run(self, following: str) -> None:
        """Signs between blanks or inside a word or a number are no emphasis."""
        run, self._run = self._run, ""
        apart = self._before.isspace() and following.isspace()
        if run and (apart or (_is_letter(self._before) and _is_letter(following))):
            self._out.append(run)


def _is_open(line: str) -> bool:
    """Whether more must come before the beginning of a line shows what it is."""
    return any(p.fullmatch(line) for p in (MAY_BE_SIGNS, MAY_BE_FENCE, HEADING, BOLD, ROW))


def _is_letter(character: str) -> bool:
    return character.isalnum() and not is_wide(character)


WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
QUOTED = re.compile(r"[“„\"«»「『][^“”„\"«»」』]*(?:[”“\"«»」』]|\Z)")
ENDED = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]」』）]*\Z")
LEAD = re.compile(r"[^:：]{1,120}[:：]\s+(?=\S)")
PERSON = re.compile(
    r"\b(?:I|I['’](?:m|d|ll|ve)|[Mm]e|[Mm]y|[Yy]ou(?:['’](?:d|re|ll|ve))?|[Yy]our|[Ii]ch|mir|[Ii]hnen|Sie|Ihre|vous|[Vv]os"
    r"|[Vv]otre|usted(?:es)?|[Ee]spero|[Ss]pero|desea|desean|necesitas?|necesita|quieres?|desideri|vuoi|você|vocês|precisar|quiser|ik|jou|jouw|uw)\b"
    r"|您|你|我"
)
"""Who speaks and who is spoken to: English, German, French, Spanish, Italian, Portuguese, Dutch, Chinese."""
ANSWER = frozenset(
    fold(word)
    for word in """
answer answers answered response reply summary overview explanation question questions query article articles source
sources evidence passage passages text texts document documents excerpt excerpts information details context citation
citations reference references points conclusion
antwort antworten zusammenfassung frage fragen artikel artikeln quellen informationen
réponse résumé question questions articles informations
respuesta resumen pregunta preguntas artículos fuentes información
risposta riassunto domanda domande articoli fonti informazioni
resposta resumo pergunta perguntas artigos fontes informações
antwoord samenvatting vraag vragen artikelen bronnen informatie
""".split()
)
"""Words for an answer and what it is made from."""
COURTESY = frozenset(
    fold(word)
    for word in """
hope helps help helped helpful need know let feel free ask asking please like further additional clarification clarify
assist assistance assisting happy glad sure certainly course okay ok yes thank thanks welcome want provide provided
providing give given based according following relevant brief short concise say says said tell told follow up reach
anything else something different make made understand found find see below above here there's here's best ability
hoffe hilft helfen weiter weitere wissen lassen gerne bitte gern hier gibt stehe verfügung falls brauchen
hoffe natürlich folgende sagen basierend
espère espere aide aidera hésitez besoin savoir autres voici si n'hésitez pas plus aider bien sûr
espero ayude ayuda ayudar dudas más mas necesita necesitas saber aquí aqui está claro por favor
spero aiuti aiuto aiutare altre bisogno sapere ecco certo
espero ajude ajuda ajudar precisar mais outras aqui está claro
hoop helpt helpen verder nodig weten laat meer graag hier
希望 帮助 有帮助
""".split()
)
"""Words of help, offers and announcements."""
OTHERS = frozenset("he she they him her them his hers their theirs who whose".split())
"""Words for those of whom something is said."""
LITTLE = (FUNCTION_WORDS - OTHERS) | frozenset(
    fold(word)
    for word in """
i'm i'd i'll i've you'd you're you'll you've me more any if this that us
die der das den dem des ein eine einen zu und oder in auf für mit von aus ist sind dass wenn sie ihnen ihre ich mir es
uns noch haben was dies diese
le la les l un une des de du d et ou à au aux en pour sur dans est sont ce ces cela que qu vous vos votre me moi je j
ai avez y
el los las una uno y o al del por para con en es son que lo le esto este esta estas se su te tu si tiene tienes hay me
il gli un uno una e o di a da in con per su che è sono questo questi ti se hai ha mi lo
o os as um uma e ou do da dos das no na nos nas em por para com que é são isto se você tiver me
de het een en of van in op voor met te is zijn dat dit als u je ik uw mij me nog heeft hebt
""".split()
)
DENIALS = frozenset(
    "not no never none nothing cannot can't don't doesn't isn't nicht kein keine keinen rien aucun aucune nada ningún "
    "ninguna nessun nessuna nenhum nenhuma não niet geen".split()
)


def without_scaffolding(sentence: str) -> str:
    """What a sentence states, without what leads to it; "" if it states nothing."""
    stated = without_leads(sentence)
    lead = LEAD.match(stated)
    if lead and len(stated) > lead.end() and _is_about_the_answer(lead[0]):
        stated = without_leads(stated[lead.end() :])
        stated = stated[:1].upper() + stated[1:]
    return "" if states_nothing(stated) else stated


def states_nothing(sentence: str) -> bool:
    """Whether a sentence says nothing of the world that could be so or not."""
    words = WORD.findall(sentence)
    if not words or sentence.rstrip().endswith((":", "：")):
        return True
    if is_fragment(sentence) and (len(words) < 2 or not ENDED.search(sentence)):
        return True
    return _is_about_the_answer(sentence)


def _is_about_the_answer(sentence: str) -> bool:
    words = [w for w in WORD.findall(sentence) if w.casefold().replace("’", "'") not in DENIALS]
    if not words or len(words) < len(WORD.findall(sentence)):
        return False
    telling = [w for w in words if fold(w) not in LITTLE]
    of_it = [w for w in telling if fold(w) in ANSWER or fold(w) in COURTESY]
    others = set(telling) - set(of_it)
    if any(not w[0].islower() for w in others if w != words[0]):
        return False  # it names or counts something
    if not others:
        short = len(telling) == len(words) or fold(words[0]) == "of"  # "Sure!", "Of course!"
        return short or any(fold(w) in ANSWER for w in telling) or _addresses_the_reader(sentence)
    return _addresses_the_reader(sentence) and 2 * len(of_it) >= len(telling)


def _addresses_the_reader(sentence: str) -> bool:
    return PERSON.search(QUOTED.sub(" ", sentence)) is not None


HEADS = frozenset(
    head.strip()
    for head in """
source, sources, source(s), the sources, sources used, sources cited, cited sources, used sources, reference,
references, reference list, citation, citations, works cited, bibliography, footnotes, note, notes, key, keys, keys used
, evidence, evidence used, articles, articles cited, quelle, quellen, quellenangaben, quellenverzeichnis, belege,
nachweise, literatur, fußnoten, artikel, fuente, fuentes, fuentes citadas, referencia, referencias, notas, artículos,
référence, références, sources citées, notes de bas de page, fonte, fonti, riferimenti, note, fontes, referência,
referências, artigos, bron, bronnen, verwijzingen, noten, källor, källa, kilder, lähteet, źródła, źródło, zdroje,
izvori, források, surse, kaynaklar, источник, источники, джерела, джерело, извори, πηγές, 来源, 來源, 参考来源,
资料来源, 資料來源, 参考文献, 參考文獻, 引用, 出典, 参照, 出처, 출처, 참고문헌, المصادر, مصادر, المراجع, מקורות, स्रोत
""".replace("\n", " ").split(",")
)
"""What heads a list of sources, lowered."""
LONGEST_HEAD = 40
"""Characters of a head; after a head and a colon, a mark comes within as many or the line is prose."""
LONGEST_TITLE = 200
LIST_SIGNS = " \t#*_>•–-"
NUMBER = r"\(?\d{1,2}[.):]?"
ITEM = re.compile(rf"[\s#*_>•–\-]*(?:{NUMBER}[\s*_]*)?{MARK}")
POINT = re.compile(rf"\s*(?:[*>•–\-]\s|{NUMBER}\s)")
MAY_BE_ITEM = re.compile(rf"[\s#*_>•–\-]*(?:{NUMBER}[\s*_]*)?")
CLOSERS = f" \t*_`\"'”’»)]」』）{MARK}"

Kind = Literal["open", "prose", "listed", "head", "blank"]
"""What a line is; "open" if more of it must come first."""


class SourceLists:
    """Leaves lists of sources out of a text that comes in pieces.

    Without a head, lines at the end that begin with a mark and end without a stop are titles, if prose came before.
    """

    def __init__(self) -> None:
        self._line = ""
        self._kind: Kind = "open"
        self._head = ""  # a head, and the blank lines after it, while it may open a list
        self._listing = False
        self._told = False  # whether a line of prose came before
        self._out: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece; returns what is in no list."""
        for character in piece:
            self._take(character)
        return self._given()

    def close(self) -> str:
        """End the text; returns the rest of what is in no list."""
        if self._kind == "open":
            self._settle(self._kind_of(self._line, ended=True))
        self._out.append(self._head)
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _take(self, character: str) -> None:
        if self._kind == "prose":
            self._line = (self._line + character)[-LONGEST_HEAD:]
            self._out.append(character)
        elif self._kind == "open":
            self._line += character
            self._settle(self._kind_of(self._line.removesuffix("\n"), ended=character == "\n"))
        if character == "\n":
            self._told = self._told or (self._kind == "prose" and not _is_unstopped(self._line))
            self._line, self._kind = "", "open"

    def _settle(self, kind: Kind) -> None:
        """Act on what the line in hand turned out to be."""
        self._kind = kind
        if kind == "head":
            self._out.append(self._head)
            self._head, self._listing = self._line, True
        elif kind == "listed":
            self._head, self._listing = "", True
        elif kind == "blank" and self._head:
            self._head += self._line
        elif kind in ("prose", "blank"):
            self._out.append(self._head + self._line)
            self._head, self._listing = "", self._listing and kind == "blank"

    def _kind_of(self, line: str, *, ended: bool) -> Kind:
        if not line.strip():
            return "blank" if ended else "open" if len(line) <= LONGEST_TITLE else "prose"
        if ITEM.match(line):
            return self._kind_of_item(line, ended)
        if self._listing and POINT.match(line):
            return self._kind_of_title(line, ended)
        if (self._listing or self._told) and not ended and len(line) < LONGEST_HEAD and MAY_BE_ITEM.fullmatch(line):
            return "open"
        return _kind_by_head(line, ended)

    def _kind_of_item(self, line: str, ended: bool) -> Kind:
        if not (self._listing or self._told):
            return "prose"
        return "listed" if self._listing and self._told else self._kind_of_title(line, ended)

    def _kind_of_title(self, line: str, ended: bool) -> Kind:
        if len(line) > LONGEST_TITLE:
            return "prose"
        return "open" if not ended else "listed" if _is_unstopped(line) else "prose"


def _kind_by_head(line: str, ended: bool) -> Kind:
    """What a line is that begins like a head, or turns out not to."""
    text = MAY_BE_ITEM.sub("", line, count=1).lower()
    name, colon, rest = text.replace("：", ":").partition(":")
    name = name.rstrip(LIST_SIGNS)
    if not colon:
        begins = len(line) <= LONGEST_HEAD and (not name or any(head.startswith(name) for head in HEADS))
        return "open" if begins and not ended else "head" if name in HEADS else "prose"
    if name not in HEADS or len(name) > LONGEST_HEAD:
        return "prose"
    rest = rest.strip(LIST_SIGNS)
    if MARK in rest[:LONGEST_HEAD]:
        return "listed"
    if ended or len(rest) > LONGEST_HEAD:
        return "prose" if rest else "head"
    return "open"


def _is_unstopped(line: str) -> bool:
    """Whether a line ends as titles do, without a stop."""
    bare = line.rstrip(f"\n{CLOSERS}")
    return not bare or bare[-1] not in STOPS


LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
REPEATED = 40
"""Characters which, said `OFTEN` times in one sentence, show that a model goes round in circles."""
OFTEN = 4
ENDING = re.compile(r"[.!?…。！？:;\n]")
PATIENCE = 16
"""A text that could not be cut is looked at again once it has grown by one part in so many."""


class SentenceStream:
    """Prose that comes in pieces, cut into sentences; one is released when the first word of the next is there."""

    def __init__(self) -> None:
        self._tail = ""
        self._looked = 0  # the length of the tail when it was last looked at
        self._quoting = False  # whether nothing can end before a quotation does

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; returns the sentences that are whole now."""
        self._tail += piece
        self._quoting = self._quoting and "”" not in piece
        if len(self._tail) <= LONGEST:
            grown = len(self._tail) - self._looked > self._looked // PATIENCE
            if self._quoting or not grown or not ENDING.search(self._tail):
                return []
        self._looked = len(self._tail)
        spans = split_sentences(self._tail)
        if len(spans) < 2:
            return []
        last = spans[-1]
        begun = any(c.isspace() for c in self._tail[last.start : last.end].strip())
        self._quoting = self._tail.count("“", 0, last.start) > self._tail.count("”", 0, last.start)
        if (not begun or self._quoting) and len(self._tail) <= LONGEST:
            return []
        done = [tidy(self._tail[s.start : s.end]) for s in spans[:-1]]
        self._tail = self._tail[last.start :]
        self._looked, self._quoting = 0, False
        return [sentence for sentence in done if sentence]

    @property
    def circling(self) -> bool:
        """Whether the sentence that is being written says the same words again and again."""
        return len(self._tail) >= REPEATED * OFTEN and self._tail.count(self._tail[-REPEATED:]) >= OFTEN

    def close(self) -> list[str]:
        """The sentences that are left."""
        if self.circling:
            self._tail = ""
        tail, self._tail = self._tail, ""
        done = [tidy(tail[s.start : s.end]) for s in split_sentences(tail)]
        return [sentence for sentence in done if sentence]


class ModelText:
    """A model's stream on its way to sentences: `feed` it, show what it returns, take the `sentences` that ended.

    `unsaid` tells that the last piece made a thought of all that came before it: what was shown and taken is no answer.
    """

    def __init__(self, parser: MarkParser) -> None:
        self.marks = parser
        self.sentences: list[str] = []
        self._thoughts = Thoughts()
        self._begin()

    def _begin(self) -> None:
        self.sentences.clear()
        self._lists = SourceLists()
        self._plain = PlainText()
        self._seams = Seams()
        self._stream = SentenceStream()

    @property
    def unsaid(self) -> bool:
        """Whether the last piece has ended a thought that nothing began."""
        return self._thoughts.unsaid

    def feed(self, piece: str) -> str:
        """Take the next piece; returns the prose to show."""
        said = self._thoughts.feed(piece)
        if self.unsaid:
            self.marks.close()
            self.marks.unknown = 0
            self._begin()
        prose = self._seams.feed(self._plain.feed(self._lists.feed(self.marks.feed(said))))
        self._take(self._stream.feed(prose))
        return prose

    @property
    def circling(self) -> bool:
        """Whether the model goes round in circles; the sentence in which it does is left out at the end."""
        return self._stream.circling

    def close(self) -> str:
        """End the text; returns the rest of the prose."""
        marked = self.marks.feed(self._thoughts.close()) + self.marks.close()
        listed = self._lists.feed(marked) + self._lists.close()
        plain = self._plain.feed(listed) + self._plain.close()
        rest = self._seams.feed(plain) + self._seams.close()
        self._take([*self._stream.feed(rest), *self._stream.close()])
        return rest

    def _take(self, sentences: list[str]) -> None:
        self.sentences.extend(stated for s in sentences if (stated := without_scaffolding(s)))


def tidy(sentence: str) -> str:
    """A sentence on one line, links as their words, without a number before it; "" if it has no letter or digit."""
    line = NUMBERED.sub("", " ".join(LINK.sub(r"\1", sentence).split()))
    return line if any(c.isalnum() for c in line) else ""

"""What a model says around its answer and not of the world: headings, announcements, courtesies, offers, labels.

It is neither checked nor counted nor shown: no article could hold it. A sentence is known for it by what it speaks of:
it ends with a colon; or it is no whole sentence; or all its words are of the answer itself, its evidence, or help; or
it addresses the reader, and half of its words are. One that names anybody or anything, counts, or denies is judged.
"""

from __future__ import annotations

import re

from rag.grounding.one_article import is_fragment
from rag.grounding.words import FUNCTION_WORDS
from rag.index.terms import fold
from rag.writing.leads import without_leads

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
QUOTED = re.compile(r"[“„\"«»「『][^“”„\"«»」』]*(?:[”“\"«»」』]|\Z)")
STOPPED = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]」』）]*\Z")
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
    if is_fragment(sentence) and (len(words) < 2 or not STOPPED.search(sentence)):
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

"""Where a person's own words end: a goodbye, a name, a line of their phone, the small print of their employer.

Promises: cuts only at the end, below the last answer and below a postscript, and only what is plainly no answer: a
goodbye is a line of its own with little after it, a name is the sender's own or looks like one below a goodbye, small
print says what small print says. The phrases come from `mail-parser-reply` and from the list below, for it knows
neither Portuguese nor Arabic nor Japanese goodbyes.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from mailparser_reply.constants import MAIL_LANGUAGES

from worker.mail.attribution import plain

_LANGUAGES = [language for language in MAIL_LANGUAGES if language != "david"]
_MOST_BELOW = 6  # lines of a signature without a mark of its own
_SHORT = 60  # characters of a line of a signature
_POSTSCRIPT = re.compile(
    r"^(?:p\. ?s\b\.?|ps)[.:,]?\s|^(?:pd|nb|n\.b\.|追伸|ملاحظة)\s?[:：]", re.IGNORECASE
)  # words, too
_LINE = re.compile(r"^--\s?$|^_{10,}$|^—\s?$")
_NUMBERED = re.compile(r"^\W{0,3}(?:[^\W\d_]{1,9}\.?\s?){0,2}\d{1,2}\s*(?:[.:)\-–/=．：）、]|$)")
_FULL_NAME = re.compile(r"(?:[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’-]+\.? ){1,2}[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿA-Z'’-]+")
_GOODBYES = """
    thanks|thank you|many thanks|thanks so much|thank you so much|thanks a lot|thanks again|cheers|best|best wishes|
    all the best|(?:kind|best|warm|warmest|many) regards|regards|take care|yours|sincerely|love|bye|
    (?:(?:mit|ganz|viele|(?:freundlich|lieb|best|herzlich|schön|sonnig|warm)e[nmr]?) )+gr(?:ü|ue)(?:ß|ss)e?n?|
    gr(?:u|ü)(?:ß|ss)e?|lg|vg|mfg|danke|danke schön|dankeschön|vielen dank|herzlichen dank|bis bald|tschüss|
    saludos|un saludo|saludos cordiales|un saludo cordial|un cordial saludo|un abrazo|abrazos|besos|atentamente|
    gracias|muchas gracias|mil gracias|gracias y saludos|hasta pronto|
    cordialement|bien cordialement|bien à vous|bien à toi|merci|merci beaucoup|merci d'avance|amicalement|amitiés|
    bonne journée|bonne soirée|à bientôt|salutations|bises|
    atenciosamente|atentamente|obrigad[oa]|muito obrigad[oa]|abraços?|um abraço|cumprimentos|
    com os melhores cumprimentos|melhores cumprimentos|até logo|até breve|att|
    مع تحياتي|مع خالص التحية|مع أطيب التحيات|تحياتي|مع التحية|شكرا|شكراً|شكرًا|شكرا جزيلا|شكرًا جزيلًا|مع الشكر|مع السلامة|
    よろしくお願いします|よろしくお願いいたします|宜しくお願いします|宜しくお願い致します|以上|以上です|
    ありがとうございます|ありがとうございました|敬具|どうぞよろしくお願いいたします|
    saludos a tod[oa]s|un fuerte abrazo|un abrazo fuerte|besitos|un beso|cuídate|cuidaos|
    à plus|à très vite|bisous|bien sincèrement|bonne continuation|sincères salutations|respectueusement|
    beijos|beijinhos|um beijo|com carinho|grat[oa]|saudações|cordialmente|um forte abraço|
    grazie|grazie mille|grazie ancora|mille grazie|(?:cordiali|distinti|cari|tanti|i migliori) saluti|saluti|
    un (?:caro |cordiale )?saluto|un abbraccio|a presto|buona giornata|buona serata|baci|
    bedankt|dank je wel|dank u wel|alvast bedankt|groet|groeten|groetjes|met vriendelijke groet(?:en)?|mvg|
    (?:vriendelijke|hartelijke|lieve|warme) groet(?:en)?|veel liefs|liefs|tot gauw|tot snel|fijne dag|
    many thanks and best wishes|warmly|cordially|respectfully|with love|lots of love|hugs|talk soon|see you|
    tack|takk|tak|hilsen|med vänliga hälsningar|med vennlig hilsen|dziękuję|pozdrawiam
"""


def _known(key: str) -> list[str]:
    """The phrases that the library knows in all languages."""
    known: list[str] = []
    for language in _LANGUAGES:
        phrases = MAIL_LANGUAGES[language].get(key, [])
        known += [phrases] if isinstance(phrases, str) else phrases
    return [phrase.rstrip(",").rstrip(",，") for phrase in known if phrase]


_PHRASES = "|".join((re.sub(r"\|\s+", "|", _GOODBYES.strip()), *_known("signatures")))
_GOODBYE = re.compile(
    rf"^(?:with )?(?:{_PHRASES})(?:(?:\s*,?\s*(?:and|und|et|y|e|و|en|&|\+)\s*|\s*[,!.]\s*)(?:{_PHRASES}))?[\s\W]*"
    r"(?:(?:aus|from|desde|depuis|de|da|uit)\s[^\W\d_]{3,20}\W*|(?<=\b[lvbs]g\s)[^\W\d_]{1,20}\W*)?"
    r"(?:(?<=[,،!、])\s?[^\W\d_]{1,20}(?:\s[^\W\d_]{1,20})?\W*)?$",
    re.IGNORECASE,
)
_DEVICE = (
    r"(?:my|mein\w*|mi|mon|ma|meu|minha|mio|mijn|min|iphone|ipad|outlook|samsung|galaxy|yahoo|gmail|mail\b|email|e-mail|android|"
    r"huawei|xiaomi|proton|thunderbird|k-9|fairemail|windows|gmx|web\.de|mobile|phone|t[eé]l[eé]fono|tél[eé]phone|"
    r"smartphone|celular|móvil|blackberry|\[?proton|yahoo|هاتف|جهاز|بريد|الـ? ?iphone)"
)
_SENT_FROM = re.compile(
    rf"^(?:(?:sent (?:from|with|via)|gesendet (?:von|mit|aus|über)|von \w+ \w+ gesendet|enviado (?:desde|do|de|da|con|"
    rf"com|a partir d\w)|envoyé (?:de|depuis|à partir de|avec)|أُ?رسلت?ت? من|مرسل من|مُ?رسلة من|تم الإرسال من|"
    rf"inviato da(?:l)?|(?:verzonden|verstuurd) (?:vanaf|met|via|vanuit)|skickat från|sendt fra)\b.{{0,30}}{_DEVICE}"
    r"|(?:get|holen sie sich|laden sie|obtener|obtenir|obtenga|obter|obtenha|baixe|baixar|télécharge[zr]|ottieni|"
    r"scarica|download|تنزيل|الحصول على) (?:o |l['’])?outlook"
    r"|outlook (?:for|für|para|pour|per|voor) (?:ios|android)"
    r"|diese nachricht wurde von .{0,40}gesendet|von meinem .{0,40}gesendet"
    r"|.{0,25}(?:から送信|を入手|より送信)|.{0,12}iphoneから送信"
    rf"|(?:{'|'.join(_known('sent_from'))}) ?.{{0,30}}$)",
    re.IGNORECASE,
)
_SMALL_PRINT = (
    re.compile(r"confiden|vertraulich|سري|機密|秘密|privileged|bestimmt", re.IGNORECASE),
    re.compile(
        r"e-?mail|message|nachricht|mensaje|mensagem|correo|courriel|رسالة|البريد|メール|transmission", re.IGNORECASE
    ),
    re.compile(
        r"intended (?:recipient|solely|only|for)|solely for|unauthori[sz]ed|in error|prohibit|"
        r"irrtümlich|unbefugt|nicht gestattet|nicht der richtige|destinatario|prohibid|por error|"
        r"destinataire|par erreur|interdit|destinatári|por engano|proibid|誤って|誤送信|بالخطأ|عن طريق الخطأ|"
        r"المرسل إليه",
        re.IGNORECASE,
    ),
)
_LEAST_SMALL_PRINT = 60  # characters; in Japanese that is long


def without(lines: list[str], *, name: str = "", signature: str = "", alone: bool = True) -> list[str]:
    """Return the lines without what comes after the person's own words. `name` is the sender's, `signature` what the
    mail's HTML says is one. Unless they are `alone`, more of the person's words stand above what is quoted before them.
    """
    shown = [plain(line) for line in lines]
    filled = [at for at, line in enumerate(shown) if line]
    last_answer = max((at for at in filled if _NUMBERED.match(shown[at])), default=0)
    filled = _above_small_print(shown, filled, last_answer)
    end = filled[-1] + 1 if filled else 0
    postscript = max((at for at in filled if _POSTSCRIPT.match(shown[at])), default=-1)
    for at in filled:
        if at <= postscript:
            continue
        first_below = bisect_right(filled, at)
        below = [shown[n] for n in filled[first_below : first_below + _MOST_BELOW + 1]]
        # "2. Vorsitzender" below a goodbye and one's name is no answer.
        is_signed = bool(below) and bool(_GOODBYE.match(shown[at])) and _is_signature(below, name)
        if (at >= last_answer or is_signed) and _ends(shown[at], below, is_first=alone and at == filled[0], name=name):
            end = at
            break
    return _without_signed(lines[:end], signature)


def _ends(line: str, below: Sequence[str], *, is_first: bool, name: str) -> bool:
    if _LINE.match(line):
        return True
    if _SENT_FROM.match(line) and len(line) <= _SHORT + 20 and len(below) <= 2:
        return True
    if is_first:
        return False
    little = len(below) <= _MOST_BELOW and all(len(each) <= _SHORT for each in below)
    if len(line) <= 40 and _GOODBYE.match(line):
        return little or (bool(below) and _is_name(below[0], name))
    return little and _is_name(line, name, alone=bool(below))


def _is_signature(below: Sequence[str], name: str) -> bool:
    """Whether a name stands first: the sender's, or two words like one above a few short lines."""
    little = len(below) <= _MOST_BELOW and all(len(each) <= _SHORT for each in below)
    return _is_name(below[0], name) or (little and bool(_FULL_NAME.fullmatch(below[0])))


def _is_name(line: str, name: str, *, alone: bool = False) -> bool:
    """Whether the line is the sender's name: whole; or a part of it, unless more follows (`alone`)."""
    said = line.strip(" -–—~/,.").casefold()
    full = " ".join(name.split()).casefold()
    if not said or not full or "@" in full:
        return False
    return said == full or (not alone and said in full.replace(",", "").split())


def _above_small_print(shown: list[str], filled: list[int], last_answer: int) -> list[int]:
    """The filled lines above the paragraph in which an employer speaks."""
    for place, at in enumerate(filled):
        if at <= last_answer:
            continue
        paragraph: list[str] = []
        while at < len(shown) and shown[at] and len(paragraph) < 30:
            paragraph.append(shown[at])
            at += 1
        said = " ".join(paragraph)
        above = filled[place] - 1
        begins = above < 0 or not shown[above]
        if begins and len(said) >= _LEAST_SMALL_PRINT and all(part.search(said) for part in _SMALL_PRINT):
            return filled[:place]
    return filled


def _without_signed(lines: list[str], signature: str) -> list[str]:
    """Drop what the HTML of the same mail calls a signature, where the text ends with just that."""
    signed = "".join(signature.split())
    ending = "".join("".join(lines[-40:]).split())
    if not signed or not ending.endswith(signed) or ending == signed:
        return lines
    left = len(signed)
    end = len(lines)
    while end and left > 0:
        end -= 1
        left -= len("".join(lines[end].split()))
    return lines[:end] if left == 0 else lines

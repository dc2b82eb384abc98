"""The lines that mail programs write above what they quote: "On Monday, somebody wrote:", or "From: … Sent: … To: …".

Promises: a line of a person's own is never taken for one because of a word alone: a date or an address must stand with
it. Patterns are tried on short lines only, so the time grows with the number of lines alone. `mail-parser-reply` knows
more languages, but cuts at a lone "Data:" or "On Monday they wrote:", and knows neither Portuguese, Arabic nor what
Gmail writes in Spanish and Japanese; so the words are its own and ours, and the shape is asked for here.
"""

import re
from collections.abc import Sequence

_LONGEST = 300  # characters of a header, wrapped or not
_MOST_LINES = 4  # over which one is wrapped
_NEAR = 8  # lines in which a block of "From: Sent: To: Subject:" has to show itself
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")  # what Arabic clients put around
_VERBS = (
    r"wrote|writes|schrieb|geschrieben|escribi[óo]|a écrit|a ecrit|écrit|escreveu|كتبت?|تمت كتابة|"
    r"のメール|さんは書きました|さんが書きました|さんからのメール|写道|寫道|ha scritto|schreef|skrev|"
    r"napisał|napsal|написал|작성|送信しました|pisze"
)
_VERB = re.compile(rf"(?:(?<![^\W_])(?:{_VERBS}))", re.IGNORECASE)
_DATE = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}|[٠-٩۰-۹]{4}")
_ADDRESS = re.compile(r"[^\s@<>]@[^\s@<>]|<mailto:")
_START = re.compile(
    r"(?:on|am|le|el|em|il|op|den|dne|dnia|w dniu|a|at|في|بتاريخ|le|mon|tue|wed|thu|fri|sat|sun)\b.*\d|"
    r"\d{4}[年/.\-]|\d{1,2}[./\-]\d{1,2}[./\-]\d{2}",
    re.IGNORECASE,
)
# "Fairsteps <answer@…> escreveu (terça, 24/11/2026": the name comes first, the day at the end.
_NAMED = re.compile(rf"[^\W\d_][^<>@]{{0,60}}<[^<>@\s]+@[^<>\s]+>\)?\s+{_VERB.pattern}", re.IGNORECASE)
_ENDS = re.compile(r"[:：]\W{0,4}$")
_LABELS = {
    "from": r"from|von|de|da|van|från|fra|od|от|من|المرسل|差出人|送信者|发件人|寄件者|보낸 ?사람",
    "sent": r"sent|date|gesendet(?: am)?|datum|enviado(?: el| em)?|enviada(?: em| el)?|fecha|data|envoyé(?: le)?|"
    r"تاريخ الإرسال|أُ?رسلت?(?: في)?|التاريخ|送信日時|日時|日付|发送时间|inviato|verzonden|skickat|sendt",
    "to": r"to|an|para|à|a|إلى|الى|宛先|收件人|aan|till|til|do",
    "subject": r"subject|betreff|asunto|objet|assunto|الموضوع|件名|主题|oggetto|onderwerp|ämne|emne|temat",
}
_LABELLED = [
    (name, re.compile(rf"[\W_]{{0,4}}(?:{words})\s?\*?\s?[:：]", re.IGNORECASE)) for name, words in _LABELS.items()
]
_SEPARATOR = re.compile(
    r"[-_ ]{4,}\s?(?:original[- ]?message|ursprüngliche nachricht|original-?nachricht|mensaje original|"
    r"message d['’ ]?origine|message original|mensagem original|الرسالة الأصلية|رسالة أصلية|元のメッセージ|"
    r"original ?mail|forwarded message|weitergeleitete nachricht|mensaje reenviado|message transféré|"
    r"mensagem encaminhada|رسالة مُ?عاد توجيهها|転送メッセージ|messaggio originale|oorspronkelijk bericht|"
    r"oprindelig meddelelse|原始邮件)\s?[-_ ]{4,}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht|inicio del mensaje reenviado|"
    r"début du message (?:réexpédié|transféré)|início da mensagem reencaminhada|転送されたメッセージ)\s?[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_\-]{20,}$")


def plain(line: str) -> str:
    """A line as it is compared: without what nobody sees, and of endless ones only that they are."""
    return _HIDDEN.sub("", line).strip() if len(line) <= _LONGEST else "…"


def is_separator(line: str) -> bool:
    """Whether the line says by itself that an older mail begins."""
    return bool(_SEPARATOR.match(line))


def is_rule(line: str) -> bool:
    """Whether it is the long line that Outlook draws above an older mail."""
    return bool(_RULE.match(line))


def is_block(lines: Sequence[str], at: int) -> bool:
    """Whether "From:" stands here, or right below a "Sent:", and two more of "Sent:", "To:" and "Subject:" with it,
    one of them with a date or an address.
    """
    if not any(label.match(lines[at]) for _, label in _LABELLED[:2]):
        return False
    near = lines[at : at + _NEAR]
    labelled = [(name, line) for line in near for name, label in _LABELLED if label.match(line)]
    found = {name for name, _ in labelled}
    says_when_or_who = any(_DATE.search(line) or _ADDRESS.search(line) for _, line in labelled)
    return "from" in found and len(found) >= 3 and says_when_or_who


def starts_at(lines: Sequence[str], end: int, *, above_quote: bool) -> int | None:
    """Where the header begins whose last line is `end`, or None when that line ends none.

    `above_quote`: a quote follows, so that a date, an address or a verb is enough; else a verb is needed, and a date or
    an address with it.
    """
    if not _ENDS.search(lines[end]):
        return None
    shortest = None
    for begin in range(end, max(-1, end - _MOST_LINES), -1):
        if not lines[begin]:
            break
        joined = " ".join(lines[begin : end + 1])
        if len(joined) > _LONGEST:
            break
        if _is_header(joined, above_quote=above_quote):
            if _START.match(lines[begin]) or _NAMED.match(lines[begin]):
                return begin
            shortest = begin if shortest is None else shortest
    return shortest


def _is_header(joined: str, *, above_quote: bool) -> bool:
    when_or_who = bool(_DATE.search(joined) or _ADDRESS.search(joined))
    wrote = bool(_VERB.search(joined))
    return when_or_who or wrote if above_quote else when_or_who and wrote

"""How mail programs really put a reply and what it answers into one mail: the second corpus, by other hands.

A program is a function of the words, the mail that is answered and the language; it gives the plain and the HTML part.
`under` stands for words written between quoted lines: a piece of a quoted line, and what is written below that line.
"""
# ruff: noqa: E501 (what programs write stands here as they write it)

import html as entities
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

WE = "answer+k7q2m9@fairsteps.example.org"
NAME = "Fairsteps"
_VOID = ("br", "hr", "meta", "img")
_BLOCK = r"</?(?:div|p|li|ol|ul|h1|h2|table|tbody|tr|blockquote|br|hr)\b[^>]*>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a person does in a program: words above, below or between, a closing, and the mail that is answered."""

    says: str
    closing: str
    below: bool
    under: Mapping[str, str]
    subject: str
    text: str
    html: str
    language: str
    me: str

    @property
    def flat(self) -> str:
        """Our HTML as programs turn it into plain lines: nothing folded, lists numbered again."""
        return flat(self.html)


Program: TypeAlias = Callable[[Sheet], tuple[str, str]]


def flat(html: str) -> str:
    lined = re.sub(r"<ul\b.*?</ul>", lambda found: re.sub(r"<li\b[^>]*>", "\n• ", found[0]), html, flags=re.DOTALL)
    number = iter(range(1, 99))
    lined = re.sub(r"<li\b[^>]*>", lambda _: f"\n{next(number)}. ", lined)
    lined = entities.unescape(re.sub(r"<[^>]+>", "", re.sub(_BLOCK, "\n", lined)))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]*\n[ \t]*", "\n", lined)).strip()


def quoted(sheet: Sheet, text: str, sign: str = "> ") -> str:
    """Each line behind a sign, words between them where a person wrote between."""
    lines = []
    for line in text.split("\n"):
        lines.append((sign + line).rstrip())
        for piece, said in sheet.under.items():
            if piece in line:
                lines += ["", said, ""]
    return "\n".join(lines)


def top(sheet: Sheet, head: str, quote: str, gap: str = "\n\n") -> str:
    """Words above the quote, or below it where the person scrolled down first."""
    said = "\n\n".join(filter(None, (sheet.says.rstrip("\n"), sheet.closing.rstrip("\n"))))
    return f"{head}\n{quote}\n\n{said}\n" if sheet.below else f"{said}{gap}{head}\n{quote}\n"


def blocks(text: str, before: str, after: str, empty: str) -> str:
    return "".join(
        f"{before}{entities.escape(line)}{after}" if line else empty for line in text.rstrip("\n").split("\n")
    )


def between(sheet: Sheet, html: str, before: str, after: str, *, split: bool) -> str:
    """Words written between, in HTML: the quote is cut in two there (`split`), or they just stand in it."""
    open_tags: list[str] = []
    told = ""
    waiting = ""
    for token in re.findall(r"<[^>]+>|[^<]+", html):
        told += token
        if not token.startswith("<"):
            waiting = next((said for piece, said in sheet.under.items() if piece in entities.unescape(token)), waiting)
            continue
        name = re.sub(r"[</>]|\s.*", "", token, flags=re.DOTALL)
        if name in _VOID:
            continue
        if not token.startswith("</"):
            open_tags.append(token)
            continue
        open_tags.pop()
        if waiting:
            names = [re.sub(r"[<>]|\s.*", "", tag, flags=re.DOTALL) for tag in open_tags]
            shut = "".join(f"</{each}>" for each in reversed(names)) if split else ""
            told += shut + blocks(waiting, before, after, "<br>") + ("".join(open_tags) if split else "")
            waiting = ""
    return told


def _pick(table: Mapping[str, str], language: str) -> str:
    return table.get(language, table["en"])


GMAIL = {
    "en": "On Tue, Nov 24, 2026 at 9:14 AM {n} <{a}>\nwrote:",
    "gb": "On Tue, 24 Nov 2026 at 09:14, {n} <{a}> wrote:",
    "de": "Am Di., 24. Nov. 2026 um 09:14 Uhr schrieb {n} <\n{a}>:",
    "es": "El mar, 24 nov 2026 a las 9:14, {n} (<{a}>)\nescribió:",
    "fr": "Le mar. 24 nov. 2026 à 09:14, {n} <{a}>\na écrit :",
    "pt": "Em ter., 24 de nov. de 2026 às 09:14, {n} <\n{a}> escreveu:",
    "pp": "{n} <{a}> escreveu (terça, 24/11/2026\nà(s) 09:14):",
    "ar": "في الثلاثاء، 24 نوفمبر 2026 في 9:14 ص تمت كتابة ما يلي بواسطة {n} <\u202a{a}\u202c\u200f>:",
    "ja": "2026年11月24日(火) 9:14 {n} <{a}>:",
    "nl": "Op di 24 nov 2026 om 09:14 schreef {n} <{a}>:",
    "it": "Il giorno mar 24 nov 2026 alle ore 09:14 {n} <\n{a}> ha scritto:",
}
APPLE = {
    "en": "On 24 Nov 2026, at 09:14, {n} <{a}> wrote:",
    "us": "On Nov 24, 2026, at 9:14 AM, {n} <{a}> wrote:",
    "de": "Am 24.11.2026 um 09:14 schrieb {n} <{a}>:",
    "es": "El 24 nov 2026, a las 9:14, {n} <{a}> escribió:",
    "fr": "Le 24 nov. 2026 à 09:14, {n} <{a}> a écrit :",
    "pt": "Em 24 de nov. de 2026, à(s) 09:14, {n} <{a}> escreveu:",
    "pp": "No dia 24/11/2026, às 09:14, {n} <{a}> escreveu:",
    "ar": "في ٢٤ نوفمبر ٢٠٢٦، الساعة ٩:١٤ ص، كتب/كتبت {n} <{a}>:",
    "ja": "2026/11/24 9:14、{n} <{a}>のメール:",
    "nl": "Op 24 nov 2026, om 09:14 heeft {n} <{a}> het volgende geschreven:",
    "it": "Il giorno 24 nov 2026, alle ore 09:14, {n} <{a}> ha scritto:",
}
THUNDERBIRD = {
    "en": "On 24/11/2026 09:14, {n} wrote:",
    "de": "Am 24.11.26 um 09:14 schrieb {n}:",
    "es": "El 24/11/2026 a las 9:14, {n} escribió:",
    "fr": "Le 24/11/2026 à 09:14, {n} a écrit :",
    "pt": "Em 24/11/2026 09:14, {n} escreveu:",
    "ja": "{n} さんは 2026/11/24 9:14 に書きました:",
    "nl": "Op 24-11-2026 om 09:14 schreef {n}:",
    "it": "Il 24/11/2026 09:14, {n} ha scritto:",
    "ar": "في 24/11/2026 09:14، كتب {n}:",
}
YAHOO = {
    "en": "On Tuesday, November 24, 2026 at 09:14:00 AM GMT+1, {n} <{a}> wrote:",
    "de": "Am Dienstag, 24. November 2026 um 09:14:00 MEZ hat {n} <{a}> Folgendes geschrieben:",
    "es": "El martes, 24 de noviembre de 2026, 09:14:00 CET, {n} <{a}> escribió:",
    "fr": "Le mardi 24 novembre 2026 à 09:14:00 UTC+1, {n} <{a}> a écrit :",
    "pt": "Em terça-feira, 24 de novembro de 2026 09:14:00 BRT, {n} <{a}> escreveu:",
    "ja": "2026年11月24日火曜日 9:14:00 JST、{n} <{a}>さんの書き込み:",
    "it": "Il martedì 24 novembre 2026 alle ore 09:14:00 CET, {n} <{a}> ha scritto:",
}
K9 = {
    "en": "On 24 November 2026 09:14:02 CET, {n} <{a}> wrote:",
    "de": "Am 24. November 2026 09:14:02 MEZ schrieb {n} <{a}>:",
    "es": "El 24 de noviembre de 2026 9:14:02 CET, {n} <{a}> escribió:",
    "fr": "Le 24 novembre 2026 09:14:02 GMT+01:00, {n} <{a}> a écrit :",
    "pt": "Em 24 de novembro de 2026 09:14:02 BRT, {n} <{a}> escreveu:",
}
ROUNDCUBE = {
    "en": "On 2026-11-24 09:14, {n} wrote:",
    "de": "Am 2026-11-24 09:14, schrieb {n}:",
    "es": "El 2026-11-24 09:14, {n} escribió:",
    "fr": "Le 2026-11-24 09:14, {n} a écrit :",
    "pt": "Em 2026-11-24 09:14, {n} escreveu:",
    "it": "Il 2026-11-24 09:14 {n} ha scritto:",
}
HEADS = {
    "en": ("From", "Sent", "To", "Subject", "Tuesday, November 24, 2026 9:14 AM"),
    "de": ("Von", "Gesendet", "An", "Betreff", "Dienstag, 24. November 2026 09:14"),
    "es": ("De", "Enviado", "Para", "Asunto", "martes, 24 de noviembre de 2026 9:14"),
    "fr": ("De", "Envoyé", "À", "Objet", "mardi 24 novembre 2026 09:14"),
    "pt": ("De", "Enviada em", "Para", "Assunto", "terça-feira, 24 de novembro de 2026 09:14"),
    "ar": ("من", "تاريخ الإرسال", "إلى", "الموضوع", "24 نوفمبر, 2026 09:14 ص"),
    "ja": ("差出人", "送信日時", "宛先", "件名", "2026年11月24日 9:14"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp", "dinsdag 24 november 2026 09:14"),
    "it": ("Da", "Inviato", "A", "Oggetto", "martedì 24 novembre 2026 09:14"),
}
ORIGINAL = {
    "en": "-----Original Message-----",
    "de": "-----Ursprüngliche Nachricht-----",
    "es": "-----Mensaje original-----",
    "fr": "-----Message d'origine-----",
    "pt": "-----Mensagem original-----",
    "ar": "-----الرسالة الأصلية-----",
    "ja": "-----Original Message-----",
    "nl": "-----Oorspronkelijk bericht-----",
    "it": "-----Messaggio originale-----",
}
GALAXY = {
    "en": ("Sent from my Galaxy", "Original message", "From: ", "Date: ", "To: ", "Subject: "),
    "de": ("Von meinem Galaxy gesendet", "Ursprüngliche Nachricht", "Von: ", "Datum: ", "An: ", "Betreff: "),
    "es": ("Enviado desde mi Galaxy", "Mensaje original", "De: ", "Fecha: ", "A: ", "Asunto: "),
    "fr": ("Envoyé depuis mon Galaxy", "Message d’origine", "De : ", "Date : ", "À : ", "Objet : "),
    "pt": ("Enviado do meu Galaxy", "Mensagem original", "De: ", "Data: ", "Para: ", "Assunto: "),
    "it": ("Inviato dal mio Galaxy", "Messaggio originale", "Da: ", "Data: ", "A: ", "Oggetto: "),
}


def _line(table: Mapping[str, str], sheet: Sheet) -> str:
    return _pick(table, sheet.language).format(n=NAME, a=WE)


def gmail(s: Sheet) -> tuple[str, str]:
    """The web page and both apps; the apps put the words into `dir="auto"`."""
    head = _line(GMAIL, s)
    said = blocks("\n\n".join(filter(None, (s.says, s.closing))), '<div dir="ltr">', "</div>", "<div><br></div>")
    cut = between(s, s.html, '<div dir="ltr">', "</div>", split=True)
    quote = (
        f'<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{_shown(head)}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)">'
        f"{cut}</blockquote></div>"
    )
    return top(s, head, "\n" + quoted(s, s.flat)), (quote + said if s.below else said + "<br>" + quote)


def apple(s: Sheet) -> tuple[str, str]:
    """Apple Mail: its line stands inside the quote."""
    head = _line(APPLE, s)
    body = blocks("\n\n".join(filter(None, (s.says, s.closing))), "<div>", "</div>", "<div><br></div>")
    cut = between(s, s.html, "<div><br></div></blockquote><div>", '</div><blockquote type="cite">', split=True)
    quote = f'<div><br><blockquote type="cite"><div>{_shown(head)}</div><br><div>{cut}</div></blockquote></div><br>'
    plain = top(s, f"> {head}", "> \n" + quoted(s, s.flat))
    return plain, '<html><head></head><body style="overflow-wrap: break-word;">' + (
        quote + body if s.below else body + quote
    ) + "</body></html>"


def iphone(s: Sheet) -> tuple[str, str]:
    """iOS: the closing of the phone, then the line, then a sign that nobody sees."""
    head = _line(APPLE, s)
    body = blocks(
        "\n\n".join(filter(None, (s.says, s.closing))), '<div dir="ltr">', "</div>", '<div dir="ltr"><br></div>'
    )
    quote = (
        f'<div dir="ltr"><br><blockquote type="cite">{_shown(head)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">\ufeff{between(s, s.html, "<div>", "</div>", split=True)}</div></blockquote>'
    )
    plain = top(s, f"> {head}", "> \n> \ufeff\n" + quoted(s, s.flat))
    return plain, f'<html><body dir="auto">{quote + body if s.below else body + quote}</body></html>'


def thunderbird(s: Sheet) -> tuple[str, str]:
    head = _line(THUNDERBIRD, s)
    body = blocks("\n\n".join(filter(None, (s.says, s.closing))), "<p>", "</p>", "<p><br></p>")
    cut = between(s, s.html, "<p>", "</p>", split=True)
    quote = f'<div class="moz-cite-prefix">{_shown(head)}<br></div><blockquote type="cite" cite="mid:q1@fairsteps.example.org">{cut}</blockquote>'
    return top(s, head, quoted(s, s.text)), f"<html><body>{quote + body if s.below else body + quote}</body></html>"


def yahoo(s: Sheet) -> tuple[str, str]:
    """Nothing is quoted in its plain part: our lines stand there bare, moved in by a space or two."""
    head = _line(YAHOO, s)
    body = blocks(
        "\n\n".join(filter(None, (s.says, s.closing))),
        '<div dir="ltr" data-setdir="false">',
        "</div>",
        "<div><br></div>",
    )
    cut = between(s, s.html, '<div style="color:#26282a">', "</div>", split=False)
    quote = (
        f'<div id="ydp1" class="yahoo_quoted"><div style="font-family:Helvetica;font-size:13px"><div>{_shown(head)}</div>'
        f"<div><br></div><div>{cut}</div></div></div>"
    )
    return top(
        s, f"    {head}  ", " \n" + quoted(s, s.flat, " ")
    ), f"<html><body><div>{body}</div>{quote}</body></html>"


def k9(s: Sheet) -> tuple[str, str]:
    return top(s, _line(K9, s), quoted(s, s.text, ">")), ""


def roundcube(s: Sheet) -> tuple[str, str]:
    return top(s, _line(ROUNDCUBE, s), quoted(s, s.text)), ""


def mutt(s: Sheet) -> tuple[str, str]:
    return top(s, f"On Tue, Nov 24, 2026 at 09:14:02AM +0100, {NAME} wrote:", quoted(s, s.text)), ""


def fastmail(s: Sheet) -> tuple[str, str]:
    head = f"On Tue, 24 Nov 2026, at 9:14 AM, {NAME} wrote:"
    body = blocks("\n\n".join(filter(None, (s.says, s.closing))), "<div>", "</div>", "<div><br></div>")
    cut = between(s, s.html, "<div>", "</div>", split=True)
    quote = f'<div>{head}<br></div><blockquote type="cite" id="qt">{cut}</blockquote>'
    return top(s, head, quoted(s, s.flat)), f"<html><body>{quote + body if s.below else body + quote}</body></html>"


def proton(s: Sheet) -> tuple[str, str]:
    head = f"On Tuesday, November 24th, 2026 at 9:14 AM, {NAME} <{WE}> wrote:"
    body = blocks(
        "\n\n".join(filter(None, (s.says, s.closing))), '<div style="font-family: Arial">', "</div>", "<div><br></div>"
    )
    quote = (
        f'<div class="protonmail_signature_block">Sent with <a href="https://proton.example.com">Proton Mail</a> secure email.</div>'
        f'<div class="protonmail_quote">{_shown(head)}<br><blockquote class="protonmail_quote" type="cite">'
        f"{between(s, s.html, '<div>', '</div>', split=True)}</blockquote></div>"
    )
    plain = top(
        s, f"Sent with [Proton Mail](https://proton.example.com) secure email.\n\n{head}", "\n" + quoted(s, s.flat)
    )
    return plain, body + "<br>" + quote


def _heads(s: Sheet, line: str) -> list[str]:
    sender, sent, to, subject, day = HEADS.get(s.language, HEADS["en"])
    space = " :" if s.language == "fr" else ":"
    pairs = ((sender, f"{NAME} <{WE}>"), (sent, day), (to, s.me), (subject, s.subject))
    return [line.format(label=label + space, value=value) for label, value in pairs]


def outlook(s: Sheet) -> tuple[str, str]:
    """The desktop program: Word's HTML, four lines below a thin one, nothing quoted."""
    said = "\n\n".join(filter(None, (s.says, s.closing)))
    p = "<p class=MsoNormal><span style='font-size:11.0pt'>"
    body = blocks(said, p, "<o:p></o:p></span></p>", "<p class=MsoNormal><o:p>&nbsp;</o:p></p>")
    heads = "<br>".join(_heads(s, "<b>{label}</b> {value}")).replace(f"<{WE}>", f"&lt;{WE}&gt;")
    blue = between(s, s.html, "<p class=MsoNormal><span style='color:#1F497D'>", "<o:p></o:p></span></p>", split=False)
    plain = f"{said}\n\n" + "\n".join(_heads(s, "{label} {value}")) + f"\n\n{quoted(s, s.flat, '')}\n"
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm;} --></style></head>'
        f'<body lang=EN-GB link="#0563C1"><div class=WordSection1>{body}<p class=MsoNormal><o:p>&nbsp;</o:p></p>'
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        f"<p class=MsoNormal>{heads}<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>{blue}</div></body></html>"
    )
    return plain, page


def outlook_plain(s: Sheet) -> tuple[str, str]:
    """The desktop program set to plain text."""
    said = "\n\n".join(filter(None, (s.says, s.closing)))
    heads = "\n".join((ORIGINAL.get(s.language, ORIGINAL["en"]), *_heads(s, "{label} {value}")))
    return f"{said}\n\n{heads}\n\n{quoted(s, s.text, '')}\n", ""


def outlook_signs(s: Sheet) -> tuple[str, str]:
    """The same with "prefix each line": its head stands behind the sign as well."""
    said = "\n\n".join(filter(None, (s.says, s.closing)))
    heads = "\n".join(f"> {line}" for line in (ORIGINAL.get(s.language, ORIGINAL["en"]), *_heads(s, "{label} {value}")))
    return f"{said}\n\n{heads}\n> \n{quoted(s, s.text)}\n", ""


def owa(s: Sheet) -> tuple[str, str]:
    """New Outlook, its page, Hotmail, and the phones: a rule, then `divRplyFwdMsg`."""
    said = "\n\n".join(filter(None, (s.says, s.closing)))
    div = '<div class="elementToProof" style="font-family: Aptos, sans-serif; font-size: 12pt;">'
    heads = "<br>".join(_heads(s, "<b>{label}</b> {value}")).replace(f"<{WE}>", f"&lt;{WE}&gt;")
    blue = between(s, s.html, '<div style="color: rgb(12, 100, 192);">', "</div>", split=False)
    rule = '<hr style="display:inline-block;width:98%" tabindex="-1">'
    page = (
        f'<html><head></head><body dir="ltr">{blocks(said, div, "</div>", div + "<br></div>")}<div id="appendonsend"></div>{rule}'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif">{heads}</font><div>&nbsp;</div></div>{blue}</body></html>'
    )
    plain = f"{said}\n\n________________________________\n" + "\n".join(_heads(s, "{label} {value}"))
    return f"{plain}\n\n{quoted(s, s.flat, '')}\n", page


def gmx(s: Sheet) -> tuple[str, str]:
    said = "\n\n".join(filter(None, (s.says, s.closing)))
    heads = (
        "Gesendet: Dienstag, 24. November 2026 um 09:14 Uhr",
        f'Von: "{NAME}" <{WE}>',
        f"An: {s.me}",
        f"Betreff: {s.subject}",
    )
    bold = "<br/>".join(re.sub(r"^(\w+:)", r"<b>\1</b>", entities.escape(line)) for line in heads)
    page = (
        f'<html><head></head><body><div style="font-family: Verdana;font-size: 12.0px;">{blocks(said, "<div>", "</div>", "<div>&nbsp;</div>")}'
        '<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;">'
        f'<div style="margin:0 0 10px 0;">{bold}</div><div name="quoted-content">{s.html}</div></div></div></body></html>'
    )
    return f"{said}\n \n\n" + "\n".join(heads) + f"\n\n{s.flat}\n", page


def samsung(s: Sheet) -> tuple[str, str]:
    mine, original, sender, date, to, subject = GALAXY.get(s.language, GALAXY["en"])
    said = "\n\n".join(filter(None, (s.says, s.closing or mine)))
    heads = (
        f"-------- {original} --------",
        f"{sender}{NAME} <{WE}>",
        f"{date}24/11/2026  09:14  (GMT+01:00)",
        f"{to}{s.me}",
        f"{subject}{s.subject}",
    )
    page = (
        f'<html><head></head><body dir="auto">{blocks(said, "<div dir=auto>", "</div>", "<div dir=auto><br></div>")}<div><br></div>'
        f'<div align="left" dir="auto" style="font-size:100%;color:#000000">{blocks(chr(10).join(heads), "<div>", "</div>", "")}</div>'
        f"<div><br></div>{s.html}</body></html>"
    )
    return f"{said}\n\n" + "\n".join(heads) + f"\n\n{s.flat}\n", page


def _shown(head: str) -> str:
    return entities.escape(head).replace("\n", " ")


PROGRAMS: Mapping[str, Program] = {
    "gmail": gmail,
    "apple": apple,
    "iphone": iphone,
    "thunderbird": thunderbird,
    "yahoo": yahoo,
    "k9": k9,
    "roundcube": roundcube,
    "mutt": mutt,
    "fastmail": fastmail,
    "proton": proton,
    "outlook": outlook,
    "outlook-plain": outlook_plain,
    "outlook-signs": outlook_signs,
    "owa": owa,
    "gmx": gmx,
    "samsung": samsung,
}

# ruff: noqa: E501 - lines of mails are as long as they are
"""How mail programs write a reply: their headers, their parts, the line above what they quote, and their own last line.

Written after the structure of real mails; every name and address is made up.
"""

import html as markup
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from tests.mail_asked import Mail

OURS = "answers@example.org"
REPLY_TO = "answers+a2b3c4d5e6f7a2b3c4d5e6f7gh@example.org"
_NAMES = {
    "en": "Bo Example",
    "de": "Jörg Beispiel",
    "es": "Lucía Ejemplo",
    "fr": "Zoé Exemple",
    "pt": "João Exemplo",
    "ar": "سلمى مثال",
    "ja": "例田 花子",
}
_GMAIL = {
    "en": f"On Tue, Jan 5, 2027 at 9:00\u202fAM Fairsteps <{OURS}> wrote:",
    "de": f"Am Di., 5. Jan. 2027 um 09:00\xa0Uhr schrieb Fairsteps <{OURS}>:",
    "es": f"El mar, 5 ene 2027 a las 9:00, Fairsteps (<{OURS}>) escribió:",
    "fr": f"Le mar. 5 janv. 2027 à 09:00, Fairsteps <{OURS}> a écrit :",
    "pt": f"Em ter., 5 de jan. de 2027 às 09:00, Fairsteps <{OURS}> escreveu:",
    "ar": f"في الثلاثاء، 5 يناير 2027 في 9:00 ص تمت كتابة ما يلي بواسطة \u202aFairsteps\u202c\u200f <\u202a{OURS}\u202c\u200f>:",
    "ja": f"2027年1月5日(火) 9:00 Fairsteps <{OURS}>:",
}
_APPLE = {
    "en": f"On 5 Jan 2027, at 09:00, Fairsteps <{OURS}> wrote:",
    "de": f"Am 05.01.2027 um 09:00 schrieb Fairsteps <{OURS}>:",
    "es": f"El 5 ene 2027, a las 9:00, Fairsteps <{OURS}> escribió:",
    "fr": f"Le 5 janv. 2027 à 09:00, Fairsteps <{OURS}> a écrit :",
    "pt": f"No dia 5 de jan. de 2027, às 09:00, Fairsteps <{OURS}> escreveu:",
    "ar": f"في ٥ يناير ٢٠٢٧، الساعة ٩:٠٠ ص، كتب Fairsteps <{OURS}>:",
    "ja": f"2027/01/05 9:00、Fairsteps <{OURS}>のメール:",
}
_THUNDERBIRD = {
    "en": "On 05/01/2027 09:00, Fairsteps wrote:",
    "de": "Am 05.01.27 um 09:00 schrieb Fairsteps:",
    "es": "El 5/1/27 a las 9:00, Fairsteps escribió:",
    "fr": "Le 05/01/2027 à 09:00, Fairsteps a écrit :",
    "pt": "Em 05/01/2027 09:00, Fairsteps escreveu:",
    "ar": "في 5/1/27 9:00 ص، كتب Fairsteps:",
    "ja": "On 2027/01/05 9:00, Fairsteps wrote:",
}
_YAHOO = {
    "en": f"On Tuesday, January 5, 2027 at 09:00:12 AM GMT, Fairsteps <{OURS}> wrote:",
    "de": f"Am Dienstag, 5. Januar 2027 um 09:00:12 MEZ hat Fairsteps <{OURS}> Folgendes geschrieben:",
    "es": f"El martes, 5 de enero de 2027, 09:00:12 CET, Fairsteps <{OURS}> escribió:",
    "fr": f"Le mardi 5 janvier 2027 à 09:00:12 UTC+1, Fairsteps <{OURS}> a écrit :",
    "pt": f"Em terça-feira, 5 de janeiro de 2027 09:00:12 BRT, Fairsteps <{OURS}> escreveu:",
    "ar": f"في الثلاثاء، 5 يناير 2027 في 09:00:12 ص غرينتش+3، كتب Fairsteps <{OURS}>:",
    "ja": f"2027年1月5日火曜日 9:00:12 JST、Fairsteps <{OURS}>さんは書きました:",
}
_K9 = {
    "en": f"On 5 January 2027 09:00:00 GMT, Fairsteps <{OURS}> wrote:",
    "de": f"Am 5. Januar 2027 09:00:00 MEZ schrieb Fairsteps <{OURS}>:",
    "es": f"El 5 de enero de 2027 9:00:00 CET, Fairsteps <{OURS}> escribió:",
    "fr": f"Le 5 janvier 2027 09:00:00 GMT+01:00, Fairsteps <{OURS}> a écrit :",
    "pt": f"Em 5 de janeiro de 2027 09:00:00 BRT, Fairsteps <{OURS}> escreveu:",
    "ar": f"في ٥ يناير ٢٠٢٧ ٩:٠٠:٠٠ ص غرينتش+٠٣:٠٠، كتب Fairsteps <{OURS}>:",
    "ja": f"2027年1月5日 9:00:00 JST、Fairsteps <{OURS}> のメール:",
}
_PROTON = {**_YAHOO, "en": f"On Tuesday, January 5th, 2027 at 9:00 AM, Fairsteps <{OURS}> wrote:"}
_BLOCK = {
    "en": ("From", "Sent", "To", "Subject", "05 January 2027 09:00"),
    "de": ("Von", "Gesendet", "An", "Betreff", "Dienstag, 5. Januar 2027 09:00"),
    "es": ("De", "Enviado", "Para", "Asunto", "martes, 5 de enero de 2027 9:00"),
    "fr": ("De\xa0", "Envoyé\xa0", "À\xa0", "Objet\xa0", "mardi 5 janvier 2027 09:00"),
    "pt": ("De", "Enviado", "Para", "Assunto", "terça-feira, 5 de janeiro de 2027 09:00"),
    "ar": ("من", "تم الإرسال", "إلى", "الموضوع", "الثلاثاء، 5 يناير 2027 09:00"),
    "ja": ("差出人", "送信日時", "宛先", "件名", "2027年1月5日 9:00"),
}
_ORIGINAL = {
    "en": "-----Original Message-----",
    "de": "-----Ursprüngliche Nachricht-----",
    "es": "-----Mensaje original-----",
    "fr": "-----Message d'origine-----",
    "pt": "-----Mensagem original-----",
    "ar": "-----الرسالة الأصلية-----",
    "ja": "-----Original Message-----",
}
_SAMSUNG = {
    "en": "-------- Original message --------",
    "de": "-------- Ursprüngliche Nachricht --------",
    "es": "-------- Mensaje original --------",
    "fr": "-------- Message d'origine --------",
    "pt": "-------- Mensagem original --------",
    "ar": "-------- الرسالة الأصلية --------",
    "ja": "-------- 元のメッセージ --------",
}
PHONE = {
    "ios": {
        "en": "Sent from my iPhone",
        "de": "Von meinem iPhone gesendet",
        "es": "Enviado desde mi iPhone",
        "fr": "Envoyé de mon iPhone",
        "pt": "Enviado do meu iPhone",
        "ar": "مرسل من الـ iPhone",
        "ja": "iPhoneから送信",
    },
    "samsung": {
        "en": "Sent from my Galaxy",
        "de": "Von meinem Galaxy gesendet",
        "es": "Enviado desde mi Galaxy",
        "fr": "Envoyé depuis mon appareil Galaxy",
        "pt": "Enviado do meu Galaxy",
        "ar": "أُرسلت من جهاز Galaxy",
        "ja": "Galaxyから送信",
    },
    "outlook": {
        "en": "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "de": "Outlook für Android<https://aka.ms/AAb9ysg> herunterladen",
        "es": "Obtener Outlook para iOS<https://aka.ms/o0ukef>",
        "fr": "Télécharger Outlook pour iOS<https://aka.ms/o0ukef>",
        "pt": "Obter o Outlook para Android<https://aka.ms/AAb9ysg>",
        "ar": "الحصول على Outlook لـ iOS<https://aka.ms/o0ukef>",
        "ja": "Outlook for iOS<https://aka.ms/o0ukef>を入手",
    },
    "yahoo": {
        "en": "Sent from Yahoo Mail on Android",
        "de": "Gesendet von Yahoo Mail auf Android",
        "es": "Enviado desde Yahoo Mail para Android",
        "fr": "Envoyé à partir de Yahoo Mail sur Android",
        "pt": "Enviado do Yahoo Mail no Android",
        "ar": "مرسلة من Yahoo Mail على Android",
        "ja": "Android の Yahoo メールから送信",
    },
    "k9": {
        "en": "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
        "de": "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "es": "Enviado desde mi dispositivo Android con K-9 Mail.",
        "fr": "Envoyé de mon appareil Android avec K-9 Mail.",
        "pt": "Enviado do meu dispositivo Android com K-9 Mail.",
        "ar": "مرسل من جهاز أندرويد باستخدام بريد K-9",
        "ja": "AndroidデバイスからK-9 Mailで送信",
    },
    "proton": dict.fromkeys(("en", "de", "es", "fr", "pt", "ar", "ja"), "Sent with Proton Mail secure email."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody writes, where, and in which language their program speaks. `between`: one piece below each quoted
    question. `below`: under all that is quoted.
    """

    mail: Mail
    language: str
    own: str
    ending: str = ""
    between: Sequence[str] = ()
    below: bool = False


def name_of(language: str) -> str:
    return _NAMES[language]


def _quoted(mark: str, text: str) -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.strip().split("\n"))


def _placed(reply: Reply, header: str, mark: str = "> ") -> str:
    """The text part of a program that marks what it quotes."""
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    if reply.between:
        pieces = [reply.own, "", header, ""]
        rest = reply.mail.text
        for number, said in enumerate(reply.between, start=1):
            head, rest = _after_question(rest, number)
            pieces += [_quoted(mark, head), "", said, ""]
        return "\n".join([*pieces, _quoted(mark, rest), "", reply.ending])
    if reply.below:
        return f"{header}\n{_quoted(mark, reply.mail.text)}\n\n{own}\n"
    return f"{own}\n\n{header}\n\n{_quoted(mark, reply.mail.text)}\n"


def _after_question(text: str, number: int) -> tuple[str, str]:
    """Cut our mail below its question of that number, where the next begins or the list ends."""
    lines = text.split("\n")
    begin = next(at for at, line in enumerate(lines) if line.startswith(f"{number:2d}. "))
    end = next(at for at in range(begin + 1, len(lines)) if not lines[at].startswith("    "))
    return "\n".join(lines[:end]), "\n".join(lines[end:])


def _paragraphs(text: str, tag: str = "div") -> str:
    lines = (markup.escape(line) if line else "<br>" for line in text.split("\n"))
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


def _block(reply: Reply, sender: str, *, bold: str = "") -> str:
    by, sent, to, subject, day = _BLOCK[reply.language]
    named = (
        (by, f"Fairsteps <{OURS}>"),
        (sent, day),
        (to, f"{name_of(reply.language)} <{sender}>"),
        (subject, reply.mail.subject),
    )
    return "\n".join(f"{bold}{label}:{bold} {value}" for label, value in named)


def envelope(reply: Reply, *, sender: str = "bo@example.com", prefix: str = "Re") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{name_of(reply.language)}" <{sender}>'
    mail["To"] = f"Fairsteps <{REPLY_TO}>"
    mail["Subject"] = f"{prefix}: {reply.mail.subject}"
    mail["Date"] = "Tue, 05 Jan 2027 10:14:02 +0000"
    mail["Message-ID"] = "<reply@mail.example.com>"
    mail["In-Reply-To"] = "<dddddddddddddddddddd@example.org>"
    mail["References"] = "<p-abcdef@example.org> <dddddddddddddddddddd@example.org>"
    return mail


def _both(reply: Reply, plain: str, html: str, **more: str) -> EmailMessage:
    mail = envelope(reply, **more)
    mail.set_content(plain, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail


def gmail_web(reply: Reply) -> EmailMessage:
    header = _GMAIL[reply.language]
    text = _placed(reply, header)
    own = _paragraphs("\n\n".join(filter(None, (reply.own, reply.ending))))
    direction = ' dir="rtl"' if reply.language == "ar" else ' dir="ltr"'
    attr = f'<div{direction} class="gmail_attr">{markup.escape(header)}<br></div>'
    quote = f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{reply.mail.html}</blockquote>'
    if reply.between or reply.below:
        own = ""
        quote = f"<pre>{markup.escape(text)}</pre>"  # what stands between is read in the text part
        attr = ""
    html = f'<div{direction}>{own}</div><br><div class="gmail_quote gmail_quote_container">{attr}{quote}</div>'
    return _both(reply, text, html)


def gmail_phone(reply: Reply) -> EmailMessage:
    header = _GMAIL[reply.language]
    text = _placed(reply, header)
    own = _paragraphs("\n\n".join(filter(None, (reply.own, reply.ending)))).replace("<div>", '<div dir="auto">')
    html = (
        f'<div dir="auto">{own}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f'{markup.escape(header)}<br></div><blockquote class="gmail_quote">{reply.mail.html}</blockquote></div>'
    )
    return _both(reply, text, html)


def apple_mail(reply: Reply) -> EmailMessage:
    header = _APPLE[reply.language]
    own = _paragraphs("\n\n".join(filter(None, (reply.own, reply.ending))))
    html = (
        f'<html><body style="overflow-wrap: break-word;">{own}<div><br><blockquote type="cite"><div>'
        f'{markup.escape(header)}</div><br class="Apple-interchange-newline"><div>{reply.mail.html}</div></blockquote></div></body></html>'
    )
    return _both(reply, _placed(reply, header), html)


def ios(reply: Reply) -> EmailMessage:
    """Its own line stands above the quoted mail, and the header is quoted with it."""
    signed = PHONE["ios"][reply.language]
    header = _APPLE[reply.language]
    own = "\n".join((reply.own, "", *filter(None, (reply.ending,)), signed))
    text = f"{own}\n\n> {header}\n> \n> \ufeff{_quoted('> ', reply.mail.text)[2:]}\n"
    html = (
        f'<html><body dir="auto">{_paragraphs(own)}<div dir="ltr"><br><blockquote type="cite">'
        f'{markup.escape(header)}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">\ufeff{reply.mail.html}</div></blockquote></body></html>'
    )
    return _both(reply, text, html)


def thunderbird(reply: Reply) -> EmailMessage:
    """Plain text, flowed."""
    mail = envelope(reply)
    mail.set_content(_flowed(_placed(reply, _THUNDERBIRD[reply.language])), cte="8bit")
    mail.set_param("format", "flowed")
    return mail


def _flowed(text: str) -> str:
    """Fold long lines of one's own as RFC 3676 has it, and keep apart what begins like a quote."""
    folded: list[str] = []
    for line in text.split("\n"):
        while len(line) > 72 and " " in line[:72] and not line.startswith(">"):
            at = line.rindex(" ", 0, 72) + 1
            folded.append(line[:at])
            line = line[at:]
        folded.append(line if line.startswith(">") or line == "-- " else line.rstrip())
    return "\n".join(folded)


def thunderbird_html(reply: Reply) -> EmailMessage:
    header = _THUNDERBIRD[reply.language]
    own = _paragraphs("\n\n".join(filter(None, (reply.own, reply.ending))), "p")
    html = (
        f'<!DOCTYPE html><html><body>{own}<div class="moz-cite-prefix">{markup.escape(header)}<br></div>'
        f'<blockquote type="cite" cite="mid:dddddddddddddddddddd@example.org">{reply.mail.html}</blockquote></body></html>'
    )
    return _both(reply, _placed(reply, header), html)


def outlook_desktop(reply: Reply) -> EmailMessage:
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    block = _block(reply, "bo@example.com")
    text = f"{own}\n\n \n\n{block}\n\n \n\n{reply.mail.text}"
    html = (
        f'<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{{margin:0}}</style></head><body>'
        f'<div class="WordSection1">{_paragraphs(own, "p").replace("<p>", "<p class=MsoNormal>")}<div><div '
        f'style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">'
        f"{markup.escape(block).replace(chr(10), '<br>')}</p></div></div>{reply.mail.html}</div></body></html>"
    )
    return _both(reply, text, html, prefix={"de": "AW", "fr": "RE"}.get(reply.language, "RE"))


def outlook_plain(reply: Reply) -> EmailMessage:
    """Old Outlook in plain text, with its separator, in the letters of its country."""
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    mail = envelope(reply, prefix={"de": "AW"}.get(reply.language, "RE"))
    text = f"{own}\n\n{_ORIGINAL[reply.language]}\n{_block(reply, 'bo@example.com')}\n\n{reply.mail.text}"
    charset = {"ar": "windows-1256", "ja": "iso-2022-jp", "en": "us-ascii"}.get(reply.language, "iso-8859-15")
    try:
        mail.set_content(text, charset=charset, cte="7bit" if charset in ("iso-2022-jp",) else "quoted-printable")
    except UnicodeError:
        mail.set_content(text, charset="utf-8", cte="base64")
    return mail


def outlook_web(reply: Reply) -> EmailMessage:
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    block = _block(reply, "bo@example.com")
    text = f"{own}\n{'_' * 32}\n{block}\n\n{reply.mail.text}"
    html = (
        f'<html><body dir="ltr"><div class="elementToProof">{_paragraphs(own)}</div><div id="appendonsend"></div>'
        f'<hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">{markup.escape(block).replace(chr(10), "<br>")}</div>'
        f"<div>{reply.mail.html}</div></body></html>"
    )
    return _both(reply, text, html)


def outlook_phone(reply: Reply) -> EmailMessage:
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    signed = PHONE["outlook"][reply.language]
    text = f"{own}\n\n{signed}\n{'_' * 32}\n{_block(reply, 'bo@example.com')}\n\n{reply.mail.text}"
    html = (
        f'<html><body><div dir="auto">{_paragraphs(own)}</div><div id="ms-outlook-mobile-signature">'
        f'{markup.escape(signed.partition("<")[0])}</div><div id="mail-editor-reference-message-container">'
        f'<div class="ms-outlook-mobile-reference-message skipProofing"></div><hr>'
        f"{markup.escape(_block(reply, 'bo@example.com')).replace(chr(10), '<br>')}<div>{reply.mail.html}</div></div></body></html>"
    )
    return _both(reply, text, html)


def hotmail(reply: Reply) -> EmailMessage:
    """Outlook.com, HTML alone."""
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    mail = envelope(reply, sender="bo@example.com")
    html = (
        f'<html><head><style>P {{margin:0;}}</style></head><body dir="ltr"><div style="font-family: Aptos">{_paragraphs(own)}</div>'
        f'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Fairsteps &lt;{OURS}&gt;</div><div>{reply.mail.html}</div></body></html>'
    )
    mail.set_content(html, subtype="html", cte="base64")
    return mail


def yahoo_web(reply: Reply) -> EmailMessage:
    """What it quotes has no mark in the text part."""
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    header = _YAHOO[reply.language]
    text = "\n".join(f" {line}" for line in own.split("\n")) + f"\n\n    {header}  \n \n {reply.mail.text}"
    html = (
        f'<html><body><div class="ydp1"><div dir="ltr" data-setdir="false">{_paragraphs(own)}</div><div><br></div></div>'
        f'<div id="ydp2yahoo_quoted_1" class="yahoo_quoted"><div>{markup.escape(header)}</div><div>{reply.mail.html}</div></div></body></html>'
    )
    return _both(reply, text, html)


def yahoo_phone(reply: Reply) -> EmailMessage:
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    header, signed = _YAHOO[reply.language], PHONE["yahoo"][reply.language]
    text = f"{own}\n\n{signed} \n \n  {header}   {reply.mail.text}"
    html = (
        f'{_paragraphs(own)}<br><div id="ymail_android_signature">{signed}</div><blockquote style="margin: 0 0 20px 0;">'
        f"<div>{markup.escape(header)}</div><div>{reply.mail.html}</div></blockquote>"
    )
    return _both(reply, text, html)


def k9(reply: Reply) -> EmailMessage:
    mail = envelope(reply)
    ending = "\n\n".join(filter(None, (reply.ending, f"-- \n{PHONE['k9'][reply.language]}")))
    flat = Reply(
        mail=reply.mail,
        language=reply.language,
        own=reply.own,
        ending=ending,
        between=reply.between,
        below=reply.below,
    )
    mail.set_content(_placed(flat, _K9[reply.language], mark=">"), cte="base64")
    return mail


def samsung(reply: Reply) -> EmailMessage:
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    by, sent, to, subject, _ = _BLOCK[reply.language]
    block = f"{by}: Fairsteps <{OURS}> \n{sent}: 05/01/2027  09:00  (GMT+00:00) \n{to}: bo@example.com \n{subject}: {reply.mail.subject} "
    text = f"{own}\n\n\n{PHONE['samsung'][reply.language]}\n{_SAMSUNG[reply.language]}\n{block}\n\n{reply.mail.text}"
    html = (
        f'<html><body dir="auto">{_paragraphs(own)}<div id="composer_signature" dir="auto"><div>{PHONE["samsung"][reply.language]}</div></div>'
        f'<div><br></div><div align="left" dir="auto"><div>{_SAMSUNG[reply.language]}</div><div>{markup.escape(block).replace(chr(10), "</div><div>")}</div></div>'
        f"{reply.mail.html}</body></html>"
    )
    return _both(reply, text, html)


def proton(reply: Reply) -> EmailMessage:
    header = _PROTON[reply.language]
    signed = PHONE["proton"][reply.language]
    ending = "\n\n".join(filter(None, (reply.ending, signed)))
    flat = Reply(
        mail=reply.mail, language=reply.language, own=reply.own, ending=ending, between=reply.between, below=reply.below
    )
    own = "\n\n".join(filter(None, (reply.own, reply.ending)))
    html = (
        f'{_paragraphs(own)}<div class="protonmail_signature_block"><div>{signed}</div></div><div class="protonmail_quote">'
        f'{markup.escape(header)}<br><blockquote class="protonmail_quote" type="cite">{reply.mail.html}</blockquote></div>'
    )
    return _both(reply, _placed(flat, header), html)


def plain(reply: Reply) -> EmailMessage:
    """A screen reader's user with a text program that quotes nothing, or what its user left standing."""
    mail = envelope(reply)
    mail.set_content("\n\n".join(filter(None, (reply.own, reply.ending))) + "\n", cte="8bit")
    return mail


CLIENTS = {
    client.__name__: client
    for client in (
        gmail_web,
        gmail_phone,
        apple_mail,
        ios,
        thunderbird,
        thunderbird_html,
        outlook_desktop,
        outlook_plain,
        outlook_web,
        outlook_phone,
        hotmail,
        yahoo_web,
        yahoo_phone,
        k9,
        samsung,
        proton,
        plain,
    )
}
MARKING = ("gmail_web", "apple_mail", "thunderbird", "k9", "proton")  # programs that mark each quoted line

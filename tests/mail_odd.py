# ruff: noqa: E501 - lines of mails are as long as they are
"""Replies that are odd each in its own way: numbers, lists, quotes, letters and parts as people and programs send them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

from tests.mail_asked import mails
from tests.mail_clients import OURS, REPLY_TO, Reply, envelope

BREAK = "A break in August, please."
FEEL = {"feel": 4, "change": BREAK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """As a `Case` of the corpus, its mail as a value or as bytes."""

    name: str
    raw: EmailMessage | MIMEMultipart | bytes
    text: str
    prompt: str = "sense"
    language: str = "en"
    kind: str = "reply"
    values: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[str, ...] = ()


def odd() -> Iterator[Odd]:
    """All of them."""
    yield from _numbers()
    yield from _lone()
    yield from _unclear()
    yield from _own_words()
    yield from _quotes()
    yield from _pages()
    yield from _letters()
    yield from _parts()
    yield from _machines()


def _reply(prompt: str = "sense", language: str = "en") -> Reply:
    return Reply(mail=mails()[prompt], language=language, own="")


def _quoted(prompt: str, mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in mails()[prompt].text.strip().split("\n"))


def _plain(text: str, *, prompt: str = "sense", language: str = "en", quote: bool = True) -> EmailMessage:
    mail = envelope(_reply(prompt, language))
    below = f"\n\nOn Tue, 5 Jan 2027 at 09:00, Fairsteps <{OURS}> wrote:\n{_quoted(prompt)}\n" if quote else "\n"
    mail.set_content(f"{text}{below}", cte="8bit")
    return mail


def _html(html: str, *, prompt: str = "sense", language: str = "en") -> EmailMessage:
    mail = envelope(_reply(prompt, language))
    mail.set_content(html, subtype="html", cte="quoted-printable")
    return mail


def _said(name: str, text: str, **more: Any) -> Odd:
    prompt, language = more.get("prompt", "sense"), more.get("language", "en")
    return Odd(name=name, raw=_plain(text, prompt=prompt, language=language), text=text, **more)


def _numbers() -> Iterator[Odd]:
    """How people number their answers."""
    styles = {
        "keycaps": f"1️⃣ 4\n2️⃣ {BREAK}",
        "circled": f"① 4\n② {BREAK}",
        "no-space": f"1:4\n2:{BREAK}",
        "tabs": f"1.\t4\n2.\t{BREAK}",
        "equals": f"1 = 4\n2 = {BREAK}",
        "headings": f"Question 1\n4\n\nQuestion 2\n{BREAK}",
        "bare": f"1\n4\n\n2\n{BREAK}",
        "bullets": f"- 1: 4\n- 2: {BREAK}",
        "stars": f"*1.* 4\n*2.* {BREAK}",
        "brackets": f"[1] 4\n[2] {BREAK}",
        "order": f"2: {BREAK}\n1: 4",
        "mixed": f"1. 4\n2) {BREAK}",
        "hash": f"#1 : 4\n#2 : {BREAK}",
        "q-space": f"Q1 4\nQ2 {BREAK}",
        "chatty": f"Hi Ana,\n\nThanks for asking. It was a hard week, so only in short.\n\n1: 4\n2: {BREAK}",
        "copied": f"1. How do you feel about it as it stands?\n4\n\n2. What one change would make it better for you?\n{BREAK}",
        "copied-hint": f"1. How do you feel about it as it stands? 4\n2. What one change would make it better for you? "
        f"Leave it empty if it is fine as it is.\n{BREAK}",
    }
    for name, text in styles.items():
        yield _said(f"numbers-{name}", text, values=FEEL)
    yield _said("numbers-arabic-indic", "١: ٤\n٢: استراحة", language="ar", values={"feel": 4, "change": "استراحة"})
    yield _said(
        "numbers-embedded-rtl",
        "\u202b1: 4\u202c\n\u202b2: استراحة\u202c",
        language="ar",
        values={"feel": 4, "change": "استراحة"},
    )
    yield _said("numbers-wide", "１：４\n２：休みがほしい", language="ja", values={"feel": 4, "change": "休みがほしい"})
    yield _said("numbers-one-left-out", "1: 4\n3: 4, 7", prompt="effort", values=_effort_without_hours())
    yield _said("numbers-only-second", f"2: {BREAK}", values={"change": BREAK})
    inside = "Three things\n1. a break\n2. more people"
    yield _said("numbers-list-inside", f"1: 4\n2: {inside}", values={"feel": 4, "change": inside})
    long = f"{BREAK}\n\nAnd at 2:30 pm is too early.\n\n- 1.5 hours are enough\n- not on 3. May"
    yield _said("numbers-paragraphs", f"1: 4\n2: {long}", values={"feel": 4, "change": long})


def _effort_without_hours() -> Mapping[str, Any]:
    options = mails()["effort"].prompt.questions[2].options
    return {"effort": 4, "look-after": [options[3].value, options[6].value]}


def _lone() -> Iterator[Odd]:
    """One question: no number is needed, and one may stand there all the same."""
    consent: dict[str, tuple[str, str, str]] = {
        "greeting": ("Hello, 1: Consent", "consent", ""),
        "number": ("1: Consent", "consent", ""),
        "place": ("1", "consent", ""),
        "numbered-place": ("1: 2", "aside", ""),
        "objection": ("1: Object. It would name people who are ill.", "object", "It would name people who are ill."),
        "advice": ("consent, but tell the new ones", "consent", "but tell the new ones"),
        "copied-label": ("Stand aside: I am not for it, and I will not stop it", "aside", ""),
        "copied-question": ("1. What do you say?\nConsent", "consent", ""),
    }
    for name, (text, word, why) in consent.items():
        values = {"say": {"word": word, "why": why}}
        yield _said(f"lone-{name}", text, prompt="consent", values=values)
    for name, text, asked in (
        ("objection-bare", "Object", ("say",)),
        ("preference", "I'd prefer another one", ("say",)),
        ("thanks-alone", "Thanks for all you do", ("say",)),
    ):
        yield _said(f"lone-{name}", text, prompt="consent", asked=asked)
    rules = "1. be kind\n2. be fair\n3. be on time"
    yield _said("lone-list", rules, prompt="open", values={"ask": rules})
    yield _said("lone-month", "1. Mai wäre gut für mich", prompt="open", values={"ask": "1. Mai wäre gut für mich"})
    yield _said("lone-numbered", "1. Who pays?", prompt="open", values={"ask": "Who pays?"})
    yield _said("lone-skip", "skip", prompt="open")
    yield _said("lone-skip-german", "Kein Kommentar.", prompt="open", language="de")
    options = mails()["dots"].prompt.questions[0].options
    picked = {"vote": [options[1].value, options[2].value]}
    copied = f"2 {options[1].label}\n3 {options[2].label}"
    yield _said("lone-copied-options", copied, prompt="dots", values=picked)
    yield _said("lone-too-many-dots", "1, 2, 3, 4", prompt="dots", asked=("vote",))


def _unclear() -> Iterator[Odd]:
    """What must be asked back, and never guessed."""
    both = ("change", "feel")
    for name, text, asked in (
        ("no-numbers", f"4\n\n{BREAK}", ("",)),
        ("twice", "1: 4\n2: fine\n1: 5", both),
        ("list-alike", "1. 4\n2. Three things\n1. a break\n2. more people", both),
        ("out-of-scale", f"1: 9\n2: {BREAK}", ("feel",)),
        ("words-for-a-scale", f"1: rather good, but\n2: {BREAK}", ("feel",)),
        ("see-below", "See my answers below in red.", ("",)),
        ("see-attached", "Please see attached", ("",)),
    ):
        yield _said(f"unclear-{name}", text, asked=asked)
    yield _said("one-line", f"1) 4 2) {BREAK}", values={"feel": 4, "change": BREAK})
    yield _said("unclear-day", "1: yes\n2: 03/04/2026", prompt="tie", asked=("new-tie-since",))
    yield _said("unclear-unit", "1: 4\n2: two days", prompt="effort", asked=("my-hours",))
    yield _said("unclear-option", "1: the night\n2: 9", prompt="rest", asked=("cover",))
    yield _said("unclear-time-or-twelve", "1:12\n2: skip", prompt="hour", asked=("hourly",))
    yield _said("unclear-three-then-list", "3: things\n1. a\n2. b", prompt="rest", asked=("stand-in",))
    yield _said("unclear-siehe-unten", "Hallo,\n\nmeine Antworten stehen unten.", language="de", asked=("",))
    text = "No sé"
    values = {"new-tie": {"said": "unsure", "note": ""}, "new-tie-plan": "disclose"}
    yield _said("unsure-spanish", f"1: {text}\n3: 1", prompt="tie", language="es", values=values)
    yield _said("no-comment", "1: No comment\n3: 1", prompt="tie", values={"new-tie-plan": "disclose"})


def _own_words() -> Iterator[Odd]:
    """A person's own words that look like something else."""
    for name, said in {
        "they-wrote": "On Monday they wrote:\nwe share nothing.\nI doubt it.",
        "labels": "Data: none of ours\nDo: ask them first\nFrom: the start",
        "thanks-to": "What holds us together?\nThanks to Ana it is the calls.\nBut is it fair to her?",
        "regards": "How do I say no?\nBest regards to Ana, by the way\nShe knows.",
        "confidential": "Our e-mails are confidential, so who may read them when somebody leaves?",
        "sent-from": "What was it all for?\nSent from one office to the other, for weeks.\nWhy?",
        "signs": "Is 3 > 2 here?\nAnd is <script> a word?",
    }.items():
        yield _said(f"own-{name}", said, prompt="open", values={"ask": said})
    signed = "1: 4\n\nViele Grüße\nJörg Beispiel\n2. Vorsitzender Hafenkreis e.V."
    yield Odd(
        name="signed-second-chair", raw=_plain(signed, language="de"), text="1: 4", language="de", values={"feel": 4}
    )
    house = "1: 4\n\nKind regards\nBo Example\n2 Harbour Road\nTel. 3: 555 0100"
    yield Odd(name="signed-with-numbers", raw=_plain(house), text="1: 4", values={"feel": 4})


def _quotes() -> Iterator[Odd]:
    """Quotes that a program changed, or that a person cut."""
    own = f"1: 4\n2: {BREAK}"
    ours = mails()["sense"].text
    theirs = ours.replace("-- reply above this line --", "-- Antworten Sie über dieser Zeile --")
    block = f"From: Fairsteps <{OURS}>\nSent: 5 January 2027 09:00\nTo: bo@example.com\nSubject: Your question\n\n"
    no_marker = "\n".join(f"> {line}".rstrip() for line in ours.split("\n")[2:])
    for name, text in {
        "translated-marker": f"{own}\n\n{block}{theirs}",
        "translated-no-block": f"{own}\n\nAm 05.01.27 um 09:00 schrieb Fairsteps:\n\n{theirs}",
        "no-marker": f"{own}\n\nFairsteps wrote:\n{no_marker}",
        "folded-marker": f"{own}\n\n-- reply above\nthis line --\n\n{ours[30:]}",
        "folded-marker-quoted": f"{own}\n\n> -- reply above\n> this line --\n>\n{no_marker}",
        "twice-quoted": f"{own}\n\nOn 6 Jan 2027, Fairsteps <{OURS}> wrote:\n> You wrote:\n>> 1: 5\n>> 2: Nothing\n{_quoted('sense')}",
        "folded-header": f"{own}\n\nOn Tue, Jan 5, 2027 at 9:00 AM Fairsteps\n<{REPLY_TO}>\nwrote:\n\n{_quoted('sense')}",
        "web-de": f"{own}\n \n\nGesendet: Dienstag, 5. Januar 2027 um 09:00\nVon: Fairsteps <{OURS}>\nAn: bo@example.com\nBetreff: Frage\n\n{ours}",
        "gmx": f"{own}\n\n> Fairsteps <{OURS}> hat am 05.01.2027 09:00 CET geschrieben:\n>\n{_quoted('sense')}",
        "wide-mark": f"{own}\n\n2027年1月5日(火) 9:00 Fairsteps <{OURS}>:\n{_quoted('sense', '＞')}",
        "forwarded": f"{own}\n\n---------- Forwarded message ---------\n{block}{ours}",
    }.items():
        yield Odd(name=f"quote-{name}", raw=_plain(text, quote=False), text=own, values=FEEL)
    trimmed = (
        f"> How do you feel about it as it stands?\n4\n> What one change would make it\n> better for you?\n{BREAK}"
    )
    yield Odd(name="between-trimmed", raw=_plain(trimmed, quote=False), text=f"4\n{BREAK}", values=FEEL)
    begun = f"> 1. How do you feel about\n\n4\n\n> 2. What one change\n\n{BREAK}\n\n-- \nBo"
    yield Odd(name="between-begun", raw=_plain(begun, quote=False), text=f"4\n\n{BREAK}", values=FEEL)
    lone = f"> 2. What one change would make it better for you?\n\n{BREAK}"
    yield Odd(name="between-one-left", raw=_plain(lone, quote=False), text=BREAK, values={"change": BREAK})
    loose = f"{_quoted('sense')}\n\n{BREAK}"
    yield Odd(name="below-without-numbers", raw=_plain(loose, quote=False), text=BREAK, asked=("",))
    above = f"1: 4\n\n{_quoted('sense')}\n\n2: {BREAK}"
    yield Odd(name="above-and-below", raw=_plain(above, quote=False), text=f"1: 4\n\n2: {BREAK}", values=FEEL)
    yield Odd(name="only-quoted", raw=_plain("", quote=True), text="", kind="empty")
    yield Odd(
        name="only-forwarded",
        raw=_plain(f"---------- Forwarded message ---------\n{block}{ours}", quote=False),
        text="",
        kind="empty",
    )
    listed = "> 2. What one change would make it better for you?\n\n1. a break\n2. more people"
    yield Odd(
        name="between-list",
        raw=_plain(listed, quote=False),
        text="1. a break\n2. more people",
        values={"change": "1. a break\n2. more people"},
    )


def _pages() -> Iterator[Odd]:
    """HTML alone."""
    ours = mails()["sense"].html
    quote = f'<blockquote type="cite">{ours}</blockquote>'
    own = f"1: 4\n2: {BREAK}"
    for name, html, text in (
        ("list", f"<ol><li>4</li><li>{BREAK}</li></ol>{quote}", f"1. 4\n2. {BREAK}"),
        ("bold", f"<p><b>1.</b> 4</p><p><b>2.</b> {BREAK}</p>{quote}", f"1. 4\n2. {BREAK}"),
        ("pre", f"<pre>1: 4\n2: {BREAK}</pre>{quote}", own),
        ("below", f"<div>Fairsteps wrote:</div>{quote}<p>1: 4</p><p>2: {BREAK}</p>", own),
        ("bare-quote", f"<p>1: 4<br>2: {BREAK}</p><blockquote>{ours}</blockquote>", own),
        (
            "indented",
            f'<blockquote style="margin: 0 0 0 40px; border: none">1: 4<br>2: {BREAK}</blockquote>{quote}',
            own,
        ),
        ("signature", f'<p>1: 4<br>2: {BREAK}</p><div class="gmail_signature">Chair of 3: all</div>{quote}', own),
        ("broken", f"<p>1: 4<br>2: {BREAK}<blockquote type=cite><div>{ours}", own),
    ):
        yield Odd(name=f"page-{name}", raw=_html(html), text=text, values=FEEL)
    between = (
        "<blockquote>1. How do you feel about it as it stands?</blockquote><p>4</p>"
        f"<blockquote>2. What one change would make it better for you?</blockquote><p>{BREAK}</p>"
    )
    yield Odd(name="page-between", raw=_html(between), text=f"4\n{BREAK}", values=FEEL)


def _letters() -> Iterator[Odd]:
    """Letters that lie about themselves."""
    spanish, arabic, japanese = "1: 4\n2: Una pausa, ¡sí! 5 €", "1: 4\n2: استراحة في أغسطس", "1: 4\n2: 休みがほしい"
    chinese, french = "1: 4\n2: 八月休息", "1: 4\n2: Une pause à l’été – oui"
    for name, language, text, charset, named, encoding in (
        ("iso-8859-15", "es", spanish, "iso-8859-15", "iso-8859-15", "quoted-printable"),
        ("cp1252-as-latin1", "fr", french, "cp1252", "iso-8859-1", "8bit"),
        ("utf8-as-latin1", "fr", french, "utf-8", "iso-8859-1", "8bit"),
        ("utf8-as-ascii", "fr", french, "utf-8", "us-ascii", "8bit"),
        ("utf8-unnamed", "fr", french, "utf-8", "", "8bit"),
        ("unknown", "fr", french, "utf-8", "x-nobody-knows", "8bit"),
        ("windows-1256", "ar", arabic, "windows-1256", "windows-1256", "base64"),
        ("iso-8859-6", "ar", arabic, "iso-8859-6", "iso-8859-6", "8bit"),
        ("iso-2022-jp", "ja", japanese, "iso-2022-jp", "iso-2022-jp", "7bit"),
        ("iso-2022-jp-unnamed", "ja", japanese, "iso-2022-jp", "", "7bit"),
        ("shift-jis", "ja", japanese, "shift_jis", "Shift_JIS", "base64"),
        ("gb18030-as-gb2312", "en", chinese, "gb18030", "gb2312", "base64"),
        ("utf-16", "fr", french, "utf-16", "utf-16", "base64"),
        ("utf-7", "fr", french, "utf-7", "utf-7", "7bit"),
    ):
        raw = _in_letters(text, charset, named, encoding, language)
        yield Odd(name=f"letters-{name}", raw=raw, text=text, language=language, values={"feel": 4, "change": text[8:]})


def _in_letters(text: str, charset: str, named: str, encoding: str, language: str) -> bytes:
    mail = envelope(_reply(language=language))
    body = f"{text}\n\n> -- reply above this line --\n> How do you feel?\n".encode(charset)
    if encoding == "base64":
        import base64

        body = base64.encodebytes(body)
    elif encoding == "quoted-printable":
        import quopri

        body = quopri.encodestring(body)
    kind = f"Content-Type: text/plain; charset={named}\r\n" if named else ""
    return mail.as_bytes().rstrip() + f"\r\n{kind}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body


def _parts() -> Iterator[Odd]:
    """Parts around the words."""
    around = MIMEMultipart("mixed")
    _head(around)
    around.attach(MIMEText("1: 4\n", "plain", "utf-8"))
    around.attach(MIMEImage(b"\x89PNG", "png", name="photo.png"))
    around.attach(MIMEText(f"2: {BREAK}\n\n{_quoted('sense')}", "plain", "utf-8"))
    yield Odd(name="parts-around-a-picture", raw=around, text=f"1: 4\n2: {BREAK}", values=FEEL)
    only = MIMEMultipart("mixed")
    _head(only)
    only.attach(MIMEImage(b"\x89PNG", "png", name="photo.png"))
    yield Odd(name="parts-picture-alone", raw=only, text="", kind="empty")
    packed = _plain("", quote=False)
    packed.add_attachment(b"\x78\x9f\x3e\x22", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    yield Odd(name="parts-winmail", raw=packed, text="", kind="empty")
    along = _plain(f"1: 4\n2: {BREAK}")
    along.add_attachment("1: 5\n2: nothing of this is an answer", filename="notes.txt")
    yield Odd(name="parts-attached-text", raw=along, text=f"1: 4\n2: {BREAK}", values=FEEL)
    flowed = _plain("1: 4\n2: 休みが \nほしいです \nと思います", language="ja")
    flowed.set_param("format", "flowed")
    flowed.set_param("delsp", "yes")
    said = "休みがほしいですと思います"
    yield Odd(
        name="parts-flowed-delsp",
        raw=flowed,
        text=f"1: 4\n2: {said}",
        language="ja",
        values={"feel": 4, "change": said},
    )
    folded = _plain(f"1: 4\n2: {BREAK} And one more\nlong line", quote=True)
    folded.add_alternative(f"<div>1: 4</div><div>2: {BREAK} And one more long line</div>", subtype="html")
    said = f"{BREAK} And one more long line"
    yield Odd(name="parts-unfolded-by-html", raw=folded, text=f"1: 4\n2: {said}", values={"feel": 4, "change": said})
    bare = f"From: Bo <bo@example.com>\rTo: {REPLY_TO}\r\r1: 4\r2: {BREAK}\r".encode()
    yield Odd(name="parts-bare-returns", raw=bare.replace(b"\r", b"\r\n", 3), text=f"1: 4\n2: {BREAK}", values=FEEL)


def _head(mail: MIMEMultipart) -> None:
    mail["From"], mail["To"], mail["Subject"] = "Bo Example <bo@example.com>", REPLY_TO, "Re: A question"
    mail["Message-ID"] = "<parts@mail.example.com>"


def _machines() -> Iterator[Odd]:
    """What no person wrote, or what is no answer."""
    away = "I am away until 11 January."
    for name, language, header, value in (
        ("german", "de", "Subject", "Automatische Antwort: Ihre Frage"),
        ("spanish", "es", "Subject", "Respuesta automática: su pregunta"),
        ("french", "fr", "Subject", "Réponse automatique : votre question"),
        ("portuguese", "pt", "Subject", "Resposta automática: sua pergunta"),
        ("arabic", "ar", "Subject", "رد تلقائي: سؤالك"),
        ("japanese", "ja", "Subject", "自動応答: ご質問"),
        ("marked", "en", "Auto-Submitted", "auto-replied"),
        ("listed", "en", "Precedence", "auto_reply"),
    ):
        mail = _plain(away, language=language)
        del mail[header]
        mail[header] = value
        yield Odd(name=f"away-{name}", raw=mail, text=away, language=language, kind="auto")
    receipt = MIMEMultipart("report", report_type="disposition-notification")
    _head(receipt)
    receipt.attach(MIMEText("Your message was read.", "plain"))
    yield Odd(name="read-receipt", raw=receipt, text="Your message was read.", kind="auto")
    bounce = MIMEMultipart("report", report_type="delivery-status")
    _head(bounce)
    bounce.attach(MIMEText("It could not be delivered.", "plain"))
    yield Odd(name="bounced", raw=bounce, text="It could not be delivered.", kind="bounce")
    thumb = MIMEMultipart("alternative")
    _head(thumb)
    thumb.attach(MIMEText("👍\n\nBo reacted via Gmail\n", "plain", "utf-8"))
    reaction = MIMEText('{"version": 1, "emoji": "👍"}', "vnd.google.email-reaction+json", "utf-8")
    thumb.attach(reaction)
    yield Odd(name="thumb", raw=thumb, text="", kind="empty")

# ruff: noqa: E501 - lines of mails are as long as they are
"""What people answer to the prompts of the corpus, in seven languages, and the values that must be stored."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.mail_asked import mails

Answered = tuple[list[str], Mapping[str, Any]]

GREETINGS = {
    "en": ("", "Hello,", "Hi all", "Good morning Fairsteps!", "Hi,\nhere are my answers:"),
    "de": ("", "Hallo zusammen,", "Guten Tag,", "Liebe Gruppe,", "Hallo,\nhier meine Antworten:"),
    "es": ("", "Hola,", "Buenos días:", "Hola a todos"),
    "fr": ("", "Bonjour,", "Bonjour à tous", "Salut !"),
    "pt": ("", "Olá,", "Bom dia!", "Oi"),
    "ar": ("", "السلام عليكم،", "مرحبا", "صباح الخير"),
    "ja": ("", "こんにちは。", "お世話になっております。", "お疲れ様です"),
}
STYLES = {
    "en": ("{n}: ", "{n}. ", "{n}) ", "({n}) ", "{n} - ", "Q{n}: ", "{n}/ ", "No. {n}: ", "Answer {n}: ", "**{n}.** "),
    "de": ("{n}: ", "zu {n}: ", "Frage {n}: ", "{n}.) ", "Zu {n}. ", "{n} – ", "Nr. {n}: "),
    "es": ("{n}: ", "{n}.- ", "Pregunta {n}: ", "{n}) ", "{n}º) "),
    "fr": ("{n}: ", "{n} : ", "Question {n} : ", "R{n} : ", "{n}) ", "{n}° "),
    "pt": ("{n}: ", "{n} - ", "Pergunta {n}: ", "{n}. "),
    "ar": ("{n}: ", "({n}) ", "السؤال {n}: ", "{n}. ", "{n} - "),
    "ja": ("{n}：", "{n}．", "問{n} ", "（{n}）", "{n}. "),
}
_SMALL_PRINT = {
    "en": "This email and any attachments are confidential and intended solely for the addressee. If you have received "
    "this message in error, please notify the sender and delete it.",
    "de": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind oder diese E-Mail "
    "irrtümlich erhalten haben, informieren Sie bitte sofort den Absender und vernichten Sie diese Nachricht.",
    "es": "Este mensaje es confidencial y está dirigido únicamente a su destinatario. Si ha recibido este correo por "
    "error, le rogamos que lo comunique al remitente y lo elimine.",
    "fr": "Ce message est confidentiel et destiné exclusivement à son destinataire. Si vous avez reçu ce courriel par "
    "erreur, merci d'en avertir l'expéditeur et de le détruire.",
    "pt": "Esta mensagem é confidencial e destina-se exclusivamente ao seu destinatário. Se a recebeu por engano, avise "
    "o remetente e apague este e-mail.",
    "ar": "هذه الرسالة سرية ومخصصة للمرسل إليه فقط. إذا وصلتك هذه الرسالة عن طريق الخطأ فيرجى إبلاغ المرسل وحذفها فورا.",
    "ja": "このメールには機密情報が含まれている場合があります。誤って受信された場合は、送信者にご連絡のうえ、"
    "このメールを直ちに削除してくださいますようお願い申し上げます。",
}
ENDINGS = {
    "en": (
        "",
        "Thanks,\nBo",
        "Kind regards,\nBo Example\nVolunteer, Harbour Circle\nTel. 555 0100",
        "-- \nBo Example\nHarbour Circle",
        f"Best wishes\n\nBo Example\nHarbour Circle\n\n{_SMALL_PRINT['en']}",
        "Bo",
        "Thanks!",
    ),
    "de": (
        "",
        "Viele Grüße\nJörg",
        "Mit freundlichen Grüßen\n\nJörg Beispiel\nHafenkreis e.V.\nTel. 030 5550100",
        "-- \nJörg Beispiel",
        f"LG\nJörg\n\n{_SMALL_PRINT['de']}",
        "Danke!",
    ),
    "es": (
        "",
        "Un abrazo,\nLucía",
        "Saludos cordiales,\nLucía Ejemplo",
        f"Gracias.\n\nLucía Ejemplo\nVoluntaria\n\n{_SMALL_PRINT['es']}",
        "Muchas gracias",
    ),
    "fr": (
        "",
        "Bien cordialement,\nZoé Exemple",
        "Merci !\nZoé",
        f"Bonne journée,\n\nZoé Exemple\n\n{_SMALL_PRINT['fr']}",
        "À bientôt",
    ),
    "pt": ("", "Obrigado,\nJoão", "Um abraço\nJoão Exemplo", f"Atenciosamente,\nJoão Exemplo\n\n{_SMALL_PRINT['pt']}"),
    "ar": ("", "مع تحياتي،\nسلمى", "شكرا", f"مع أطيب التحيات\nسلمى مثال\n\n{_SMALL_PRINT['ar']}"),
    "ja": (
        "",
        "よろしくお願いいたします。\n例田 花子",
        "以上です。",
        f"ありがとうございます。\n\n例田 花子\n\n{_SMALL_PRINT['ja']}",
    ),
}
_LONG = {
    "en": "I would like a break in August – we all need one. And please ask the newer people too, they rarely speak up.",
    "de": "Ich wünsche mir eine Pause im August – wir brauchen alle eine. Und fragt bitte auch die Neuen, die sagen selten etwas.",
    "es": "Me gustaría una pausa en agosto; todos la necesitamos. Y preguntad también a los nuevos, que casi nunca hablan.",
    "fr": "J'aimerais une pause en août, nous en avons tous besoin. Et demandez aussi aux nouveaux, ils parlent rarement.",
    "pt": "Eu gostaria de uma pausa em agosto; todos precisamos. E perguntem também aos novos, que quase não falam.",
    "ar": "أود أن نأخذ استراحة في أغسطس، فكلنا نحتاج إليها. واسألوا الأعضاء الجدد أيضا، فهم نادرا ما يتكلمون.",
    "ja": "8月は休みにしたいです。みんな疲れています。新しい人にも聞いてください、あまり発言しませんので。",
}
_SHORT = {
    "en": "The night messages, and the 2 lists I keep",
    "de": "Die Nachtdienste, und die zwei Listen",
    "es": "Los mensajes de la noche y las dos listas",
    "fr": "Les messages de nuit, et les deux listes",
    "pt": "As mensagens da noite e as duas listas",
    "ar": "رسائل الليل والقائمتان",
    "ja": "夜のメッセージと二つの名簿",
}
_HOURS = {
    "en": "3 to 5 hours",
    "de": "3 bis 5 Stunden",
    "es": "de 3 a 5 horas",
    "fr": "entre 3 et 5 heures",
    "pt": "3 a 5 horas",
    "ar": "من ٣ إلى ٥ ساعات",
    "ja": "3〜5時間",
}
_YES = {
    "en": ("Yes, my brother works there", "my brother works there"),
    "de": ("Ja, mein Bruder arbeitet dort", "mein Bruder arbeitet dort"),
    "es": ("Sí, mi hermano trabaja allí", "mi hermano trabaja allí"),
    "fr": ("Oui, mon frère y travaille", "mon frère y travaille"),
    "pt": ("Sim, meu irmão trabalha lá", "meu irmão trabalha lá"),
    "ar": ("نعم، أخي يعمل هناك", "أخي يعمل هناك"),
    "ja": ("はい、兄がそこで働いています", "、兄がそこで働いています"),
}
_UNSURE = {
    "en": "not sure",
    "de": "weiß nicht",
    "es": "no sé",
    "fr": "je ne sais pas",
    "pt": "não sei",
    "ar": "لا أعرف",
    "ja": "わかりません",
}
_DAY = {
    "en": "12 March 2026",
    "de": "12. März 2026",
    "es": "12 de marzo de 2026",
    "fr": "jeudi 12 mars 2026",
    "pt": "12 de março de 2026",
    "ar": "12 مارس 2026",
    "ja": "2026年3月12日",
}
_ABOUT = {
    "en": "about 12",
    "de": "ungefähr 12",
    "es": "unas 12",
    "fr": "environ 12",
    "pt": "cerca de 12",
    "ar": "حوالي ١٢",
    "ja": "約１２",
}
_PRICE = {
    "en": "12-15 EUR",
    "de": "12 bis 15 €",
    "es": "12 hasta 15 euros",
    "fr": "12 à 15 €",
    "pt": "€12–15",
    "ar": "12-15 EUR",
    "ja": "12-15 EUR",
}
_SKIP = {
    "en": "no comment",
    "de": "keine Angabe",
    "es": "sin comentarios",
    "fr": "je passe",
    "pt": "prefiro não responder",
    "ar": "لا تعليق",
    "ja": "スキップ",
}


def _option(short: str, question: str, *places: int) -> list[str]:
    asked = next(q for q in mails()[short].prompt.questions if q.id == question)
    return [asked.options[place - 1].value for place in places]


def _rest(language: str) -> Answered:
    stands_in = _option("rest", "stand-in", 4)[0]
    return [_SHORT[language], "2", "Eli Brooks"], {
        "stops": _SHORT[language],
        "cover": "with-help",
        "stand-in": stands_in,
    }


def _effort(language: str) -> Answered:
    hours = {"low": "3", "high": "5"}
    return ["4", _HOURS[language], "4, 7"], {
        "effort": 4,
        "my-hours": hours,
        "look-after": _option("effort", "look-after", 4, 7),
    }


def _sense(language: str) -> Answered:
    return ["4/5", _LONG[language]], {"feel": 4, "change": _LONG[language]}


def _consent(language: str) -> Answered:
    return [f"Consent. {_LONG[language]}"], {"say": {"word": "consent", "why": _LONG[language]}}


def _requests(language: str) -> Answered:
    note = _YES[language][1].lstrip("、")
    rows = "Example University; a survey; a report; thanks\nExample Labs; our forum's posts"
    return [_YES[language][0], rows], {
        "any-requests": {"said": "yes", "note": note},
        "requests": [
            {"asker": "Example University", "request": "a survey", "they-got": "a report", "we-got": "thanks"},
            {"asker": "Example Labs", "request": "our forum's posts"},
        ],
    }


def _hour(language: str) -> Answered:
    return [_PRICE[language], _SKIP[language]], {"hourly": {"low": "12", "high": "15", "currency": "EUR"}}


def _dots(language: str) -> Answered:
    return ["1, 3"], {"vote": _option("dots", "vote", 1, 3)}


def _ways(language: str) -> Answered:
    return ["2, 1", _LONG[language]], {"ways": ["renegotiate", "continue"], "why-this-way": _LONG[language]}


def _open(language: str) -> Answered:
    said = f"{_LONG[language]}\n\n{_SHORT[language]}."
    return [said], {"ask": said}


def _tie(language: str) -> Answered:
    return [_YES[language][0], _DAY[language], "1"], {
        "new-tie": {"said": "yes", "note": _YES[language][1].lstrip("、")},
        "new-tie-since": "2026-03-12",
        "new-tie-plan": "disclose",
    }


def _claims(language: str) -> Answered:
    said = f"{_SHORT[language]}; website; {_UNSURE[language]}"
    return [said, _DAY[language]], {
        "claims": [
            {"claim": _SHORT[language], "claim-where": "website", "claim-written": {"said": "unsure", "note": ""}}
        ],
        "claims-asked": "2026-03-12",
    }


def _numbers(language: str) -> Answered:
    return [_ABOUT[language], _DAY[language], "Chi Nwosu", _LONG[language]], {
        "letters": "12",
        "began": "2026-03-12",
        "keeper": "p1",
        "note": _LONG[language],
    }


ANSWERS: Mapping[str, Callable[[str], Answered]] = {
    "rest": _rest,
    "effort": _effort,
    "consent": _consent,
    "sense": _sense,
    "requests": _requests,
    "dots": _dots,
    "hour": _hour,
    "ways": _ways,
    "open": _open,
    "tie": _tie,
    "claims": _claims,
    "numbers": _numbers,
}

"""The words of what sanctions hold back and of fact-checks, in every language of ``ecluse.terms.LANGUAGES``."""

from __future__ import annotations

from typing import Final

from ecluse.ledger.standing import Capability

Wording = dict[str, str]
"""By language."""

CHECKED: Final[Wording] = {
    "en": "Checked by {publisher}: “{rating}”. {url}",
    "fr": "Vérifié par {publisher} : « {rating} ». {url}",
    "pt-BR": "Verificado por {publisher}: “{rating}”. {url}",
    "hi": "{publisher} ने इसकी जाँच की है: “{rating}”। {url}",
    "es": "Verificado por {publisher}: «{rating}». {url}",
}
"""What the person is told of a fact-check: who checked, the verdict in their words, and where to read it."""

CAPABILITIES: Final[dict[Capability, Wording]] = {
    Capability.START: {
        "en": "write to people who never wrote to you",
        "fr": "écrire à des personnes qui ne vous ont jamais écrit",
        "pt-BR": "escrever para pessoas que nunca escreveram para você",
        "hi": "ऐसे लोगों को लिखना जिन्होंने आपको कभी नहीं लिखा",
        "es": "escribir a personas que nunca le han escrito",
    },
    Capability.ANSWER: {
        "en": "answer people who wrote to you",
        "fr": "répondre aux personnes qui vous ont écrit",
        "pt-BR": "responder a pessoas que escreveram para você",
        "hi": "उन लोगों को जवाब देना जिन्होंने आपको लिखा",
        "es": "responder a personas que le han escrito",
    },
    Capability.ADD: {
        "en": "create groups and add people to them",
        "fr": "créer des groupes et y ajouter des personnes",
        "pt-BR": "criar grupos e adicionar pessoas a eles",
        "hi": "समूह बनाना और उनमें लोगों को जोड़ना",
        "es": "crear grupos y añadir personas a ellos",
    },
    Capability.FORWARD: {
        "en": "forward messages",
        "fr": "transférer des messages",
        "pt-BR": "encaminhar mensagens",
        "hi": "संदेश आगे भेजना",
        "es": "reenviar mensajes",
    },
    Capability.REGISTER: {
        "en": "register an account",
        "fr": "créer un compte",
        "pt-BR": "registrar uma conta",
        "hi": "खाता बनाना",
        "es": "registrar una cuenta",
    },
    Capability.SEND: {
        "en": "send messages",
        "fr": "envoyer des messages",
        "pt-BR": "enviar mensagens",
        "hi": "संदेश भेजना",
        "es": "enviar mensajes",
    },
    Capability.ALL: {
        "en": "use the service",
        "fr": "utiliser le service",
        "pt-BR": "usar o serviço",
        "hi": "सेवा का उपयोग करना",
        "es": "usar el servicio",
    },
    Capability.NEW_CONTACTS: {
        "en": "write to more than {n} people a day who never wrote to you",
        "fr": "écrire à plus de {n} personnes par jour qui ne vous ont jamais écrit",
        "pt-BR": "escrever para mais de {n} pessoas por dia que nunca escreveram para você",
        "hi": "एक दिन में {n} से ज़्यादा ऐसे लोगों को लिखना जिन्होंने आपको कभी नहीं लिखा",
        "es": "escribir a más de {n} personas al día que nunca le han escrito",
    },
}
"""What an account is kept from, to follow "you may not"."""

HELD: Final[Wording] = {
    "en": "This was not sent: {until} you may not {capability}.",
    "fr": "Ceci n'a pas été envoyé : {until}, vous ne pouvez pas {capability}.",
    "pt-BR": "Isto não foi enviado: {until}, você não pode {capability}.",
    "hi": "यह नहीं भेजा गया: {until} आपको {capability} मना है।",
    "es": "Esto no se ha enviado: {until}, no puede {capability}.",
}

UNTIL: Final[Wording] = {
    "en": "until {day}",
    "fr": "jusqu'au {day}",
    "pt-BR": "até {day}",
    "hi": "{day} तक",
    "es": "hasta el {day}",
}

FOR_NOW: Final[Wording] = {
    "en": "until further notice",
    "fr": "jusqu'à nouvel ordre",
    "pt-BR": "até novo aviso",
    "hi": "अगली सूचना तक",
    "es": "hasta nuevo aviso",
}
"""Of what has no end."""

APPEAL: Final[Wording] = {
    "en": "You can appeal: {how}",
    "fr": "Vous pouvez contester : {how}",
    "pt-BR": "Você pode recorrer: {how}",
    "hi": "आप अपील कर सकते हैं: {how}",
    "es": "Puede recurrir: {how}",
}

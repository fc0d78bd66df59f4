"""The words of notices, in every language of ``ecluse.terms.LANGUAGES``. Ours, to be read by whom it happens to."""

from __future__ import annotations

from typing import Final

from ecluse.forwarding import Fault

Wording = dict[str, str]
"""By language."""

NOTICES: Final[dict[str, Wording]] = {
    "delay": {
        "en": "This will be delivered a little later. {clause}",
        "fr": "Ceci sera remis un peu plus tard. {clause}",
        "pt-BR": "Isto será entregue um pouco mais tarde. {clause}",
        "hi": "यह थोड़ी देर बाद पहुँचाया जाएगा। {clause}",
        "es": "Esto se entregará un poco más tarde. {clause}",
    },
    "drop_strangers": {
        "en": "This reaches only those who have written to you. {clause}",
        "fr": "Ceci ne parvient qu'aux personnes qui vous ont écrit. {clause}",
        "pt-BR": "Isto chega apenas a quem já escreveu para você. {clause}",
        "hi": "यह केवल उन्हीं तक पहुँचेगा जिन्होंने आपको लिखा है। {clause}",
        "es": "Esto llega solo a quienes le han escrito. {clause}",
    },
    "refuse": {
        "en": "This was not sent. {clause}",
        "fr": "Ceci n'a pas été envoyé. {clause}",
        "pt-BR": "Isto não foi enviado. {clause}",
        "hi": "यह नहीं भेजा गया। {clause}",
        "es": "Esto no se ha enviado. {clause}",
    },
}
"""By outcome of those that the sender feels; the clause is in it."""

MEASURED: Final[Wording] = {
    "en": "This would be {value}; the limit is {limit}.",
    "fr": "Vous en seriez à {value} ; la limite est de {limit}.",
    "pt-BR": "Com isto seriam {value}; o limite é {limit}.",
    "hi": "इसके साथ यह {value} होता; सीमा {limit} है।",
    "es": "Con esto serían {value}; el límite es {limit}.",
}

MEASURED_TOGETHER: Final[Wording] = {
    "en": "Counted over everybody who sends the like, this would be {value}; the limit is {limit}.",
    "fr": "Tous expéditeurs de messages semblables confondus, on en serait à {value} ; la limite est de {limit}.",
    "pt-BR": "Somando todos os que enviam algo semelhante, seriam {value}; o limite é {limit}.",
    "hi": "ऐसा ही भेजने वाले सभी को मिलाकर यह {value} होता; सीमा {limit} है।",
    "es": "Contando a todos los que envían algo parecido, serían {value}; el límite es {limit}.",
}
"""The same of what several accounts share."""

AND_WAIT: Final[dict[str, Wording]] = {
    "refuse": {
        "en": "You can try again in {wait}.",
        "fr": "Vous pourrez réessayer dans {wait}.",
        "pt-BR": "Você pode tentar novamente em {wait}.",
        "hi": "आप {wait} बाद फिर कोशिश कर सकते हैं।",
        "es": "Puede volver a intentarlo dentro de {wait}.",
    },
    "delay": {
        "en": "It goes out in {wait}.",
        "fr": "Envoi dans {wait}.",
        "pt-BR": "Sai em {wait}.",
        "hi": "यह {wait} बाद जाएगा।",
        "es": "Sale dentro de {wait}.",
    },
}
"""By outcome, where waiting helps."""

WARNING: Final[dict[str, Wording]] = {
    "refuse": {
        "en": "This was sent. From {from} on it will be refused. {clause}",
        "fr": "Ceci a été envoyé. À partir du {from}, ce sera refusé. {clause}",
        "pt-BR": "Isto foi enviado. A partir de {from}, será recusado. {clause}",
        "hi": "यह भेज दिया गया। {from} से इसे अस्वीकार किया जाएगा। {clause}",
        "es": "Esto se ha enviado. A partir del {from} se rechazará. {clause}",
    },
    "drop_strangers": {
        "en": "This was sent. From {from} on it will reach only those who have written to you. {clause}",
        "fr": "Ceci a été envoyé. À partir du {from}, ceci ne parviendra qu'aux personnes qui vous ont écrit. {clause}",
        "pt-BR": "Isto foi enviado. A partir de {from}, chegará apenas a quem já escreveu para você. {clause}",
        "hi": "यह भेज दिया गया। {from} से यह केवल उन्हीं तक पहुँचेगा जिन्होंने आपको लिखा है। {clause}",
        "es": "Esto se ha enviado. A partir del {from} llegará solo a quienes le han escrito. {clause}",
    },
    "delay": {
        "en": "This was sent. From {from} on it will be delivered a little later. {clause}",
        "fr": "Ceci a été envoyé. À partir du {from}, ce sera remis un peu plus tard. {clause}",
        "pt-BR": "Isto foi enviado. A partir de {from}, será entregue um pouco mais tarde. {clause}",
        "hi": "यह भेज दिया गया। {from} से इसे थोड़ी देर बाद पहुँचाया जाएगा। {clause}",
        "es": "Esto se ha enviado. A partir del {from} se entregará un poco más tarde. {clause}",
    },
}
"""By outcome of those that the sender will feel, with the date."""

WARNING_UNDATED: Final[dict[str, Wording]] = {
    "refuse": {
        "en": "This was sent. It will soon be refused. {clause}",
        "fr": "Ceci a été envoyé. Ce sera bientôt refusé. {clause}",
        "pt-BR": "Isto foi enviado. Em breve será recusado. {clause}",
        "hi": "यह भेज दिया गया। जल्द ही इसे अस्वीकार किया जाएगा। {clause}",
        "es": "Esto se ha enviado. Pronto se rechazará. {clause}",
    },
    "drop_strangers": {
        "en": "This was sent. It will soon reach only those who have written to you. {clause}",
        "fr": "Ceci a été envoyé. Bientôt, ceci ne parviendra qu'aux personnes qui vous ont écrit. {clause}",
        "pt-BR": "Isto foi enviado. Em breve chegará apenas a quem já escreveu para você. {clause}",
        "hi": "यह भेज दिया गया। जल्द ही यह केवल उन्हीं तक पहुँचेगा जिन्होंने आपको लिखा है। {clause}",
        "es": "Esto se ha enviado. Pronto llegará solo a quienes le han escrito. {clause}",
    },
    "delay": {
        "en": "This was sent. It will soon be delivered a little later. {clause}",
        "fr": "Ceci a été envoyé. Bientôt, ce sera remis un peu plus tard. {clause}",
        "pt-BR": "Isto foi enviado. Em breve será entregue um pouco mais tarde. {clause}",
        "hi": "यह भेज दिया गया। जल्द ही इसे थोड़ी देर बाद पहुँचाया जाएगा। {clause}",
        "es": "Esto se ha enviado. Pronto se entregará un poco más tarde. {clause}",
    },
}
"""The same where there is no date."""

LABELS: Final[dict[str, Wording]] = {
    "forwarded": {
        "en": "Forwarded",
        "fr": "Transféré",
        "pt-BR": "Encaminhada",
        "hi": "फ़ॉरवर्ड किया गया",
        "es": "Reenviado",
    },
    "forwarded_many_times": {
        "en": "Forwarded many times",
        "fr": "Transféré de nombreuses fois",
        "pt-BR": "Encaminhada muitas vezes",
        "hi": "कई बार फ़ॉरवर्ड किया गया",
        "es": "Reenviado muchas veces",
    },
    "disputed": {
        "en": "Disputed by fact-checkers",
        "fr": "Contesté par des vérificateurs de faits",
        "pt-BR": "Contestada por verificadores de fatos",
        "hi": "तथ्य जाँचने वालों ने इस पर सवाल उठाया है",
        "es": "Cuestionado por verificadores de datos",
    },
}
"""By label: what is shown to recipients with a message, unless the rule brings words of its own."""

FAULTY: Final[Wording] = {
    "en": "What is wrong with its hop token: {fault}.",
    "fr": "Ce qui ne va pas avec son jeton de transfert : {fault}.",
    "pt-BR": "O que há de errado com o token de encaminhamento: {fault}.",
    "hi": "इसके फ़ॉरवर्ड टोकन में क्या ग़लत है: {fault}।",
    "es": "Qué falla en su token de reenvío: {fault}.",
}
"""What was measured, of a hop token."""

FAULTS: Final[dict[Fault, Wording]] = {
    Fault.NONE: {
        "en": "nothing",
        "fr": "rien",
        "pt-BR": "nada",
        "hi": "कुछ नहीं",
        "es": "nada",
    },
    Fault.MISSING: {
        "en": "there is none",
        "fr": "il n'y en a pas",
        "pt-BR": "não há nenhum",
        "hi": "टोकन है ही नहीं",
        "es": "no hay ninguno",
    },
    Fault.MALFORMED: {
        "en": "it is not a token",
        "fr": "ce n'est pas un jeton",
        "pt-BR": "não é um token",
        "hi": "यह टोकन नहीं है",
        "es": "no es un token",
    },
    Fault.UNKNOWN_KEY: {
        "en": "its key is no longer in use",
        "fr": "sa clé n'est plus utilisée",
        "pt-BR": "a chave dele não é mais usada",
        "hi": "इसकी कुंजी अब इस्तेमाल में नहीं है",
        "es": "su clave ya no se usa",
    },
    Fault.FORGED: {
        "en": "it is forged",
        "fr": "il est falsifié",
        "pt-BR": "é falsificado",
        "hi": "यह जाली है",
        "es": "es falso",
    },
    Fault.ALTERED: {
        "en": "it was altered",
        "fr": "il a été modifié",
        "pt-BR": "foi alterado",
        "hi": "इसे बदला गया है",
        "es": "fue alterado",
    },
    Fault.OTHER_HOLDER: {
        "en": "it was given to another account",
        "fr": "il a été remis à un autre compte",
        "pt-BR": "foi entregue a outra conta",
        "hi": "यह किसी दूसरे खाते को दिया गया था",
        "es": "se entregó a otra cuenta",
    },
    Fault.OTHER_CONTENT: {
        "en": "it belongs to another message",
        "fr": "il appartient à un autre message",
        "pt-BR": "pertence a outra mensagem",
        "hi": "यह किसी दूसरे संदेश का है",
        "es": "pertenece a otro mensaje",
    },
    Fault.TOO_OLD: {
        "en": "it is too old",
        "fr": "il est trop ancien",
        "pt-BR": "é antigo demais",
        "hi": "यह बहुत पुराना है",
        "es": "es demasiado antiguo",
    },
}
"""What is wrong with a hop token."""

SOON: Final[Wording] = {"en": "soon", "fr": "bientôt", "pt-BR": "em breve", "hi": "जल्द", "es": "pronto"}
"""Where there is no date."""

NEVER: Final[Wording] = {"en": "never", "fr": "jamais", "pt-BR": "nunca", "hi": "कभी नहीं", "es": "nunca"}
"""Where waiting does not help."""

UNKNOWN: Final[Wording] = {
    "en": "unknown",
    "fr": "inconnu",
    "pt-BR": "desconhecido",
    "hi": "अज्ञात",
    "es": "desconocido",
}
"""Where nothing could be measured."""

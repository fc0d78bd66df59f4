"""What mass senders and honest people write, from templates of our own: spun, tracked, in letters that only look alike.

The texts are German, as the made-up people are. Braces hold alternatives, ``{Hallo|Hi}``; ``%`` is where a link goes.
"""

from __future__ import annotations

import re
from typing import Final

from ecluse.lab.draws import Rng

SALE: Final = (
    "{Hallo|Hi|Guten Tag|Servus|Moin}! {Nur heute|Nur noch heute|Bis Mitternacht}: {30|35|40} % {auf alles|auf das"
    " ganze Sortiment|auf jeden Einkauf}. {Jetzt zugreifen|Gleich sichern|Schnell sein lohnt sich}: %"
)
LOAN: Final = (
    "{Brauchen Sie|Benötigen Sie|Suchen Sie} {schnell|kurzfristig|heute noch} Geld? {Ohne Schufa|Ohne Prüfung|Ohne "
    "Papierkram}, {bis zu|maximal} 10.000 Euro {noch heute|in einer Stunde|sofort} auf Ihrem Konto. {Anfrage|Antrag}: %"
)
CHAIN: Final = (
    "Achtung! Ab Montag wird dieser Dienst kostenpflichtig. Schick diese Nachricht an alle deine Kontakte, dann bleibt"
    " dein Konto frei. Kein Witz, mein Schwager arbeitet dort! %"
)
HACKED: Final = "Hey, bist du das auf diesem Video? Das musst du sehen: %"
LURE: Final = (
    "{Verdiene|Verdienen Sie} {200|250|300} Euro am Tag von zu Hause. {Gruppe beitreten|Komm in die Gruppe} und los: %"
)

WEDDING: Final = (
    "Hallo {zusammen|ihr Lieben|du}! Wir heiraten am 6. Juni und möchten dich sehr gerne dabeihaben. Kirche um 14 Uhr,"
    " danach Feier im Gasthof am See. Gib uns bis März Bescheid, ob du kommst. Wir freuen uns!"
)
NEW_YEAR: Final = "Ein frohes neues Jahr! Viel Glück und vor allem Gesundheit. Lass uns bald wieder mal treffen!"
NEW_NUMBER: Final = "Hallo, hier ist meine neue Nummer, die alte ist ab sofort weg. Bitte einspeichern, danke!"
SCHOOL: Final = (
    "Liebe Eltern, zur Erinnerung: {Elternabend am Donnerstag um 19 Uhr|der Ausflug kostet 12 Euro, bitte bis Freitag"
    " mitgeben|am Montag fällt die sechste Stunde aus}. {Viele Grüße|Danke und Gruß}"
)
DUES: Final = (
    "{Hallo|Servus|Lieber Sportfreund}, der Jahresbeitrag von {48|60|72} Euro ist noch offen. Magst du ihn {diese"
    " Woche|bis Ende des Monats} überweisen? {Danke|Vielen Dank|Danke dir}, dein Kassenwart"
)
SHOP: Final = (
    "{Danke für Ihre Nachricht|Guten Tag}, {die Hose ist in Größe 40 da|wir haben bis 18 Uhr offen|das Teil kommt am"
    " Mittwoch|Umtausch geht mit Beleg}. {Viele Grüße aus dem Laden|Bis bald}"
)
FAMILY: Final = (
    "{Wer bringt Kuchen mit?|Am Sonntag um drei bei Oma.|Denkt an das Geschenk!|Fotos vom Wochenende folgen.}"
)
PRESS: Final = (
    "Guten Tag, ich schreibe für die Lokalzeitung über {den Umbau am Bahnhof|die neue Buslinie|das Freibad}. Hätten Sie"
    " {heute|morgen} zehn Minuten für {ein Gespräch|ein paar Fragen}?"
)
NEIGHBOUR: Final = (
    "{Hallo|Guten Tag}, ich bin {neu in der Stadt|gerade hergezogen} und habe Ihre Nummer {vom Aushang|von der"
    " Hausverwaltung|aus dem Verein}. {Ist die Wohnung noch frei?|Kann ich zum Probetraining kommen?|Wer hat den"
    " Kellerschlüssel?}"
)
ANSWER: Final = "{Danke!|Alles klar.|Gern, bis dann!|Super, melde mich.|Ja, passt.|Schaue ich mir an.}"
ASKING: Final = (
    "{Guten Tag, haben Sie|Hallo, gibt es} {die Hose in 40|das Teil auf Lager|heute offen|Umtausch ohne Beleg}?"
)
WISH: Final = "Frohes neues Jahr! \N{PARTY POPPER}"
JOKE: Final = (
    "Kommt ein Mann zum Arzt: Herr Doktor, alle übersehen mich! Sagt der Arzt: Der Nächste, bitte. Schick das weiter,"
    " wenn du auch gelacht hast"
)
VIDEO: Final = "{Schau mal|Das musst du sehen|Kennst du das schon|Ich lach mich kaputt}{!|:|} %"
CODE: Final = "Ihr Code lautet {482913|730281|119204|655870}. Geben Sie ihn niemandem weiter. Ihre Bank am See."
PETITION: Final = (
    "Der Stadtpark soll bebaut werden. Wir sammeln Unterschriften, damit er bleibt, und brauchen dafür dreitausend."
    " Hier kannst du unterschreiben, es dauert eine Minute: %"
)
MARKET: Final = "Guten Tag, ist der Artikel aus Ihrer Anzeige noch zu haben? Ich könnte ihn bald abholen."
WARNING: Final = (
    "Achtung, gerade kommen Nachrichten wie diese: Brauchen Sie schnell Geld? Ohne Schufa, bis zu 10.000 Euro noch"
    " heute auf Ihrem Konto. Nicht anklicken! %"
)
START: Final = "START"
WELCOME: Final = "Willkommen! Mit STOP melden Sie sich wieder ab."

_OTHER_WORDS: Final = (
    *("gerne", "wirklich", "bequem", "günstig", "einfach", "sicher", "morgen", "abends", "schon", "garantiert"),
    *("unser", "Angebot", "Kunden", "Betrag", "Wunsch", "Vorteil", "Service", "direkt", "online", "diskret"),
    *("flexibel", "fair", "persönlich", "jederzeit", "Bescheid", "Zusage", "Berater", "Termin"),
)

_ALTERNATIVES = re.compile(r"\{([^{}]*)\}")
_TOKEN_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN_LENGTH = 7

_ALIKE = str.maketrans(
    {
        **{"a": "\u0430", "c": "\u0441", "e": "\u0435", "i": "\u0456", "j": "\u0458", "o": "\u043e", "p": "\u0440"},
        **{"s": "\u0455", "x": "\u0445", "A": "\u0410", "B": "\u0412", "E": "\u0415", "H": "\u041d", "K": "\u041a"},
        **{"M": "\u041c", "O": "\u041e", "P": "\u0420", "S": "\u0405", "T": "\u0422"},
    }
)
"""Latin letters as Cyrillic ones that look the same."""

_UNSEEN = ("\u200b", "\u200c", "\u200d", "\u2060")
"""Characters without width."""


def spun(rng: Rng, template: str, count: int, site: str = "") -> list[str]:
    """``count`` texts of a template, each with alternatives of its own and, if it has a link, a link of its own."""
    return [_fill(rng, template, site) for _ in range(count)]


def same(rng: Rng, template: str, count: int, site: str = "") -> list[str]:
    """``count`` times one text of a template, the link too."""
    return [_fill(rng, template, site)] * count


def tracked(rng: Rng, template: str, count: int, site: str) -> list[str]:
    """``count`` times one text of a template, each with a link of its own."""
    text = _choose(rng, template)
    return [_link(rng, text, site) for _ in range(count)]


def reworded(rng: Rng, template: str, count: int, site: str, share: float) -> list[str]:
    """``count`` texts of a template, that share of each one's words replaced; each with a link of its own."""
    return [_link(rng, _reword(rng, _choose(rng, template), share), site) for _ in range(count)]


def _reword(rng: Rng, text: str, share: float) -> str:
    words = text.split(" ")
    for place, chance in enumerate(rng.random(len(words)).tolist()):
        if chance < share and words[place] != "%":
            words[place] = _OTHER_WORDS[int(rng.integers(len(_OTHER_WORDS)))]
    return " ".join(words)


def disguised(rng: Rng, texts: list[str], share: float = 0.3) -> list[str]:
    """Texts in which that share of the letters only look alike, and as many gaps hold a character without width.

    Links are left as they are, or they would lead nowhere.
    """
    return [" ".join(word if "://" in word else _disguise(rng, word, share) for word in t.split(" ")) for t in texts]


def _fill(rng: Rng, template: str, site: str) -> str:
    return _link(rng, _choose(rng, template), site)


def _choose(rng: Rng, template: str) -> str:
    def one(found: re.Match[str]) -> str:
        alternatives = found[1].split("|")
        return alternatives[int(rng.integers(len(alternatives)))]

    return _ALTERNATIVES.sub(one, template)


def _link(rng: Rng, text: str, site: str) -> str:
    before, percent, after = text.rpartition(" %")
    if not percent or not site:
        return text
    token = "".join(_TOKEN_LETTERS[k] for k in rng.integers(len(_TOKEN_LETTERS), size=_TOKEN_LENGTH))
    return f"{before} https://{site}.example/{token}{after}"


def _disguise(rng: Rng, word: str, share: float) -> str:
    letters = []
    for letter, chance in zip(word, rng.random((len(word), 2)).tolist(), strict=True):
        letters.append(letter.translate(_ALIKE) if chance[0] < share else letter)
        if chance[1] < share:
            letters.append(_UNSEEN[int(chance[1] / share * len(_UNSEEN))])
    return "".join(letters)

"""The mail that carries a crossing list: sealed for its authority, under one Message-ID however often it is sent."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from typing import Final

from rerail.border.errors import KeyringError, NotThere
from rerail.border.forms import render
from rerail.border.model import Manifest
from rerail.border.smime import CertificateError, enveloped
from rerail.desk.border import Border
from rerail.desk.closing_lists import MAIL
from rerail.desk.letters import Letters
from rerail.line.border import Authority
from rerail.line.model import Text
from rerail.tell.delivery import Deferred, Refused
from rerail.tell.outbox import Message

SUBJECTS: Final[Text] = {
    "en": "Passenger list {list}, version {version}",
    "ru": "Список пассажиров {list}, версия {version}",
    "ko": "승객 명부 {list}, 제{version}판",
}
BODIES: Final[Text] = {
    "en": "The passenger list is attached. Please confirm its receipt.",
    "ru": "Список пассажиров приложен. Просим подтвердить получение.",
    "ko": "승객 명부를 첨부합니다. 수신 여부를 알려 주시기 바랍니다.",
}


class Post:
    """Composes everything in the outbox: letters to passengers, and lists to authorities."""

    def __init__(self, letters: Letters, border: Border) -> None:
        self._letters: Final = letters
        self._border: Final = border

    def compose(self, message: Message) -> EmailMessage | None:
        """The mail of a message; None: there is nothing left to say. Raises `Refused`, `Deferred`."""
        if message.kind != MAIL:
            return self._letters.compose(message)
        try:
            said, authority = self._border.said_by_mail(message.facts["list"], message.facts["version"])
        except NotThere:
            return None  # erased, or the folder has the authority no more
        except KeyringError as error:
            raise Deferred(error.message) from error
        try:
            return list_mail(said, authority)
        except CertificateError as error:
            raise Refused(str(error)) from error


def list_mail(said: Manifest, authority: Authority) -> EmailMessage:
    """The mail of one version. Nothing outside the sealed part names a person.

    Raises `CertificateError`, and `Refused` for an authority that may get no unsealed mail and has no certificate.
    """
    language = authority.language if authority.language in SUBJECTS else "en"
    inner = EmailMessage(policy=policy.SMTP)
    inner.set_content(BODIES[language], cte="base64")
    for form in authority.formats:
        one = render(said, form)
        maintype, _, subtype = one.media_type.partition(";")[0].partition("/")
        inner.add_attachment(one.content, maintype=maintype, subtype=subtype, filename=one.name)
    if authority.certificate is None:
        if not authority.plain_mail:
            raise Refused("The authority has no certificate and may get no unsealed mail; add one to border.toml.")
        mail = inner
    else:
        mail = EmailMessage(policy=policy.SMTP)
        mail.set_content(
            enveloped(inner.as_bytes(), authority.certificate, authority.id),
            maintype="application",
            subtype="pkcs7-mime",
            filename="smime.p7m",
            params={"smime-type": "enveloped-data", "name": "smime.p7m"},
        )
    mail["Subject"] = SUBJECTS[language].format(list=said.key, version=said.version)
    return mail

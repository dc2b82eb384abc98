"""Mail goes out over an encrypted connection, from the start or from STARTTLS on, to a server whose name is proven."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests import mail_home
from tests.mail_home import Keeping, mailing
from worker import embedded
from workflows.outcomes import Later, Sent


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, with its key, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(key.private_bytes(*kinds) + signed.public_bytes(serialization.Encoding.PEM))
    return path


def encrypted(scheme: str, certificate: Path) -> dict[str, object]:
    """What makes a server one for `scheme`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_mail_goes_out_encrypted(
    redis_url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    keeping = Keeping()
    with mail_home.server(keeping, **encrypted(scheme, certificate)) as url:
        post = mail_home.post(url.replace("smtp:", f"{scheme}:"), redis_url)
        outcomes = post.send([mailing(), mailing(number=2)])
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent]
    assert len(keeping.mails) == 2


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_that_cannot_prove_its_name_gets_no_mail(redis_url: str, certificate: Path, scheme: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping, **encrypted(scheme, certificate)) as url:
        post = mail_home.post(url.replace("smtp:", f"{scheme}:"), redis_url)
        assert post.send([mailing()]) == [Later(reason="smtp_tls", after=timedelta(minutes=15))]
    assert keeping.mails == []

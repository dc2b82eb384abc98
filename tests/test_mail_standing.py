"""`fairsteps doctor` says how our mail stands with those who get it: real name server, SMTP and certificates."""

import base64
import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from checkdmarc.utils import DNS_CACHE
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from dnslib.server import DNSLogger, DNSServer
from dnslib.zoneresolver import ZoneResolver
from typer.testing import CliRunner

from tests.mail_home import KEY, Keeping, free_port, server
from worker.cli import app
from worker.mail.handshake import handshake
from worker.mail.standing import Look, Names, Unanswered, standing

SENDER = "answers@group.example"


def public(key: rsa.RSAPrivateKey) -> str:
    kind = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_key().public_bytes(*kind)).decode()


def txt(name: str, said: str) -> str:
    """A TXT record; a long one in pieces, as they are kept."""
    pieces = " ".join(f'"{said[at : at + 200]}"' for at in range(0, len(said), 200))
    return f"{name}. 60 IN TXT {pieces}"


_SILENT = DNSLogger("-recv,-send,-request,-reply,-truncated,-error,-data")
GOOD = {
    "spf": txt("group.example", "v=spf1 ip4:192.0.2.0/24 ~all"),
    "dmarc": txt("_dmarc.group.example", "v=DMARC1; p=quarantine"),
    "dkim": txt("mail._domainkey.group.example", f"v=DKIM1; k=rsa; p={public(rsa.generate_private_key(65537, 2048))}"),
    "mx": "group.example. 60 IN MX 10 in.group.example.",
    "in": "in.group.example. 60 IN A 192.0.2.8",
    "out": "out.group.example. 60 IN A 8.8.4.7",
    "ptr": "7.4.8.8.in-addr.arpa. 60 IN PTR out.group.example.",
}


@contextmanager
def zone(**changed: str) -> Iterator[str]:
    """A name server that knows the records above, some of them changed; gives its address."""
    DNS_CACHE.clear()
    records = "\n".join(line for line in {**GOOD, **changed}.values() if line)
    port = free_port()
    running = DNSServer(ZoneResolver(records), address="127.0.0.1", port=port, logger=_SILENT)
    running.start_thread()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        running.stop()
        running.server.server_close()


def looked(at: str, *, selectors: tuple[str, ...] = (), host: str = "out.group.example") -> dict[str, Look]:
    looks = standing(Names(at), sender=SENDER, host=host, selectors=selectors, replies=True)
    return {look.what: look for look in looks}


def test_a_domain_in_good_order_is_fine() -> None:
    with zone() as at:
        looks = looked(at)
    assert {what: look.state for what, look in looks.items()} == dict.fromkeys(looks, "fine")
    assert len(looks) == 5
    assert "answers+ANYTHING@group.example" in looks["mail replies"].said


WEAK = public(rsa.generate_private_key(65537, 1024))  # the library makes none that is weaker


@pytest.mark.parametrize(
    ("what", "changed", "state", "said"),
    [
        ("mail SPF", {"spf": ""}, "wrong", "add a TXT record"),
        ("mail SPF", {"spf": txt("group.example", "v=spf1 +all")}, "wrong", "anybody"),
        ("mail SPF", {"spf": txt("group.example", "v=spf1 ip4:1.2.3.4")}, "wrong", "anybody"),
        ("mail SPF", {"spf": txt("group.example", "v=spf1 ip4:1.2.3.4.5 ~all")}, "wrong", "does not work"),
        ("mail SPF", {"more": txt("group.example", "v=spf1 -all")}, "wrong", "two records"),
        ("mail DMARC", {"dmarc": ""}, "wrong", "p=none"),
        ("mail DMARC", {"dmarc": txt("_dmarc.group.example", "v=DMARC1; p=later")}, "wrong", "does not work"),
        ("mail DKIM", {"dkim": ""}, "unknown", "--dkim-selector"),
        ("mail DKIM", {"dkim": txt("mail._domainkey.group.example", "v=DKIM1; p=")}, "wrong", "taken back"),
        ("mail DKIM", {"dkim": txt("mail._domainkey.group.example", "v=DKIM1; p=abc")}, "wrong", "cannot be read"),
        ("mail DKIM", {"dkim": txt("mail._domainkey.group.example", f"p={WEAK}")}, "fine", "is there"),
        ("mail server's name", {"ptr": ""}, "wrong", "reverse name"),
        ("mail server's name", {"ptr": "7.4.8.8.in-addr.arpa. 60 IN PTR in.group.example."}, "wrong", "reverse name"),
        ("mail server's name", {"out": "out.group.example. 60 IN A 10.0.0.5"}, "unknown", "inside"),
        ("mail server's name", {"out": ""}, "wrong", "no address"),
        ("mail replies", {"mx": "group.example. 60 IN MX 0 ."}, "wrong", "replies are lost"),
        ("mail replies", {"mx": ""}, "wrong", "replies are lost"),
    ],
)
def test_each_fault_is_named_with_what_to_do(what: str, changed: dict[str, str], state: str, said: str) -> None:
    with zone(**changed) as at:
        looks = looked(at)
    assert (looks[what].state, said in looks[what].said) == (state, True), looks[what]
    assert [look.what for look in looks.values() if look.state == "wrong" and look.what != what] == []


def test_a_key_may_stand_under_any_name_and_be_of_either_kind() -> None:
    bare = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    record = txt("ours._domainkey.group.example", f"v=DKIM1; k=ed25519; p={base64.b64encode(bare).decode()}")
    with zone(dkim=record) as at:
        assert looked(at, selectors=("ours",))["mail DKIM"].state == "fine"
        assert looked(at, selectors=("theirs",))["mail DKIM"].state == "wrong"


def test_a_policy_of_the_domain_above_counts() -> None:
    with zone(below=txt("mail.group.example", "v=spf1 -all")) as at:
        names = Names(at)
        looks = standing(names, sender="a@mail.group.example", host="out.group.example", selectors=(), replies=False)
        assert next(look for look in looks if look.what == "mail DMARC").state == "fine"


def test_another_s_server_is_their_business() -> None:
    with zone(other="smtp.relay.example. 60 IN A 8.8.4.9") as at:
        assert looked(at, host="smtp.relay.example")["mail server's name"].state == "unknown"


def test_where_nobody_answers_nothing_is_right_or_wrong() -> None:
    looks = looked(f"127.0.0.1:{free_port()}")
    assert {look.state for look in looks.values()} == {"unknown"}
    assert all("could not look" in look.said for look in looks.values())


def test_a_machine_without_a_name_server_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dns.resolver.Resolver.read_resolv_conf", lambda self, *_: _none())
    with pytest.raises(Unanswered):
        Names()


def _none() -> None:
    import dns.resolver

    raise dns.resolver.NoResolverConfiguration


# --- at the door of the SMTP server ---------------------------------------------------------------------------------


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ssl.SSLContext]:
    """Make a certificate of 127.0.0.1 that we trust, and that ends in so many days."""

    def make(days: int = 90, *, trusted: bool = True) -> ssl.SSLContext:
        key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
        here, now = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        signed = (
            made.not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(here, critical=False)
            .sign(key, hashes.SHA256())
        )
        kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        path = tmp_path / "server.pem"
        path.write_bytes(key.private_bytes(*kinds) + signed.public_bytes(serialization.Encoding.PEM))
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(path))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        return context

    return make


def at_the_door(url: str) -> Look:
    return handshake(url, name="group.example", now=datetime.now(UTC))


def test_an_encrypted_server_with_a_good_certificate_is_fine(certified: Callable[..., ssl.SSLContext]) -> None:
    context = certified()
    with server(Keeping(), tls_context=context) as url:
        assert at_the_door(url.replace("smtp:", "smtp+starttls:")).state == "fine"
    with server(Keeping(), ssl_context=context) as url:
        assert at_the_door(url.replace("smtp:", "smtps:")).state == "fine"


def test_a_certificate_that_ends_soon_or_proves_nothing_is_wrong(certified: Callable[..., ssl.SSLContext]) -> None:
    with server(Keeping(), tls_context=certified(days=5)) as url:
        assert "renewed" in at_the_door(url.replace("smtp:", "smtp+starttls:")).said
    with server(Keeping(), ssl_context=certified(trusted=False)) as url:
        found = at_the_door(url.replace("smtp:", "smtps:").replace("127.0.0.1", "localhost"))
        assert (found.state, "does not prove its name" in found.said) == ("wrong", True)


def test_mail_in_clear_is_fine_on_this_machine_alone(certified: Callable[..., ssl.SSLContext]) -> None:
    with server(Keeping()) as url:
        assert at_the_door(url).state == "fine"
        assert "offers no STARTTLS" in at_the_door(url.replace("smtp:", "smtp+starttls:")).said
    gone = at_the_door(f"smtp://127.0.0.1:{free_port()}")
    assert (gone.state, "does not answer" in gone.said) == ("wrong", True)


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_doctor_says_it_all(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zone(dmarc="") as at, server(Keeping()) as url:
        for name, value in {
            "FAIRSTEPS_REDIS_URL": valkey_url,
            "FAIRSTEPS_STATE_DIR": str(tmp_path),
            "FAIRSTEPS_SECRET_KEYS": KEY,
            "FAIRSTEPS_SMTP_URL": url,
            "FAIRSTEPS_MAIL_FROM": f"Fairsteps <{SENDER}>",
            "FAIRSTEPS_INBOUND_URL": "lmtp://127.0.0.1:8004",
        }.items():
            monkeypatch.setenv(name, value)
        told = CliRunner().invoke(app, ["doctor", "--json", "--dns-server", at, "--dkim-selector", "mail"])
    rows = {row["what"]: row["state"] for row in json.loads(told.stdout)}
    assert told.exit_code == 1
    own = {"mail in", "mail that breaks"}  # nothing takes mails in here; their stories are told elsewhere
    assert {what: state for what, state in rows.items() if what.startswith("mail") and what not in own} == {
        "mail": "fine",
        "mail encryption": "fine",
        "mail SPF": "fine",
        "mail DKIM": "fine",
        "mail DMARC": "wrong",
        "mail server's name": "unknown",
        "mail replies": "fine",
    }

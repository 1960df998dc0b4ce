"""An OpenLDAP test server: `slapd` in its own folder, with two people, a reader, and a certificate of its own authority."""

import datetime
import ipaddress
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin:/usr/local/sbin")
BASE, READER, PASSWORD = "dc=yunling,dc=example", "cn=reader,dc=yunling,dc=example", "reader-secret"
CONFIG = """
include {schema}/core.schema
include {schema}/cosine.schema
include {schema}/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
pidfile {folder}/slapd.pid
database mdb
suffix "{base}"
rootdn "cn=root,{base}"
directory {folder}/db
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by * none
"""
ENTRIES = """
dn: {base}
objectClass: dcObject
objectClass: organization
dc: yunling
o: Yunling

dn: cn=reader,{base}
objectClass: person
cn: reader
sn: reader
userPassword: reader-secret

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people

dn: uid=zhoumin,ou=people,{base}
objectClass: inetOrgPerson
uid: zhoumin
cn: Zhou Min
sn: Zhou
employeeNumber: yl-0001
mail: same@yunling.example
userPassword: own-secret-1

dn: uid=lifang,ou=people,{base}
objectClass: inetOrgPerson
uid: lifang
cn: Li Fang
sn: Li
mail: same@yunling.example
userPassword: own-secret-2
"""


@dataclass(frozen=True)
class Directory:
    plain: str
    tls: str
    ca: str


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _write_certificates(folder: Path) -> None:
    """Write a certificate authority and its certificate for 127.0.0.1."""
    now = datetime.datetime.now(datetime.UTC)

    def made(
        name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey, ca: bool
    ):
        built = x509.CertificateBuilder().subject_name(_name(name)).issuer_name(issuer).public_key(key.public_key())
        built = built.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(1))
        built = built.not_valid_after(now + datetime.timedelta(1))
        built = built.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        return built.add_extension(here, critical=False).sign(signer, hashes.SHA256())

    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    pem = serialization.Encoding.PEM
    root = made("test authority", _name("test authority"), authority, authority, True)
    (folder / "ca.pem").write_bytes(root.public_bytes(pem))
    leaf = made("127.0.0.1", root.subject, server, authority, False)
    (folder / "server.pem").write_bytes(leaf.public_bytes(pem))
    key = server.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(key)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@contextmanager
def running(folder: Path) -> Iterator[Directory]:
    assert PROGRAM
    (folder / "db").mkdir()
    _write_certificates(folder)
    config, entries = folder / "slapd.conf", folder / "entries.ldif"
    config.write_text(CONFIG.format(schema="/etc/ldap/schema", folder=folder, base=BASE, reader=READER))
    entries.write_text(ENTRIES.format(base=BASE))
    subprocess.run([PROGRAM, "-T", "add", "-f", str(config), "-l", str(entries)], check=True, capture_output=True)
    plain, tls = free_port(), free_port()
    where = f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls}"
    server = subprocess.Popen([PROGRAM, "-f", str(config), "-h", where, "-d", "0"])
    try:
        wait_for(plain)
        yield Directory(f"ldap://127.0.0.1:{plain}", f"ldaps://127.0.0.1:{tls}", str(folder / "ca.pem"))
    finally:
        server.terminate()
        server.wait(10)


def wait_for(port: int, tries: int = 100) -> None:
    for _ in range(tries):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens at {port}")

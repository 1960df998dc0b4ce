"""Convert a unit's letter from .docx to PDF and sign it as PAdES B-B (ETSI EN 319 142-1)."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gongkai.lib.confined import reader
from gongkai.lib.confined.libreoffice import ConversionFailed, convert_to_pdf

if TYPE_CHECKING:  # The libraries are loaded with the first certificate or letter.
    from cryptography import x509

#: Minimum bits of an accepted RSA key (GM/T and NIST SP 800-131A agree).
MIN_RSA_KEY_BITS = 2048
#: Maximum bytes of a file with certificate and key: a chain of five has 12 kB.
MAX_CERTIFICATE_FILE_BYTES = 200_000


class SigningError(Exception):
    """Raised if a certificate, key or letter cannot be used for signing; the message is one Chinese
    line."""


@dataclass(frozen=True)
class SigningCertificate:
    """Content of a .p12 or .pfx file: certificate chain and key as PEM, owner and validity."""

    chain: str
    key: str
    subject: str
    issuer: str
    serial: str
    starts: datetime
    ends: datetime


@reader(SigningError)
def read_certificate(data: bytes, password: str, now: datetime) -> SigningCertificate:
    """Read the certificate and key of a PKCS#12 file.

    Raises:
        SigningError: it cannot be opened, or has no certificate that is valid for signing at `now`.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

    if len(data) > MAX_CERTIFICATE_FILE_BYTES:
        raise SigningError("文件过大，这不是证书文件（.p12 或 .pfx）。")
    try:
        certificates = pkcs12.load_pkcs12(data, password.encode() or None)
    except Exception as error:  # the library fails in many ways, of which a wrong password is one
        raise SigningError(
            "证书文件打不开：请确认是 .p12 或 .pfx 文件，密码正确；国密（SM2）证书暂不支持，请向颁发机构另领RSA或者ECC证书。"
        ) from error
    if certificates.key is None or certificates.cert is None:
        raise SigningError("文件里没有私钥或者证书，请从颁发机构重新导出（包含私钥）。")
    certificate, key = certificates.cert.certificate, certificates.key
    _check_certificate(certificate, key, now)
    chain = [certificate, *(additional_cert.certificate for additional_cert in certificates.additional_certs)]
    return SigningCertificate(
        "".join(one.public_bytes(Encoding.PEM).decode() for one in chain),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        f"{certificate.serial_number:x}",
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def _check_certificate(certificate: "x509.Certificate", key: object, now: datetime) -> None:
    """Refuse a weak, mismatched or expired key, or a certificate not meant for signing."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise SigningError("只支持RSA或者ECC证书，请向颁发机构另领。")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < MIN_RSA_KEY_BITS:
        raise SigningError(f"RSA密钥不足{MIN_RSA_KEY_BITS}位，请向颁发机构换领。")
    if key.public_key() != certificate.public_key():
        raise SigningError("私钥与证书不是一对，请从颁发机构重新导出。")
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        raise SigningError("证书不在有效期内，请向颁发机构换领。")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise SigningError("这个证书不能用于签名（密钥用途中没有数字签名），请使用签名证书。")


@reader(SigningError)
def convert_docx_to_pdf(data: bytes) -> bytes:
    """Convert a .docx to PDF with LibreOffice.

    Raises:
        SigningError: LibreOffice is not installed, or does not manage it.
    """
    try:
        pdf = convert_to_pdf(data)
    except ConversionFailed as error:
        raise SigningError("文书不能转成PDF，请检查文书模板。") from error
    if pdf is None:
        raise SigningError("本机没有安装 LibreOffice，不能生成PDF文书。")
    return pdf


def sign_pdf(pdf: bytes, key: str, chain: str, *, reason: str) -> bytes:
    """Return a PDF certified by a key, so that PDF readers detect later changes.

    Args:
        pdf: the document.
        key: the private key, as PEM.
        chain: its certificate and those of its issuers, as PEM.
        reason: why it was signed, for the reader.
    """
    from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    own_certificate, *issuers = load_certs_from_pemder_data(chain.encode())
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(issuers)
    signer = SimpleSigner(
        signing_cert=own_certificate,
        signing_key=load_private_key_from_pemder_data(key.encode(), passphrase=None),
        cert_registry=store,
    )
    about = PdfSignatureMetadata(
        field_name="Signature1",
        md_algorithm="sha256",
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    done = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), about, signer=signer)
    return bytes(done.getvalue())

package io.weft.security.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Text form of keys and certificates (RFC 7468), one object a file. */
public final class Pem {
  /** Label of a certificate. */
  public static final String CERTIFICATE = "CERTIFICATE";

  /** Label of a PKCS#8 private key. */
  public static final String PRIVATE_KEY = "PRIVATE KEY";

  private static final int LINE_CHARACTERS = 64;

  private Pem() {}

  /** The text form of some DER bytes. */
  public static byte[] encode(String label, byte[] der) {
    Base64.Encoder encoder = Base64.getMimeEncoder(LINE_CHARACTERS, new byte[] {'\n'});
    String text =
        "-----BEGIN "
            + label
            + "-----\n"
            + encoder.encodeToString(der)
            + "\n-----END "
            + label
            + "-----\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The DER bytes of the first object with the label.
   *
   * @throws IOException when there is no such object
   */
  public static byte[] decode(String label, byte[] text) throws IOException {
    String pem = new String(text, StandardCharsets.US_ASCII);
    String begin = "-----BEGIN " + label + "-----";
    int from = pem.indexOf(begin);
    int to = pem.indexOf("-----END " + label + "-----");
    if (from < 0 || to < from) {
      throw new IOException("no '" + label + "' block in PEM form");
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new IOException("the '" + label + "' block is damaged", e);
    }
  }

  /**
   * Reads a certificate from DER.
   *
   * @throws CertificateException when it is none
   */
  public static X509Certificate certificate(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}

package io.weft.vxlan.esp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An implementation of AES-256-GCM. All give the same bytes; they differ in speed only. The ladder:
 * libIPSec_MB (where the library and VAES with AVX-512 are there), OpenSSL, the JDK.
 */
public interface AeadProvider {

  /** Name for people: {@code "OpenSSL (libcrypto.so.3)"}. */
  String name();

  /**
   * An AEAD under this key.
   *
   * @param key32 32 bytes; not kept
   */
  Aead create(byte[] key32);

  /** All that this machine has, fastest first; never empty. */
  static List<AeadProvider> available() {
    List<AeadProvider> found = new ArrayList<>();
    Optional<IpsecMbAead.Provider> mb = IpsecMbAead.Provider.load();
    mb.ifPresent(found::add);
    Optional<OpenSslAead.Provider> openSsl = OpenSslAead.Provider.load();
    openSsl.ifPresent(found::add);
    found.add(new JdkAead.Provider());
    return List.copyOf(found);
  }

  /** The fastest. */
  static AeadProvider best() {
    return available().getFirst();
  }
}

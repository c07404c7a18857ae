package io.weft.security.tls;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import javax.net.ssl.SSLEngine;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;

/**
 * A context whose engines agree on their keys by the hybrid group first; neither Netty nor the JDK
 * has a setting for that on a context.
 */
final class HybridSslContext extends DelegatingSslContext {
  /** X25519 and ML-KEM-768 together (draft-ietf-tls-ecdhe-mlkem), group 0x11EC. */
  static final String HYBRID = "X25519MLKEM768";

  /** What is offered. P-256 has to be there, for the certificates' keys are on it. */
  private static final String[] GROUPS = {HYBRID, "x25519", "secp256r1"};

  /** Sent with the first flight, so that the hybrid costs no second round trip. */
  private static final String[] EARLY_KEY_SHARES = {HYBRID};

  HybridSslContext(SslContext context) {
    super(context);
  }

  @Override
  protected void initEngine(SSLEngine engine) {
    if (!(engine instanceof BCSSLEngine hybridEngine)) {
      throw new IllegalStateException("not an engine of Bouncy Castle: " + engine.getClass());
    }
    BCSSLParameters parameters = hybridEngine.getParameters();
    parameters.setNamedGroups(GROUPS);
    parameters.setUseNamedGroupsOrder(true);
    if (isClient()) {
      parameters.setEarlyKeyShares(EARLY_KEY_SHARES);
    }
    hybridEngine.setParameters(parameters);
  }
}

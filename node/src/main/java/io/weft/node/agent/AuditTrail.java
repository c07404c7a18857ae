package io.weft.node.agent;

import io.weft.overlay.agent.HostEvent;
import io.weft.security.audit.AuditLog;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the audit log those events that somebody may have to answer for. */
final class AuditTrail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("weft");

  private static final Set<String> AUDITED =
      Set.of(
          "join-granted",
          "join-refused",
          "cluster-created",
          "network-created",
          "network-removed",
          "token-created",
          "token-used",
          "token-revoked",
          "host-revoked",
          "voters-chosen",
          "ca-key-shared",
          "gossip-key-installed",
          "gossip-key-used",
          "gossip-key-removed",
          "lease-granted",
          "lease-released",
          "lease-fenced");

  private final AuditLog log;

  AuditTrail(AuditLog log) {
    this.log = log;
  }

  void record(HostEvent event) {
    if (!AUDITED.contains(event.type())) {
      return;
    }
    try {
      log.record(event.type(), Map.of("subject", event.subject(), "cause", event.cause()));
    } catch (IOException e) {
      LOG.error("event=audit-not-written type={} cause=\"{}\"", event.type(), e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}

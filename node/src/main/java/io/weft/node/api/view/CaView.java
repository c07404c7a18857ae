package io.weft.node.api.view;

/**
 * The cluster's CA.
 *
 * @param fingerprint SHA-256 of its certificate, in hex
 * @param expires when, in ISO 8601
 */
public record CaView(String fingerprint, String expires) {}

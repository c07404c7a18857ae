package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;

/** The bounds of the registry; every list in it has one. */
public final class RegistryLimits {
  /** Bytes of an idempotency key. */
  public static final int IDEMPOTENCY_KEY_BYTES = 16;

  /** Answers remembered for retried commands; the oldest go first. */
  public static final int MAX_REMEMBERED_RESULTS = 4096;

  /** Where subnets come from when none is asked for. */
  public static final AddressBlock AUTOMATIC_SUBNETS = AddressBlock.parse("10.32.0.0/12");

  /** Prefix length of an automatic subnet. */
  public static final int AUTOMATIC_SUBNET_LENGTH = 16;

  /** The first VNI of the range reserved for automatic choice. */
  public static final int FIRST_AUTOMATIC_VNI = 1_000_001;

  /** The last VNI of the range reserved for automatic choice. */
  public static final int LAST_AUTOMATIC_VNI = 1_999_999;

  /** The largest VNI there is: 24 bits (RFC 7348, section 5). */
  public static final int MAX_VNI = 0xff_ffff;

  /** A network's MTU when none is asked for, in bytes; hosts use less where tunnels need it. */
  public static final int DEFAULT_MTU = 1500;

  /** The smallest MTU of a network, in bytes: what IPv6 needs (RFC 8200, section 5). */
  public static final int MIN_MTU = 1280;

  /** The largest MTU of a network, in bytes. */
  public static final int MAX_MTU = 65_000;

  /** Prefix length of a host's IPv4 block, where the subnet is large enough. */
  public static final int HOST_BLOCK_LENGTH = 24;

  /** The longest prefix of a host's IPv4 block. */
  public static final int MAX_HOST_BLOCK_LENGTH = 30;

  /** Bits of an IPv6 subnet that number the hosts: a /64 is cut into /80. */
  public static final int HOST_BITS_IPV6 = 16;

  /** The longest prefix of an IPv6 subnet. */
  public static final int MAX_SUBNET6_LENGTH = 104;

  /** Networks at once. */
  public static final int MAX_NETWORKS = 4096;

  /** Hosts known at once, departed ones included. */
  public static final int MAX_HOSTS = 16_384;

  /** Tokens known at once; expired ones make room. */
  public static final int MAX_TOKENS = 1024;

  /** Joins that one token may allow. */
  public static final int MAX_TOKEN_USES = 1000;

  /** Blocks leased, fenced or in quarantine at once. */
  public static final int MAX_LEASES = 65_536;

  /** Voters wanted at once. */
  public static final int MAX_VOTERS = 7;

  /** Bytes of one sealed CA key, and of a CA certificate. */
  public static final int MAX_BLOB_BYTES = 16_384;

  /** Bytes of a gossip key's fingerprint. */
  public static final int KEY_FINGERPRINT_BYTES = 32;

  /** Bytes of one command. */
  public static final int MAX_COMMAND_BYTES = 65_536;

  /** The longest quarantine: 30 days. */
  public static final long MAX_QUARANTINE_MILLIS = 30L * 24 * 3600 * 1000;

  private RegistryLimits() {}
}

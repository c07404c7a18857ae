package io.weft.overlay.records;

import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One endpoint, as its host tells all others under the key {@code ep/<id>}.
 *
 * @param id {@link RecordLimits#MIN_ENDPOINT_ID_DIGITS} to {@link
 *     RecordLimits#MAX_ENDPOINT_ID_DIGITS} lowercase hexadecimal digits
 * @param name what people call it; need not be unique
 * @param networkId the registry's id of its network
 * @param vni the network's, for a host whose registry is not there yet
 * @param ips its addresses in the network, sorted as given
 * @param mac see {@link EndpointMac}
 * @param fence the highest fence of the leases that its addresses came from
 */
public record EndpointRecord(
    String id,
    String name,
    String networkId,
    int vni,
    List<InetAddress> ips,
    MacAddress mac,
    SortedMap<String, String> labels,
    long fence) {

  /** What the keys of endpoint records begin with. */
  public static final String KEY_PREFIX = "ep/";

  /** Copies the collections. */
  public EndpointRecord {
    ips = List.copyOf(ips);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** The key under which it is gossiped. */
  public String key() {
    return KEY_PREFIX + id;
  }
}

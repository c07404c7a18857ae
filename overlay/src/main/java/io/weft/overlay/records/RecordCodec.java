package io.weft.overlay.records;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.overlay.records.Parsed.Malformed;
import io.weft.overlay.records.Parsed.Valid;
import io.weft.overlay.records.proto.Endpoint;
import io.weft.overlay.records.proto.Host;
import io.weft.overlay.records.proto.Label;
import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Records as bytes. Reading never throws: what another host wrote may be anything. */
public final class RecordCodec {
  private static final Pattern ENDPOINT_ID =
      Pattern.compile(
          "[0-9a-f]{%d,%d}"
              .formatted(RecordLimits.MIN_ENDPOINT_ID_DIGITS, RecordLimits.MAX_ENDPOINT_ID_DIGITS));
  private static final int MAX_VNI = 0xff_ffff;
  private static final int MAX_PORT = 0xffff;
  private static final int MAX_MTU = 65_535;

  private RecordCodec() {}

  /** The bytes to gossip. */
  public static byte[] encode(EndpointRecord e) {
    Endpoint.Builder proto =
        Endpoint.newBuilder()
            .setId(e.id())
            .setName(e.name())
            .setNetworkId(e.networkId())
            .setVni(e.vni())
            .setMac(ByteString.copyFrom(e.mac().octets()))
            .setFence(e.fence());
    e.ips().forEach(ip -> proto.addIps(ByteString.copyFrom(ip.getAddress())));
    e.labels().forEach((k, v) -> proto.addLabels(Label.newBuilder().setKey(k).setValue(v)));
    return proto.build().toByteArray();
  }

  /** The bytes to gossip. */
  public static byte[] encode(HostRecord h) {
    return Host.newBuilder()
        .setVtep(ByteString.copyFrom(h.vtep().getAddress()))
        .setEspPort(h.espPort())
        .setDriver(h.driver().text())
        .setInnerMtu(h.innerMtu())
        .setRegistryRole(h.registryRole())
        .setRegistryIndex(h.registryIndex())
        .addAllKeyEpochs(h.keys().accepted())
        .setKeyEpochUsed(h.keys().used())
        .build()
        .toByteArray();
  }

  /** Reads an endpoint's record; the key it stood under must be its own. */
  public static Parsed<EndpointRecord> endpoint(String key, byte[] bytes) {
    if (bytes.length > RecordLimits.MAX_RECORD_BYTES) {
      return new Malformed<>("an endpoint record of " + bytes.length + " bytes");
    }
    Endpoint proto;
    try {
      proto = Endpoint.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return new Malformed<>("no endpoint record: " + e.getMessage());
    }
    Optional<String> bad = check(key, proto);
    if (bad.isPresent()) {
      return new Malformed<>(bad.get());
    }
    List<InetAddress> ips = new ArrayList<>();
    for (ByteString ip : proto.getIpsList()) {
      Optional<InetAddress> address = address(ip);
      if (address.isEmpty()) {
        return new Malformed<>("an endpoint's address of " + ip.size() + " bytes");
      }
      ips.add(address.get());
    }
    SortedMap<String, String> labels = new TreeMap<>();
    proto.getLabelsList().forEach(l -> labels.put(l.getKey(), l.getValue()));
    return new Valid<>(
        new EndpointRecord(
            proto.getId(),
            proto.getName(),
            proto.getNetworkId(),
            proto.getVni(),
            ips,
            MacAddress.of(proto.getMac().toByteArray()),
            labels,
            proto.getFence()));
  }

  private static Optional<String> check(String key, Endpoint proto) {
    if (!ENDPOINT_ID.matcher(proto.getId()).matches()) {
      return Optional.of("an endpoint id that is not hexadecimal, or too short or long");
    }
    if (!key.equals(EndpointRecord.KEY_PREFIX + proto.getId())) {
      return Optional.of("the record of endpoint " + proto.getId() + " under another's key");
    }
    if (proto.getVni() < 1 || proto.getVni() > MAX_VNI) {
      return Optional.of("an endpoint's VNI out of range: " + proto.getVni());
    }
    if (proto.getMac().size() != MacAddress.BYTES
        || (proto.getMac().byteAt(0) & 1) != 0
        || proto.getMac().equals(ByteString.copyFrom(MacAddress.ZERO.octets()))) {
      return Optional.of("an endpoint's MAC that is not the address of one station");
    }
    if (proto.getIpsCount() < 1 || proto.getIpsCount() > RecordLimits.MAX_ADDRESSES) {
      return Optional.of("an endpoint of " + proto.getIpsCount() + " addresses");
    }
    if (proto.getLabelsCount() > RecordLimits.MAX_LABELS) {
      return Optional.of("an endpoint of " + proto.getLabelsCount() + " labels");
    }
    if (proto.getName().length() > RecordLimits.MAX_TEXT
        || proto.getNetworkId().isEmpty()
        || proto.getNetworkId().length() > RecordLimits.MAX_TEXT) {
      return Optional.of("an endpoint's name or network id is missing or too long");
    }
    for (Label label : proto.getLabelsList()) {
      if (label.getKey().length() > RecordLimits.MAX_TEXT
          || label.getValue().length() > RecordLimits.MAX_TEXT) {
        return Optional.of("an endpoint's label is too long");
      }
    }
    return Optional.empty();
  }

  /** Reads a host's record. */
  public static Parsed<HostRecord> host(byte[] bytes) {
    if (bytes.length > RecordLimits.MAX_RECORD_BYTES) {
      return new Malformed<>("a host record of " + bytes.length + " bytes");
    }
    Host proto;
    try {
      proto = Host.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return new Malformed<>("no host record: " + e.getMessage());
    }
    Optional<InetAddress> vtep = address(proto.getVtep());
    if (vtep.isEmpty() || vtep.get().isAnyLocalAddress() || vtep.get().isMulticastAddress()) {
      return new Malformed<>("a host's tunnel address that is none of one host");
    }
    Optional<DriverKind> driver = DriverKind.of(proto.getDriver());
    if (driver.isEmpty()) {
      return new Malformed<>("a host's driver that this version has not");
    }
    if (proto.getEspPort() < 1 || proto.getEspPort() > MAX_PORT) {
      return new Malformed<>("a host's ESP port out of range: " + proto.getEspPort());
    }
    if (proto.getInnerMtu() < 0 || proto.getInnerMtu() > MAX_MTU) {
      return new Malformed<>("a host's MTU out of range: " + proto.getInnerMtu());
    }
    if (proto.getRegistryRole().length() > RecordLimits.MAX_TEXT) {
      return new Malformed<>("a host's registry role is too long");
    }
    if (proto.getKeyEpochsCount() > RecordLimits.MAX_KEY_EPOCHS) {
      return new Malformed<>("a host of " + proto.getKeyEpochsCount() + " gossip keys");
    }
    return new Valid<>(
        new HostRecord(
            vtep.get(),
            proto.getEspPort(),
            driver.get(),
            proto.getInnerMtu(),
            proto.getRegistryRole(),
            proto.getRegistryIndex(),
            new HostRecord.HeldKeys(
                new TreeSet<>(proto.getKeyEpochsList()), proto.getKeyEpochUsed())));
  }

  private static Optional<InetAddress> address(ByteString bytes) {
    try {
      return Optional.of(InetAddress.getByAddress(bytes.toByteArray()));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}

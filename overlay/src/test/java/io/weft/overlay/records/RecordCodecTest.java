package io.weft.overlay.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class RecordCodecTest {
  private static final String ID = "0123456789abcdef";

  private static EndpointRecord endpoint(String id, int vni, List<InetAddress> ips) {
    return new EndpointRecord(
        id, "web", "net-1", vni, ips, EndpointMac.of(id), new TreeMap<>(Map.of("app", "web")), 7);
  }

  private static final InetAddress IP = InetAddress.ofLiteral("10.32.0.1");

  @Example
  void records_survive_their_way_as_bytes() {
    EndpointRecord endpoint = endpoint(ID, 9, List.of(IP, InetAddress.ofLiteral("fd00::1")));
    assertThat(RecordCodec.endpoint("ep/" + ID, RecordCodec.encode(endpoint)))
        .isEqualTo(new Parsed.Valid<>(endpoint));
    HostRecord host =
        new HostRecord(
            IP,
            7942,
            DriverKind.USER,
            1400,
            "leader",
            12,
            new HostRecord.HeldKeys(new TreeSet<>(List.of(1, 2)), 1));
    assertThat(RecordCodec.host(RecordCodec.encode(host))).isEqualTo(new Parsed.Valid<>(host));
  }

  @Example
  void what_does_not_fit_is_malformed() {
    for (EndpointRecord bad :
        List.of(
            endpoint("xyz", 9, List.of(IP)),
            endpoint(ID, 0, List.of(IP)),
            endpoint(ID, 1 << 24, List.of(IP)),
            endpoint(ID, 9, List.of()))) {
      assertThat(RecordCodec.endpoint(bad.key(), RecordCodec.encode(bad)))
          .isInstanceOf(Parsed.Malformed.class);
    }
    assertThat(RecordCodec.endpoint("ep/other", RecordCodec.encode(endpoint(ID, 9, List.of(IP)))))
        .isInstanceOf(Parsed.Malformed.class);
    assertThat(
            RecordCodec.host(
                RecordCodec.encode(
                    new HostRecord(
                        IP, 0, DriverKind.USER, 1400, "", 0, HostRecord.HeldKeys.UNKNOWN))))
        .isInstanceOf(Parsed.Malformed.class);
    assertThat(RecordCodec.host(new byte[RecordLimits.MAX_RECORD_BYTES + 1]))
        .isInstanceOf(Parsed.Malformed.class);
  }

  @Property(tries = 3_000)
  void reading_any_bytes_gives_a_result_and_never_throws(@ForAll byte[] bytes) {
    assertThat(RecordCodec.endpoint("ep/" + ID, bytes)).isNotNull();
    assertThat(RecordCodec.host(bytes)).isNotNull();
  }

  @Property
  void a_truncated_or_changed_record_never_throws(@ForAll byte noise, @ForAll int at) {
    byte[] bytes = RecordCodec.encode(endpoint(ID, 9, List.of(IP)));
    bytes[Math.floorMod(at, bytes.length)] ^= noise;
    assertThat(RecordCodec.endpoint("ep/" + ID, bytes)).isNotNull();
  }

  @Property
  void macs_are_locally_administered_unicast_and_the_same_each_time(
      @ForAll @LongRange(min = 0) long number) {
    String id = "%016x".formatted(number);
    MacAddress mac = EndpointMac.of(id);
    assertThat(mac.octets()[0] & 0x03).isEqualTo(0x02);
    assertThat(EndpointMac.of(id)).isEqualTo(mac);
  }
}

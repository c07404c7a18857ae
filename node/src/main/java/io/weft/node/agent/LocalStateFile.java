package io.weft.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.overlay.agent.LastGiven;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.records.EndpointRecord;
import io.weft.vxlan.desired.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A {@link LocalState} as JSON for people to read, under a checksum: an address that changed on the
 * disk must not be taken for one that was given out.
 */
final class LocalStateFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LocalStateFile() {}

  static byte[] write(LocalState state) throws IOException {
    ObjectNode content = JSON.createObjectNode();
    content.put("releaseAsked", state.releaseAsked());
    ArrayNode endpoints = content.putArray("endpoints");
    state.endpoints().forEach(e -> write(endpoints.addObject(), e));
    ArrayNode given = content.putArray("lastGiven");
    for (LastGiven last : state.lastGiven()) {
      given
          .addObject()
          .put("networkId", last.networkId())
          .put("ip", last.address().getHostAddress());
    }
    ObjectNode file = JSON.createObjectNode();
    file.put("crc32c", checksum(content)).set("state", content);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file);
  }

  private static void write(ObjectNode node, LocalEndpoint endpoint) {
    EndpointRecord record = endpoint.record();
    node.put("id", record.id())
        .put("name", record.name())
        .put("networkId", record.networkId())
        .put("vni", record.vni())
        .put("mac", record.mac().toString())
        .put("fence", record.fence())
        .put("network", endpoint.networkName())
        .put("netns", endpoint.netns())
        .put("ifName", endpoint.ifName())
        .put("wired", endpoint.wired());
    ArrayNode ips = node.putArray("ips");
    record.ips().forEach(ip -> ips.add(ip.getHostAddress()));
    ObjectNode labels = node.putObject("labels");
    record.labels().forEach(labels::put);
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IOException when it is not that, or not any more
   */
  static LocalState read(byte[] bytes) throws IOException {
    JsonNode file = JSON.readTree(bytes);
    JsonNode content = file.path("state");
    if (!content.isObject() || file.path("crc32c").asLong(-1) != checksum(content)) {
      throw new IOException("the checksum is not that of the content");
    }
    try {
      List<LocalEndpoint> endpoints = new ArrayList<>();
      content.path("endpoints").forEach(node -> endpoints.add(endpoint(node)));
      List<LastGiven> given = new ArrayList<>();
      for (JsonNode node : content.path("lastGiven")) {
        InetAddress ip = InetAddress.ofLiteral(node.path("ip").asText());
        given.add(new LastGiven(node.path("networkId").asText(), ip));
      }
      return new LocalState(endpoints, given, content.path("releaseAsked").asBoolean());
    } catch (IllegalArgumentException e) {
      throw new IOException("a field has no such value", e);
    }
  }

  private static LocalEndpoint endpoint(JsonNode node) {
    List<InetAddress> ips = new ArrayList<>();
    node.path("ips").forEach(ip -> ips.add(InetAddress.ofLiteral(ip.asText())));
    TreeMap<String, String> labels = new TreeMap<>();
    node.path("labels").properties().forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return new LocalEndpoint(
        new EndpointRecord(
            node.path("id").asText(),
            node.path("name").asText(),
            node.path("networkId").asText(),
            node.path("vni").asInt(),
            ips,
            MacAddress.parse(node.path("mac").asText()),
            labels,
            node.path("fence").asLong()),
        node.path("network").asText(),
        node.path("netns").asText(),
        node.path("ifName").asText(),
        node.path("wired").asBoolean());
  }

  /** Of the content without white space, which people may change. */
  private static long checksum(JsonNode content) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(JSON.writeValueAsBytes(content));
    return crc.getValue();
  }
}

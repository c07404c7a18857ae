package io.weft.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.gossip.PeerAddress;
import io.weft.overlay.agent.KnownPeer;
import io.weft.security.identity.NodeId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Where other members were, and who they are, as JSON, under a checksum. */
final class PeersFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PEERS = "peers";
  private static final String ADDRESS = "address";
  private static final String ID = "id";
  private static final String CHECKSUM = "crc32c";

  private PeersFile() {}

  static byte[] write(List<KnownPeer> peers) throws IOException {
    ObjectNode file = JSON.createObjectNode();
    ArrayNode list = file.putArray(PEERS);
    for (KnownPeer peer : peers) {
      ObjectNode entry = list.addObject().put(ADDRESS, peer.address().toString());
      if (peer.id() != null) {
        entry.put(ID, peer.id().toString());
      }
    }
    file.put(CHECKSUM, checksum(list));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file);
  }

  /**
   * Reads what {@link #write} has written, now or in a version that knew no checksum, or no ids.
   *
   * @throws IOException when it is not that, or not any more
   */
  static List<KnownPeer> read(byte[] bytes) throws IOException {
    JsonNode file = JSON.readTree(bytes);
    JsonNode list = file.path(PEERS);
    if (!list.isArray()) {
      throw new IOException("it has no list of peers");
    }
    if (file.has(CHECKSUM) && file.path(CHECKSUM).asLong(-1) != checksum(list)) {
      throw new IOException("the checksum is not that of the content");
    }
    List<KnownPeer> found = new ArrayList<>();
    try {
      for (JsonNode peer : list) {
        JsonNode address = peer.isObject() ? peer.path(ADDRESS) : peer;
        String id = peer.path(ID).asText("");
        found.add(
            new KnownPeer(
                PeerAddress.parse(address.asText()), id.isEmpty() ? null : new NodeId(id)));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("a field has no such value", e);
    }
    return found;
  }

  /** Of the content without white space, which people may change. */
  private static long checksum(JsonNode content) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(JSON.writeValueAsBytes(content));
    return crc.getValue();
  }
}

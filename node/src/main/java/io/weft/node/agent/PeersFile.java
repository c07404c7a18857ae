package io.weft.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.gossip.PeerAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The addresses of other members as JSON, under a checksum. */
final class PeersFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PEERS = "peers";
  private static final String CHECKSUM = "crc32c";

  private PeersFile() {}

  static byte[] write(List<PeerAddress> addresses) throws IOException {
    ObjectNode file = JSON.createObjectNode();
    ArrayNode list = file.putArray(PEERS);
    addresses.forEach(a -> list.add(a.toString()));
    file.put(CHECKSUM, checksum(list));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file);
  }

  /**
   * Reads what {@link #write} has written, now or in a version that knew no checksum.
   *
   * @throws IOException when it is not that, or not any more
   */
  static List<PeerAddress> read(byte[] bytes) throws IOException {
    JsonNode file = JSON.readTree(bytes);
    JsonNode list = file.path(PEERS);
    if (!list.isArray()) {
      throw new IOException("it has no list of peers");
    }
    if (file.has(CHECKSUM) && file.path(CHECKSUM).asLong(-1) != checksum(list)) {
      throw new IOException("the checksum is not that of the content");
    }
    List<PeerAddress> found = new ArrayList<>();
    try {
      for (JsonNode peer : list) {
        found.add(PeerAddress.parse(peer.asText()));
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

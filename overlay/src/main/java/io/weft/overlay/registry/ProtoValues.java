package io.weft.overlay.registry;

import com.google.protobuf.ByteString;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.InvalidAddressException;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.registry.proto.Block;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Small values between this package's types and those on the wire, checked on the way in. */
final class ProtoValues {
  private static final int NODE_ID_BYTES = 32;

  private ProtoValues() {}

  static ByteString bytes(byte[] bytes) {
    return ByteString.copyFrom(bytes);
  }

  static ByteString bytes(Blob blob) {
    return ByteString.copyFrom(blob.toByteArray());
  }

  static Blob blob(ByteString bytes) {
    return Blob.of(bytes.toByteArray());
  }

  static ByteString node(NodeId id) {
    return ByteString.copyFrom(id.bytes());
  }

  static NodeId node(ByteString bytes) throws MalformedRegistryException {
    if (bytes.size() != NODE_ID_BYTES) {
      throw new MalformedRegistryException(
          "a node id of " + bytes.size() + " bytes in place of 32");
    }
    return NodeId.ofBytes(bytes.toByteArray());
  }

  static List<NodeId> nodes(List<ByteString> list) throws MalformedRegistryException {
    List<NodeId> nodes = new ArrayList<>(list.size());
    for (ByteString bytes : list) {
      nodes.add(node(bytes));
    }
    return nodes;
  }

  static Block block(AddressBlock block) {
    return Block.newBuilder()
        .setIp(ByteString.copyFrom(block.base().toBytes()))
        .setLength(block.length())
        .build();
  }

  static AddressBlock block(Block block) throws MalformedRegistryException {
    try {
      return new AddressBlock(IpAddress.ofBytes(block.getIp().toByteArray()), block.getLength());
    } catch (InvalidAddressException e) {
      throw new MalformedRegistryException(String.valueOf(e.getMessage()));
    }
  }
}

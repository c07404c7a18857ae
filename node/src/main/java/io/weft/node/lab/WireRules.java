package io.weft.node.lab;

import io.weft.vxlan.netlink.MessageWriter;
import io.weft.vxlan.netlink.Netlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What the router between the hosts of a lab throws away: packets between hosts that are cut apart,
 * and a share of the packets of hosts with loss. One nf_tables table of the family inet (linux/
 * netfilter/nf_tables.h), replaced as a whole in one transaction, so that no moment lies between
 * two states. Hosts are told by the router's devices: that holds for IPv4, IPv6 and every protocol.
 *
 * <pre>
 * set cut { iif . oif }
 * chain forward { iif . oif @cut drop; iif == N, numgen random mod 10000 &lt; P drop; oif == N, ... }
 * </pre>
 */
final class WireRules {
  /** Loss is counted in parts of this. */
  static final int LOSS_SCALE = 10_000;

  private static final String TABLE = "weftlab";
  private static final String CHAIN = "forward";
  private static final String SET = "cut";
  private static final int SET_ID = 1;
  private static final int MAX_ELEMENTS_A_MESSAGE = 400;

  private static final int NFPROTO_UNSPEC = 0;
  private static final int NFPROTO_INET = 1;
  private static final int SUBSYS_NFTABLES = 10;
  private static final int BATCH_BEGIN = 16;
  private static final int BATCH_END = 17;
  private static final int NEWTABLE = 0;
  private static final int DELTABLE = 2;
  private static final int NEWCHAIN = 3;
  private static final int NEWRULE = 6;
  private static final int NEWSET = 9;
  private static final int NEWSETELEM = 12;
  private static final int NESTED = 0x8000;
  private static final int HOOK_FORWARD = 2;
  private static final int REG_VERDICT = 0;
  private static final int REG32_00 = 8;
  private static final int REG32_01 = 9;
  private static final int META_IIF = 4;
  private static final int META_OIF = 5;
  private static final int CMP_EQ = 0;
  private static final int CMP_LT = 2;
  private static final int NG_RANDOM = 1;
  private static final int BYTEORDER_HTON = 1;
  private static final int NF_DROP = 0;

  /** Packets that come in by one device and would go out by another. */
  record Cut(int fromDevice, int toDevice) implements Comparable<Cut> {
    @Override
    public int compareTo(Cut other) {
      int byFrom = Integer.compare(fromDevice, other.fromDevice);
      return byFrom != 0 ? byFrom : Integer.compare(toDevice, other.toDevice);
    }
  }

  private WireRules() {}

  /**
   * The messages of one transaction that puts these rules in the place of all former ones.
   *
   * @param lossByDevice parts of {@link #LOSS_SCALE} that are lost in each direction
   */
  static List<MessageWriter> replace(
      SortedSet<Cut> cuts, SortedMap<Integer, Integer> lossByDevice) {
    List<MessageWriter> batch = new ArrayList<>();
    batch.add(control(BATCH_BEGIN));
    // Made first, so that the removal never fails for want of a table.
    batch.add(message(NEWTABLE, Netlink.CREATE).attributeString(1, TABLE));
    batch.add(message(DELTABLE, 0).attributeString(1, TABLE));
    if (!cuts.isEmpty() || !lossByDevice.isEmpty()) {
      batch.add(message(NEWTABLE, Netlink.CREATE).attributeString(1, TABLE));
      batch.add(chain());
      batch.add(set());
      batch.addAll(elements(cuts));
      batch.add(cutRule());
      for (Map.Entry<Integer, Integer> loss : lossByDevice.entrySet()) {
        batch.add(lossRule(META_IIF, loss.getKey(), loss.getValue()));
        batch.add(lossRule(META_OIF, loss.getKey(), loss.getValue()));
      }
    }
    batch.add(control(BATCH_END));
    return batch;
  }

  private static MessageWriter chain() {
    MessageWriter chain = message(NEWCHAIN, Netlink.CREATE);
    chain.attributeString(1, TABLE).attributeString(3, CHAIN);
    int hook = chain.begin(4 | NESTED);
    be32(chain, 1, HOOK_FORWARD);
    be32(chain, 2, 0);
    chain.end(hook);
    return chain.attributeString(7, "filter");
  }

  private static MessageWriter set() {
    MessageWriter set = message(NEWSET, Netlink.CREATE);
    set.attributeString(1, TABLE).attributeString(2, SET);
    be32(set, 3, 0);
    be32(set, 4, 0);
    be32(set, 5, 2 * Integer.BYTES);
    be32(set, 10, SET_ID);
    return set;
  }

  private static List<MessageWriter> elements(Set<Cut> cuts) {
    List<MessageWriter> messages = new ArrayList<>();
    List<Cut> all = new ArrayList<>(cuts);
    for (int from = 0; from < all.size(); from += MAX_ELEMENTS_A_MESSAGE) {
      MessageWriter message = message(NEWSETELEM, Netlink.CREATE);
      message.attributeString(1, TABLE).attributeString(2, SET);
      be32(message, 4, SET_ID);
      int list = message.begin(3 | NESTED);
      for (Cut cut : all.subList(from, Math.min(all.size(), from + MAX_ELEMENTS_A_MESSAGE))) {
        int element = message.begin(1 | NESTED);
        int key = message.begin(1 | NESTED);
        message.attribute(1, hostOrder(cut.fromDevice(), cut.toDevice()));
        message.end(key).end(element);
      }
      message.end(list);
      messages.add(message);
    }
    return messages;
  }

  private static MessageWriter cutRule() {
    MessageWriter rule = rule();
    int expressions = rule.begin(4 | NESTED);
    meta(rule, META_IIF, REG32_00);
    meta(rule, META_OIF, REG32_01);
    expression(
        rule,
        "lookup",
        () -> {
          rule.attributeString(1, SET);
          be32(rule, 2, REG32_00);
        });
    drop(rule);
    return rule.end(expressions);
  }

  private static MessageWriter lossRule(int direction, int device, int share) {
    MessageWriter rule = rule();
    int expressions = rule.begin(4 | NESTED);
    meta(rule, direction, REG32_00);
    compare(rule, CMP_EQ, hostOrder(device));
    expression(
        rule,
        "numgen",
        () -> {
          be32(rule, 1, REG32_00);
          be32(rule, 2, LOSS_SCALE);
          be32(rule, 3, NG_RANDOM);
          be32(rule, 4, 0);
        });
    // "Less than" compares octet by octet, which is right for the network's order only.
    expression(
        rule,
        "byteorder",
        () -> {
          be32(rule, 1, REG32_00);
          be32(rule, 2, REG32_00);
          be32(rule, 3, BYTEORDER_HTON);
          be32(rule, 4, Integer.BYTES);
          be32(rule, 5, Integer.BYTES);
        });
    compare(rule, CMP_LT, ByteBuffer.allocate(Integer.BYTES).putInt(share).array());
    drop(rule);
    return rule.end(expressions);
  }

  private static void meta(MessageWriter rule, int key, int register) {
    expression(
        rule,
        "meta",
        () -> {
          be32(rule, 1, register);
          be32(rule, 2, key);
        });
  }

  private static void compare(MessageWriter rule, int operation, byte[] value) {
    expression(
        rule,
        "cmp",
        () -> {
          be32(rule, 1, REG32_00);
          be32(rule, 2, operation);
          int data = rule.begin(3 | NESTED);
          rule.attribute(1, value).end(data);
        });
  }

  private static void drop(MessageWriter rule) {
    expression(
        rule,
        "immediate",
        () -> {
          be32(rule, 1, REG_VERDICT);
          int data = rule.begin(2 | NESTED);
          int verdict = rule.begin(2 | NESTED);
          be32(rule, 1, NF_DROP);
          rule.end(verdict).end(data);
        });
  }

  private static void expression(MessageWriter rule, String name, Runnable data) {
    int element = rule.begin(1 | NESTED);
    rule.attribute(1, (name + "\0").getBytes(StandardCharsets.US_ASCII));
    int body = rule.begin(2 | NESTED);
    data.run();
    rule.end(body).end(element);
  }

  private static MessageWriter rule() {
    return message(NEWRULE, Netlink.CREATE | Netlink.APPEND)
        .attributeString(1, TABLE)
        .attributeString(2, CHAIN);
  }

  private static MessageWriter message(int type, int flags) {
    return new MessageWriter(SUBSYS_NFTABLES << 8 | type, flags | Netlink.ACK)
        .u8(NFPROTO_INET)
        .u8(0)
        .be16(0);
  }

  private static MessageWriter control(int type) {
    return new MessageWriter(type, 0).u8(NFPROTO_UNSPEC).u8(0).be16(SUBSYS_NFTABLES);
  }

  private static void be32(MessageWriter into, int attribute, int value) {
    int mark = into.begin(attribute);
    into.be32(value).end(mark);
  }

  private static byte[] hostOrder(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }
}

package io.weft.simulator.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the nemesis does, as its operations' {@code f} and {@code value} say it. An operation of the
 * nemesis is invoked before the fault is put in place and ends {@code ok} once it was seen to hold.
 */
public sealed interface Fault {

  /** The operation's name. */
  String f();

  /** The operation's value. */
  JsonNode toJson();

  /** The run begins with these hosts, all of them running and connected. */
  record Cluster(List<String> hosts) implements Fault {
    /** Copies the list. */
    public Cluster {
      hosts = List.copyOf(hosts);
    }

    @Override
    public String f() {
      return "cluster";
    }

    @Override
    public JsonNode toJson() {
      return hostsNode(hosts);
    }
  }

  /**
   * Only hosts that share a group reach each other, in place of any partition before. Groups may
   * overlap (a bridge); a host in no group is cut off.
   */
  record Partition(List<List<String>> groups) implements Fault {
    /** Copies the lists. */
    public Partition {
      groups = groups.stream().map(List::copyOf).toList();
    }

    @Override
    public String f() {
      return "partition";
    }

    @Override
    public JsonNode toJson() {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      ArrayNode all = node.putArray("groups");
      for (List<String> group : groups) {
        ArrayNode one = all.addArray();
        group.forEach(one::add);
      }
      return node;
    }
  }

  /** Every partition is lifted. */
  record Heal() implements Fault {
    @Override
    public String f() {
      return "heal";
    }

    @Override
    public JsonNode toJson() {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  /** The hosts' processes end without a word. */
  record Crash(List<String> hosts) implements Fault {
    /** Copies the list. */
    public Crash {
      hosts = List.copyOf(hosts);
    }

    @Override
    public String f() {
      return "crash";
    }

    @Override
    public JsonNode toJson() {
      return hostsNode(hosts);
    }
  }

  /** Crashed hosts run again. */
  record Restart(List<String> hosts) implements Fault {
    /** Copies the list. */
    public Restart {
      hosts = List.copyOf(hosts);
    }

    @Override
    public String f() {
      return "restart";
    }

    @Override
    public JsonNode toJson() {
      return hostsNode(hosts);
    }
  }

  /** Reads an operation of the nemesis; empty when it is none that is known here. */
  static Optional<Fault> of(Operation operation) {
    JsonNode value = operation.value();
    return switch (operation.f()) {
      case "cluster" -> Optional.of(new Cluster(hosts(value)));
      case "crash" -> Optional.of(new Crash(hosts(value)));
      case "restart" -> Optional.of(new Restart(hosts(value)));
      case "heal" -> Optional.of(new Heal());
      case "partition" -> {
        List<List<String>> groups = new ArrayList<>();
        if (value != null) {
          value.path("groups").forEach(group -> groups.add(texts(group)));
        }
        yield Optional.of(new Partition(groups));
      }
      default -> Optional.empty();
    };
  }

  private static JsonNode hostsNode(List<String> hosts) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode names = node.putArray("hosts");
    hosts.forEach(names::add);
    return node;
  }

  private static List<String> hosts(@Nullable JsonNode value) {
    return value == null ? List.of() : texts(value.path("hosts"));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}

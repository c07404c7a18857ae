package io.weft.overlay.agent;

import io.weft.overlay.records.RecordLimits;
import io.weft.vxlan.desired.DeviceNames;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether an endpoint may be made as it was ordered. */
final class OrderCheck {
  /** Digits of the id that name the endpoint's device, and the endpoint itself if nothing else. */
  static final int DEVICE_DIGITS = RecordLimits.MIN_ENDPOINT_ID_DIGITS;

  private static final int NAME_DIGITS = 12;
  private static final Pattern ID =
      Pattern.compile(
          "[0-9a-f]{%d,%d}".formatted(DEVICE_DIGITS, RecordLimits.MAX_ENDPOINT_ID_DIGITS));

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private OrderCheck() {}

  /** What people call it. */
  static String nameOf(AttachOrder order) {
    String name = order.name();
    return name != null
        ? name
        : order.id().substring(0, Math.min(NAME_DIGITS, order.id().length()));
  }

  /** What is wrong with the order itself, or null. */
  static @Nullable Refusal invalid(AttachOrder order) {
    if (!ID.matcher(order.id()).matches()) {
      return new Refusal(
          Refusal.Kind.INVALID,
          "the endpoint's id '%s' is not %d to %d lowercase hexadecimal digits"
              .formatted(order.id(), DEVICE_DIGITS, RecordLimits.MAX_ENDPOINT_ID_DIGITS));
    }
    String name = order.name();
    if (name != null && (name.length() > RecordLimits.MAX_TEXT || !NAME.matcher(name).matches())) {
      return new Refusal(
          Refusal.Kind.INVALID,
          "an endpoint's name is 1 to %d letters, digits, '.', '_' or '-', a letter or digit first"
              .formatted(RecordLimits.MAX_TEXT));
    }
    if (!DeviceNames.isInterfaceName(order.ifName())) {
      return new Refusal(
          Refusal.Kind.INVALID,
          "'%s' is no interface name: 1 to %d characters without '/', ':' and spaces"
              .formatted(order.ifName(), DeviceNames.MAX_LENGTH));
    }
    if (order.labels().size() > RecordLimits.MAX_LABELS
        || order.labels().entrySet().stream().anyMatch(OrderCheck::tooLong)) {
      return new Refusal(
          Refusal.Kind.INVALID,
          "at most %d labels, and %d characters in a label's key or value"
              .formatted(RecordLimits.MAX_LABELS, RecordLimits.MAX_TEXT));
    }
    return null;
  }

  private static boolean tooLong(Map.Entry<String, String> label) {
    return label.getKey().length() > RecordLimits.MAX_TEXT
        || label.getValue().length() > RecordLimits.MAX_TEXT;
  }

  /** Why the order and an endpoint that is there cannot both be, or null. */
  static @Nullable Refusal taken(AttachOrder order, LocalEndpoint other) {
    String otherId = other.record().id();
    if (order.id().substring(0, DEVICE_DIGITS).equals(otherId.substring(0, DEVICE_DIGITS))) {
      return new Refusal(
          Refusal.Kind.REFUSED,
          "this host has an endpoint whose id begins as '%s' does; choose another id"
              .formatted(order.id()));
    }
    if (nameOf(order).equals(other.record().name())) {
      return new Refusal(
          Refusal.Kind.REFUSED,
          "this host has an endpoint named '%s' already; choose another name, or detach it"
              .formatted(nameOf(order)));
    }
    return null;
  }
}

package io.weft.vxlan.kernel;

import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.netlink.MessageWriter;
import io.weft.vxlan.netlink.NetlinkException;
import io.weft.vxlan.netlink.NetlinkSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * One run of changes over a socket. Changes wait until a device's number must be looked up that an
 * earlier change may have made or unmade; then what waits is sent in one datagram. Numbers are
 * looked up once a run and forgotten after: between runs anybody may recreate a device.
 */
final class ChangeBatch {

  /** A request that waits, and the change it belongs to. */
  private record Pending(KernelChange change, MessageWriter request, Leniency leniency) {}

  /** Which refusals are none. */
  private enum Leniency {
    NONE,
    ABSENT,
    NO_IPV6
  }

  private final NetlinkSocket socket;
  private final List<Pending> pending = new ArrayList<>();
  private final List<ChangeFailure> failures = new ArrayList<>();
  private final Map<String, Integer> indices = new HashMap<>();

  ChangeBatch(NetlinkSocket socket) {
    this.socket = socket;
  }

  List<ChangeFailure> apply(List<? extends KernelChange> changes) {
    for (KernelChange change : changes) {
      enqueue(change);
      if (pending.size() >= NetlinkSocket.MAX_BATCH_MESSAGES) {
        flush();
      }
    }
    flush();
    return List.copyOf(failures);
  }

  private void enqueue(KernelChange change) {
    String device = change.device();
    switch (change) {
      case KernelChange.CreateBridge c -> reshape(change, LinkCodec.createBridge(device, c.mtu()));
      case KernelChange.CreateVxlan c -> reshape(change, LinkCodec.createVxlan(c.spec()));
      case KernelChange.CreateVeth c -> {
        reshape(change, LinkCodec.createVeth(c.spec()));
        if (!c.spec().alias().isEmpty()) {
          add(change, LinkCodec.setAlias(device, c.spec().alias()));
        }
      }
      case KernelChange.DeleteLink _ -> {
        add(change, LinkCodec.delete(device), Leniency.ABSENT);
        indices.clear();
      }
      case KernelChange.SetUp c -> add(change, LinkCodec.setUp(device, c.up()));
      case KernelChange.SetMtu c -> add(change, LinkCodec.setMtu(device, c.mtu()));
      case KernelChange.SetMac c -> add(change, LinkCodec.setMac(device, c.mac()));
      case KernelChange.Rename c -> {
        indexed(change, index -> LinkCodec.rename(index, c.to()), Leniency.NONE);
        indices.clear();
      }
      case KernelChange.SetMaster c -> setMaster(c);
      case KernelChange.NoIpv6Autoconf _ ->
          add(change, LinkCodec.noIpv6Autoconf(device), Leniency.NO_IPV6);
      case KernelChange.TuneBridge c -> add(change, LinkCodec.tuneBridge(device, c.settings()));
      case KernelChange.TunePort c -> add(change, LinkCodec.tunePort(device, c.settings()));
      case KernelChange.MoveToNamespace c ->
          reshape(change, LinkCodec.moveToNamespace(device, c.namespaceFd()));
      case KernelChange.PutAddress c ->
          indexed(change, index -> EntryCodec.putAddress(index, c.prefix()), Leniency.NONE);
      case KernelChange.RemoveAddress c ->
          indexed(change, index -> EntryCodec.removeAddress(index, c.prefix()), Leniency.ABSENT);
      case KernelChange.PutRoute c ->
          indexed(change, index -> EntryCodec.putRoute(index, c.route()), Leniency.NONE);
      case KernelChange.RemoveRoute c ->
          indexed(change, index -> EntryCodec.removeRoute(index, c.route()), Leniency.ABSENT);
      case KernelChange.PutNeighbour c ->
          indexed(
              change,
              index -> EntryCodec.putNeighbour(index, c.neighbour().ip(), c.neighbour().mac()),
              Leniency.NONE);
      case KernelChange.RemoveNeighbour c ->
          indexed(change, index -> EntryCodec.removeNeighbour(index, c.ip()), Leniency.ABSENT);
      case KernelChange.PutFdb c ->
          indexed(change, index -> EntryCodec.putFdb(index, c.entry()), Leniency.NONE);
      case KernelChange.RemoveFdb c ->
          indexed(change, index -> EntryCodec.removeFdb(index, c.entry()), Leniency.ABSENT);
      case KernelChange.PutBridgeFdb c ->
          indexed(change, index -> EntryCodec.putBridgeFdb(index, c.mac()), Leniency.NONE);
      case KernelChange.RemoveBridgeFdb c ->
          indexed(change, index -> EntryCodec.removeBridgeFdb(index, c.mac()), Leniency.ABSENT);
    }
  }

  private void setMaster(KernelChange.SetMaster change) {
    String bridge = change.bridge();
    if (bridge == null) {
      add(change, LinkCodec.setMaster(change.device(), 0), Leniency.NONE);
      return;
    }
    lookUp(change, bridge, Leniency.NONE)
        .ifPresent(index -> add(change, LinkCodec.setMaster(change.device(), index)));
  }

  private void indexed(KernelChange change, IntFunction<MessageWriter> request, Leniency leniency) {
    lookUp(change, change.device(), leniency)
        .ifPresent(index -> add(change, request.apply(index), leniency));
  }

  /** A change after which names stand for other devices. */
  private void reshape(KernelChange change, MessageWriter request) {
    add(change, request, Leniency.NONE);
    indices.clear();
  }

  private void add(KernelChange change, MessageWriter request) {
    add(change, request, Leniency.NONE);
  }

  private void add(KernelChange change, MessageWriter request, Leniency leniency) {
    pending.add(new Pending(change, request, leniency));
  }

  private Optional<Integer> lookUp(KernelChange change, String device, Leniency leniency) {
    Integer known = indices.get(device);
    if (known != null) {
      return Optional.of(known);
    }
    flush();
    try {
      int index = LinkCodec.index(socket.get(LinkCodec.get(device)));
      indices.put(device, index);
      return Optional.of(index);
    } catch (NetlinkException refused) {
      if (!forgiven(refused, leniency)) {
        failures.add(
            new ChangeFailure(change, LinuxKernel.failure("find device " + device, refused)));
      }
      return Optional.empty();
    }
  }

  private void flush() {
    if (pending.isEmpty()) {
      return;
    }
    List<Pending> sent = List.copyOf(pending);
    pending.clear();
    List<Optional<NetlinkException>> results =
        socket.execute(sent.stream().map(Pending::request).toList());
    for (int i = 0; i < sent.size(); i++) {
      Pending request = sent.get(i);
      results
          .get(i)
          .filter(refused -> !forgiven(refused, request.leniency()))
          .ifPresent(
              refused ->
                  failures.add(
                      new ChangeFailure(
                          request.change(),
                          LinuxKernel.failure(request.change().words(), refused))));
    }
  }

  private static boolean forgiven(NetlinkException refused, Leniency leniency) {
    return switch (leniency) {
      case NONE -> false;
      case ABSENT -> LinuxKernel.absent(refused);
      // A kernel without IPv6 makes itself no IPv6 addresses.
      case NO_IPV6 -> refused.errno() == Errno.EAFNOSUPPORT || refused.errno() == Errno.EOPNOTSUPP;
    };
  }
}

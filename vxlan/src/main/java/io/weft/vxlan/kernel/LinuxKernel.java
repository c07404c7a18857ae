package io.weft.vxlan.kernel;

import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.netlink.MalformedMessageException;
import io.weft.vxlan.netlink.MessageWriter;
import io.weft.vxlan.netlink.Netlink;
import io.weft.vxlan.netlink.NetlinkException;
import io.weft.vxlan.netlink.NetlinkMessage;
import io.weft.vxlan.netlink.NetlinkSocket;
import io.weft.vxlan.netns.NetworkNamespace;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The kernel by rtnetlink. It works on the network namespace in which it was opened, from whatever
 * thread it is used.
 */
public final class LinuxKernel implements Kernel {

  private final NetlinkSocket socket;

  private LinuxKernel(NetlinkSocket socket) {
    this.socket = socket;
  }

  /**
   * Opens it on the calling thread's namespace.
   *
   * @throws KernelException when there is no netlink
   */
  public static LinuxKernel open() {
    return new LinuxKernel(
        asking("open a netlink socket", () -> NetlinkSocket.open(Netlink.PROTOCOL_ROUTE)));
  }

  /**
   * Opens it on that namespace, which may be closed afterwards.
   *
   * @throws KernelException when there is no netlink
   */
  public static LinuxKernel open(NetworkNamespace namespace) {
    return namespace.call(LinuxKernel::open);
  }

  @Override
  public KernelState dump() {
    List<NetlinkMessage> found = dumpOf("dump the devices", LinkCodec.dump());
    Map<Integer, String> names = names(found);
    List<NetlinkMessage> forwarding =
        dumpOf("dump forwarding entries", EntryCodec.dumpNeighbours(Rtnetlink.AF_BRIDGE));
    List<NetlinkMessage> neighbours =
        dumpOf("dump neighbours", EntryCodec.dumpNeighbours(Rtnetlink.AF_UNSPEC));
    return new KernelState(
        decode(found, message -> Optional.of(LinkCodec.decode(message, names))),
        decode(forwarding, message -> EntryCodec.decodeFdb(message, names)),
        decode(forwarding, message -> EntryCodec.decodeBridgeFdb(message, names)),
        decode(neighbours, message -> EntryCodec.decodeNeighbour(message, names)));
  }

  @Override
  public List<LinkState> links() {
    List<NetlinkMessage> found = dumpOf("dump the devices", LinkCodec.dump());
    Map<Integer, String> names = names(found);
    return decode(found, message -> Optional.of(LinkCodec.decode(message, names)));
  }

  @Override
  public Optional<LinkState> link(String name) {
    return links().stream().filter(link -> link.name().equals(name)).findFirst();
  }

  @Override
  public List<InterfaceAddress> addresses() {
    Map<Integer, String> names = names(dumpOf("dump the devices", LinkCodec.dump()));
    return decode(
        dumpOf("dump addresses", EntryCodec.dumpAddresses()),
        message -> EntryCodec.decodeAddress(message, names));
  }

  @Override
  public List<Route> routes() {
    Map<Integer, String> names = names(dumpOf("dump the devices", LinkCodec.dump()));
    return decode(
        dumpOf("dump routes", EntryCodec.dumpRoutes()),
        message -> EntryCodec.decodeRoute(message, names));
  }

  private List<NetlinkMessage> dumpOf(String doing, MessageWriter request) {
    return asking(doing, () -> socket.dump(request));
  }

  private static Map<Integer, String> names(List<NetlinkMessage> links) {
    Map<Integer, String> names = HashMap.newHashMap(links.size());
    links.forEach(link -> names.put(LinkCodec.index(link), LinkCodec.name(link)));
    return names;
  }

  private static <T> List<T> decode(
      List<NetlinkMessage> messages, Function<NetlinkMessage, Optional<T>> decoder) {
    LinkedHashSet<T> found = new LinkedHashSet<>();
    messages.forEach(message -> decoder.apply(message).ifPresent(found::add));
    return List.copyOf(found);
  }

  @Override
  public List<ChangeFailure> apply(List<? extends KernelChange> changes) {
    return asking("change the network", () -> new ChangeBatch(socket).apply(changes));
  }

  @Override
  public void close() {
    socket.close();
  }

  private static <T> T asking(String doing, Supplier<T> work) {
    try {
      return work.get();
    } catch (NetlinkException e) {
      throw failure(doing, e);
    } catch (LibcException e) {
      throw new KernelException(kind(e.errno()), "cannot " + doing + ": " + e.getMessage(), e);
    } catch (MalformedMessageException e) {
      throw new KernelException(
          KernelException.Kind.OTHER, "cannot " + doing + ": " + e.getMessage(), e);
    }
  }

  static KernelException failure(String doing, NetlinkException cause) {
    KernelException.Kind kind = kind(cause.errno());
    String mend =
        kind == KernelException.Kind.NOT_PERMITTED
            ? "; CAP_NET_ADMIN in this network namespace is needed"
            : "";
    return new KernelException(kind, "cannot " + doing + ": " + cause.getMessage() + mend, cause);
  }

  private static KernelException.Kind kind(int errno) {
    return switch (errno) {
      case Errno.ENODEV, Errno.ENOENT, Errno.ESRCH, Errno.ENXIO, Errno.EADDRNOTAVAIL ->
          KernelException.Kind.NOT_FOUND;
      case Errno.EEXIST -> KernelException.Kind.EXISTS;
      case Errno.EPERM, Errno.EACCES -> KernelException.Kind.NOT_PERMITTED;
      case Errno.EBUSY, Errno.EADDRINUSE -> KernelException.Kind.BUSY;
      case Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.EPROTONOSUPPORT, Errno.EAFNOSUPPORT ->
          KernelException.Kind.UNSUPPORTED;
      case Errno.EINVAL, Errno.ERANGE -> KernelException.Kind.INVALID;
      default -> KernelException.Kind.OTHER;
    };
  }

  /** Whether a refusal means that what was to be removed is not there. */
  static boolean absent(NetlinkException refused) {
    return kind(refused.errno()) == KernelException.Kind.NOT_FOUND;
  }
}

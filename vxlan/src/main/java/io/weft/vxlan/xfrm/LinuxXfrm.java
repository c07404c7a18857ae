package io.weft.vxlan.xfrm;

import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.kernel.KernelException;
import io.weft.vxlan.kernel.KernelException.Kind;
import io.weft.vxlan.netlink.MessageWriter;
import io.weft.vxlan.netlink.Netlink;
import io.weft.vxlan.netlink.NetlinkException;
import io.weft.vxlan.netlink.NetlinkMessage;
import io.weft.vxlan.netlink.NetlinkSocket;
import io.weft.vxlan.netns.NetworkNamespace;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** IPsec by netlink's XFRM protocol, in the network namespace in which it was opened. */
public final class LinuxXfrm implements Xfrm {

  private final NetlinkSocket socket;

  private LinuxXfrm(NetlinkSocket socket) {
    this.socket = socket;
  }

  /**
   * Opens it on the calling thread's namespace.
   *
   * @throws KernelException UNSUPPORTED when the kernel has no XFRM
   */
  public static LinuxXfrm open() {
    try {
      return new LinuxXfrm(NetlinkSocket.open(Netlink.PROTOCOL_XFRM));
    } catch (LibcException e) {
      throw new KernelException(
          kind(e.errno()), "the kernel has no IPsec (XFRM): " + e.getMessage(), e);
    }
  }

  /** Opens it on that namespace, which may be closed afterwards. */
  public static LinuxXfrm open(NetworkNamespace namespace) {
    return namespace.call(LinuxXfrm::open);
  }

  @Override
  public List<SaState> associations() {
    return dump(
        "dump security associations", XfrmCodec.dumpAssociations(), XfrmCodec::decodeAssociation);
  }

  @Override
  public List<Policy> policies() {
    return dump("dump IPsec policies", XfrmCodec.dumpPolicies(), XfrmCodec::decodePolicy);
  }

  private <T> List<T> dump(
      String doing, MessageWriter request, Function<NetlinkMessage, Optional<T>> decoder) {
    try {
      return socket.dump(request).stream().flatMap(m -> decoder.apply(m).stream()).toList();
    } catch (NetlinkException e) {
      throw failure(doing, e);
    }
  }

  @Override
  public void add(SaSpec association) {
    execute(
        "add the security association 0x%08x".formatted(association.keys().spi()),
        XfrmCodec.addAssociation(association),
        false);
  }

  @Override
  public void removeAssociation(InetAddress destination, int spi) {
    execute(
        "remove the security association 0x%08x".formatted(spi),
        XfrmCodec.removeAssociation(destination, spi),
        true);
  }

  @Override
  public void put(Policy policy) {
    execute("set " + policy.words(), XfrmCodec.putPolicy(policy), false);
  }

  @Override
  public void remove(Policy policy) {
    execute("remove " + policy.words(), XfrmCodec.removePolicy(policy), true);
  }

  private void execute(String doing, MessageWriter request, boolean absentIsFine) {
    try {
      socket.execute(request);
    } catch (NetlinkException e) {
      boolean absent = e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH;
      if (!absent || !absentIsFine) {
        throw failure(doing, e);
      }
    }
  }

  private static KernelException failure(String doing, NetlinkException e) {
    return new KernelException(kind(e.errno()), "cannot " + doing + ": " + reason(e), e);
  }

  private static String reason(NetlinkException e) {
    String meaning =
        switch (e.errno()) {
          case Errno.ENOSYS -> "; the kernel has no AES-GCM for IPsec";
          case Errno.EPROTONOSUPPORT -> "; the kernel has no ESP";
          case Errno.EPERM -> "; CAP_NET_ADMIN in this network namespace is needed";
          default -> "";
        };
    return e.getMessage() + meaning;
  }

  private static Kind kind(int errno) {
    return switch (errno) {
      case Errno.ENOSYS, Errno.EPROTONOSUPPORT, Errno.EOPNOTSUPP, Errno.EAFNOSUPPORT ->
          Kind.UNSUPPORTED;
      case Errno.EPERM, Errno.EACCES -> Kind.NOT_PERMITTED;
      case Errno.EEXIST -> Kind.EXISTS;
      case Errno.ENOENT, Errno.ESRCH -> Kind.NOT_FOUND;
      case Errno.EINVAL -> Kind.INVALID;
      default -> Kind.OTHER;
    };
  }

  @Override
  public void close() {
    socket.close();
  }
}

package io.weft.vxlan.driver;

import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.VxlanSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether the data plane's ports are free in the calling thread's network namespace. Docker Swarm,
 * Flannel and others use VXLAN as well: two on one port would take each other's frames.
 */
final class PortCheck {
  private static final Path PROC = Path.of("/proc");
  private static final Pattern COLUMNS = Pattern.compile("\\s+");

  /** One line of /proc/net/udp (Documentation/networking/proc_net_tcp.rst has the columns). */
  private record Socket(String address, int port, long inode) {
    boolean wildcard() {
      return address.chars().allMatch(c -> c == '0');
    }

    /** New kernels show none for sockets of their own, as VXLAN devices have; older ones do. */
    boolean hasNoInode() {
      return inode == 0;
    }
  }

  private PortCheck() {}

  /** For a socket of our own on this address: nobody on it or on the wildcard. */
  static void socketPort(Kernel host, InetAddress local, int port, String setting) {
    refuseVxlanDevices(host.links(), port, false, setting);
    String own = hex(local);
    for (Socket socket : sockets()) {
      if (socket.port() == port && (socket.wildcard() || socket.address().equals(own))) {
        throw new PortTakenException(port, holder(socket), setting);
      }
    }
  }

  /** For VXLAN devices, whose sockets take the wildcard: nobody else on any address. */
  static void vxlanPort(Kernel host, int port, String setting) {
    List<LinkState> links = host.links();
    refuseVxlanDevices(links, port, true, setting);
    boolean own = links.stream().anyMatch(link -> isVxlanOn(link, port));
    for (Socket socket : sockets()) {
      if (socket.port() == port && !(own && isKernels(socket))) {
        throw new PortTakenException(port, holder(socket), setting);
      }
    }
  }

  /** Whether it may be that of our own devices, which take the wildcard and are no process's. */
  private static boolean isKernels(Socket socket) {
    return socket.hasNoInode() || (socket.wildcard() && owner(socket.inode()).isEmpty());
  }

  private static boolean isVxlanOn(LinkState link, int port) {
    VxlanSettings vxlan = link.vxlan();
    return vxlan != null && vxlan.port() == port;
  }

  private static void refuseVxlanDevices(
      List<LinkState> links, int port, boolean exceptOwn, String setting) {
    for (LinkState link : links) {
      boolean own = exceptOwn && DeviceNames.vniOfVxlan(link.name()).isPresent();
      if (isVxlanOn(link, port) && !own) {
        throw new PortTakenException(port, "VXLAN device " + link.name(), setting);
      }
    }
  }

  private static List<Socket> sockets() {
    List<Socket> found = new ArrayList<>();
    for (String file : List.of("udp", "udp6")) {
      Path path = PROC.resolve("thread-self/net").resolve(file);
      if (!Files.exists(path)) {
        continue; // A kernel without IPv6.
      }
      try (var lines = Files.lines(path)) {
        lines.skip(1).map(PortCheck::parse).forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + path, e);
      }
    }
    return found;
  }

  private static Socket parse(String line) {
    String[] columns = COLUMNS.split(line.strip(), -1);
    int colon = columns[1].indexOf(':');
    return new Socket(
        columns[1].substring(0, colon),
        Integer.parseInt(columns[1].substring(colon + 1), 16),
        Long.parseLong(columns[9]));
  }

  /** An address as the kernel prints it there: 32-bit words in the host's order. */
  private static String hex(InetAddress address) {
    byte[] bytes = address.getAddress();
    StringBuilder text = new StringBuilder();
    for (int word = 0; word < bytes.length; word += 4) {
      for (int i = 3; i >= 0; i--) {
        text.append(String.format(Locale.ROOT, "%02X", bytes[word + i]));
      }
    }
    return text.toString();
  }

  private static String holder(Socket socket) {
    String where = socket.wildcard() ? "every address" : "this host's address";
    if (socket.hasNoInode()) {
      return "a tunnel device whose socket is on " + where + " (perhaps moved to a container)";
    }
    return owner(socket.inode())
        .map(process -> process + " (a UDP socket on " + where + ")")
        .orElse("a UDP socket on " + where);
  }

  /** The process that has the socket, as far as this one may see. */
  private static Optional<String> owner(long inode) {
    String link = "socket:[" + inode + "]";
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, link)) {
          String name = Files.readString(process.resolve("comm")).strip();
          return Optional.of("process " + process.getFileName() + " '" + name + "'");
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, String link) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.readSymbolicLink(descriptor).toString().equals(link)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return false; // Gone meanwhile, or not ours to see.
    }
    return false;
  }
}

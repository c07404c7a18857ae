package io.weft.vxlan.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A netlink socket in the network namespace of the thread that opened it. It asks and waits for the
 * answer; several requests may go in one datagram. Not safe for use by several threads at once.
 *
 * <p>Answers are matched by sequence number: what belongs to an earlier request that failed midway
 * is passed over. A kernel that does not answer within {@link #ANSWER_TIMEOUT_SECONDS} is an error,
 * not a wait without end.
 */
public final class NetlinkSocket implements AutoCloseable {

  /** Most requests in one datagram: their acknowledgements must fit the receive buffer. */
  public static final int MAX_BATCH_MESSAGES = 64;

  /** Most octets in one datagram. */
  public static final int MAX_BATCH_BYTES = 32 * 1024;

  /** How often a dump that the kernel calls interrupted is begun again. */
  public static final int MAX_DUMP_ATTEMPTS = 8;

  /** How long the kernel may take to answer. */
  public static final int ANSWER_TIMEOUT_SECONDS = 10;

  /** The kernel's dumps come in datagrams of at most 32 KiB; a single object may need more. */
  private static final int RECEIVE_BYTES = 256 * 1024;

  private static final int SOCKET_BUFFER_BYTES = 1024 * 1024;
  private static final int SOCKADDR_NL_BYTES = 12;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int SO_RCVTIMEO = 20;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int ERROR_MESSAGE = 1;

  private final Arena arena = Arena.ofShared();
  private final int fd;
  private final MemorySegment sendBuffer = arena.allocate(MAX_BATCH_BYTES, 8);
  private final MemorySegment receiveBuffer = arena.allocate(RECEIVE_BYTES, 8);
  private final MemorySegment peer = arena.allocate(SOCKADDR_NL_BYTES, 8);
  private final MemorySegment peerLength = arena.allocate(JAVA_INT);
  private int sequence;
  private boolean closed;

  private NetlinkSocket(int fd) {
    this.fd = fd;
  }

  /**
   * Opens a socket in the calling thread's network namespace; no privilege is needed for that.
   *
   * @param protocol {@link Netlink#PROTOCOL_ROUTE} or {@link Netlink#PROTOCOL_XFRM}
   * @throws LibcException EPROTONOSUPPORT when the kernel lacks the protocol
   */
  public static NetlinkSocket open(int protocol) {
    int fd = Sockets.socket(Sockets.AF_NETLINK, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, protocol);
    try (Arena local = Arena.ofConfined()) {
      Sockets.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
      Sockets.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
      Sockets.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER_BYTES);
      MemorySegment timeout = local.allocate(16, 8);
      timeout.set(JAVA_LONG, 0, ANSWER_TIMEOUT_SECONDS);
      Sockets.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout);
      MemorySegment address = local.allocate(SOCKADDR_NL_BYTES, 8);
      address.set(JAVA_SHORT, 0, (short) Sockets.AF_NETLINK);
      Sockets.bind(fd, address);
      return new NetlinkSocket(fd);
    } catch (RuntimeException e) {
      Descriptors.close(fd);
      throw e;
    }
  }

  /**
   * Sends requests in order, in as few datagrams as the bounds allow, and waits for all
   * acknowledgements. A refused request does not keep the later ones from being tried.
   *
   * @return for each request why it was refused, or empty
   */
  public List<Optional<NetlinkException>> execute(List<MessageWriter> requests) {
    List<Optional<NetlinkException>> results = new ArrayList<>(requests.size());
    int next = 0;
    while (next < requests.size()) {
      int first = sequence + 1;
      int count = 0;
      int length = 0;
      while (next < requests.size() && count < MAX_BATCH_MESSAGES) {
        byte[] message = requests.get(next).finish(sequence + 1);
        if (length + message.length > MAX_BATCH_BYTES) {
          break;
        }
        MemorySegment.copy(message, 0, sendBuffer, JAVA_BYTE, length, message.length);
        length += message.length;
        sequence++;
        count++;
        next++;
      }
      send(length);
      results.addAll(acknowledgements(first, count));
    }
    return results;
  }

  private List<Optional<NetlinkException>> acknowledgements(int first, int count) {
    List<Optional<NetlinkException>> results = new ArrayList<>(count);
    while (results.size() < count) {
      for (NetlinkMessage message : receive()) {
        // In order, one for each: that is how the kernel works through a datagram.
        if (message.type() == Netlink.TYPE_ERROR && message.sequence() == first + results.size()) {
          results.add(refusal(message));
        }
      }
    }
    return results;
  }

  /**
   * Sends one request and waits for its acknowledgement.
   *
   * @throws NetlinkException when it is refused
   */
  public void execute(MessageWriter request) {
    Optional<NetlinkException> refused = execute(List.of(request)).getFirst();
    if (refused.isPresent()) {
      throw refused.get();
    }
  }

  /**
   * Asks for one object. The request must carry {@link Netlink#ACK}.
   *
   * @throws NetlinkException when it is refused, ENODEV or ENOENT when there is none
   */
  public NetlinkMessage get(MessageWriter request) {
    sequence++;
    sendOne(request);
    NetlinkMessage answer = null;
    while (true) {
      for (NetlinkMessage message : receive()) {
        if (message.sequence() != sequence) {
          continue;
        }
        if (message.type() != Netlink.TYPE_ERROR) {
          answer = message;
          continue;
        }
        Optional<NetlinkException> refused = refusal(message);
        if (refused.isPresent()) {
          throw refused.get();
        }
        if (answer == null) {
          throw new NetlinkException(Errno.ENOENT, "no answer but an acknowledgement");
        }
        return answer;
      }
    }
  }

  /**
   * Asks for all objects of a kind. The request must carry {@link Netlink#DUMP}. When the kernel
   * says that the objects changed meanwhile, the dump is begun again.
   *
   * @throws NetlinkException when it is refused, or interrupted {@link #MAX_DUMP_ATTEMPTS} times
   */
  public List<NetlinkMessage> dump(MessageWriter request) {
    for (int attempt = 1; attempt <= MAX_DUMP_ATTEMPTS; attempt++) {
      Optional<List<NetlinkMessage>> whole = dumpOnce(request);
      if (whole.isPresent()) {
        return whole.get();
      }
    }
    throw new NetlinkException(
        Errno.EAGAIN, "the dump was interrupted " + MAX_DUMP_ATTEMPTS + " times");
  }

  private Optional<List<NetlinkMessage>> dumpOnce(MessageWriter request) {
    sequence++;
    sendOne(request);
    List<NetlinkMessage> found = new ArrayList<>();
    boolean interrupted = false;
    while (true) {
      for (NetlinkMessage message : receive()) {
        if (message.sequence() != sequence) {
          continue;
        }
        interrupted |= (message.flags() & Netlink.DUMP_INTERRUPTED) != 0;
        switch (message.type()) {
          case Netlink.TYPE_ERROR, Netlink.TYPE_DONE -> {
            Optional<NetlinkException> refused = refusal(message);
            if (refused.isPresent()) {
              throw refused.get();
            }
            return interrupted ? Optional.empty() : Optional.of(found);
          }
          default -> found.add(message);
        }
      }
    }
  }

  private void sendOne(MessageWriter request) {
    byte[] message = request.finish(sequence);
    MemorySegment.copy(message, 0, sendBuffer, JAVA_BYTE, 0, message.length);
    send(message.length);
  }

  private void send(int length) {
    if (closed) {
      throw new IllegalStateException("the netlink socket is closed");
    }
    peer.fill((byte) 0);
    peer.set(JAVA_SHORT, 0, (short) Sockets.AF_NETLINK);
    long sent;
    do {
      sent = Sockets.trySendto(fd, sendBuffer, length, 0, peer);
    } while (sent == -Errno.EINTR);
    if (sent < 0) {
      throw new LibcException("send to netlink", (int) -sent);
    }
  }

  /** One datagram from the kernel; others' are passed over. */
  private List<NetlinkMessage> receive() {
    while (true) {
      peerLength.set(JAVA_INT, 0, SOCKADDR_NL_BYTES);
      long length =
          Sockets.tryRecvfrom(
              fd, receiveBuffer, RECEIVE_BYTES, Sockets.MSG_TRUNC, peer, peerLength);
      if (length == -Errno.EINTR) {
        continue;
      }
      if (length == -Errno.EAGAIN) {
        throw new NetlinkException(
            Errno.ETIMEDOUT, "no answer within " + ANSWER_TIMEOUT_SECONDS + " s");
      }
      if (length < 0) {
        throw new LibcException("receive from netlink", (int) -length);
      }
      if (length > RECEIVE_BYTES) {
        throw new MalformedMessageException("a netlink datagram of " + length + " octets");
      }
      if (peer.get(JAVA_INT, 4) == 0) { // nl_pid 0: from the kernel
        return NetlinkMessage.split(receiveBuffer.asSlice(0, length).toArray(JAVA_BYTE));
      }
    }
  }

  /** Reads an NLMSG_ERROR or NLMSG_DONE; empty when it says success. */
  static Optional<NetlinkException> refusal(NetlinkMessage message) {
    if (message.payload().limit() < 4) {
      return Optional.empty();
    }
    int error = message.payload().getInt(0);
    if (error >= 0) {
      return Optional.empty();
    }
    return Optional.of(new NetlinkException(-error, explanation(message)));
  }

  private static String explanation(NetlinkMessage message) {
    if ((message.flags() & Netlink.ACK_ATTRIBUTES) == 0) {
      return "";
    }
    int fixed = 4;
    if (message.type() == Netlink.TYPE_ERROR) {
      boolean capped = (message.flags() & Netlink.CAPPED) != 0;
      fixed += capped ? MessageWriter.HEADER_BYTES : message.payload().getInt(4);
    }
    return message.attributes(fixed).string(ERROR_MESSAGE, "");
  }

  /** Closes the socket. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Descriptors.close(fd);
      arena.close();
    }
  }
}

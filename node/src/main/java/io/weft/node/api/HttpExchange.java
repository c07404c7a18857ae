package io.weft.node.api;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 request and its answer on a Unix socket. The JDK's own HTTP client speaks TCP only,
 * and loading Netty would cost a short command a third of its time.
 */
final class HttpExchange implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 1 << 20;
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final SocketChannel channel;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();
  private int contentLength = -1;

  private HttpExchange(SocketChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
  }

  /** Connects and sends the request. */
  @SuppressWarnings("MustBeClosedChecker")
  static HttpExchange open(Path socket, String method, String path, byte[] body)
      throws IOException {
    SocketChannel channel = connect(socket);
    try {
      String head =
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: weft\r\nConnection: close\r\nAccept: application/json\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length
              + "\r\n\r\n";
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      request.writeBytes(body);
      ByteBuffer bytes = ByteBuffer.wrap(request.toByteArray());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.configureBlocking(false);
      Selector selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      return new HttpExchange(channel, selector);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static SocketChannel connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (ConnectException e) {
      channel.close();
      throw new ApiException(
          ErrorKind.UNREACHABLE,
          "no agent is running behind "
              + socket
              + " (a dead one left the file): start it with"
              + " 'weft agent'",
          e);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      channel.close();
      if (Files.notExists(socket)) {
        throw new ApiException(
            ErrorKind.UNREACHABLE,
            "there is no agent at "
                + socket
                + ": start it with 'weft agent', or name its socket"
                + " with --socket or WEFT_SOCKET",
            e);
      }
      throw new ApiException(
          ErrorKind.NOT_PERMITTED,
          "no permission to use "
              + socket
              + ": be root or a member of the group "
              + SocketFile.GROUP,
          e);
    }
  }

  /** Reads the status line and the headers. */
  int readHead(int timeoutMillis) throws IOException {
    String status = line(timeoutMillis);
    String[] parts = status.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || parts[1].length() != 3) {
      throw new IOException("not an HTTP answer");
    }
    while (true) {
      String header = line(timeoutMillis);
      if (header.isEmpty()) {
        return number(parts[1]);
      }
      int colon = header.indexOf(':');
      if (colon > 0
          && header.substring(0, colon).toLowerCase(Locale.ROOT).equals("content-length")) {
        contentLength = number(header.substring(colon + 1).trim());
      }
    }
  }

  /** Reads the whole body. */
  byte[] readBody(int timeoutMillis) throws IOException {
    if (contentLength > MAX_ANSWER_BYTES) {
      throw new IOException("an answer of " + contentLength + " bytes");
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (contentLength < 0 || body.size() < contentLength) {
      if (!buffer.hasRemaining() && !fill(timeoutMillis)) {
        if (contentLength >= 0) {
          throw new EOFException("half an answer");
        }
        break;
      }
      int wanted =
          contentLength < 0
              ? buffer.remaining()
              : Math.min(buffer.remaining(), contentLength - body.size());
      body.write(buffer.array(), buffer.position(), wanted);
      buffer.position(buffer.position() + wanted);
      if (body.size() > MAX_ANSWER_BYTES) {
        throw new IOException("the answer has no end");
      }
    }
    return body.toByteArray();
  }

  /** Reads a line, null at the end of the answer. */
  @Nullable String readLine(int timeoutMillis) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (true) {
      if (!buffer.hasRemaining() && !fill(timeoutMillis)) {
        return null;
      }
      byte next = buffer.get();
      if (next == '\n') {
        String text = bytes.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      bytes.write(next);
      if (bytes.size() > MAX_LINE_BYTES) {
        throw new IOException("a line has no end");
      }
    }
  }

  private String line(int timeoutMillis) throws IOException {
    String line = readLine(timeoutMillis);
    if (line == null) {
      throw new EOFException("no answer");
    }
    return line;
  }

  private boolean fill(int timeoutMillis) throws IOException {
    buffer.clear();
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    try {
      while (true) {
        int count = channel.read(buffer);
        if (count != 0) {
          return count > 0;
        }
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (leftMillis <= 0) {
          throw new IOException("no answer within " + timeoutMillis / 1000 + " s");
        }
        selector.select(leftMillis);
        selector.selectedKeys().clear();
      }
    } finally {
      buffer.flip();
    }
  }

  private static int number(String digits) throws IOException {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new IOException("not an HTTP answer", e);
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}

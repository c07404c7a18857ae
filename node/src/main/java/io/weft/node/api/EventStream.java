package io.weft.node.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.weft.node.api.view.EventView;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Server-Sent Events to one follower (WHATWG HTML, section 9.2). The body ends with the connection.
 * A follower that does not read is cut off once {@link ApiServer#MAX_UNSENT_BYTES} wait for it; it
 * may come back and ask from the index after its last.
 */
// A write that fails closes the connection, and a closed one needs no more care.
@SuppressWarnings("FutureReturnValueIgnored")
final class EventStream {
  /** How often a silent stream is written to, so that a follower that vanished is noticed. */
  static final int HEARTBEAT_SECONDS = 15;

  /** What a follower that comes back says that it has seen. */
  static final String LAST_EVENT_ID = "Last-Event-ID";

  private final Channel channel;

  EventStream(Channel channel) {
    this.channel = channel;
  }

  /**
   * Where a stream begins: after the last event that the follower has seen, else where it asked to.
   * An agent that was started again counts from one; then the follower gets all.
   */
  static long from(AgentService service, long asked, @Nullable String lastSeen) {
    if (lastSeen == null || lastSeen.isEmpty()) {
      return asked;
    }
    long seen = ApiRoutes.index(LAST_EVENT_ID, lastSeen);
    boolean known = service.events(seen).stream().anyMatch(event -> event.index() == seen);
    return known ? seen + 1 : asked;
  }

  void start(AgentService service, long fromIndex) {
    DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    channel.write(head);
    write(": weft events\n\n");
    AgentService.Subscription subscription = service.follow(fromIndex, this::event);
    var heartbeat =
        channel
            .eventLoop()
            .scheduleAtFixedRate(
                () -> write(": still here\n\n"),
                HEARTBEAT_SECONDS,
                HEARTBEAT_SECONDS,
                TimeUnit.SECONDS);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              heartbeat.cancel(false);
              subscription.close();
            });
  }

  private void event(EventView event) {
    write(
        "id: "
            + event.index()
            + "\nevent: "
            + event.type()
            + "\ndata: "
            + Json.line(event)
            + "\n\n");
  }

  private void write(String text) {
    if (!channel.isActive()) {
      return;
    }
    if (!channel.isWritable()) {
      channel.close();
      return;
    }
    ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    channel.writeAndFlush(new DefaultHttpContent(bytes));
  }
}

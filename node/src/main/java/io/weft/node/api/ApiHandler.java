package io.weft.node.api;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import io.weft.node.api.view.ErrorView;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: takes one request at a time and answers it off the event loop. */
// A write that fails closes the connection, and a closed one needs no more care.
@SuppressWarnings("FutureReturnValueIgnored")
final class ApiHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

  private final ApiRoutes routes;
  private final AgentService service;
  private final Executor workers;
  private boolean busy;

  ApiHandler(AgentService service, Executor workers) {
    this.routes = new ApiRoutes(service);
    this.service = service;
    this.workers = workers;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (busy) {
      // Answers could overtake each other, and work for one caller would have no bound.
      ctx.close();
      return;
    }
    if (!request.decoderResult().isSuccess()) {
      fail(ctx, false, new ApiException(ErrorKind.USAGE, "this is not an HTTP/1.1 request"));
      return;
    }
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    Map<String, String> query = new TreeMap<>();
    String path;
    try {
      path = uri.path();
      uri.parameters().forEach((key, values) -> query.put(key, values.getFirst()));
    } catch (IllegalArgumentException e) {
      fail(ctx, keepAlive, new ApiException(ErrorKind.USAGE, "not a URI: " + e.getMessage(), e));
      return;
    }
    busy = true;
    byte[] body = ByteBufUtil.getBytes(request.content());
    String method = request.method().name();
    String accept = request.headers().get(HttpHeaderNames.ACCEPT, "");
    String lastEventId = request.headers().get(EventStream.LAST_EVENT_ID);
    workers.execute(
        () -> {
          try {
            if (isStream(method, path, query, accept)) {
              long from = EventStream.from(service, ApiRoutes.fromIndex(query), lastEventId);
              new EventStream(ctx.channel()).start(service, from);
            } else {
              Object answer = routes.answer(method, path, query, body).join();
              send(ctx, keepAlive, HttpResponseStatus.OK, bytes(answer));
            }
          } catch (RuntimeException | Error e) {
            fail(ctx, keepAlive, e);
          }
        });
  }

  private static boolean isStream(
      String method, String path, Map<String, String> query, String accept) {
    return "GET".equals(method)
        && ApiRoutes.EVENTS.equals(path)
        && (accept.contains("text/event-stream")
            || (query.containsKey("follow") && !"false".equals(query.get("follow"))));
  }

  private static byte[] bytes(Object answer) {
    return answer instanceof byte[] ready ? ready : Json.bytes(answer);
  }

  private void fail(ChannelHandlerContext ctx, boolean keepAlive, Throwable thrown) {
    Throwable cause = unwrap(thrown);
    switch (cause) {
      case ApiException refused ->
          send(ctx, keepAlive, status(refused.kind()), error(refused.kind(), refused.line()));
      case WrongMethodException wrong -> {
        DefaultFullHttpResponse response =
            response(
                keepAlive,
                HttpResponseStatus.METHOD_NOT_ALLOWED,
                error(ErrorKind.USAGE, String.valueOf(wrong.getMessage())));
        response.headers().set(HttpHeaderNames.ALLOW, wrong.allowed());
        send(ctx, keepAlive, response);
      }
      default -> {
        LOG.error("a request failed by a defect", cause);
        send(
            ctx,
            keepAlive,
            status(ErrorKind.REFUSED),
            error(ErrorKind.REFUSED, "the agent failed inside; its log says more"));
      }
    }
  }

  private static HttpResponseStatus status(ErrorKind kind) {
    return HttpResponseStatus.valueOf(kind.httpStatus());
  }

  private static byte[] error(ErrorKind kind, String message) {
    return Json.bytes(new ErrorView(new ErrorView.Detail(kind.name(), message)));
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private void send(
      ChannelHandlerContext ctx, boolean keepAlive, HttpResponseStatus status, byte[] json) {
    send(ctx, keepAlive, response(keepAlive, status, json));
  }

  private static DefaultFullHttpResponse response(
      boolean keepAlive, HttpResponseStatus status, byte[] json) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(json));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, json.length);
    HttpUtil.setKeepAlive(response, keepAlive);
    return response;
  }

  /** What answers HEAD has a length and no body: the codec leaves it out. */
  private void send(
      ChannelHandlerContext ctx, boolean keepAlive, DefaultFullHttpResponse response) {
    ctx.channel()
        .eventLoop()
        .execute(
            () -> {
              busy = false;
              ChannelPromise sent = ctx.newPromise();
              if (!keepAlive) {
                sent.addListener(ChannelFutureListener.CLOSE);
              }
              ctx.writeAndFlush(response, sent);
            });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, @Nullable Object event)
      throws Exception {
    if (event instanceof IdleStateEvent && !busy) {
      ctx.close();
      return;
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("connection dropped", cause);
    ctx.close();
  }
}

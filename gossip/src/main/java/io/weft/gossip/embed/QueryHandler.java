package io.weft.gossip.embed;

import io.weft.gossip.Query;
import io.weft.gossip.core.GossipInput;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an application answer queries of one name, each in a virtual thread of its own, so that it
 * may take its time.
 */
final class QueryHandler implements Predicate<Query> {
  /** So many are answered at a time; who asks beyond that hears that there is no answer. */
  static final int MAX_RUNNING = 64;

  private static final Logger LOG = LoggerFactory.getLogger(QueryHandler.class);

  private final Function<Query, byte @Nullable []> application;
  private final MemberLoop loop;
  private final Semaphore places = new Semaphore(MAX_RUNNING);

  QueryHandler(Function<Query, byte @Nullable []> application, MemberLoop loop) {
    this.application = application;
    this.loop = loop;
  }

  /** Whether there was a place for it; if not, the caller says that there is no answer. */
  @Override
  public boolean test(Query query) {
    if (!places.tryAcquire()) {
      return false;
    }
    Thread.ofVirtual()
        .name("weft-query")
        .start(
            () -> {
              try {
                GossipInput answer = answer(query);
                loop.put((core, now) -> core.take(now, answer));
              } finally {
                places.release();
              }
            });
    return true;
  }

  private GossipInput answer(Query query) {
    try {
      return GossipInput.Answer.of(query, application.apply(query));
    } catch (RuntimeException | Error e) {
      LOG.warn("event=query-handler-failed query=\"{}\"", query.name(), e);
      return GossipInput.Answer.of(query, null);
    }
  }
}

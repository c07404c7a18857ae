package io.weft.gossip.embed;

import io.weft.gossip.Query;
import io.weft.gossip.core.GossipInput;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an application answer queries of one name, each in a virtual thread of its own, so that it
 * may take its time.
 */
final class QueryHandler implements Consumer<Query> {
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

  @Override
  public void accept(Query query) {
    // In a thread of its own even to refuse: the caller is who empties the loop's queue.
    boolean place = places.tryAcquire();
    Thread.ofVirtual()
        .name("weft-query")
        .start(
            () -> {
              GossipInput answer = place ? answer(query) : GossipInput.Answer.of(query, null);
              loop.put((core, now) -> core.take(now, answer));
              if (place) {
                places.release();
              }
            });
  }

  private GossipInput answer(Query query) {
    try {
      return GossipInput.Answer.of(query, application.apply(query));
    } catch (RuntimeException e) {
      LOG.warn("event=query-handler-failed query=\"{}\"", query.name(), e);
      return GossipInput.Answer.of(query, null);
    }
  }
}

import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.embed.Membership;
import io.weft.security.secret.ClusterSecret;
import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.file.Path;
import java.util.logging.LogManager;

/**
 * Members for bench/membership, each with its sockets in a network namespace: they print what they
 * are told, one line an event behind their name, until they are killed. Arguments, again and again:
 * name, path of the namespace, address to bind, seed or "-".
 */
final class Member {
  private Member() {}

  public static void main(String[] args) throws Exception {
    LogManager.getLogManager().reset(); // Bouncy Castle's words about each start
    ClusterSecret secret = ClusterSecret.parse(System.getenv("WEFT_BENCH_SECRET"));
    for (int i = 0; i < args.length; i += 4) {
      String name = args[i];
      PeerAddress bind = PeerAddress.parse(args[i + 2]);
      Membership member;
      try (NetworkNamespace namespace = NetworkNamespace.open(Path.of(args[i + 1]))) {
        // Threads and sockets that are made in there stay in there.
        member = namespace.call(() -> Membership.builder(name, secret).bind(bind).start());
      }
      member.listen(event -> tell(name, event));
      System.out.println(name + " joining");
      if (!args[i + 3].equals("-")) {
        member.join(args[i + 3]);
      }
    }
    Thread.currentThread().join();
  }

  private static void tell(String name, GossipEvent event) {
    String what =
        switch (event) {
          case GossipEvent.MemberJoined e -> "alive";
          case GossipEvent.MemberRejoined e -> "alive";
          case GossipEvent.MemberSuspected e -> "suspect";
          case GossipEvent.MemberRefuted e -> "refuted";
          case GossipEvent.MemberFailed e -> "failed";
          case GossipEvent.MemberLeft e -> "left";
          default -> "";
        };
    if (!what.isEmpty()) {
      System.out.println(name + " " + what + " " + event.member().name());
    }
  }
}

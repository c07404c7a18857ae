import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.embed.Membership;
import io.weft.security.secret.ClusterSecret;
import java.io.PrintStream;
import java.util.logging.LogManager;

/**
 * One member for bench/membership: prints what it is told, one line an event, until it is killed.
 * Arguments: name, address to bind, seed or "-".
 */
final class Member {
  private Member() {}

  public static void main(String[] args) throws Exception {
    LogManager.getLogManager().reset(); // Bouncy Castle's words about each start
    PrintStream out = System.out;
    ClusterSecret secret = ClusterSecret.parse(System.getenv("WEFT_BENCH_SECRET"));
    Membership membership =
        Membership.builder(args[0], secret).bind(PeerAddress.parse(args[1])).start();
    membership.listen(
        event -> {
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
            out.println(what + " " + event.member().name());
          }
        });
    out.println("joining");
    if (!args[2].equals("-")) {
      membership.join(args[2]);
    }
    Thread.currentThread().join();
  }
}

package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.PeerAddress;
import io.weft.node.api.ApiException;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.agent.LastGiven;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.config.WeftConfig;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.Blob;
import io.weft.security.files.SecretFiles;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.desired.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host keeps, and what it does not leave behind. */
class HostFilesTest {
  @TempDir Path directory = Path.of("set by JUnit");

  private Path data() {
    return directory.resolve("data");
  }

  private HostFiles initialised() throws IOException {
    TreeMap<String, String> overrides = new TreeMap<>();
    overrides.put("dataDir", data().toString());
    overrides.put("name", "one");
    new HostBootstrap().init(null, overrides);
    return new HostFiles(data());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static LocalEndpoint endpoint(String id, boolean wired) {
    EndpointRecord record =
        new EndpointRecord(
            id,
            "web",
            "n1",
            77,
            List.of(InetAddress.ofLiteral("10.42.0.1")),
            MacAddress.parse("02:00:00:00:00:01"),
            new TreeMap<>(),
            3);
    return new LocalEndpoint(record, "blue", "/run/netns/a", "eth0", wired);
  }

  @Test
  void initLeavesAWholeDataDirectoryOfTheOwnersAndNothingBesideIt() throws IOException {
    HostFiles files = initialised();
    assertThat(files.initialised()).isTrue();
    assertThat(names(data())).containsExactly("ca-key.wrapped", "gossip-keys", "identity", "lock");
    assertThat(names(directory)).containsExactly("data");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data())))
        .isEqualTo("rwx------");
    assertThatThrownBy(this::initialised)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("belongs to a host of a cluster already")
        .hasMessageContaining("then remove " + data());
  }

  @Test
  void stateOfAFormerHostIsNeitherTakenUpNorTouched() throws IOException { // INV-RAFT-1
    Files.createDirectories(data().resolve("raft"));
    Files.writeString(data().resolve("registry"), "of somebody else");
    assertThatThrownBy(this::initialised)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("no identity, but raft, registry of a former host");
    assertThat(names(data())).containsExactly("raft", "registry");
    assertThat(Files.readString(data().resolve("registry"))).isEqualTo("of somebody else");
  }

  @Test
  void anEmptyDirectoryThatWasThereIsTakenFromOthersEyes() throws IOException {
    Files.createDirectory(
        data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    initialised();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data())))
        .isEqualTo("rwx------");
  }

  @Test
  void oneProcessAtATimeFillsADirectoryAndOneThatGivesUpLeavesNothing() throws IOException {
    TreeMap<String, String> overrides = new TreeMap<>();
    overrides.put("dataDir", data().toString());
    WeftConfig settings = Settings.load(null, overrides);
    try (Staging staging = Staging.begin(settings)) {
      SecretFiles.write(staging.staged().gossipKeys(), new byte[] {1});
      assertThatThrownBy(this::initialised)
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("is at work on");
      assertThat(staging.staged().gossipKeys()).exists();
    }
    assertThat(names(directory)).isEmpty();
    initialised();
  }

  @Test
  void aPathThatCanBeNoDirectoryIsRefusedWithTheWayOut() throws IOException {
    Files.writeString(data(), "a file");
    assertThatThrownBy(this::initialised)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(data().toString())
        .hasMessageContaining("set dataDir to another");
  }

  @Test
  void whatAKilledProcessLeftUnfinishedGoesBeforeTheNextStartAndWithAPurge() throws IOException {
    HostFiles files = initialised();
    Path key = data().resolve(".gossip-keys123.weft-tmp");
    Path inside = files.identity().resolve(".key.pem9.weft-tmp");
    Path staged = data().resolve(HostFiles.STAGING).resolve("identity");
    for (int round = 0; round < 2; round++) {
      Files.writeString(key, "secret");
      if (round == 0) {
        Files.writeString(inside, "secret");
      }
      Files.createDirectories(staged);
      if (round == 0) {
        files.removeLeftovers();
        assertThat(inside).doesNotExist();
      } else {
        files.purge();
      }
      assertThat(key).doesNotExist();
      assertThat(staged).doesNotExist();
    }
  }

  @Test
  void purgeTakesWhatIsWeftsAndNothingElse() throws IOException {
    HostFiles files = initialised();
    files.saveLocal(LocalState.NONE.with(List.of(endpoint("ab", true))));
    files.saveRegistry(3, new byte[] {1});
    Files.createDirectories(files.raft().resolve("inside"));
    Files.writeString(data().resolve("notes.txt"), "mine");
    files.purge();
    assertThat(names(data())).containsExactly("notes.txt");
    Files.delete(data().resolve("notes.txt"));
    files.purge();
    assertThat(data()).doesNotExist();
  }

  @Test
  void aGenerationRisesAlsoWhenTheClockGoesBackOrTheFileIsLost() throws IOException {
    HostFiles files = initialised();
    assertThat(files.nextGeneration(5_000)).isEqualTo(5_000);
    assertThat(files.nextGeneration(1_000)).isEqualTo(5_001);
    Files.delete(data().resolve("generation"));
    assertThat(files.nextGeneration(6_000)).isEqualTo(6_000);
    Files.writeString(data().resolve("generation"), "what?");
    assertThatThrownBy(() -> files.nextGeneration(7_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no number");
  }

  @Test
  void endpointsComeBackAsTheyWereAlsoThoseThatWereNotWiredYet() throws IOException {
    HostFiles files = initialised();
    List<LocalEndpoint> all = List.of(endpoint("ab", true), endpoint("cd", false));
    List<LastGiven> given = List.of(new LastGiven("n1", InetAddress.ofLiteral("10.42.0.7")));
    for (boolean asked : new boolean[] {false, true}) {
      LocalState state = new LocalState(all, given, asked);
      files.saveLocal(state);
      assertThat(files.loadLocal()).isEqualTo(state);
    }
  }

  @Test
  void anEndpointThatChangedOnTheDiskIsNoticedAlsoWhereItIsWellFormed() throws IOException {
    HostFiles files = initialised();
    files.saveLocal(LocalState.NONE.with(List.of(endpoint("ab", true))));
    Path file = data().resolve("endpoints.json");
    String text = Files.readString(file);
    String ip = endpoint("ab", true).record().ips().getFirst().getHostAddress();
    assertThat(text).contains(ip);
    Files.writeString(file, text.replace(ip, "10.42.9.9"));
    assertThatThrownBy(files::loadLocal)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + " is damaged");
    Files.writeString(file, text.replace(" ", ""));
    assertThat(files.loadLocal().endpoints()).as("white space does not count").hasSize(1);
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    HostFiles files = initialised();
    files.saveRegistry(3, new byte[] {1, 2, 3});
    Path file = data().resolve("registry");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(files::loadRegistry)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + " is damaged");
  }

  @Test
  void theSealedCaKeyIsForgottenOnceItIsInTheRegistry() throws IOException {
    HostFiles files = initialised();
    Blob sealed = files.loadWrappedCaKey();
    assertThat(sealed).isNotNull();
    files.forgetWrappedCaKey();
    assertThat(files.loadWrappedCaKey()).isNull();
    files.forgetWrappedCaKey();
  }

  private static final NodeId ID = new NodeId("5a".repeat(NodeId.BYTES));

  private HostFiles withPeers() throws IOException {
    HostFiles files = new HostFiles(data());
    files.savePeers(
        List.of(
            new KnownPeer(PeerAddress.parse("10.0.0.1:7940"), ID),
            new KnownPeer(PeerAddress.parse("[fd00::2]:7941"), null)));
    return files;
  }

  @Test
  void whereTheOthersWereIsKeptAndReadAsFormerVersionsWroteIt() throws IOException {
    HostFiles files = new HostFiles(data());
    assertThat(files.metOthers()).isFalse();
    assertThat(files.loadPeers()).isEmpty();
    withPeers();
    assertThat(files.metOthers()).isTrue();
    assertThat(files.loadPeers())
        .containsExactly(
            new KnownPeer(PeerAddress.parse("10.0.0.1:7940"), ID),
            new KnownPeer(PeerAddress.parse("[fd00::2]:7941"), null));
    Files.writeString(data().resolve("peers.json"), "{\"peers\": [\"10.0.0.3:7940\"]}");
    assertThat(files.loadPeers())
        .containsExactly(new KnownPeer(PeerAddress.parse("10.0.0.3:7940"), null));
  }

  @Test
  void aDamagedListOfPeersIsToldOfAndTheConfiguredSeedsCount() throws IOException {
    Path file = data().resolve("peers.json");
    TreeMap<String, String> overrides = new TreeMap<>();
    overrides.put("seeds", "10.0.0.9");
    WeftConfig settings = Settings.load(null, overrides);
    PeerAddress seed = PeerAddress.parse("10.0.0.9:7940");
    withPeers();
    String whole = Files.readString(file);
    assertThat(Seeds.of(settings, new HostFiles(data())).addresses())
        .startsWith(seed)
        .hasSize(3); // the configured one first: no more than 64 are tried
    for (String damaged :
        List.of(
            whole.replace("10.0.0.1", "10.0.0.2"),
            whole.replace("5a5a", "5b5a"),
            whole.substring(9),
            "",
            "[]",
            "{}")) {
      Files.writeString(file, damaged);
      HostFiles files = new HostFiles(data());
      assertThatThrownBy(files::loadPeers).hasMessage(file + " is damaged");
      assertThat(Seeds.of(settings, files).addresses()).containsExactly(seed);
      assertThat(files.metOthers()).isTrue();
    }
    Files.write(file, new byte[2 << 20]);
    assertThat(Seeds.of(settings, new HostFiles(data())).addresses()).containsExactly(seed);
  }

  @Test
  void aSeedWithoutAnAddressStopsOnlyAHostThatKnowsNobody() throws IOException {
    TreeMap<String, String> overrides = new TreeMap<>();
    overrides.put("seeds", "nowhere.invalid");
    WeftConfig settings = Settings.load(null, overrides);
    HostFiles files = new HostFiles(data());
    assertThatThrownBy(() -> Seeds.of(settings, files))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("no address for 'nowhere.invalid'");
    withPeers();
    assertThat(Seeds.of(settings, files).addresses()).hasSize(2);
  }
}

package io.weft.vxlan.testing;

import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.kernel.BridgeFdbEntry;
import io.weft.vxlan.kernel.BridgeSettings;
import io.weft.vxlan.kernel.ChangeFailure;
import io.weft.vxlan.kernel.FdbEntry;
import io.weft.vxlan.kernel.InterfaceAddress;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.KernelException;
import io.weft.vxlan.kernel.KernelException.Kind;
import io.weft.vxlan.kernel.KernelState;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.Neighbour;
import io.weft.vxlan.kernel.PortSettings;
import io.weft.vxlan.kernel.Route;
import io.weft.vxlan.kernel.VethSpec;
import io.weft.vxlan.kernel.VxlanSpec;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The kernel as a model in memory: what the real one does with the changes that Weft makes, checked
 * against it by one contract test. Deterministic; of one namespace, others can be made known by a
 * number of the caller's choice in place of a file descriptor.
 */
public final class ModelKernel implements Kernel {

  /** Longest device name, as the kernel has it. */
  private static final int MAX_NAME_LENGTH = 15;

  private final Map<String, LinkState> links = new TreeMap<>();
  private final Map<String, Far> farEnds = new TreeMap<>();
  private final TreeSet<FdbEntry> fdb = new TreeSet<>();
  private final TreeSet<BridgeFdbEntry> bridgeFdb = new TreeSet<>();
  private final TreeSet<Neighbour> neighbours = new TreeSet<>();
  private final List<InterfaceAddress> addresses = new ArrayList<>();
  private final List<Route> routes = new ArrayList<>();
  private final Map<Integer, ModelKernel> namespaces = new TreeMap<>();
  private int lastIndex = 1;

  /** The far end of a veth pair. */
  private record Far(ModelKernel kernel, String name) {}

  /** Makes another namespace known by a number that stands for its file descriptor. */
  public void makeKnown(int namespaceFd, ModelKernel other) {
    namespaces.put(namespaceFd, other);
  }

  /** Puts a device there as somebody else would, with any kind and settings. */
  public void putForeign(LinkState link) {
    lastIndex = Math.max(lastIndex, link.index());
    links.put(link.name(), link);
  }

  @Override
  public KernelState dump() {
    return new KernelState(
        links(), List.copyOf(fdb), List.copyOf(bridgeFdb), List.copyOf(neighbours));
  }

  @Override
  public List<LinkState> links() {
    return List.copyOf(links.values());
  }

  @Override
  public Optional<LinkState> link(String name) {
    return Optional.ofNullable(links.get(name));
  }

  @Override
  public List<InterfaceAddress> addresses() {
    return List.copyOf(addresses);
  }

  @Override
  public List<Route> routes() {
    return List.copyOf(routes);
  }

  @Override
  public List<ChangeFailure> apply(List<? extends KernelChange> changes) {
    List<ChangeFailure> failures = new ArrayList<>();
    for (KernelChange change : changes) {
      try {
        applyOne(change);
      } catch (KernelException refused) {
        failures.add(new ChangeFailure(change, refused));
      }
    }
    return List.copyOf(failures);
  }

  @Override
  public void close() {}

  private void applyOne(KernelChange change) {
    String device = change.device();
    switch (change) {
      case KernelChange.CreateBridge c ->
          create(device, LinkState.BRIDGE, c.mtu(), null, BridgeSettings.WEFT, "", null);
      case KernelChange.CreateVxlan c -> createDevice(c.spec());
      case KernelChange.CreateVeth c -> createPair(c.spec());
      case KernelChange.DeleteLink _ -> delete(device);
      case KernelChange.SetUp c -> setUp(device, c.up());
      case KernelChange.SetMtu c -> edit(device, link -> new Draft(link).mtu(c.mtu()).done());
      case KernelChange.SetMac c -> edit(device, link -> new Draft(link).mac(c.mac()).done());
      case KernelChange.Rename c -> rename(device, c.to());
      case KernelChange.SetMaster c -> setMaster(device, c.bridge());
      case KernelChange.NoIpv6Autoconf _ ->
          edit(device, link -> new Draft(link).autoconf(false).done());
      case KernelChange.TuneBridge c -> {
        requireKind(device, LinkState.BRIDGE);
        edit(device, link -> new Draft(link).bridge(c.settings()).done());
      }
      case KernelChange.TunePort c -> {
        if (require(device).master() == null) {
          throw refused(Kind.INVALID, device + " is not a bridge's port");
        }
        edit(device, link -> new Draft(link).port(c.settings()).done());
      }
      case KernelChange.MoveToNamespace c -> move(device, c.namespaceFd());
      case KernelChange.PutAddress c -> {
        require(device);
        InterfaceAddress address = new InterfaceAddress(device, c.prefix());
        addresses.remove(address);
        addresses.add(address);
      }
      case KernelChange.RemoveAddress c ->
          addresses.remove(new InterfaceAddress(device, c.prefix()));
      case KernelChange.PutRoute c -> {
        if (!require(device).up()) {
          throw refused(Kind.OTHER, device + " is down");
        }
        routes.removeIf(route -> route.destination().equals(c.route().destination()));
        routes.add(c.route());
      }
      case KernelChange.RemoveRoute c -> routes.remove(c.route());
      case KernelChange.PutNeighbour c -> {
        require(device);
        forget(device, c.neighbour().ip());
        neighbours.add(c.neighbour());
      }
      case KernelChange.RemoveNeighbour c -> forget(device, c.ip());
      case KernelChange.PutFdb c -> putFdb(c.entry());
      case KernelChange.RemoveFdb c -> fdb.remove(c.entry());
      case KernelChange.PutBridgeFdb c -> {
        if (require(device).master() == null) {
          throw refused(Kind.UNSUPPORTED, device + " is not a bridge's port");
        }
        bridgeFdb.removeIf(entry -> entry.mac().equals(c.mac()) && sameBridge(entry, device));
        bridgeFdb.add(new BridgeFdbEntry(device, c.mac(), true));
      }
      case KernelChange.RemoveBridgeFdb c ->
          bridgeFdb.removeIf(entry -> entry.port().equals(device) && entry.mac().equals(c.mac()));
    }
  }

  private boolean sameBridge(BridgeFdbEntry entry, String device) {
    return Objects.equals(require(entry.port()).master(), require(device).master());
  }

  private void forget(String device, InetAddress ip) {
    neighbours.removeIf(entry -> entry.device().equals(device) && entry.ip().equals(ip));
  }

  private void putFdb(FdbEntry entry) {
    requireKind(entry.device(), LinkState.VXLAN);
    if (!entry.mac().equals(MacAddress.ZERO)) {
      fdb.removeIf(
          former -> former.device().equals(entry.device()) && former.mac().equals(entry.mac()));
    }
    fdb.add(entry);
  }

  private LinkState require(String device) {
    LinkState link = links.get(device);
    if (link == null) {
      throw refused(Kind.NOT_FOUND, "there is no device " + device);
    }
    return link;
  }

  private void requireKind(String device, String kind) {
    if (!require(device).kind().equals(kind)) {
      throw refused(Kind.UNSUPPORTED, device + " is no " + kind);
    }
  }

  private static KernelException refused(Kind kind, String message) {
    return new KernelException(kind, message);
  }

  private void edit(String device, UnaryOperator<LinkState> change) {
    links.put(device, change.apply(require(device)));
  }

  private void create(
      String name,
      String kind,
      int mtu,
      @Nullable VxlanSpec vxlan,
      @Nullable BridgeSettings bridge,
      String alias,
      @Nullable MacAddress mac) {
    checkName(name);
    lastIndex++;
    MacAddress made = mac != null ? mac : new MacAddress(0x0200_0000_0000L + lastIndex);
    links.put(
        name,
        new LinkState(
            lastIndex,
            name,
            kind,
            mtu,
            made,
            false,
            null,
            true,
            alias,
            vxlan == null ? null : vxlan.settings(),
            bridge,
            null));
  }

  private void checkName(String name) {
    if (links.containsKey(name)) {
      throw refused(Kind.EXISTS, "there is already a device " + name);
    }
    if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
      throw refused(Kind.INVALID, "'" + name + "' is no device name");
    }
  }

  private void createDevice(VxlanSpec spec) {
    for (LinkState other : links.values()) {
      if (other.vxlan() != null
          && other.vxlan().vni() == spec.vni()
          && other.vxlan().port() == spec.port()) {
        throw refused(Kind.EXISTS, "VNI " + spec.vni() + " is in use by " + other.name());
      }
    }
    create(spec.name(), LinkState.VXLAN, spec.mtu(), spec, null, "", null);
  }

  private void createPair(VethSpec spec) {
    ModelKernel other = this;
    if (spec.peerNamespaceFd() != VethSpec.SAME_NAMESPACE) {
      other = namespace(spec.peerNamespaceFd());
    }
    checkName(spec.name());
    other.create(spec.peerName(), LinkState.VETH, spec.mtu(), null, null, "", spec.peerMac());
    create(spec.name(), LinkState.VETH, spec.mtu(), null, null, spec.alias(), null);
    farEnds.put(spec.name(), new Far(other, spec.peerName()));
    other.farEnds.put(spec.peerName(), new Far(this, spec.name()));
  }

  private ModelKernel namespace(int fd) {
    ModelKernel other = namespaces.get(fd);
    if (other == null) {
      throw refused(Kind.INVALID, fd + " is no namespace");
    }
    return other;
  }

  private void delete(String device) {
    if (links.remove(device) == null) {
      return;
    }
    dropEntries(device);
    for (LinkState link : links()) {
      if (device.equals(link.master())) {
        setMaster(link.name(), null);
      }
    }
    Far far = farEnds.remove(device);
    if (far != null) {
      far.kernel().farEnds.remove(far.name());
      far.kernel().delete(far.name());
    }
  }

  private void dropEntries(String device) {
    fdb.removeIf(entry -> entry.device().equals(device));
    bridgeFdb.removeIf(entry -> entry.port().equals(device));
    neighbours.removeIf(entry -> entry.device().equals(device));
    addresses.removeIf(entry -> entry.device().equals(device));
    routes.removeIf(route -> route.device().equals(device));
  }

  private void setUp(String device, boolean up) {
    edit(device, link -> new Draft(link).up(up).done());
    if (!up) {
      // Going down empties the neighbour table, also of what is permanent; the zero MAC's and the
      // stations' forwarding entries stay.
      neighbours.removeIf(entry -> entry.device().equals(device));
      routes.removeIf(route -> route.device().equals(device));
    }
  }

  private void rename(String device, String to) {
    LinkState link = require(device);
    checkName(to);
    links.remove(device);
    links.put(to, new Draft(link).name(to).done());
    Far far = farEnds.remove(device);
    if (far != null) {
      farEnds.put(to, far);
      far.kernel().farEnds.put(far.name(), new Far(this, to));
    }
  }

  private void setMaster(String device, @Nullable String bridge) {
    LinkState link = require(device);
    if (bridge != null) {
      requireKind(bridge, LinkState.BRIDGE);
      if (bridge.equals(link.master())) {
        return;
      }
    }
    bridgeFdb.removeIf(entry -> entry.port().equals(device));
    PortSettings port = bridge == null ? null : new PortSettings(true);
    links.put(device, new Draft(link).master(bridge).port(port).done());
  }

  private void move(String device, int fd) {
    ModelKernel other = namespace(fd);
    LinkState link = require(device);
    if (other.links.containsKey(device)) {
      throw refused(Kind.EXISTS, "there is already a device " + device);
    }
    links.remove(device);
    dropEntries(device);
    other.lastIndex = Math.max(other.lastIndex, link.index());
    other.links.put(
        device, new Draft(link).up(false).master(null).port(null).autoconf(true).done());
    Far far = farEnds.remove(device);
    if (far != null) {
      other.farEnds.put(device, far);
      far.kernel().farEnds.put(far.name(), new Far(other, device));
    }
  }
}

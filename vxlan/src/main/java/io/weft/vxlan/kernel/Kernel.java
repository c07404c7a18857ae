package io.weft.vxlan.kernel;

import java.util.List;
import java.util.Optional;

/**
 * The network configuration of one network namespace. Not safe for use by several threads at once.
 */
public interface Kernel extends AutoCloseable {

  /**
   * Dumps devices, forwarding databases and permanent neighbours.
   *
   * @throws KernelException when the kernel does not answer
   */
  KernelState dump();

  /** All devices. */
  List<LinkState> links();

  /** The device of that name. */
  Optional<LinkState> link(String name);

  /** All addresses of all devices. */
  List<InterfaceAddress> addresses();

  /** The routes that carry {@link Route#PROTOCOL}. */
  List<Route> routes();

  /**
   * Tries every change in order, also after one has failed, and says which failed.
   *
   * @throws KernelException when the kernel does not answer at all
   */
  List<ChangeFailure> apply(List<? extends KernelChange> changes);

  /** Frees the kernel's resources; changes stay in force. */
  @Override
  void close();

  /**
   * Applies one change.
   *
   * @throws KernelException when it is refused
   */
  default void change(KernelChange change) {
    List<ChangeFailure> failures = apply(List.of(change));
    if (!failures.isEmpty()) {
      throw failures.getFirst().error();
    }
  }

  /**
   * Creates a VXLAN device in this namespace, down.
   *
   * @throws KernelException when it is refused
   */
  default void createVxlan(VxlanSpec spec) {
    change(new KernelChange.CreateVxlan(spec));
  }

  /**
   * Moves a device to the namespace behind an open file descriptor.
   *
   * @throws KernelException when it is refused
   */
  default void moveToNamespace(String device, int namespaceFd) {
    change(new KernelChange.MoveToNamespace(device, namespaceFd));
  }
}
